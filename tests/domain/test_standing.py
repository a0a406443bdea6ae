"""What holds between two partners on a day: laid beside what was worked out by hand before the function was run."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from protocolbuilder.domain.days import on
from protocolbuilder.domain.standing import standings
from protocolbuilder.domain.standing_history import Event, History, Terms

HAND: dict[str, Any] = json.loads((Path(__file__).parent / "standing-by-hand.json").read_text())
"""Written by hand before the function was run. Nothing in it was computed."""


def by_hand() -> History:
    said = HAND["agreement"]
    terms = Terms(
        1, on(date.fromisoformat(said["issued"])), tuple(said["parties"]), rule=said["rule"],
        signatories=tuple(said["parties"]), start=on(date.fromisoformat(said["start"])),
    )  # fmt: skip
    events = []
    for party, what, day, *more in HAND["history"]:
        extra: dict[str, Any] = {"until": date.fromisoformat(more[0])} if what == "notice" else {}
        if what == "reserved":
            extra = {"text": more[0], "on": tuple(more[1])}
        events.append(Event(what, party, on(date.fromisoformat(day)), **extra))
    return History((terms,), tuple(events))


@pytest.mark.parametrize("day", HAND["grids"])
def test_the_whole_grid_is_what_was_worked_out_by_hand(day: str) -> None:
    found = standings(by_hand())
    for row, signs in HAND["grids"][day].items():
        for number, sign in enumerate(signs, 1):
            column = f"p{number:02}"
            kind, since, who = HAND["signs"][sign]
            expected = tuple(sorted({"row": row, "column": column}.get(one, one) for one in who.split()))
            got = found.pair(row, column, date.fromisoformat(day))
            assert (got.kind, got.since.isoformat() if got.since else "") == (kind, since), (row, column)
            assert got.who == expected or sign == "-", (row, column)
            assert found.pair(column, row, date.fromisoformat(day)) == got
            reserved = {"p05"} & {row, column} if kind in ("in force", "suspended") else set()
            assert {one.party for one in got.reserved} == reserved


@pytest.mark.parametrize("day", HAND["grids"])
def test_pairs_are_counted_as_if_each_was_looked_at(day: str) -> None:
    found, when = standings(by_hand()), date.fromisoformat(day)
    counts, awaited = found.counts(when)
    each = [one for (left, right), one in found.grid(when).items() if left != right]
    assert counts == Counter(one.kind for one in each)
    assert set(awaited) == {party for one in each if one.kind == "awaiting" for party in one.who}
