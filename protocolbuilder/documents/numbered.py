"""Kinds of information by number, so that a table of flows need not repeat their names in each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import Names
from protocolbuilder.domain.matrix import in_brief, rows_of

FEW: Final = 10  # kinds of information of an agreement that are called by name everywhere


@dataclass(frozen=True, slots=True)
class Numbered:
    """`places` are the ids of all kinds of information of the agreement in order; the first has number 1."""

    places: Mapping[str, int]
    names: Names

    def number(self, item: str) -> str:
        """Its number; empty for an id that the agreement does not hold."""
        return str(self.places[item]) if item in self.places else ""

    def brief(self, items: Iterable[str]) -> str:
        """`1 to 4, 9` where an agreement has many kinds of information, their names where it has few."""
        known = self.places if len(self.places) > FEW else {}
        items = tuple(items)
        places = sorted({known[item] for item in items if item in known})
        named = [self.names.item(item) for item in items if item not in known]
        return "; ".join([*([in_brief(map(str, places))] if places else []), *named])


def numbered(agreement: Agreement, names: Names) -> Numbered:
    """The numbers of the kinds of information, in the order of the agreement."""
    places: dict[str, int] = {}
    for number, row in enumerate(rows_of(agreement, "items"), start=1):
        places.setdefault(row["id"], number)
    return Numbered(places, names)
