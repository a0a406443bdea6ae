"""The house style of an organisation: the look of one plain Word file, put onto the templates of every document.

Styles (fonts, sizes, colours), theme, header and footer are taken over; what our documents need stays as it is: the
names of styles, the line with reference and fingerprint, tables and their heads, the language, contrast and size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from protocolbuilder.documents import package
from protocolbuilder.documents.house_furniture import Builder, Furniture
from protocolbuilder.documents.house_look import HEADINGS, SHOWN, Look, Looks, readable
from protocolbuilder.documents.house_refusals import parts_of
from protocolbuilder.documents.visible import W
from protocolbuilder.errors import BadFile

OURS: Final[tuple[str, ...]] = (
    "normal", *HEADINGS, "question", "list bullet", "cell text", "cell head", "cell label", "cell note", "small cell",
    "small cell head", "small cell label", "card text", "card label", "caption", "note", "toc 1", "footer",
    "hyperlink", "strong",
)  # fmt: skip
"""The styles of our templates, by name in lower case, whose look may be another."""
PLACES: Final = ("header", "first header", "footer")
STYLES: Final = "word/styles.xml"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """One value for one file: `sha256` of it and the organisation's name tell it apart from others.

    `taken` and `left_out` say, a line each, what of the file is used and what is not.
    """

    sha256: str
    organisation: str
    looks: Mapping[str, Look] = field(compare=False, repr=False)
    theme: bytes = field(compare=False, repr=False)
    furniture: Mapping[str, Furniture] = field(compare=False, repr=False)
    taken: tuple[str, ...] = field(compare=False)
    left_out: tuple[str, ...] = field(compare=False)


@lru_cache(maxsize=16)
def take(content: bytes, organisation: str = "") -> HouseStyle:
    """The house style in a Word file. `organisation`: its name, for what a screen reader says of its logo.

    Raises BadFile, one clear line, for a file that holds what branding has no need of, and one that holds no branding.
    """
    parts = parts_of(content)
    related = dict(_related(parts))
    theme = package.parse(parts, related["theme"]) if related.get("theme") in parts else None
    if related.get("styles") not in parts:
        raise BadFile("The Word file holds no styles, so there is nothing to take from it.")
    found = Looks(package.parse(parts, related["styles"]), theme)
    told: dict[str, None] = {}
    looks: dict[str, Look] = {}
    for name in OURS:
        if name in found.ids:
            look, lines = readable(name, found.of(found.ids[name]))
            looks[name] = look
            told |= dict.fromkeys(lines)
    furniture = _furniture(parts, found, organisation or "the organisation", told)
    if not looks and not furniture:
        raise BadFile("The Word file holds no styles, header or footer to take over.")
    kept = parts[related["theme"]] if theme is not None and not _leads(theme) else b""
    return HouseStyle(
        sha256(content).hexdigest(), organisation, looks, kept, furniture,
        taken=tuple(_taken(looks, furniture)), left_out=tuple(told),
    )  # fmt: skip


def _related(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """What the document leads to: the kind or id of the relation, and the part's name."""
    name = "word/_rels/document.xml.rels"
    for row in package.parse(parts, name) if name in parts else ():
        target = row.get("Target", "")
        where = target.lstrip("/") if target.startswith("/") else f"word/{target}"
        yield row.get("Type", "").rpartition("/")[2], where
        yield f"#{row.get('Id')}", where


def _leads(root: Any) -> bool:
    return any(str(key).startswith(_R) for one in root.iter() for key in one.attrib)


def _furniture(
    parts: Mapping[str, bytes], looks: Looks, organisation: str, told: dict[str, None]
) -> dict[str, Furniture]:
    """The default header and footer of the first section, and its first header where its first page differs."""
    section = package.parse(parts, package.WORD).find(f".//{W}sectPr")
    related, found = dict(_related(parts)), {}
    for place in PLACES if section is not None else ():
        kind = "first" if place.startswith("first") else "default"
        if kind == "first" and section.find(f"{W}titlePg") is None:
            continue
        rows = section.findall(f"{W}{place.removeprefix('first ')}Reference")
        wanted = [row.get(f"{_R}id") for row in rows if row.get(f"{W}type", "default") == kind]
        name = related.get(f"#{wanted[0]}", "") if wanted else ""
        if name in parts:
            made = Builder(parts, name, place, looks, organisation, told).built()
            if made is not None:
                found[place] = made
    return found


def _taken(looks: Mapping[str, Look], furniture: Mapping[str, Furniture]) -> Iterator[str]:
    for name, look in looks.items():
        said = [
            look.font, f"{look.size / 2:g} points" if look.size else "",
            f"colour #{look.colour}" if look.colour else "", "bold" if look.bold else "",
            "italic" if look.italic else "",
        ]  # fmt: skip
        if any(said) and name in ("normal", *HEADINGS):
            yield f"{SHOWN.get(name, name).capitalize()}: {', '.join(filter(None, said))}."
    for place, one in furniture.items():
        pictures = [f"“{picture.alt}”" for picture in one.pictures.values()]
        yield f"{place.capitalize()}{' with ' + ' and '.join(pictures) if pictures else ''}."
