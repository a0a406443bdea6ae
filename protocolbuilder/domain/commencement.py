"""From which day a version can be in force at all, whoever asks: by its rule, its start and its issue.

Always: not before it is issued, and not before its start where it states one. An event as its start is a day of which
nothing is known. Then by its rule:

- each-as-it-signs: nothing more. Its start may be left open.
- on-date: its start. Where that is left open nothing is known.
- all-signed: when each of its signatories has signed it, or is left out. Who signed and went has signed.
- core-signed: the same for its core partners. Where none is named nothing is known.
- not stated, or in words of its own: nothing is known.

"Nothing is known" is never taken for yes: the early reading has the day, the late reading has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from protocolbuilder.domain.days import NOT_STATED, Window
from protocolbuilder.domain.standing_history import Course, Position, Reading, Terms, window_by


def commenced(terms: Terms, courses: Mapping[str, Course], *, reading: Reading) -> date | None:
    """The first day on which it is in force for whoever is bound to it. None: no such day is known."""
    asked = [terms.issued, *([terms.start] if terms.start else []), *_by_rule(terms)]
    days = [_known(one, reading) for one in asked]
    days += [_settled(courses.get(party, Course()), terms.number) for party in waited_for(terms)]
    found = [day for day in days if day is not None]
    return max(found) if len(found) == len(days) else None


def waited_for(terms: Terms) -> tuple[str, ...]:
    """The partners without whom it is in force for nobody."""
    return {"all-signed": terms.signatories, "core-signed": terms.core}.get(terms.rule, ())


def has_settled(position: Position, number: int) -> bool:
    """Does nobody wait for this partner any more?"""
    return number in position.acted or number in position.left_out


def _by_rule(terms: Terms) -> tuple[Window, ...]:
    unknown = {
        "each-as-it-signs": False, "on-date": terms.start is None, "all-signed": False,
        "core-signed": not terms.core, "not stated": True,
    }  # fmt: skip
    return (NOT_STATED,) if unknown[terms.rule] else ()


def _known(window: Window, reading: Reading) -> date | None:
    day = window_by(window, reading)
    return None if day == date.max else day


def _settled(course: Course, number: int) -> date | None:
    found = zip(course.days, course.positions, strict=True)
    return next((day for day, position in found if has_settled(position, number)), None)
