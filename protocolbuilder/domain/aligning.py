"""Two sequences laid side by side: what both hold, in order. Fast for long ones that are nearly alike.

What both begin and end with is set aside; then what each holds once is matched in rising order (patience); what lies
between is looked at in the same way. The same two sequences give the same answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

SMALL: Final = 40_000  # pairs of entries that are looked at one by one

Pair = tuple[int, int]
Span = tuple[int, int, int, int]  # start and end in the old sequence, start and end in the new one


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch that both hold (`same`), or what the old holds in the place of what the new holds."""

    same: bool
    old: tuple[int, int]
    new: tuple[int, int]


def aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Positions of equal entries, rising on both sides."""
    found: list[Pair] = []
    todo: list[Span] = [(0, len(old), 0, len(new))]
    while todo:
        low, high, left, right = todo.pop()
        while low < high and left < right and old[low] == new[left]:
            found.append((low, left))
            low, left = low + 1, left + 1
        while low < high and left < right and old[high - 1] == new[right - 1]:
            high, right = high - 1, right - 1
            found.append((high, right))
        if low == high or left == right:
            continue
        span = (low, high, left, right)
        anchors = _rising(_held_once(old, new, span))
        if not anchors and (high - low) * (right - left) <= SMALL:
            found.extend(_one_by_one(old, new, span))
            continue
        anchors = anchors or _rising(_in_turn(old, new, span))
        found.extend(anchors)
        if anchors:
            edges = [(low - 1, left - 1), *anchors, (high, right)]
            todo.extend((one[0] + 1, two[0], one[1] + 1, two[1]) for one, two in pairwise(edges))
    return sorted(found)


def steps(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Step]:
    """The whole of both sequences as stretches that are the same and stretches that differ, by turns."""
    found: list[Step] = []
    low = left = 0
    for one, two in [*aligned(old, new), (len(old), len(new))]:
        if one > low or two > left:
            found.append(Step(False, (low, one), (left, two)))
        if found and found[-1].same:
            last = found.pop()
            found.append(Step(True, (last.old[0], one + 1), (last.new[0], two + 1)))
        else:
            found.append(Step(True, (one, one + 1), (two, two + 1)))
        low, left = one + 1, two + 1
    end = found.pop()  # the end of both, which is no entry
    if end.old[1] - end.old[0] > 1:
        found.append(Step(True, (end.old[0], len(old)), (end.new[0], len(new))))
    return found


def _held_once(old: Sequence[Hashable], new: Sequence[Hashable], span: Span) -> Iterator[Pair]:
    """What stands once in both, in the order of the old sequence."""
    low, high, left, right = span
    ours, theirs = _places(old, low, high), _places(new, left, right)
    for entry, places in ours.items():
        if len(places) == 1 and len(theirs.get(entry, ())) == 1:
            yield places[0], theirs[entry][0]


def _in_turn(old: Sequence[Hashable], new: Sequence[Hashable], span: Span) -> Iterator[Pair]:
    """What stands in both, its first with its first, its second with its second."""
    low, high, left, right = span
    theirs = _places(new, left, right)
    found = [pair for entry, places in _places(old, low, high).items()
             for pair in zip(places, theirs.get(entry, ()), strict=False)]
    yield from sorted(found)


def _places(entries: Sequence[Hashable], start: int, end: int) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for place in range(start, end):
        found.setdefault(entries[place], []).append(place)
    return found


def _rising(pairs: Iterator[Pair]) -> list[Pair]:
    """The longest selection that rises in the new sequence too; `pairs` rise in the old one."""
    tops: list[int] = []
    ends: list[int] = []
    kept = list(pairs)
    before: list[int] = []
    for number, (_, place) in enumerate(kept):
        at = bisect_left(tops, place)
        before.append(ends[at - 1] if at else -1)
        if at == len(tops):
            tops.append(place)
            ends.append(number)
        else:
            tops[at], ends[at] = place, number
    found: list[Pair] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(kept[number])
        number = before[number]
    return found[::-1]


def _one_by_one(old: Sequence[Hashable], new: Sequence[Hashable], span: Span) -> Iterator[Pair]:
    low, high, left, right = span
    matcher = SequenceMatcher(None, old[low:high], new[left:right], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            yield low + block.a + step, left + block.b + step
