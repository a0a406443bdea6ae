"""Huey, as a bell and nothing else: it says that there may be work, never which. What it loses is found a minute later.

Its messages are plain JSON, not Huey's pickles: whoever can write to the bell can ring it, and do nothing else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from huey import crontab
from huey.api import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.exceptions import ConfigurationError
from huey.registry import Message
from huey.serializer import Serializer

from protocolbuilder.errors import ProtocolBuilderError
from protocolbuilder.settings import Settings

NAME: Final = "protocolbuilder"
HEARD_WITHIN: Final = 1.0  # seconds at most from a ring to the look, where the bell is a file
SOON: Final = timedelta(minutes=1)

_log = logging.getLogger(__name__)


@contextmanager
def ringing(settings: Settings) -> Iterator[Callable[[], None]]:
    """Yields what rings for the workers of other processes. Raises ProtocolBuilderError when there is no bell."""
    huey = _huey(settings)
    try:
        yield _Bell(huey).ring
    finally:
        huey.storage.close()


@contextmanager
def listening(
    settings: Settings, *, look: Callable[[], datetime | None], sweep: Callable[[], object]
) -> Iterator[Callable[[], None]]:
    """Threads that call `look` when it rings, and `sweep` and `look` at once and each minute; until the block ends, and
    what they are at is finished. `look` gives the moment at which to look again, if any. Yields what rings."""
    huey = _huey(settings)
    bell = _Bell(huey, look=look)

    def each_minute() -> None:
        sweep()
        bell.heard()

    closing = Lock()  # Huey looks whether it is open before it locks, and all threads end at once

    def close() -> None:
        with closing:
            huey.storage.close()  # a connection that listens belongs to its thread

    huey.on_shutdown("close")(close)
    huey.periodic_task(crontab(), name="sweep")(each_minute)
    threads = _Threads(huey, workers=settings.workers, max_delay=HEARD_WITHIN, backoff=1.5)
    threads.start()
    try:
        yield bell.ring
    finally:
        threads.stop(graceful=True)
        huey.storage.close()


@dataclass(slots=True)
class _Bell:
    """`look` is called by whoever listens; nobody listens where it only rings."""

    huey: Huey
    look: Callable[[], datetime | None] = lambda: None
    _task: Any = field(init=False)
    _alarm: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._task = self.huey.task(name="look")(lambda: self.heard())

    def ring(self) -> None:
        """The act that rings is kept already, so a bell that is broken stops nobody: the work is found in a minute."""
        try:
            self._task()
        except Exception as error:  # whatever the bell is made of
            _log.warning("the worker could not be woken: %s", error)

    def heard(self) -> None:
        again = self.look()
        if again is not None:
            self._ring_at(again)

    def _ring_at(self, moment: datetime) -> None:
        """The first moment to come stands for those after it. What is further off is found by the sweep."""
        now = datetime.now(moment.tzinfo)
        with self._lock:
            if moment > now + SOON or (self._alarm and now < self._alarm <= moment):
                return
            self._alarm = moment
        try:
            self._task.schedule(eta=moment)
        except Exception as error:
            _log.warning("the worker could not be set to wake: %s", error)


class _PlainMessages(Serializer):  # type: ignore[misc] # Huey has no types
    """A message of Huey as a JSON list. A moment is written in ISO 8601."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data), default=datetime.isoformat).encode()

    def _deserialize(self, data: bytes) -> Any:
        message = Message(*json.loads(data))
        return message._replace(eta=datetime.fromisoformat(message.eta) if message.eta else None)


class _Threads(Consumer):  # type: ignore[misc] # Huey has no types
    """Whoever starts it decides what a signal means."""

    def _set_signal_handlers(self) -> None:
        return


def _huey(settings: Settings) -> Huey:
    """A file in the instance folder, or the PostgreSQL or Redis that PB_WAKE_URL names."""
    how: dict[str, Any] = {"results": False, "utc": True, "serializer": _PlainMessages()}
    url = settings.wake_url.get_secret_value()
    try:
        if url.startswith(("postgres://", "postgresql://")):
            return PostgresHuey(NAME, dsn=url, table_prefix="wake", **how)
        if url.startswith(("redis://", "rediss://")):
            return RedisHuey(NAME, url=url, **how)
        settings.instance.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(NAME, filename=str(settings.instance / "wake.sqlite3"), fsync=False, **how)
    except ConfigurationError as error:
        raise ProtocolBuilderError(f"PB_WAKE_URL cannot be used: {error}") from error
