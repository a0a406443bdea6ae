"""Standing in words, for a page, a file and a terminal alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from protocolbuilder.domain.kinds import day_in_words
from protocolbuilder.domain.standing import Kind, Standing

CALLED: Final[Mapping[Kind, str]] = {
    "in force": "In force",
    "suspended": "Suspended",
    "awaiting": "Awaiting",
    "declined": "Declined",
    "not commenced": "Not begun",
    "ended": "Ended",
    "not stated": "Not stated",
    "does not apply": "Does not apply",
}
MARKS: Final[Mapping[Kind, str]] = {
    "in force": "✓", "suspended": "‖", "awaiting": "…", "declined": "✕", "not commenced": "○", "ended": "■",
    "not stated": "?", "does not apply": "–",
}  # fmt: skip
MEANINGS: Final[Mapping[Kind, str]] = {
    "in force": "both have signed or joined, and it has begun",
    "suspended": "it would be in force, but one of the two is suspended",
    "awaiting": "somebody has still to sign",
    "declined": "one of the two said no",
    "not commenced": "its day has not come",
    "ended": "one of the two left, or its term is over",
    "not stated": "what is recorded leaves open whether it is in force",
    "does not apply": "one of the two is no partner on that day",
}


def since(found: Standing) -> str:
    """`since 14 April 2026`, or "" where it was never otherwise."""
    if found.since is None:
        return ""
    day = day_in_words(found.since.isoformat())
    return f"since {day} at the latest" if found.began == "by" else f"since {day}"


def why(found: Standing, names: Callable[[str], str]) -> str:
    """On whom it depends: `Riverside School has not signed`. `names`: id -> name. "" where on nobody."""
    who = listed([names(party) for party in found.who])
    several = len(found.who) > 1
    if not who:
        return ""
    if found.kind == "awaiting":
        return f"{who} {'have' if several else 'has'} not signed"
    said: Mapping[Kind, str] = {
        "declined": "declined", "suspended": f"{'are' if several else 'is'} suspended", "ended": "left",
        "does not apply": f"{'are' if several else 'is'} no partner yet", "not stated": "may not have signed",
    }  # fmt: skip
    return f"{who} {said[found.kind]}" if found.kind in said else ""


def notes(found: Standing, names: Callable[[str], str]) -> tuple[str, ...]:
    """What stands beside it: reservations, and a notice that runs."""
    reserved = [
        f"{names(one.party)} has a reservation: {one.text}" if one.text else f"{names(one.party)} has a reservation"
        for one in found.reserved
    ]
    leaving = [f"{names(party)} leaves after {day_in_words(day.isoformat())}" for party, day in found.leaving]
    return (*reserved, *leaving)


def sentence(found: Standing, names: Callable[[str], str]) -> str:
    """All of it in one line."""
    first = " ".join(part for part in (CALLED[found.kind], since(found)) if part)
    return ". ".join(part for part in (first, why(found, names), *notes(found, names)) if part)


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`; of more than four the first three and how many others."""
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} others"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
