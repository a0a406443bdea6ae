"""The matrix in words: names for its rows and columns, and what each cell says, for Word, spreadsheet and screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.context import PrintedNames
from protocolbuilder.documents.marked import key, marks
from protocolbuilder.documents.numbered import Numbered, numbered
from protocolbuilder.domain import matrix
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import Cell, View
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library
from protocolbuilder.law.restrictions import restricted_flows, restrictions

TITLES: Final[Mapping[str, str]] = {
    "agencies": "Who shares with whom",
    "recipients": "Which information goes to whom",
    "purposes": "Which legal power serves which purpose",
}
RESTRICTED: Final = "Information that the law restricts"
AXES: Final[Mapping[str, tuple[str, str]]] = {
    "agencies": ("From", "To"),
    "recipients": ("Information", "To"),
    "purposes": ("Purpose", "Legal power"),
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """The three views of one agreement, with the words for their ids."""

    views: Mapping[str, View]
    names: PrintedNames
    labels: Mapping[str, str]
    order: Numbered

    def name(self, item_id: str) -> str:
        """A partner, item, purpose or power by name; the row or column of what is not stated."""
        return self.names.item(item_id) if item_id else NOT_STATED

    def flows(self, cell: Cell) -> str:
        """`1, 2, 3, F7`: every flow of a cell, for a spreadsheet."""
        return ", ".join(self.labels[flow] for flow in cell.flows)

    def flows_in_brief(self, cell: Cell) -> str:
        """`1 to 3, F7`, for paper."""
        return matrix.flows_in_brief(self.labels, cell.flows)

    def brief(self, cell: Cell) -> str:
        """The information by number where the agreement has many kinds of it, else by name."""
        return self.order.brief(cell.items) or NOT_STATED

    def items(self, cell: Cell) -> str:
        return "; ".join(self.name(item) for item in cell.items) or NOT_STATED

    def powers(self, cell: Cell) -> tuple[str, ...]:
        """`CA 1989 s.47(9): Duty … (not verified): Must`, one for each power."""
        return tuple(f"{self.name(power.gateway)}: {power.words}" for power in cell.powers) or (NOT_STATED,)

    def words(self, cell: Cell) -> str:
        """The marks of a cell whose power is named beside it, each once: `Must, May`."""
        return ", ".join(dict.fromkeys(power.words for power in cell.powers)) or NOT_STATED

    def marks(self, cell: Cell) -> str:
        """The marks of a cell, duties first, each once: `Must, May (some not verified)`."""
        return marks(cell.powers) or NOT_STATED

    def used(self) -> tuple[tuple[str, str], ...]:
        """The marks that the views use, each with its meaning."""
        return key(power for view in self.views.values() for cell in view.cells.values() for power in cell.powers)


def compute(schema: Schema, agreement: Agreement, library: Library) -> Matrix:
    """The views of an agreement's flows."""
    law = library.vocabularies["gateways"]
    views = {
        "agencies": matrix.agencies(agreement, law),
        "recipients": matrix.recipients(agreement, law),
        "purposes": matrix.purposes(agreement, law),
    }
    names = PrintedNames(schema, agreement, library)
    return Matrix(views, names, matrix.references(agreement), numbered(agreement, names))


def restricted(
    found: Matrix, agreement: Agreement, library: Library, *, on: date
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What the law restricts on a day of the information that travels: (law, names of information, flows)."""
    bearing = restrictions(agreement, library, on=on)
    return [
        (law.name, tuple(map(found.name, items)), tuple(found.labels[flow] for flow in flows))
        for law, items, flows in restricted_flows(agreement, bearing)
    ]


def filled_rows(view: View) -> tuple[str, ...]:
    """The rows that have a cell, in order."""
    used = {row for row, _ in view.cells}
    return tuple(row for row in view.rows if row in used)


def groups(view: View, row: str) -> list[tuple[tuple[str, ...], Cell]]:
    """The cells of a row, those that say the same together with all their columns, in the order of the columns."""
    found: dict[Cell, list[str]] = {}
    for column in view.columns:
        cell = view.cells.get((row, column))
        if cell is not None:
            found.setdefault(cell, []).append(column)
    return [(tuple(columns), cell) for cell, columns in found.items()]


def bands(view: View, width: int) -> list[tuple[Sequence[str], Sequence[str]]]:
    """The view cut into grids of like width, at most `width` columns. Rows and columns without a cell are left out."""
    used = {column for _, column in view.cells}
    columns = [column for column in view.columns if column in used]
    count = -(-len(columns) // width)
    each = -(-len(columns) // count) if count else 1
    cut = [columns[start : start + each] for start in range(0, len(columns), each)]
    return [([row for row in view.rows if any((row, column) in view.cells for column in part)], part) for part in cut]
