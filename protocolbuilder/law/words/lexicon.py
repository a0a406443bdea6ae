"""The words a reading knows: the library's glossary and stale citations, and the agreement's own terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.law.library import Library
from protocolbuilder.law.words.found import lowered

CAPITALS: Final = re.compile(r"\b[A-Z]{2,6}(?=(?:['’]?s)?\b)")
ABBREVIATION: Final = re.compile(r"[A-Z]{2,6}")
EXACT_CASE: Final = frozenset({"stale-no-secrets", "stale-ecm"})
NAMED_BY_ITS_WARNING: Final = re.compile(r"[\w' -]+")
SUPERSEDED: Final = MappingProxyType(
    {
        "PIA": "It was replaced by the DPIA in 2018.",
        "privacy impact assessment": "It was replaced by the data protection impact assessment in 2018.",
        "NOMS": "It ended in 2017.",
        "Fraser competent": "The Fraser guidelines are about contraception and sexual health advice only.",
    }
)
NOT_COMPARED: Final = frozenset(
    {
        # Ordinary words, or things of their own that the glossary lists beside a term.
        "the individual",
        "client",
        "child",
        "young person",
        "minor",
        "juvenile",
        "youth",
        "reasonable",
        "proportionate",
        "charter",
        "accord",
        "tier 1",
        "front door",
        "single point of access",
        "part 3",
        "led",
        "gateway",
        "vires",
        "condition for processing",
        "schedule 2 condition",
        "early help",
        "family help",
        "supporting families",
        "team around the family",
        "confidential patient information",
        "confidential information",
        "pci",
        "written consent",
        "record of processing",
        "record of processing activities",
        "information asset register",
        "informed consent",
        "signed consent",
        "verbal consent",
        "implied consent",
        "explicit consent",
        "health authority",
        "adult review",
        "safeguarding partners",
        "safeguarding children partnership",
        "isp (wales)",
        "dpa (contract)",
        "controller",
        "adult practice review (wales)",
        "mopi code 2005",
        "criminal convictions data",
        "regulator",
        "processor",
        "data processor",
        "data controller",
        "mature minor",
        "adult in need of protection",
        "cspr",
        "lcspr",
    }
)
NOT_MISLEADING: Final = frozenset({"Information Commission", "implied consent"})  # today's name; a matter of consent


@dataclass(frozen=True, slots=True)
class Stale:
    """A citation or name that the law has left behind, as the library describes it. Without one of the `needles`, in
    lower case, a text cannot match the pattern."""

    id: str
    pattern: re.Pattern[str]
    needles: tuple[str, ...]
    why: str
    better: str


@dataclass(frozen=True, slots=True)
class Term:
    """One name of a term of the glossary. `warning` says why this name misleads, or is ""."""

    id: str
    name: str
    canonical: str
    warning: str
    compared: bool
    synonym: bool

    @property
    def short(self) -> bool:
        """Whether the name is an abbreviation."""
        return bool(ABBREVIATION.fullmatch(self.name))


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What one agreement's words are read against. `terms` is by name, lower case unless an abbreviation; `own` are
    the terms of the agreement's own glossary in lower case; `capitals` the abbreviations that need no explaining."""

    stale: tuple[Stale, ...]
    terms: Mapping[str, Term]
    names: re.Pattern[str]
    needles: tuple[str, ...]
    capitals: frozenset[str]
    own: frozenset[str] = frozenset()


