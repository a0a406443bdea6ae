"""Days, deadlines and periods are compared as numbers, and words are never guessed at."""

from datetime import date
from typing import Any

import pytest

from protocolbuilder.domain.days import first_day, last_day
from protocolbuilder.law.times import days, hours, words


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ("2028", date(2028, 1, 1), date(2028, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-07-12", date(2026, 7, 12), date(2026, 7, 12)),
        ({"event": "All have signed"}, None, None),
        (None, None, None),
    ],
)
def test_a_day_month_or_year_has_a_first_and_a_last_day(stated: Any, first: date | None, last: date | None) -> None:
    assert (first_day(stated), last_day(stated)) == (first, last)


@pytest.mark.parametrize(
    ("deadline", "length"),
    [("PT0H", 0), ("PT30M", 0.5), ("PT4H", 4), ("P1D", 24), ("P2W", 336), ("2WD", 48), ({"other": "Soon"}, None)],
)
def test_a_deadline_is_counted_in_hours_unless_it_is_in_words(deadline: Any, length: float | None) -> None:
    assert hours(deadline) == length


@pytest.mark.parametrize(
    ("period", "length"), [("P30D", 30), ("P2W", 14), ("P12M", 366), ("P8Y", 2922), ({"until": "it ends"}, None)]
)
def test_a_period_is_counted_in_days_unless_it_is_in_words(period: Any, length: float | None) -> None:
    assert days(period) == length


def test_the_words_of_a_period_are_its_only_value() -> None:
    assert words({"set_by": "the schedule"}) == "the schedule"
    assert words("P6Y") == ""
