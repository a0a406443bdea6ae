"""What a power says of a flow, in words: `Must`, `May (not verified)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from protocolbuilder.domain.marks import Power

UNVERIFIED: Final = "not verified"


def power_words(power: Power) -> str:
    """The mark, and that nobody has checked the provision's source where that is so."""
    return power.words if power.verified else f"{power.words} ({UNVERIFIED})"


def marks(powers: Iterable[Power]) -> str:
    """The marks of several powers in their order, each once: `Must, May (some not verified)`; "" for no power."""
    checked: dict[str, set[bool]] = {}
    for power in powers:
        checked.setdefault(power.words, set()).add(power.verified)
    return ", ".join(words + _note(found) for words, found in checked.items())


def _note(verified: set[bool]) -> str:
    if False not in verified:
        return ""
    return f" (some {UNVERIFIED})" if True in verified else f" ({UNVERIFIED})"
