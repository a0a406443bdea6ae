"""Reads printed words into the value of a kind, the way back from `kinds.shown`.

Each function gives a value only when showing that value would print the very same words (for a date also its
first letter in another case): nothing is rounded and nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from protocolbuilder.domain.kinds import MONTHS, UNITS, day_in_words, duration_in_words

MONTH: Final = "|".join(MONTHS)
DAY: Final = re.compile(rf"(?:(?:(\d{{1,2}}) )?({MONTH}) )?(\d{{4}})")
LENGTH: Final = re.compile(r"(\d{1,4}) (day|week|month|year)s?")
BESIDE: Final = re.compile(r"\s*[(;,]")
NEXT: Final = re.compile(r"\b(?:next|due)(?: review)?(?: on| in|:)? ", re.IGNORECASE)


def day(text: str) -> str:
    """'12 July 2026' -> '2026-07-12', 'July 2026' -> '2026-07', '2026' -> '2026'; "" for anything else."""
    hit = DAY.fullmatch(text)
    return _day(hit) if hit else ""


def leading_day(text: str) -> str:
    """The date that a text starts with, before a bracket, semicolon or comma: '1 May 2014 (v3)' -> '2014-05-01'."""
    hit = DAY.match(text)
    if not hit or not (hit.end() == len(text) or BESIDE.match(text, hit.end())):
        return ""
    return _day(hit)


def next_day(text: str) -> str:
    """The one date that a text calls next or due: 'annual; next 1 November 2021' -> '2021-11-01'."""
    found = {leading_day(text[hit.end():]) for hit in NEXT.finditer(text)} - {""}
    return found.pop() if len(found) == 1 else ""


def _day(hit: re.Match[str]) -> str:
    number, month, year = hit.groups()
    parts = [int(year)] + ([MONTHS.index(month) + 1] if month else []) + ([int(number)] if number else [])
    try:
        date(parts[0], *[*parts[1:], 1, 1][:2])
    except ValueError:
        return ""
    value = "-".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])])
    return value if day_in_words(value) == hit.group() else ""


def period(text: str) -> Any:
    """'2 years' -> 'P2Y', 'until the ban ends' and 'set by regulations' by their words, anything else as other."""
    hit = LENGTH.fullmatch(text)
    if hit:
        value = f"P{hit.group(1)}{next(key for key, unit in UNITS.items() if unit == hit.group(2))}"
        if not hit.group(1).startswith("0") and duration_in_words(value) == text:
            return value
    for words, key in (("until ", "until"), ("set by ", "set_by")):
        if text.startswith(words) and text[len(words) :].strip():
            return {key: text[len(words):]}
    return {"other": text}
