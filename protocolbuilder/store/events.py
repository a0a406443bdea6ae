"""What was done to an agreement, in order, for ever: the database refuses UPDATE and DELETE."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import insert, select

from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import events as table

What = Literal[
    "created", "replaced", "issued", "discarded", "restored", "returned", "decided", "consultation opened",
    "consultation closed", "commented", "advised", "replied", "views recorded",
]  # fmt: skip
SHARED: Final[tuple[What, ...]] = (
    "issued", "consultation opened", "consultation closed", "commented", "advised", "replied", "views recorded",
)  # fmt: skip
"""What partners are told of. What is internal to an organisation leaves no event."""


@dataclass(frozen=True, slots=True)
class Event:
    """`number` is the version's for "issued", the returned file's for "returned" and "decided" (about something in it),
    the comment's for "commented", "advised" and "replied", that of the views for "views recorded", the draft's for the
    others; `by` is a name and post."""

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


def events(session: Connection, ref: str, *, only: Collection[What] = ()) -> tuple[Event, ...]:
    """Oldest first; of some kinds only, where they are named. Empty for a reference that is not there."""
    asked = select(table).where(table.c.ref == ref).order_by(table.c.id)
    rows = session.execute(asked.where(table.c.what.in_(only)) if only else asked)
    return tuple(
        Event(ref=row.ref, what=row.what, number=row.number, note=row.note, by=row.done_by, at=row.done_at)
        for row in rows
    )


def latest(session: Connection) -> tuple[int, datetime] | None:
    """A mark that is another one after anything was created, issued, discarded or put back. None before the first."""
    row = session.execute(select(table.c.id, table.c.done_at).order_by(table.c.id.desc()).limit(1)).one_or_none()
    return (row.id, row.done_at) if row else None
