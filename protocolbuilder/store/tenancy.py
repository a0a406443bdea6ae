"""What an organisation is to an agreement or to another organisation, and the conditions by which it finds what it may
read and nothing else.

Every reading for a person carries `of`, their reach; without one it is the operator's own, at the command line. The
relation is asked anew each time: whoever left yesterday finds today what was issued until yesterday.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, false, func, literal, not_, or_, select, true
from sqlalchemy.sql.selectable import FromClause

from protocolbuilder.domain.permission import Reach
from protocolbuilder.store.comment_tables import consultations
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import agreement_parties as parties
from protocolbuilder.store.people_tables import memberships, organisations, people
from protocolbuilder.store.tables import agreements, versions

STRANGER: Final = "stranger"


@dataclass(frozen=True, slots=True)
class Stand:
    """How an organisation stands to an agreement: its relation, and the state the agreement is in."""

    relation: str
    state: str


def stand(session: Connection, ref: str, *, organisation: str) -> Stand | None:
    """None for a reference that is not there. One statement."""
    asked = select(relation_to(organisation).label("relation"), state_of().label("state"))
    row = session.execute(asked.where(agreements.c.ref == ref)).one_or_none()
    return Stand(row.relation, row.state) if row else None


def reads_version(session: Connection, ref: str, number: int, *, of: Reach) -> bool:
    """Is this version one that they may read?"""
    where = (versions.c.ref == ref) & (versions.c.number == number)
    joined = agreements.join(versions, versions.c.ref == agreements.c.ref)
    return session.execute(select(literal(1)).select_from(joined).where(where, version_seen(of))).first() is not None


def hosts(session: Connection, organisation: str) -> bool:
    """Does it run this copy? The first organisation does; what nobody owns yet is its own."""
    return session.execute(select(_first()).where(_first() == organisation)).first() is not None


def stand_to(session: Connection, other: str, *, organisation: str) -> str | None:
    """What an organisation is to the `other` one: owner, party or stranger. None for one that is not in the
    directory."""
    kept = (organisations.c.id == other) & organisations.c.removed_at.is_(None)
    row = session.execute(select(relation_to_organisation(organisation).label("relation")).where(kept)).one_or_none()
    return str(row.relation) if row else None


def draft_seen(of: Reach | None) -> ColumnElement[bool]:
    """Of a row of agreements: may they read its draft?"""
    if of is None:
        return true()
    ways = []
    for relation in sorted({relation for relation, _ in of.drafts}):
        states = sorted(state for one, state in of.drafts if one == relation)
        ways.append(and_(_is(relation, of.organisation), state_of().in_(states)))
    return or_(false(), *ways)


def version_seen(of: Reach | None, version: FromClause = versions) -> ColumnElement[bool]:
    """Of a row of agreements joined with one of versions: may they read that version?"""
    return true() if of is None else _issued_to(of.versions, of.organisation, version)


def version_listed(of: Reach, version: FromClause = versions) -> ColumnElement[bool]:
    """The same for the register: is the agreement listed for them, as that version says it?"""
    return _issued_to(of.listed | of.versions, of.organisation, version)


def assurance_seen(of: Reach | None) -> ColumnElement[bool]:
    """Of a row of organisations: may they read what it shows of its care for information?"""
    return true() if of is None else relation_to_organisation(of.organisation).in_(sorted(of.assurances))


def not_of(organisation: str) -> ColumnElement[bool]:
    """Of a row of agreements: is it somebody else's?"""
    return not_(_owner(organisation))


def owner_reads(asking: str) -> ColumnElement[bool]:
    """Of a row of agreements: is it owned by the organisation that owns the agreement `asking`, or is that one a
    partner of it, now or before?"""
    own = agreements.alias("asking")
    owner = select(func.coalesce(own.c.owner, _first())).where(own.c.ref == asking).scalar_subquery()
    mine = select(literal(1)).where(parties.c.ref == agreements.c.ref, parties.c.organisation == owner)
    tied = mine.select_from(parties).correlate(agreements).exists()
    nobody = and_(agreements.c.owner.is_(None), owner.is_(None))  # before there is an organisation
    return or_(func.coalesce(agreements.c.owner, _first()) == owner, tied, nobody)


