"""What a signatory does about a request: opens, signs or declines it; and what ends it from outside: whoever asked, its
last day. Of two acts at once one is done, and the other is told what became of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import insert, update

from protocolbuilder.domain import signing_letters as letters
from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.signing import (
    CONSENT,
    STATEMENTS,
    Comment,
    Intention,
    Reason,
    Receipt,
    Request,
    decline_faults,
    intent,
    intention_faults,
    level_reached,
    suffices,
)
from protocolbuilder.domain.trail import BY_ITSELF, Actor, Event, Head
from protocolbuilder.errors import Forbidden, Settled, Superseded
from protocolbuilder.store import signatures, signing, versions
from protocolbuilder.store.agreements import Draft
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_tables import sign_comments as comment_table
from protocolbuilder.store.signing_tables import sign_requests as table

Details = Mapping[str, str]
"""What an act came with: {"address": network address, "browser": …}. It stands in no line."""


def opened(session: Connection, id: int, *, at: datetime, means: Means, details: Details | None = None) -> Request:
    """The text was opened by whoever is asked; only the first time leaves a line. Raises NotFound; Settled."""
    _, found = signing.locked(session, id)
    signing.refuse_settled(found)
    if found.state == "waiting":
        session.execute(update(table).where(table.c.id == id).values(state="opened", opened_at=at))
        by = signing.signatory(found)
        signing.note(session, found, "document.opened", by=by, at=at, means=means, details=details)
    return signing.load(session, id)


def send_code(session: Connection, id: int, *, at: datetime, means: Means) -> Request:
    """A code to the mailbox of whoever is asked: the one before works no longer. Raises NotFound; Settled."""
    draft, found = signing.locked(session, id)
    signing.refuse_settled(found)
    letter = letters.code(found, signing.about(session, draft, means=means))
    secret = Secret("signing code", found.person, about=str(id))
    signing.post(session, letter, means=means, at=at, secret=secret)
    return found


def noted(
    session: Connection, id: int, event: Event, *, at: datetime, means: Means, data: Mapping[str, str | int],
    details: Details | None = None,
) -> Head:  # fmt: skip
    """Something that whoever is asked did besides: "document.viewed", "signatory.authenticated",
    "authentication.failed". Raises NotFound."""
    _, found = signing.locked(session, id)
    by = signing.signatory(found)
    return signing.note(session, found, event, by=by, at=at, means=means, data=data, details=details)


def sign(
    session: Connection, id: int, said: Intention, *, at: datetime, means: Means, details: Details | None = None
) -> Receipt:
    """The signature; signing once more gives the same receipt and does nothing. Raises NotFound; Settled when it was
    declined, passed on, cancelled or its last day has passed; Superseded when a newer version is issued, or what was
    shown is not what is issued; Forbidden when they proved who they are in a way that does not suffice; ValueError for
    what `intention_faults` names."""
    draft, found = signing.locked(session, id)
    if (before := signatures.of_request(session, id)) is not None:
        return before
    _refuse(draft, found, said, on=day_of(at))
    version = versions.version(session, found.ref, found.number)
    receipt, words = means.new_id(), intent(said.name, said.post, found.organisation)
    signer = Actor(found.person, _signature(said), found.organisation)
    data = {
        "receipt": receipt, "organisation": found.organisation, "intent": words, "consent": CONSENT,
        "statements": sorted(STATEMENTS), "method": said.method, "level": level_reached(said.method),
        "required": found.level, "authority": said.authority, "reservation": said.reservation,
        "content": version.digest,
    }  # fmt: skip
    told = {"email": found.email, **(details or {})}
    head = signing.note(session, found, "signatory.signed", by=signer, at=at, means=means, data=data, details=told)
    made = Receipt(
        receipt, id, found.ref, found.number, found.party, found.organisation, signer.name,
        level_reached(said.method), said.method, words, CONSENT, said.reservation, said.authority, found.document,
        found.sha256, version.digest, at, head, "", "",
    )  # fmt: skip
    signatures.keep(session, made, member=found.member, person=found.person)
    signing.settle(session, found, "signed", means=means, at=at, opened_at=found.opened_at or at)
    _tell_signed(session, draft, found, made, at=at, means=means)
    return signatures.load(session, receipt)


def decline(
    session: Connection, id: int, reason: Reason, *, note: str, comments: Sequence[Comment], at: datetime, means: Means,
    details: Details | None = None,
) -> Request:  # fmt: skip
    """Declining once more does nothing. Raises NotFound; Settled for any other end; ValueError for what
    `decline_faults` names."""
    draft, found = signing.locked(session, id)
    if found.state == "declined":
        return found
    signing.refuse_settled(found)
    if decline_faults(reason, note, tuple(comments)):
        raise ValueError("this does not say why")
    for number, comment in enumerate(comments, start=1):
        words = {"address": comment.address, "text": comment.text, "person": found.person}
        session.execute(insert(comment_table).values(request=id, number=number, **words))
    data = {
        "reason": reason, "note": note, "comments": [{"address": one.address, "text": one.text} for one in comments],
    }  # fmt: skip
    by = signing.signatory(found)
    signing.note(session, found, "signatory.declined", by=by, at=at, means=means, data=data, details=details)
    after = signing.settle(session, found, "declined", means=means, at=at, reason=reason, note=note)
    told = signing.about(session, draft, means=means)
    signing.tell_owners(
        session, draft, lambda to: letters.told_declined(to, after, comments, told), means=means, at=at,
        asked_by=found.invited_by,
    )  # fmt: skip
    return after


def cancel(session: Connection, id: int, why: str, *, by: Actor, at: datetime, means: Means) -> Request:
    """Whoever asked asks no longer: the partner is not waited for. Raises NotFound; Settled."""
    draft, found = signing.locked(session, id)
    signing.refuse_settled(found)
    signing.note(session, found, "invitation.cancelled", by=by, at=at, means=means, data={"why": why})
    after = signing.settle(session, found, "cancelled", means=means, at=at, note=why)
    signatures.complete(session, draft, found.number, at=at, means=means)
    return after


def expire(session: Connection, id: int, *, at: datetime, means: Means) -> Request:
    """Once its last day has passed. Before, and where there is none, nothing happens. Raises NotFound; Settled."""
    draft, found = signing.locked(session, id)
    signing.refuse_settled(found)
    if found.due is None or day_of(at) <= found.due:
        return found
    signing.note(session, found, "invitation.expired", by=BY_ITSELF, at=at, means=means)
    after = signing.settle(session, found, "expired", means=means, at=at)
    told = signing.about(session, draft, means=means)
    signing.tell_owners(
        session, draft, lambda to: letters.told_expired(to, after, told), means=means, at=at, asked_by=found.invited_by
    )
    return after


def _refuse(draft: Draft, found: Request, said: Intention, *, on: date) -> None:
    if draft.issued != found.number or found.state == "superseded":
        words = f"Version {draft.issued} of {draft.ref} was issued while you read version {found.number}. "
        raise Superseded(words + "Nothing was signed.", number=draft.issued or 0)
    signing.refuse_settled(found)
    if found.due is not None and on > found.due:
        raise Settled(signing.WHAT_BECAME["expired"], state="expired")
    if said.shown != found.sha256:
        raise Superseded("What was shown is not what is issued. Nothing was signed.", number=found.number)
    if not suffices(said.method, found.level):
        raise Forbidden("This needs a passkey, an authenticator app or your organisation’s sign-in.")
    if said.method == "paper" or intention_faults(said):
        raise ValueError("this is no whole statement of a signatory")


def _signature(said: Intention) -> str:
    return f"{said.name}, {said.post}"


def _tell_signed(
    session: Connection, draft: Draft, found: Request, made: Receipt, *, at: datetime, means: Means
) -> None:
    told = signing.about(session, draft, means=means)
    signing.post(session, letters.receipt(found, made, told), means=means, at=at)
    waiting = len(signatures.missing(session, found.ref, found.number))
    signing.tell_owners(
        session, draft, lambda to: letters.told_signed(to, made, told, waiting=waiting), means=means, at=at,
        asked_by=found.invited_by,
    )  # fmt: skip
    signatures.complete(session, draft, found.number, at=at, means=means)
