"""What every save changed, address by address: it tells a person who was overtaken, and what stood before."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from protocolbuilder.domain.agreement import (
    ABSENT,
    Agreement,
    Edit,
    accepted_at,
    apply,
    canonical,
    get,
    overlap,
    put,
    stated,
)
from protocolbuilder.domain.reading import from_json
from protocolbuilder.errors import BadAddress
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import journal

WHOLE = ""
"""The address of a row that replaced the whole agreement; it overlaps with every other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stood at an address before and after one edit, as JSON (of the whole file when `address` is WHOLE)."""

    address: str
    what: str
    before: str
    after: str


def entries(agreement: Agreement, edits: Iterable[Edit]) -> tuple[Agreement, tuple[Entry, ...]]:
    """The agreement after the edits, and an entry for each that changed something. Raises BadAddress for an
    answer about an item that is not there."""
    found = []
    for edit in edits:
        after = apply(agreement, edit)
        if edit.value is not ABSENT and stated(after, edit) is ABSENT:
            raise BadAddress(edit.address)
        entry = Entry(edit.address, edit.what, _state(agreement, edit.address), _state(after, edit.address))
        if entry.before != entry.after:
            found.append(entry)
        agreement = after
    return agreement, tuple(found)


def stands(agreement: Agreement, edit: Edit) -> bool:
    """Does the agreement already say what the edit would write?"""
    try:
        return not entries(agreement, [edit])[1]
    except BadAddress:
        return False


def whole(before: Agreement, after: Agreement) -> Entry:
    """The entry of an agreement put in place of another."""
    return Entry(WHOLE, "whole", canonical(before).decode(), canonical(after).decode())


def write(session: Connection, ref: str, entries: Iterable[Entry], *, number: int, by: str, at: datetime) -> None:
    """`number` is that of the draft which the entries made."""
    same = {"ref": ref, "number": number, "saved_by": by, "saved_at": at}
    session.execute(insert(journal), [same | asdict(entry) for entry in entries])


def overtaken(session: Connection, ref: str, *, edits: Iterable[Edit], seen: int) -> tuple[Edit, ...]:
    """Those edits whose address somebody has touched since the draft was at `seen`."""
    rows = session.execute(
        select(journal.c.address, journal.c.what).where(journal.c.ref == ref, journal.c.number > seen).distinct()
    ).all()
    return tuple(edit for edit in edits if any(_touches(row.address, row.what, edit) for row in rows))


def undone(session: Connection, ref: str, *, now: Agreement, number: int) -> Agreement:
    """The agreement as it stood at draft `number`, every value at its address; added items may stand in
    another order than they did."""
    rows = session.execute(
        select(journal.c.address, journal.c.before)
        .where(journal.c.ref == ref, journal.c.number > number)
        .order_by(journal.c.id.desc())
    )
    for row in rows:
        now = from_json(row.before) if row.address == WHOLE else _restore(now, row.address, json.loads(row.before))
    return now


def _touches(address: str, what: str, edit: Edit) -> bool:
    if what == "flag" and edit.what != "flag":
        return False  # a flag beside an answer does not overtake the answer
    return address == WHOLE or overlap(address, edit.address)


def _is_under(address: str, place: str) -> bool:
    return place == address or place.startswith(f"{address}.")


def _under(address: str, marks: Mapping[str, Any]) -> dict[str, Any]:
    return {place: mark for place, mark in marks.items() if _is_under(address, place)}


def _state(agreement: Agreement, address: str) -> str:
    """JSON: {"answer": value (no key: absent), "does_not_apply": {address: reason}, "flags": {address: […]},
    "accepted": row (no key: absent)}"""
    state: dict[str, Any] = {
        "does_not_apply": _under(address, agreement.does_not_apply),
        "flags": _under(address, agreement.flags),
    }
    value = get(agreement, address)
    if value is not ABSENT:
        state["answer"] = value
    row = accepted_at(agreement, address)
    if row is not ABSENT:
        state["accepted"] = dict(row)
    return json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _restore(agreement: Agreement, address: str, state: Mapping[str, Any]) -> Agreement:
    if state.get("answer", ABSENT) is not ABSENT or get(agreement, address) is not ABSENT:
        agreement = put(agreement, address, state.get("answer", ABSENT))
    if state.get("accepted") or accepted_at(agreement, address) is not ABSENT:
        agreement = apply(agreement, Edit(address, state.get("accepted", ABSENT), "accepted"))
    others = {k: v for k, v in agreement.does_not_apply.items() if not _is_under(address, k)}
    flags = {k: v for k, v in agreement.flags.items() if not _is_under(address, k)}
    return replace(
        agreement,
        does_not_apply={**others, **state["does_not_apply"]},
        flags={**flags, **{place: tuple(texts) for place, texts in state["flags"].items()}},
    )
