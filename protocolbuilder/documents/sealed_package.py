"""A Word file as Open Packaging Conventions see it: parts with their types, and the relationships that lead to them.

Read strictly, since a signature covers what a reader would find only where every reader finds the same. What Word's own
signatures leave out is left out of ours too: content types, core and extended properties, the thumbnail, signatures.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from posixpath import basename, dirname, join, normpath
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.errors import BadFile

RELS_TYPE: Final = "application/vnd.openxmlformats-package.relationships+xml"
RELS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ORIGIN: Final = f"{RELS}/digital-signature/origin"
SIGNATURE: Final = f"{RELS}/digital-signature/signature"
ORIGIN_TYPE: Final = "application/vnd.openxmlformats-package.digital-signature-origin"
SIGNATURE_TYPE: Final = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
MAIN: Final = f"{OFFICE}/officeDocument"
TOP: Final = "_rels/.rels"
UNSIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    f"{RELS}/metadata/core-properties": ("application/vnd.openxmlformats-package.core-properties+xml",),
    f"{OFFICE}/extended-properties": ("application/vnd.openxmlformats-officedocument.extended-properties+xml",),
    f"{RELS}/metadata/thumbnail": ("image/jpeg", "image/png", "image/x-emf", "image/x-wmf", "image/gif"),
}
"""Relationships of the package as a whole that no signature covers, and what the parts may be that they lead to."""
MOST: Final = 20_000  # relationships in a file
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_NAME: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/[]")
_ID: Final = re.compile(r"[A-Za-z_][\w.-]*")
_ATTRIBUTES: Final = frozenset({"Id", "Type", "Target", "TargetMode"})
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_DESCRIPTORS: Final = (12, 16, 20, 24)  # bytes that may follow a part whose size was not known when it was begun


@dataclass(frozen=True, slots=True)
class Relation:
    """`part`: the part it leads to, "" where it leads outside the file."""

    id: str
    kind: str
    target: str
    part: str


@dataclass(frozen=True, slots=True)
class Package:
    """`relations`: by the name of the part that holds them (…/_rels/….rels)."""

    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    extensions: Mapping[str, str]
    relations: Mapping[str, tuple[Relation, ...]]

    def type_of(self, name: str) -> str:
        """"" where the file does not say."""
        return self.types.get(name) or self.extensions.get(name.rpartition(".")[2].casefold(), "")

    def of_office(self) -> set[str]:
        """The parts that no signature covers: properties and thumbnail, one of each and of the type it should have."""
        found: dict[str, str] = {}
        for one in self.relations.get(TOP, ()):
            if self.type_of(one.part) in UNSIGNED.get(one.kind, ()) and one.kind not in found:
                found[one.kind] = one.part
        return set(found.values())

    def main(self) -> str:
        """The name of the one main document. Raises BadFile."""
        found = [one for one in self.relations.get(TOP, ()) if one.kind == MAIN or one.kind.endswith("/officeDocument")]
        if len(found) > 1:
            raise BadFile("The Word file has two main documents: programs may show different ones.")
        if not found or found[0].kind != MAIN or found[0].part not in self.parts:
            raise BadFile("The Word file does not say which part is its main document.")
        return found[0].part

    def signatures(self) -> tuple[str, ...]:
        """The parts that hold signatures. Raises BadFile where they are not as they should."""
        origins = [one for one in self.relations.get(TOP, ()) if one.kind == ORIGIN]
        if not origins:
            return ()
        place = origins[0].part
        if len(origins) > 1 or self.type_of(place) != ORIGIN_TYPE or self.parts.get(place) != b"":
            raise BadFile("The list of signatures in the Word file is not as it should be.")
        rows = self.relations.get(rels_of(place), ())
        if any(one.kind != SIGNATURE or self.type_of(one.part) != SIGNATURE_TYPE for one in rows):
            raise BadFile("The list of signatures in the Word file leads to something else than signatures.")
        names = tuple(one.part for one in rows)
        if len(set(names)) < len(names) or any(rels_of(name) in self.parts for name in names):
            raise BadFile("The list of signatures in the Word file is not as it should be.")
        return names

    def of_signatures(self) -> set[str]:
        """Everything in the file that belongs to signatures and is signed by none."""
        found = set(self.signatures())
        for one in self.relations.get(TOP, ()):
            if one.kind == ORIGIN:
                found |= {one.part, rels_of(one.part)}
        return found


def read(docx: bytes) -> Package:
    """The file, read as hostile. Raises BadFile, one clear line, for what two readers could take for two things."""
    parts = package.read(docx)
    _refuse_hidden(docx)
    for name in parts:
        if not _NAME.issuperset(name) or "//" in name:
            raise BadFile(f"The Word file holds a part with a name that Word does not write: {name[:80]}")
    types, extensions = _types(parts)
    relations = {name: _relations(parts, name) for name in parts if name == TOP or is_rels(name)}
    if sum(map(len, relations.values())) > MOST:
        raise BadFile(f"The Word file holds more than {MOST} relationships.")
    for name in relations:
        if (types.get(name) or extensions.get("rels")) != RELS_TYPE:
            raise BadFile(f"The Word file calls its relationships ({name[:80]}) something else.")
    found = Package(parts, types, extensions, relations)
    found.main()
    return found


def without_signatures(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a file as they were before it was signed, for what is made of it and is no longer what was signed.
    Raises BadFile."""
    if TOP not in parts:
        return dict(parts)
    top = package.parse(parts, TOP)
    origins = [row for row in top if row.get("Type") == ORIGIN]
    if not origins:
        return dict(parts)
    gone = set[str]()
    for row in origins:
        place = _led_to("", row.get("Target", ""))
        rels = rels_of(place)
        held = package.parse(parts, rels) if rels in parts else ()
        gone |= {place, rels, *(_led_to(place, one.get("Target", "")) for one in held if one.get("Type") == SIGNATURE)}
        top.remove(row)
    types = package.parse(parts, package.TYPES)
    for row in list(types):
        if row.get("PartName", "")[1:] in gone or row.get("ContentType") == ORIGIN_TYPE:
            types.remove(row)
    kept = {name: part for name, part in parts.items() if name not in gone}
    return {**kept, TOP: package.serialise(top), package.TYPES: package.serialise(types)}


