"""Two people changed one text: both changes in one text, where they do not touch each other."""

from __future__ import annotations

from collections.abc import Sequence

from protocolbuilder.domain.aligning import Step, steps
from protocolbuilder.domain.wording import WORD


def merged(base: str, ours: str, theirs: str) -> str | None:
    """`base` with what changed in `ours` and in `theirs`; None where both changed the same words or neighbours.

    A change that both made is made once.
    """
    if ours == theirs or base == theirs:
        return ours
    if base == ours:
        return theirs
    words = WORD.findall(base)
    mine, other = _changes(words, ours), _changes(words, theirs)
    both = [one for one in mine if one in other]
    rest = [one for one in other if one not in both]
    if any(_meet(one, two) for one in mine if one not in both for two in rest):
        return None
    made, done = list[str](), 0
    for start, end, text in sorted([*mine, *rest]):
        if start < done:
            return None
        made += [*words[done:start], text]
        done = end
    return "".join((*made, *words[done:]))


def _changes(words: Sequence[str], text: str) -> list[tuple[int, int, str]]:
    """(first word, word after the last, what stands there instead)"""
    new = WORD.findall(text)
    return [_change(step, new) for step in steps(words, new) if not step.same]


def _change(step: Step, new: Sequence[str]) -> tuple[int, int, str]:
    return (*step.old, "".join(new[slice(*step.new)]))


def _meet(one: tuple[int, int, str], two: tuple[int, int, str]) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]
