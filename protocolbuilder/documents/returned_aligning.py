"""Lays a Word file that came back beside what went out: where each of its characters stood, and what was edited."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

from protocolbuilder.documents.redline_pairs import PARAGRAPHS, Op, ops
from protocolbuilder.documents.returned_base import Base, Place
from protocolbuilder.documents.returned_line import END, Line, Para
from protocolbuilder.domain.aligning import steps
from protocolbuilder.domain.wording import WORD, joined, likeness
from protocolbuilder.errors import BadFile

NOWHERE: Final = -1
MOST: Final = 2_000  # changes, edits and comments of a file that people can still work through
_PARAGRAPH: Final = re.compile(f"[^{END}]*{END}")


@dataclass(frozen=True, slots=True)
class Edit:
    """In the text that went out, `start` to `end` reads `text` instead. `at` is where that stands in the file that came
    back. New paragraphs after one that stays may as well be read as standing before the next one, at `other`; those
    in a cell or row of their own are `alone`."""

    start: int
    end: int
    text: str
    at: int
    other: int = NOWHERE
    alone: bool = False

    @property
    def ways(self) -> tuple[Edit, ...]:
        """The edit, and the same one read the other way."""
        if self.other == NOWHERE:
            return (self,)
        return (self, Edit(self.other, self.other, self.text.removeprefix(END) + END, self.at))


@dataclass(eq=False)
class _Unit:
    """A paragraph that says something: `start` to its `END` at `end`, of the text that is compared."""

    start: int
    end: int
    key: str

    @cached_property
    def words(self) -> list[str]:
        return self.key.lower().split()


class Aligned:
    """`place` gives for each character of the file where it stood in what went out, or NOWHERE."""

    def __init__(self, base: Base, line: Line) -> None:
        self.base = base
        self.line = line
        self.place = [NOWHERE] * line.length
        self.edits: list[Edit] = []
        self._new: list[tuple[str, int, int]] = []
        self._was = [at for run in line.runs if run.was for at in range(run.start, run.end)]
        before = line.text
        self._text = "".join(before[at] for at in self._was)
        found = ops(_units(base.text), _units(self._text), _alike)
        self._at = 0  # in the file: where what is aligned so far ends
        for plain, group in groupby(found, key=lambda op: op.old is not None and op.new is not None):
            if plain:
                for op in group:
                    self._pair(op)
            else:
                self._gap(list(group))
        refuse_many(len(self.edits) + len(self._new))
        self.edits += [inserted(self, *new) for new in self._new]

    def anchor(self, at: int) -> int:
        """Where something that was put in at this character of the file belongs in what went out."""
        return self._anchors[at]

    @cached_property
    def _anchors(self) -> list[int]:
        """For each character of the file, and for its end: after the last one before it that went out."""
        found = [0]
        for place in self.place:
            found.append(found[-1] if place == NOWHERE else place + 1)
        return found

    def number_of(self, at: int) -> int:
        """The number of the paragraph of the file that holds this character."""
        return min(bisect_left(self.line.paras, at, key=lambda para: para.end), len(self.line.paras) - 1)

    def para_of(self, at: int) -> Para:
        return self.line.paras[self.number_of(at)]

    def says(self, para: Para) -> bool:
        """Whether a paragraph of the file went out and says something."""
        return self.place[para.end] != NOWHERE and any(
            self.place[at] != NOWHERE for at in range(para.start, para.end)
        )

    def _pair(self, op: Op) -> None:
        """The same paragraph in both; word by word where it was edited."""
        old, new = op.old, op.new
        self.place[self._source(new.end)] = old.end
        self._at = self._source(new.end)
        if op.same:
            for step in range(old.end - old.start):
                self.place[self._source(new.start + step)] = old.start + step
            return
        before, after = WORD.findall(old.key), WORD.findall(new.key)
        ours, theirs = _offsets(before, old.start), _offsets(after, new.start)
        found = steps(before, after)
        for one in found:
            if one.same:
                for step in range(ours[one.old[1]] - ours[one.old[0]]):
                    self.place[self._source(theirs[one.new[0]] + step)] = ours[one.old[0]] + step
        for one in joined(found, before, after):
            if not one.same:
                at = self._source(theirs[one.new[0]])
                self.edits.append(Edit(ours[one.old[0]], ours[one.old[1]], "".join(after[slice(*one.new)]), at))

    def _gap(self, found: Sequence[Op]) -> None:
        """Paragraphs that only one of the two holds. As many here as there: each was written over."""
        gone, came = [op.old for op in found if op.new is None], [op.new for op in found if op.old is None]
        if len(gone) == len(came):
            for old, new in zip(gone, came, strict=True):
                self.place[self._source(new.end)] = old.end
                self.edits.append(Edit(old.start, old.end, new.key, self._source(new.start)))
            return
        if gone:
            text = END.join(one.key for one in came)
            at = self._source(came[0].start) if came else self._at
            end = gone[-1].end if came else gone[-1].end + 1
            self.edits.append(Edit(gone[0].start, end, text, at))
            return
        at, end = self._source(came[0].start), self._source(came[-1].end)
        self._new.append((END.join(one.key for one in came), at, end))

    def _source(self, at: int) -> int:
        return self._was[at]


def refuse_many(count: int) -> None:
    if count > MOST:
        raise BadFile(f"More than {MOST} changes and comments came back with the Word file. It was not read.")


def onto(base: Base, line: Line) -> Base:
    """The text of `line` with the answers that `base` knows of: for a file that was printed from the same data with
    other fixed wording, by an earlier template or in another house style."""
    if base.text == line.text:
        return base
    stood = {place: at for at, place in enumerate(Aligned(base, line).place) if place != NOWHERE}
    places = tuple(
        Place(stood[one.start], stood[one.end - 1] + 1, one.address, one.kind)
        for one in base.places if one.start in stood and one.end - 1 in stood
    )  # fmt: skip
    return Base(line.text, tuple(line.paras), places)


def paired(bases: Sequence[Base], lines: Sequence[Line]) -> list[tuple[Base | None, Line | None]]:
    """Every header, footer and note of the file with the one of what went out that is most like it. Several may be like
    one: a program writes the same footer for first and for other pages. What is like nothing stands alone."""
    found: list[tuple[Base | None, Line | None]] = []
    used: set[int] = set()
    for line in lines:
        words = WORD.findall(line.text)
        scores = [likeness(WORD.findall(base.text), words) for base in bases]
        best = max(range(len(bases)), key=scores.__getitem__, default=NOWHERE)
        alike = best != NOWHERE and scores[best] >= PARAGRAPHS
        found.append((bases[best] if alike else None, line))
        used |= {best} if alike else set()
    return [*found, *((base, None) for number, base in enumerate(bases) if number not in used)]


def inserted(aligned: Aligned, text: str, at: int, end: int) -> Edit:
    """Whole paragraphs that stand in the file from `at` to their END at `end`: after the paragraph before them and
    before the next one, where those are in the same cell."""
    here, paras = aligned.para_of(at).cell, aligned.line.paras
    first, last = aligned.number_of(at), aligned.number_of(end)
    before = next((p for p in reversed(paras[:first]) if aligned.says(p)), None)
    after = next((p for p in paras[last + 1 :] if aligned.says(p)), None)
    follows = aligned.place[before.end] if before and before.cell == here else NOWHERE
    precedes = aligned.anchor(at) if after and after.cell == here else NOWHERE
    if follows != NOWHERE:
        return Edit(follows, follows, END + text, at, other=precedes)
    start = aligned.anchor(at)
    return Edit(start, start, text + END, at, alone=precedes == NOWHERE)


def _units(text: str) -> list[_Unit]:
    return [
        _Unit(hit.start(), hit.end() - 1, hit[0].removesuffix(END))
        for hit in _PARAGRAPH.finditer(text) if hit[0].strip(f"{END} \t\n\xa0")
    ]  # fmt: skip


def _alike(one: _Unit, other: _Unit) -> float:
    shorter, longer = sorted((len(one.words), len(other.words)))
    if not shorter or 2 * shorter / (shorter + longer) < PARAGRAPHS:
        return 0.0
    score = likeness(one.words, other.words)
    return score if score >= PARAGRAPHS else 0.0


def _offsets(words: Sequence[str], start: int) -> list[int]:
    """Where each word starts, and where the last one ends."""
    return list(_running(words, start))


def _running(words: Sequence[str], start: int) -> Iterator[int]:
    yield start
    for word in words:
        start += len(word)
        yield start
