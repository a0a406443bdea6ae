"""What changed in the words of one text: the words that stay, that are removed and that are added, in one reading."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from protocolbuilder.domain.aligning import Step, steps

WORD: Final = re.compile(r"\s+|\w+(?:['’]\w+)*|[^\w\s]")
"""A word, a blank or a mark. Together they are the whole text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of the text, with the blanks between them."""

    kind: Literal["same", "removed", "added"]
    text: str


def worded(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts in one, in order: what was removed stands before what was added in its place."""
    old, new = WORD.findall(before), WORD.findall(after)
    found: list[Piece] = []
    for step in joined(steps(old, new), old, new):
        if step.same:
            found.append(Piece("same", "".join(new[slice(*step.new)])))
        else:
            found.append(Piece("removed", "".join(old[slice(*step.old)])))
            found.append(Piece("added", "".join(new[slice(*step.new)])))
    return tuple(piece for piece in found if piece.text)


def joined(found: Sequence[Step], old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """The steps, with changes made one where what stays between them is less than what changes beside it.

    Blanks and marks alone never part two changes. `old` and `new` are the words that the steps count.
    """
    made = list(found)
    at = 1
    while at < len(made) - 1:
        one, between, two = made[at - 1 : at + 2]
        stays = "".join(new[slice(*between.new)])
        if between.same and _is_less(stays, _size(one, old, new), _size(two, old, new)):
            whole = Step(False, (one.old[0], two.old[1]), (one.new[0], two.new[1]))
            made[at - 1 : at + 2] = [whole]
            at = max(1, at - 2)  # what stands before may now join too
        else:
            at += 1
    return made


def _is_less(stays: str, before: int, after: int) -> bool:
    return not re.search(r"\w", stays) or len(stays) <= min(before, after)


def _size(step: Step, old: Sequence[str], new: Sequence[str]) -> int:
    """Characters of the longer side of a change."""
    return max(sum(map(len, old[slice(*step.old)])), sum(map(len, new[slice(*step.new)])))


def likeness(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """How many of the words of both are the other's too, whatever their order: 0 to 1."""
    if not one or not other:
        return 0.0
    counts: dict[Hashable, int] = {}
    for word in one:
        counts[word] = counts.get(word, 0) + 1
    shared = 0
    for word in other:
        if counts.get(word, 0):
            counts[word] -= 1
            shared += 1
    return 2 * shared / (len(one) + len(other))
