"""Days that are stated as a day, a month or a year: the first and the last day that each allows."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final


def first_day(stated: Any) -> date | None:
    """The first day that a day, month or year allows: "2026-07" is 1 July 2026. None for an event or no answer."""
    return date.fromisoformat(stated + "-01-01"[: 10 - len(stated)]) if isinstance(stated, str) else None


def last_day(stated: Any) -> date | None:
    """The last day that a day, month or year allows: "2026-07" is 31 July 2026. None for an event or no answer."""
    if not isinstance(stated, str):
        return None
    year, month, day = (*(int(part) for part in stated.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class Window:
    """Some day from `first` to `last`: which one is not stated, unless both are the same."""

    first: date
    last: date

    @property
    def exact(self) -> bool:
        return self.first == self.last


NOT_STATED: Final = Window(date.min, date.max)
"""A day of which nothing is known, not even that it came."""


def on(day: date) -> Window:
    return Window(day, day)


def stated(value: Any, *, by: date = date.max) -> Window | None:
    """The window of a day, month or year as stated. `by`: it had come by that day, as something that was recorded then.
    None for an event, for no answer, and for what is no day."""
    try:
        first, last = first_day(value), last_day(value)
    except ValueError:
        return None
    if first is None or last is None:
        return None
    return Window(first, max(first, min(last, by)))


def following(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)
