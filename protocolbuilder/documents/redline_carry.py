"""The package of the redline: the new file, with what the old text needs brought over from the old one.

Pictures and links come with their relationships. Styles and numbering are taken by name where both files have them
alike, and added under a free id where the new file lacks them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.redline_plain import (
    RELATIONS,
    R,
    Relation,
    field_target,
    relations,
    relations_part,
    without_target,
)
from protocolbuilder.documents.visible import W

STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_STYLED: Final = tuple(f"{W}{name}" for name in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link"))
_BOOKMARKS: Final = (f"{W}bookmarkStart", f"{W}bookmarkEnd")
OF_THE_OLD: Final = 500_000  # added to the number of a bookmark that comes from the old file, so that no two are alike
_REFERENCES: Final = (f"{W}headerReference", f"{W}footerReference")


@dataclass(slots=True)
class Carrier:
    """`made` are the parts of the redline, begun as those of the new file; `old` those of the old one.

    `links` and `bookmarks` gather what was brought over, for `settle` to give names that the redline has.
    """

    old: Mapping[str, bytes]
    made: dict[str, bytes]
    links: list[Any] = field(default_factory=list)
    bookmarks: list[Any] = field(default_factory=list)
    _brought: dict[str, str] = field(default_factory=dict)
    _styles: dict[str, str] | None = None
    _numbers: dict[str, str] | None = None
    _relations: dict[str, Any] = field(default_factory=dict)
    _read: dict[str, dict[str, Relation]] = field(default_factory=dict)

    def carry(self, element: Any, *, source: str, into: str) -> Any:
        """Makes an element of an old part one of a part of the redline, in place."""
        for one in element.iter():
            if one.tag in _REFERENCES or not isinstance(one.tag, str):
                continue
            for name in [name for name in one.attrib if name.startswith(R)]:
                one.set(name, self._relation(one.get(name), source, into))
            if one.tag in _STYLED:
                _rename(one, self.styles)
            elif one.tag == f"{W}numId":
                _rename(one, self.numbers)
            elif (one.tag == f"{W}hyperlink" and one.get(f"{W}anchor")) or one.tag == f"{W}instrText":
                self.links.append(one)
            elif one.tag in _BOOKMARKS:
                one.set(f"{W}id", str(_number(one.get(f"{W}id")) + OF_THE_OLD))
                if one.tag == _BOOKMARKS[0]:
                    self.bookmarks.append(one)
        return element

    def settle(self, root: Any, named: dict[str, str]) -> None:
        """Gives the bookmarks that were brought into `root` names of their own, and leads the links to them.

        `named` says what bookmarks of paragraphs that both files hold are called.
        """
        brought = {id(one) for one in self.bookmarks}
        used = {one.get(f"{W}name") for one in root.iter(_BOOKMARKS[0]) if id(one) not in brought}
        for one in self.bookmarks:
            was = one.get(f"{W}name", "")
            free = (name for number in range(1, 10_000) if (name := f"{was[:33]}_r{number}") not in used)
            name = next(free) if was in used else was
            used.add(name)
            named.setdefault(was, name)
            one.set(f"{W}name", name)
        for one in self.links:
            if one.tag == f"{W}hyperlink":
                one.set(f"{W}anchor", named.get(one.get(f"{W}anchor"), one.get(f"{W}anchor")))
            elif target := field_target(one.text or ""):
                one.text = without_target(one.text, named.get(target, target))

    def same_relations(self, part: str, other: str) -> None:
        """Gives a part of the redline the relationships of another one."""
        for one in self._relations_of(part) if part else ():
            self._relations_of(other).append(one.__copy__())

    def _relation(self, relation_id: str, source: str, into: str) -> str:
        if source not in self._read:
            self._read[source] = relations(self.old, source)
        found = self._read[source].get(relation_id)
        if found is None:
            return relation_id
        target = found.target if found.external else self.bring(found.target)
        return self.relation(into, found.kind, target, external=found.external)

    def relation(self, part: str, kind: str, target: str, *, external: bool = False) -> str:
        """The id of this relationship of a part, which is made where there is none. `target` is a part's name."""
        named = target if external else posixpath.relpath(target, posixpath.dirname(part) or ".")
        root = self._relations_of(part)
        for one in root:
            if (one.get("Type"), one.get("Target")) == (kind, named):
                return str(one.get("Id"))
        used = {one.get("Id") for one in root}
        new = next(f"rIdR{n}" for n in range(1, len(used) + 2) if f"rIdR{n}" not in used)
        said = {"Id": new, "Type": kind, "Target": named} | ({"TargetMode": "External"} if external else {})
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", said)
        return new

    def _relations_of(self, part: str) -> Any:
        name = relations_part(part)
        if name not in self._relations:
            plain: Any = {None: RELATIONS}
            empty = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap=plain)
            self._relations[name] = package.parse(self.made, name) if name in self.made else empty
        return self._relations[name]

    def bring(self, part: str) -> str:
        """Copies a part of the old file, with what it leads to; the name that it has in the redline."""
        if part not in self._brought:
            content = self.old.get(part, b"")
            alike = self.made.get(part) == content and relations_part(part) not in self.old
            self._brought[part] = part if alike else self.free(part)
            if not alike:
                self.add(self._brought[part], content, self._type_of(part))
                for key, one in relations(self.old, part).items():
                    root = self._relations_of(self._brought[part])
                    target = one.target if one.external else "/" + self.bring(one.target)
                    said = {"Id": key, "Type": one.kind, "Target": target}
                    said |= {"TargetMode": "External"} if one.external else {}
                    etree.SubElement(root, f"{{{RELATIONS}}}Relationship", said)
        return self._brought[part]

    def free(self, part: str) -> str:
        """A name like that of a part which no part of the redline has."""
        stem, suffix = posixpath.splitext(part)
        return next(name for n in range(1, len(self.made) + 2) if (name := f"{stem}-r{n}{suffix}") not in self.made)

    def add(self, part: str, content: bytes, kind: str) -> None:
        """A part under a free name. `kind` is its content type."""
        self.made[part] = content
        types = package.parse(self.made, package.TYPES)
        etree.SubElement(types, f"{_TYPES}Override", {"PartName": f"/{part}", "ContentType": kind})
        self.made[package.TYPES] = package.serialise(types)

    def _type_of(self, part: str) -> str:
        default = "application/octet-stream"
        for one in package.parse(self.old, package.TYPES):
            if one.get("PartName") == f"/{part}":
                return str(one.get("ContentType"))
            if one.get("Extension", "").casefold() == posixpath.splitext(part)[1][1:].casefold():
                default = str(one.get("ContentType"))
        return default

    @property
    def styles(self) -> Mapping[str, str]:
        """Style ids of the old file to those of the redline, where they differ."""
        if self._styles is None:
            self._styles = {}
            if STYLES in self.made and STYLES in self.old and self.made[STYLES] != self.old[STYLES]:
                self._bring_styles(self._styles)
        return self._styles

    def _bring_styles(self, found: dict[str, str]) -> None:
        before, now = package.parse(self.old, STYLES), package.parse(self.made, STYLES)
        known = {_named(style): style.get(f"{W}styleId", "") for style in now.iterfind(f"{W}style")}
        used, added = set(known.values()), []
        for style in before.iterfind(f"{W}style"):
            key = style.get(f"{W}styleId", "")
            if _named(style) in known:
                found[key] = known[_named(style)]
                continue
            found[key] = key if key not in used else f"{key}-old"
            style.set(f"{W}styleId", found[key])
            style.attrib.pop(f"{W}default", None)
            added.append(style)
        for style in added:
            for one in style.iter(*_STYLED):
                _rename(one, found)
            for one in style.iter(f"{W}numId"):
                _rename(one, self.numbers)
            now.append(style)
        self.made[STYLES] = package.serialise(now)

    @property
    def numbers(self) -> Mapping[str, str]:
        """Ids of lists of the old file to those of the redline, where they differ."""
        if self._numbers is None:
            self._numbers = {}
            if NUMBERING in self.made and NUMBERING in self.old and self.made[NUMBERING] != self.old[NUMBERING]:
                self._bring_numbers(self._numbers)
        return self._numbers

    def _bring_numbers(self, found: dict[str, str]) -> None:
        before, now = package.parse(self.old, NUMBERING), package.parse(self.made, NUMBERING)
        shapes = {one.get(f"{W}abstractNumId"): one for one in before.iterfind(f"{W}abstractNum")}
        free = 1 + max((_number(one.get(f"{W}abstractNumId")) for one in now.iterfind(f"{W}abstractNum")), default=0)
        list_id = 1 + max((_number(one.get(f"{W}numId")) for one in now.iterfind(f"{W}num")), default=0)
        given: dict[str | None, str] = {}
        for number in list(before.iterfind(f"{W}num")):
            shape = number.find(f"{W}abstractNumId")
            key = shape.get(f"{W}val") if shape is not None else None
            if key not in shapes:
                continue
            if key not in given:
                given[key] = str(free)
                shapes[key].set(f"{W}abstractNumId", str(free))
                for mark in shapes[key].findall(f"{W}nsid"):
                    shapes[key].remove(mark)  # two lists with one mark would count on together
                last = now.findall(f"{W}abstractNum")[-1:]
                now.insert(now.index(last[0]) + 1 if last else 0, shapes[key])
                free += 1
            shape.set(f"{W}val", given[key])
            found[number.get(f"{W}numId", "")] = str(list_id)
            number.set(f"{W}numId", str(list_id))
            now.findall(f"{W}num")[-1].addnext(number) if now.find(f"{W}num") is not None else now.append(number)
            list_id += 1
        self.made[NUMBERING] = package.serialise(now)

    def finish(self) -> dict[str, bytes]:
        """The parts, relationships written."""
        return {**self.made, **{name: package.serialise(root) for name, root in self._relations.items() if len(root)}}


def _rename(element: Any, names: Mapping[str, str]) -> None:
    """Gives what an element names its name in the redline."""
    said = element.get(f"{W}val")
    if said in names:
        element.set(f"{W}val", names[said])


def _number(said: str | None) -> int:
    """A number that another program wrote; what is none counts as 0."""
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else 0


def _named(style: Any) -> tuple[str, str]:
    name = style.find(f"{W}name")
    return (style.get(f"{W}type", ""), name.get(f"{W}val", "").lower() if name is not None else "")
