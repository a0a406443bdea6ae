"""Text that looks like a detail of a person. It warns and never blocks: an agreement describes kinds of information."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_NHS: Final = re.compile(r"(?<![\d-])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?![\d-])")
_NINO: Final = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"
)
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE: Final = rf"(?:{_DAY}[/.-]\d{{1,2}}[/.-](?:19|20)?\d\d|{_DAY} {_MONTH},? (?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)"
_BIRTH: Final = re.compile(rf"\b(?:born|birth|d\.?o\.?b\.?)\b[^.\n]{{0,30}}?\b{_DATE}", re.IGNORECASE)
_POSTCODE: Final = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_STREET: Final = (
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Close|Drive|Dr|Court|Ct|Way|Place|Crescent|Gardens|Terrace|Grove)"
)
_HOME: Final = re.compile(rf"\b\d{{1,4}}[A-Za-z]?,? [^\n]{{0,60}}?{_POSTCODE}\b")
_ADDRESS: Final = re.compile(rf"\b\d{{1,4}}[A-Za-z]? (?:[A-Z][\w’'-]+ ){{1,3}}{_STREET}\b")
_FAMILY: Final = re.compile(
    r"\b(?:child|son|daughter|victim|perpetrator|suspect|patient|mother|father) (?:called|named) [A-Z][a-z]+"
)


def looks_personal(text: str) -> tuple[str, ...]:
    """What the text seems to hold, in words and with the passage: “an NHS number (943 476 5919)”. Empty when nothing.

    NHS numbers are told by their check digit, so a telephone number is not taken for one by its length alone.
    """
    found: list[str] = []
    for words, passages in DETAILS:
        found.extend(f"{words} ({passage})" for passage in passages(text))
    return tuple(dict.fromkeys(found))


def _nhs(text: str) -> list[str]:
    return [hit.group() for hit in _NHS.finditer(text) if nhs_check_digit("".join(hit.groups()))]


def nhs_check_digit(digits: str) -> bool:
    """Modulus 11 over the first nine of ten digits, as the NHS Data Dictionary describes it."""
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return len(set(digits)) > 1 and (0 if check == 11 else check) == int(digits[9])


def _every(pattern: re.Pattern[str]) -> Callable[[str], list[str]]:
    return lambda text: [" ".join(hit.group().split()) for hit in pattern.finditer(text)]


DETAILS: Final[tuple[tuple[str, Callable[[str], list[str]]], ...]] = (
    ("an NHS number", _nhs),
    ("a National Insurance number", _every(_NINO)),
    ("a date of birth", _every(_BIRTH)),
    ("the address of a home", _every(_HOME)),
    ("the address of a home", _every(_ADDRESS)),
    ("the name of a person in a case", _every(_FAMILY)),
)
