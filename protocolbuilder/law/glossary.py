"""The glossary of the law library: every term, and those that an agreement uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library
from protocolbuilder.law.plain_words import terms_in
from protocolbuilder.law.words import lexicon
from protocolbuilder.law.words.found import lowered
from protocolbuilder.law.words.passages import passages


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as the library writes it. `names` are other names: all it knows, or those that an agreement uses."""

    id: str
    name: str
    meaning: str
    names: tuple[str, ...]
    warning: str


def entries(library: Library) -> tuple[Entry, ...]:
    """Every term, in the order of the alphabet."""
    found = (_entry(record, tuple(record["synonyms"])) for record in library.vocabularies["glossary"].values())
    return tuple(sorted(found, key=lambda entry: lowered(entry.name)))


def used_in(
    schema: Schema, agreement: Agreement, library: Library, *, whole: Agreement | None = None
) -> tuple[Entry, ...]:
    """The terms that the texts of an agreement use and no glossary of its own defines, in the order of the alphabet.

    Ordinary words that the library lists beside a term are no use of it. `whole`: the agreement with all it takes over,
    where `agreement` is a part of it.
    """
    words, own = lexicon.shared(library, frozenset()), _own(whole or agreement)
    used: dict[str, dict[str, None]] = {}
    for passage in passages(schema, agreement):
        if passage.manner != "name":
            for use in terms_in(passage.text, passage.manner, words):
                if use.term.compared and lowered(use.term.name) not in own:
                    used.setdefault(use.term.id, {})[use.term.name] = None
    records = library.vocabularies["glossary"]
    found = (_entry(records[key], tuple(name for name in names)) for key, names in used.items())
    return tuple(sorted(found, key=lambda entry: lowered(entry.name)))


def _entry(record: Mapping[str, Any], names: tuple[str, ...]) -> Entry:
    other = tuple(name for name in names if lowered(name) != lowered(record["canonical"]))
    return Entry(record["id"], record["canonical"], record["expansion"], other, record["warning"])


def _own(agreement: Agreement) -> frozenset[str]:
    rows = agreement.answers.get("glossary")
    return frozenset(lowered(str(row.get("term", ""))) for row in rows) if isinstance(rows, list) else frozenset()
