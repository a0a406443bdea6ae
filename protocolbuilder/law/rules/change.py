"""Family G, second part: review, age of the law, leaving and training (R87 to R91)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from protocolbuilder.domain.days import first_day, last_day
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule

LONGEST_MONTHS: Final = 24


def _months_between(start: date, end: date) -> int:
    """Whole months from start to end, counted up where a month has begun."""
    return (end.year - start.year) * 12 + end.month - start.month + (1 if end.day > start.day else 0)


@rule("R87", "review-missing", "error", source="ICO Data Sharing Code of Practice")
def review_missing(case: Case) -> Iterator[Hit]:
    """Agreements are kept under review (ICO Data Sharing Code of Practice)."""
    due = last_day(case.get("review.next"))
    if case.empty("review.next"):
        yield Hit("review.next", "No review date is set.", "Set one; 12 months is usual for the first cycle.")
    elif due and due < case.on:
        yield Hit("review.next", "The review date has passed.", "Review the agreement, and set the next date.")


@rule(
    "R88", "review-too-long", "warning", source="ICO Data Sharing Code of Practice",
    narrowed="An agreement that starts with an event is counted from the day of the check.",
)
def review_too_long(case: Case) -> Iterator[Hit]:
    """The law moved several times in 2026: two years is the longest cycle, and events bring a review forward."""
    due = last_day(case.get("review.next"))
    start = first_day(case.get("term.start")) or case.on
    if due and _months_between(start, due) > LONGEST_MONTHS:
        yield Hit("review.next", "The review is more than 24 months after the start.", "Set an earlier date.")
    if case.empty("review.triggers"):
        yield Hit(
            "review.triggers", "Nothing brings a review forward.",
            "Add a change in the law, a breach, a new partner and a new system.",
        )


def _age(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


@rule(
    "R89", "library-version-old", "warning", source="Traceability of signed documents to the law used",
    narrowed="An earlier library is not kept beside the current one, so any agreement that cites a provision or a "
    "basis from an older version is reported, whether or not what it cites has changed.",
)
def library_version_old(case: Case) -> Iterator[Hit]:
    """Citations age: a signed document must be traceable to the law it was checked against."""
    stated = case.agreement.library
    cites = any(power.provision for power in case.powers.values()) or bool(case.rows("bases"))
    if cites and _age(stated) < _age(case.library.version):
        yield Hit(
            "gateways", f"The agreement uses law library {stated}, and the current one is {case.library.version}.",
            "Check the powers and bases again, and record what changed.",
        )


@rule("R90", "exit-terms-missing", "warning", source="ICO Data Sharing Code of Practice")
def exit_terms_missing(case: Case) -> Iterator[Hit]:
    """The ICO code asks what happens to information when sharing ends or a partner leaves."""
    if case.empty("term.exit"):
        yield Hit(
            "term.exit", "Nothing says what happens to information when sharing ends or a partner leaves.",
            "Say what is kept, returned or destroyed, and by when.",
        )


@rule("R91", "training-missing", "advice", source="Training outcomes of multi-agency work")
def training_missing(case: Case) -> Iterator[Hit]:
    """Staff share well only when they know the agreement: training is by role."""
    if case.empty("training.who"):
        yield Hit("training.who", "Nothing says who is trained, and in what.", "Name roles and what each learns.")
