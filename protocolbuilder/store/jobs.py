"""Work that was promised: each job is written in the transaction of the act that promises it, and done later.

A job is claimed for a while (its lease) and counts as done only when whoever claimed it says so. What a dead worker
held is claimed again when its lease has run out, so every handler must bear being run twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.work_tables import jobs as table

State = Literal["queued", "running", "done", "dead", "cancelled"]
MOST_FAILURES: Final = 8
_PUT: Final = "pb_jobs_put"
_STOPPED: Final = "The worker stopped in the middle of it."


@dataclass(frozen=True, slots=True)
class Job:
    """`payload` holds no personal data. `attempts` counts the claims, `failures` those that went wrong; `error` says in
    plain words what went wrong last, "" when nothing did."""

    id: int
    kind: str
    subject: str
    payload: Mapping[str, Any]
    key: str
    state: State
    attempts: int
    failures: int
    put_at: datetime
    not_before: datetime
    lease_until: datetime | None
    done_at: datetime | None
    error: str


def put(
    session: Connection, kind: str, *, subject: str, key: str, at: datetime,
    payload: Mapping[str, Any] | None = None, not_before: datetime | None = None,
) -> int:
    """The job's number. A second job with the same key is the first one: nothing is written."""  # fmt: skip
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    content = json.dumps(dict(payload or {}), ensure_ascii=False, sort_keys=True)
    row = dialect.insert(table).values(
        kind=kind, subject=subject, payload=content, key=key, state="queued", attempts=0, failures=0,
        put_at=at, not_before=not_before or at, error="",
    )  # fmt: skip
    made = session.execute(row.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)).scalar()
    session.info[_PUT] = True
    number: int = made or session.execute(select(table.c.id).where(table.c.key == key)).scalar_one()
    return number


def were_put(session: Connection) -> bool:
    """Did this transaction put a job? Asked once, before it ends: somebody should be woken then."""
    return bool(session.info.pop(_PUT, False))


def claim(session: Connection, *, at: datetime, until: datetime) -> Job | None:
    """The job that has waited longest of those due, held until `until`; None when none is due. Two who claim at once
    get two jobs. A job whose lease ran out has failed once more by that."""
    first = (
        select(table.c.id)
        .where(_due(at))
        .order_by(table.c.not_before, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    given_up = case((table.c.state == "running", 1), else_=0)
    taken = (
        update(table)
        .where(table.c.id == first.scalar_subquery())
        .values(
            state="running", attempts=table.c.attempts + 1, failures=table.c.failures + given_up, lease_until=until,
        )
        .returning(*table.c)
    )  # fmt: skip
    row = session.execute(taken).one_or_none()
    return _job(row) if row else None


def hold(session: Connection, job: Job, *, until: datetime) -> bool:
    """Lengthens the lease. False: somebody else has the job by now."""
    return _settle(session, job, lease_until=until)


def finish(session: Connection, job: Job, *, at: datetime) -> bool:
    """False: the lease ran out and somebody else has the job; what was done in this transaction must not be kept."""
    return _settle(session, job, state="done", done_at=at, lease_until=None, error="")


def postpone(session: Connection, job: Job, *, until: datetime, error: str) -> bool:
    """It could not be done yet (a server is down): queued until then. It does not count as a failure."""
    return _settle(session, job, state="queued", not_before=until, lease_until=None, error=error)


def fail(session: Connection, job: Job, *, until: datetime, error: str) -> bool:
    """Queued again until then; at the eighth failure it is dead, and waits for the administrator."""
    failures = job.failures + 1
    state = "dead" if failures >= MOST_FAILURES else "queued"
    return _settle(
        session, job, state=state, failures=failures, not_before=until, lease_until=None, error=error
    )


def bury(session: Connection, *, at: datetime) -> int:
    """Jobs in the middle of which a worker stopped for the eighth time become dead. How many."""
    values = {"state": "dead", "failures": MOST_FAILURES, "lease_until": None, "error": _STOPPED}
    return session.execute(update(table).where(_spent(at)).values(**values)).rowcount


def again(session: Connection, number: int, *, at: datetime) -> Job:
    """Queues a job anew that is dead, cancelled or done, its failures forgotten. Raises NotFound, Frozen."""
    return _decide(session, number, ("dead", "cancelled", "done"), state="queued", failures=0, not_before=at,
                   done_at=None)  # fmt: skip


def cancel(session: Connection, number: int) -> Job:
    """Takes a job out that nobody is at. Raises NotFound; Frozen when it is running, done or cancelled."""
    return _decide(session, number, ("queued", "dead"), state="cancelled")


def job(session: Connection, number: int) -> Job:
    """Raises NotFound."""
    row = session.execute(select(table).where(table.c.id == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no job {number}.")
    return _job(row)


def by_key(session: Connection, key: str) -> Job | None:
    row = session.execute(select(table).where(table.c.key == key)).one_or_none()
    return _job(row) if row else None


def listed(session: Connection, state: State, *, limit: int = 100) -> tuple[Job, ...]:
    """Jobs of one state, those that wait longest first; what is done or cancelled newest first."""
    order = table.c.id.desc() if state in ("done", "cancelled") else table.c.id
    return tuple(map(_job, session.execute(select(table).where(table.c.state == state).order_by(order).limit(limit))))


def counts(session: Connection) -> dict[State, int]:
    """How many there are of each state; 0 of those not there."""
    found: dict[State, int] = dict.fromkeys(get_args(State), 0)
    rows = session.execute(select(table.c.state, func.count()).group_by(table.c.state))
    found.update((state, count) for state, count in rows)
    return found


def soonest(session: Connection) -> datetime | None:
    """When the next job will be due, or a lease run out; None when nothing waits."""
    moment = case((table.c.state == "running", table.c.lease_until), else_=table.c.not_before)
    return session.execute(
        select(func.min(moment, type_=table.c.not_before.type)).where(table.c.state.in_(("queued", "running")))
    ).scalar()


def _due(at: datetime) -> ColumnElement[bool]:
    return or_(
        and_(table.c.state == "queued", table.c.not_before <= at),
        and_(table.c.state == "running", table.c.lease_until < at, table.c.failures < MOST_FAILURES - 1),
    )


def _spent(at: datetime) -> ColumnElement[bool]:
    stopped = and_(table.c.state == "running", table.c.lease_until < at)
    return and_(stopped, table.c.failures >= MOST_FAILURES - 1)


def _settle(session: Connection, job: Job, **values: Any) -> bool:
    """The number of the claim is the fence: who claimed it before can change nothing any more."""
    mine = and_(table.c.id == job.id, table.c.state == "running", table.c.attempts == job.attempts)
    return bool(session.execute(update(table).where(mine).values(**values)).rowcount)


def _decide(session: Connection, number: int, states: Sequence[State], **values: Any) -> Job:
    fits = and_(table.c.id == number, table.c.state.in_(states))
    row = session.execute(update(table).where(fits).values(**values).returning(*table.c)).one_or_none()
    if row is None:
        raise Frozen(f"Job {number} is {job(session, number).state}: this cannot be done to it now.")
    session.info[_PUT] = True
    return _job(row)


def _job(row: Row[Any]) -> Job:
    kept = row._asdict()
    return Job(**{**kept, "payload": json.loads(kept["payload"])})
