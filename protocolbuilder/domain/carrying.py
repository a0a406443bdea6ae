"""How the items of a protocol are known in an agreement under it, and what of its answers can be carried over.

An item of the protocol is one of the agreement's own when both have the same id (in a list that is taken over) or the
same name. Any other keeps its id, or gets a new one where the agreement uses that id for something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.agreement import ABSENT, Agreement
from protocolbuilder.domain.journey import required
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.schema import Question, Schema, Section

LONGEST_ID: Final = 32
_WRONG_SHAPE: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError)


class _Ids:
    """Calls an entry of a vocabulary by its id: enough to tell whether two names are the same."""

    def label(self, vocabulary: str, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Carried:
    """`targets` gives the id here of every item of the parent that is here, its own or taken over."""

    parent: Agreement
    targets: Mapping[str, str]

    def address(self, place: str) -> str:
        """An address of the parent as it is here, or "" where its item is not here."""
        key, *rest = place.split(".")
        if rest and isinstance(self.parent.answers.get(key), list):
            rest[0] = self.targets.get(rest[0], "")
            return ".".join((key, *rest)) if rest[0] else ""
        return place

    def value(self, question: Question, value: Any) -> Any:
        """An answer of the parent as it is here. ABSENT when all that it refers to is not here."""
        if not question.refers:
            return value
        if isinstance(value, list):
            return [self.targets[one] for one in value if isinstance(one, str) and one in self.targets] or ABSENT
        return self.targets.get(value, ABSENT) if isinstance(value, str) else ABSENT

    def items(self, section: Section) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """Each item of the parent with its id there and what it is here; None for one that is not here."""
        for item in _items(self.parent, section.id):
            yield item["id"], self._item(section, item) if item["id"] in self.targets else None

    def _item(self, section: Section, item: Mapping[str, Any]) -> dict[str, Any]:
        made = {"id": self.targets[item["id"]]}
        for key, question in section.questions.items():
            if key in item and (value := self.value(question, item[key])) is not ABSENT:
                made[key] = value
        return made


def carried(schema: Schema, child: Agreement, parent_schema: Schema, parent: Agreement) -> Carried:
    """Which items of the parent are here, and under which ids.

    An item is not taken over when an answer that it must have refers to nothing that is here.
    """
    lists = [
        section
        for key, section in schema.sections.items()
        if section.is_list and key in parent_schema.sections and parent_schema.sections[key].is_list
    ]
    targets = _known(schema, child, parent_schema, parent, lists)
    found = Carried(parent, targets)
    while lost := [
        item["id"]
        for section in lists
        for item in _items(parent, section.id)
        if item["id"] in targets and targets[item["id"]] not in _ids(child, section.id)
        and _lacks(section, item, found)
    ]:  # fmt: skip
        for item_id in lost:
            del targets[item_id]
    return found


def _lacks(section: Section, item: Mapping[str, Any], found: Carried) -> bool:
    """Whether an answer that it must have refers to nothing that is here."""
    return any(
        key in item and section.questions[key].refers and found.value(section.questions[key], item[key]) is ABSENT
        for key in required(section, item)
    )


def _known(
    schema: Schema, child: Agreement, parent_schema: Schema, parent: Agreement, lists: list[Section]
) -> dict[str, str]:
    ours, theirs = AgreementNames(schema, child, _Ids()), AgreementNames(parent_schema, parent, _Ids())
    used = {one for section in schema.sections.values() if section.is_list for one in _ids(child, section.id)}
    used |= {one for key in parent_schema.sections for one in _ids(parent, key)}
    targets: dict[str, str] = {}
    for section in lists:
        own, by_name = _ids(child, section.id), _by_name(section, child, ours)
        for item in _items(parent, section.id):
            old = item["id"]
            same = by_name.get(_name(section, item, theirs) or "", "")
            if section.inherit == "own":
                targets |= {old: same} if same else {}
            elif old in own or same:
                targets[old] = old if old in own else same
            elif not _shut(section, child):
                targets[old] = _free(old, section, child, own=own, used=used)
                used.add(targets[old])
    return targets


def _shut(section: Section, child: Agreement) -> bool:
    """A list that the agreement answers as a whole."""
    if section.inherit == "locked":
        return False
    replaced = section.inherit == "replace" and bool(child.answers.get(section.id))
    return replaced or section.id in child.does_not_apply


def _free(old: str, section: Section, child: Agreement, *, own: frozenset[str], used: set[str]) -> str:
    """Its own id, unless the agreement uses that for something else. One given before is found again."""
    others = {one for key in child.answers if key != section.id for one in _ids(child, key)}
    if old not in others:
        return old
    number = 1
    while True:
        new = f"p{number}-{old}"[:LONGEST_ID].rstrip("-")
        if new in own or new not in used:
            return new
        number += 1


def _by_name(section: Section, agreement: Agreement, names: AgreementNames) -> dict[str, str]:
    """Name -> id. Of two items of one name the first counts."""
    found: dict[str, str] = {}
    for item in _items(agreement, section.id):
        if name := _name(section, item, names):
            found.setdefault(name, item["id"])
    return found


def _name(section: Section, item: Mapping[str, Any], names: AgreementNames) -> str:
    """The name of an item to compare, or "" when nothing is stated that names it."""
    try:
        name = names.item(item["id"])
    except _WRONG_SHAPE:  # an answer that makes up the name is wrong, as a draft's may be
        return ""
    return "" if name == f"{section.one} {item['id']}" else " ".join(name.split()).casefold()


def _items(agreement: Agreement, section_id: str) -> list[Any]:
    found = agreement.answers.get(section_id)
    return found if isinstance(found, list) else []


def _ids(agreement: Agreement, section_id: str) -> frozenset[str]:
    return frozenset(item["id"] for item in _items(agreement, section_id))
