"""Lists in little room: as many entries as fit, and then how many more there are. Nothing is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from protocolbuilder.documents.answers import NOT_STATED

SEE: Final = "see the agreement"
_END: Final = re.compile(r"(?<=[.!?])\s+")


def enough(entries: Iterable[str], limit: int, *, between: str = "; ") -> str:
    """`Police; Council; and 4 more`: the entries, each once, that fit into `limit` characters. The page says, once for
    all its lists, where the others are."""
    every = list(dict.fromkeys(filter(None, entries)))
    kept: list[str] = []
    for entry in every:
        if len(between.join([*kept, entry])) > limit:
            break
        kept.append(entry)
    rest = len(every) - len(kept)
    if not every:
        return NOT_STATED
    if not kept:
        return f"{rest}, {SEE}" if rest > 1 else f"Too long for this page, {SEE}"
    return between.join([*kept, *([f"and {rest} more"] if rest else [])])


def passage(text: str, limit: int, *, place: str) -> str:
    """The text where it is short enough, else the sentences that fit and where the rest stands. `place`: the title of
    its section."""
    if len(text) <= limit:
        return text
    told = f"More in “{place}” of the agreement."
    kept = ""
    for sentence in _END.split(text):
        if len(kept) + len(sentence) + len(told) > limit:
            break
        kept += f"{sentence} "
    return f"{kept}{told}" if kept else f"See “{place}” in the agreement."
