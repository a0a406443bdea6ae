"""Deadlines and periods of an agreement as numbers, so that a rule can compare them."""

from __future__ import annotations

import re
from typing import Any, Final

DAYS: Final = {"D": 1.0, "W": 7.0, "M": 30.5, "Y": 365.25}
ISO: Final = re.compile(r"PT?(\d+)([HMDWY])")
WORKING_DAYS: Final = re.compile(r"(\d+)WD")


def hours(deadline: Any) -> float | None:
    """Hours of a deadline; a working day counts as 24. None when it is in words."""
    if not isinstance(deadline, str):
        return None
    if working := WORKING_DAYS.fullmatch(deadline):
        return int(working[1]) * 24.0
    if not (found := ISO.fullmatch(deadline)):
        return None
    number = int(found[1])
    if deadline.startswith("PT"):
        return number if found[2] == "H" else number / 60
    return number * DAYS[found[2]] * 24


def days(period: Any) -> float | None:
    """Days of a length of time, a month as 30.5. None for one that runs until an event or is set elsewhere."""
    found = ISO.fullmatch(period) if isinstance(period, str) else None
    return int(found[1]) * DAYS[found[2]] if found else None


def words(value: Any) -> str:
    """The words of a period or deadline that is given in words, or ""."""
    return " ".join(str(text) for text in value.values()) if isinstance(value, dict) else ""
