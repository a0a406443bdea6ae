"""What was done to an agreement, in order, for ever: the database refuses UPDATE and DELETE."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select

from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import events as table

What = Literal["created", "replaced", "issued", "discarded", "restored", "returned", "decided"]


@dataclass(frozen=True, slots=True)
class Event:
    """`number` is the version's for "issued", the returned file's for "returned" and "decided" (about something in it),
    the draft's for the others; `by` is a typed name."""

    ref: str
    what: What
    number: int
    note: str
    by: str
    at: datetime


def record(session: Connection, event: Event) -> None:
    session.execute(
        insert(table).values(
            ref=event.ref,
            what=event.what,
            number=event.number,
            note=event.note,
            done_by=event.by,
            done_at=event.at,
        )
    )


def events(session: Connection, ref: str) -> tuple[Event, ...]:
    """Oldest first. Empty for a reference that is not there."""
    rows = session.execute(select(table).where(table.c.ref == ref).order_by(table.c.id))
    return tuple(
        Event(ref=row.ref, what=row.what, number=row.number, note=row.note, by=row.done_by, at=row.done_at)
        for row in rows
    )


def latest(session: Connection) -> tuple[int, datetime] | None:
    """A mark that is another one after anything was created, issued, discarded or put back. None before the first."""
    row = session.execute(select(table.c.id, table.c.done_at).order_by(table.c.id.desc()).limit(1)).one_or_none()
    return (row.id, row.done_at) if row else None
