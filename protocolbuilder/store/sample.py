"""The sample: a partnership of invented organisations with labelled people, and agreements that belong to it. It is
made only in a copy that holds nothing yet, and so never again after it was removed: its rows stay, without a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import Table, select

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.organisations import Assurance
from protocolbuilder.domain.partnership import vision_digest
from protocolbuilder.domain.people import Contact
from protocolbuilder.domain.sample import Body, Sample, Shown, ToAsk
from protocolbuilder.store import (
    agreements,
    assurances,
    contacts,
    memberships,
    organisations,
    partnership,
    people,
    relations,
)
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import organisations as organisation_table
from protocolbuilder.store.people_tables import people as people_table
from protocolbuilder.store.tables import agreements as agreement_table

NewId = Callable[[], str]
BY: Final = "Sample"
"""Who wrote the sample agreements, in their history."""
APART: Final = timedelta(microseconds=1)
"""Between one row and the next, so that they stay in the order of the file: the first organisation runs the copy."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A sample agreement, by the name of its file."""

    name: str
    title: str
    agreement: Agreement


def make(session: Connection, sample: Sample, drafts: Sequence[Draft], *, at: datetime, new_id: NewId) -> None:
    """Nothing where there is, or ever was, an agreement. The partnership only where nobody is or was: else the drafts
    alone, which are then the first organisation's."""
    if _any(session, agreement_table):
        return
    there = _any(session, organisation_table) or _any(session, people_table)
    ids = {} if there else _furnish(session, sample, at=at, new_id=new_id)
    for draft in drafts:
        share = sample.shares.get(draft.name) if ids else None
        whose = {"owner": ids[share.owner], "lead": ids[share.lead]} if share else {}
        made = agreements.create(
            session, draft.agreement, by=BY, at=at, new_id=new_id, note=draft.title, **whose
        )
        for party, key in share.partners.items() if share else ():
            relations.tie(session, made.ref, party, organisation=ids[key], by="", at=at)


def _any(session: Connection, table: Table) -> bool:
    return session.execute(select(*table.primary_key).limit(1)).first() is not None


def _furnish(session: Connection, sample: Sample, *, at: datetime, new_id: NewId) -> Mapping[str, str]:
    """Key -> id, of organisations and people."""
    ids: dict[str, str] = {}
    for place, body in enumerate(sample.bodies):
        begun = at + place * APART
        ids[body.key] = organisations.add(session, body.organisation, by="", at=begun, new_id=new_id).id
    for body in sample.bodies:
        ids |= _staff(session, body, ids[body.key], at=at + len(ids) * APART, new_id=new_id)
        by = people.load(session, ids[body.members[0].key])
        for ask in body.contacts:
            told = _contact(ask, ids, organisation=ids[body.key], at=at)
            contacts.add(session, told, by=by, at=at, new_id=new_id)
        for shown in body.assurances:
            assurances.add(session, ids[body.key], _assurance(shown, on=at.date()), by=by, at=at, new_id=new_id)
    _state(session, sample, ids, at=at)
    return ids


def _contact(ask: ToAsk, ids: Mapping[str, str], *, organisation: str, at: datetime) -> Contact:
    who, member = ask.person, ids.get(ask.member, "")
    return Contact("", organisation, ask.topic, who.name, who.post, member, who.email, who.telephone, at)


def _assurance(shown: Shown, *, on: date) -> Assurance:
    ends = on + timedelta(days=shown.days_left)
    return Assurance(shown.kind, shown.status, shown.reference, ends - relativedelta(years=1), ends)


def _state(session: Connection, sample: Sample, ids: Mapping[str, str], *, at: datetime) -> None:
    """The partnership, and its vision signed off by some."""
    says = sample.partnership.says
    said = replace(says, host=ids[says.host], members=tuple(ids[key] for key in says.members))
    by = people.load(session, ids[sample.bodies[0].members[0].key])
    partnership.state(session, said, seen=0, by=by, at=at)
    for key in sample.partnership.signed:
        person = people.load(session, ids[key])
        (mine,) = memberships.now_of(session, person.id)
        partnership.sign_off(session, mine.organisation, digest=vision_digest(said.vision), by=person, at=at)


def _staff(session: Connection, body: Body, organisation: str, *, at: datetime, new_id: NewId) -> Mapping[str, str]:
    made = {}
    for place, member in enumerate(body.members):
        begun = at + place * APART
        made[member.key] = people.add(session, member.person, by="", at=begun, new_id=new_id).id
        memberships.begin(
            session, made[member.key], organisation, roles=member.roles, department=member.department, by="", at=begun
        )
    return made
