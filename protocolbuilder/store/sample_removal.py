"""Removing the sample in one act. What a real person wrote, and what can never be deleted, stays, and is told.

A row that what was done names is not deleted: its words are. An agreement of the sample that only sample people
touched is discarded; it belongs to an organisation that is gone, so nobody finds it, and its versions are kept as all
are. One that somebody real touched, or in which a real organisation is or was a partner, passes to the organisation
that runs this copy. An organisation that a real person joined, or changed, stays as one that is no sample: so they
keep their account, their roles and their drafts. One of them has to administer it before the sample people go.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from protocolbuilder.domain.people import Membership
from protocolbuilder.domain.sample import Named, Removal, first
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import (
    agreements,
    assurances,
    erasing,
    invitations,
    organisations,
    people,
    relations,
    security_events,
    sessions,
    signing,
)
from protocolbuilder.store.account_tables import accounts as account_table
from protocolbuilder.store.account_tables import identities, passkeys, providers, recovery_codes, sign_in_codes
from protocolbuilder.store.comment_tables import comments, replies, views
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.invitations import Invitation
from protocolbuilder.store.memberships import standing
from protocolbuilder.store.people_tables import (
    agreement_parties,
    contacts,
    memberships,
    partnership,
    sign_offs,
)
from protocolbuilder.store.people_tables import organisations as organisation_table
from protocolbuilder.store.people_tables import people as person_table
from protocolbuilder.store.sample import APART, BY
from protocolbuilder.store.tables import agreements as agreement_table
from protocolbuilder.store.tables import events, house_styles, journal, law_records


@dataclass(frozen=True, slots=True)
class _Sample:
    """Ids, of organisations in the order they were added; `names` is how what sample people did is signed; `joined` are
    the memberships of real people, by organisation."""

    people: frozenset[str]
    names: frozenset[str]
    going: tuple[str, ...]
    staying: tuple[str, ...]
    joined: Mapping[str, tuple[Membership, ...]]


def is_here(session: Connection) -> bool:
    return any(_sample_rows(session))


def found(session: Connection) -> Removal:
    """What `remove` would do now. Raises NotFound where there is no sample."""
    return _found(session, _sample(session))


def remove(session: Connection, *, by: str, signature: str, at: datetime) -> Removal:
    """`by` is a person's id or "", `signature` how it is signed in the history of agreements. Raises NotFound;
    Frozen where an organisation that stays would have nobody who administers it."""
    if session.dialect.name == "postgresql":  # of two who remove it at once, the second finds none
        sample_rows = select(organisation_table.c.id).where(organisation_table.c.sample == 1)
        session.execute(sample_rows.with_for_update())
    sample = _sample(session)
    for ref in _refs(session, sample):
        agreements.lock(session, ref)
    told = _found(session, sample)
    if told.unled:
        raise Frozen(" ".join(first(told)))
    _uninvite(session, sample, by=by, at=at)
    for ref, party in _ties(session, sample):
        relations.untie(session, ref, party, by=by, at=at)
    for one in told.hidden:
        if agreements.load(session, one.ref).discarded_at is None:
            agreements.discard(session, one.ref, by=signature, at=at)
    _dismiss(session, sample, by=by, at=at)
    _close(session, sample, by=by, at=at)
    passed_on = agreement_table.c.ref.in_([one.ref for one in told.passed_on])
    session.execute(update(agreement_table).where(passed_on).values(owner=_heir(session, sample)))
    about = {"people": str(len(sample.people)), "organisations": str(len(sample.going))}
    security_events.record(session, "sample:removed", about, by=by, at=at)
    return told


def _sample_rows(session: Connection) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    bodies = (organisation_table.c.sample == 1) & organisation_table.c.removed_at.is_(None)
    in_turn = (organisation_table.c.added_at, organisation_table.c.id)
    there = session.execute(select(organisation_table.c.id).where(bodies).order_by(*in_turn))
    staff = (person_table.c.sample == 1) & person_table.c.erased_at.is_(None)
    return tuple(there), tuple(session.execute(select(person_table.c.id).where(staff)))


def _sample(session: Connection) -> _Sample:
    bodies, staff = _sample_rows(session)
    if not bodies and not staff:
        raise NotFound("There is no sample in this copy.")
    ids = frozenset(row.id for row in staff)
    names = frozenset(person.signature for person in people.by_id(session, ids).values())
    joined = _joined(session, [row.id for row in bodies])
    staying = tuple(row.id for row in bodies if row.id in joined or _changed(session, row.id, ids))
    return _Sample(ids, names | {BY}, tuple(row.id for row in bodies if row.id not in staying), staying, joined)


def _joined(session: Connection, bodies: Collection[str]) -> Mapping[str, tuple[Membership, ...]]:
    """Organisation, of these -> who is of it, is real, and was not only asked to join."""
    found, held = {}, standing(session)
    for organisation in bodies:
        there = people.by_id(session, (one.person for one in held.get(organisation, ())))
        asked = {one.person for one in invitations.waiting(session, organisation)}
        real = {id for id, one in there.items() if not one.sample} - asked
        if some := tuple(one for one in held.get(organisation, ()) if one.person in real):
            found[organisation] = some
    return found


def _invited(session: Connection, sample: _Sample) -> tuple[Invitation, ...]:
    """To the organisations that go, and not accepted yet."""
    return tuple(one for organisation in sample.going for one in invitations.waiting(session, organisation))


def _uninvite(session: Connection, sample: _Sample, *, by: str, at: datetime) -> None:
    """Whoever is known here by that invitation alone is erased."""
    for one in _invited(session, sample):
        only = invitations.is_only_asked(session, one) and not signing.awaiting_person(session, one.person)
        invitations.cancel(session, one.number, organisation=one.organisation, by=by, at=at)
        if only:
            erasing.erase(session, one.person, by=by, at=at)


def _changed(session: Connection, organisation: str, sample_people: frozenset[str]) -> bool:
    """Did a real person change its entry?"""
    return any(
        event.what == "organisation:changed" and event.by and event.by not in sample_people
        for event in security_events.naming(session, organisation)
    )


def _found(session: Connection, sample: _Sample) -> Removal:
    refs = _refs(session, sample)
    touched = _touched(session, refs, sample)
    named = {row.ref: Named(row.ref, row.title, row.issued or 0) for row in session.execute(
        select(agreement_table.c.ref, agreement_table.c.title, agreement_table.c.issued)
        .where(agreement_table.c.ref.in_(refs)).order_by(agreement_table.c.ref)
    )}  # fmt: skip
    bodies = organisations.by_id(session)
    heir = bodies.get(_heir(session, sample) or "")
    signed = law_records.c.recorded_by + ", " + law_records.c.post
    joined = [(bodies[key].name, one) for key, some in sample.joined.items() for one in some]
    real = people.by_id(session, [one.person for _, one in joined])
    led = {name for name, one in joined if "admin" in one.roles}
    return Removal(
        people=tuple(sorted(one.name for one in people.by_id(session, sample.people).values())),
        organisations=tuple(one.name for one in bodies.values() if one.id in sample.going),
        hidden=tuple(one for ref, one in named.items() if ref not in touched),
        untied=sum(ref not in named or ref in touched for ref, _ in _ties(session, sample)),
        passed_on=tuple(one for ref, one in named.items() if ref in touched),
        heir=heir.name if heir else "",
        staying=tuple(one.name for one in bodies.values() if one.id in sample.staying),
        joined=tuple((name, real[one.person].name) for name, one in joined),
        unled=tuple(dict.fromkeys(name for name, _ in joined if name not in led)),
        invited=tuple(one.name for one in _invited(session, sample)),
        law_records=_count(session, law_records.c.number, signed.in_(sample.names)),
        look=bool(_count(session, house_styles.c.number, house_styles.c.chosen_by.in_(sample.names))),
    )


def _refs(session: Connection, sample: _Sample) -> list[str]:
    """The agreements of the organisations that go."""
    mine = select(agreement_table.c.ref).where(agreement_table.c.owner.in_(sample.going))
    return list(session.execute(mine.order_by(agreement_table.c.ref)).scalars())


def _touched(session: Connection, refs: Collection[str], sample: _Sample) -> frozenset[str]:
    """Those of some agreements in which somebody real did something, or a real organisation takes or took part."""
    others = [
        (journal.c.ref, journal.c.saved_by.not_in(sample.names)),
        (events.c.ref, events.c.done_by.not_in(sample.names)),
        *((table.c.ref, table.c.person.not_in(sample.people)) for table in (comments, replies, views)),
        (agreement_parties.c.ref, agreement_parties.c.organisation.not_in([*sample.going, *sample.staying])),
    ]
    asked = (select(ref).where(ref.in_(refs), where).distinct() for ref, where in others)
    return frozenset(ref for one in asked for ref in session.execute(one).scalars())


def _ties(session: Connection, sample: _Sample) -> list[tuple[str, str]]:
    """(agreement, partner) of those that are an organisation that goes."""
    table = agreement_parties
    mine = table.c.organisation.in_(sample.going) & table.c.until.is_(None)
    rows = session.execute(select(table.c.ref, table.c.party).where(mine).order_by(table.c.ref, table.c.party))
    return [(row.ref, row.party) for row in rows]


def _dismiss(session: Connection, sample: _Sample, *, by: str, at: datetime) -> None:
    """Their roles and sessions end, every way to sign in and every word about them goes."""
    mine = memberships.c.person.in_(sample.people) & memberships.c.until.is_(None)
    session.execute(update(memberships).where(mine).values(until=at))
    for person in sorted(sample.people):
        sessions.end_all(session, person, why="sample removed", at=at)
        people.erase(session, person, by=by, at=at)
    for table in (identities, passkeys, recovery_codes, sign_in_codes, account_table, contacts):
        session.execute(delete(table).where(table.c.person.in_(sample.people)))
    signing.forget(session, sample.people)
    lead = agreement_table.c.lead.in_(sample.people)
    session.execute(update(agreement_table).where(lead).values(lead=None))


def _close(session: Connection, sample: _Sample, *, by: str, at: datetime) -> None:
    """The organisations leave the directory with what they show; those that stay are a sample no longer."""
    assurances.drop_all(session, sample.going)
    for table in (contacts, providers, sign_offs):
        session.execute(delete(table).where(table.c.organisation.in_(sample.going)))
    session.execute(delete(partnership).where(partnership.c.sample == 1))
    bodies = organisation_table
    session.execute(update(bodies).where(bodies.c.id.in_(sample.going)).values(removed_at=at))
    session.execute(update(bodies).where(bodies.c.sponsor.in_(sample.going)).values(sponsor=None))
    for organisation in sample.going:
        security_events.record(session, "organisation:removed", {"organisation": organisation}, by=by, at=at)
    for place, organisation in enumerate(sample.staying):  # after the others: the one that runs this copy stays it
        joins = update(bodies).where(bodies.c.id == organisation)
        session.execute(joins.values(sample=0, added_at=at + place * APART))
        security_events.record(session, "organisation:kept", {"organisation": organisation}, by=by, at=at)


def _heir(session: Connection, sample: _Sample) -> str | None:
    """The organisation that runs this copy when the sample is gone; None where none is left."""
    table = organisation_table
    left = select(table.c.id).where(table.c.removed_at.is_(None), table.c.id.not_in(sample.going))
    return session.execute(left.order_by(table.c.sample, table.c.added_at, table.c.id).limit(1)).scalar_one_or_none()


def _count(session: Connection, column: ColumnElement[int], where: ColumnElement[bool]) -> int:
    return session.execute(select(func.count(column)).where(where)).scalar_one()
