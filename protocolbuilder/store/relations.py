"""What an organisation is to an agreement. Which partner of the answers is which organisation of the directory is said
beside the answers: a partner may be of no organisation here, and an answer is never changed by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, insert, select, update

from protocolbuilder.errors import NotFound
from protocolbuilder.store import organisations
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import agreement_parties as table
from protocolbuilder.store.security_events import last, record, said
from protocolbuilder.store.tables import agreements

TIED, SEEN = "agreement:party-tied", "agreement:party-seen"
Relation = Literal["owner", "party", "former", "invitee", "stranger"]


@dataclass(frozen=True, slots=True)
class Tie:
    """`party` is the item's id in `parties`; `until` None: now. `newer`: the entry of the directory was changed since
    somebody last laid it beside the answers."""

    ref: str
    organisation: str
    party: str
    since: datetime
    until: datetime | None
    newer: bool


def tie(session: Connection, ref: str, party: str, *, organisation: str, by: str, at: datetime) -> None:
    """The partner is that organisation from now on, and its entry was seen as it is; whichever it was said to be before
    is so no longer. Raises NotFound for an organisation that is not in the directory."""
    organisations.load(session, organisation)
    about = {"agreement": ref, "party": party, "organisation": organisation}
    stands = tied(session, ref).get(party)
    if stands and stands.organisation == organisation:
        if stands.newer:
            record(session, SEEN, about, by=by, at=at)
        return
    if stands:
        untie(session, ref, party, by=by, at=at)
    session.execute(insert(table).values(ref=ref, party=party, organisation=organisation, since=at))
    record(session, TIED, about, by=by, at=at)


def untie(session: Connection, ref: str, party: str, *, by: str, at: datetime) -> None:
    """The partner is none of the directory any more. Nothing happens where it was none."""
    if session.execute(update(table).where(_open(ref, party)).values(until=at)).rowcount:
        record(session, "agreement:party-untied", {"agreement": ref, "party": party}, by=by, at=at)


def untie_all_but(session: Connection, ref: str, parties: Collection[str], *, by: str, at: datetime) -> None:
    """The partners that are not among `parties` are none of the agreement any more."""
    for party in tied(session, ref).keys() - set(parties):
        untie(session, ref, party, by=by, at=at)


def ties(session: Connection, ref: str) -> tuple[Tie, ...]:
    """All there ever were, oldest first."""
    rows = list(session.execute(select(table).where(table.c.ref == ref).order_by(table.c.since, table.c.party)))
    seen = {(row.party, row.organisation): said(_about(row)) for row in rows}
    entries = {row.organisation: said({"organisation": row.organisation}) for row in rows}
    looked = last(session, (TIED, SEEN), about=seen.values())
    changed = last(session, ("organisation:changed",), about=entries.values())

    def newer(row: Row[Any]) -> bool:
        return changed.get(entries[row.organisation], 0) > looked.get(seen[row.party, row.organisation], 0)

    return tuple(Tie(row.ref, row.organisation, row.party, row.since, row.until, newer(row)) for row in rows)


def tied(session: Connection, ref: str) -> Mapping[str, Tie]:
    """By partner: those that stand."""
    return {one.party: one for one in ties(session, ref) if one.until is None}


def of_organisation(session: Connection, organisation: str) -> Mapping[str, Relation]:
    """Reference -> relation, for every agreement to which it is no stranger. What is nobody's is the first's."""
    found: dict[str, Relation] = {}
    for row in session.execute(select(table).where(table.c.organisation == organisation)):
        if row.until is None or found.get(row.ref) != "party":
            found[row.ref] = "party" if row.until is None else "former"
    first = organisations.first(session)
    mine = agreements.c.owner == organisation
    if first and first.id == organisation:
        mine = mine | agreements.c.owner.is_(None)
    found.update(dict.fromkeys(session.execute(select(agreements.c.ref).where(mine)).scalars(), "owner"))
    return found


def relation(session: Connection, ref: str, organisation: str) -> Relation:
    """Raises NotFound for an agreement that is not there."""
    if owner_of(session, ref) == organisation:
        return "owner"
    where = (table.c.ref == ref) & (table.c.organisation == organisation)
    until = session.execute(select(table.c.until).where(where)).scalars().all()
    if not until:
        return "stranger"
    return "party" if None in until else "former"


def owner_of(session: Connection, ref: str) -> str:
    """The id of the organisation whose agreement it is: the first of this copy where none was said, "" where there is
    none. Raises NotFound."""
    row = session.execute(select(agreements.c.owner).where(agreements.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFound(f"There is no agreement {ref}.")
    first = organisations.first(session)
    return row.owner or (first.id if first else "")


def left_at(session: Connection, ref: str, organisation: str) -> datetime | None:
    """When a former partner left last: it reads what was issued before. None for any other."""
    where = (table.c.ref == ref) & (table.c.organisation == organisation)
    until = session.execute(select(table.c.until).where(where)).scalars().all()
    return None if None in until else max(until, default=None)


def _about(row: Row[Any]) -> dict[str, str]:
    return {"agreement": row.ref, "party": row.party, "organisation": row.organisation}


def _open(ref: str, party: str) -> ColumnElement[bool]:
    return (table.c.ref == ref) & (table.c.party == party) & table.c.until.is_(None)
