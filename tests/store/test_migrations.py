import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from protocolbuilder import store
from protocolbuilder.errors import WrongDatabase
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.migrate import HEAD, migrate
from protocolbuilder.store.tables import metadata
from tests.postgres import Cluster
from tests.store.at_once import at_once
from tests.usual import THOROUGH


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, serial: Callable[[], int]) -> Iterator[Engine]:
    """A database without a table."""
    if request.param == "sqlite":
        made = engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield made
        made.dispose()
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = f"empty_{serial()}"
    made = engine(cluster.create(name))
    yield made
    made.dispose()
    cluster.drop(name)


def _cut_off(database: Engine, last: int) -> bool:
    """Migrates, with an error instead of statement number `last`. Was there such a statement?"""
    numbers = itertools.count(1)

    def cut(*_: object) -> None:
        if next(numbers) == last:
            raise InterruptedError

    event.listen(database, "before_cursor_execute", cut)
    try:
        migrate(database)
    except InterruptedError:
        return True
    finally:
        event.remove(database, "before_cursor_execute", cut)
    return False


def test_an_empty_database_is_brought_to_the_tables_of_this_program(empty: Engine) -> None:
    migrate(empty)
    with reading(empty) as session:
        context = MigrationContext.configure(
            session, opts={"compare_type": True, "compare_server_default": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_the_program_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(str(store.__file__)).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_database_at_its_newest_is_left_alone(empty: Engine) -> None:
    migrate(empty)
    statements: list[str] = []
    event.listen(empty, "before_cursor_execute", lambda *words: statements.append(words[2]))
    migrate(empty)
    assert statements
    assert not [statement for statement in statements if statement.startswith(("CREATE", "BEGIN IMMEDIATE"))]


def test_a_migration_cut_off_at_any_statement_leaves_nothing_and_can_be_done_again(empty: Engine) -> None:
    for last in itertools.count(1, 1 if THOROUGH else 17):
        if not _cut_off(empty, last):
            break
        with reading(empty) as session:
            assert inspect(session).get_table_names() == []
    with reading(empty) as session:
        assert set(metadata.tables) < set(inspect(session).get_table_names())


def test_the_tables_of_a_newer_program_are_refused_in_words(database: Engine) -> None:
    with writing(database) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongDatabase, match="newer ProtocolBuilder"):
        migrate(database)


def test_four_programs_that_start_at_once_migrate_once(empty: Engine) -> None:
    at_once([lambda: migrate(empty)] * 4)
    with reading(empty) as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        (table.name, constraint)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert unnamed == []
