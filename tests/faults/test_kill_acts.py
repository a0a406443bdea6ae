"""kill -9 in the middle of what people do together: after every kill the database holds what a run without one holds
after as many acts, no fewer than were acknowledged, none in part; and every promise is kept within a minute.

The acts are done by the program's own pages, the mails are taken by a mail server, and what a whole database holds is
seen in two runs that nobody kills: what differs between them is chance (hashes, salts) and is not compared.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Column, Integer, Table, select

from protocolbuilder.store import made, outbox
from protocolbuilder.store.account_tables import mail_secrets, sign_in_codes, sign_ins
from protocolbuilder.store.engine import Connection, Engine, engine, reading
from protocolbuilder.store.guard_tables import limit_counts, sweeps
from protocolbuilder.store.tables import metadata
from protocolbuilder.store.verify import faults
from protocolbuilder.store.work_tables import jobs, made_parts, mails
from protocolbuilder.work.queue import Queue
from protocolbuilder.work.reconcile import reconcile
from tests.faults import acts
from tests.faults.test_kill import OF_ITSELF, ROOT
from tests.postgres import Cluster
from tests.work.mail_server import Mailbox, free_port, listening

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
ON_SQLITE, ON_POSTGRESQL = (2_600, 200) if THOROUGH else (60, 6)
MINUTE = timedelta(seconds=60)

ASIDE = {"alembic_version", limit_counts.name, sweeps.name, made_parts.name}
"""Counts of what was tried, acknowledged or not; when work was looked after; parts of what is not done yet."""
COURSE = {
    jobs.name: {"state", "attempts", "failures", "not_before", "lease_until", "done_at", "error"},
    mails.name: {"state", "attempts", "settled_at", "error"},
    mail_secrets.name: {"made_at"},
    sign_ins.name: {"seen_at"},
    "made_documents": {"made_at", "content", "sha256"},
}
"""How far a worker has come with a promise: looked at by itself."""
NUMBER = re.compile(r"\b\d{1,4}\b")
Rows = tuple[tuple[str, tuple[Any, ...]], ...]


class Postbox(Mailbox):
    """Keeps each mail as a file too, for those who go the way of its link."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = await super().handle_DATA(server, session, envelope)
        name = self.folder / f"{len(self.arrived):06d}"
        name.write_text(str(self.arrived[-1].get_content()))
        name.rename(name.with_suffix(".txt"))
        return said


@dataclass(slots=True)
class Tally:
    """`beyond`: acts that were kept though the kill came before the answer; `longest`: the most that a promise took
    from the restart on; `twice`: mails that a killed worker had handed over and another handed over again."""

    kills: int = 0
    acknowledged: int = 0
    beyond: int = 0
    mails: int = 0
    twice: int = 0
    longest: timedelta = timedelta()
    hit: Counter[str] = field(default_factory=Counter)


def _held(session: Connection) -> Rows:
    """All that there is, by table; numbers given by the database count for nothing but their order."""
    found = [(table.name, row) for table in metadata.sorted_tables for row in _rows(session, table)]
    spent = select(sign_in_codes.c.kind, sign_in_codes.c.person).where(sign_in_codes.c.spent_at.is_not(None))
    return (*found, *((sign_in_codes.name, row) for row in sorted(set(map(tuple, session.execute(spent))))))


def _rows(session: Connection, table: Table) -> list[tuple[Any, ...]]:
    if table.name in ASIDE or table is sign_in_codes:
        return []
    aside = COURSE.get(table.name, set())
    numbered = [column for column in table.primary_key.columns if _is_number(column)]
    columns = [column for column in table.columns if column.name not in aside and not _is_number(column)]
    found = [tuple(map(_plain, row)) for row in session.execute(select(*columns).order_by(*numbered))]
    return found if numbered else sorted(found, key=repr)


def _is_number(column: Column[Any]) -> bool:
    """Given by the database: after a kill PostgreSQL leaves some out."""
    alone = column.primary_key and len(column.table.primary_key.columns) == 1 and isinstance(column.type, Integer)
    return alone or any(_is_number(key.column) for key in column.foreign_keys)


def _plain(value: Any) -> Any:
    return NUMBER.sub("#", value) if isinstance(value, str) and len(value) < 1000 else value


@dataclass(frozen=True, slots=True)
class Whole:
    """What is held after each number of acts, as far as chance leaves it alone. `chance`: (table, place in the row)."""

    after: tuple[Rows, ...]
    chance: frozenset[tuple[str, int]]

    def without_chance(self, rows: Rows) -> Rows:
        return tuple(
            (name, tuple(value is None if (name, place) in self.chance else value for place, value in enumerate(row)))
            for name, row in rows
        )

    def acts_in(self, rows: Rows, *, least: int) -> int:
        """How many acts it holds, each whole. Raises AssertionError."""
        plain = self.without_chance(rows)
        found = [number for number, one in enumerate(self.after) if one == plain and number >= least]
        if not found:
            before, after = ({*self.after[min(least + more, len(acts.NAMES))]} for more in (0, 1))
            lost, more = {*before} - {*plain}, {*plain} - {*before}
            lacks = after - {*plain}
            raise AssertionError(f"half or lost around {acts.NAMES[least - 1 : least + 1]}:\n"
                                 f"{str(lost)[:900]}\nis there beyond: {str(more)[:900]}\nlacks: {str(lacks)[:900]}")
        return found[0]


