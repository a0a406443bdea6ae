"""What people recorded on top of the shipped law library. Only ever added to: the database refuses anything else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.law import approval
from protocolbuilder.law.approval import Approval
from protocolbuilder.law.overlay import (
    Change,
    LocalEntry,
    Overlay,
    Record,
    StatusChange,
    Verification,
    Withdrawal,
    approvals,
    proposal,
)
from protocolbuilder.store import organisations
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import law_records as table

NewId = Callable[[], str]


def overlay(session: Connection) -> Overlay:
    """Every record, oldest first, withdrawals and what they withdraw included."""
    return tuple(_record(row) for row in session.execute(select(table).order_by(table.c.number)))


def record_verification(
    session: Connection, entry: str, *, on: date, seen: str, by: str, post: str, at: datetime, new_id: NewId,
    instrument: str = "", commenced: date | None = None, person: str = "",
) -> Verification:  # fmt: skip
    """`entry` is the id of a provision or of a lawful basis, `on` the day on which its source was looked at. `person`
    is here, and below, the id of whoever records."""
    made = Verification(new_id(), entry, by, post, on, seen, instrument, commenced, at)
    day = commenced.isoformat() if commenced else None
    said = {"on": on.isoformat(), "seen": seen, "instrument": instrument, "commenced": day}
    _keep(session, made, said, person=person)
    return made


def record_status_change(
    session: Connection, entry: str, *, status: Change, since: date, instrument: str, by: str, post: str,
    at: datetime, new_id: NewId, replaced_by: str = "", note: str = "", person: str = "",
) -> StatusChange:  # fmt: skip
    """`since` is the first day on which the change counts; `instrument` what made it."""
    made = StatusChange(new_id(), entry, by, post, status, since, instrument, replaced_by, note, at)
    said = {"since": since.isoformat(), "instrument": instrument, "replaced_by": replaced_by, "note": note}
    _keep(session, made, {"status": status, **said}, person=person)
    return made


def propose_entry(
    session: Connection, record: Mapping[str, Any], *, by: str, post: str, at: datetime, new_id: NewId,
    person: str = "", agency: Organisation | None = None,
) -> LocalEntry:  # fmt: skip
    """A provision of this copy, in the shape of the shipped records; its id is given here, `local-…`. `agency` is the
    organisation it is proposed for, the first of the two that it needs."""
    made_id = new_id()
    entry = f"local-{made_id}"
    whose = (person, agency.id, agency.name) if agency else (person, "", "")
    made = LocalEntry(made_id, entry, by, post, {**record, "id": entry}, at, *whose)
    _keep(session, made, {"record": dict(made.record), "agency": made.agency}, person=person)
    return made


def approve_entry(
    session: Connection, entry: str, *, by: Person, agency: Organisation, at: datetime, new_id: NewId
) -> Approval:
    """A person approves a local entry for their organisation. Raises NotFound for what is no local entry that counts,
    Frozen where this person or this agency cannot approve it (`law.approval.refused`)."""
    kept = select(table).where(table.c.entry == entry, table.c.what == "local").with_for_update()
    session.execute(kept).one_or_none()  # two who approve at once wait for each other
    known = overlay(session)
    found = proposal(known, entry)
    gone = {one.record_id for one in known if isinstance(one, Withdrawal)}
    if found is None or found.id in gone:
        raise NotFound("There is no such local entry, or it was withdrawn.")
    count = len(organisations.all_of_them(session))
    given = approvals(known, entry)
    if why := approval.refused(found, given, person=by.id, organisation=agency.id, organisations=count):
        raise Frozen(f"{why}. Nothing was recorded.")
    made = Approval(new_id(), entry, by.signature, agency.name, by.id, agency.id, at)
    _keep(session, made, {}, person=by.id)
    return made


def withdraw(
    session: Connection, record_id: str, *, reason: str, by: str, post: str, at: datetime, new_id: NewId,
    person: str = "",
) -> Withdrawal:  # fmt: skip
    """Says that a record counts no longer. Raises NotFound for one that is not there, or is itself a withdrawal."""
    found = session.execute(select(table).where(table.c.id == record_id, table.c.what != "withdrawal")).one_or_none()
    if found is None:
        raise NotFound(f"There is no record {record_id[:60]} on the law library.")
    made = Withdrawal(new_id(), found.entry, by, post, record_id, reason, at)
    _keep(session, made, {"record_id": record_id, "reason": reason}, person=person)
    return made


WHAT: Final = {
    Verification: "verification", LocalEntry: "local", Approval: "approval", StatusChange: "status",
    Withdrawal: "withdrawal",
}


def _keep(session: Connection, record: Record, content: Mapping[str, Any], *, person: str) -> None:
    session.execute(
        insert(table).values(
            id=record.id,
            what=WHAT[type(record)],
            entry=record.entry,
            content=json.dumps(content, ensure_ascii=False, sort_keys=True),
            recorded_by=record.by,
            post=record.post,
            recorded_at=record.at,
            person=person,
            organisation=record.organisation if isinstance(record, LocalEntry | Approval) else "",
        )
    )


def _record(row: Row[Any]) -> Record:
    said = json.loads(row.content)
    same = (row.id, row.entry, row.recorded_by, row.post)
    match row.what:
        case "verification":
            commenced = date.fromisoformat(said["commenced"]) if said["commenced"] else None
            return Verification(
                *same, date.fromisoformat(said["on"]), said["seen"], said["instrument"], commenced, row.recorded_at
            )
        case "status":
            since = date.fromisoformat(said["since"])
            return StatusChange(
                *same, said["status"], since, said["instrument"], said["replaced_by"], said["note"], row.recorded_at
            )
        case "local":
            agency = said.get("agency", "")
            return LocalEntry(*same, said["record"], row.recorded_at, row.person, row.organisation, agency)
        case "approval":
            return Approval(*same, row.person, row.organisation, row.recorded_at)
        case _:
            return Withdrawal(*same, said["record_id"], said["reason"], row.recorded_at)
