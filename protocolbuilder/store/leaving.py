"""Somebody leaves an organisation: what hangs on them there, and all of it ended or handed over in one act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.people import Contact, Membership, Person
from protocolbuilder.errors import Frozen
from protocolbuilder.store import contacts, invitations, mail_secrets, memberships, organisations, people, sessions
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.security_events import record
from protocolbuilder.store.tables import agreements


@dataclass(frozen=True, slots=True)
class Led:
    """An agreement that somebody leads."""

    ref: str
    title: str
    discarded: bool


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a person in an organisation. `sessions`: how many. `others` are where they stay."""

    membership: Membership
    sessions: int
    led: tuple[Led, ...]
    contacts: tuple[Contact, ...]
    others: tuple[Membership, ...]
    last_administrator: bool

    @property
    def drafts(self) -> tuple[Led, ...]:
        return tuple(one for one in self.led if not one.discarded)


def hanging(session: Connection, person: str, organisation: str, *, at: datetime, idle: timedelta) -> Hanging:
    """Raises NotFound when the person is not in the organisation. `idle`: how long a session lasts without use."""
    return Hanging(
        memberships.current(session, person, organisation),
        len(sessions.of_person(session, person, at=at, idle=idle)),
        _led(session, person, organisation),
        _named(session, person, organisation),
        tuple(one for one in memberships.now_of(session, person) if one.organisation != organisation),
        memberships.is_last_administrator(session, person, organisation),
    )


def successors(session: Connection, person: str, organisation: str) -> tuple[Person, ...]:
    """Who may take over: the other information governance managers of the organisation, by name."""
    asked = {one.person for one in invitations.waiting(session, organisation)} | {person}
    found = [
        one.person for one in memberships.of_organisation(session, organisation)
        if "igm" in one.roles and one.person not in asked
    ]  # fmt: skip
    staff = [one for one in people.by_id(session, found).values() if one.active]
    return tuple(sorted(staff, key=lambda one: one.name.casefold()))


def leave(
    session: Connection, person: str, organisation: str, *, lead: str, contact: str, by: Person, at: datetime
) -> tuple[Led, ...]:
    """Roles, sessions and invitations end; drafts get `lead`, contacts `contact` instead: ids of `successors`, "" for
    nobody. The account ends with the last membership. Returns what was handed over. Raises NotFound; Frozen for the
    last administrator, and for somebody who can take over nothing."""
    people.lock(session, person)
    memberships.end(session, person, organisation, by=by.id, at=at)  # of two who leave at once the second waits here
    may = {one.id for one in successors(session, person, organisation)} | {""}
    if not {lead, contact} <= may:
        raise Frozen("Whoever takes over must be an information governance manager of your organisation now.")
    invitations.end_for(session, person, organisation, by=by.id, at=at)
    led = _led(session, person, organisation)
    for one in led:
        session.execute(update(agreements).where(agreements.c.ref == one.ref).values(lead=lead or None))
        record(session, "agreement:led", {"agreement": one.ref, "person": lead}, by=by.id, at=at)
    if contact:
        _hand_over(session, person, organisation, to=contact, by=by, at=at)
    sessions.end_all(session, person, why="left the organisation", at=at)
    if not memberships.now_of(session, person):
        people.end(session, person, by=by.id, at=at)
        mail_secrets.withdraw(session, Secret("reset", person), at=at)
    mail_secrets.withdraw(session, Secret("lost factor", person), at=at)
    return led


def _hand_over(session: Connection, person: str, organisation: str, *, to: str, by: Person, at: datetime) -> None:
    """Their contacts. One that the other is already goes."""
    has = {one.topic for one in _named(session, to, organisation)}
    for one in _named(session, person, organisation):
        if one.topic in has:
            contacts.remove(session, one.id, by=by, at=at)
        else:
            contacts.change(session, replace(one, person=to), seen=one.confirmed_at, by=by, at=at)


def _named(session: Connection, person: str, organisation: str) -> tuple[Contact, ...]:
    found = contacts.all_of_them(session)
    return tuple(one for one in found if (one.person, one.organisation) == (person, organisation))


def _led(session: Connection, person: str, organisation: str) -> tuple[Led, ...]:
    """Discarded ones too: they can be put back."""
    mine: ColumnElement[bool] = agreements.c.owner == organisation
    first = organisations.first(session)
    if first and first.id == organisation:
        mine = mine | agreements.c.owner.is_(None)
    kept = select(agreements.c.ref, agreements.c.title, agreements.c.discarded_at)
    rows = session.execute(kept.where(agreements.c.lead == person, mine).order_by(agreements.c.ref))
    return tuple(Led(row.ref, row.title, row.discarded_at is not None) for row in rows)
