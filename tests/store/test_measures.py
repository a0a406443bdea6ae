"""What the database says of itself, and what becomes of a write that it does not take."""

import pytest
from sqlalchemy import event, text

from protocolbuilder.errors import CannotKeep
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.measures import size, try_to_write
from tests.store.builders import created, loaded

PAGE = 4096


def full(database: Engine) -> None:
    """No page more than there is: what SQLite then says is what it says of a full disk."""
    database.dispose()
    event.listen(database, "connect", lambda link, _: link.execute("PRAGMA max_page_count = 1"))


def test_a_database_that_takes_writes_is_written_to_and_left_as_it_was(database: Engine) -> None:
    with reading(database) as session:
        before = session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    try_to_write(database)
    with reading(database) as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == before
    created(database)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_full_disk_is_said_in_words_and_what_was_kept_stays(database: Engine) -> None:
    draft = created(database)
    full(database)
    with pytest.raises(CannotKeep, match="disk is full"), writing(database) as session:
        for number in range(50):
            session.execute(text("UPDATE agreements SET words = words || :more"), {"more": f"{number}" * 4 * PAGE})
    assert loaded(database, draft.ref).title == "MASH sharing"
    with reading(database) as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_a_database_that_may_not_be_written_to_is_said_in_words(database: Engine) -> None:
    @event.listens_for(database, "begin")
    def forbid(connection: object) -> None:
        words = {"sqlite": "PRAGMA query_only=ON", "postgresql": "SET TRANSACTION READ ONLY"}
        connection.exec_driver_sql(words[database.dialect.name])  # type: ignore[attr-defined]

    with pytest.raises(CannotKeep):
        try_to_write(database)


def test_a_database_says_how_large_it_is(database: Engine) -> None:
    before = size(database)
    assert before > 10 * PAGE
    with writing(database) as session:
        session.execute(text("CREATE TABLE heap (words TEXT)"))
        session.execute(text("INSERT INTO heap VALUES (:words)"), {"words": "x" * 100 * PAGE})
    assert size(database) > before or database.dialect.name == "postgresql"  # which packs the words
