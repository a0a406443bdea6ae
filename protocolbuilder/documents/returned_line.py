"""A part of a Word file as one line of characters, each with the tracked changes that it stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

END: Final = "¶"
"""The character that ends a paragraph."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """One tracked change as its program wrote it. `move` is "from" or "to" where words were moved, else ""."""

    inserted: bool
    author: str
    at: str
    move: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the line under the same tracked changes; none for what stayed."""

    start: int
    end: int
    tracked: tuple[Tracked, ...]

    @property
    def was(self) -> bool:
        """It stood there before the changes."""
        return not any(one.inserted for one in self.tracked)

    @property
    def remains(self) -> bool:
        """It stands there once every change is taken."""
        return all(one.inserted for one in self.tracked)


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph from `start` to its `END` at `end`. `row` and `cell` count those of tables, 0 outside them."""

    start: int
    end: int
    row: int
    cell: int
    heading: bool


@dataclass(slots=True)
class Line:
    """A part of the file. `comments` maps the id of a comment to the stretch that it hangs on."""

    chunks: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    paras: list[Para] = field(default_factory=list)
    comments: dict[str, tuple[int, int]] = field(default_factory=dict)
    length: int = 0

    @property
    def text(self) -> str:
        return "".join(self.chunks)

    def add(self, text: str, tracked: tuple[Tracked, ...]) -> None:
        if not text:
            return
        start, self.length = self.length, self.length + len(text)
        self.chunks.append(text)
        if self.runs and self.runs[-1].tracked == tracked:
            self.runs[-1] = Run(self.runs[-1].start, self.length, tracked)
        else:
            self.runs.append(Run(start, self.length, tracked))

    def cut(self, chunks: int, tail: re.Pattern[str]) -> None:
        """Takes away what the paragraph ends with that was added after so many chunks."""
        said = "".join(self.chunks[chunks:])
        hit = tail.search(said)
        if not hit or hit.start() == hit.end():
            return
        at = self.length - len(said) + hit.start()
        self.chunks[chunks:] = [said[: hit.start()]]
        self.length = at
        self.runs = [Run(one.start, min(one.end, at), one.tracked) for one in self.runs if one.start < at]

    def open(self, comment: str) -> None:
        self.comments.setdefault(comment, (self.length, self.length))

    def close(self, comment: str) -> None:
        start = self.comments.get(comment, (self.length, self.length))[0]
        self.comments[comment] = (start, self.length)
