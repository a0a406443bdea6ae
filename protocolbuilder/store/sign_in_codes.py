"""Codes and links that work once, for a short time and for one purpose. Only their hash is stored."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Row, delete, func, insert, select, update

from protocolbuilder.domain.letter import Secret, SecretKind
from protocolbuilder.store.account_tables import sign_in_codes as table
from protocolbuilder.store.engine import Connection

Kind = Literal[
    "first administrator", "invitation", "reset", "lost factor", "address", "asked address", "passkey", "provider",
    "signing", "signing code",
]  # fmt: skip
TRIES: Final = 5
LASTS: Final[Mapping[SecretKind, timedelta]] = {
    "invitation": timedelta(days=7), "reset": timedelta(hours=1), "lost factor": timedelta(hours=1),
    "address": timedelta(hours=1), "asked address": timedelta(days=7), "signing": timedelta(days=14),
    "signing code": timedelta(minutes=30),
}  # fmt: skip
"""How long what a mail tells works, from when it is sent."""


@dataclass(frozen=True, slots=True)
class Code:
    """`about` is what the purpose needs besides, as the maker wrote it."""

    number: int
    kind: Kind
    person: str | None
    about: str
    made_at: datetime
    expires_at: datetime


def digest(signing_key: str, purpose: str, secret: str) -> str:
    """What is stored of a code or token. It cannot be tried out without the key of this copy."""
    key = hmac.new(signing_key.encode(), b"accounts codes", hashlib.sha256).digest()
    return hmac.new(key, f"{purpose} {secret}".encode(), hashlib.sha256).hexdigest()


def mailed(secret: Secret, said: str) -> str:
    """What is hashed of a link or code that a mail tells. A code is short, so it is told apart by whom it is for."""
    return said if secret.address else f"{secret.person} {said}"


def make(
    session: Connection, kind: Kind, digest: str, *, at: datetime, lasts: timedelta, person: str | None = None,
    about: str = "",
) -> None:  # fmt: skip
    """One more code. Those made before go on working: see `void`."""
    values = {"kind": kind, "digest": digest, "person": person, "about": about, "made_at": at, "tries": 0}
    session.execute(insert(table).values(**values, expires_at=at + lasts))


def void(session: Connection, kind: Kind, *, person: str | None, at: datetime, about: str | None = None) -> None:
    """What was made for this purpose and person (and nothing but `about`, if that is given) before works no longer."""
    mine = _of(kind, person) & table.c.spent_at.is_(None)
    if about is not None:
        mine = mine & (table.c.about == about)
    session.execute(update(table).where(mine).values(spent_at=at))


def works_until(session: Connection, kind: Kind, *, about: Iterable[str], at: datetime) -> Mapping[str, datetime]:
    """`about` -> when the last code that works for it ends. Those without one are left out."""
    latest = select(table.c.about, func.max(table.c.expires_at, type_=table.c.expires_at.type).label("until"))
    rows = session.execute(latest.where(_works(kind, at), table.c.about.in_(set(about))).group_by(table.c.about))
    return {row.about: row.until for row in rows}


def look(session: Connection, kind: Kind, digest: str, *, at: datetime) -> Code | None:
    """The code if it would work now. Nothing is spent."""
    row = session.execute(select(table).where(table.c.digest == digest, _works(kind, at))).one_or_none()
    return None if row is None else _code(row)


def was(session: Connection, kind: Kind, digest: str) -> Code | None:
    """The code whatever became of it, so that whoever holds it can be told. It opens nothing by this."""
    row = session.execute(select(table).where(table.c.digest == digest, table.c.kind == kind)).one_or_none()
    return None if row is None else _code(row)


def spend(session: Connection, kind: Kind, digest: str, *, at: datetime) -> Code | None:
    """The code, which from now on works no longer. None: it is wrong, spent, or too old. Of two at once one gets it."""
    mine = update(table).where(table.c.digest == digest, _works(kind, at)).values(spent_at=at)
    row = session.execute(mine.returning(*table.c)).one_or_none()
    return None if row is None else _code(row)


def guessed(session: Connection, kind: Kind, *, person: str | None, at: datetime) -> None:
    """Somebody gave a wrong code of this purpose: one of the tries of each that might have been meant is gone."""
    live = _of(kind, person) & _works(kind, at)
    session.execute(update(table).where(live).values(tries=table.c.tries + 1))


def works(session: Connection, kind: Kind, *, person: str | None, at: datetime) -> bool:
    """Is there any code of this purpose that would work now?"""
    live = select(table.c.number).where(_of(kind, person), _works(kind, at)).limit(1)
    return session.execute(live).first() is not None


def forget(session: Connection, *, before: datetime) -> int:
    """Codes that ended before a moment are of no more use. How many."""
    return session.execute(delete(table).where(table.c.expires_at < before)).rowcount


def _of(kind: Kind, person: str | None) -> Any:
    whose = table.c.person.is_(None) if person is None else table.c.person == person
    return (table.c.kind == kind) & whose


def _works(kind: Kind, at: datetime) -> Any:
    return (
        (table.c.kind == kind) & table.c.spent_at.is_(None) & (table.c.expires_at > at) & (table.c.tries < TRIES)
    )


def _code(row: Row[Any]) -> Code:
    return Code(row.number, row.kind, row.person, row.about, row.made_at, row.expires_at)
