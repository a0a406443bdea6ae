"""What a Word file for branding may not hold. It is read as hostile; nothing in it is run, fetched or filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.visible import W
from protocolbuilder.errors import BadFile

LARGEST: Final = 5_000_000  # bytes of the file
PLACEHOLDERS: Final = ("{{", "{%", "{#")
LINKS: Final = ("http://", "https://", "mailto:")
_FETCHING: Final = re.compile(
    r"\b(DDE|DDEAUTO|LINK|IMPORT|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|DATABASE|RD|MACROBUTTON|EMBED|CONTROL)\b",
    re.IGNORECASE,
)  # fields that fetch, start or hold something else
_QUOTED: Final = re.compile(r'"[^"]*"|“[^”]*”')
_TAG: Final = re.compile(r"<[^>]*>")
_EMBEDDED: Final = re.compile(r"(^|/)(embeddings|activex|ctrlprops|diagrams|externallinks)/|\.(bin|ole|exe|js|vbs)$")
_HOLDING: Final = re.compile(r"/(oleobject|package|control|afchunk|subdocument|frame|attachedtemplate)$")
_OBJECTS: Final = frozenset({f"{W}object", f"{W}altChunk", f"{W}subDoc", f"{W}control"})
_HYPERLINK: Final = "/hyperlink"


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of the file. Raises BadFile, one clear line, for anything that branding has no need of."""
    if len(content) > LARGEST:
        raise BadFile(f"The file is larger than {LARGEST // 1_000_000} MB. Make its pictures smaller.")
    parts = package.read(content)
    for name in parts:
        if holds_another(name):
            raise BadFile(f"The file holds something embedded ({name[:80]}). Use a plain Word file, for branding only.")
    for name, root in parsed(parts).items():
        _refuse_placeholders(name, root)
        if name.endswith(".rels"):
            _refuse_links(root)
        else:
            _refuse_objects(name, root)
    for name, part in parts.items():
        _refuse_named(name, name)
        _refuse_named(name, _plain(part))
    return parts


def holds_another(name: str) -> bool:
    """Is a part of that name another file within the Word file?"""
    return bool(_EMBEDDED.search(name.casefold()))


def fetching(root: Any) -> str:
    """The first field of a part that fetches or starts something, such as DDE; "" where there is none."""
    found = (_FETCHING.search(_QUOTED.sub("", code)) for code in _field_codes(root))
    return next((hit[0].upper() for hit in found if hit), "")


def parsed(parts: Mapping[str, bytes]) -> dict[str, Any]:
    """The root of every part that is XML, whatever it is called."""
    return {name: package.parse(parts, name) for name, part in parts.items() if _is_xml(name, part)}


def _is_xml(name: str, part: bytes) -> bool:
    return name.endswith((".xml", ".rels", ".vml")) or part.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] == b"<"


def _refuse_placeholders(name: str, root: Any) -> None:
    """In the XML as written, in its text without tags (of each paragraph and of the part), and in each value."""
    written = etree.tostring(root.getroottree(), encoding="unicode")
    _refuse_named(name, written)
    _refuse_named(name, _TAG.sub("", written))
    for text in _texts(root):
        _refuse_named(name, text)


def _texts(root: Any) -> Iterator[str]:
    yield "".join(root.itertext())
    for element in root.iter(etree.Element):
        yield from (str(value) for value in element.attrib.values())
        if element.tag in (f"{W}p", f"{W}r"):
            yield "".join(element.itertext())
        if element.tag == f"{W}p":
            yield "".join(part.text or "" for part in element.iter(f"{W}t", f"{W}delText"))
            yield "".join(part.text or "" for part in element.iter(f"{W}instrText", f"{W}delInstrText"))


def _refuse_named(name: str, text: str) -> None:
    for sign in PLACEHOLDERS:
        if sign in text:
            raise BadFile(
                f"The file holds “{sign}” ({name[:80]}), the start of a placeholder. A file for branding may hold none."
            )


def _plain(part: bytes) -> str:
    """A part that is text, or "" for pictures, fonts and other data."""
    if b"\0" in part:
        return ""
    try:
        return part.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _refuse_links(root: Any) -> None:
    for relation in root.iter(etree.Element):
        kind, target = relation.get("Type", "").casefold(), relation.get("Target", "").strip()
        if _HOLDING.search(kind):
            raise BadFile("The file holds an object or another file. Use a plain Word file, for branding only.")
        outside = relation.get("TargetMode", "").casefold() == "external"
        if outside and not (kind.endswith(_HYPERLINK) and target.casefold().startswith(LINKS)):
            raise BadFile(f"The file links to “{target[:60]}”. Take it out; only web and e-mail addresses may stay.")


def _refuse_objects(name: str, root: Any) -> None:
    for element in root.iter(etree.Element):
        if element.tag in _OBJECTS or (isinstance(element.tag, str) and element.tag.endswith("}OLEObject")):
            raise BadFile("The file holds an embedded object. Use a plain Word file, for branding only.")
    if found := fetching(root):
        raise BadFile(
            f"The file holds a field that fetches or starts something ({found}, in {name[:80]}). Take it out."
        )


def _field_codes(root: Any) -> Iterator[str]:
    """What fields are told, whole although Word splits it over runs."""
    yield from (one.get(f"{W}instr", "") for one in root.iter(f"{W}fldSimple"))
    for paragraph in root.iter(f"{W}p"):
        yield "".join(part.text or "" for part in paragraph.iter(f"{W}instrText", f"{W}delInstrText"))
