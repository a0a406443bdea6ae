"""Finds the entry of the law library that a printed citation plainly means. Unsure means none, never the likeliest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from protocolbuilder.domain.matching import choice, normal
from protocolbuilder.law.library import GROUPS, Library, doubts

REMARK: Final = re.compile(r"\((?=[^()]*\s)[^()]*\)\s*$")
NUMBER: Final = r"(?!(?:19|20)\d\d\b)\d+[A-Za-z]{0,3}(?:\(\w{1,3}\))*"
PROVISION: Final = re.compile(
    r"\b(?P<mark>ss?|sections?|regs?|regulations?|arts?|articles?|sch|schs|schedules?|paras?|paragraphs?|pts?|parts?)"
    rf"\.?\s*(?P<numbers>{NUMBER}(?:(?:\s*(?:,|-|–|/|&|\band\b|\bto\b)\s*)(?:{NUMBER}|\(\w{{1,3}}\)))*)(?!\w)",
    re.IGNORECASE,
)
MARKS: Final = {"section": "s", "sections": "s", "ss": "s", "regulation": "reg", "article": "art", "schedule": "sch",
                "paragraph": "para", "part": "pt"}
JOINS: Final = re.compile(r"\b(?:of|the|under|and|ff)\b")
NEGATION: Final = re.compile(r"\b(?:not|no|never|without|except|rather than|instead of)\b", re.IGNORECASE)
OTHER_LAW: Final = re.compile(r"\b(?:Jersey|Guernsey|Isle of Man|Bailiwick|EU|1998|Law (?:19|20)\d\d)\b")
ARTICLE: Final = {
    name: re.compile(rf"(?<!\d){start}[ .]?\(?({letter})\)?(?!\w)((?:\s*(?:,|and|or|&|/|;)\s*\((?:{letter})\))*)")
    for name, start, letter in (("art6", r"6[ .]?\(?1\)?", "ea|[a-f]"), ("art9", r"9[ .]?\(?2\)?", "[a-j]"))
}
PARAGRAPHS: Final = re.compile(r"\bpara(?:graph)?s?\.?\s*(\d+(?:\s*(?:,|and|or|&)\s*\d+)*)", re.IGNORECASE)
NUMERAL: Final = re.compile(r"\d")
SCHEDULE: Final = re.compile(r"\bsch(?:edule)?\.?\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cited:
    """A citation taken apart: names of the instrument in the form of `matching.normal`, and its provisions."""

    names: frozenset[str]
    provisions: frozenset[str]


def gateway(library: Library, printed: str) -> str:
    """The id of the one provision the citation names, or "".

    'Children Act 2004 s10 (inherited from Tier 1)', 's.10 of the Children Act 2004' and 'CA 2004 s.10' are one.
    An Act without a section, several sections with entries of their own, or a part of a section that the library
    divides are unsure.
    """
    text = REMARK.sub("", printed).strip()
    cited = _cited(text)
    entries = _gateways(library)
    for key, entry in library.vocabularies["gateways"].items():
        if normal(str(entry["citation"])) in (normal(text), normal(printed)):
            return key
    if not cited.provisions:
        return ""
    same_act = {key: entry for key, entry in entries.items() if cited.names & entry.names}
    whole = frozenset(provision.split("(")[0] for provision in cited.provisions)
    for wanted, holds in ((cited.provisions, _equal), (whole, _equal), (whole, _among)):
        found = [key for key, entry in same_act.items() if holds(wanted, entry.provisions)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def _equal(wanted: frozenset[str], entry: frozenset[str]) -> bool:
    return wanted == entry


def _among(wanted: frozenset[str], entry: frozenset[str]) -> bool:
    return len(wanted) == 1 and wanted < entry


@cache
def _gateways(library: Library) -> Mapping[str, _Cited]:
    found = {}
    for key, entry in library.vocabularies["gateways"].items():
        short = _cited(str(entry["citation"]))
        found[key] = _Cited(short.names | {_instrument(str(entry["act"]))}, short.provisions)
    return found


def doubted(text: str, library: Library) -> tuple[str, ...]:
    """A sentence for each entry that a text of ours cites and nobody has checked: 'CA 1989 s.47(9) is not verified.'"""
    pattern, unsure = _unsure(library)
    cited = dict.fromkeys(hit.group() for hit in pattern.finditer(text))
    return tuple(f"{citation} is {unsure[citation]}." for citation in cited)


@cache
def _unsure(library: Library) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A pattern of the citations that name a place in the law, and what nobody has checked of each."""
    found = {
        str(entry["citation"]): " and ".join(doubts(entry))
        for name in ("gateways", *GROUPS)
        for entry in library.vocabularies[name].values()
        if doubts(entry) and NUMERAL.search(str(entry["citation"]))
    }
    either = "|".join(re.escape(citation) for citation in sorted(found, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either or '(?!)'})(?![\w(])"), found


def _cited(text: str) -> _Cited:
    provisions: set[str] = set()
    for hit in PROVISION.finditer(text):
        mark = hit["mark"].casefold().removesuffix("s") or "s"
        mark = MARKS.get(hit["mark"].casefold(), MARKS.get(mark, mark))
        numbers = re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", hit["numbers"].casefold())
        provisions |= {mark + part.strip() for part in re.split(r",|/|&|\band\b", numbers) if part.strip()}
    if any(provision.startswith("para") for provision in provisions):  # paragraphs run on through a schedule's parts
        provisions = {provision for provision in provisions if not provision.startswith("pt")}
    name = _instrument(PROVISION.sub(" ", text))
    return _Cited(frozenset({name} if name else ()), frozenset(provisions))


def _instrument(text: str) -> str:
    return normal(JOINS.sub(" ", text.replace("&", " and ")))


def conditions(library: Library, printed: str, *, vocabulary: str) -> Mapping[str, tuple[str, ...]]:
    """Ids of the bases and conditions that a printed string plainly names, by vocabulary (art6, art9, sch1).

    `vocabulary` is where the document filed the string: it decides what a bare 'paragraph 18' or a bare name means.
    A string that denies something, or that names another country's or an older law, gives nothing.
    """
    if NEGATION.search(printed) or OTHER_LAW.search(printed):
        return {}
    found: dict[str, list[str]] = {}
    for name, pattern in ARTICLE.items():
        for hit in pattern.finditer(printed):
            letters = [hit.group(1), *re.findall(r"\((\w+)\)", hit.group(2))]
            found.setdefault(name, []).extend(f"art{name[3:]}-{'1' if name == 'art6' else '2'}-{x}" for x in letters)
    schedules = set(SCHEDULE.findall(printed))
    if schedules == {"1"} or (not schedules and vocabulary == "sch1"):
        for hit in PARAGRAPHS.finditer(printed):
            found.setdefault("sch1", []).extend(f"sch1-p{number}" for number in re.findall(r"\d+", hit.group(1)))
    if not found:
        named = choice(((key, str(e["label"])) for key, e in library.vocabularies[vocabulary].items()), printed)
        found = {vocabulary: [named]} if named else {}
    known = {name: tuple(dict.fromkeys(key for key in keys if library.has(name, key))) for name, keys in found.items()}
    return {name: keys for name, keys in known.items() if keys}


DUTY: Final = r"\b(?:duty|must|required|obligation|obliged)\b"
TO_SHARE: Final = re.compile(
    DUTY + r".*?\b(?:to|must)\b (?:disclose|share|notify|supply|provide|report|inform|tell|pass)\b"
)
TO_WORK: Final = re.compile(
    DUTY + r".*\b(?:co operat\w*|cooperat\w*|consider|have regard|make arrangements|arrange)\b"
)
POWER: Final = re.compile(
    r"(?:a |permissive |implied |express |general )*(?:power|permissive|may)\b(?!.*\b(?:duty|must)\b)"
)


def stated_as(printed: str) -> str:
    """What the agreement says a provision does: 'must', 'may', 'co-operate', or "" when its words are not plain.

    'duty' alone is unsure: it may be one to share or one to work together.
    """
    text = normal(printed)
    if NEGATION.search(text):
        return ""
    power, works, shares = POWER.match(text), TO_WORK.search(text), TO_SHARE.search(text)
    if text in ("mandatory", "must share", "duty to share") or (shares and not works and not power):
        return "must"
    if works and not shares and not power:
        return "co-operate"
    return "may" if power and not works and not shares else ""
