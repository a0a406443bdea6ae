"""kill -9 in the middle of saving and issuing: what was acknowledged is there, and nothing is half there.

Half of the kills come at a random moment from outside, half before a chosen statement or commit. A kill cannot
show a missing fsync; that the disk is told to keep what is committed is held by tests/store/test_engine.py.
"""

import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import IO

import pytest
from sqlalchemy import select

from protocolbuilder.store.agreements import Draft, load
from protocolbuilder.store.engine import Connection, engine, reading
from protocolbuilder.store.migrate import migrate
from protocolbuilder.store.register import register
from protocolbuilder.store.tables import journal
from protocolbuilder.store.verify import faults
from protocolbuilder.store.versions import version
from tests.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent.parent
THOROUGH = bool(os.environ.get("PB_THOROUGH"))
ON_SQLITE, ON_POSTGRESQL = (2_000, 200) if THOROUGH else (214, 10)
KILLS_A_DATABASE = 20
OF_ITSELF = "the worker ended of itself; see its error above"


@dataclass(slots=True)
class Tally:
    """What a campaign saw. `beyond`: transactions that were kept though the kill came before the answer."""

    kills: int = 0
    saved: int = 0
    issued: int = 0
    beyond: int = 0


class Workers:
    """The warm process, and one kill of a worker forked from it."""

    def __init__(self, warm: "subprocess.Popen[str]") -> None:
        assert warm.stdin and warm.stdout
        self._in: IO[str] = warm.stdin
        self._out: IO[str] = warm.stdout

    def killed(self, url: str, round_: int, *, cut: int, after: float) -> list[list[str]]:
        """The transactions that were acknowledged, each as words. `after` is in seconds, for when cut is 0."""
        self._in.write(f"{url} {round_} {cut}\n")
        self._in.flush()
        name, pid = self._out.readline().split()
        assert name == "pid"
        if cut == 0:
            time.sleep(after)
            os.kill(int(pid), signal.SIGKILL)
        told = []
        while (words := self._out.readline().split())[0] != "dead":
            told.append(words)
        assert words == ["dead", str(int(signal.SIGKILL))], OF_ITSELF
        return told


@contextmanager
def _warm(*how: str, program: str = "tests.faults.worker") -> Iterator[Workers]:
    with subprocess.Popen(
        [sys.executable, "-m", program, *how],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as warm:
        yield Workers(warm)
        assert warm.stdin
        warm.stdin.close()
        warm.wait(30)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with _warm() as warm:
        yield warm


@pytest.fixture
def new_file(tmp_path: Path) -> Callable[[], str]:
    """The URL of another migrated SQLite file, each time it is called."""
    template = tmp_path / "migrated"
    made = engine(f"sqlite:///{template}")
    migrate(made)
    made.dispose()
    names = itertools.count(1)
    return lambda: f"sqlite:///{shutil.copy(template, tmp_path / f'{next(names)}.db')}"


def _saves(session: Connection, ref: str) -> dict[int, dict[str, str]]:
    """{draft number: {address: text}}, as the journal has it."""
    kept: dict[int, dict[str, str]] = {}
    for row in session.execute(select(journal).where(journal.c.ref == ref).order_by(journal.c.id)):
        kept.setdefault(row.number, {})[row.address] = json.loads(row.after)["answer"]
    return kept


def _nothing_is_half(session: Connection, draft: Draft, saves: dict[int, dict[str, str]]) -> None:
    assert faults(session) == ()
    assert all(len(save) == 3 for save in saves.values())
    last = {address.removeprefix("purpose."): text for save in saves.values() for address, text in save.items()}
    assert draft.agreement.answers["purpose"] == last


def _all_is_there(
    session: Connection, draft: Draft, saves: dict[int, dict[str, str]], *, told: list[list[str]]
) -> None:
    for what, ref, *words in told:
        assert ref == draft.ref
        if what == "saved":
            number, said, *addresses = words
            assert saves[int(number)] == dict.fromkeys(addresses, said)
        elif what == "issued":
            assert version(session, ref, int(words[0])).digest == words[1]


def _judge(url: str, told: list[list[str]]) -> int:
    """Opens the database anew, as a server started again would. How many transactions it holds in all."""
    database = engine(url)
    try:
        with reading(database) as session:
            rows = register(session).rows
            if not rows:
                assert told == []
                return 0
            draft, saves = load(session, rows[0].ref), _saves(session, rows[0].ref)
            _nothing_is_half(session, draft, saves)
            _all_is_there(session, draft, saves, told=told)
            return draft.number + (draft.issued or 0)
    finally:
        database.dispose()


def _campaign(workers: Workers, new_url: Callable[[], str], *, kills: int) -> Tally:
    """At most one transaction a kill may be there unacknowledged; after some kills a new database begins."""
    tally, chance, url, kept = Tally(), Random(7), "", 0
    everything: list[list[str]] = []
    for round_ in range(kills):
        if round_ % KILLS_A_DATABASE == 0:
            url, kept, everything = new_url(), 0, []
        cut = chance.randint(1, 60) if round_ % 2 else 0
        told = workers.killed(url, round_, cut=cut, after=chance.uniform(0, 0.06))
        everything += told
        now = _judge(url, everything)
        assert 0 <= now - kept - len(told) <= 1
        tally.beyond += now - kept - len(told)
        tally.kills += 1
        tally.saved += sum(words[0] == "saved" for words in told)
        tally.issued += sum(words[0] == "issued" for words in told)
        kept = now
    print(tally)
    return tally


def test_after_every_kill_on_sqlite_what_was_acknowledged_is_there_and_nothing_is_half(
    workers: Workers, tmp_path: Path, new_file: Callable[[], str]
) -> None:
    tally = _campaign(workers, new_file, kills=ON_SQLITE)
    assert tally.kills == ON_SQLITE
    assert tally.saved > 0 and tally.issued > 0
    for file in tmp_path.glob("*.db"):
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_after_every_kill_of_a_client_of_postgresql_what_was_acknowledged_is_there_and_nothing_is_half(
    workers: Workers, postgres: Cluster, migrated_template: str, serial: Callable[[], int]
) -> None:
    names: list[str] = []

    def new_url() -> str:
        names.append(f"killed_{serial()}")
        return postgres.create(names[-1], template=migrated_template)

    tally = _campaign(workers, new_url, kills=ON_POSTGRESQL)
    assert tally.kills == ON_POSTGRESQL
    assert tally.saved > 0 and tally.issued > 0
    for name in names:
        postgres.drop(name)


def test_a_store_that_committed_piece_by_piece_would_be_found_out(new_file: Callable[[], str]) -> None:
    """Proof that the campaign can see half a save or half a version."""
    with _warm("piecemeal") as workers, pytest.raises(AssertionError) as told:
        _campaign(workers, new_file, kills=60)
    assert OF_ITSELF not in str(told.value)
