"""What people recorded on top of the shipped law library: verifications, changes of the law, local entries and who
approved them.

The shipped library is never written to. `law.library.effective` lays the records over it, in the order in which they
were recorded. A record is taken back by another one, a withdrawal; none is ever changed or deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from protocolbuilder.law import approval
from protocolbuilder.law.approval import Approval

Fields = Mapping[str, Any]
Change = Literal["commenced", "amended", "repealed"]

CHANGES: Final[Mapping[Change, str]] = {
    "commenced": "It came, or comes, into force",
    "amended": "It was, or will be, amended",
    "repealed": "It was, or will be, repealed",
}
MARK: Final = " (local)"
ASKED: Final = "asked"
"""The id of a change that nobody has recorded. An entry that it changed says `asked`."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Somebody looked at the source of a provision or basis (`entry`). `seen` says what they saw.

    `instrument` names what brought it into force, and `commenced` the day it did; "" and None when not looked for.
    `by` is a typed name and post, `post` the post where it was given apart; `on` is the day they looked.
    """

    id: str
    entry: str
    by: str
    post: str
    on: date
    seen: str
    instrument: str
    commenced: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LocalEntry:
    """A provision the shipped library lacks, in the shape of its records (`record`, with `id` = `entry`).

    `person` and `organisation` are ids of whoever proposed it, "" before they were kept; `agency` is the
    organisation's name as it was.
    """

    id: str
    entry: str
    by: str
    post: str
    record: Fields
    at: datetime
    person: str = ""
    organisation: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A provision was brought into force, amended or repealed from a day on, by an instrument.

    `replaced_by` is the id of the provision that stands in its place, or "". `note` says what changed.
    """

    id: str
    entry: str
    by: str
    post: str
    status: Change
    since: date
    instrument: str
    replaced_by: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The record `record_id` about an entry was recorded in error, and counts no longer."""

    id: str
    entry: str
    by: str
    post: str
    record_id: str
    reason: str
    at: datetime


Record = Verification | LocalEntry | Approval | StatusChange | Withdrawal
Overlay = tuple[Record, ...]


def standing(overlay: Overlay) -> Overlay:
    """The records that still count: neither withdrawn, nor withdrawals."""
    gone = {record.record_id for record in overlay if isinstance(record, Withdrawal)}
    return tuple(one for one in overlay if not isinstance(one, Withdrawal) and one.id not in gone)


def about(overlay: Overlay, entry: str) -> Overlay:
    """Every record about one provision or basis, withdrawals too, newest first."""
    return tuple(record for record in reversed(overlay) if record.entry == entry)


def proposal(overlay: Overlay, entry: str) -> LocalEntry | None:
    """The record that proposed a local entry, None for an entry of the shipped library."""
    return next((one for one in overlay if isinstance(one, LocalEntry) and one.entry == entry), None)


def approvals(overlay: Overlay, entry: str) -> tuple[Approval, ...]:
    """Those that still count, oldest first."""
    return tuple(one for one in standing(overlay) if isinstance(one, Approval) and one.entry == entry)


def same_person(one: str, other: str) -> bool:
    """Whether two typed names and posts ("Jo Green, records officer") name the same person, as far as words can tell:
    what stands before the first comma, case and spaces aside."""
    names = [" ".join(said.partition(",")[0].split()).casefold() for said in (one, other)]
    return names[0] == names[1] != ""


def since(overlay: Overlay, version: str) -> Overlay:
    """The records made after a version of the library, "2026.11+3": all but the first three. All, after "2026.11"."""
    _, _, held = version.partition("+")
    return overlay[int(held) :] if held.isdigit() and len(held) < 9 else overlay


def laid_over(shipped: Mapping[str, Fields], overlay: Overlay, *, on: date) -> dict[str, Fields]:
    """The entries that differ from the shipped ones on a day, by id. `shipped` holds provisions and bases."""
    counts = {record.id for record in standing(overlay)}
    found: dict[str, Fields] = {}
    for record in overlay:
        if isinstance(record, LocalEntry):
            found[record.entry] = _local(record)
        elif record.id in counts:
            entry = found.get(record.entry) or shipped.get(record.entry)
            if entry is None:
                continue
            if isinstance(record, Verification):
                found[record.entry] = _verified(entry, record, on=on)
            elif isinstance(record, StatusChange):
                found[record.entry] = _CHANGED[record.status](entry, record, on)
    for record in overlay:
        if isinstance(record, LocalEntry):  # last, because no change of the law gives force to what nobody approved
            said = approval.fields(record, approvals(overlay, record.entry), stands=record.id in counts)
            found[record.entry] = {**found[record.entry], **said}
    return found


def in_words(record: Record) -> str:
    """One sentence for one record: what was recorded, by whom."""
    if isinstance(record, LocalEntry):
        return f"Local entry proposed by {_ended(record.by)}"
    if isinstance(record, Approval):
        return f"Local entry approved by {record.by}, for {_ended(record.post)}"
    if isinstance(record, Withdrawal):
        return f"A record was withdrawn by {record.by}: {_ended(record.reason)}"
    if isinstance(record, Verification):
        start = f"Verified on {_day(record.on)} by {record.by}: {record.seen}"
        force = f" In force from {_day(record.commenced)}." if record.commenced else ""
        return f"{_ended(start)}{force}" + (f" Instrument: {_ended(record.instrument)}" if record.instrument else "")
    verb = {"commenced": "In force", "amended": "Amended", "repealed": "Repealed"}[record.status]
    if record.id == ASKED:
        return f"Only asked, not recorded: {verb.lower()} from {_day(record.since)}."
    note = f" {_ended(record.note)}" if record.note else ""
    return f"{verb} from {_day(record.since)} by {_ended(record.instrument)}{note} Recorded by {_ended(record.by)}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def _local(record: LocalEntry) -> Fields:
    """Marked as local in its citation, which stands wherever the provision is named."""
    return {**record.record, "citation": str(record.record["citation"]).removesuffix(MARK) + MARK}


def _verified(entry: Fields, record: Verification, *, on: date) -> Fields:
    changed: dict[str, Any] = {**entry, "verified": True, "verified_by": record.by, "verified_on": record.on}
    if entry["status"] == "unverified" and record.instrument:
        changed |= _started(record.commenced, on=on)
    return _noted(changed, record)


def _started(since: date | None, *, on: date) -> dict[str, Any]:
    if since is None:
        return {"status": "in-force"}
    return {"status": "in-force" if since <= on else "not-yet-commenced", "in_force_from": since.isoformat()}


def _commenced(entry: Fields, change: StatusChange, on: date) -> Fields:
    return _noted({**entry, **_started(change.since, on=on), "in_force_to": None}, change)


def _amended(entry: Fields, change: StatusChange, on: date) -> Fields:
    """What the record says may no longer be so: it counts as not verified from the day of the amendment."""
    if change.since > on:
        return _noted(entry, change)
    return _noted({**entry, "verified": False, "verified_by": "", "verified_on": None}, change)


def _repealed(entry: Fields, change: StatusChange, on: date) -> Fields:
    """In force until the day before; `repealed` once the day has come."""
    last = date.fromordinal(change.since.toordinal() - 1).isoformat()
    status = "repealed" if change.since <= on else entry["status"]
    after = change.replaced_by or entry["replaced_by"]
    return _noted({**entry, "status": status, "in_force_to": last, "replaced_by": after}, change)


_CHANGED: Final = {"commenced": _commenced, "amended": _amended, "repealed": _repealed}


def _noted(entry: Fields, record: Verification | StatusChange) -> Fields:
    """With the record in words, which the page of the entry shows beside the notes of the pack."""
    said = {**entry, "recorded": (*entry.get("recorded", ()), in_words(record))}
    return said | ({"asked": True} if record.id == ASKED else {})