def _unkilled(there: Any, url: str, folder: Path) -> list[Rows]:
    """What is held before the first act, after one, after two …"""
    folder.mkdir()
    box, port, database = Postbox(folder), free_port(), acts.at_database(there, url)
    held = []
    with listening(box, None, port=port):
        with reading(database) as session:
            held.append(_held(session))
        for _ in acts.does(acts.Hand(there, folder, port), 0):
            with reading(database) as session:
                held.append(_held(session))
    database.dispose()
    return held


@dataclass(frozen=True, slots=True)
class Start:
    """`file`: the database before the first act; `whole`: what it should hold after each."""

    file: Path
    whole: Whole


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    folder = tmp_path_factory.mktemp("acts")
    file = folder / "begun.db"
    there = acts.begun(f"sqlite:///{file}", folder)
    runs = []
    for number in (1, 2):
        shutil.copy(file, folder / f"{number}.db")
        runs.append(_unkilled(there, f"sqlite:///{folder / str(number)}.db", folder / f"mails{number}"))
    chance = frozenset(
        (name, place)
        for one, other in zip(*runs, strict=True)
        for (name, row), (also, same) in zip(one, other, strict=True)
        for place, value in enumerate(row)
        if (name, value) != (also, same[place])
    )
    after = tuple(map(Whole((), chance).without_chance, runs[0]))
    same = [name for name, one, other in zip(acts.NAMES, after, after[1:], strict=False) if one == other]
    assert same == ["send what waits", "send what waits again"], "an act leaves nothing to be looked for"
    return Start(file, Whole(after, chance))


class Workers:
    """The warm process, and one kill of a worker forked from it."""

    def __init__(self, warm: "subprocess.Popen[str]") -> None:
        self._warm = warm

    def killed(self, url: str, folder: Path, *, port: int, first: int, cut: int, after: float, how: str) -> list[str]:
        """The acts that were acknowledged. `after` is in seconds, for when cut is 0."""
        assert self._warm.stdin and self._warm.stdout
        self._warm.stdin.write(f"{url} {folder} {port} {first} {cut} {how}\n")
        self._warm.stdin.flush()
        name, pid = self._warm.stdout.readline().split()
        assert name == "pid"
        if cut == 0:
            time.sleep(after)
            os.kill(int(pid), signal.SIGKILL)
        told = []
        while (words := self._warm.stdout.readline().split(maxsplit=1))[0] == "did":
            told.append(words[1].strip())
        assert " ".join(words).strip() == f"dead {signal.SIGKILL:d}", OF_ITSELF
        return told


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    words = [sys.executable, "-m", "tests.faults.acts"]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as warm:
        yield Workers(warm)
        assert warm.stdin
        warm.stdin.close()
        warm.wait(30)


def _kept_promises(database: Engine, *, port: int, at: datetime, slow: bool) -> timedelta:
    """Does what a worker does that is started at this moment, until nothing waits. How long the last promise took.
    `slow`: what takes seconds too. Raises AssertionError for one that is not kept within a minute."""
    now = [at]
    reconcile(database, at=at)
    while (soonest := _soonest(database, slow=slow)) is not None:
        now[0] = max(now[0], soonest)
        assert now[0] - at <= MINUTE, "a promise waits for longer than a minute"
        if Queue(database, acts.handlers(port), lambda: now[0]).run_one() is None:
            now[0] += timedelta(seconds=1)  # a lease that ends now is still held
    with reading(database) as session:
        states = set(session.execute(select(mails.c.state)).scalars())
    assert states <= {"sent"}, states
    return now[0] - at


def _soonest(database: Engine, *, slow: bool) -> datetime | None:
    """When the next job is due that is neither done nor left for later."""
    waits = select(jobs.c.not_before, jobs.c.lease_until, jobs.c.state, jobs.c.kind).where(
        jobs.c.state.in_(("queued", "running", "dead"))
    )
    with reading(database) as session:
        rows = session.execute(waits).all()
    assert "dead" not in {row.state for row in rows}
    return min(
        (row.lease_until or row.not_before for row in rows if slow or row.kind != made.KIND), default=None
    )


def _nothing_is_lost(session: Connection, whole: Whole, *, least: int) -> int:
    """How many acts there are, each whole, with its mail and its job."""
    assert faults(session) == ()
    assert outbox.forgotten(session) == () and made.forgotten(session) == ()
    return whole.acts_in(_held(session), least=least)


