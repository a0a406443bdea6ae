"""What holds for a flow, which has a direction, and for a purpose, which flows serve, on a day.

A flow is carried between its senders and its recipients, each pair as it stands. An other that stands for partners is
those partners; one that stands for nobody never signs: with it the standing of the partner alone counts, and between
two such nothing applies. A flow that does not say who sends or who receives is not stated there. A flow has a start and
an end of its own where it states them: before and after them it is not commenced and ended, whatever the pair is.

Reserved: the flow is in force between the two but for a reservation of either that names the flow, one of its purposes
or items, or the other of the two. A reservation that names nothing is told with the flow, and reserves none: what it
touches is not stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.days import stated
from protocolbuilder.domain.matrix import NOT_STATED, ids, rows_of
from protocolbuilder.domain.standing import Standing, Standings
from protocolbuilder.domain.standing_history import Reservation


@dataclass(frozen=True, slots=True)
class Carried:
    """One sender and one recipient of a flow, by id (`matrix.NOT_STATED`: not said). `reserved`: what keeps it from
    being carried though it is in force."""

    flow: str
    sender: str
    recipient: str
    standing: Standing
    reserved: tuple[Reservation, ...]


def of_flow(found: Standings, agreement: Agreement, flow: str, day: date) -> tuple[Carried, ...]:
    """Empty for a flow that is not there."""
    row = next((one for one in rows_of(agreement, "flows") if one["id"] == flow), None)
    if row is None:
        return ()
    partners = {one["id"] for one in rows_of(agreement, "parties")}
    others = {one["id"]: one for one in rows_of(agreement, "others")}

    def ends(question: str) -> tuple[str, ...]:
        named = [part for end in ids(row, question) for part in ids(others.get(end, {}), "stands_for") or (end,)]
        return tuple(dict.fromkeys(named)) or (NOT_STATED,)

    senders, recipients = ends("from"), ends("to")
    return tuple(
        _carried(found, row, (sender, recipient), partners, day)
        for sender in senders
        for recipient in recipients
        if sender != recipient or len(senders) == len(recipients) == 1
    )  # fmt: skip


def of_purpose(found: Standings, agreement: Agreement, purpose: str, day: date) -> tuple[Carried, ...]:
    """Of every flow that serves it, in the order of the agreement."""
    serving = [row["id"] for row in rows_of(agreement, "flows") if purpose in ids(row, "purposes")]
    return tuple(one for flow in serving for one in of_flow(found, agreement, flow, day))


def _carried(
    found: Standings, row: Mapping[str, Any], ends: tuple[str, str], partners: set[str], day: date
) -> Carried:  # fmt: skip
    signing = [end for end in ends if end in partners]
    if NOT_STATED in ends:
        held = Standing("not stated")
    elif not signing:
        held = Standing("does not apply")
    else:
        held = found.pair(signing[0], signing[-1], day)
    held = _in_its_days(held, row, day)
    touched = {f"flows.{row['id']}", *(f"purposes.{one}" for one in ids(row, "purposes"))}
    touched |= {f"items.{one}" for question in ("items", "optional_items") for one in ids(row, question)}
    touched |= {f"parties.{end}" for end in ends}
    reserved = tuple(
        one for one in held.reserved
        if any(address in touched and address != f"parties.{one.party}" for address in one.on)
    )  # fmt: skip
    return Carried(row["id"], *ends, held, reserved if held.kind == "in force" else ())


def _in_its_days(held: Standing, row: Mapping[str, Any], day: date) -> Standing:
    start, end = stated(row.get("start")), stated(row.get("end"))
    if held.kind not in ("in force", "suspended"):
        return held
    if start and day < start.first:
        return Standing("not commenced", number=held.number)
    if end and day > end.last:
        return Standing("ended", number=held.number)
    if (start and day < start.last) or (end and day > end.first):
        return Standing("not stated", number=held.number)
    if start and held.since and held.since < start.last:
        return replace(held, since=start.last, began="on" if start.exact else "by")
    return held
