"""kill -9 of two workers in the middle of jobs: every job has its effect, and none has it twice."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from time import sleep

import pytest
from sqlalchemy import select, text

from protocolbuilder.store import jobs
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.work_tables import jobs as job_table
from tests.faults.test_kill import OF_ITSELF, Workers, _warm, new_file  # noqa: F401
from tests.faults.worker import queue

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
JOBS, KILLS = (5_000, 100) if THOROUGH else (200, 4)


def _promised(url: str, *, count: int) -> Engine:
    database, at = engine(url), datetime.now(UTC)
    with writing(database) as session:
        session.execute(text("CREATE TABLE notes (job INTEGER)"))
        for number in range(count):
            jobs.put(session, "note", subject=f"Note {number}", key=f"note:{number}", at=at)
    return database


def _killed(workers: Workers, url: str, *, kills: int, seed: int) -> None:
    """Half of the kills come at a random moment, half before a chosen statement or commit."""
    chance = Random(seed)
    for round_ in range(kills):
        cut = chance.randint(5, 70) if round_ % 2 == 0 else 0
        workers.killed(url, round_, cut=cut, after=chance.uniform(0, 0.2))


def _campaign(url: str, *how: str, count: int = JOBS, kills: int = KILLS) -> None:
    database = _promised(url, count=count)
    with _warm("jobs", *how) as one, _warm("jobs", *how) as other, ThreadPoolExecutor(2) as threads:
        running = [
            threads.submit(_killed, workers, url, kills=kills // 2, seed=seed)
            for seed, workers in enumerate((one, other))
        ]
        for some in running:
            some.result()
    _finished(database)
    with reading(database) as session:
        done = sorted(session.execute(text("SELECT job FROM notes")).scalars())
        ends = set(session.execute(select(job_table.c.state)).scalars())
        taken_over = session.execute(select(job_table.c.id).where(job_table.c.attempts > 1)).all()
    database.dispose()
    assert ends == {"done"}
    assert done == sorted({*done}), "a job had its effect twice"
    assert len(done) == count, "a job is done without its effect"
    assert taken_over, "no kill hit a job in its middle, so this campaign shows nothing"


def _finished(database: Engine) -> None:
    """What a worker started anew does, until nothing is left."""
    while True:
        queue(database).run_due()
        with reading(database) as session:
            if jobs.soonest(session) is None:
                return
        sleep(0.05)


def test_jobs_are_done_once_though_two_workers_are_killed_on_sqlite(new_file: Callable[[], str]) -> None:  # noqa: F811
    _campaign(new_file())


def test_jobs_are_done_once_though_two_workers_are_killed_on_postgresql(postgres_url: str) -> None:
    _campaign(postgres_url)


def test_a_queue_that_kept_effect_and_end_apart_would_be_found_out(new_file: Callable[[], str]) -> None:  # noqa: F811
    """Proof that the campaign can see an effect that is missing or doubled. A kill has to hit between the two, so it
    may take more than one campaign."""
    with pytest.raises(AssertionError, match=r"without its effect|twice") as told:
        for _ in range(10):
            _campaign(new_file(), "piecemeal", count=100, kills=20)
    assert OF_ITSELF not in str(told.value)
