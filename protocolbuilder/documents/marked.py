"""What the powers of a cell say where nothing names them: `Must, May (some not verified)`."""

from __future__ import annotations

from collections.abc import Iterable

from protocolbuilder.domain.marks import Power
from protocolbuilder.law.library import NOT_VERIFIED


def marks(powers: Iterable[Power]) -> str:
    """The marks of several powers in their order, each once: `Must, May (some not verified)`; "" for no power."""
    checked: dict[str, set[bool]] = {}
    for power in powers:
        checked.setdefault(power.words, set()).add(power.verified)
    return ", ".join(words + _note(found) for words, found in checked.items())


def _note(verified: set[bool]) -> str:
    if False not in verified:
        return ""
    return f" (some {NOT_VERIFIED})" if True in verified else f" ({NOT_VERIFIED})"
