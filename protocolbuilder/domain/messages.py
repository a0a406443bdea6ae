"""Default messages, where a question of the schema brings none of its own. GOV.UK style: say how to put it right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from protocolbuilder.domain.problems import Problem
from protocolbuilder.domain.schema import Question

SELECTED: Final = frozenset({"yes_no", "choice", "choices", "agreement", "reference", "references"})

FORMS: Final[Mapping[str, str]] = {
    "line": "Enter one line of text, of 2,000 characters at most, without spaces at its ends.",
    "prose": "Enter text of 20,000 characters at most.",
    "lines": "Enter one line of text for each entry.",
    "yes_no": "Select yes or no.",
    "choice": "Select one of the choices.",
    "choices": "Select from the choices.",
    "day": "Enter a real year, a month and year, or a full date, like 2026, 7 2026 or 12 7 2026.",
    "when": "Enter a real date, a month and year, a year, or the event.",
    "period": "Enter a number of days, weeks, months or years, or say until when or by what it is set.",
    "deadline": "Enter immediately, or a number of minutes, hours, days, working days, weeks or months.",
    "email": "Enter an e-mail address in the right form, like name@example.org.",
    "phone": "Enter a telephone number, like 01632 960 001.",
    "url": "Enter a web address without spaces.",
    "agreement": "Select one of the register.",
    "reference": "Select an entry that is in this document.",
    "references": "Select entries that are in this document.",
}


def missing(address: str, question: Question) -> Problem:
    """The problem of a question that needs an answer and has none."""
    verb = "Select" if question.kind in SELECTED else "Enter"
    text = question.messages.get("missing") or f"{verb} an answer to “{question.title}”"
    return Problem(address, "missing", text, text)


def wrong(address: str, question: Question, keyword: str) -> Problem:
    """The problem of an answer that fails one keyword of the schema."""
    fix = question.messages.get(keyword) or FORMS[question.kind]
    return Problem(address, "wrong", f"The answer to “{question.title}” is not in the right form", fix)
