"""Asking somebody to sign: the request, and the mail with the link. A link is made when its mail is sent; the one
before opens nothing from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain import signing_letters as letters
from protocolbuilder.domain.letter import Letter
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.people import Person, clean_email
from protocolbuilder.domain.signing import (
    NO_DEED,
    Level,
    Request,
    Signatory,
    calls_it_a_deed,
    signatories,
    signatory_faults,
)
from protocolbuilder.domain.trail import Actor, Event
from protocolbuilder.errors import Frozen, NotFound, Superseded
from protocolbuilder.store import accounts, agreements, people, relations, signing, versions
from protocolbuilder.store.agreements import Draft
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_tables import sign_requests as table
from protocolbuilder.store.signing_tables import signatures


def invite(
    session: Connection, ref: str, number: int, who: Signatory, *, document: str, by: Actor, at: datetime,
    means: Means, level: Level = "standard", due: date | None = None,
) -> Request:  # fmt: skip
    """Somebody is asked to sign the file `document` of version `number`, which is the latest. Whoever has an account
    here signs in strong mode. Raises NotFound; Superseded for an older version; Frozen when the partner signed, or
    somebody is asked for it already, or the agreement calls itself a deed; ValueError for what `signatory_faults`
    names."""
    if signatory_faults(who):
        raise ValueError("this names nobody who could be asked")
    draft = _latest(session, ref, number)
    said = versions.issued_agreement(session, ref, number)
    party = next((row for row in rows_of(said, "parties") if row["id"] == who.party), None)
    if party is None:
        raise NotFound(f"There is no such partner in version {number} of {ref}.")
    _refuse_twice(session, ref, number, who.party)
    mark = next((one for one in versions.version(session, ref, number).documents if one.name == document), None)
    if mark is None:
        raise NotFound(f"Version {number} of {ref} has no document {document}.")
    tie = relations.tied(session, ref).get(who.party)
    made = add(session, who, level, by=by, at=at, means=means, values={
        "ref": ref, "number": number, "party": who.party, "organisation": str(party.get("name", who.party)),
        "member": tie.organisation if tie else None, "document": mark.name, "sha256": mark.sha256,
        "due": due.isoformat() if due else None, "passed_from": None,
    })  # fmt: skip
    letter = letters.invitation(made, signing.about(session, draft, means=means, by=by.id))
    return sent(session, made, letter, "invitation.sent", by=by, at=at, means=means)


def to_invite(session: Connection, ref: str, number: int) -> tuple[Signatory, ...]:
    """Whom the version names to sign, without those whose partner signed or is asked already. Raises NotFound."""
    named = signatories(versions.issued_agreement(session, ref, number))
    taken = {one.party for one in signing.of_version(session, ref, number) if one.open}
    where = (signatures.c.ref == ref) & (signatures.c.number == number)
    taken |= set(session.execute(select(signatures.c.party).where(where)).scalars())
    return tuple(one for one in named if one.party not in taken)


def _latest(session: Connection, ref: str, number: int) -> Draft:
    draft = agreements.lock(session, ref)
    if draft.discarded_at is not None:
        raise Frozen(f"{ref} has been discarded.")
    versions.version(session, ref, number)
    if draft.issued != number:
        raise Superseded(f"Version {draft.issued} of {ref} was issued since.", number=draft.issued or 0)
    if calls_it_a_deed(draft.title):
        raise Frozen(f"{NO_DEED}.")
    return draft


def _refuse_twice(session: Connection, ref: str, number: int, party: str) -> None:
    signed = (signatures.c.ref == ref) & (signatures.c.number == number) & (signatures.c.party == party)
    if session.execute(select(signatures.c.id).where(signed)).first():
        raise Frozen("This partner has signed this version.")
    if any(one.open and one.party == party for one in signing.of_version(session, ref, number)):
        raise Frozen("Somebody is asked to sign for this partner already. Remind them, or cancel that request first.")


def add(
    session: Connection, who: Signatory, level: Level, *, by: Actor, at: datetime, means: Means,
    values: Mapping[str, object],
) -> Request:  # fmt: skip
    """A request that nothing was sent for yet. `values`: of the columns, besides those about the person."""
    person = person_of(session, who, by=by.id, at=at, means=means)
    said = {
        "name": who.name, "post": who.post, "email": clean_email(who.email), "person": person.id,
        "level": level_for(session, person, level), "state": "waiting", "invited_by": by.id, "invited_at": at,
        "reason": "", "note": "", **values,
    }  # fmt: skip
    id = session.execute(insert(table).values(**said).returning(table.c.id)).scalar_one()
    return signing.load(session, id)


def person_of(session: Connection, who: Signatory, *, by: str, at: datetime, means: Means) -> Person:
    """Whose address it is. Somebody without an account is known by it alone, and takes part in nothing else here; whom
    only the sample asked goes with it."""
    known = people.by_email(session, who.email)
    if known is not None:
        return known
    sample = people.is_sample(session, by)
    new = Person("", who.name, who.post, clean_email(who.email), active=False, sample=sample)
    try:
        with session.begin_nested():
            return people.add(session, new, by=by, at=at, new_id=means.new_id)
    except IntegrityError:  # asked for something else in the same moment
        return people.by_email(session, who.email) or new


def level_for(session: Connection, person: Person, wanted: Level) -> Level:
    """Strong for everyone with an account."""
    return "strong" if person.active and accounts.able(session, [person.id]) else wanted


def sent(
    session: Connection, request: Request, letter: Letter, event: Event, *, by: Actor, at: datetime, means: Means
) -> Request:
    """The mail with the link, and its line in the trail."""
    mail = signing.post(session, letter, means=means, at=at, secret=signing.link(request, means=means))
    session.execute(update(table).where(table.c.id == request.id).values(mail=mail, bounced_at=None))
    data = {
        "level": request.level, "due": request.due.isoformat() if request.due else "",
        "organisation": request.organisation, "passed_from": request.passed_from,
    }  # fmt: skip
    details = {"name": request.name, "post": request.post, "email": request.email}
    signing.note(session, request, event, by=by, at=at, means=means, data=data, details=details)
    return signing.load(session, request.id)
