"""Standing over random histories: what a slow, plain reference says, and what it promises of every history.

A few in each run; 10,000 of each in --thorough."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations_with_replacement, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocolbuilder.domain.days import on
from protocolbuilder.domain.standing import HOLDS, standings
from protocolbuilder.domain.standing_history import Event, History, What
from tests.domain import standing_reference
from tests.domain.histories import EVERYBODY, LONG, day, histories, loosened
from tests.usual import THOROUGH

RANDOM = settings(max_examples=10_000 if THOROUGH else 60, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(RANDOM, max_examples=10_000 if THOROUGH else 12)
PAIRS = list(combinations_with_replacement(EVERYBODY, 2))
DAYS = st.integers(-2, LONG + 8).map(day)
PAIR = st.sampled_from(PAIRS)


def holding(history: History, pair: tuple[str, str]) -> set[date]:
    """The days on which it is in force between the two."""
    found = standings(history)
    return {when for when in map(day, range(-1, LONG + 8)) if found.pair(*pair, when).kind == "in force"}


@RANDOM
@given(histories(), DAYS)
def test_it_is_what_the_slow_reference_says(history: History, when: date) -> None:
    found = standings(history)
    for one, other in PAIRS:
        got = found.pair(one, other, when)
        (kind, who, number), since = standing_reference.standing(history, one, other, when)
        assert (got.kind, got.since) == (kind, since), (one, other)
        if kind != "not stated":
            assert (set(got.who), got.number) == (set(who), number), (one, other)
    each = [one.kind for (left, right), one in found.grid(when).items() if left != right]
    assert found.counts(when)[0] == Counter(each)


@FEW
@given(histories(), PAIR, DAYS)
def test_it_is_the_same_whoever_is_named_first(history: History, pair: tuple[str, str], when: date) -> None:
    found = standings(history)
    assert found.pair(*pair, when) == found.pair(*reversed(pair), when)


@FEW
@given(histories(), PAIR, DAYS)
def test_nothing_is_in_force_without_an_act_of_both(history: History, pair: tuple[str, str], when: date) -> None:
    if standings(history).pair(*pair, when).kind not in HOLDS:
        return
    boards = {terms.number for terms in history.terms if terms.by_board}
    for party in pair:
        assert any(
            one.party == party and one.day.first <= when
            and (one.what in ("signed", "acceded") or (one.what == "approved" and one.number in boards))
            for one in history.events
        ), party  # fmt: skip


@FEW
@given(histories(), PAIR, DAYS)
def test_no_event_after_a_day_changes_what_holds_on_it(history: History, pair: tuple[str, str], when: date) -> None:
    early = History(history.terms, tuple(one for one in history.events if one.day.first <= when))
    all_of_it, so_far = standings(history).pair(*pair, when), standings(early).pair(*pair, when)
    assert replace(all_of_it, who=tuple(sorted(all_of_it.who))) == replace(so_far, who=tuple(sorted(so_far.who)))


@FEW
@given(histories(), st.sampled_from(("signed", "acceded", "left out")), st.sampled_from(EVERYBODY), DAYS, PAIR)
def test_an_act_that_joins_takes_no_day_in_force_away(
    history: History, what: What, who: str, when: date, pair: tuple[str, str]
) -> None:
    more = History(history.terms, (*history.events, Event(what, who, on(when))))
    assert holding(history, pair) <= holding(more, pair)


@FEW
@given(
    histories(), st.sampled_from(("notice", "withdrew", "merged", "suspended", "superseded")),
    st.sampled_from(EVERYBODY), st.integers(0, 6), PAIR,
)  # fmt: skip
def test_an_act_that_parts_gives_no_day_in_force(
    history: History, what: What, who: str, after: int, pair: tuple[str, str]
) -> None:
    """Of a partner that does nothing later."""
    last = max((max(one.day.last, one.until or one.day.last) for one in history.events), default=day(0))
    when = last + timedelta(days=after)
    party = "" if what == "superseded" else who
    more = Event(what, party, on(when), until=when + timedelta(days=2) if what == "notice" else None)
    assert holding(History(history.terms, (*history.events, more)), pair) <= holding(history, pair)


@FEW
@given(
    histories(), st.sampled_from(("invited", "approved", "reserved", "declined")), st.sampled_from(EVERYBODY), DAYS,
    PAIR,
)  # fmt: skip
def test_what_is_no_act_changes_no_day_in_force(
    history: History, what: What, who: str, when: date, pair: tuple[str, str]
) -> None:
    plain = History(tuple(replace(one, by_board=False) for one in history.terms), history.events)
    more = History(plain.terms, (*plain.events, Event(what, who, on(when))))
    assert holding(plain, pair) == holding(more, pair)


@FEW
@given(
    histories(), st.lists(st.tuples(st.integers(0, 13), st.integers(1, 3)), min_size=1, max_size=3), PAIR, DAYS
)
def test_what_is_said_of_days_that_are_not_exact_is_so_whichever_they_were(
    history: History, windows: list[tuple[int, int]], pair: tuple[str, str], when: date
) -> None:
    loose = loosened(history, windows)
    got = standings(loose).pair(*pair, when).kind
    if got == "not stated":
        return
    for exact in possible(loose):
        assert standing_reference.standing(exact, *pair, when)[0][0] in (got, "not stated"), exact.events


def possible(history: History) -> list[History]:
    """Each history that it may have been: days in the order of the record wherever they may have been in it."""
    choices = [
        [one.day.first + timedelta(days=n) for n in range((one.day.last - one.day.first).days + 1)]
        for one in history.events
    ]
    found = []
    for days in product(*choices):
        made = tuple(replace(one, day=on(when)) for one, when in zip(history.events, days, strict=True))
        if all(
            days[i] <= days[j] or history.events[j].day.last < history.events[i].day.first
            for j in range(len(days)) for i in range(j) if history.events[i].party == history.events[j].party
        ):  # fmt: skip
            found.append(History(history.terms, made))
    return found
