"""R93: citations and names that the law has left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.words.found import Found, Reading
from protocolbuilder.law.words.lexicon import Lexicon

LEFT_BEHIND: Final = re.compile(
    r"\b(?:replaced|repealed|superseded|revoked|abolished|withdrawn|former|formerly|previously|no longer|known as"
    r"|predecessor|succeeded|before 20\d\d|until 20\d\d)\b"
)
REFUSED: Final = re.compile(r"\b(?:not|never|no|nobody|banned|forbidden|instead of|rather than)\b")
LIVING_ACT: Final = re.compile(r"\b(?:Act|Order|Regulations|Measure)\s+(?:\([^)]*\)\s+)?(?!1998)(?:19|20)\d\d\b", re.I)
NOT_GUIDANCE: Final = re.compile(r"\b(?:act|regulations|agreement|protocol|version)\b", re.IGNORECASE)
BREACH: Final = re.compile(r"\bbreach|\bincident|\b72\b")


def stale(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """What the library lists as stale for the nations of the agreement, unless the sentence says that it is past."""
    for entry in lexicon.stale:
        if not reading.holds(*entry.needles):
            continue
        for hit in entry.pattern.finditer(reading.text):
            if not _meant_otherwise(entry.id, reading, hit):
                yield Found("R93", hit.start(), hit.end(), hit[0], entry.why + ".", f"Use: {entry.better}.", entry.id)


def _meant_otherwise(key: str, reading: Reading, hit: re.Match[str]) -> bool:
    sentence = reading.sentence(hit.start()).text
    before = reading.before(hit.start())
    if LEFT_BEHIND.search(sentence.casefold()):
        return True
    match key:
        case "stale-fax":
            return bool(REFUSED.search(sentence.casefold()))
        case "stale-dpa98-s29":
            return bool(LIVING_ACT.search(sentence))
        case "stale-is-advice-2018":
            return bool(NOT_GUIDANCE.search(hit[0]))
        case "stale-hsa-health-authority":
            return before.endswith(("port ", "special "))
        case "stale-scr":
            return before.rstrip().endswith("mappa")
        case "stale-ico-notification":
            return bool(BREACH.search(sentence.casefold()))
        case _:
            return False
