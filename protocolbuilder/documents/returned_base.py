"""What a Word file of ours said when it went out, with the answer that each of its texts comes from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Final

from protocolbuilder.documents import marking, templates, word
from protocolbuilder.documents.marking import Kind, Marker
from protocolbuilder.documents.returned_line import END, Line, Para
from protocolbuilder.documents.returned_reading import lines
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.inherit import effective
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text and where it comes from; see `marking.Kind`."""

    start: int
    end: int
    address: str
    kind: Kind


@dataclass(frozen=True)
class Base:
    """The text of one part as printed, in the order of reading; every paragraph ends with `END`."""

    text: str
    paras: tuple[Para, ...]
    places: tuple[Place, ...]

    @cached_property
    def answers(self) -> tuple[Place, ...]:
        """Answers printed word for word, the entries of a list as one."""
        made: list[Place] = []
        for place in self.places:
            if place.kind not in ("answer", "unsaid"):
                continue
            last = made[-1] if made else None
            if last and (last.address, last.kind) == (place.address, place.kind) and self._next(last, place):
                made[-1] = Place(last.start, place.end, place.address, place.kind)
            else:
                made.append(place)
        return tuple(made)

    def _next(self, one: Place, other: Place) -> bool:
        return one.end <= other.start and not self.text[one.end : other.start].strip(END)

    def touched(self, start: int, end: int) -> list[Place]:
        """What a stretch overlaps; an empty one also what it stands at the edge of."""
        if start == end:
            return [place for place in self.places if place.start <= start <= place.end]
        return [place for place in self.places if place.start < end and place.end > start]

    def para_at(self, at: int) -> Para:
        return self.paras[max(0, bisect_right(self.paras, at, key=lambda para: para.start) - 1)]

    def beside(self, at: int) -> list[Place]:
        """What stands in the same paragraph, nearest first; else what stands in the same row of a table."""
        para = self.para_at(at)
        found = self.touched(para.start, para.end)
        if found:
            return sorted(found, key=lambda place: max(place.start - at, at - place.end))
        if not para.row:
            return []
        row = [one for one in self.paras if one.row == para.row]
        return self.touched(row[0].start, row[-1].end)

    def heading(self, at: int) -> str:
        """The heading above, or ""."""
        above = [para for para in self.paras if para.heading and para.start <= at]
        return self.text[above[-1].start : above[-1].end] if above else ""


NOTHING: Final = Base("", (), ())


def bases(
    schema: Schema, agreement: Agreement, library: Library, stamp: Stamp, *, parent: Parent | None,
    template: bytes = b"",
) -> tuple[Base, list[Base]]:  # fmt: skip
    """The body, and every header and footer, of what the agreement prints under its parent. `template`: another one
    than the shipped one."""
    marker = marking.marker(schema, effective(schema, agreement, parent).agreement)
    template = marking.says_unsaid(template or templates.load(schema.id))
    parts = word.visible_parts(
        schema, agreement, library, stamp=stamp, template=template, told=marker.marked, parent=parent
    )
    body, around = lines(parts)
    return _base(body, marker), [_base(line, marker) for line in around]


def _base(line: Line, marker: Marker) -> Base:
    """The signs taken away and remembered."""
    opens, numbered, closes = marker.signs
    sign = re.compile(f"{opens}(\\d+){numbered}|{closes}")
    kept: list[str] = []
    paras: list[Para] = []
    places: list[Place] = []
    text, open_, at = line.text, list[tuple[int, int]](), 0
    for para in line.paras:
        start, done = at, para.start
        for hit in sign.finditer(text, para.start, para.end):
            kept.append(text[done : hit.start()])
            at, done = at + hit.start() - done, hit.end()
            if hit[1]:
                open_.append((at, int(hit[1])))
            elif open_:
                begun, number = open_.pop()
                source = marker.sources[number]
                places.append(Place(begun, at, source.address, source.kind))
        kept.append(text[done : para.end] + END)
        at += para.end - done + 1
        paras.append(Para(start, at - 1, para.row, para.cell, para.heading))
    return Base("".join(kept), tuple(paras), tuple(sorted(places, key=lambda one: (one.start, one.end))))


def shared(addresses: Sequence[str]) -> str:
    """The address that all of these are under, or the first: `flows.f1` of `flows.f1.to` and `flows.f1.from`."""
    if not addresses:
        return ""
    parts = list(_alike([address.split(".") for address in addresses]))
    return ".".join(parts) or addresses[0]


def _alike(split: list[list[str]]) -> Iterator[str]:
    return (column[0] for column in takewhile(lambda column: len(set(column)) == 1, zip(*split, strict=False)))
