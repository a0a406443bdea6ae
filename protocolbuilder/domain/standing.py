"""Standing: what holds between two partners on a day, and since when; computed from a history, never typed in.

Of two partners, on one day, the first of these that applies (a version counts from its issue):

1. **not commenced**: no version is issued yet.
2. **does not apply**: one of them is no partner on that day: no version lists it and it has not joined.
3. **ended**: one of them left, or merged; or no version that counts is left: each is superseded or its term is over.
4. For the versions that count, newest first, the first under which the two are in force or suspended; else the newest:
   - **ended**: its term is over.
   - **declined**: one of them declined it and did not sign since.
   - **awaiting**: one of them, or both, did not act. Else both did, and it waits for others by its rule: for these.
   - **not commenced**: its day has not come (see `commencement`).
   - **suspended**: one of them is. Else **in force**.

So an older version stays in force, pair by pair, until the newer one is, or it is superseded. **Not stated**: the
history leaves open which of two answers holds (a month without its day, a start that is an event, a rule in words of
its own). It is never shown as one of them.

A day counts whole: whoever signs is bound on that day, whoever leaves or is suspended is not in force on it. The last
day of a notice and of a term is a day in force. An act binds to the version it is of: signing (on paper, by a code, by
accepting), acceding, a board's approval where the version is joined by one, or being carried over from a version to
which the partner was bound. Being invited, an approval elsewhere, and being left out bind nobody. Signing undoes a
decline; declining undoes no signature. Leaving undoes every act before it, and only a new one joins again. A notice
that was given is not undone by signing before it ends.

**Symmetric**: the standing of two is the same whichever is named first, with its reservations. What one flow, which
has a direction, may carry is `standing_flows`. **Own act**: no pair is in force or suspended on a day by which either
has not acted itself. **Causal**: no event after a day changes what holds on it, but for a paper that says of an
earlier day that it was signed then. **Monotone**: adding signed, acceded or left out to a history never takes a day in
force away from a pair, unless it comes between the leaving and the end of another; adding notice, withdrew, merged,
suspended or superseded at its end never gives one; approved (where no board joins), invited, reserved and declined
change no day in force.
"""

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
    Reservation,
    Terms,
    course,
    effective,
    in_order,
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
class Standing:
    """`who`: the partners it depends on: awaited, declined, suspended, left, or no partner yet; in the order of the
    agreement. `number`: the version it holds under, 0 for none. `since`: None when it was never otherwise, or does not
    apply. `began`: "by" when it did on that day or earlier, which one is not stated. `reserved`: by either, on that
    version. `leaving`: who gave notice, and the last day in force."""

    kind: Kind
    who: tuple[str, ...] = ()
    number: int = 0
    since: date | None = None
    began: Literal["on", "by"] = "on"
    reserved: tuple[Reservation, ...] = ()
    leaving: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Kind
    who: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """The history in one reading: per partner its course, per version when it begins, is issued, and counts no more
    (superseded, and over)."""

    courses: Mapping[str, Course]
    begins: Mapping[int, date | None]
    issued: Mapping[int, date]
    superseded: Mapping[int, date]
    over: Mapping[int, date]


@dataclass(frozen=True, slots=True)
class Standings:
    """All there is to know of one history, worked out once. `parties` in the order of the agreement."""

    history: History
    parties: tuple[str, ...]
    _place: Mapping[str, int] = field(repr=False)
    _readings: tuple[_Read, ...] = field(repr=False)
    _days: Mapping[str, tuple[date, ...]] = field(repr=False)

    def pair(self, one: str, other: str, day: date) -> Standing:
        """What holds between two partners; of a partner with itself, what holds for it alone."""
        found = self._at(one, other, day)
        since, began = self._since(one, other, day, found.kind)
        late = self._readings[-1]
        positions = {party: late.courses.get(party, Course()).at(day) for party in dict.fromkeys((one, other))}
        holds = found.kind in HOLDS
        return Standing(
            found.kind, self._sorted(found.who), found.number, since, began,
            tuple(said for party in self._sorted(tuple(positions)) for said in positions[party].reserved
                  if holds and said.number == found.number),
            tuple((party, left) for party in self._sorted(tuple(positions)) if (left := positions[party].leaves)),
        )  # fmt: skip

    def grid(self, day: date, *, among: Sequence[str] = ()) -> Mapping[tuple[str, str], Standing]:
        """Each pair of partners once, the earlier first, and each with itself. `among`: these only."""
        parties = [party for party in self.parties if not among or party in among]
        return {
            (one, other): self.pair(one, other, day)
            for place, one in enumerate(parties)
            for other in parties[place:]
        }  # fmt: skip

    def _at(self, one: str, other: str, day: date) -> _Found:
        """In the late reading, when the early one says the same."""
        found = [_found(self.history, read, one, other, day) for read in self._readings]
        if len({each.kind for each in found}) > 1:
            return _Found("not stated", tuple(dict.fromkeys(party for each in found for party in each.who)))
        return found[-1]

    def _since(self, one: str, other: str, day: date, kind: Kind) -> tuple[date | None, Literal["on", "by"]]:
        if kind == "does not apply":
            return None, "on"
        turns = sorted({turn for party in ("", one, other) for turn in self._days.get(party, ()) if turn <= day})
        for turn in reversed(turns):
            before = self._at(one, other, turn - ONE_DAY).kind
            if before != kind:
                return turn, "by" if before == "not stated" else "on"
        return None, "on"

    def _sorted(self, who: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(dict.fromkeys(who), key=lambda party: (self._place.get(party, len(self._place)), party)))


