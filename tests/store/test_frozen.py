"""The database itself refuses to change what was issued, whoever asks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.verify import faults
from tests.store.builders import created, issued

CHANGES = [
    "UPDATE versions SET note = 'other'",
    "UPDATE versions SET digest = digest",
    "DELETE FROM versions",
    "UPDATE documents SET content = content",
    "UPDATE documents SET name = 'other.docx'",
    "DELETE FROM documents",
    "UPDATE events SET done_by = 'Somebody else'",
    "DELETE FROM events",
]
ONE_TOO_MANY = (
    "INSERT INTO documents (ref, number, name, media_type, content, sha256, size) "
    "SELECT ref, number, 'late.docx', media_type, content, sha256, size FROM documents LIMIT 1"
)


def _refused(database: Engine, statement: str) -> str:
    with pytest.raises(IntegrityError) as told, writing(database) as session:
        session.execute(text(statement))
    return str(told.value.orig)


@pytest.mark.parametrize("statement", CHANGES)
def test_what_was_issued_and_what_was_done_is_refused_update_and_delete(database: Engine, statement: str) -> None:
    issued(database, created(database))
    assert "never changed" in _refused(database, statement)
    with reading(database) as session:
        assert faults(session) == ()


def test_a_document_cannot_be_added_to_a_version_that_is_complete(database: Engine) -> None:
    issued(database, created(database))
    assert "complete" in _refused(database, ONE_TOO_MANY)


def test_an_agreement_with_a_history_cannot_be_deleted(database: Engine) -> None:
    created(database)
    _refused(database, "DELETE FROM agreements")


@pytest.mark.parametrize("table", ["versions", "documents", "events"])
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_insert_over_what_is_there(database: Engine, table: str) -> None:
    issued(database, created(database))
    for pragma in ("ON", "OFF"):
        with database.connect() as session:
            session.exec_driver_sql("ROLLBACK")
            session.exec_driver_sql(f"PRAGMA recursive_triggers={pragma}")
            with pytest.raises(IntegrityError, match="never changed"):
                session.exec_driver_sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("table", ["versions", "documents", "events"])
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_refuses_truncate_and_a_session_without_triggers(database: Engine, table: str) -> None:
    issued(database, created(database))
    assert "never changed" in _refused(database, f"TRUNCATE {table} CASCADE")
    with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(f"DELETE FROM {table}"))
