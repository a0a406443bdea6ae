"""The log of a process: one record a line, as JSON or as words for a person at a terminal. It holds no personal data.

A record says what this program put into it and no more. What other libraries say loses its values (paths, addresses),
and an error is told by its kind and the places it went through, never by its own words: these quote what was typed.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from protocolbuilder.cli.terminal import one_line

OURS: Final = "protocolbuilder."
FIELDS: Final = ("method", "endpoint", "status", "ms", "person", "kind")
"""All that a record may hold beside its words and the id of its request; `person` is an id."""
LEVELS: Final = {"protocolbuilder": logging.INFO, "waitress": logging.WARNING, "huey": logging.WARNING}


@contextmanager
def logging_to(stream: TextIO) -> Iterator[None]:
    """Until the block ends every record of this process goes to `stream`."""
    render = _words if stream.isatty() else structlog.processors.JSONRenderer(ensure_ascii=True)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.contextvars.merge_contextvars, structlog.stdlib.ExtraAdder(FIELDS)],
            processors=[_named, _error, structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    handler.addFilter(_without_values)
    for name, level in LEVELS.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def _without_values(record: logging.LogRecord) -> bool:
    if not record.name.startswith(OURS):
        record.args = ()
        record.msg = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return True


def _named(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """When, how grave and where from come first."""
    record: logging.LogRecord = event["_record"]
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    return {"at": at, "level": record.levelname.lower(), "logger": record.name, **event}


def _error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    told = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if told:
        event["error"] = [_kind(error) for error in _causes(told[1])]
    return event


def _causes(error: BaseException | None) -> list[BaseException]:
    """The error and what led to it, the first cause last."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _kind(error: BaseException) -> str:
    """`ValueError at forms.py:31 typed, wizard.py:88 save`, the innermost place first."""
    places = _places(error.__traceback__)
    return f"{type(error).__name__} at {', '.join(places)}" if places else type(error).__name__


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False, limit=-12)
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]


def _words(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`10:30:00 warning job 4: not yet` and what else the record holds as `name=value`; always one line."""
    at, level, _where, said = event.pop("at"), event.pop("level"), event.pop("logger"), event.pop("event")
    rest = [f"{name}={value}" for name, value in event.items()]
    return one_line(" ".join([at[11:19], *([] if level == "info" else [level]), str(said), *rest]))
