"""Which paragraph, table or row of the old text became which of the new: equal ones first, then like with like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.documents.redline_shape import Group, Para, Row, Table
from protocolbuilder.domain.aligning import steps
from protocolbuilder.domain.wording import likeness

PARAGRAPHS: Final = 0.45  # likeness from which two paragraphs are one that was edited
RESTYLED: Final = 0.75  # the same where a heading, say, became plain text
ROWS: Final = 0.3
TABLES: Final = 0.3
BAND: Final = 20_000  # comparisons in one gap; beyond, only places near each other are compared


@dataclass(frozen=True, slots=True)
class Op:
    """What stands here: `old` alone was deleted, `new` alone inserted; both were kept (`same`) or edited."""

    old: Any = None
    new: Any = None
    same: bool = False


def ops(old: Sequence[Any], new: Sequence[Any], alike: Callable[[Any, Any], float]) -> list[Op]:
    """Everything of both, in order. `alike` gives 0 for what is never one edited into the other."""
    found: list[Op] = []
    for step in steps([one.key for one in old], [one.key for one in new]):
        before, after = old[slice(*step.old)], new[slice(*step.new)]
        if step.same:
            found += [Op(one, two, True) for one, two in zip(before, after, strict=True)]
        else:
            found += _gap(before, after, alike)
    return found


def _gap(old: Sequence[Any], new: Sequence[Any], alike: Callable[[Any, Any], float]) -> list[Op]:
    found: list[Op] = []
    low = left = 0
    for one, two in [*_best(old, new, alike), (len(old), len(new))]:
        gone, came = list(old[low:one]), list(new[left:two])
        touching = bool(gone and came) and isinstance(gone[-1], Table) and isinstance(came[0], Table)
        meeting = [Op(gone.pop(), came.pop(0))] if touching else []  # two tables side by side would become one
        found += [*(Op(each) for each in gone), *meeting, *(Op(None, each) for each in came)]
        if one < len(old):
            found.append(Op(old[one], new[two]))
        low, left = one + 1, two + 1
    return found


def _best(old: Sequence[Any], new: Sequence[Any], alike: Callable[[Any, Any], float]) -> list[tuple[int, int]]:
    """The rising pairs that are most alike together."""
    if not old or not new:
        return []
    reach = max(8, BAND // max(len(old), len(new)))
    scores: dict[tuple[int, int], float] = {}
    best = [0.0] * (len(new) + 1)
    table = [best]
    for one, ours in enumerate(old):
        middle = one * len(new) // len(old)
        row = best[:]
        for two in range(len(new)):
            score = alike(ours, new[two]) if abs(two - middle) <= reach else 0.0
            if score:
                scores[one, two] = score
            row[two + 1] = max(best[two + 1], row[two], best[two] + score if score else 0.0)
        table.append(row)
        best = row
    return _walked_back(table, scores)


def _walked_back(table: list[list[float]], scores: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    found = []
    one, two = len(table) - 1, len(table[0]) - 1
    while one and two:
        if table[one][two] == table[one - 1][two]:
            one -= 1
        elif table[one][two] == table[one][two - 1]:
            two -= 1
        else:
            one, two = one - 1, two - 1
            found.append((one, two))
    return found[::-1] if scores else []


def blocks_alike(one: Any, other: Any) -> float:
    """Paragraphs by their words, tables by their words or their heading row, fields by being fields."""
    if type(one) is not type(other):
        return 0.0
    if isinstance(one, Group):
        return 1.0 if one.opening and other.opening else 0.0
    if isinstance(one, Table):
        headed = one.rows and other.rows and one.rows[0].key == other.rows[0].key
        return max(_words(one, other, TABLES), TABLES if headed else 0.0)
    return _paragraphs(one, other)


def _paragraphs(one: Para, other: Para) -> float:
    if (one.section is None) != (other.section is None):
        return 0.0
    if one.section is not None or not (one.words or other.words):
        return 1.0
    return _words(one, other, PARAGRAPHS if one.look == other.look else RESTYLED)


def rows_alike(one: Row, other: Row) -> float:
    """Rows of one shape by their words; a row that is labelled as before is the same row."""
    if one.shape != other.shape:
        return 0.0
    if len(one.cells) > 1 and one.cells[0].key == other.cells[0].key and one.cells[0].blocks[0].words:
        return 1.0
    return _words(one, other, ROWS)


def _words(one: Any, other: Any, least: float) -> float:
    shorter, longer = sorted((len(one.words), len(other.words)))
    if not shorter or 2 * shorter / (shorter + longer) < least:
        return 0.0
    score = likeness(one.words, other.words)
    return score if score >= least else 0.0
