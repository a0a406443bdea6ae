"""When a draft was opened to its partners, and closed. At most one consultation of an agreement is open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, true, update

from protocolbuilder.domain.consultation import SHARED, Consultation, Hearing, as_told
from protocolbuilder.errors import Frozen
from protocolbuilder.store.agreements import lock
from protocolbuilder.store.comment_tables import consultations as table
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.events import Event, What, events, record


def consultations(session: Connection, ref: str, *, of: Hearing) -> tuple[Consultation, ...]:
    """Those that `of` was told of, newest first. Empty for a reference that is not there."""
    told = table.c.opened_at <= of.until if of.until else true()
    rows = session.execute(select(table).where(table.c.ref == ref, told).order_by(table.c.number.desc()))
    return tuple(as_told(_consultation(row), of) for row in rows)


def is_open(session: Connection, ref: str) -> bool:
    """Is the draft open to its partners now?"""
    there = select(exists().where(table.c.ref == ref, table.c.closed_at.is_(None)))
    return bool(session.execute(there).scalar_one())


def opened_at(session: Connection, ref: str) -> int:
    """The number of the draft as it was when it was last opened to its partners. 0 when it never was."""
    opened: What = "consultation opened"
    told = events(session, ref, only=(opened,))
    return told[-1].number if told else 0


def open_to_partners(
    session: Connection, ref: str, *, note: str, until: date | None, by: str, at: datetime
) -> Consultation:
    """Raises NotFound; Frozen when the agreement is discarded, or is open already."""
    draft = lock(session, ref)
    if draft.discarded_at is not None:
        raise Frozen(f"{ref} has been discarded. Restore it before opening it to its partners.")
    if is_open(session, ref):
        raise Frozen(f"{ref} is open to its partners already.")
    last = session.execute(select(func.max(table.c.number)).where(table.c.ref == ref)).scalar() or 0
    made = Consultation(last + 1, note, until, by, at)
    session.execute(insert(table).values(
        ref=ref, number=made.number, note=note, until=until.isoformat() if until else None, opened_by=by, opened_at=at,
        outcome="", closed_by="",
    ))  # fmt: skip
    record(session, Event(ref=ref, what="consultation opened", number=draft.number, note=note, by=by, at=at))
    return made


def close(session: Connection, ref: str, *, outcome: str, by: str, at: datetime) -> Consultation:
    """Raises NotFound; Frozen when none is open."""
    draft = lock(session, ref)
    found = next(iter(consultations(session, ref, of=SHARED)), None)
    if found is None or not found.open:
        raise Frozen(f"{ref} is not open to its partners.")
    where = (table.c.ref == ref) & (table.c.number == found.number)
    session.execute(update(table).where(where).values(outcome=outcome, closed_by=by, closed_at=at))
    record(session, Event(ref=ref, what="consultation closed", number=draft.number, note=outcome, by=by, at=at))
    return consultations(session, ref, of=SHARED)[0]


def _consultation(row: Row[Any]) -> Consultation:
    until = date.fromisoformat(row.until) if row.until else None
    return Consultation(
        row.number, row.note, until, row.opened_by, row.opened_at, row.outcome, row.closed_by, row.closed_at
    )
