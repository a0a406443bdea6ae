"""The agreement's data inside its own Word file, found again by anyone, and told apart from what the file shows.

The data is a custom XML part, known by the namespace of its root and never by its name or number; its digest stands
again in the custom properties. A right digest says nothing of the visible text: `differences` compares that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from hashlib import sha256
from html import escape
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package, visible
from protocolbuilder.documents.embed_parent import Above, attributes, taken, written
from protocolbuilder.documents.relations import declare, relate
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import Agreement, canonical, digest
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.reading import agreement_from, json_values
from protocolbuilder.errors import BadFile

DATA: Final = "urn:protocolbuilder:agreement"
ITEM_ID: Final = "{6D0E4C1B-9E0B-4F57-8C39-2F1A5E7B3D44}"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_CUSTOM: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
CUSTOM: Final = "docProps/custom.xml"
REDLINE: Final = "Redline"
"""The property of a redline: two texts at once, no version, so nothing to import or to sign."""
EXECUTED: Final = "Executed"
"""The property of an executed copy: the version that it is of. It holds no data, for nobody goes on with it."""
IS_REDLINE: Final = (
    "The Word file is a redline: it shows two versions at once and is neither. Import one of them instead."
)
_CUSTOM_TYPE: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPS_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a Word file of ours says of itself: `what` is "agreement" or "protocol", the stamp that of its version."""

    what: str
    stamp: Stamp
    agreement: Agreement
    above: Above | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the visible text is not what the data prints. `place` is the heading above it."""

    place: str
    expected: str
    found: str


def put(
    parts: Mapping[str, bytes], agreement: Agreement, *, what: str, stamp: Stamp, parent: Parent | None = None
) -> dict[str, bytes]:
    """The parts of a Word file with the data inside: the agreement's own answers, with its parent's beside them."""
    made = dict(parts)
    content = canonical(agreement)
    fingerprint = sha256(content).hexdigest()  # what `digest` gives
    made["customXml/item1.xml"] = _data(
        agreement, what, stamp, content=content, fingerprint=fingerprint, parent=parent
    )
    props = etree.Element(f"{{{_DS}}}datastoreItem", {f"{{{_DS}}}itemID": ITEM_ID}, nsmap={"ds": _DS})
    refs = etree.SubElement(props, f"{{{_DS}}}schemaRefs")
    etree.SubElement(refs, f"{{{_DS}}}schemaRef", {f"{{{_DS}}}uri": DATA})
    made["customXml/itemProps1.xml"] = package.serialise(props)
    relate(made, "word/_rels/document.xml.rels", f"{_R}/customXml", "../customXml/item1.xml")
    relate(made, "customXml/_rels/item1.xml.rels", f"{_R}/customXmlProps", "itemProps1.xml")
    declare(made, {"/customXml/itemProps1.xml": _PROPS_TYPE})
    said = {"AgreementId": stamp.reference, "AgreementVersion": stamp.version}
    said |= {"AgreementSchemaVersion": agreement.schema, "AgreementDigest": fingerprint}
    return with_properties(made, said)


def with_properties(parts: Mapping[str, bytes], said: Mapping[str, str]) -> dict[str, bytes]:
    """The parts with these custom properties, in the place of any others."""
    made = dict(parts)
    if CUSTOM not in made:
        relate(made, "_rels/.rels", f"{_R}/custom-properties", CUSTOM)
        declare(made, {f"/{CUSTOM}": _CUSTOM_TYPE})
    made[CUSTOM] = _properties(said)
    return made


def properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The custom properties of a Word file by name. Raises BadFile."""
    if CUSTOM not in parts:
        return {}
    return {row.get("name", ""): "".join(row.itertext()) for row in package.parse(parts, CUSTOM)}


