from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from protocolbuilder.store.engine import Engine, reading, writing
from tests.store.builders import created, loaded, new_id


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_every_sqlite_connection_keeps_what_is_committed_on_the_disk(database: Engine) -> None:
    with writing(database) as first, reading(database) as second:
        for connection in (first, second):
            kept = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in (
                    "journal_mode",
                    "synchronous",
                    "foreign_keys",
                    "recursive_triggers",
                    "busy_timeout",
                )
            }
            assert kept == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "recursive_triggers": 1,
                "busy_timeout": 30_000,
            }


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_writer_on_sqlite_holds_the_write_lock_before_it_reads(database: Engine) -> None:
    statements: list[str] = []
    with writing(database) as session:
        assert session.connection.driver_connection is not None
        session.connection.driver_connection.set_trace_callback(statements.append)
        session.execute(text("SELECT count(*) FROM agreements"))
        session.connection.driver_connection.set_trace_callback(None)
        other = database.connect().execution_options(pb_reading=True)
        other.exec_driver_sql("PRAGMA busy_timeout=0")
        other.exec_driver_sql("PRAGMA query_only=OFF")
        with pytest.raises(DBAPIError, match="locked"):
            other.exec_driver_sql("DELETE FROM given_refs")
        other.close()


def test_a_reading_transaction_is_refused_any_write(database: Engine) -> None:
    with pytest.raises(DBAPIError), reading(database) as session:
        session.execute(text("DELETE FROM given_refs"))
    created(database)  # and the same connection may write again afterwards


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed(database: Engine) -> None:
    draft = created(database)
    with writing(database) as session:
        session.execute(text("UPDATE agreements SET title = 'half done'"))
        assert loaded(database, draft.ref).title == "MASH sharing"


def test_a_transaction_that_raises_leaves_nothing(database: Engine) -> None:
    draft = created(database)
    with pytest.raises(RuntimeError, match="in the middle"), writing(database) as session:
        session.execute(text("UPDATE agreements SET title = 'half done'"))
        raise RuntimeError("in the middle")
    assert loaded(database, draft.ref).title == "MASH sharing"


def test_a_moment_without_a_time_zone_is_refused(database: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"):
        created(database, at=datetime(2026, 7, 1, 12, 0))
    assert new_id() != new_id()
