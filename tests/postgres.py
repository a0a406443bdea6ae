"""A real PostgreSQL cluster, started by the tests in a folder of their own and thrown away after.

No TCP port is opened and a PostgreSQL already running on the machine is not touched. PostgreSQL refuses to
run as root, so under root every command goes through setpriv as the user `postgres` of Debian's package.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

_QUICK = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster. `folder` holds its socket."""

    folder: Path

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one database."""
        return f"postgresql+psycopg://pb@/{database}?host={self.folder}"

    def administrate(self, statement: str, *names: str) -> None:
        """Runs one statement outside a transaction; each {} is one quoted name."""
        words = sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]
        with psycopg.connect(host=str(self.folder), user="pb", dbname="postgres", autocommit=True) as link:
            link.execute(words)

    def create(self, database: str, *, template: str = "template0") -> str:
        """A new database, copied from `template`; returns its URL. Without fsync its files are copied fastest."""
        self.administrate("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Ends whatever is connected and removes the database."""
        self.administrate("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def _binary(name: str) -> str | None:
    versioned = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[4]))
    return str(versioned[-1]) if versioned else shutil.which(name)


def _run(words: list[str], folder: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        words = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", *words]
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", "TMPDIR": str(folder)}
    log = folder / "commands.log"
    with log.open("ab") as said:
        done = subprocess.run(
            words, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=60
        )
    if done.returncode:
        raise RuntimeError(f"{words[-1]}: exit {done.returncode}\n{log.read_text(errors='replace')[-3000:]}")


def _absent() -> str:
    """Why PostgreSQL cannot be started here; empty when it can."""
    if not _binary("initdb") or not _binary("pg_ctl"):
        return "PostgreSQL is not installed (Debian: postgresql)"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            return "run as root, and there is no user postgres to run PostgreSQL as"
    return ""


def _place() -> str:
    """In memory where there is room: a database is copied for each test, and a copy waits for what is written."""
    memory = Path("/dev/shm")  # the system's own
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 2**30 else "/tmp"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Starts a cluster (about a second) and removes it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pb-pg-", dir=_place()))  # a socket's path may not be long
    pg_ctl, data = str(_binary("pg_ctl")), str(folder / "data")
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        make = ["-D", data, "-A", "trust", "-U", "pb", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
        _run([str(_binary("initdb")), *make], folder)
        options = f"{_QUICK} -c unix_socket_directories={folder} -c max_connections=60"
        _run([pg_ctl, "-D", data, "-o", options, "-l", str(folder / "server.log"), "-w", "start"], folder)
        folder.chmod(0o711)
        yield Cluster(folder)
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            _run([pg_ctl, "-D", data, "-m", "immediate", "stop"], folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The cluster of this test session. Where there is none, skips; under CI=true, fails instead."""
    if reason := _absent():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_template(postgres: Cluster) -> str:
    """Name of a database brought to the newest version by the product's own migrations, to copy from."""
    from protocolbuilder.store.engine import engine
    from protocolbuilder.store.migrate import migrate

    database = engine(postgres.create("migrated"))
    migrate(database)
    database.dispose()
    return "migrated"


@pytest.fixture
def postgres_url(postgres: Cluster, migrated_template: str, serial: Callable[[], int]) -> Iterator[str]:
    """URL of a migrated database of this test alone."""
    name = f"test_{serial()}"
    yield postgres.create(name, template=migrated_template)
    postgres.drop(name)
