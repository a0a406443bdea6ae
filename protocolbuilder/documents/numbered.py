"""Kinds of information by number, so that a table of flows need not repeat their names in each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import Names
from protocolbuilder.domain.matrix import rows_of

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
        """`1–4, 9` where an agreement has many kinds of information, their names where it has few."""
        known = self.places if len(self.places) > FEW else {}
        items = tuple(items)
        places = sorted({known[item] for item in items if item in known})
        named = [self.names.item(item) for item in items if item not in known]
        return "; ".join([*([_ranges(places)] if places else []), *named])


def numbered(agreement: Agreement, names: Names) -> Numbered:
    """The numbers of the kinds of information, in the order of the agreement."""
    places: dict[str, int] = {}
    for number, row in enumerate(rows_of(agreement, "items"), start=1):
        places.setdefault(row["id"], number)
    return Numbered(places, names)


def _ranges(places: Sequence[int]) -> str:
    """`1–3, 5, 7, 8` for 1, 2, 3, 5, 7, 8: three and more in a row are a range."""
    runs = [[place for _, place in run] for _, run in groupby(enumerate(places), key=lambda each: each[1] - each[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
