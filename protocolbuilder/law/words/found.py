"""A text under reading, its sentences, and what is found in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

Manner = Literal["name", "account", "clause", "public"]
"""How a text speaks: it names something, gives an account, says who does what, or is for the public."""

BREAK: Final = re.compile(r"[.!?][\"”’')\]]*\s+|\s*\n\s*")
SHORTENED: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|ss?|arts?|sch|schs|paras?|pts?|regs?|nos?|mr|mrs|ms|dr|st|cl)|\b[A-Z])\.$", re.IGNORECASE
)
NEAR: Final = 500  # characters of a sentence that are read on either side of a hit
ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Found:
    """Words that a rule stops at, from `start` to `end` in the text, why, and a better wording. `term` is the library's
    id of what was found, or ""."""

    rule: str
    start: int
    end: int
    words: str
    why: str
    better: str
    term: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one line of a list, and where it starts in its text."""

    start: int
    text: str


class Reading:
    """One text, with web and e-mail addresses blanked (same length) so that no rule reads them."""

    def __init__(self, text: str, manner: Manner) -> None:
        self.original = text
        self.text = ADDRESS.sub(lambda hit: " " * len(hit[0]), text)
        self.manner = manner
        self.low = self.text.casefold()

    def holds(self, *needles: str) -> bool:
        """Whether any of these stands in the text, in lower case. Far quicker than a search for what needs one."""
        return any(needle in self.low for needle in needles)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in order. A full stop after a shortened word, such as `e.g.` or `s.`, ends none."""
        return tuple(_sentences(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence(self, place: int) -> Sentence:
        """The sentence around a place in the text; of a very long one what stands near, so that time stays linear."""
        found = self.sentences[max(bisect_right(self._starts, place) - 1, 0)]
        if len(found.text) <= 2 * NEAR:
            return found
        start = max(place - NEAR, found.start)
        return Sentence(start, found.text[start - found.start : place + NEAR - found.start])

    def before(self, place: int) -> str:
        """What the sentence says before a place, in lower case."""
        found = self.sentence(place)
        return found.text[: place - found.start].casefold()

    def after(self, place: int) -> str:
        """What the sentence says from a place on, in lower case."""
        found = self.sentence(place)
        return found.text[place - found.start :].casefold()


def _sentences(text: str) -> Iterator[Sentence]:
    start = 0
    for hit in BREAK.finditer(text):
        following = text[hit.end() : hit.end() + 1]
        tail = text[max(hit.start() - 6, 0) : hit.start() + 1]
        if "\n" not in hit[0] and (following.islower() or SHORTENED.search(tail)):
            continue
        if text[start : hit.end()].strip():
            yield Sentence(start, text[start : hit.end()].rstrip())
        start = hit.end()
    if text[start:].strip() or not start:
        yield Sentence(start, text[start:].rstrip())


def lowered(words: str) -> str:
    """Lower case with single spaces and straight apostrophes: how two wordings are compared."""
    return " ".join(words.casefold().replace("’", "'").split())
