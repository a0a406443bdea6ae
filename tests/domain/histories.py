"""Random histories of an agreement between few partners in few days, so that everything meets everything."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from protocolbuilder.domain.days import NOT_STATED, Window, on
from protocolbuilder.domain.standing_history import Event, History, Rule, Terms, What

BEGIN = date(2026, 4, 1)
LONG = 16
LISTED = ("a", "b", "c")
EVERYBODY = (*LISTED, "d")
"""The last is listed nowhere: it may join."""
RULES: tuple[Rule, ...] = ("each-as-it-signs", "all-signed", "on-date", "core-signed", "not stated")
OF_A_PARTNER: tuple[What, ...] = (
    "signed", "signed", "signed", "acceded", "carried over", "approved", "declined", "reserved", "notice", "withdrew",
    "merged", "suspended", "lifted", "left out", "invited",
)  # fmt: skip


def day(number: int) -> date:
    return BEGIN + timedelta(days=number)


DAYS = st.integers(0, LONG).map(day)


@st.composite
def terms(draw: st.DrawFn, number: int) -> Terms:
    rule = draw(st.sampled_from(RULES))
    start = draw(st.none() | st.integers(0, LONG // 2).map(lambda one: on(day(one))))
    end = draw(st.none() | st.none() | st.integers(LONG // 2, LONG).map(lambda one: on(day(one))))
    return Terms(
        number, on(day(draw(st.integers(0, 3 * number)))), LISTED, rule=rule, signatories=LISTED,
        core=tuple(draw(st.lists(st.sampled_from(LISTED), unique=True, max_size=2))), start=start, end=end,
        by_board=draw(st.integers(0, 3)) == 0,
    )  # fmt: skip


@st.composite
def events(draw: st.DrawFn, versions: int) -> Event:
    what: What = draw(st.sampled_from((*OF_A_PARTNER, "superseded")))
    when = draw(DAYS)
    more: dict[str, Any] = {"number": draw(st.integers(1, versions))}
    if what == "notice":
        more["until"] = when + timedelta(days=draw(st.integers(0, 5)))
    return Event(what, "" if what == "superseded" else draw(st.sampled_from(EVERYBODY)), on(when), **more)


@st.composite
def histories(draw: st.DrawFn) -> History:
    versions = draw(st.integers(1, 3))
    found = tuple(draw(terms(number)) for number in range(1, versions + 1))
    return History(found, tuple(draw(st.lists(events(versions), max_size=14))))


def loosened(history: History, windows: Sequence[tuple[int, int]]) -> History:
    """Some days known no better than a few days around: (place of the event, days after)."""
    made = list(history.events)
    for place, length in windows:
        if made and made[place % len(made)].what != "notice":
            one = made[place % len(made)]
            window = Window(one.day.first, one.day.first + timedelta(days=length))
            made[place % len(made)] = Event(one.what, one.party, window, one.number, one.until, one.text, one.on)
    return History(history.terms, tuple(made))


__all__ = ["BEGIN", "EVERYBODY", "LISTED", "LONG", "NOT_STATED", "day", "events", "histories", "loosened"]
