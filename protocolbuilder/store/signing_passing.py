"""A request goes to somebody else: a colleague whom the signatory names, or the same person at an address put right.
What was sent before opens nothing from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from protocolbuilder.domain import signing_letters as letters
from protocolbuilder.domain.people import clean_email
from protocolbuilder.domain.signing import Request, Signatory, is_webmail, same_organisation, signatory_faults
from protocolbuilder.domain.trail import Actor
from protocolbuilder.errors import Frozen
from protocolbuilder.store import memberships, people, signing
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_asking import add, level_for, person_of, sent
from protocolbuilder.store.signing_tables import sign_requests as table


def pass_on(
    session: Connection, id: int, to: Signatory, *, at: datetime, means: Means, details: Mapping[str, str] | None = None
) -> Request:
    """Whoever is asked names a colleague, who is asked in their place; `to.party` is not looked at. Raises NotFound;
    Settled; Frozen for somebody who is not of the same organisation; ValueError as `invite`."""
    if signatory_faults(to):
        raise ValueError("this names nobody who could be asked")
    draft, before = signing.locked(session, id)
    signing.refuse_settled(before)
    _refuse_other_organisation(session, before, to)
    by = signing.signatory(before)
    signing.settle(session, before, "passed on", means=means, at=at)
    made = add(session, replace(to, party=before.party), before.level, by=by, at=at, means=means, values={
        "ref": before.ref, "number": before.number, "party": before.party, "organisation": before.organisation,
        "member": before.member or None, "document": before.document, "sha256": before.sha256,
        "due": before.due.isoformat() if before.due else None, "passed_from": before.id,
        "invited_by": before.invited_by,
    })  # fmt: skip
    signing.note(session, before, "signatory.delegated", by=by, at=at, means=means, data={"to": made.id},
                 details=details)  # fmt: skip
    told = signing.about(session, draft, means=means, by=before.invited_by)
    letter = letters.passed(made, told, by=by.name)
    made = sent(session, made, letter, "invitation.sent", by=by, at=at, means=means)
    signing.tell_owners(
        session, draft, lambda to: letters.told_passed(to, before, made, told), means=means, at=at,
        asked_by=before.invited_by,
    )  # fmt: skip
    return made


def correct_address(
    session: Connection, id: int, email: str, *, by: Actor, at: datetime, means: Means
) -> Request:
    """Whoever asked puts the address right: another mail with another link goes there. Raises NotFound; Settled;
    ValueError for what is no address."""
    draft, before = signing.locked(session, id)
    signing.refuse_settled(before)
    who = Signatory(before.party, before.name, before.post, clean_email(email))
    if signatory_faults(who):
        raise ValueError("this is no address of mail")
    signing.shut_links(session, before, at=at)
    person = person_of(session, who, by=by.id, at=at, means=means)
    level = level_for(session, person, before.level)
    session.execute(update(table).where(table.c.id == id).values(email=who.email, person=person.id, level=level))
    after = signing.load(session, id)
    signing.note(session, after, "signatory.changed", by=by, at=at, means=means, details={"email": after.email})
    letter = letters.invitation(after, signing.about(session, draft, means=means, by=by.id))
    return sent(session, after, letter, "invitation.sent", by=by, at=at, means=means)


def _refuse_other_organisation(session: Connection, before: Request, to: Signatory) -> None:
    """Same domain of mail, or an account of that organisation."""
    email = clean_email(to.email)
    if email == clean_email(before.email):
        raise Frozen("This is the address that the request came to. Name a colleague.")
    known = people.by_email(session, email)
    if known and known.active and before.member in {one.organisation for one in memberships.now_of(session, known.id)}:
        return
    if is_webmail(email):
        raise Frozen("This address says nothing about where your colleague works. Use their work address.")
    if not same_organisation(email, before.email):
        raise Frozen(
            "Your colleague’s address must be of the same organisation as yours. Ask whoever invited you, if another "
            "organisation is to sign."
        )
