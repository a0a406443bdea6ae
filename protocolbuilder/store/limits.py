"""How often an act was done of late, counted in the database: the counts hold over processes and restarts.

A period is counted in twenty slots. An act is allowed while all slots that reach into the period before it hold fewer
than the limit: so never more than the limit are let through in any such period, and at most a twentieth of it is waited
too long. An act that is refused is not counted, so that nobody can shut another out for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.store.engine import Connection
from protocolbuilder.store.guard_tables import limit_counts as table

SLOTS: Final = 20


@dataclass(frozen=True, slots=True)
class Gate:
    """`times` in `period` for one `key` of an act. The key stands for somebody and does not name them (a hash)."""

    act: str
    key: str
    times: int
    period: timedelta

    @property
    def seconds(self) -> int:
        return int(self.period.total_seconds())


def take(session: Connection, gates: Sequence[Gate], *, at: datetime) -> datetime | None:
    """Counts the act at every gate, when all are open: None. Else nothing is counted: when all will be open again, if
    nobody comes in between."""
    for gate in sorted(gates, key=lambda gate: (gate.act, gate.key)):
        _one_at_a_time(session, gate)
    shut = [again for gate in gates if (again := _opens(session, gate, at=at)) is not None]
    if shut:
        return max(shut)
    for gate in gates:
        _count(session, gate, at=at)
    return None


def give_back(session: Connection, gates: Sequence[Gate], *, at: datetime) -> None:
    """Takes one count back at every gate, of the latest there are: the act was not what the limit is against."""
    for gate in sorted(gates, key=lambda gate: (gate.act, gate.key)):
        _one_at_a_time(session, gate)
        latest = select(func.max(table.c.ends_at)).where(_mine(gate), table.c.ends_at > at, table.c["count"] > 0)
        less = update(table).where(_mine(gate), table.c.ends_at == latest.scalar_subquery())
        session.execute(less.values(count=table.c["count"] - 1))


def clear(session: Connection, *, at: datetime) -> int:
    """Forgets the counts that matter no more. How many."""
    return session.execute(delete(table).where(table.c.ends_at <= at)).rowcount


def _opens(session: Connection, gate: Gate, *, at: datetime) -> datetime | None:
    """None: it is open. Else when enough of the slots will have passed out of the period."""
    slots = session.execute(
        select(table.c.ends_at, table.c["count"]).where(_mine(gate), table.c.ends_at > at).order_by(table.c.ends_at)
    ).all()
    counted = sum(count for _, count in slots)
    again = None
    for ends_at, count in slots:
        if counted < gate.times:
            break
        counted, again = counted - count, ends_at
    return again


def _mine(gate: Gate) -> ColumnElement[bool]:
    return (table.c.act == gate.act) & (table.c.key == gate.key) & (table.c.seconds == gate.seconds)


def _count(session: Connection, gate: Gate, *, at: datetime) -> None:
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    wide = gate.seconds / SLOTS
    begun = datetime.fromtimestamp(at.timestamp() // wide * wide, UTC)
    row = dialect.insert(table).values(
        act=gate.act, key=gate.key, seconds=gate.seconds, ends_at=begun + timedelta(seconds=wide) + gate.period, count=1
    )
    more = {"count": table.c["count"] + 1}
    session.execute(row.on_conflict_do_update(index_elements=["act", "key", "seconds", "ends_at"], set_=more))


def _one_at_a_time(session: Connection, gate: Gate) -> None:
    """On SQLite whoever writes is alone already."""
    if session.dialect.name == "postgresql":
        number = func.hashtextextended(f"{gate.act} {gate.key}", 0)
        session.execute(select(func.pg_advisory_xact_lock(number)))