def standings(history: History) -> Standings:
    by_party = {
        party: in_order(event for event in history.events if event.party == party) for party in history.parties
    }
    boards = frozenset(terms.number for terms in history.terms if terms.by_board)
    early, late = (_read(history, by_party, boards, reading=reading) for reading in ("early", "late"))
    readings = (late,) if early == late else (early, late)
    days: dict[str, set[date]] = {"": set()}
    for read in readings:
        for party, one in read.courses.items():
            days.setdefault(party, set()).update(one.days)
        found = (read.begins, read.issued, read.superseded, read.over)
        days[""].update(day for each in found for day in each.values() if day)
    turns = {party: tuple(sorted(found - {date.min})) for party, found in days.items()}
    parties = history.parties
    return Standings(history, parties, {party: n for n, party in enumerate(parties)}, readings, turns)


def standing(history: History, one: str, other: str, day: date) -> Standing:
    """What holds between two partners on a day."""
    return standings(history).pair(one, other, day)


def _read(
    history: History, by_party: Mapping[str, Sequence[Event]], boards: frozenset[int], *, reading: Reading
) -> _Read:
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
    return _Read(
        courses,
        {terms.number: commenced(terms, courses, reading=reading) for terms in history.terms},
        {terms.number: window_by(terms.issued, reading) for terms in history.terms},
        superseded, over,
    )  # fmt: skip


def _found(history: History, read: _Read, one: str, other: str, day: date) -> _Found:
    issued = [terms for terms in reversed(history.terms) if read.issued[terms.number] <= day]
    if not issued:
        return _Found("not commenced")
    both = {party: read.courses.get(party, Course()).at(day) for party in dict.fromkeys((one, other))}
    strangers = tuple(party for party, at in both.items() if not _takes_part(issued, party, at))
    if strangers:
        return _Found("does not apply", strangers)
    gone = tuple(party for party, at in both.items() if at.gone)
    count = [terms for terms in issued if read.superseded.get(terms.number, date.max) > day]
    if gone or not count:
        return _Found("ended", gone)
    found = [_under(terms, read, both, day) for terms in count]
    return next((each for each in found if each.kind in HOLDS), found[0])


def _takes_part(issued: Sequence[Terms], party: str, at: Position) -> bool:
    return bool(at.acted) or at.gone or any(party in terms.parties for terms in issued)


def _under(terms: Terms, read: _Read, both: Mapping[str, Position], day: date) -> _Found:
    """What holds under one version, of partners that have not left."""
    number = terms.number
    if read.over.get(number, date.max) <= day:
        return _Found("ended", (), number)
    if declined := tuple(party for party, at in both.items() if number in at.declined):
        return _Found("declined", declined, number)
    if silent := tuple(party for party, at in both.items() if number not in at.bound):
        return _Found("awaiting", silent, number)
    begins = read.begins[number]
    if begins is None or begins > day:
        waited = tuple(
            party
            for party in waited_for(terms)
            if not has_settled(read.courses.get(party, Course()).at(day), number)
        )  # fmt: skip
        return _Found("awaiting" if waited else "not commenced", waited, number)
    suspended = tuple(party for party, at in both.items() if at.suspended)
    return _Found("suspended" if suspended else "in force", suspended, number)
