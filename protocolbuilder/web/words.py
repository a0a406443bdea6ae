"""Dates and times as people in London read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def moment(at: datetime) -> str:
    """24 November 2026, 14:05, as a clock in London shows it."""
    return f"{day(at.astimezone(LONDON).date())}, {clock(at)}"


def clock(at: datetime) -> str:
    """14:05, as a clock in London shows it."""
    return f"{at.astimezone(LONDON):%H:%M}"


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def iso_day(text: str) -> str:
    """`2026-11-24T10:30:00Z` -> 24 November 2026. What is no moment stays as it is."""
    try:
        return day(datetime.fromisoformat(text).astimezone(LONDON).date())
    except ValueError:
        return text


def lower_first(text: str) -> str:
    """“Partner” -> “partner”, but “DPIA” stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def a_or_an(text: str) -> str:
    """“Partner” -> “a partner”, “Information item” -> “an information item”."""
    return f"{'an' if text[:1].lower() in 'aeiou' else 'a'} {lower_first(text)}"


def counted(number: int, one: str, many: str = "") -> str:
    """1, “flow” -> “1 flow”; 2, “flow” -> “2 flows”."""
    return f"{number} {one if number == 1 else many or one + 's'}"
