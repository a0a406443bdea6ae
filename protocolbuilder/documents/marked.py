"""What the powers of a cell say where nothing names them, `Must, May (some not verified)`, and what each mark means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from protocolbuilder.domain.marks import MEANINGS, NOT_STATED, ORDER, WORDS, Power
from protocolbuilder.law.library import NOT_VERIFIED

OWN: Final = (
    "As the agreement states",
    "The law library does not hold the provision. The mark is what the agreement says of it, and was not checked.",
)
"""The entry of a key for a citation of the agreement's own."""


def marks(powers: Iterable[Power]) -> str:
    """The marks of several powers in their order, each once: `Must, May (some not verified)`; "" for no power."""
    checked: dict[str, set[bool]] = {}
    for power in powers:
        checked.setdefault(power.words, set()).add(power.verified)
    return ", ".join(words + _note(found) for words, found in checked.items())


def key(powers: Iterable[Power]) -> tuple[tuple[str, str], ...]:
    """(mark, meaning) of each mark that these powers print, in the order of marks."""
    found = {(power.mark, power.mark == NOT_STATED and bool(power.stated)) for power in powers}
    used = [(WORDS[mark], MEANINGS[mark]) for mark in ORDER if (mark, False) in found]
    return (*used, OWN) if (NOT_STATED, True) in found else tuple(used)


def _note(verified: set[bool]) -> str:
    if False not in verified:
        return ""
    return f" (some {NOT_VERIFIED})" if True in verified else f" ({NOT_VERIFIED})"
