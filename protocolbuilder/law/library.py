"""The law library as a value: provisions, lawful bases and vocabularies, searchable by name, alias and citation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from protocolbuilder.law.overlay import Overlay, laid_over

OPEN: Final = (
    "agency_types",
    "purposes",
    "data_categories",
    "data_subjects",
    "transfer_methods",
    "retention_schedules",
    "roles",
)
GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "art6": ("art6",),
        "annex1": ("annex1",),
        "art9": ("art9",),
        "art10": ("art10",),
        "sch1": ("sch1-part1", "sch1-part2", "sch1-part3"),
        "part3": ("part3",),
        "sch8": ("sch8",),
        "confidentiality": ("confidentiality",),
    }
)


NOT_VERIFIED: Final = "not verified"
NOT_CONFIRMED: Final = "not confirmed in force"
NOT_APPROVED: Final = "not approved by a second agency"


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """One version of the library. A vocabulary maps ids to entries (the JSON of the pack), in the pack's order."""

    version: str
    vocabularies: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def has(self, vocabulary: str, value: str) -> bool:
        """Whether the vocabulary holds this id."""
        return value in self.vocabularies[vocabulary]

    def entry(self, vocabulary: str, value: str) -> Mapping[str, Any] | None:
        """The entry itself, or None."""
        return self.vocabularies[vocabulary].get(value)

    def label(self, vocabulary: str, value: str) -> str:
        """What an entry is called wherever it is shown: its name, and what nobody has checked of it."""
        entry = self.vocabularies.get(vocabulary, {}).get(value)
        return f"{_name(vocabulary, entry)}{mark(entry)}" if entry else value

    def name(self, vocabulary: str, value: str) -> str:
        """A provision by citation and title, anything else by its label. An unknown id is itself."""
        entry = self.vocabularies.get(vocabulary, {}).get(value)
        return _name(vocabulary, entry) if entry else value

    def broader(self, purposes: Iterable[str]) -> frozenset[str]:
        """The purposes and every broader one above them, the whole chain up."""
        found: set[str] = set()
        waiting = list(purposes)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                above = (self.entry("purposes", key) or {}).get("broader")
                waiting.extend([above] if above else [])
        return frozenset(found)

    def live(self, provision: str, *, on: date) -> bool:
        """Whether a provision may be relied on that day. A null date does not fail; an unverified status does."""
        entry = self.vocabularies["gateways"][provision]
        return entry["status"] == "in-force" and in_force(entry, on=on)

    def choices(self, vocabulary: str) -> tuple[tuple[str, str], ...]:
        """Every entry as (id, label), in the library's order."""
        return tuple((key, self.label(vocabulary, key)) for key in self.vocabularies[vocabulary])

    def words(self, vocabulary: str, value: str) -> str:
        """All words an entry can be found by, in lower case without accents: label, aliases, citation, examples."""
        entry = self.vocabularies[vocabulary][value]
        fields = ("act", "section", "examples", "description", "abbrev", "citation", "title")
        parts = [_name(vocabulary, entry), *(str(entry.get(key) or "") for key in fields), *entry.get("synonyms", ())]
        return plain(" ".join(parts))

    def search(self, vocabulary: str, text: str) -> tuple[tuple[str, str], ...]:
        """The entries that hold every word of the text, those whose label starts with it first."""
        wanted = plain(text).split()
        found = [key for key in self.vocabularies[vocabulary] if all(w in self.words(vocabulary, key) for w in wanted)]
        found.sort(key=lambda key: not plain(self.label(vocabulary, key)).startswith(plain(text)))
        return tuple((key, self.label(vocabulary, key)) for key in found)


def effective(shipped: Library, overlay: Overlay, *, on: date) -> Library:
    """The shipped library with what people recorded on top of it, as it stands on a day.

    Its version is the shipped one and the number of records, "2026.11+3": one more record is a new version. Without
    records it is the shipped library itself.
    """
    if not overlay:
        return shipped
    known = {key: entry for name in ("gateways", *GROUPS) for key, entry in shipped.vocabularies[name].items()}
    changed = laid_over(known, overlay, on=on)
    tables = dict(shipped.vocabularies)
    for name in ("gateways", *GROUPS):
        mine = {key: changed[key] for key in shipped.vocabularies[name] if key in changed}
        added = {key: entry for key, entry in changed.items() if key not in known} if name == "gateways" else {}
        if mine or added:
            tables[name] = MappingProxyType({**shipped.vocabularies[name], **mine, **added})
    return Library(f"{shipped.version}+{len(overlay)}", MappingProxyType(tables))


def in_force(entry: Mapping[str, Any], *, on: date) -> bool:
    """Whether the dates of a record allow the day: from, to and not before. Status is another question."""
    day = on.isoformat()
    starts = (entry.get("in_force_from"), entry.get("not_before"))
    ends = entry.get("in_force_to")
    return all(not start or start <= day for start in starts) and (not ends or day <= ends)


def doubts(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """What nobody has checked of an entry: that it is in force, its record against the source, and for a local entry
    that a second agency stands behind it."""
    found = []
    if entry.get("status") == "unverified":
        found.append(NOT_CONFIRMED)
    if entry.get("verified") is False:
        found.append(NOT_VERIFIED)
    if entry.get("approved") is False:
        found.append(NOT_APPROVED)
    return tuple(found)


def mark(entry: Mapping[str, Any]) -> str:
    """The doubts as they stand after a name: " (not verified)"; "" where there is none."""
    found = doubts(entry)
    return f" ({', '.join(found)})" if found else ""


def cited(entry: Mapping[str, Any]) -> str:
    """The citation with its mark, for wherever a provision is shown by its citation alone."""
    return f"{entry['citation']}{mark(entry)}"


def plain(text: str) -> str:
    """Lower case, without accents, `&` as `and`: what a search compares."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).split())


def _name(vocabulary: str, entry: Mapping[str, Any]) -> str:
    if vocabulary == "gateways":
        return f"{entry['citation']}: {entry['title']}"
    if vocabulary in GROUPS:
        return f"{entry['citation']}: {entry['label']}"
    return str(entry["label"])


def read(
    version: str,
    gateways: Iterable[Mapping[str, Any]],
    bases: Mapping[str, Any],
    vocabulary: Mapping[str, Any],
) -> Library:
    """The library from the JSON of its three files."""
    tables: dict[str, Mapping[str, Mapping[str, Any]]] = {"gateways": _by_id(gateways)}
    for name, groups in GROUPS.items():
        tables[name] = _by_id(entry for entry in bases["entries"] if entry["group"] in groups)
    tables["requirements"] = _by_id(entry for entry in bases["entries"] if entry["group"] == "requirement")
    for name in (*OPEN, "glossary", "stale_citations"):
        tables[name] = _by_id(vocabulary[name])
    return Library(version, MappingProxyType(tables))


def _by_id(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType({entry["id"]: entry for entry in entries})
