"""What a signature covers: everything that a reader reaches from the package, and how relationships are digested."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.sealed_package import OFFICE, ORIGIN, RELS, TOP, UNSIGNED, Package, rels_of
from protocolbuilder.errors import BadFile

LEFT_OUT_BY_WORD: Final = frozenset({f"{OFFICE}/customXml", f"{OFFICE}/customXmlProps", f"{OFFICE}/custom-properties"})
"""Relationships that signatures made in Word may leave out, with what they lead to."""
_PLAIN: Final[Any] = {None: RELS}


@dataclass(frozen=True, slots=True)
class Cover:
    """`parts`: names in the order in which they are reached; `relations`: ids by the name of the part they stand in."""

    parts: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def pairs(self) -> set[tuple[str, str]]:
        """What is covered, one by one: (part, "") and (relationships, id)."""
        relations = {(rels, id_) for rels, ids in self.relations.items() for id_ in ids}
        return relations | {(name, "") for name in self.parts}


def whole(found: Package, *, without: frozenset[str] = frozenset()) -> Cover:
    """Everything that is reached but for relationships of the kinds `without`. Raises BadFile, one clear line."""
    aside = {ORIGIN, *UNSIGNED} | without
    top = tuple(one for one in found.relations.get(TOP, ()) if one.kind not in aside)
    relations, parts = {TOP: tuple(one.id for one in top)}, dict[str, None]()
    waiting = deque(top)
    while waiting:
        one = waiting.popleft()
        if not one.part or one.part in parts:
            continue
        if one.part not in found.parts or one.part == package.TYPES:
            raise BadFile(f"The Word file leads to a part that is not there: {one.target[:80]}")
        parts[one.part] = None
        rels = rels_of(one.part)
        rows = [row for row in found.relations.get(rels, ()) if row.kind not in without]
        if rows:
            relations[rels] = tuple(row.id for row in rows)
            waiting += rows
    return Cover(tuple(parts), relations)


def beyond(found: Package, covered: set[tuple[str, str]]) -> tuple[str, ...]:
    """What in the file is neither covered nor among the few things that no signature covers, a sentence each."""
    aside = found.of_signatures() | found.of_office() | {package.TYPES}
    rels = {name: rows for name, rows in found.relations.items() if name not in aside}
    loose = [name for name in found.parts if name not in aside and name not in found.relations]
    parts = [name for name in loose if (name, "") not in covered] + [name for name, rows in rels.items() if not rows]
    led = [
        f"No signature covers that {name} leads to {one.target[:80]}."
        for name, rows in rels.items()
        for one in rows
        if (name, one.id) not in covered and not (name == TOP and one.kind in (ORIGIN, *UNSIGNED))
    ]
    twice = sorted(found.of_office() & {name for name, _ in covered})
    return (
        *(f"No signature covers the part {name[:80]}." for name in parts), *led,
        *(f"The part {name} stands in two places of the file." for name in twice), *_second_of_a_kind(found),
    )  # fmt: skip


def _second_of_a_kind(found: Package) -> list[str]:
    """Properties and thumbnails beyond the first, or that are something else than they are called."""
    said, seen = [], set[str]()
    for one in found.relations.get(TOP, ()):
        if one.kind in UNSIGNED:
            if one.kind in seen or found.type_of(one.part) not in UNSIGNED[one.kind]:
                said.append(f"The part {one.target[:80]} is not what the file calls it.")
            seen.add(one.kind)
    return said


def digested(found: Package, name: str, ids: tuple[str, ...]) -> bytes:
    """Relationships as they are digested: those with these ids, sorted, canonical. Raises KeyError for an id that is
    not there."""
    root = package.parse(found.parts, name)
    rows = {row.get("Id"): row for row in root}
    made: Any = etree.Element(f"{{{RELS}}}Relationships", nsmap=_PLAIN)
    for id_ in sorted(ids):
        told = {"TargetMode": "Internal", **rows[id_].attrib}
        etree.SubElement(made, f"{{{RELS}}}Relationship", told)
    return canonical(made)


def canonical(element: Any) -> bytes:
    """Inclusive Canonical XML 1.0 without comments of an element where it stands, with the namespaces around it.
    Raises BadFile for one that has no such form."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False), _PARSER)
    try:
        made: bytes = etree.tostring(alone, method="c14n", with_comments=False)
    except etree.C14NError as error:
        raise BadFile("The Word file holds XML that has no canonical form.") from error
    return made


_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
