"""Standing: what holds between two partners on a day, and since when; computed from a history, never typed in.

Of two partners, on one day, the first of these that applies (a version counts from its issue):

1. **not commenced**: no version is issued yet.
2. **does not apply**: one of them is no partner on that day: no version lists it and it has not joined.
3. **ended**: one of them left, or merged; or each version is superseded.
4. For the others, newest first, the first under which the two are in force or suspended; else the newest:
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

**Symmetric**: the standing of two is the same whichever is named first, with its reservations. What one flow, which has
a direction, may carry is `standing_flows`. **Own act**: no pair is in force or suspended on a day by which either has
not acted itself. **Causal**: no event after a day changes what holds on it, but for a paper that says of an earlier day
that it was signed then. **Monotone**, where days are exact: adding signed, acceded or left out to a history takes no
day in force away from any pair; adding notice, withdrew, merged, suspended or superseded gives none, when that partner
does nothing later; approved (where no board joins), invited, reserved and declined change no day in force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from protocolbuilder.domain.standing_history import Course, History, Reservation, in_order
from protocolbuilder.domain.standing_readings import HOLDS, KINDS, Found, Kind, Read, found_in, in_reading

__all__ = ["HOLDS", "KINDS", "Kind", "Standing", "Standings", "standing", "standings"]

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
class Standings:
    """All there is to know of one history, worked out once. `parties` in the order of the agreement. Partners that did
    the same on the same days are alike: since when something holds is worked out once for all pairs of such."""

    history: History
    parties: tuple[str, ...]
    _place: Mapping[str, int] = field(repr=False)
    _readings: tuple[Read, ...] = field(repr=False)
    _days: Mapping[str, tuple[date, ...]] = field(repr=False)
    _alike: Mapping[str, int] = field(repr=False)
    _known: dict[tuple[int, int, bool, date], tuple[date | None, Literal["on", "by"]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def pair(self, one: str, other: str, day: date) -> Standing:
        """What holds between two partners; of a partner with itself, what holds for it alone."""
        found = self._at(one, other, day)
        places = sorted((self._alike.get(one, -1), self._alike.get(other, -1)))
        key = (places[0], places[1], one == other, day)
        if key not in self._known or -1 in places:
            self._known[key] = self._since(one, other, day, found.kind)
        since, began = self._known[key]
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

    def counts(self, day: date) -> tuple[Mapping[Kind, int], tuple[str, ...]]:
        """How many pairs there are of each kind, and for whom those wait that are awaiting. Worked out once for all
        pairs of such as are alike."""
        groups: dict[int, list[str]] = {}
        for party in self.parties:
            groups.setdefault(self._alike[party], []).append(party)
        members, number, awaited = list(groups.values()), Counter[Kind](), dict[str, None]()
        for place, left in enumerate(members):
            for right in members[place:]:
                pairs = len(left) * (len(left) - 1) // 2 if left is right else len(left) * len(right)
                if not pairs:
                    continue
                one, other = left[0], right[-1]
                found = self._at(one, other, day)
                number[found.kind] += pairs
                if found.kind == "awaiting":
                    alike = {one: left, other: right}
                    awaited |= dict.fromkeys(each for party in found.who for each in alike.get(party, [party]))
        return number, self._sorted(tuple(awaited))

    def _at(self, one: str, other: str, day: date) -> Found:
        """In the late reading, when the early one says the same."""
        found = [found_in(self.history, read, one, other, day) for read in self._readings]
        if len({each.kind for each in found}) > 1:
            return Found("not stated", tuple(dict.fromkeys(party for each in found for party in each.who)))
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
    early, late = (in_reading(history, by_party, boards, reading=reading) for reading in ("early", "late"))
    readings = (late,) if early == late else (early, late)
    days: dict[str, set[date]] = {"": set()}
    for read in readings:
        for party, one in read.courses.items():
            days.setdefault(party, set()).update(one.days)
        found = (read.begins, read.issued, read.superseded, read.over)
        days[""].update(day for each in found for day in each.values() if day)
    turns = {party: tuple(sorted(found - {date.min})) for party, found in days.items()}
    parties = history.parties
    return Standings(
        history, parties, {party: n for n, party in enumerate(parties)}, readings, turns, _alike(history, readings)
    )


def _alike(history: History, readings: Sequence[Read]) -> Mapping[str, int]:
    """Partner -> a number that those have in common whose courses and versions are the same."""
    found: dict[tuple[object, ...], int] = {}
    return {
        party: found.setdefault(
            (*(read.courses[party] for read in readings), *(party in terms.parties for terms in history.terms)),
            len(found),
        )
        for party in history.parties
    }


def standing(history: History, one: str, other: str, day: date) -> Standing:
    """What holds between two partners on a day."""
    return standings(history).pair(one, other, day)
