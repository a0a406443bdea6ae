"""How commands speak and what they read and write: one clear line for bad usage or input, never a traceback."""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from protocolbuilder.errors import BadFile, ProtocolBuilderError

if TYPE_CHECKING:
    from protocolbuilder.settings import Settings
    from protocolbuilder.store.engine import Engine

FINE: Final = 0
PROBLEMS: Final = 1
BAD_INPUT: Final = 2
FILE: Final = click.Path(path_type=Path)
OUT: Final = click.option("-o", "out", type=FILE, required=True, help="The file to write.")
JSON: Final = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
INSTANCE: Final = click.option("--instance", type=FILE, help="Folder of the database, documents and keys.")
UNDER: Final = click.option(
    "--under", "above", type=FILE, help="The protocol it stands under: its answers, where this has none."
)

LARGEST: Final = 50_000_000  # bytes; each kind of file has its own, lower limit


class Commands(click.Group):
    """Exit status 0: fine. 1: it ran and found problems. 2: bad usage or input, with one line on standard error."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run, and turn whatever a person or the world did wrong into one line."""
        try:
            status = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            sys.exit(FINE)
        except click.ClickException as error:
            _refuse(error.format_message())
        except click.Abort:
            sys.exit(130)
        except ProtocolBuilderError as error:
            _refuse(error.text)
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(FINE)
        except OSError as error:
            _refuse(f"{error.filename or 'The system'}: {error.strerror or error}")
        sys.exit(status if isinstance(status, int) else FINE)


def _refuse(words: str) -> NoReturn:
    click.echo(f"protocolbuilder: {one_line(words)}", err=True)
    sys.exit(BAD_INPUT)


def one_line(words: str) -> str:
    """The words on one line, with whatever a terminal would not show as a character made visible."""
    joined = " ".join(words.split())
    return "".join(mark if mark.isprintable() else f"\\u{ord(mark):04x}" for mark in joined)


def content_of(path: Path) -> bytes:
    """The bytes of a file. Raises BadFile, with the reason, for what cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: {_reason(error)}") from error
    if len(content) > LARGEST:
        raise BadFile(f"{path}: the file is larger than {LARGEST // 1_000_000} MB.")
    return content


def write(path: Path, content: bytes) -> None:
    """The whole file or nothing. Raises BadFile, with the reason, when it cannot be written."""
    try:
        handle, waiting = tempfile.mkstemp(dir=path.parent, prefix=".protocolbuilder-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            Path(waiting).chmod(0o666 & ~_umask())
            Path(waiting).replace(path)
        except OSError:
            Path(waiting).unlink()
            raise
    except (OSError, ValueError) as error:
        raise BadFile(f"{path} cannot be written: {_reason(error)}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: OSError | ValueError) -> str:
    if not isinstance(error, OSError):
        return "this is no name of a file."
    plain = {errno.ENOENT: "there is no such file or folder.", errno.EISDIR: "this is a folder, not a file.",
             errno.EACCES: "reading or writing it is not allowed."}
    return plain.get(error.errno or 0, f"{error.strerror or error}.")


def say(values: Any) -> None:
    """JSON on standard output; a day as 2026-11-24."""
    click.echo(json.dumps(values, ensure_ascii=False, indent=1, default=str))


def exit_with(problems: Sized) -> None:
    """End with the status for problems when there are any."""
    if len(problems):
        click.get_current_context().exit(PROBLEMS)


def settings_of(*, instance: Path | None, port: int | None = None) -> Settings:
    """The settings, with what the command line overrides. Raises BadFile naming the first that is wrong."""
    from pydantic import ValidationError

    from protocolbuilder.settings import Settings

    given: dict[str, Any] = {"instance": instance, "port": port}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "PB_" + "_".join(map(str, first["loc"])).upper()
        raise BadFile(f"{name} is wrong: {first['msg']}.") from error


@contextmanager
def stored(settings: Settings) -> Iterator[Engine]:
    """The database, brought to this program's tables. Raises BadFile when it cannot be reached or used."""
    from sqlalchemy.exc import SQLAlchemyError

    from protocolbuilder.store.engine import engine
    from protocolbuilder.store.migrate import migrate

    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
        database = engine(settings.database())
        migrate(database)
        yield database
        database.dispose()
    except SQLAlchemyError as error:
        raise BadFile(f"The database cannot be used: {str(error).splitlines()[0]}") from error
