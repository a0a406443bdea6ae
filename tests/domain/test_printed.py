"""Printed words become a value only when the value prints the same words again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder.domain import printed
from protocolbuilder.domain.kinds import day_in_words, duration_in_words


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_every_day_month_or_year_in_words_is_read_back(day: Any, length: int) -> None:
    value = day.isoformat()[:length]
    assert printed.day(day_in_words(value)) == value


@pytest.mark.parametrize(
    "text", ["31 February 2020", "1 may 2014", "01 May 2014", "May", "1/5/2014", "about 2014", "", "1 May 2014 "]
)
def test_what_is_no_real_date_in_the_usual_words_is_none(text: str) -> None:
    assert printed.day(text) == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("27 March 2024 (v3)", "2024-03-27"),
        ("July 2024 (in-force date given as month only)", "2024-07"),
        ("4 January 2009", "2009-01-04"),
        ("2018; signed later", "2018"),
        ("2018 and after", ""),
        ("agreed 2018", ""),
    ],
)
def test_a_leading_date_stands_before_a_bracket_semicolon_or_comma(text: str, day: str) -> None:
    assert printed.leading_day(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("annual; next 1 November 2021", "2021-11-01"),
        ("due October 2022 (v19 June 2020)", "2022-10"),
        ("last reviewed July 2024", ""),
        ("next May 2020; next June 2021", ""),
        ("next year", ""),
    ],
)
def test_the_next_date_is_the_one_that_is_called_next_or_due(text: str, day: str) -> None:
    assert printed.next_day(text) == day


@given(st.integers(1, 9999), st.sampled_from("DWMY"))
def test_every_length_of_time_in_words_is_read_back(count: int, unit: str) -> None:
    assert printed.period(duration_in_words(f"P{count}{unit}")) == f"P{count}{unit}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("until the ban ends", {"until": "the ban ends"}),
        ("set by regulations", {"set_by": "regulations"}),
        ("1 years", {"other": "1 years"}),
        ("0 years", {"other": "0 years"}),
        ("two years", {"other": "two years"}),
        ("2 years at most", {"other": "2 years at most"}),
        ("until ", {"other": "until "}),
    ],
)
def test_any_other_period_keeps_its_words(text: str, value: Any) -> None:
    assert printed.period(text) == value
