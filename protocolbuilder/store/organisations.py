"""The directory of organisations. One that an agreement may name is never deleted: it is removed from the directory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from protocolbuilder.domain.organisations import Identifier, Organisation, cleaned
from protocolbuilder.errors import Conflict, Frozen, NotFound
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people import is_sample
from protocolbuilder.store.people_tables import memberships
from protocolbuilder.store.people_tables import organisations as table
from protocolbuilder.store.security_events import record

NewId = Callable[[], str]


def add(session: Connection, organisation: Organisation, *, by: str, at: datetime, new_id: NewId) -> Organisation:
    """Its id is given here. `by` is a person's id or ""; what somebody of the sample adds is of the sample."""
    made = replace(organisation, id=new_id(), sample=organisation.sample or is_sample(session, by))
    session.execute(insert(table).values(id=made.id, number=1, added_at=at, **_stored(made)))
    record(session, "organisation:added", {"organisation": made.id}, by=by, at=at)
    return load(session, made.id)


def change(session: Connection, organisation: Organisation, *, seen: int, by: str, at: datetime) -> Organisation:
    """`seen` is the number of the entry the person was looking at. Raises NotFound; Conflict, with the entry as it
    stands, when it was changed since."""
    stands = load(session, organisation.id)
    same = (table.c.id == organisation.id) & (table.c.number == seen) & table.c.removed_at.is_(None)
    changed = session.execute(update(table).where(same).values(number=seen + 1, **_stored(organisation)))
    if not changed.rowcount:
        raise Conflict((), stands)
    record(session, "organisation:changed", {"organisation": organisation.id}, by=by, at=at)
    return load(session, organisation.id)


def remove(session: Connection, organisation_id: str, *, by: str, at: datetime) -> None:
    """Out of the directory; agreements that name it stay as they are. Raises NotFound; Frozen for the one that runs
    this copy, and as long as somebody takes part for it."""
    load(session, organisation_id)
    if (host := first(session)) and host.id == organisation_id:
        raise Frozen("This organisation runs this copy. It stays in the directory.")
    if session.dialect.name == "postgresql":  # whoever joins it now is waited for, and the other way round
        session.execute(select(table.c.id).where(table.c.id == organisation_id).with_for_update())
    here = (memberships.c.organisation == organisation_id) & memberships.c.until.is_(None)
    if session.execute(select(memberships.c.id).where(here).limit(1)).first():
        raise Frozen("People still take part for this organisation. They leave it first.")
    session.execute(update(table).where(table.c.id == organisation_id).values(removed_at=at))
    session.execute(update(table).where(table.c.sponsor == organisation_id).values(sponsor=None))
    record(session, "organisation:removed", {"organisation": organisation_id}, by=by, at=at)


def removed(session: Connection) -> tuple[tuple[Organisation, datetime], ...]:
    """Those that were removed, and when, the last first. None of a sample: its words are gone with it."""
    gone = select(table).where(table.c.removed_at.is_not(None), table.c.sample == 0)
    rows = session.execute(gone.order_by(table.c.removed_at.desc(), table.c.id))
    return tuple((_organisation(row), row.removed_at) for row in rows)


def put_back(session: Connection, organisation_id: str, *, by: str, at: datetime) -> Organisation:
    """Into the directory, as its entry was; it has no sponsor any more. Raises NotFound where it is not removed."""
    gone = (table.c.id == organisation_id) & table.c.removed_at.is_not(None) & (table.c.sample == 0)
    if not session.execute(update(table).where(gone).values(removed_at=None, sponsor=None)).rowcount:
        raise NotFound("There is no such organisation among those that were removed.")
    record(session, "organisation:put-back", {"organisation": organisation_id}, by=by, at=at)
    return load(session, organisation_id)


def load(session: Connection, organisation_id: str) -> Organisation:
    """Raises NotFound, also for one that was removed."""
    return _organisation(_row(session, organisation_id))


def number_of(session: Connection, organisation_id: str) -> int:
    """How often the entry was saved: what a form carries. Raises NotFound."""
    return int(_row(session, organisation_id).number)


def all_of_them(session: Connection) -> tuple[Organisation, ...]:
    """By name."""
    rows = session.execute(select(table).where(table.c.removed_at.is_(None)).order_by(func.lower(table.c.name)))
    return tuple(_organisation(row) for row in rows)


def by_id(session: Connection) -> Mapping[str, Organisation]:
    return {one.id: one for one in all_of_them(session)}


def first(session: Connection) -> Organisation | None:
    """The one that runs this copy: what is nobody's yet is of this one. One of the sample only while there is no
    other. None before the first."""
    kept = select(table).where(table.c.removed_at.is_(None))
    row = session.execute(kept.order_by(table.c.sample, table.c.added_at, table.c.id).limit(1)).one_or_none()
    return _organisation(row) if row else None


def same_as(session: Connection, organisation: Organisation) -> tuple[Organisation, ...]:
    """Others of the directory with an identifier or the name of this one: most likely the same twice."""
    mine = {(one.kind, cleaned(one).value) for one in organisation.identifiers if one.kind != "other"}
    name = _folded(organisation.name)
    return tuple(
        one for one in all_of_them(session)
        if one.id != organisation.id
        and (_folded(one.name) == name or mine & {(said.kind, said.value) for said in one.identifiers})
    )  # fmt: skip


def _folded(name: str) -> str:
    return " ".join(name.replace("&", " and ").casefold().split())


def _row(session: Connection, organisation_id: str) -> Row[Any]:
    kept = select(table).where(table.c.id == organisation_id, table.c.removed_at.is_(None))
    row = session.execute(kept).one_or_none()
    if row is None:
        raise NotFound("There is no such organisation in the directory.")
    return row


def _stored(organisation: Organisation) -> dict[str, Any]:
    identifiers = [cleaned(one) for one in organisation.identifiers]
    return {
        "name": organisation.name,
        "short": organisation.short,
        "agency_types": json.dumps(list(organisation.agency_types)),
        "identifiers": json.dumps([[one.kind, one.value] for one in identifiers], ensure_ascii=False),
        "sector": organisation.sector,
        "nation": organisation.nation,
        "departments": json.dumps(list(organisation.departments), ensure_ascii=False),
        "sponsor": organisation.sponsor or None,
        "contact": organisation.contact,
        "sample": int(organisation.sample),
    }


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(
        id=row.id,
        name=row.name,
        short=row.short,
        agency_types=tuple(json.loads(row.agency_types)),
        identifiers=tuple(Identifier(kind, value) for kind, value in json.loads(row.identifiers)),
        sector=row.sector,
        nation=row.nation,
        departments=tuple(json.loads(row.departments)),
        sponsor=row.sponsor or "",
        contact=row.contact,
        sample=bool(row.sample),
    )
