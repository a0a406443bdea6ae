"""Slides as values: what is said, and how it is cut so that the back of a room can read it. Drawn by `slides_pptx` and
by the projector view, from the same values: a slide that is too full becomes two, its type is never made smaller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from protocolbuilder.documents.picture import Picture, broken, measured

SIZE: Final = 32  # pixels of type at which text is measured; both forms show it at least this large
WIDE: Final = 29 * SIZE  # pixels that a line has in the narrower of the two forms
HIGH: Final = 11.6  # lines of points that fit below the title in the lower of the two
HIGH_TABLE: Final = 13.6  # lines of a table, whose type is smaller there, so that fewer lines are needed
BETWEEN: Final = 0.45  # of a line, between two points or rows
CELL: Final = 0.7 * SIZE  # what the edges of a cell take of its width
BOLD: Final = 0.92  # of the width is what bold type leaves
MORE: Final = "{title} ({number} of {count})"


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: a title, then a lead, points, and either a table (head and rows) or a picture. `notes` are what a
    trainer says. `share` are the parts of the width that the columns get. `whole`: the title it is a part of."""

    title: str
    notes: str
    lead: str = ""
    points: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    share: tuple[float, ...] = ()
    picture: Picture | None = None
    kind: str = "body"  # or "opening", "message"
    whole: str = ""


def cut(slide: Slide) -> tuple[Slide, ...]:
    """The slide, or as many as its points and rows need, each with the title, the lead on the first only."""
    room = (HIGH_TABLE - 1.2 if slide.head else HIGH) - (lines(slide.lead, WIDE) + BETWEEN if slide.lead else 0)
    heights = [_height(row, slide.share) for row in slide.rows] or [lines(one, WIDE - SIZE) for one in slide.points]
    groups = _groups(heights, room)
    if len(groups) < 2:
        return (slide,)
    made = []
    for number, (start, end) in enumerate(groups, start=1):
        title = MORE.format(title=slide.title, number=number, count=len(groups))
        shown = replace(slide, title=title, whole=slide.title)
        part = replace(shown, rows=slide.rows[start:end], points=slide.points[start:end])
        made.append(part if number == 1 else replace(part, lead="", notes=f"{slide.title}, continued."))
    return tuple(made)


def every(slides: Iterable[Slide]) -> tuple[Slide, ...]:
    """All of them, each cut to what a room can read."""
    return tuple(part for slide in slides for part in cut(slide))


def _groups(heights: Sequence[float], room: float) -> Sequence[tuple[int, int]]:
    """From and to, by place: as few parts as the room allows, and these about as full as each other."""
    made = _filled(heights, room)
    low, high = 0.0, room
    for _ in range(12):
        middle = (low + high) / 2
        if len(_filled(heights, middle)) > len(made):
            low = middle
        else:
            high = middle
    return _filled(heights, high)


def _filled(heights: Sequence[float], room: float) -> Sequence[tuple[int, int]]:
    """As many in each as fit into the room, at least one."""
    made, start, used = [], 0, 0.0
    for place, height in enumerate(heights):
        if place > start and used + height > room:
            made.append((start, place))
            start, used = place, 0.0
        used += height + BETWEEN
    return [*made, (start, len(heights))] if heights else made


def _height(row: Sequence[str], share: Sequence[float]) -> float:
    """The first cell of a row is bold, and so wider."""
    wide = [WIDE * part / sum(share) - CELL for part in share]
    wide[0] *= BOLD
    return max(lines(cell, each) for cell, each in zip(row, wide, strict=True))


def lines(words: str, width: float) -> int:
    """How many lines the words take; a word wider than the line goes on on the next."""
    parts = [part for line in words.split("\n") for part in broken(line, width, size=SIZE) or [""]]
    return sum(max(ceil(measured(part, SIZE) / width), 1) for part in parts)
