"""R94: abbreviations in capitals, and where a text writes them out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from protocolbuilder.law.words.found import Found, Reading
from protocolbuilder.law.words.lexicon import CAPITALS, Lexicon

EVERYDAY: Final = frozenset({
    "UK", "GB", "EU", "USA", "US", "NI", "NHS", "GP", "GDPR", "ID", "IT", "PDF", "TV", "CD", "DVD", "USB", "CCTV",
    "DNA", "HIV", "AIDS", "SMS", "QR", "URL", "VAT", "PIN", "ISO", "HR", "MP", "BBC", "CEO", "OK", "PO", "TLS", "AES",
    "GPS", "PC", "AM", "PM", "HM", "QC", "KC", "BSL",
})
EMPHASIS: Final = frozenset({
    "NOT", "MUST", "MAY", "AND", "OR", "ALL", "ANY", "NO", "YES", "ONLY", "NEVER", "ALWAYS", "DO", "IF", "THE",
    "WITH", "BEFORE", "AFTER", "SHALL", "CANNOT", "WILL", "BOTH", "EACH", "EVERY", "THIS", "THAT", "THESE", "WHEN",
    "WHERE", "WHO", "WHY", "HOW", "IS", "ARE", "BE", "BEEN", "HAS", "HAVE", "NOW", "ONE", "TWO", "THREE", "FOUR",
    "FIVE", "SIX", "TEN", "FIRST", "TYPE", "TYPES", "NOTE", "NOTES", "URGENT", "SECRET", "DRAFT", "FINAL", "STOP",
    "SAME", "MORE", "LESS", "OTHER", "OTHERS", "THEIR", "OUT", "IN", "ON", "TO", "AT", "BY", "OF", "OFF", "UP",
    "AN", "AS", "WE", "YOU", "YOUR", "FOR", "FROM", "NONE", "NEED", "NEEDS", "SHOULD", "CAN", "TICK", "BOX", "FORM",
    "DATE", "NAME", "PART", "TERMS", "DATA",
})
ROMAN: Final = re.compile(r"[IVXLC]+")
SHOUTED: Final = re.compile(r"\b[A-Z]{2,}(?:[ \t:/&-]+[A-Z]{2,}){2,}\b|(?<=\n)[^a-z\n]+(?=\n)|\A[^a-z\n]+(?=\n)")
IN_BRACKETS: Final = re.compile(r"\(\s*(?:the |hereafter |known as |or )?[\"“‘']?([A-Z]{2,6})(?:['’]?s)?[\"”’']?\s*\)")
THEN_WORDS: Final = re.compile(
    r"\b([A-Z]{2,6})s?\s*(?:\(|: |, which stands for |stands for |means |is short for )([^().;]{4,120})"
)
WORD: Final = re.compile(r"[A-Za-z][\w'’-]*")
HYPHENS: Final = re.compile(r"[\s-]+")


def expanded(text: str) -> Iterator[tuple[str, int]]:
    """Each abbreviation that the text writes out, and where: `multi-agency safeguarding hub (MASH)` or the reverse."""
    for hit in IN_BRACKETS.finditer(text):
        before = WORD.findall(HYPHENS.sub(" ", text[max(hit.start() - 160, 0) : hit.start()]))
        if _initials(hit[1], before[-(len(hit[1]) + 5) :]):
            yield hit[1], hit.start()
    for hit in THEN_WORDS.finditer(text):
        if _initials(hit[1], WORD.findall(HYPHENS.sub(" ", hit[2]))[: len(hit[1]) + 5]):
            yield hit[1], hit.start()


def _initials(short: str, words: list[str]) -> bool:
    """Whether most letters of the abbreviation start these words, in order."""
    letters = iter(short)
    waiting = next(letters, "")
    found = 0
    for word in words:
        if waiting and word[0].upper() == waiting:
            found += 1
            waiting = next(letters, "")
    return found >= max(2, len(short) - 1)


def undefined(reading: Reading, lexicon: Lexicon, *, expanded_before: Collection[str] = ()) -> Iterator[Found]:
    """Each abbreviation in capitals that nothing has explained, once, where it first stands.

    Headings in capitals, roman numbers, stressed words, and names of standards and Acts with their number are none.
    """
    here = dict(reversed(list(expanded(reading.text))))
    known = lexicon.capitals | EVERYDAY | EMPHASIS | set(expanded_before)
    text = SHOUTED.sub(lambda hit: " " * len(hit[0]), reading.text)
    seen: set[str] = set()
    for hit in CAPITALS.finditer(text):
        short = hit[0]
        if short in known or short in seen or ROMAN.fullmatch(short) or _part_of_a_code(text, hit):
            continue
        seen.add(short)
        if short not in here or hit.start() < here[short]:
            why = "Not every reader knows what this stands for, and nothing explains it before here."
            yield Found("R94", hit.start(), hit.end(), short, why, f"Write it out here, then “({short})” after it.")


def _part_of_a_code(text: str, hit: re.Match[str]) -> bool:
    return (
        bool(re.match(r"s?[ -]?\d", text[hit.end() : hit.end() + 3]))
        or text[max(hit.start() - 1, 0) : hit.start()]
        in (
            "&",
            "-",
            ".",
            "/",
            "#",
        )
        or bool(re.search(r"\d[ -]?$", text[max(hit.start() - 2, 0) : hit.start()]))
    )