def relation_to(organisation: str) -> ColumnElement[str]:
    """Of a row of agreements: owner, party, former or stranger."""
    return case(
        (_owner(organisation), "owner"),
        (_party(organisation), "party"),
        (_once(organisation), "former"),
        else_=STRANGER,
    )


def relation_to_organisation(asking: str) -> ColumnElement[str]:
    """Of a row of organisations. Owner: it is that one, which may be asking, its sponsor, or, while nobody takes part
    for it, the one that runs this copy. Party: they take part in one agreement now, as owner or partner; or it is asked
    by the one that runs this copy."""
    host = _first() == asking
    owner = or_(organisations.c.id == asking, organisations.c.sponsor == asking, and_(host, not_(_peopled())))
    return case((owner, "owner"), (or_(host, _partners(asking)), "party"), else_=STRANGER)


def state_of() -> ColumnElement[str]:
    """Of a row of agreements: the states of `schemas/policy.yaml`."""
    mine = select(literal(1)).where(consultations.c.ref == agreements.c.ref, consultations.c.closed_at.is_(None))
    opened = mine.select_from(consultations).correlate(agreements).exists()
    return case(
        (agreements.c.discarded_at.is_not(None), "discarded"),
        (opened, "consultation"),
        (agreements.c.issued.is_(None), "draft"),
        else_="issued",
    )


def _peopled() -> ColumnElement[bool]:
    """Of a row of organisations: does anybody take part for it now?"""
    here = (memberships.c.organisation == organisations.c.id) & memberships.c.until.is_(None)
    active = memberships.join(people, (people.c.id == memberships.c.person) & (people.c.active == 1))
    return select(literal(1)).select_from(active).where(here).correlate(organisations).exists()


def _partners(asking: str) -> ColumnElement[bool]:
    """Of a row of organisations: is there an agreement in which both take part now? One that was discarded before a
    version was issued is none."""
    theirs = parties.alias("theirs")
    tied = (theirs.c.ref == agreements.c.ref) & (theirs.c.organisation == organisations.c.id) & theirs.c.until.is_(None)
    party = select(literal(1)).select_from(theirs).where(tied).correlate(agreements, organisations).exists()
    takes_part = or_(func.coalesce(agreements.c.owner, _first()) == organisations.c.id, party)
    mine = or_(_owner(asking), _party(asking))
    lives = or_(agreements.c.discarded_at.is_(None), agreements.c.issued.is_not(None))
    shared = select(literal(1)).select_from(agreements).where(lives, mine, takes_part)
    return shared.correlate(organisations).exists()


def _issued_to(relations: frozenset[str], organisation: str, version: FromClause) -> ColumnElement[bool]:
    ways = [_is(one, organisation) for one in sorted(relations - {"former"})]
    if "former" in relations:
        left = _tied(organisation, parties.c.until >= version.c.issued_at, version)
        ways.append(and_(_is("former", organisation), left))
    return or_(false(), *ways)


def _is(relation: str, organisation: str) -> ColumnElement[bool]:
    owner, party, once = _owner(organisation), _party(organisation), _once(organisation)
    found: dict[str, ColumnElement[bool]] = {
        "owner": owner,
        "party": and_(not_(owner), party),
        "former": and_(not_(owner), not_(party), once),
        STRANGER: and_(not_(owner), not_(party), not_(once)),
    }
    return found.get(relation, false())


def _owner(organisation: str) -> ColumnElement[bool]:
    return func.coalesce(agreements.c.owner, _first()) == organisation


@cache
def _first() -> Any:
    """As `organisations.first`, put together once. Under another name, as it stands inside statements about those."""
    one = organisations.alias("hosting")
    kept = select(one.c.id).where(one.c.removed_at.is_(None)).order_by(one.c.sample, one.c.added_at, one.c.id)
    return kept.limit(1).correlate(None).scalar_subquery()


def _party(organisation: str) -> ColumnElement[bool]:
    return _tied(organisation, parties.c.until.is_(None))


def _once(organisation: str) -> ColumnElement[bool]:
    return _tied(organisation, parties.c.until.is_not(None))


def _tied(organisation: str, when: ColumnElement[bool], *also: FromClause) -> ColumnElement[bool]:
    """Said to be about the row of agreements outside, however far outside: left to itself, it is about any row."""
    mine = select(literal(1)).where(parties.c.ref == agreements.c.ref, parties.c.organisation == organisation, when)
    return mine.select_from(parties).correlate(agreements, *also).exists()
