"""What an item is called: its name is made of its answers, by the `x-name` templates of its section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import shown_each
from protocolbuilder.domain.schema import Schema, Section

VARIABLE = re.compile(r"\{(\w+)\}")
BRACKET = re.compile(r" \([^()]{1,50}\)$")
MOST_NAMED = 3  # entries of a list that a name spells out
LONGEST = 160  # characters of a name; longer ones end in an ellipsis (names only: the answer itself is never cut)


class Labels(Protocol):
    """What gives labels of vocabularies: the law library."""

    def label(self, vocabulary: str, value: str) -> str:
        """The label of an entry, or the id itself when there is none."""


class ItemNames(Protocol):
    """What gives names of items."""

    def item(self, item_id: str) -> str:
        """The name of an item."""


def place_in_words(schema: Schema, names: ItemNames, address: str) -> tuple[str, ...]:
    """`flows.k3f9.frequency` -> ("Flows", "Police to Council", "How often"). An unknown address is itself."""
    key, *rest = address.split(".")
    section = schema.sections.get(key)
    if section is None:
        return (address,)
    parts = [section.title]
    if section.is_list and rest:
        parts.append(names.item(rest.pop(0)))
    return (*parts, *(section.questions[one].title for one in rest if one in section.questions))


class AgreementNames:
    """The `Names` of one agreement: labels from the law library, item names from the agreement."""

    def __init__(self, schema: Schema, agreement: Agreement, library: Labels) -> None:
        self._library = library
        self._items: dict[str, tuple[Section, Mapping[str, Any], int]] = {
            item["id"]: (section, item, place)
            for key, section in schema.sections.items()
            if section.is_list
            for place, item in enumerate(agreement.answers.get(key, ()), start=1)
        }
        self._named: dict[str, str] = {}

    def choice(self, vocabulary: str, value: str) -> str:
        """The label of an entry of a vocabulary."""
        return self._library.label(vocabulary, value)

    def item(self, item_id: str) -> str:
        """The name of an item. An item that lacks all answers for a name is called by its place: `Flow 3`."""
        if item_id not in self._named:
            self._named[item_id] = item_id  # an item that refers to itself is called by its id
            found = self._items.get(item_id)
            if found:
                self._named[item_id] = self._name(*found)
        return self._named[item_id]

    def _name(self, section: Section, item: Mapping[str, Any], place: int) -> str:
        for template in section.name:
            wanted = VARIABLE.findall(template)
            if all(item.get(key) not in (None, "", []) for key in wanted):
                words = {key: _listed(shown_each(section.questions[key], item[key], self)) for key in wanted}
                name = " ".join(template.format_map(words).split())
                return name if len(name) <= LONGEST else _cut(name)
        return f"{section.one} {place}"


def _cut(name: str) -> str:
    """A long name keeps the bracket at its end, which says what nobody has checked of it: “(not verified)”."""
    bracket = BRACKET.search(name)
    kept = bracket[0] if bracket else ""
    return f"{name[: LONGEST - 1 - len(kept)].rstrip(' ,;:…')}…{kept}"


def _listed(entries: tuple[str, ...]) -> str:
    """'Police, Council, School and 4 more': a name says how many it does not spell out."""
    rest = len(entries) - MOST_NAMED
    return ", ".join(entries) if rest < 2 else f"{', '.join(entries[:MOST_NAMED])} and {rest} more"
