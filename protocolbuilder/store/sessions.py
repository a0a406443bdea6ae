"""Sessions, kept here so that they can be ended here. The browser holds a token; only its hash is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, delete, func, insert, select, update

from protocolbuilder.store.account_tables import sign_ins as table
from protocolbuilder.store.engine import Connection

Stage = Literal["half", "whole"]
"""Half: the password was right, the second factor is not given yet. It opens nothing but the pages that ask for it."""

LONGEST: Final = timedelta(hours=12)
HALF: Final = timedelta(minutes=15)
FRESH: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignIn:
    """`proved_at`: when a second factor was last given. `device` is what the browser said it is, in a few words.
    `organisation` is the id of the one that somebody of several chose, None before they did."""

    number: int
    person: str
    stage: Stage
    device: str
    begun_at: datetime
    seen_at: datetime
    proved_at: datetime | None
    ended_at: datetime | None
    why: str
    organisation: str | None

    def is_over(self, at: datetime, *, idle: timedelta) -> bool:
        """Nobody used it for `idle`, or it is a day's work old."""
        longest = LONGEST if self.stage == "whole" else HALF
        return self.ended_at is not None or at - self.seen_at >= idle or at - self.begun_at >= longest

    def is_fresh(self, at: datetime) -> bool:
        return self.proved_at is not None and at - self.proved_at < FRESH


def begin(
    session: Connection, digest: str, *, person: str, stage: Stage, device: str, at: datetime, proved: datetime | None
) -> int:
    """The number of the session. `digest` is the hash of a token nobody had before."""
    row = insert(table).values(
        digest=digest, person=person, stage=stage, device=device, begun_at=at, seen_at=at, proved_at=proved, why=""
    )
    number: int = session.execute(row.returning(table.c.number)).scalar_one()
    return number


def find(session: Connection, digest: str) -> SignIn | None:
    """None when no session that has not ended has this token."""
    mine = (table.c.digest == digest) & table.c.ended_at.is_(None)
    row = session.execute(select(table).where(mine)).one_or_none()
    return None if row is None else _sign_in(row)


def rise(session: Connection, number: int, digest: str, *, at: datetime) -> None:
    """The second factor was given: the session goes on under a new token, and the old one is dead at once. The half
    session that becomes whole begins now."""
    half = (table.c.number == number) & (table.c.stage == "half")
    session.execute(update(table).where(half).values(stage="whole", begun_at=at))
    session.execute(update(table).where(table.c.number == number).values(digest=digest, seen_at=at, proved_at=at))


def choose(session: Connection, number: int, digest: str, *, organisation: str) -> None:
    """The session goes on for another of the person's organisations under a new token, and the old one is dead at
    once."""
    session.execute(update(table).where(table.c.number == number).values(digest=digest, organisation=organisation))


def seen(session: Connection, number: int, *, at: datetime) -> None:
    live = (table.c.number == number) & table.c.ended_at.is_(None) & (table.c.seen_at < at)
    session.execute(update(table).where(live).values(seen_at=at))


def end(session: Connection, number: int, *, person: str, why: str, at: datetime) -> bool:
    """Was it theirs, and not over yet?"""
    mine = (table.c.number == number) & (table.c.person == person) & table.c.ended_at.is_(None)
    return bool(session.execute(update(table).where(mine).values(ended_at=at, why=why)).rowcount)


def end_all(session: Connection, person: str, *, why: str, at: datetime, but: int = 0) -> int:
    """All of a person's sessions but one. How many ended."""
    mine = (table.c.person == person) & (table.c.number != but) & table.c.ended_at.is_(None)
    return session.execute(update(table).where(mine).values(ended_at=at, why=why)).rowcount


def of_person(session: Connection, person: str, *, at: datetime, idle: timedelta) -> tuple[SignIn, ...]:
    """Those that are not over, the one used last first."""
    mine = (table.c.person == person) & (table.c.stage == "whole") & table.c.ended_at.is_(None)
    rows = session.execute(select(table).where(mine).order_by(table.c.seen_at.desc(), table.c.number.desc()))
    return tuple(one for one in map(_sign_in, rows) if not one.is_over(at, idle=idle))


def latest(session: Connection, people: Iterable[str]) -> dict[str, datetime]:
    """When each of these people was last here, as far as sessions are still kept."""
    rows = select(table.c.person, func.max(table.c.seen_at)).where(table.c.person.in_(set(people)))
    return {row[0]: row[1] for row in session.execute(rows.group_by(table.c.person))}


def forget(session: Connection, *, before: datetime) -> int:
    """Those begun before a moment, which is longer ago than any lasts. How many."""
    return session.execute(delete(table).where(table.c.begun_at < before)).rowcount


def _sign_in(row: Row[Any]) -> SignIn:
    return SignIn(
        row.number, row.person, row.stage, row.device, row.begun_at, row.seen_at, row.proved_at, row.ended_at, row.why,
        row.organisation,
    )  # fmt: skip