@lru_cache(maxsize=16)
def shared(library: Library, nations: frozenset[str]) -> Lexicon:
    """The part of the lexicon that comes from the library, for the law of these nations."""
    stale = tuple(
        Stale(
            key,
            re.compile(entry["pattern"], 0 if key in EXACT_CASE else re.IGNORECASE),
            needles(entry["pattern"]),
            entry["why"],
            entry["replace_with"],
        )
        for key, entry in library.vocabularies["stale_citations"].items()
        if "uk" in entry["jurisdictions"] or nations & set(entry["jurisdictions"])
    )
    terms: dict[str, Term] = {}
    for entry in library.vocabularies["glossary"].values():
        for term in _names(entry, nations):
            terms.setdefault(term.name if term.short else lowered(term.name), term)
    longest = sorted((term.name for term in terms.values()), key=len, reverse=True)
    written = "|".join(_as_written(name) for name in longest)
    names = re.compile(rf"(?<![\w-])(?:{written})(?![\w-])")
    first = tuple(dict.fromkeys(name.casefold().split()[0] for name in longest))
    return Lexicon(stale, MappingProxyType(terms), names, first, _capitals(library))


def of_agreement(library: Library, agreement: Agreement) -> Lexicon:
    """The lexicon of one agreement: the library's for its nations, its glossary, and the names of its bodies."""
    about = agreement.answers.get("about") or {}
    nations = frozenset(nation for nation in about.get("nations", ()) if isinstance(nation, str))
    known = shared(library, nations)
    rows = agreement.answers.get("glossary") or ()
    own = frozenset(lowered(str(row.get("term", ""))) for row in rows)
    named = [str(row.get("term", "")) for row in rows]
    for section in ("parties", "others"):
        named += [str(row.get("name", "")) for row in agreement.answers.get(section) or ()]
    named += [str(about.get("partnership", ""))]
    return _grown(known, own, frozenset(short for name in named for short in CAPITALS.findall(name)))


@lru_cache(maxsize=64)
def _grown(known: Lexicon, own: frozenset[str], capitals: frozenset[str]) -> Lexicon:
    """The same value for the same words, so that what was read against it need not be read again."""
    return replace(known, own=own, capitals=known.capitals | capitals)


def needles(pattern: str) -> tuple[str, ...]:
    """For each alternative of a pattern of the library, its longest plain words, in lower case: `dpa 1998`."""
    choice = re.compile(r"(?<!\\)\([^()]*\|[^()]*\)")
    while choice.search(pattern):
        pattern = choice.sub(".", pattern)
    found = []
    for alternative in pattern.split("|"):
        plain = re.sub(r"\\[a-z]|\\.\??|.\?|\{[^}]*\}|[().*+]", "\n", alternative)
        found.append(max(plain.split("\n"), key=len).casefold())
    return tuple(found)


def _names(entry: Mapping[str, Any], nations: frozenset[str]) -> list[Term]:
    warning = str(entry["warning"])
    applies = "England" not in warning or not nations or "england" in nations
    plain = " " + " ".join(NAMED_BY_ITS_WARNING.findall(lowered(warning).replace("'", ""))) + " "
    found = []
    for name in dict.fromkeys((entry["term"], entry["canonical"], *entry["synonyms"])):
        named = name in entry["synonyms"] and re.search(
            rf"\b{re.escape(lowered(name).replace(chr(39), ''))}s?\b", plain
        )
        misleads = named and applies and name not in NOT_MISLEADING
        why = SUPERSEDED.get(name, warning if misleads else "")
        compared, synonym = lowered(name) not in NOT_COMPARED, name in entry["synonyms"]
        found.append(Term(entry["id"], name, entry["canonical"], why, compared, synonym))
    return found


def _as_written(name: str) -> str:
    """An abbreviation stands in capitals; other names in any case, in singular or plural."""
    if ABBREVIATION.fullmatch(name):
        return rf"{name}(?=s?\b)"
    words = r"\s+".join(re.escape(word) for word in name.split())
    return rf"(?i:{words}s?)"


def _capitals(library: Library) -> frozenset[str]:
    words = []
    for entry in library.vocabularies["glossary"].values():
        words += [entry["term"], entry["expansion"], entry["canonical"], *entry["synonyms"]]
    for entry in library.vocabularies["roles"].values():
        words += [entry["label"], entry["abbrev"]]
    return frozenset(found for text in words for found in CAPITALS.findall(str(text)))
