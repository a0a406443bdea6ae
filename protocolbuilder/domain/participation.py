"""What each partner has done so far, as an agreement that already existed records it. Not who is in force with whom."""

from __future__ import annotations

from dataclasses import dataclass

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import Names, shown
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.schema import Schema


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner by id, its role in words ("" where not stated), and its acts in words, in the order recorded."""

    party: str
    role: str
    acts: tuple[str, ...]


def standings(schema: Schema, agreement: Agreement, names: Names) -> tuple[Standing, ...]:
    """One row for each partner, in the order of the agreement: 'Signed, 14 April 2026, on paper'."""
    party, act = schema.sections["parties"].questions, schema.sections["participation"].questions
    done: dict[str, list[str]] = {}
    for row in rows_of(agreement, "participation"):
        said = ", ".join(shown(act[key], row[key], names) for key in ("act", "date", "route") if key in row)
        if said:
            done.setdefault(str(row.get("party", "")), []).append(said)
    return tuple(
        Standing(
            row["id"],
            shown(party["role"], row["role"], names) if "role" in row else "",
            tuple(done.get(row["id"], ())),
        )
        for row in rows_of(agreement, "parties")
    )
