"""The flow map: who sends on the left, who receives on the right, a line for each pair, must and may drawn apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from protocolbuilder.documents.picture import Picture, drawn, text, wrapped
from protocolbuilder.documents.picture_sharing import MEANS, STRENGTHS, Sharing, Strand
from protocolbuilder.domain.marks import MAY, MUST

NAME: Final = "flow-map"
PAD: Final = 10  # between a box's edge and its text
GAP: Final = 6  # between boxes
PORT: Final = 6  # least space between two lines at a box
MOST_LINES: Final = 2  # of a name in its box; the words beside the picture have all of it
ARROW: Final = 9
DRAWN: Final[Mapping[str, str]] = {
    MUST: 'stroke="#003078" stroke-width="3.5"',
    MAY: 'stroke="#00703c" stroke-width="2" stroke-dasharray="9 5"',
    "other": 'stroke="#505a5f" stroke-width="2" stroke-dasharray="2 5"',
}
COLOUR: Final[Mapping[str, str]] = {MUST: "#003078", MAY: "#00703c", "other": "#505a5f"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How large a map is drawn, in pixels: its width, that of a box, and its text."""

    width: int
    box: int
    size: int

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return round(self.size * 1.2)

    @property
    def top(self) -> float:
        return self.line + 22


PAGE: Final = Layout(760, 270, 15)
SLIDE: Final = Layout(1180, 440, 28)


@dataclass(frozen=True, slots=True)
class _Box:
    lines: tuple[str, ...]
    x: float
    y: float
    height: float

    def svg(self, layout: Layout) -> str:
        first = self.y + (self.height - len(self.lines) * layout.line) / 2 + layout.line * 0.78
        words = "".join(
            text(line, self.x + PAD, first + layout.line * n, size=layout.size) for n, line in enumerate(self.lines)
        )
        return (
            f'<rect x="{self.x:g}" y="{self.y:g}" width="{layout.box}" height="{self.height:g}" rx="4" fill="#f3f2f1"'
            f' stroke="#0b0c0c"/>{words}'
        )


def flow_map(found: Sharing, layout: Layout = PAGE) -> Picture:
    """The map of who shares with whom; its `lines` say every pair in words. On a slide the legend stands beside it."""
    left = _column(found, found.senders, layout, PAD)
    right = _column(found, found.recipients, layout, layout.width - layout.box - PAD)
    lines = [_line(found, one, layout, (left, right)) for one in sorted(found.strands, key=_strongest_last)]
    bottom = max([layout.top, *(box.y + box.height for box in (*left.values(), *right.values()))])
    legend, height = _legend(found, layout, bottom + 24) if layout is PAGE else ([], round(bottom + PAD))
    heads = [
        text(words, x, layout.line + 4, size=layout.size + 2, weight="bold")
        for words, x in (("Who sends", PAD), ("Who receives", layout.width - layout.box - PAD))
    ]
    boxes = [box.svg(layout) for box in (*left.values(), *right.values())]
    title, alt = "Flow map", _alt(found)
    size = layout.width, height
    svg = drawn([*heads, *lines, *boxes, *legend], name=NAME, title=title, alt=alt, size=size)
    return Picture(NAME, title, svg, *size, alt, found.lines)


def _alt(found: Sharing) -> str:
    counts = {one: sum(strand.strength == one for strand in found.strands) for one in STRENGTHS}
    what = "sectors, each standing for several bodies" if found.grouped else "bodies"
    said = (
        f"{len(found.senders)} {what} send information to {len(found.recipients)}, by {len(found.strands)} lines. "
        f"Must, solid lines: {counts[MUST]}. May, dashed lines: {counts[MAY]}."
    )
    return f"{said} Neither stated, dotted lines: {counts['other']}." if counts["other"] else said


def _column(found: Sharing, ends: Sequence[str], layout: Layout, x: float) -> dict[str, _Box]:
    """Boxes from top to bottom, the end with the most lines in the middle, so that its lines fan out."""
    side = "sender" if x == PAD else "recipient"
    ports = {end: sum(getattr(one, side) == end for one in found.strands) for end in ends}
    busy = {end: sum(end in (one.sender, one.recipient) for one in found.strands) for end in ends}
    hub = max(ends, key=lambda end: busy[end], default="")
    order = [end for end in ends if end != hub]
    if ends:
        order.insert(len(order) // 2, hub)
    boxes, y = {}, layout.top
    for end in order:
        lines = wrapped(found.ends[end], layout.box - 2 * PAD, size=layout.size, most=MOST_LINES)
        boxes[end] = _Box(lines, x, y, max(len(lines) * layout.line + GAP, PORT * (ports[end] + 1)))
        y += boxes[end].height + GAP
    return boxes


def _strongest_last(one: Strand) -> int:
    return -STRENGTHS.index(one.strength)


def _line(found: Sharing, one: Strand, layout: Layout, sides: tuple[Mapping[str, _Box], Mapping[str, _Box]]) -> str:
    """A curve that leaves and arrives level, each at its own height of the box, with an arrow at its end."""
    left, right = sides
    to = [each.recipient for each in found.strands if each.sender == one.sender]
    by = [each.sender for each in found.strands if each.recipient == one.recipient]
    start, end = _port(left[one.sender], to, one.recipient, right), _port(right[one.recipient], by, one.sender, left)
    x1, x2 = PAD + layout.box + 1.0, layout.width - layout.box - PAD - ARROW
    middle = (x1 + x2) / 2
    curve = f"M{x1:g} {start:.1f}C{middle:g} {start:.1f} {middle:g} {end:.1f} {x2:g} {end:.1f}"
    return f'<path d="{curve}" fill="none" {DRAWN[one.strength]}/>{_arrow(x2, end, one.strength)}'


def _port(box: _Box, others: Sequence[str], other: str, facing: Mapping[str, _Box]) -> float:
    order = sorted(others, key=lambda end: facing[end].y)
    return box.y + box.height * (order.index(other) + 1) / (len(order) + 1)


def _arrow(x: float, y: float, strength: str) -> str:
    """Filled for a must, open for the rest: told apart without colour."""
    fill = COLOUR[strength] if strength == MUST else "#ffffff"
    points = f"{x:g},{y - 5:.1f} {x + ARROW:g},{y:.1f} {x:g},{y + 5:.1f}"
    return f'<polygon points="{points}" fill="{fill}" stroke="{COLOUR[strength]}" stroke-width="1.5"/>'


def _legend(found: Sharing, layout: Layout, top: float) -> tuple[list[str], int]:
    """What the lines mean, those that are drawn, and that some were not verified; with where it ends."""
    shapes, y = [], top
    for strength in STRENGTHS:
        if any(one.strength == strength for one in found.strands):
            shapes.append(f'<path d="M{PAD} {y:g}H{PAD + 60}" fill="none" {DRAWN[strength]}/>')
            shapes.append(_arrow(PAD + 60, y, strength))
            shapes.append(text(MEANS[strength], PAD + 84, y + 5))
            y += 26
    for note in _notes(found, layout):
        shapes.append(text(note, PAD, y + 5))
        y += 22
    return shapes, round(y + 4)


def _notes(found: Sharing, layout: Layout) -> list[str]:
    notes = []
    if any(one.unsure for one in found.strands):
        notes.append("Some lines rest on law that nobody has verified. The list below says which.")
    if found.grouped:
        notes.append("The number in brackets says how many bodies a box stands for.")
    return [line for note in notes for line in wrapped(note, layout.width - 2 * PAD)]


