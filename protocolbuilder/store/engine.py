"""One engine for SQLite and PostgreSQL, and the two kinds of transaction: `writing` and `reading`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url

__all__ = ["Connection", "Engine", "engine", "reading", "writing"]

BUSY_TIMEOUT_MS = 30_000


def engine(url: str) -> Engine:
    """`sqlite:////folder/file.db` or `postgresql://…` (psycopg). Nothing is opened until it is used. Errors do not say
    with which values a statement failed: logs hold nobody's address or words."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        return _sqlite(where)
    if where.drivername in ("postgres", "postgresql"):
        where = where.set(drivername="postgresql+psycopg")
    return create_engine(where, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True)


@contextmanager
def writing(database: Engine) -> Iterator[Connection]:
    """One transaction that may write: all of it is kept when the block ends, none of it when it raises.

    On SQLite it takes the write lock first (BEGIN IMMEDIATE): a read in it is still true when it writes.
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
