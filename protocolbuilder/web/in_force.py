"""Between which partners an agreement is in force on a day, and since when. It says what was signed and what became of
it; the day is in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, render_template, request

from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.standing import KINDS, Standing, Standings, standings
from protocolbuilder.domain.standing_words import CALLED, MARKS, MEANINGS, listed, notes, since, why
from protocolbuilder.store.standing import Recorded, history
from protocolbuilder.web.opened import open_issued
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import now, session

blueprint = Blueprint("in_force", __name__)

LARGEST: Final = 16
"""Partners in the grid; with more of them one is selected first."""
COLOURS: Final = {
    "in force": "green", "suspended": "orange", "awaiting": "yellow", "declined": "red", "not commenced": "blue",
    "ended": "grey", "not stated": "purple", "does not apply": "grey",
}  # fmt: skip
NO_DAY: Final = "Enter a day as a year, month and day, for example 2026-07-01"


@dataclass(frozen=True, slots=True)
class Cell:
    """Who it is with; what holds, in a word and a mark; since when, on whom it depends, and what stands beside it."""

    other: str
    name: str
    called: str
    mark: str
    colour: str
    since: str
    why: str
    notes: tuple[str, ...]

    @property
    def told(self) -> bool:
        """Is there more to say than the word?"""
        return bool(self.why or self.notes)


@blueprint.get("/agreements/<ref>/standing")
def show(ref: str) -> str:
    """`?on=` a day, today where none is given; `?partner=` one partner alone."""
    opened = open_issued(ref)
    found = history(session(), ref, of=reach())
    typed = request.args.get("on", "").strip()
    day = _day(typed)
    on = day or day_of(now())
    worked = standings(found.history)
    chosen = request.args.get("partner", "")
    chosen = chosen if chosen in worked.parties else ""
    counts, awaited = worked.counts(on)
    shown = _shown(worked, chosen)
    return render_template(
        "in_force.html", opened=opened, on=on, typed=typed, wrong=NO_DAY if typed and day is None else "",
        counts=[(counts[kind], CALLED[kind], MARKS[kind], COLOURS[kind], MEANINGS[kind])
                for kind in KINDS if counts[kind]],
        pairs=sum(counts.values()), awaited=listed([found.name(party) for party in awaited]),
        number=found.number, chosen=chosen,
        partners=[(party, found.name(party)) for party in worked.parties],
        own={party: _cell(found, party, worked.pair(party, party, on)) for party in worked.parties},
        rows=[(party, _row(worked, found, party, on, alone=chosen)) for party in shown],
        name=found.name, large=len(worked.parties) > LARGEST, place="agreements",
    )  # fmt: skip


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None


def _shown(worked: Standings, chosen: str) -> tuple[str, ...]:
    """The partners with a row."""
    if chosen:
        return (chosen,)
    return worked.parties if len(worked.parties) <= LARGEST else ()


def _row(worked: Standings, found: Recorded, party: str, on: date, *, alone: str) -> list[Cell]:
    """Of one partner with each other; `alone`: of that partner, which is left out of its own list."""
    return [_cell(found, other, worked.pair(party, other, on)) for other in worked.parties if other != alone]


def _cell(found: Recorded, other: str, held: Standing) -> Cell:
    return Cell(
        other, found.name(other), CALLED[held.kind], MARKS[held.kind], COLOURS[held.kind], since(held),
        why(held, found.name), notes(held, found.name),
    )  # fmt: skip

