"""Jobs are written with the act, claimed by one at a time, and fenced against whoever held them before."""

from datetime import timedelta

import pytest

from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import jobs
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.jobs import Job
from tests.store.at_once import at_once
from tests.store.builders import NOON, minutes


def put(session: Connection, key: str, *, after: int = 0) -> int:
    return jobs.put(session, "mail", subject=f"Mail {key}", key=key, at=NOON, not_before=minutes(after))


def claimed(database: Engine, *, at: int = 0) -> Job | None:
    with writing(database) as session:
        return jobs.claim(session, at=minutes(at), until=minutes(at + 1))


def one(database: Engine, key: str = "a") -> Job:
    with reading(database) as session:
        found = jobs.by_key(session, key)
    assert found
    return found


def test_a_job_is_kept_with_its_act_or_not_at_all(database: Engine) -> None:
    with pytest.raises(RuntimeError, match="act failed"), writing(database) as session:
        put(session, "a")
        raise RuntimeError("act failed")
    with reading(database) as session:
        assert jobs.by_key(session, "a") is None


def test_a_promise_made_twice_is_one_job(database: Engine) -> None:
    with writing(database) as session:
        first = put(session, "a")
        assert put(session, "a") == first
        assert jobs.were_put(session)
        assert not jobs.were_put(session)
    with reading(database) as session:
        assert jobs.counts(session)["queued"] == 1


def test_jobs_are_claimed_in_the_order_in_which_they_are_due_and_none_before_its_time(database: Engine) -> None:
    with writing(database) as session:
        put(session, "later", after=5)
        put(session, "a")
        put(session, "b")
    keys = [job.key for _ in range(2) if (job := claimed(database))]
    assert keys == ["a", "b"]
    assert claimed(database, at=0) is None
    with reading(database) as session:
        assert jobs.soonest(session) == minutes(1)  # when the leases run out


def test_two_who_claim_at_once_get_two_jobs(database: Engine) -> None:
    with writing(database) as session:
        for number in range(12):
            put(session, str(number))
    got = at_once([lambda: [job.key for _ in range(3) if (job := claimed(database))]] * 4)
    keys = [key for some in got for key in some]
    assert len(keys) == len(set(keys)) == 12


def test_who_claimed_first_can_change_nothing_after_its_lease_was_taken_over(database: Engine) -> None:
    with writing(database) as session:
        put(session, "a")
    first, second = claimed(database), claimed(database, at=2)
    assert first and second and second.failures == 1
    with writing(database) as session:
        assert not jobs.finish(session, first, at=minutes(2))
        assert not jobs.fail(session, first, until=minutes(3), error="x")
        assert not jobs.hold(session, first, until=minutes(9))
        assert jobs.hold(session, second, until=minutes(9))
        assert jobs.finish(session, second, at=minutes(2))
    assert one(database).state == "done"


def test_a_job_that_fails_eight_times_is_dead_and_can_be_begun_anew(database: Engine) -> None:
    with writing(database) as session:
        number = put(session, "a")
    for time in range(8):
        job = claimed(database, at=time)
        assert job and job.failures == time
        with writing(database) as session:
            jobs.fail(session, job, until=minutes(time), error="It broke.")
    assert claimed(database, at=99) is None
    assert (one(database).state, one(database).error) == ("dead", "It broke.")
    with writing(database) as session:
        assert jobs.again(session, number, at=minutes(99)).failures == 0
    assert claimed(database, at=99)


def test_what_the_world_delays_is_no_failure(database: Engine) -> None:
    with writing(database) as session:
        put(session, "a")
    for time in range(20):
        job = claimed(database, at=time)
        assert job and job.failures == 0
        with writing(database) as session:
            jobs.postpone(session, job, until=minutes(time + 1), error="The server is down.")


def test_a_job_that_kills_eight_workers_is_dead(database: Engine) -> None:
    with writing(database) as session:
        put(session, "a")
    for time in range(0, 16, 2):
        assert claimed(database, at=time)
    assert claimed(database, at=99) is None
    with writing(database) as session:
        assert jobs.bury(session, at=minutes(99)) == 1
    assert one(database).error == "The worker stopped in the middle of it."


def test_only_what_nobody_is_at_can_be_cancelled(database: Engine) -> None:
    with writing(database) as session:
        number, other = put(session, "a"), put(session, "b")
    claimed(database)
    with writing(database) as session, pytest.raises(Frozen):
        jobs.cancel(session, number)
    with writing(database) as session:
        assert jobs.cancel(session, other).state == "cancelled"
    with writing(database) as session, pytest.raises(NotFound):
        jobs.cancel(session, 999)


def test_a_payload_comes_back_as_it_was(database: Engine) -> None:
    with writing(database) as session:
        jobs.put(session, "mail", subject="x", key="k", at=NOON, payload={"mail": 7, "ref": "ISA-2026-0001"})
    job = claimed(database)
    assert job and job.payload == {"mail": 7, "ref": "ISA-2026-0001"}
    assert job.lease_until == NOON + timedelta(minutes=1)
