"""The history that standing is computed from: what each version says of its commencement, and what each partner did.

An event happens on a day, or in a window of days of which one is not stated; a window has to be read. The early
reading puts every act that brings partners together on the first day it may have happened and every act that parts
them on the last; the late reading does the opposite. What both readings say is certain.

The order of a history: an event stands before another when its last day is before the first day of the other; where
windows touch, the order of the record decides. A notice takes effect when the day after its last day begins, before
anything else of that day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from protocolbuilder.domain.days import Window, following, on

What = Literal[
    "invited", "approved", "signed", "acceded", "carried over", "declined", "reserved", "notice", "withdrew", "merged",
    "suspended", "lifted", "left out", "superseded",
]  # fmt: skip
Rule = Literal["each-as-it-signs", "all-signed", "on-date", "core-signed", "not stated"]
Reading = Literal["early", "late"]

PARTING: Final[frozenset[What]] = frozenset({"notice", "withdrew", "merged", "suspended", "superseded", "reserved"})
"""What can only take away; every other event can only bring partners closer."""


@dataclass(frozen=True, slots=True)
class Event:
    """`party` is an id in the agreement, "" for "superseded". `number`: the version it is about; it is not read for
    what concerns a partner as such (notice, withdrew, merged, suspended, lifted). `until`: the last day in force of
    somebody who gave notice. `text` and `on`: what is reserved, in words, and the addresses it touches; none: not
    stated what it touches."""

    what: What
    party: str
    day: Window
    number: int = 1
    until: date | None = None
    text: str = ""
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What one version says. `signatories`: all who are to sign, for the rule "all-signed". `start` None: it says
    none; an event is `days.NOT_STATED`. `end`: the last day of its term, None also for an event. `by_board`: partners
    join by the approval of a board, which is then their act."""

    number: int
    issued: Window
    parties: tuple[str, ...]
    rule: Rule = "not stated"
    signatories: tuple[str, ...] = ()
    core: tuple[str, ...] = ()
    start: Window | None = None
    end: Window | None = None
    by_board: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """`terms` by number, lowest first; `events` in the order recorded."""

    terms: tuple[Terms, ...]
    events: tuple[Event, ...] = ()

    @property
    def parties(self) -> tuple[str, ...]:
        """Whoever is a partner of a version or did something, in the order of the agreement, newest version first."""
        listed = [party for terms in reversed(self.terms) for party in terms.parties]
        return tuple(dict.fromkeys([*listed, *(one.party for one in self.events if one.party)]))


@dataclass(frozen=True, slots=True)
class Reservation:
    party: str
    text: str
    on: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where one partner stands by itself. `bound`: the versions it is bound to by an act of its own; `acted`: those
    for which it ever acted, whatever came later; `leaves`: the last day of a notice that still runs."""

    bound: frozenset[int] = frozenset()
    acted: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()
    reserved: tuple[Reservation, ...] = ()
    gone: bool = False
    suspended: bool = False
    leaves: date | None = None


NOBODY: Final = Position()


@dataclass(frozen=True, slots=True)
class Course:
    """The positions of one partner through time: `positions[n]` from `days[n]` on."""

    days: tuple[date, ...] = ()
    positions: tuple[Position, ...] = field(default=())

    def at(self, day: date) -> Position:
        place = bisect_right(self.days, day)
        return self.positions[place - 1] if place else NOBODY


def effective(event: Event, reading: Reading) -> date:
    late = (reading == "late") != (event.what in PARTING)
    return event.day.last if late else event.day.first


def window_by(window: Window, reading: Reading) -> date:
    """The day of something that brings partners together."""
    return window.first if reading == "early" else window.last


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """As the module says. A notice is followed by a "withdrew" on the day after its last."""
    waiting: list[tuple[Event, bool]] = []
    for event in events:
        waiting.append((event, False))
        if event.what == "notice" and event.until:
            waiting.append((Event("withdrew", event.party, on(following(event.until)), event.number), True))
    found: list[Event] = []
    while waiting:
        place = next(n for n, one in enumerate(waiting) if not any(_before(other, one) for other in waiting))
        found.append(waiting.pop(place)[0])
    return tuple(found)


def course(events: Sequence[Event], boards: frozenset[int], *, reading: Reading) -> Course:
    """Of one partner. `events` are its own, `in_order`; `boards`: the versions that are joined by a board."""
    found = [(effective(one, reading), one) for one in events]
    days = sorted({day for day, _ in found})
    positions = []
    for day in days:
        now = NOBODY
        for when, event in found:
            if when <= day:
                now = _after(now, event, boards)
        positions.append(replace(now, leaves=now.leaves if now.leaves and now.leaves >= day else None))
    return Course(tuple(days), tuple(positions))


def _before(other: tuple[Event, bool], one: tuple[Event, bool]) -> bool:
    """Each with whether it is the end of a notice, which comes as its day begins."""
    (event, by_notice), (later, also) = other, one
    if by_notice and not also and event.day.first == later.day.first:
        return True
    return event.day.last < later.day.first


def _after(now: Position, event: Event, boards: frozenset[int]) -> Position:
    """The position after one more event."""
    one = frozenset({event.number})
    match event.what:
        case "signed" | "acceded":
            return _bound(now, one)
        case "approved" if event.number in boards:
            return _bound(now, one)
        case "carried over" if any(number < event.number for number in now.bound):
            last = max(number for number in now.bound if number < event.number)
            kept = tuple(replace(each, number=event.number) for each in now.reserved if each.number == last)
            return replace(_bound(now, one), reserved=(*now.reserved, *kept))
        case "declined" if event.number not in now.bound:
            return replace(now, declined=now.declined | one)
        case "reserved":
            said = Reservation(event.party, event.text, event.on, event.number)
            return replace(now, reserved=(*now.reserved, said))
        case "notice":
            return replace(now, leaves=event.until)
        case "withdrew" | "merged":
            return Position(acted=now.acted, left_out=now.left_out, gone=True)
        case "suspended" | "lifted":
            return replace(now, suspended=event.what == "suspended")
        case "left out":
            return replace(now, left_out=now.left_out | one)
    return now


def _bound(now: Position, one: frozenset[int]) -> Position:
    return replace(now, bound=now.bound | one, acted=now.acted | one, declined=now.declined - one, gone=False)
