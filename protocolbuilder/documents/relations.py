"""What leads from one part of an Office file to another, and what each part is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package

_RELS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_PLAIN: Final[Any] = {None: _RELS}


def relate(parts: dict[str, bytes], name: str, kind: str, target: str) -> str:
    """Adds to the relations `name` of a part that it leads to `target`. Returns the id of the relation."""
    root: Any = (
        package.parse(parts, name) if name in parts else etree.Element(f"{{{_RELS}}}Relationships", nsmap=_PLAIN)
    )
    used = {relation.get("Id") for relation in root}
    new = next(f"rIdPB{number}" for number in range(1, len(used) + 2) if f"rIdPB{number}" not in used)
    etree.SubElement(root, f"{{{_RELS}}}Relationship", {"Id": new, "Type": kind, "Target": target})
    parts[name] = package.serialise(root)
    return new


def declare(parts: dict[str, bytes], kinds: Mapping[str, str]) -> None:
    """Says what parts are: name with a slash before it to media type."""
    root = package.parse(parts, package.TYPES)
    for part, kind in kinds.items():
        etree.SubElement(root, f"{{{_TYPES}}}Override", {"PartName": part, "ContentType": kind})
    if not any(row.get("Extension") == "xml" for row in root):
        root.insert(0, etree.Element(f"{{{_TYPES}}}Default", {"Extension": "xml", "ContentType": "application/xml"}))
    parts[package.TYPES] = package.serialise(root)


def declare_extension(parts: dict[str, bytes], extension: str, kind: str) -> None:
    """Says what parts of a name that ends so are, where nothing says it yet."""
    root = package.parse(parts, package.TYPES)
    if not any(row.get("Extension", "").casefold() == extension for row in root):
        root.insert(0, etree.Element(f"{{{_TYPES}}}Default", {"Extension": extension, "ContentType": kind}))
        parts[package.TYPES] = package.serialise(root)
