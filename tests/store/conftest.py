"""Every store test runs on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocolbuilder.store.engine import Engine, engine
from protocolbuilder.store.migrate import migrate


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file brought to the newest version by the product's own migrations, to copy from."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    made = engine(f"sqlite:///{file}")
    migrate(made)
    made.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        file = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    made = engine(url)
    yield made
    made.dispose()
