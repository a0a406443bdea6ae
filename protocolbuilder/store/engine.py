"""One engine for SQLite and PostgreSQL, and the two kinds of transaction: `writing` and `reading`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext, make_url

from protocolbuilder.errors import CannotKeep

__all__ = ["Connection", "Engine", "engine", "reading", "writing"]

BUSY_TIMEOUT_MS = 30_000
FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
FULL_STATES: Final = frozenset({"53100", "25006", "58030"})  # PostgreSQL: disk full, read only, input or output failed


def engine(url: str) -> Engine:
    """`sqlite:////folder/file.db` or `postgresql://…` (psycopg). Nothing is opened until it is used. Errors do not say
    with which values a statement failed: logs hold nobody's address or words."""
    where = make_url(url)
    if where.drivername in ("postgres", "postgresql"):
        where = where.set(drivername="postgresql+psycopg")
    if where.get_backend_name() == "sqlite":
        made = _sqlite(where)
    else:
        made = create_engine(where, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True)
    event.listen(made, "handle_error", _told_apart, retval=True)
    return made


@contextmanager
def writing(database: Engine) -> Iterator[Connection]:
    """One transaction that may write: all of it is kept when the block ends, none of it when it raises.

    On SQLite it takes the write lock first (BEGIN IMMEDIATE): a read in it is still true when it writes. Raises
    CannotKeep when the disk is full or may not be written to.
    """
    with database.begin() as connection:
        yield connection


@contextmanager
def reading(database: Engine) -> Iterator[Connection]:
    """One transaction that cannot write, whatever is called in it. It never waits for a writer, and all it
    reads is of one moment."""
    with database.connect() as opened:
        connection = opened.execution_options(pb_reading=True)
        if database.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def _told_apart(fault: ExceptionContext) -> CannotKeep | None:
    """A write in a transaction that reads is the program's own fault and stays what it is."""
    if fault.connection is not None and fault.connection.get_execution_options().get("pb_reading"):
        return None
    error = fault.original_exception
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in FULL or getattr(error, "sqlstate", None) in FULL_STATES:
        return CannotKeep("Nothing can be kept at the moment, because the disk is full or locked.")
    return None


def _sqlite(where: URL) -> Engine:
    made = create_engine(where, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """The driver starts no transactions of its own (it would start them after the first read and lose
    updates); what is committed is on the disk; `INSERT OR REPLACE` fires the triggers that refuse DELETE."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("pb_reading"):
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
