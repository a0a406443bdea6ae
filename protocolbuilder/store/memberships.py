"""Which roles people hold in which organisation, from when to when. Nothing is overwritten: a change ends one row and
begins another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, text, update

from protocolbuilder.domain.people import Membership
from protocolbuilder.errors import Conflict, Frozen, NotFound
from protocolbuilder.store.account_tables import invitations
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import memberships as table
from protocolbuilder.store.people_tables import people
from protocolbuilder.store.security_events import record


def begin(
    session: Connection, person: str, organisation: str, *, roles: Iterable[str], department: str = "", by: str,
    at: datetime,
) -> Membership:  # fmt: skip
    """The person joins the organisation. Whoever is in it already is changed by `change`."""
    _insert(session, person, organisation, roles=frozenset(roles), department=department, at=at)
    _record(session, "membership:begun", person, organisation, roles=roles, by=by, at=at)
    return current(session, person, organisation)


def change(
    session: Connection, person: str, organisation: str, *, roles: Iterable[str], department: str = "", by: str,
    at: datetime, seen: datetime | None = None,
) -> Membership:  # fmt: skip
    """Other roles from now on. `seen` is the `since` of the membership that whoever changes it was looking at. Raises
    NotFound; Conflict, with the membership as it stands, when it was changed since; Frozen when nobody would be left
    who administers the organisation."""
    stands, wanted = current(session, person, organisation), frozenset(roles)
    if seen is not None and stands.since != seen:
        raise Conflict((), stands)
    if (stands.roles, stands.department) == (wanted, department):
        return stands
    if "admin" not in wanted:
        keep_an_administrator(session, person, organisation)
    if not _end(session, stands, at=at):
        raise Conflict((), current(session, person, organisation))
    _insert(session, person, organisation, roles=wanted, department=department, at=at)
    _record(session, "membership:changed", person, organisation, roles=wanted, by=by, at=at)
    return current(session, person, organisation)


def end(session: Connection, person: str, organisation: str, *, by: str, at: datetime) -> None:
    """The person leaves the organisation. Raises NotFound; Frozen for its last administrator."""
    stands = current(session, person, organisation)
    keep_an_administrator(session, person, organisation)
    if not _end(session, stands, at=at):
        raise NotFound("That person is not in this organisation.")
    _record(session, "membership:ended", person, organisation, roles=(), by=by, at=at)


def current(session: Connection, person: str, organisation: str) -> Membership:
    """Raises NotFound when the person is not in the organisation now."""
    row = session.execute(select(table).where(_now(person, organisation))).one_or_none()
    if row is None:
        raise NotFound("That person is not in this organisation.")
    return _membership(row)


def of_person(session: Connection, person: str) -> tuple[Membership, ...]:
    """All there ever were, oldest first."""
    rows = session.execute(select(table).where(table.c.person == person).order_by(table.c.since, table.c.id))
    return tuple(_membership(row) for row in rows)


def now_of(session: Connection, person: str) -> tuple[Membership, ...]:
    """Those that stand, the oldest first: the first says whose account it is."""
    return tuple(one for one in of_person(session, person) if one.until is None)


def of_organisation(session: Connection, organisation: str) -> tuple[Membership, ...]:
    """Those that stand."""
    kept = select(table).where(table.c.organisation == organisation, table.c.until.is_(None))
    return tuple(_membership(row) for row in session.execute(kept.order_by(table.c.since, table.c.id)))


def standing(session: Connection) -> Mapping[str, tuple[Membership, ...]]:
    """By organisation: those that stand, of people who take part. One statement."""
    active = table.join(people, (people.c.id == table.c.person) & (people.c.active == 1))
    kept = select(*table.c).select_from(active).where(table.c.until.is_(None)).order_by(table.c.since, table.c.id)
    found: dict[str, list[Membership]] = {}
    for row in session.execute(kept):
        found.setdefault(row.organisation, []).append(_membership(row))
    return {key: tuple(some) for key, some in found.items()}


def keep_an_administrator(session: Connection, person: str, organisation: str) -> None:
    """Raises Frozen when this person is the last active administrator of the organisation. Two who leave at once wait
    for each other, so that the second is refused."""
    if session.dialect.name == "postgresql":
        session.execute(text("SELECT id FROM organisations WHERE id = :id FOR UPDATE"), {"id": organisation})
    if is_last_administrator(session, person, organisation):
        raise Frozen("This is the last administrator of the organisation. Give somebody else the role first.")


def is_last_administrator(session: Connection, person: str, organisation: str) -> bool:
    """Somebody who was asked and did not accept yet administers nothing."""
    asked = select(invitations.c.person).where(
        invitations.c.organisation == organisation, invitations.c.ended_at.is_(None)
    )
    active = table.join(people, (people.c.id == table.c.person) & (people.c.active == 1))
    kept = select(table.c.person, table.c.roles).select_from(active).where(table.c.person.not_in(asked))
    rows = session.execute(kept.where(table.c.organisation == organisation, table.c.until.is_(None)))
    return {row.person for row in rows if "admin" in json.loads(row.roles)} == {person}


def _now(person: str, organisation: str) -> Any:
    return (table.c.person == person) & (table.c.organisation == organisation) & table.c.until.is_(None)


def _end(session: Connection, stands: Membership, *, at: datetime) -> bool:
    """Did it stand until now? Somebody else may have ended it, and begun another."""
    mine = _now(stands.person, stands.organisation) & (table.c.since == stands.since)
    return bool(session.execute(update(table).where(mine).values(until=at)).rowcount)


def _insert(
    session: Connection, person: str, organisation: str, *, roles: frozenset[str], department: str, at: datetime
) -> None:
    said = {"roles": json.dumps(sorted(roles)), "department": department, "since": at}
    session.execute(insert(table).values(person=person, organisation=organisation, **said))


def _record(
    session: Connection, what: str, person: str, organisation: str, *, roles: Iterable[str], by: str, at: datetime
) -> None:
    about = {"person": person, "organisation": organisation, "roles": " ".join(sorted(roles))}
    record(session, what, about, by=by, at=at)


def _membership(row: Row[Any]) -> Membership:
    roles = frozenset(json.loads(row.roles))
    return Membership(row.person, row.organisation, roles, row.department, row.since, row.until)
