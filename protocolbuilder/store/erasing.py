"""Erasing a person who left: every word about them goes, besides what is the evidence of how agreements were made.

`FATES` says it for each table that holds anything of a person; a test keeps it whole. What stays are names and posts
under which something was done, as partners saw them, and ids, which lead to an empty row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from protocolbuilder.domain.people import REMOVED, Person
from protocolbuilder.errors import Frozen
from protocolbuilder.store import memberships, people, person_data, signing
from protocolbuilder.store.account_tables import (
    accounts,
    identities,
    invitations,
    mail_secrets,
    passkeys,
    recovery_codes,
    sign_in_codes,
    sign_ins,
)
from protocolbuilder.store.comment_tables import comments, replies
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import contacts
from protocolbuilder.store.people_tables import memberships as member_table
from protocolbuilder.store.person_data import Names
from protocolbuilder.store.tables import agreements
from protocolbuilder.store.work_tables import mails

Fate = Literal["deleted", "emptied", "named", "evidence", "ids"]
"""Rows are deleted; rows lose every word about the person; the name in them becomes “Person removed” where nothing was
issued yet; they stay as evidence; they hold ids alone, and stay."""

FATES: Final[Mapping[str, Fate]] = {
    "accounts": "deleted", "recovery_codes": "deleted", "passkeys": "deleted", "identities": "deleted",
    "sign_ins": "deleted", "sign_in_codes": "deleted", "mail_secrets": "deleted", "known_as": "deleted",
    "contacts": "deleted", "people": "emptied", "mails": "emptied", "invitations": "emptied",
    "comments": "named", "comment_replies": "named", "memberships": "ids", "security_events": "ids",
    "consultation_mails": "ids",
    "agreements": "evidence", "journal": "evidence", "versions": "evidence", "events": "evidence",
    "consultations": "evidence", "consulted_views": "evidence", "law_records": "evidence",
    "house_styles": "evidence", "returned_files": "evidence", "returned_items": "evidence",
    "assurances": "evidence", "partnership": "evidence", "sign_offs": "evidence", "trail_details": "deleted",
    "sign_requests": "emptied", "trail_lines": "evidence", "signatures": "evidence", "sign_comments": "evidence",
    "approvals": "evidence", "sign_left_out": "evidence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What goes and what stays, by fate: table -> how many rows. Of comments, those that nothing was issued after are
    `named`, the others `evidence`."""

    rows: Mapping[Fate, Mapping[str, int]]

    def of(self, fate: Fate) -> Mapping[str, int]:
        return self.rows.get(fate, {})


def who_left(session: Connection, organisation: str) -> tuple[Person, ...]:
    """Who was in the organisation and takes part in none now, by name; nobody who was erased."""
    stands = select(member_table.c.person).where(member_table.c.until.is_(None))
    once = select(member_table.c.person).where(member_table.c.organisation == organisation)
    ids = session.execute(once.where(member_table.c.person.not_in(stands)).distinct()).scalars().all()
    return tuple(sorted(people.by_id(session, ids).values(), key=lambda one: one.name.casefold()))


def foreseen(session: Connection, person: str) -> Foreseen:
    """Before anything is done."""
    found: dict[Fate, dict[str, int]] = {}
    for table, count in person_data.counts(session, person).items():
        open_ones = _open_rows(session, table, person) if FATES[table] == "named" else count
        parts: tuple[tuple[Fate, int], ...] = ((FATES[table], open_ones), ("evidence", count - open_ones))
        for fate, number in parts:
            if number:
                found.setdefault(fate, {})[table] = number
    return Foreseen(found)


def erase(session: Connection, person: str, *, by: str, at: datetime) -> None:
    """In one transaction. Raises NotFound; Frozen for somebody who still takes part: they leave first, so that what
    they look after is handed over and the last administrator stays; and for who is asked to sign something."""
    people.lock(session, person)
    if memberships.now_of(session, person):
        raise Frozen("This person still takes part for an organisation. They leave it first.")
    if asked := signing.awaiting_person(session, person):
        raise Frozen(f"This person is asked to sign {asked[0].ref}. That is cancelled, or somebody else asked, first.")
    known = person_data.names(session, person)
    _empty_mails(session, known, at=at)
    _delete_account(session, person)
    _empty_invitations(session, person, at=at)
    signing.forget(session, [person])
    _drop_contacts(session, known)
    session.execute(update(agreements).where(agreements.c.lead == person).values(lead=None))
    people.erase(session, person, by=by, at=at)
    _rename(session, person)


def _empty_mails(session: Connection, known: Names, *, at: datetime) -> None:
    """One that waits is not sent."""
    theirs = person_data.about(mails, known)
    told = "The person it was for was removed."
    waiting = update(mails).where(theirs, mails.c.state == "queued")
    session.execute(waiting.values(state="cancelled", settled_at=at, error=told))
    session.execute(update(mails).where(theirs).values(recipient="", subject="", text=""))


def _delete_account(session: Connection, person: str) -> None:
    for table in (mail_secrets, recovery_codes, passkeys, identities, sign_in_codes, sign_ins, accounts):
        session.execute(delete(table).where(table.c.person == person))


def _empty_invitations(session: Connection, person: str, *, at: datetime) -> None:
    mine = invitations.c.person == person
    session.execute(
        update(invitations).where(mine, invitations.c.ended_at.is_(None)).values(ended_at=at, outcome="cancelled")
    )
    session.execute(update(invitations).where(mine).values(name="", post=""))


def _drop_contacts(session: Connection, known: Names) -> None:
    """Where they confirmed somebody else's, their name goes."""
    nobody = or_(contacts.c.person.is_(None), contacts.c.person == "")
    own = [one.organisation for one in memberships.of_person(session, known.person)]
    typed = and_(nobody, contacts.c.organisation.in_(own), func.lower(contacts.c.email).in_(known.addresses))
    session.execute(delete(contacts).where(or_(contacts.c.person == known.person, typed)))
    signed = contacts.c.confirmed_by.in_(known.signatures)
    session.execute(update(contacts).where(signed).values(confirmed_by=REMOVED))


def _rename(session: Connection, person: str) -> None:
    """Once the person is erased, the database lets the writer's name go from what nothing was issued after."""
    for table, mine in ((comments, _open_comment(person)), (replies, _open_reply(person))):
        session.execute(update(table).where(mine).values(written_by=REMOVED))


def _open_comment(person: str) -> ColumnElement[bool]:
    return and_(comments.c.person == person, _unissued(comments.c.draft, comments.c.ref))


def _open_reply(person: str) -> ColumnElement[bool]:
    asked = select(comments.c.draft).where(comments.c.ref == replies.c.ref, comments.c.number == replies.c.comment)
    return and_(replies.c.person == person, _unissued(asked.correlate(replies).scalar_subquery(), replies.c.ref))


def _unissued(draft: ColumnElement[int], ref: ColumnElement[str]) -> ColumnElement[bool]:
    """Was no version issued from that draft or a later one?"""
    last = select(func.coalesce(agreements.c.issued_draft, 0)).where(agreements.c.ref == ref)
    return draft > last.scalar_subquery()


def _open_rows(session: Connection, name: str, person: str) -> int:
    table, mine = (comments, _open_comment(person)) if name == "comments" else (replies, _open_reply(person))
    return int(session.execute(select(func.count()).select_from(table).where(mine)).scalar_one())
