"""How large the type of a slide can be: as large as its words leave room for, so that no page stays half empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from protocolbuilder.documents.picture import measured, parted
from protocolbuilder.documents.slides import BOLD, SIZE, WIDE, lines

POINTS: Final = (36, 32, 28)  # points of type, the largest first
CELLS: Final = (32, 28, 24)
LINE: Final = 1.2  # of the type, from one line to the next
AFTER: Final = 10  # points after a paragraph
INDENT: Final = 0.4  # inches that a bullet takes
EDGES: Final = 0.2  # inches that the edges of a cell take of its width
ROUND: Final = 1.75 * SIZE  # pixels around the words of a column, with what rounding its share may take
PADDING: Final = 6  # points above and below the words of a cell, together


def of_points(points: Iterable[str], wide: float, high: float) -> int:
    """Points of type for these paragraphs in so many inches; the smallest where none fits."""
    said = tuple(points)

    def taken(size: int) -> float:
        return sum(lines(one, _ems(wide - INDENT, size)) * size * LINE + AFTER for one in said)

    return next((size for size in POINTS if taken(size) <= high * 72), POINTS[-1])


def of_cells(rows: Sequence[Sequence[str]], wide: Sequence[float], high: float) -> int:
    """Points of type for a table with columns of so many inches, in which no word is broken where a size avoids it."""

    def fits(size: int) -> bool:
        room = [_ems(part - EDGES, size) * (BOLD if place == 0 else 1) for place, part in enumerate(wide)]
        if any(longest(cell) > each for row in rows for cell, each in zip(row, room, strict=True)):
            return False
        heights = (max(map(lines, row, room)) * size * LINE + PADDING for row in rows)
        return sum(heights) <= high * 72

    return next((size for size in CELLS if fits(size)), CELLS[-1])


def fitted(*rows: Sequence[str]) -> tuple[float, ...]:
    """Shares of the width for columns: room for their longest words first, so that an e-mail address or a telephone
    number stays on one line, and of what is left as much as their longest cells ask for."""
    columns = list(zip(*rows, strict=True))
    least = [max(map(longest, column)) + ROUND for column in columns]
    whole = [max(measured(cell, SIZE) for cell in column) + ROUND for column in columns]
    more = [max(full - low, 1.0) for low, full in zip(least, whole, strict=True)]
    left = max(WIDE - sum(least), 0.0)
    return tuple(low + left * each / sum(more) for low, each in zip(least, more, strict=True))


def longest(words: str) -> float:
    """How wide its widest word is, in pixels at SIZE."""
    return max((measured(word, SIZE) for word in parted(words)), default=0.0)


def _ems(inches: float, size: int) -> float:
    """A width in inches as pixels of type that is measured at SIZE."""
    return inches * 72 / size * SIZE
