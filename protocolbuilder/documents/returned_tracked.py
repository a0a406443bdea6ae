"""Tracked changes as people made them: what one of them deleted and typed at one place is one change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from protocolbuilder.documents.returned_line import Line, Run


@dataclass(frozen=True, slots=True)
class Change:
    """`runs` are its stretches of the line. `move`: "from" or "to" when all of it was moved."""

    runs: tuple[Run, ...]

    @property
    def start(self) -> int:
        return self.runs[0].start

    @property
    def author(self) -> str:
        return self.runs[0].tracked[-1].author

    @property
    def at(self) -> str:
        return max(run.tracked[-1].at for run in self.runs)

    @property
    def move(self) -> str:
        moves = {run.tracked[-1].move for run in self.runs}
        return moves.pop() if len(moves) == 1 else ""


def changes(line: Line) -> list[Change]:
    """Every change, in order. What one person put in and another took out again is none."""
    found: list[Change] = []
    for runs in _beside(line):
        net = tuple(run for run in runs if run.was != run.remains)
        if net:
            found.append(Change(net))
    return found


def _beside(line: Line) -> Iterator[Sequence[Run]]:
    """Runs of one author with nothing between them that stays."""
    open_: list[Run] = []
    for run in line.runs:
        last = open_[-1] if open_ else None
        if last and (not run.tracked or run.tracked[-1].author != last.tracked[-1].author or _parted(last, run)):
            yield open_
            open_ = []
        if run.tracked:
            open_.append(run)
    if open_:
        yield open_


def _parted(one: Run, other: Run) -> bool:
    """A moved text is no part of what was typed beside it."""
    return one.tracked[-1].move != other.tracked[-1].move