def without(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without the agreement’s data."""
    made = dict(parts)
    for name in [name for name in parts if name.startswith("customXml/") and name.endswith(".xml")]:
        if package.parse(parts, name).tag != f"{{{DATA}}}agreement":
            continue
        beside = f"customXml/_rels/{name.removeprefix('customXml/')}.rels"
        targets = package.parse(parts, beside) if beside in parts else ()
        gone = {name, beside, *(f"customXml/{one.get('Target', '').rpartition('/')[2]}" for one in targets)}
        made = {key: content for key, content in made.items() if key not in gone}
        _forget(made, gone)
    return made


def _forget(parts: dict[str, bytes], gone: set[str]) -> None:
    """Takes parts that are gone out of the content types and out of what the text leads to."""
    for name, key in ((package.TYPES, "PartName"), ("word/_rels/document.xml.rels", "Target")):
        root = package.parse(parts, name)
        for row in list(root):
            if row.get(key, "").removeprefix("..").lstrip("/") in gone:
                root.remove(row)
        parts[name] = package.serialise(root)


def take(docx: bytes) -> Agreement:
    """The agreement inside a Word file of ours, wherever it was saved again. Raises BadFile, one clear line."""
    return origin(docx).agreement


def origin(docx: bytes) -> Origin:
    """The agreement with the stamp it was printed under. Raises BadFile, one clear line."""
    parts = package.read(docx)
    refuse_redline(parts)
    found = [root for root in _custom_roots(parts) if root.tag == f"{{{DATA}}}agreement"]
    if not found:
        raise BadFile(_no_data(parts))
    if len(found) > 1:
        raise BadFile("The Word file holds the data of more than one agreement.")
    root = found[0]
    above = taken(root, DATA)
    agreement = agreement_from(json_values("".join(root.itertext())))
    if digest(agreement) != root.get("digest"):
        raise BadFile("The data inside the Word file was changed after it was made: its digest no longer fits.")
    try:
        at = datetime.fromisoformat(root.get("at", ""))
    except ValueError as error:
        raise BadFile("The data inside the Word file does not say when it was made.") from error
    if at.tzinfo is None or root.get("what") not in ("agreement", "protocol"):
        raise BadFile("The data inside the Word file does not say what it is.")
    named, message = (root.get("id", ""), root.get("version", "")), root.get("message", "")
    stamp = Stamp(*named, digest(agreement), root.get("library", ""), at, message)
    return Origin(root.get("what", ""), stamp, agreement, above)


def holds_data(parts: Mapping[str, bytes]) -> bool:
    return any(root.tag == f"{{{DATA}}}agreement" for root in _custom_roots(parts))


def refuse_redline(parts: Mapping[str, bytes]) -> None:
    """Raises BadFile for a comparison that this program made: what it marks is nobody's proposal."""
    if properties(parts).get(REDLINE):
        raise BadFile(IS_REDLINE)


def differences(docx: bytes, expected: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """Where the visible text differs from `expected`, the parts that the data prints (`word.visible_parts`)."""
    now, then = visible.texts(package.read(docx)), visible.texts(expected)
    headings = {
        block.text
        for block in visible.blocks(expected)
        if isinstance(block, visible.Paragraph) and block.style.lower().startswith(("heading", "title"))
    }
    found, place = [], ""
    for kind, i1, i2, j1, j2 in _steps(then, now):
        if kind != "equal":
            found.append(Difference(place, "\n".join(then[i1:i2]), "\n".join(now[j1:j2])))
        place = next((text for text in reversed(then[i1:i2]) if text in headings), place)
    return tuple(found)


def _steps(then: Sequence[str], now: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """As SequenceMatcher.get_opcodes. What both begin and end with is set aside first: few changes are found fast."""
    shorter = min(len(then), len(now))
    start = next((at for at in range(shorter) if then[at] != now[at]), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if then[-1 - at] != now[-1 - at]), rest)
    middle = SequenceMatcher(None, then[start : len(then) - end], now[start : len(now) - end])
    steps = [("equal", 0, start, 0, start)]
    steps += [(kind, i1 + start, i2 + start, j1 + start, j2 + start) for kind, i1, i2, j1, j2 in middle.get_opcodes()]
    return [*steps, ("equal", len(then) - end, len(then), len(now) - end, len(now))]


def _data(
    agreement: Agreement, what: str, stamp: Stamp, *, content: bytes, fingerprint: str, parent: Parent | None
) -> bytes:
    said = {"schemaVersion": agreement.schema, "what": what, "id": stamp.reference, "version": stamp.version}
    said |= {"digest": fingerprint, "library": stamp.library, "at": stamp.at.isoformat()}
    said |= {"message": stamp.message} if stamp.message else {}
    opening = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<agreement xmlns="{DATA}"{attributes(said)}>'
    above = written(parent) if parent else b""
    return b"".join((opening.encode(), escape(content.decode(), quote=False).encode(), above, b"</agreement>"))


def _properties(said: Mapping[str, str]) -> bytes:
    root = etree.Element(f"{{{_CUSTOM}}}Properties", nsmap=_plain(_CUSTOM) | {"vt": _VT})
    for number, (name, value) in enumerate(said.items(), start=2):
        row = etree.SubElement(root, f"{{{_CUSTOM}}}property", {"fmtid": _FORMAT, "pid": str(number), "name": name})
        etree.SubElement(row, f"{{{_VT}}}lpwstr").text = value
    return package.serialise(root)


def _custom_roots(parts: Mapping[str, bytes]) -> list[Any]:
    names = [name for name in parts if name.startswith("customXml/") and name.endswith(".xml")]
    return [package.parse(parts, name) for name in names]


def _no_data(parts: Mapping[str, bytes]) -> str:
    """Says which agreement it was, when the properties are still there."""
    said = properties(parts)
    if said.get(EXECUTED):
        return f"The Word file is the executed copy of {said[EXECUTED][:60]}. Take the file of that version instead."
    if said.get("AgreementId"):
        return (
            f"The Word file was agreement {said['AgreementId'][:60]}, but another program took its data out. "
            "Import the agreement’s JSON file instead."
        )
    return "The Word file holds no agreement of this product."


def _plain(namespace: str) -> Any:
    """The namespace map of elements written without a prefix."""
    return {None: namespace}
