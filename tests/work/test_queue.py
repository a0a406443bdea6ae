"""What becomes of a job: done once, tried again, given up, taken over. The clock is handed in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from protocolbuilder.errors import ProtocolBuilderError
from protocolbuilder.store import jobs
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.jobs import Job
from protocolbuilder.work.queue import Held, NotYet, Queue, back_off
from tests.store.builders import NOON
from tests.store.conftest import database, migrated_file, url  # noqa: F401


@dataclass(slots=True)
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Note:
    """Keeps one row for each job it did, in the transaction that finishes the job. First does `before`."""

    before: list[Exception | None] = field(default_factory=list)

    def __call__(self, held: Held) -> None:
        if self.before and (error := self.before.pop(0)):
            raise error
        with held.finishing() as session:
            session.execute(text("INSERT INTO notes VALUES (:job)"), {"job": held.job.id})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def noted(database: Engine) -> Iterator[Engine]:  # noqa: F811
    with writing(database) as session:
        session.execute(text("CREATE TABLE notes (job INTEGER)"))
    yield database


def put(database: Engine, key: str = "a", kind: str = "note") -> None:  # noqa: F811
    with writing(database) as session:
        jobs.put(session, kind, subject=key, key=key, at=NOON)


def the_job(database: Engine, key: str = "a") -> Job:  # noqa: F811
    with reading(database) as session:
        found = jobs.by_key(session, key)
    assert found
    return found


def notes(database: Engine) -> list[int]:  # noqa: F811
    with reading(database) as session:
        return [row.job for row in session.execute(text("SELECT job FROM notes ORDER BY job"))]


def test_every_job_that_is_due_is_done_once(noted: Engine, clock: Clock) -> None:
    for key in "abc":
        put(noted, key)
    queue = Queue(noted, {"note": Note()}, clock)
    assert queue.run_due() == 3
    assert queue.run_due() == 0
    assert notes(noted) == [1, 2, 3]


def test_a_failure_is_tried_again_after_longer_and_longer(noted: Engine, clock: Clock) -> None:
    put(noted)
    queue = Queue(noted, {"note": Note([ProtocolBuilderError("It broke."), ValueError("secret"), None])}, clock)
    assert queue.run_due() == 1
    assert (the_job(noted).error, the_job(noted).not_before) == ("It broke.", NOON + timedelta(minutes=1))
    clock.now += timedelta(minutes=1)
    assert queue.run_due() == 1
    assert "ValueError" in the_job(noted).error and "secret" not in the_job(noted).error
    clock.now += timedelta(minutes=2)
    queue.run_due()
    assert (the_job(noted).state, the_job(noted).error) == ("done", "")
    assert [back_off(n) for n in (0, 1, 5, 6, 99)] == [timedelta(minutes=m) for m in (1, 2, 32, 60, 60)]


def test_a_job_that_always_fails_is_dead_within_three_hours(noted: Engine, clock: Clock) -> None:
    put(noted)
    queue = Queue(noted, {"note": Note([ValueError() for _ in range(99)])}, clock)
    for _ in range(180):
        queue.run_due()
        clock.now += timedelta(minutes=1)
    assert (the_job(noted).state, the_job(noted).failures) == ("dead", 8)


def test_waiting_for_the_world_never_makes_a_job_dead(noted: Engine, clock: Clock) -> None:
    put(noted)
    waits = [NotYet("The server is down.", wait=timedelta(minutes=1)) for _ in range(50)]
    queue = Queue(noted, {"note": Note([*waits, None])}, clock)
    for _ in range(51):
        queue.run_due()
        clock.now += timedelta(minutes=1)
    assert the_job(noted).state == "done"


def test_a_job_of_a_kind_that_is_not_known_says_so_and_is_not_lost(noted: Engine, clock: Clock) -> None:
    put(noted, kind="of-another-release")
    Queue(noted, {}, clock).run_due()
    assert (the_job(noted).state, the_job(noted).failures) == ("queued", 1)
    assert "of-another-release" in the_job(noted).error


def test_what_a_worker_did_after_its_lease_was_taken_over_is_not_kept(noted: Engine, clock: Clock) -> None:
    put(noted)
    second = Queue(noted, {"note": Note()}, clock)

    def sleeps_too_long(held: Held) -> None:
        clock.now += timedelta(minutes=5)
        assert second.run_due() == 1
        with held.finishing() as session:
            session.execute(text("INSERT INTO notes VALUES (-1)"))

    Queue(noted, {"note": sleeps_too_long}, clock).run_one()
    assert notes(noted) == [1]
    assert the_job(noted).state == "done"


def test_a_worker_that_hangs_is_taken_over_within_a_minute(noted: Engine, clock: Clock) -> None:
    put(noted)
    with writing(noted) as session:
        assert jobs.claim(session, at=NOON, until=NOON + Queue(noted, {}, clock).lease)
    clock.now += timedelta(minutes=1)
    assert Queue(noted, {"note": Note()}, clock).run_due() == 1
    assert notes(noted) == [1]
