"""The law library that commands judge by: the shipped one, with what was recorded in the database if there is one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from protocolbuilder.cli.terminal import settings_of
from protocolbuilder.errors import BadFile

if TYPE_CHECKING:
    from protocolbuilder.law.library import Library
    from protocolbuilder.law.overlay import Overlay


def in_use(instance: Path | None = None, *, on: date | None = None) -> Library:
    """The library of an instance on a day, today without one. Nothing is written; no database is made."""
    from protocolbuilder import catalogue
    from protocolbuilder.law.library import effective

    return effective(catalogue.library(), recorded(instance), on=on or datetime.now(UTC).date())


def recorded(instance: Path | None = None) -> Overlay:
    """What people recorded in the database of an instance; nothing where there is none, or an older one.

    Raises BadFile when a database that is there cannot be read.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from protocolbuilder.store.engine import engine, reading
    from protocolbuilder.store.migrate import state
    from protocolbuilder.store.overlay import overlay

    settings = settings_of(instance=instance)
    if not settings.database_url and not (settings.instance / "protocolbuilder.sqlite3").is_file():
        return ()
    database = engine(settings.database())
    try:
        if state(database) not in ("current", "newer"):
            return ()
        with reading(database) as session:
            return overlay(session)
    except SQLAlchemyError as error:
        raise BadFile(f"The database cannot be used: {str(error).splitlines()[0]}") from error
    finally:
        database.dispose()
