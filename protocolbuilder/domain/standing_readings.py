"""What holds between two partners on one day, in one reading of their history. See `standing` for the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from protocolbuilder.domain.commencement import commenced, has_settled, waited_for
from protocolbuilder.domain.days import following
from protocolbuilder.domain.standing_history import (
    Course,
    Event,
    History,
    Position,
    Reading,
    Terms,
    course,
    effective,
    window_by,
)

Kind = Literal[
    "in force", "suspended", "awaiting", "declined", "not commenced", "ended", "not stated", "does not apply",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = (
    "in force", "suspended", "awaiting", "declined", "not commenced", "ended", "not stated", "does not apply",
)  # fmt: skip
HOLDS: Final = frozenset({"in force", "suspended"})
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    kind: Kind
    who: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """The history in one reading: per partner its course, per version when it begins, is issued, and counts no more
    (superseded, and over). `waits`: (version, day) -> who is waited for, as far as it was asked."""

    courses: Mapping[str, Course]
    begins: Mapping[int, date | None]
    issued: Mapping[int, date]
    superseded: Mapping[int, date]
    over: Mapping[int, date]
    waits: dict[tuple[int, date], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)


def in_reading(
    history: History, by_party: Mapping[str, Sequence[Event]], boards: frozenset[int], *, reading: Reading
) -> Read:
    courses = {party: course(events, boards, reading=reading) for party, events in by_party.items()}
    superseded: dict[int, date] = {}
    for event in history.events:
        if event.what == "superseded":
            day = effective(event, reading)
            superseded[event.number] = min(day, superseded.get(event.number, day))
    over = {
        terms.number: following(terms.end.last if reading == "early" else terms.end.first)
        for terms in history.terms
        if terms.end
    }
    return Read(
        courses,
        {terms.number: commenced(terms, courses, reading=reading) for terms in history.terms},
        {terms.number: window_by(terms.issued, reading) for terms in history.terms},
        superseded, over,
    )  # fmt: skip


def found_in(history: History, read: Read, one: str, other: str, day: date) -> Found:
    issued = [terms for terms in reversed(history.terms) if read.issued[terms.number] <= day]
    if not issued:
        return Found("not commenced")
    both = {party: read.courses.get(party, Course()).at(day) for party in dict.fromkeys((one, other))}
    strangers = tuple(party for party, at in both.items() if not _takes_part(issued, party, at))
    if strangers:
        return Found("does not apply", strangers)
    gone = tuple(party for party, at in both.items() if at.gone)
    count = [terms for terms in issued if read.superseded.get(terms.number, date.max) > day]
    if gone or not count:
        return Found("ended", gone)
    found = [_under(terms, read, both, day) for terms in count]
    return next((each for each in found if each.kind in HOLDS), found[0])


def _takes_part(issued: Sequence[Terms], party: str, at: Position) -> bool:
    return bool(at.acted) or at.gone or any(party in terms.parties for terms in issued)


def _under(terms: Terms, read: Read, both: Mapping[str, Position], day: date) -> Found:
    """What holds under one version, of partners that have not left."""
    number = terms.number
    if read.over.get(number, date.max) <= day:
        return Found("ended", (), number)
    if declined := tuple(party for party, at in both.items() if number in at.declined):
        return Found("declined", declined, number)
    if silent := tuple(party for party, at in both.items() if number not in at.bound):
        return Found("awaiting", silent, number)
    begins = read.begins[number]
    if begins is None or begins > day:
        waited = _waited(terms, read, day)
        return Found("awaiting" if waited else "not commenced", waited, number)
    suspended = tuple(party for party, at in both.items() if at.suspended)
    return Found("suspended" if suspended else "in force", suspended, number)


def _waited(terms: Terms, read: Read, day: date) -> tuple[str, ...]:
    key = terms.number, day
    if key not in read.waits:
        read.waits[key] = tuple(
            party
            for party in waited_for(terms)
            if not has_settled(read.courses.get(party, Course()).at(day), terms.number)
        )
    return read.waits[key]