def is_rels(name: str) -> bool:
    return name.endswith(".rels") and basename(dirname(name)) == "_rels"


def rels_of(name: str) -> str:
    """Where the relationships of a part stand: word/document.xml → word/_rels/document.xml.rels."""
    return join(dirname(name), "_rels", f"{basename(name)}.rels")


def source_of(rels: str) -> str:
    """The part whose relationships these are; "" for the package."""
    return join(dirname(dirname(rels)), basename(rels).removesuffix(".rels"))


def _types(parts: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, str]]:
    types: dict[str, str] = {}
    extensions: dict[str, str] = {}
    seen: set[str] = set()
    there = {name.casefold() for name in parts}
    for row in package.parse(parts, package.TYPES):
        kind = row.get("ContentType", "")
        if row.tag == f"{_TYPES}Override":
            key, name = row.get("PartName", "").casefold(), row.get("PartName", "")[1:]
            types[name] = kind
        elif row.tag == f"{_TYPES}Default":
            key = row.get("Extension", "").casefold()
            extensions[key] = kind
        else:
            raise BadFile("The Word file says what its parts are in a way that Word does not write.")
        otherwise = row.tag == f"{_TYPES}Override" and key[1:] in there and row.get("PartName", "")[1:] not in parts
        if key in seen or not kind or otherwise:
            raise BadFile(f"The Word file says twice what its parts are ({key[:80]}).")
        seen.add(key)
    return types, extensions


def _relations(parts: Mapping[str, bytes], name: str) -> tuple[Relation, ...]:
    source, found = source_of(name), []
    if source and source not in parts:
        raise BadFile(f"The Word file holds relationships of a part that is not there: {source[:80]}")
    root = package.parse(parts, name)
    for row in root:
        as_word = row.tag == f"{{{RELS}}}Relationship" and not len(row) and root.tag == f"{{{RELS}}}Relationships"
        mode, target = row.get("TargetMode", "Internal"), row.get("Target", "")
        if not as_word or mode not in ("Internal", "External") or not _ATTRIBUTES.issuperset(row.attrib):
            raise BadFile(f"The relationships in {name[:80]} are not written as Word writes them.")
        part = _led_to(source, target) if mode == "Internal" else ""
        found.append(Relation(row.get("Id", ""), row.get("Type", ""), target, part))
    ids = {one.id for one in found}
    if len(ids) < len(found) or not all(map(_ID.fullmatch, ids)):
        raise BadFile(f"Two relationships in {name[:80]} have the same id, or one has none.")
    return tuple(found)


def _led_to(source: str, target: str) -> str:
    """The part that an internal target names: relative to the folder of its source, or from the root."""
    return normpath(join("/", dirname(source), target.partition("#")[0])).lstrip("/")


def plain_relations(parts: Mapping[str, bytes], name: str) -> bool:
    """Are relationships written without blanks and prefixes? Programs sign others in different ways."""
    root = package.parse(parts, name)
    return all(one.prefix is None and not one.text and not one.tail for one in root.iter(etree.Element))


def _refuse_hidden(docx: bytes) -> None:
    """Every byte of a signed file belongs to a part: what stands between parts, another program could find first."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        infos: list[Any] = sorted(archive.infolist(), key=lambda one: one.header_offset)
        ends, comment = archive.start_dir, archive.comment
    at = 0
    for number, info in enumerate(infos):
        name, extra = _LOCAL.unpack_from(docx, info.header_offset)[-2:]
        end = info.header_offset + _LOCAL.size + name + extra + info.compress_size
        begins = infos[number + 1].header_offset if number + 1 < len(infos) else ends
        allowed = (0, *_DESCRIPTORS) if info.flag_bits & 0x08 else (0,)
        if info.header_offset != at or begins - end not in allowed or (info.is_dir() and info.compress_size):
            raise BadFile("The Word file holds bytes that belong to none of its parts.")
        at = begins
    if comment:
        raise BadFile("The Word file holds bytes that belong to none of its parts.")
