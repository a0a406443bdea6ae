"""What holds between two partners, worked out slowly and plainly, a day after the other, from what issue 7 and the
agreement say, not from the program. Every day is exact here.

Each morning the world is what it was the evening before; then what happens on that day happens, in the order of the
record. Nothing is worked out ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from protocolbuilder.domain.standing_history import Event, History, Terms

Answer = tuple[str, tuple[str, ...], int]
"""What holds, on whom it depends, under which version."""


@dataclass
class World:
    """The state of everything in the evening of a day."""

    issued: list[Terms] = field(default_factory=list)
    dead: set[int] = field(default_factory=set)
    signed: set[tuple[str, int]] = field(default_factory=set)
    ever: set[tuple[str, int]] = field(default_factory=set)
    refused: set[tuple[str, int]] = field(default_factory=set)
    excused: set[tuple[str, int]] = field(default_factory=set)
    out: set[str] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    leaving: list[tuple[str, date]] = field(default_factory=list)


def evening(history: History, last: date) -> Iterator[tuple[date, World]]:
    """Each day from the first of which anything is said to `last`, with the world as it then is."""
    days = [one.issued.first for one in history.terms] + [one.day.first for one in history.events]
    days += [one.start.first for one in history.terms if one.start]
    world, today = World(), min([*days, last]) - timedelta(days=2)
    while today <= last:
        world.issued += [one for one in history.terms if one.issued.first == today]
        for party in [who for who, until in world.leaving if until + timedelta(days=1) == today]:
            _leaves(world, party)
        for event in history.events:
            if event.day.first == today:
                _happens(world, event, history)
        yield today, world
        today += timedelta(days=1)


def _leaves(world: World, party: str) -> None:
    world.signed = {one for one in world.signed if one[0] != party}
    world.refused = {one for one in world.refused if one[0] != party}
    world.barred.discard(party)
    world.out.add(party)


def _happens(world: World, event: Event, history: History) -> None:
    party, mine = event.party, (event.party, event.number)
    board = any(one.by_board and one.number == event.number for one in history.terms)
    carried = event.what == "carried over" and any(
        who == party and number < event.number for who, number in world.signed
    )
    if event.what in ("signed", "acceded") or (event.what == "approved" and board) or carried:
        world.signed.add(mine)
        world.ever.add(mine)
        world.refused.discard(mine)
        world.out.discard(party)
    elif event.what == "declined" and mine not in world.signed:
        world.refused.add(mine)
    elif event.what in ("withdrew", "merged"):
        _leaves(world, party)
    elif event.what == "notice" and event.until is not None:
        if event.until + timedelta(days=1) <= event.day.first:
            _leaves(world, party)
        else:
            world.leaving.append((party, event.until))
    elif event.what == "suspended":
        world.barred.add(party)
    elif event.what == "lifted":
        world.barred.discard(party)
    elif event.what == "left out":
        world.excused.add(mine)
    elif event.what == "superseded":
        world.dead.add(event.number)


def answer(world: World, one: str, other: str, today: date) -> Answer:
    """What holds between the two in the evening of `today`."""
    both = [one] if one == other else [one, other]
    if not world.issued:
        return "not commenced", (), 0
    strangers = [who for who in both if not _is_known(world, who)]
    if strangers:
        return "does not apply", tuple(strangers), 0
    if any(who in world.out for who in both):
        return "ended", tuple(who for who in both if who in world.out), 0
    alive = sorted((terms for terms in world.issued if terms.number not in world.dead), key=lambda terms: -terms.number)
    if not alive:
        return "ended", (), 0
    answers = [_of_version(world, terms, both, today) for terms in alive]
    for found in answers:
        if found[0] in ("in force", "suspended"):
            return found
    if any(found[0] == "not stated" for found in answers):  # it may be in force under that one: nobody can say
        return "not stated", (), 0
    return answers[0]


def _is_known(world: World, who: str) -> bool:
    listed = any(who in terms.parties for terms in world.issued)
    return listed or who in world.out or any(party == who for party, _ in world.ever)


def _of_version(world: World, terms: Terms, both: list[str], today: date) -> Answer:
    n = terms.number
    if terms.end is not None and today > terms.end.last:
        return "ended", (), n
    if any((who, n) in world.refused for who in both):
        return "declined", tuple(who for who in both if (who, n) in world.refused), n
    if any((who, n) not in world.signed for who in both):
        return "awaiting", tuple(who for who in both if (who, n) not in world.signed), n
    needed = {"all-signed": terms.signatories, "core-signed": terms.core}.get(terms.rule, ())
    lacking = tuple(who for who in needed if (who, n) not in world.ever and (who, n) not in world.excused)
    if lacking:
        return "awaiting", lacking, n
    if terms.start is not None and today < terms.start.first:
        return "not commenced", (), n
    if terms.rule == "not stated" or (terms.rule == "core-signed" and not terms.core):
        return "not stated", (), n
    if terms.rule == "on-date" and terms.start is None:
        return "not stated", (), n
    barred = tuple(who for who in both if who in world.barred)
    return ("suspended" if barred else "in force"), barred, n


def standing(history: History, one: str, other: str, day: date) -> tuple[Answer, date | None]:
    """What holds on the day, and since when without a break; None when it was so from the beginning, or does not
    apply."""
    told = [(today, answer(world, one, other, today)) for today, world in evening(history, day)]
    kind = told[-1][1][0]
    if kind == "does not apply":
        return told[-1][1], None
    since: date | None = None
    for today, found in reversed(told):
        if found[0] != kind:
            return told[-1][1], since
        since = today
    return told[-1][1], None
