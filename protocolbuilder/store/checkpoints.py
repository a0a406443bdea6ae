"""A checkpoint of all trails each day on which one grew: one hash that is mailed to the administrators, so that a trail
that was cut or written anew, or a copy of all of it that was put back, shows against what they hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, insert, select, text, update

from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.trail import FIRST, Head, canonical
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.trail_tables import trail_checkpoints as table
from protocolbuilder.store.trail_tables import trail_heads as heads

ONE_AT_A_TIME: Final = 7_072_028
"""Our key for PostgreSQL's advisory lock."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`heads`: reference -> last line, of the trails that grew since the checkpoint before. `root` holds all of them
    and the root before."""

    number: int
    day: date
    heads: Mapping[str, Head]
    root: str


def make(session: Connection, *, at: datetime) -> Checkpoint | None:
    """The checkpoint of the day before this one ends in it. None when there is one of today, or no trail grew: then
    nothing is written."""
    if session.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    day, last = day_of(at), latest(session)
    grew = select(heads).where(heads.c.seq > heads.c.noted).order_by(heads.c.ref).with_for_update()
    found = {row.ref: Head(row.seq, row.digest) for row in session.execute(grew)} if not _is_over(last, day) else {}
    if not found:
        return None
    number, before = (last.number + 1, last.root) if last else (1, FIRST)
    made = Checkpoint(number, day, found, root(before, day, found))
    session.execute(insert(table).values(
        number=number, day=day.isoformat(), heads=_as_text(found), root=made.root, made_at=at,
    ))  # fmt: skip
    for ref, head in found.items():
        session.execute(update(heads).where(heads.c.ref == ref).values(noted=head.seq))
    return made


def due(session: Connection, *, at: datetime) -> bool:
    """Would `make` write one?"""
    if _is_over(latest(session), day_of(at)):
        return False
    return session.execute(select(heads.c.ref).where(heads.c.seq > heads.c.noted).limit(1)).first() is not None


def latest(session: Connection) -> Checkpoint | None:
    row = session.execute(select(table).order_by(table.c.number.desc()).limit(1)).one_or_none()
    return _checkpoint(row) if row else None


def all_of_them(session: Connection) -> tuple[Checkpoint, ...]:
    """Oldest first. Raises ValueError for one that cannot be read any more."""
    return tuple(_checkpoint(row) for row in session.execute(select(table).order_by(table.c.number)))


def root(before: str, day: date, found: Mapping[str, Head]) -> str:
    said = {"before": before, "day": day.isoformat(), "heads": json.loads(_as_text(found))}
    return sha256(canonical(said)).hexdigest()


def _is_over(last: Checkpoint | None, day: date) -> bool:
    return last is not None and last.day >= day


def _as_text(found: Mapping[str, Head]) -> str:
    return canonical({ref: [head.seq, head.digest] for ref, head in found.items()}).decode()


def _checkpoint(row: Row[Any]) -> Checkpoint:
    found = {ref: Head(int(seq), str(digest)) for ref, (seq, digest) in json.loads(row.heads).items()}
    return Checkpoint(row.number, date.fromisoformat(row.day), found, row.root)
