"""Brings a database to the tables of this program. Needs no file outside the package."""

from pathlib import Path
from typing import Literal

from sqlalchemy import inspect, text

from protocolbuilder.errors import WrongDatabase
from protocolbuilder.store.engine import Connection, Engine, reading, writing

HEAD = "0020"
"""The newest file in `migrations/versions`; a test holds the two equal. So a start need not load Alembic."""

ONE_AT_A_TIME = 7_072_026
"""Our key for PostgreSQL's advisory lock; on SQLite the write lock does the same."""


def migrate(database: Engine) -> None:
    """Upgrades to HEAD in one transaction; a kill in the middle leaves what was there before.

    Cheap when there is nothing to do. Raises WrongDatabase when the tables are of a newer program.
    """
    with reading(database) as connection:
        if _stamp(connection) == HEAD:
            return
    with writing(database) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        if _stamp(connection) != HEAD:
            _upgrade(connection)


def state(database: Engine) -> Literal["empty", "older", "current", "newer"]:
    """How the tables stand to this program's. Reads only."""
    with reading(database) as connection:
        stamp = _stamp(connection)
    if stamp is None:
        return "empty"
    return "current" if stamp == HEAD else "older" if stamp < HEAD else "newer"


def _stamp(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    stamp: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return stamp


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    stamp = _stamp(connection)
    if stamp is not None and stamp not in known:
        raise WrongDatabase(
            f"This database was made by a newer ProtocolBuilder (its tables are {stamp}, "
            f"this program knows {HEAD}). Start the newer program, or restore a backup made by this one."
        )
    command.upgrade(config, "head")
