"""How each kind of answer is shown in words: in Word, on a page, in a comparison. One row a kind in `SHOW`.

The other two rows of a kind are in `schemas/kinds.json` (what is valid) and `web/forms` (how it is asked).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from protocolbuilder.domain.schema import Question

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNITS: Final = {"D": "day", "W": "week", "M": "month", "Y": "year"}
CLOCK: Final = {"H": "hour", "M": "minute"}


class Names(Protocol):
    """Gives the words that stand behind ids."""

    def choice(self, vocabulary: str, value: str) -> str:
        """The label of an entry of a vocabulary, or the id itself when there is none."""

    def item(self, item_id: str) -> str:
        """The name of an item of any list section, or the id itself when there is none."""


def shown(question: Question, value: Any, names: Names) -> str:
    """The words for one answer. Several values stand on lines of their own. Never loses a word of a text."""
    return SHOW[question.kind](question, value, names)


def shown_each(question: Question, value: Any, names: Names) -> tuple[str, ...]:
    """The words for one answer as separate entries: one for each choice, reference or line; else a single one."""
    if isinstance(value, list):
        if question.kind == "choices":
            return tuple(_choice(question, part, names) for part in value)
        if question.kind == "references":
            return tuple(names.item(part) for part in value)
        return tuple(value)
    return (shown(question, value, names),)


def _text(question: Question, value: Any, names: Names) -> str:
    return str(value)


def _lines(question: Question, value: Any, names: Names) -> str:
    return "\n".join(shown_each(question, value, names)) if isinstance(value, list) else str(value)


def _yes_no(question: Question, value: Any, names: Names) -> str:
    return "Yes" if value else "No"


def _choice(question: Question, value: Any, names: Names) -> str:
    if isinstance(value, Mapping):
        return str(value["other"])
    if question.vocabulary:
        return names.choice(question.vocabulary, value)
    return dict(question.choices).get(value, str(value))


def _reference(question: Question, value: Any, names: Names) -> str:
    return names.item(value)


def day_in_words(value: str) -> str:
    """'2026-07-12' -> '12 July 2026', '2026-07' -> 'July 2026', '2026' -> '2026'. Raises ValueError on another form."""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value):
        raise ValueError(value)
    year, *rest = value.split("-")
    words = [year]
    if rest:
        words.insert(0, MONTHS[int(rest[0]) - 1])
    if len(rest) == 2:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)


def _day(question: Question, value: Any, names: Names) -> str:
    return day_in_words(value)


def _when(question: Question, value: Any, names: Names) -> str:
    return str(value["event"]) if isinstance(value, Mapping) else day_in_words(value)


def duration_in_words(value: str) -> str:
    """'P6Y' -> '6 years', 'PT4H' -> '4 hours', '2WD' -> '2 working days', 'PT0H' -> 'immediately'.

    One whole number and one unit. Raises ValueError on any other form.
    """
    hit = re.fullmatch(r"P(T)?(\d+)([DWMYH])|(\d+)WD", value)
    if not hit:
        raise ValueError(value)
    clock, amount, unit, working = hit.groups()
    if working:
        return _counted(int(working), "working day")
    if clock and int(amount) == 0:
        return "immediately"
    table = CLOCK if clock else UNITS
    if unit not in table:
        raise ValueError(value)
    return _counted(int(amount), table[unit])


def _counted(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"


def _period(question: Question, value: Any, names: Names) -> str:
    if isinstance(value, Mapping):
        if "until" in value:
            return f"until {value['until']}"
        return f"set by {value['set_by']}" if "set_by" in value else str(value["other"])
    return duration_in_words(value)


def _agreement(question: Question, value: Any, names: Names) -> str:
    return f"{value['title']} ({value['ref']})" if "title" in value else str(value["ref"])


SHOW: Final[Mapping[str, Callable[[Question, Any, Names], str]]] = {
    "line": _text,
    "prose": _text,
    "lines": _lines,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _lines,
    "day": _day,
    "when": _when,
    "period": _period,
    "deadline": _period,
    "email": _text,
    "phone": _text,
    "url": _text,
    "agreement": _agreement,
    "reference": _reference,
    "references": _lines,
}
