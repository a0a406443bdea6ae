"""Reminding those who were asked to sign and did not answer: never twice a day, on no weekend or bank holiday."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import update

from protocolbuilder.domain import signing_letters as letters
from protocolbuilder.domain.reminding import day_of, why_not
from protocolbuilder.domain.signing import Request
from protocolbuilder.domain.trail import Actor
from protocolbuilder.store import agreements, organisations, signing
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_asking import sent
from protocolbuilder.store.signing_tables import sign_requests as table

_NOT_NOW: Final = "A mail to them came back. Put the address right first."


@dataclass(frozen=True, slots=True)
class Reminded:
    """`why` says why nothing is sent today, "" where it is."""

    request: Request
    why: str


def remind(
    session: Connection, ref: str, number: int, *, by: Actor, at: datetime, means: Means, only: Collection[int] = ()
) -> tuple[Reminded, ...]:
    """All who are asked and did not answer, or `only` those, in one act: each who may be reminded today has a mail with
    a new link. Raises NotFound."""
    draft = agreements.lock(session, ref)
    told = signing.about(session, draft, means=means, by=by.id)
    found = []
    for one, why in ((row.request, row.why) for row in would_remind(session, ref, number, at=at)):
        if not only or one.id in only:
            if not why:
                session.execute(update(table).where(table.c.id == one.id).values(reminded_at=at))
                one = sent(session, one, letters.reminder(one, told), "invitation.reminded", by=by, at=at, means=means)
            found.append(Reminded(one, why))
    return tuple(found)


def would_remind(session: Connection, ref: str, number: int, *, at: datetime) -> tuple[Reminded, ...]:
    """What `remind` would do at that moment: all who are asked and did not answer, those who can be reminded and those
    who cannot. Nothing is sent."""
    known = organisations.by_id(session)
    return tuple(
        Reminded(one, _why_not(
            one, known[one.member].nation if one.member in known else "", on=day_of(at),
            mailed=one.reminded_at or one.invited_at,
        ))
        for one in signing.of_version(session, ref, number) if one.open
    )  # fmt: skip


def away(session: Connection, id: int, until: date | None, *, by: Actor, at: datetime, means: Means) -> Request:
    """The last day on which they cannot be reached, so that nobody reminds them before. None: they are back. Raises
    NotFound; Settled."""
    _, found = signing.locked(session, id)
    signing.refuse_settled(found)
    said = until.isoformat() if until else None
    session.execute(update(table).where(table.c.id == id).values(away_until=said))
    signing.note(session, found, "signatory.away", by=by, at=at, means=means, data={"until": said or ""})
    return signing.load(session, id)


def _why_not(one: Request, nation: str, *, on: date, mailed: datetime) -> str:
    if not one.email:
        return "They were removed. Cancel this, and ask somebody else."
    if one.bounced_at is not None:
        return _NOT_NOW
    if one.away_until is not None and on <= one.away_until:
        return f"They are away until {one.away_until.day} {one.away_until:%B %Y}."
    return why_not(on, nation, last=mailed)
