"""The history of an agreement that its standing is computed from: its versions, and what was done about each. Two
statements, and two for the lines of its trail where a signature on paper says of which day it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import CompoundSelect, case, exists, literal, select, true, union_all

from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.domain.days import on
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.participation import recorded
from protocolbuilder.domain.permission import Reach
from protocolbuilder.domain.reading import from_json
from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.standing_history import Event, History, Terms
from protocolbuilder.domain.standing_terms import terms
from protocolbuilder.errors import Damaged, NotFound
from protocolbuilder.store import trail
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing_tables import approvals, sign_left_out, sign_requests, signatures
from protocolbuilder.store.tables import agreements
from protocolbuilder.store.tables import versions as table
from protocolbuilder.store.tenancy import version_seen

Dated = tuple[datetime, Event]
"""An event, and when it was recorded."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """`latest`: what the newest of the versions says, by its number. `names`: partner -> its name in the newest version
    that has it."""

    history: History
    number: int
    latest: Agreement
    names: Mapping[str, str]

    def name(self, party: str) -> str:
        return self.names.get(party, party)


def history(session: Connection, ref: str, *, of: Reach | None = None) -> Recorded:
    """Of the versions that `of` reads. Raises NotFound where there is none; Damaged."""
    found = _versions(session, ref, of=of)
    if not found:
        raise NotFound(f"No version of {ref} is issued: it is in force between nobody yet.")
    numbers = frozenset(found)
    said, acts = _of_versions(found)
    acts += _acts(session, ref, numbers)
    acts.sort(key=lambda one: one[0])
    names = {
        str(row["id"]): str(row.get("name") or row["id"])
        for agreement, _ in found.values()
        for row in rows_of(agreement, "parties")
    }
    last = max(numbers)
    return Recorded(History(said, tuple(event for _, event in acts)), last, found[last][0], names)


def _versions(session: Connection, ref: str, *, of: Reach | None) -> dict[int, tuple[Agreement, datetime]]:
    """Number -> what it says, and when it was issued; lowest first."""
    seen = exists().where(agreements.c.ref == table.c.ref, version_seen(of)) if of else true()
    asked = select(table.c.number, table.c.content, table.c.digest, table.c.issued_at).where(table.c.ref == ref, seen)
    found = {}
    for row in session.execute(asked.order_by(table.c.number)):
        if sha256(row.content).hexdigest() != row.digest:
            raise Damaged(f"Version {row.number} of {ref} is not what was issued: its digest differs.")
        found[row.number] = (from_json(row.content), row.issued_at)
    return found


def _of_versions(found: Mapping[int, tuple[Agreement, datetime]]) -> tuple[tuple[Terms, ...], list[Dated]]:
    """What each version says; and what they record of the time before, as the newest has it put right, each act of the
    version that had it first."""
    first: dict[str, int] = {}
    for number, (agreement, _) in found.items():
        first |= {row["id"]: number for row in rows_of(agreement, "participation") if row["id"] not in first}
    last = list(found.values())[-1][0]
    said: list[Terms] = []
    acts: list[Dated] = []
    for number, (agreement, at) in found.items():
        mine = [row for row in rows_of(last, "participation") if first[row["id"]] == number]
        events = recorded(put(agreement, "participation", mine), number=number, by=day_of(at))
        said.append(terms(agreement, number, issued=day_of(at), recorded=events))
        acts += [(at, event) for event in events]
    return tuple(said), acts


def _acts(session: Connection, ref: str, numbers: frozenset[int]) -> Iterable[Dated]:
    """Signatures with their reservations, refusals, approvals, and those left out, each in the order recorded."""
    rows = session.execute(_every_act(ref, numbers)).all()
    papers = _days_on_paper(session, ref) if any(row.what == "paper" for row in rows) else {}
    for row in sorted(rows, key=lambda one: (one.at, one.place)):
        signed = row.what in ("signed", "paper")
        stated = papers.get(row.key) or (date.fromisoformat(row.day) if row.day else day_of(row.at))
        yield row.at, Event("signed" if signed else row.what, row.party, on(stated), row.number)
        if signed and row.words:
            yield row.at, Event("reserved", row.party, on(stated), row.number, text=row.words)


def _every_act(ref: str, numbers: frozenset[int]) -> CompoundSelect[Any]:
    """What was done (a signature by its receipt as `key`), the partner and the version, when it was recorded, of which
    day where that is said, and the words of a reservation."""
    sign, ask, body, left = signatures.c, sign_requests.c, approvals.c, sign_left_out.c
    what = case((sign.method == "paper", "paper"), else_="signed")

    def said(*columns: Any, place: Any) -> tuple[Any, ...]:
        names = ("what", "key", "party", "number", "at", "day", "words")
        return (*(one.label(name) for one, name in zip(columns, names, strict=True)), place.label("place"))

    none = literal("")
    return union_all(
        select(*said(what, sign.id, sign.party, sign.number, sign.at, none, sign.reservation, place=sign.line))
        .where(sign.ref == ref, sign.number.in_(numbers)),
        select(*said(literal("declined"), none, ask.party, ask.number, ask.settled_at, none, none, place=ask.id))
        .where(ask.ref == ref, ask.number.in_(numbers), ask.state == "declined"),
        select(*said(literal("approved"), none, body.party, body.number, body.recorded_at, body.day, none,
                     place=body.id)).where(body.ref == ref, body.number.in_(numbers)),
        select(*said(literal("left out"), none, left.party, left.number, left.left_at, none, none, place=left.line))
        .where(left.ref == ref, left.number.in_(numbers)),
    )  # fmt: skip


def _days_on_paper(session: Connection, ref: str) -> Mapping[str, date]:
    """Receipt -> the day that the paper says."""
    return {
        str(line.said["data"]["receipt"]): date.fromisoformat(line.said["data"]["day"])
        for line in trail.lines(session, ref)
        if line.event == "signature.recorded"
    }
