"""On which days somebody may be reminded: once a day, on no weekend and no bank holiday of their nation."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

LONDON: Final = ZoneInfo("Europe/London")
NATIONS: Final = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}
"""Of `domain.organisations`, in the words of the library of bank holidays. The whole UK keeps those of all four."""


def day_of(at: datetime) -> date:
    """The day in the UK."""
    return at.astimezone(LONDON).date()


def may_remind(day: date, nation: str, *, last: datetime | None) -> bool:
    return not why_not(day, nation, last=last)


def why_not(day: date, nation: str, *, last: datetime | None) -> str:
    """Why nobody may be reminded on that day, "" when they may. `last`: when they were asked or reminded last."""
    if last is not None and day_of(last) >= day:
        return "They had a mail about it today already."
    if day.weekday() > 4:
        return "Nobody is reminded at a weekend."
    if day in _bank_holidays(nation, day.year):
        return "It is a bank holiday where they work."
    return ""


@cache
def _bank_holidays(nation: str, year: int) -> frozenset[date]:
    found = [NATIONS[nation]] if nation in NATIONS else list(NATIONS.values())
    return frozenset(day for one in found for day in holidays.country_holidays("GB", subdiv=one, years=year))
