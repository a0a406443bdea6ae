"""What each partner has done so far, as an agreement that already existed records it: in words, and as events that
`standing` is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.days import Window, stated
from protocolbuilder.domain.kinds import Names, shown
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.schema import Schema
from protocolbuilder.domain.standing_history import Event, What

ACTS: Final[Mapping[str, What]] = {
    "invited": "invited", "approved": "approved", "signed": "signed", "acceded": "acceded", "withdrew": "withdrew",
    "merged": "merged", "carried-over": "signed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """A partner by id, its role in words ("" where not stated), and its acts in words, in the order recorded."""

    party: str
    role: str
    acts: tuple[str, ...]


def standings(schema: Schema, agreement: Agreement, names: Names) -> tuple[Done, ...]:
    """One row for each partner, in the order of the agreement: 'Signed, 14 April 2026, on paper'."""
    party, act = schema.sections["parties"].questions, schema.sections["participation"].questions
    done: dict[str, list[str]] = {}
    for row in rows_of(agreement, "participation"):
        said = ", ".join(shown(act[key], row[key], names) for key in ("act", "date", "route") if key in row)
        if said:
            done.setdefault(str(row.get("party", "")), []).append(said)
    return tuple(
        Done(
            row["id"],
            shown(party["role"], row["role"], names) if "role" in row else "",
            tuple(done.get(row["id"], ())),
        )
        for row in rows_of(agreement, "parties")
    )


def recorded(agreement: Agreement, *, number: int, by: date) -> tuple[Event, ...]:
    """The acts that the agreement itself records, as of version `number`; all had come by the day `by`. What is in
    other words, or names nobody, is none. Being carried over from an earlier version stands on an act that is not
    recorded here: it is an act whose day nobody knows, nor that it came."""
    found = []
    for row in rows_of(agreement, "participation"):
        what, party = ACTS.get(str(row.get("act"))), row.get("party")
        if what is None or not isinstance(party, str):
            continue
        day = stated(row.get("date"), by=by) or Window(date.min, by)
        if row["act"] == "carried-over":
            day = Window(day.first, date.max)
        found.append(Event(what, party, day, number))
    return tuple(found)
