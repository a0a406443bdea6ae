"""One application on a real SQLite database for the session; each test makes its own agreements in it."""

import itertools
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement, new
from protocolbuilder.domain.schema import list_sections
from protocolbuilder.settings import Settings
from protocolbuilder.store.agreements import Draft, create, load
from protocolbuilder.store.engine import engine, reading, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.web.app import create_app
from tests.web.signing_in import Clock, cheap
from tests.web.visitor import Visitor


class Compiled(BytecodeCache):
    """Each page's template is compiled once for all the applications of a session, not once for each."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {"bytecode_cache": Compiled()}

START = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Its clock goes on 20 milliseconds with each look; its ids are n1, n2, …"""
    looks, numbers = itertools.count(1), itertools.count(1)
    made = create_app(
        Settings(instance=tmp_path_factory.mktemp("web"), limits_times=1000),  # all are one person's acts
        clock=lambda: START + timedelta(milliseconds=20 * next(looks)),
        new_id=lambda: f"n{next(numbers)}",
    )
    made.testing = True
    return made


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database brought to the newest tables, to copy from."""
    file = tmp_path_factory.mktemp("migrated") / "protocolbuilder.sqlite3"
    made = engine(f"sqlite:///{file}")
    migrate(made)
    made.dispose()
    return file


@pytest.fixture
def own(tmp_path: Path, migrated: Path) -> Flask:
    """An application with a database of its own: a record on the library counts for every agreement in it."""
    numbers = iter(range(1, 10_000))
    shutil.copy(migrated, tmp_path / migrated.name)
    made = create_app(Settings(instance=tmp_path), clock=lambda: START, new_id=lambda: f"r{next(numbers)}")
    made.testing = True
    return made


@pytest.fixture
def clock() -> Clock:
    """Of `copy`: it stands until a test puts it forward."""
    return Clock(START)


@pytest.fixture
def copy(tmp_path: Path, migrated: Path, clock: Clock) -> Flask:
    """An application with a database of its own, where a hash costs next to nothing."""
    return cheap(tmp_path, migrated, clock)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


@pytest.fixture
def other(app: Flask) -> Visitor:
    """Somebody else, at another machine."""
    return Visitor(app.test_client(), name="Sam Hill, records officer")


@pytest.fixture
def draft(app: Flask) -> Callable[..., Draft]:
    """draft() is an empty agreement; draft(parties=[…]) one with these answers."""
    database = app.extensions["protocolbuilder"].database

    def make(agreement: Agreement | None = None, **answers: object) -> Draft:
        sections = list_sections(catalogue.schema("agreement-1"))
        start = agreement or new("agreement-1", library=catalogue.LIBRARY_VERSION, sections=sections)
        whole = replace(start, answers={**start.answers, **answers})
        with writing(database) as session:
            new_id = app.extensions["protocolbuilder"].new_id
            return create(session, whole, by="Jo Green", at=START, new_id=new_id)

    return make


@pytest.fixture
def stored(app: Flask) -> Callable[[str], Draft]:
    """The draft as the database holds it now."""

    def read(ref: str) -> Draft:
        with reading(app.extensions["protocolbuilder"].database) as session:
            return load(session, ref)

    return read
