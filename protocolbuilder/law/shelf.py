"""The library as people look through it: which provisions answer a search, and what an entry says in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.marks import CO_OPERATE, FUNCTION, MAY, MEANINGS
from protocolbuilder.law.citations import doubted
from protocolbuilder.law.library import GROUPS, Library
from protocolbuilder.law.offer import GENERAL
from protocolbuilder.law.offer_words import FORCELESS, SOFT, conditions, nations, says, types

Record = Mapping[str, Any]

KINDS: Final[Mapping[str, str]] = {
    "mandatory": "Duty", "permissive": "Power", "implied": "Function", "restriction": "Restriction",
    "condition": "Condition",
}
STATUSES: Final[Mapping[str, str]] = {
    "in-force": "In force", "unverified": "Commencement not confirmed", "not-yet-commenced": "Not in force yet",
    "repealed": "Repealed", "withdrawn": "Local entry, withdrawn",
    "proposed": "Local entry, not approved by a second agency",
}
GROUP_NAMES: Final[Mapping[str, str]] = {
    "art6": "UK GDPR Article 6", "annex1": "UK GDPR Annex 1: recognised legitimate interests",
    "art9": "UK GDPR Article 9", "art10": "UK GDPR Article 10", "sch1": "DPA 2018 Schedule 1",
    "part3": "DPA 2018 Part 3", "sch8": "DPA 2018 Schedule 8", "confidentiality": "The duty of confidence",
}
_MEANS: Final = {"permissive": MAY, "implied": FUNCTION, "restriction": "restriction", "condition": "condition"}


@dataclass(frozen=True, slots=True)
class Search:
    """What a person looks for; "" where anything will do. Ids of the library, `kind` one of KINDS."""

    words: str = ""
    nation: str = ""
    agency: str = ""
    purpose: str = ""
    kind: str = ""


def provisions(library: Library, search: Search) -> Iterator[Record]:
    """The records that answer every part of a search, those whose name starts with its words first."""
    agencies = {search.agency, "any"} if search.agency else set()
    wanted = library.broader([search.purpose]) if search.purpose else frozenset()
    for key, _ in library.search("gateways", search.words):
        record = library.vocabularies["gateways"][key]
        if search.nation and not {"uk", search.nation} & set(record["jurisdictions"]):
            continue
        if agencies and not agencies & set(record["who_may_rely_on"]):
            continue
        if (not wanted or wanted & set(record["purposes"])) and search.kind in ("", record["kind"]):
            yield record


def does(record: Record) -> str:
    """What it lets or makes somebody do, in the only words for its force: "It may disclose."."""
    return f"It {says(record)}."


def does_not(record: Record) -> tuple[str, ...]:
    """What nobody may read into it, and its limits: a duty to co-operate, consider or arrange is none to disclose."""
    found = [MEANINGS[_MEANS[record["kind"]]]] if record["kind"] in _MEANS else []
    if record["effect"] in SOFT:
        found.append(MEANINGS[CO_OPERATE])
    if record["status"] in FORCELESS:  # what the law requires or allows today
        found.clear()
    limits = conditions(record, general=GENERAL)
    return (*found, *(words for words in limits if words not in record["what_it_does"] or " must " not in words))


def rows(library: Library, record: Record) -> tuple[tuple[str, str], ...]:
    """Who may rely on a provision, towards whom, for what and where: (title, words), in reading order."""
    reliers, targets = record["who_may_rely_on"], record["may_disclose_to"]
    named = (library.label("purposes", key) for key in record["purposes"])
    return (
        ("Who may rely on it", (types(library, reliers) or "Any body") if reliers else "Nobody"),
        ("Towards whom", (types(library, targets) or "Any recipient") if targets else "It names no recipient"),
        ("Purposes", "; ".join(named) or "None named"),
        ("Limit on data", record["data_limit"] or "None recorded"),
        ("Extent", nations(record)),
    )


def notes(library: Library, record: Record) -> str:
    """Notes and traps. Where they name other law that nobody has checked, they say so."""
    others = (words for words in doubted(record["notes"], library) if not words.startswith(f"{record['citation']} is"))
    return " ".join(filter(None, [record["notes"], *others]))


def found(library: Library, entry: str) -> tuple[str, Record] | None:
    """(vocabulary, record) of a provision or lawful basis, or None."""
    for vocabulary in ("gateways", *GROUPS):
        record = library.entry(vocabulary, entry)
        if record is not None:
            return vocabulary, record
    return None
