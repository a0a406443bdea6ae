"""What was done about people, roles and organisations, in order, for ever: the database refuses UPDATE and DELETE.

Rows hold ids and words of this program only (a role, a table), never a name or an address: so a person can be erased
and what was done still adds up."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, insert, select

from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import security_events as table

WHAT: Final = re.compile(r"[a-z]+(-[a-z]+)*:[a-z]+(-[a-z]+)*")
"""“subject:act”, like “membership:changed”."""
WORD: Final = re.compile(r"[A-Za-z0-9._-]{0,64}( [A-Za-z0-9._-]{1,64})*")


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """`about`: what a thing is -> its id, or a word of ours: {"person": "p1", "roles": "admin igm"}. `by` is the id of
    a person, "" where the program or somebody without an account did it."""

    number: int
    what: str
    about: Mapping[str, str]
    by: str
    at: datetime


def record(session: Connection, what: str, about: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Raises ValueError for anything that is no id and no word of ours: a name does not belong here."""
    if not WHAT.fullmatch(what) or not all(WORD.fullmatch(text) for text in (*about, *about.values(), by)):
        raise ValueError("a security event holds ids and words of this program only")
    session.execute(insert(table).values(what=what, about=said(about), by=by, at=at))


def said(about: Mapping[str, str]) -> str:
    """As it is kept."""
    return json.dumps(dict(about), sort_keys=True)


def last(session: Connection, what: Collection[str], *, about: Collection[str]) -> Mapping[str, int]:
    """What each is about, as `said`, -> the number of the last of these events; those without any are left out."""
    if not about:
        return {}
    wanted = table.c.what.in_(what) & table.c.about.in_(list(about))
    asked = select(table.c.about, func.max(table.c.number)).where(wanted).group_by(table.c.about)
    return {row[0]: row[1] for row in session.execute(asked)}


def events(session: Connection, *, limit: int = 200, before: int | None = None) -> tuple[SecurityEvent, ...]:
    """Newest first; `before` a number for the page that follows."""
    wanted = select(table).order_by(table.c.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(table.c.number < before)
    return tuple(_event(row) for row in session.execute(wanted))


def naming(session: Connection, thing: str) -> tuple[SecurityEvent, ...]:
    """What was done about, or by, whatever has this id; oldest first."""
    quoted = table.c.about.contains(f'"{thing}"', autoescape=True)
    rows = session.execute(select(table).where(quoted | (table.c.by == thing)).order_by(table.c.number))
    return tuple(_event(row) for row in rows)


def _event(row: Row[Any]) -> SecurityEvent:
    return SecurityEvent(row.number, row.what, json.loads(row.about), row.by, row.at)
