"""The matrix as a heat table: rows send, columns receive; the shade and a number say how many flows, M says must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from protocolbuilder.documents.picture import Picture, drawn, text, wrapped
from protocolbuilder.documents.picture_sharing import Sharing, Strand
from protocolbuilder.domain.marks import MUST

NAME: Final = "heat-table"
WIDTH: Final = 760
LABEL: Final = 236  # width of the names
TOP: Final = 76
ROW: Final = 30
WIDEST: Final = 60  # pixels of a column
SHADES: Final = ((4, "#003078", "#ffffff"), (2, "#8eb4d8", "#0b0c0c"), (1, "#dbe9f5", "#0b0c0c"))
"""From how many flows on: fill, and the colour of what stands on it."""
BLANK: Final = "#ffffff"


def heat_table(found: Sharing) -> Picture:
    """The table of who shares with whom; its `lines` say every pair in words."""
    number = {end: n for n, end in enumerate(found.ends, start=1)}
    wide = min(WIDEST, (WIDTH - LABEL - 10) / max(len(number), 1))
    names = {end: wrapped(f"{number[end]}  {name}", LABEL - 12, size=14, most=2) for end, name in found.ends.items()}
    shapes, y = _head(number, wide), float(TOP)
    strands = {(one.sender, one.recipient): one for one in found.strands}
    for end, lines in names.items():
        height = max(ROW, 17 * len(lines) + 10)
        shapes += [text(line, 4, y + 19 + 17 * n, size=14) for n, line in enumerate(lines)]
        shapes += [
            _cell(strands.get((end, other)), (LABEL + wide * (place - 1), y), (wide, height))
            for other, place in number.items()
        ]
        y += height
    legend, bottom = _legend(found, y + 26)
    title, alt = "Heat table", _alt(found)
    svg = drawn([*shapes, *legend], name=NAME, title=title, alt=alt, size=(WIDTH, bottom))
    return Picture(NAME, title, svg, WIDTH, bottom, alt, found.lines)


def _alt(found: Sharing) -> str:
    most = max(found.strands, key=lambda one: len(one.flows), default=None)
    duties = sum(_must(one) for one in found.strands)
    said = f"{len(found.strands)} pairs of {len(found.ends)} share; {duties} by a duty."
    if most is None:
        return said
    pair = f"{found.ends[most.sender]} to {found.ends[most.recipient]}"
    return f"{said} Most flows, {len(most.flows)}, go from {pair}."


def _head(number: Mapping[str, int], wide: float) -> list[str]:
    shapes = [
        text("Who sends", 4, TOP - 12, size=15, weight="bold"),
        text("Who receives, by the numbers on the left", LABEL, 24, size=15, weight="bold"),
    ]
    return shapes + [
        text(str(place), LABEL + wide * (place - 0.5), TOP - 12, size=14, weight="bold", anchor="middle")
        for place in number.values()
    ]


def _cell(one: Strand | None, at: tuple[float, float], size: tuple[float, float]) -> str:
    (x, y), (wide, high) = at, size
    count = len(one.flows) if one else 0
    fill, ink = next(((fill, ink) for least, fill, ink in SHADES if count >= least), (BLANK, "#0b0c0c"))
    box = f'<rect x="{x:.1f}" y="{y:g}" width="{wide:.1f}" height="{high:g}" fill="{fill}" stroke="#b1b4b6"/>'
    if one is None:
        return box
    words = f"M{count}" if _must(one) else str(count)
    weight = "bold" if _must(one) else "normal"
    return box + text(words, x + wide / 2, y + high / 2 + 5, size=14, weight=weight, anchor="middle", fill=ink)


def _must(one: Strand) -> bool:
    return one.strength == MUST


def _legend(found: Sharing, top: float) -> tuple[list[str], int]:
    notes = ["A number says how many flows go from the row to the column. The more, the darker the cell."]
    if any(map(_must, found.strands)):
        notes.append("M: at least one of these flows is a duty (must). Without M the law compels none of them.")
    if any(one.unsure for one in found.strands):
        notes.append("Some of this rests on law that nobody has verified. The list below says which.")
    if found.grouped:
        notes.append("The number in brackets says how many bodies a row stands for.")
    lines = [line for note in notes for line in wrapped(note, WIDTH - 8, size=14)]
    return [text(line, 4, top + 20 * n, size=14) for n, line in enumerate(lines)], round(top + 20 * len(lines))
