"""A Word part made plain for a comparison, and what its relationships lead to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.visible import W
from protocolbuilder.errors import BadFile

R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TRACKED: Final = frozenset(
    f"{W}{name}" for name in (
        "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange", "sectPrChange",
        "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange", "tblPrExChange", "numberingChange",
    )
)  # fmt: skip
_UNKNOWN: Final[Mapping[str, str]] = {
    f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes", f"{W}altChunk": "another file inside it",
    f"{W}object": "an embedded object", f"{W}subDoc": "another file inside it",
}  # fmt: skip
_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    f"{W}{name}": frozenset(f"{W}{child}" for child in children.split())
    for name, children in {
        "p": "pPr r hyperlink bookmarkStart bookmarkEnd", "hyperlink": "r bookmarkStart bookmarkEnd",
        "body": "p tbl sectPr", "hdr": "p tbl", "ftr": "p tbl", "tbl": "tblPr tblGrid tr", "tr": "tblPrEx trPr tc",
        "tc": "tcPr p tbl",
    }.items()
}  # fmt: skip
"""What a comparison takes apart, and what may then stand in it. All else stays whole within its run."""
_DROPPED: Final = frozenset(
    f"{W}{name}" for name in (
        "proofErr", "permStart", "permEnd", "commentRangeStart", "commentRangeEnd", "lastRenderedPageBreak",
    )
)  # fmt: skip
_OPENED: Final = {f"{W}sdt": f"{W}sdtContent", f"{W}smartTag": "", f"{W}customXml": "", f"{W}dir": "", f"{W}bdo": ""}
_COMMENTS: Final = (f"{W}commentReference", f"{W}annotationRef")
_REFERS: Final = re.compile(r"(\s*(?:PAGEREF|REF)\s+)([^\s\\]+)", re.IGNORECASE)
_TYPING: Final = ("}rsid", "}paraId", "}textId")


@dataclass(frozen=True, slots=True)
class Relation:
    """`target` is the name of a part, or an address where `external`."""

    kind: str
    target: str
    external: bool


def relations(parts: Mapping[str, bytes], part: str) -> dict[str, Relation]:
    """The relationships of a part by id."""
    name = relations_part(part)
    if name not in parts:
        return {}
    found = {}
    for one in package.parse(parts, name):
        external = one.get("TargetMode", "").casefold() == "external"
        target = one.get("Target", "")
        if not external:
            target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
        found[one.get("Id", "")] = Relation(one.get("Type", ""), target, external)
    return found


def relations_part(part: str) -> str:
    """`word/document.xml` -> `word/_rels/document.xml.rels`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


class Resolved:
    """What the relationships of one part lead to: an address, or the content of a part."""

    def __init__(self, parts: Mapping[str, bytes], part: str) -> None:
        self._parts = parts
        self._relations = relations(parts, part)

    def __call__(self, relation_id: str) -> Hashable:
        found = self._relations.get(relation_id)
        if found is None:
            return None
        return found.target if found.external else sha256(self._parts.get(found.target, b"")).hexdigest()


def link_target(link: Any, resolve: Any) -> Hashable:
    """Where a w:hyperlink leads. All places of the same document count as one: their names are no content."""
    if link is None:
        return None
    return resolve(link.get(f"{R}id")) if link.get(f"{R}id") else "here"


def field_target(instruction: str) -> str:
    """The bookmark that a field refers to (PAGEREF, REF), or ""."""
    found = _REFERS.match(instruction)
    return found.group(2) if found else ""


def without_target(instruction: str, target: str = "") -> str:
    """The instruction of a field with another bookmark in the place of the one it refers to."""
    return _REFERS.sub(lambda found: found.group(1) + target, instruction)


def root_of(parts: Mapping[str, bytes], part: str) -> Any:
    """The root of a part, made plain. Raises BadFile, one clear line, for what a comparison cannot carry."""
    root = package.parse(parts, part)
    if next(root.iter(*_TRACKED), None) is not None:
        raise BadFile(
            "The Word file holds tracked changes. Accept or reject them all first: a comparison shows what differs "
            "between two settled texts."
        )
    unknown = next(root.iter(*_UNKNOWN), None)
    if unknown is not None:
        raise BadFile(f"The Word file holds {_UNKNOWN[unknown.tag]}, which a comparison cannot carry.")
    if any(mark[1:].encode() in parts[part] for mark in _TYPING):
        for element in root.iter(etree.Element):
            for name in [name for name in element.attrib if any(mark in name for mark in _TYPING)]:
                del element.attrib[name]
    _clean(root)
    return root


def _clean(root: Any) -> None:
    for element in list(root.iter(*_DROPPED, *_COMMENTS, etree.Comment, etree.PI)):
        _take_out(element)
    for element in list(root.iter(*_OPENED)):
        inside = _OPENED[element.tag]
        content = element.find(inside) if inside else element
        for child in list(content) if content is not None else ():
            if not child.tag.endswith("Pr"):
                element.addprevious(child)
        element.getparent().remove(element)
    for field in list(root.iter(f"{W}fldSimple")):
        for run in _spelt_out(field):
            field.addprevious(run)
        field.getparent().remove(field)
    for run in [run for run in root.iter(f"{W}r") if not any(child.tag != f"{W}rPr" for child in run)]:
        run.getparent().remove(run)
    for run in [run for run in root.iter(f"{W}r") if run.find(f"{W}fldChar") is not None]:
        _split(run)
    for mark in [one for one in root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd") if one.getparent().tag != f"{W}p"]:
        _into_paragraph(mark)
    for element in root.iter(*_KNOWN):
        strange = next((child.tag for child in element if child.tag not in _KNOWN[element.tag]), None)
        if strange:
            raise BadFile(f"The Word file holds “{etree.QName(strange).localname}”, which a comparison cannot carry.")


def _take_out(element: Any) -> None:
    """Removes an element; what stands after it stays."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail and element.tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _spelt_out(field: Any) -> Iterator[Any]:
    """A w:fldSimple as the runs of a field: only runs can be marked as inserted or deleted."""
    runs = list(field.iterfind(f"{W}r"))
    instruction = field.makeelement(f"{W}instrText")
    instruction.text = field.get(f"{W}instr", "")
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for mark in ("begin", "", "separate", *runs, "end"):
        if not isinstance(mark, str):
            yield mark
            continue
        run = field.makeelement(f"{W}r")
        run.append(field.makeelement(f"{W}fldChar", {f"{W}fldCharType": mark}) if mark else instruction)
        yield run


def _split(run: Any) -> None:
    """A run that begins, parts or ends a field does nothing else."""
    look = run.find(f"{W}rPr")
    said = [child for child in run if child.tag != f"{W}rPr"]
    for child in said[:-1]:
        alone = run.makeelement(run.tag)
        if look is not None:
            alone.append(look.__copy__())
        alone.append(child)
        run.addprevious(alone)


def _into_paragraph(mark: Any) -> None:
    """A bookmark that stands between blocks starts in the next paragraph and ends in the one before."""
    starts = mark.tag == f"{W}bookmarkStart"
    found = mark.getnext() if starts else mark.getprevious()
    while found is not None and found.tag != f"{W}p":
        found = found.getnext() if starts else found.getprevious()
    if found is None:
        mark.getparent().remove(mark)
    elif starts:
        found.insert(1 if found.find(f"{W}pPr") is not None else 0, mark)
    else:
        found.append(mark)