def _came_once(database: Engine, box: Postbox) -> tuple[int, int]:
    """How many mails came, and how many of them twice: none that no worker was killed with in its hands."""
    with reading(database) as session:
        promised = {row.message_id: row.id for row in session.execute(select(mails.c.message_id, mails.c.id))}
        waited = session.execute(select(jobs.c.payload, jobs.c.attempts).where(jobs.c.kind == outbox.KIND))
        tries = {int(json.loads(row.payload)["mail"]): row.attempts for row in waited}
    came = Counter(box.ids())
    assert set(came) == set(promised), "a mail is lost, or one came that nobody promised"
    assert all(came[name] <= tries[number] for name, number in promised.items())
    return len(promised), sum(times - 1 for times in came.values())


@dataclass(slots=True)
class Place:
    """A database on which acts are done, with what came by mail, until all of them are."""

    url: str
    box: Postbox
    port: int
    done: int = 0


@contextmanager
def _place(url: str, folder: Path) -> Iterator[Place]:
    folder.mkdir()
    box, port = Postbox(folder), free_port()
    with listening(box, None, port=port):
        yield Place(url, box, port)


def _campaign(
    workers: Workers, new_url: Callable[[], str], whole: Whole, *, kills: int, folder: Path, how: str = "whole"
) -> Tally:
    tally, chance = Tally(), Random(7)
    for number in range(kills):
        if tally.kills >= kills:
            break
        with _place(new_url(), folder / f"mails{number}") as place:
            database = engine(place.url)
            while place.done < len(acts.NAMES) and tally.kills < kills:
                _one_kill(workers, place, database, whole, tally=tally, chance=chance, how=how)
            if number == 0 and place.done == len(acts.NAMES):
                took = _kept_promises(database, port=place.port, at=acts.moment(place.done), slow=True)
                tally.longest = max(tally.longest, took)
            many, twice = _came_once(database, place.box)
            tally.mails, tally.twice = tally.mails + many, tally.twice + twice
            database.dispose()
    print(tally)
    return tally


def _one_kill(
    workers: Workers, place: Place, database: Engine, whole: Whole, *, tally: Tally, chance: Random, how: str
) -> None:
    cut = chance.randint(1, 90) if tally.kills % 2 else 0
    told = workers.killed(
        place.url, place.box.folder, port=place.port, first=place.done, cut=cut, after=chance.uniform(0, 0.2), how=how
    )  # fmt: skip
    assert told == acts.NAMES[place.done : place.done + len(told)]
    with reading(database) as session:
        now = _nothing_is_lost(session, whole, least=place.done + len(told))
    assert now - place.done - len(told) <= 1
    took = _kept_promises(database, port=place.port, at=acts.moment(now), slow=False)
    tally.kills, tally.acknowledged = tally.kills + 1, tally.acknowledged + len(told)
    tally.beyond += now - place.done - len(told)
    tally.longest = max(tally.longest, took)
    tally.hit[acts.NAMES[min(now, len(acts.NAMES) - 1)]] += 1
    place.done = now


def _files(start: Start, folder: Path) -> Callable[[], str]:
    names = iter(range(1, 10_000))
    return lambda: f"sqlite:///{shutil.copy(start.file, folder / f'{next(names)}.db')}"


def test_after_every_kill_each_act_is_whole_and_every_promise_is_kept_on_sqlite(
    workers: Workers, start: Start, tmp_path: Path
) -> None:
    tally = _campaign(workers, _files(start, tmp_path), start.whole, kills=ON_SQLITE, folder=tmp_path)
    assert tally.kills == ON_SQLITE and tally.acknowledged > 0
    assert tally.longest <= MINUTE


def test_after_every_kill_each_act_is_whole_and_every_promise_is_kept_on_postgresql(
    workers: Workers, start: Start, postgres: Cluster, serial: Callable[[], int], tmp_path: Path
) -> None:
    begun, names = f"begun_{serial()}", list[str]()
    acts.begun(postgres.create(begun), tmp_path)

    def new_url() -> str:
        names.append(f"acts_{serial()}")
        return postgres.create(names[-1], template=begun)

    tally = _campaign(workers, new_url, start.whole, kills=ON_POSTGRESQL, folder=tmp_path)
    assert tally.kills == ON_POSTGRESQL and tally.acknowledged > 0
    for name in (*names, begun):
        postgres.drop(name)


def test_an_act_whose_mail_was_kept_apart_would_be_found_out(workers: Workers, start: Start, tmp_path: Path) -> None:
    """Proof that the campaign can see an act without its mail."""
    with pytest.raises(AssertionError, match="half or lost") as told:
        _campaign(workers, _files(start, tmp_path), start.whole, kills=200, folder=tmp_path, how="apart")
    assert OF_ITSELF not in str(told.value)
