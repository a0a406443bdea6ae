"""Puts a house style onto a Word template, once for each pair; documents are then made from the dressed template."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.house_furniture import Furniture
from protocolbuilder.documents.house_look import Look, put
from protocolbuilder.documents.house_pictures import OPENING, SPACES
from protocolbuilder.documents.house_style import STYLES, HouseStyle
from protocolbuilder.documents.relations import declare, relate
from protocolbuilder.documents.visible import HOUSE, W, style_names
from protocolbuilder.errors import BadFile

_OFFICE: Final = SPACES["r"]
_R: Final = f"{{{_OFFICE}}}"
_WORDML: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_THEME: Final = "application/vnd.openxmlformats-officedocument.theme+xml"
_RELS: Final = "word/_rels/document.xml.rels"
_SIGNS: Final = re.compile(r"\{[{%#]")
EDGE: Final = "400"  # twips (7 mm) from the paper's edge to a header or footer: they leave the text its room


@lru_cache(maxsize=48)
def dressed(template: bytes, style: HouseStyle) -> bytes:
    """The template in the house style. The same input gives the same bytes. Raises BadFile."""
    parts = package.read_own(template)
    parts[STYLES] = _styles(parts[STYLES], style)
    if style.theme and not any(name.startswith("word/theme/") for name in parts):
        _add(parts, "theme/theme1.xml", style.theme, kind="theme", media_type=_THEME)
    body = package.parse(parts, package.WORD)
    sections = list(body.iter(f"{W}sectPr"))
    for place, one in _furniture(style, covered=_has_cover(body, parts)).items():
        if place == "footer":
            _below(parts, one, sections)
        else:
            _above(parts, place, one, sections)
    _first_footer(sections)
    for margin in body.iter(f"{W}pgMar"):
        margin.set(f"{W}header", EDGE)
        margin.set(f"{W}footer", EDGE)
    parts[package.WORD] = package.serialise(body)
    return package.write(parts)


def _has_cover(body: Any, parts: dict[str, bytes]) -> bool:
    """Whether its first page is one: a list of contents comes after it."""
    contents = {key for key, name in style_names(parts).items() if name.lower() == "toc heading"}
    return any(one.get(f"{W}val") in contents for one in body.iter(f"{W}pStyle"))


def _furniture(style: HouseStyle, *, covered: bool) -> dict[str, Furniture]:
    """Without a cover, the first page is a page like the others, with the header of those where there is one."""
    found = dict(style.furniture)
    if not covered and "first header" in found:
        first = found.pop("first header")
        found.setdefault("header", first)
    return found


def _styles(content: bytes, style: HouseStyle) -> bytes:
    """Our styles by name, with the look of those of the same name."""
    root = package.parse({STYLES: content}, STYLES)
    for one in root.iter(f"{W}style"):
        look = style.looks.get(one.find(f"{W}name").get(f"{W}val", "").lower())
        if look is not None and one.get(f"{W}default") != "1":
            put(_properties(one), look)
    put(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"), style.looks.get("normal", Look()))
    for name in HOUSE:
        made = etree.SubElement(
            root, f"{W}style",
            {f"{W}type": "paragraph", f"{W}customStyle": "1", f"{W}styleId": name.replace(" ", "").capitalize()},
        )  # fmt: skip
        etree.SubElement(made, f"{W}name", {f"{W}val": name})
        etree.SubElement(made, f"{W}basedOn", {f"{W}val": _default(root)})
        spacing = etree.SubElement(etree.SubElement(made, f"{W}pPr"), f"{W}spacing")
        for key, value in (("before", "0"), ("after", "0"), ("line", "240"), ("lineRule", "auto")):
            spacing.set(f"{W}{key}", value)
    return package.serialise(root)


def _properties(style: Any) -> Any:
    """The run properties of a style, which stand before those of tables."""
    found = style.find(f"{W}rPr")
    if found is None:
        found = style.makeelement(f"{W}rPr")
        after = [at for at, one in enumerate(style) if one.tag in (f"{W}tblPr", f"{W}trPr", f"{W}tcPr")]
        style.insert(after[0] if after else len(style), found)
    return found


def _default(root: Any) -> str:
    found = (one for one in root.iter(f"{W}style") if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default"))
    return str(next(found).get(f"{W}styleId"))


def _add(parts: dict[str, bytes], target: str, content: bytes, *, kind: str, media_type: str) -> str:
    """A part that the document leads to. Returns the id of the relation."""
    parts[f"word/{target}"] = content
    declare(parts, {f"/word/{target}": media_type})
    return relate(parts, _RELS, f"{_OFFICE}/{kind}", target)


def _above(parts: dict[str, bytes], place: str, one: Furniture, sections: list[Any]) -> None:
    """A header for every section, or for the first page of the first."""
    first = place.startswith("first")
    name = "header-house-first.xml" if first else "header-house.xml"
    content = f"<w:hdr {OPENING}>{one.xml}</w:hdr>".encode()
    relation = _add(parts, name, content, kind="header", media_type=f"{_WORDML}.header+xml")
    _pictures(parts, name, one)
    for section in sections[:1] if first else sections:
        _refer(section, "header", "first" if first else "default", relation)


def _below(parts: dict[str, bytes], one: Furniture, sections: list[Any]) -> None:
    """Below the lines of our own in every footer; they may hold no variable but those that stood there."""
    related = {row.get("Id"): row.get("Target") for row in package.parse(parts, _RELS)}
    names = {row.get(f"{_R}id") for section in sections for row in section.findall(f"{W}footerReference")}
    for name in sorted(str(related[key]) for key in names):
        root = package.parse(parts, f"word/{name}")
        before = len(_SIGNS.findall("".join(root.itertext())))
        root.extend(etree.fromstring(f"<w:ftr {OPENING}>{one.xml}</w:ftr>"))
        if len(_SIGNS.findall("".join(root.itertext()))) != before:
            raise BadFile("The footer of the house style holds a placeholder.")
        parts[f"word/{name}"] = package.serialise(root)
        _pictures(parts, name, one)


def _pictures(parts: dict[str, bytes], name: str, one: Furniture) -> None:
    """The pictures of a header or footer, with what leads to them under the ids that its XML says."""
    rows = []
    for number, (relation, picture) in enumerate(one.pictures.items(), start=1):
        where = f"media/house-{name.removesuffix('.xml')}-{number}.{picture.suffix}"
        parts[f"word/{where}"] = picture.content
        declare(parts, {f"/word/{where}": f"image/{picture.suffix}"})
        rows.append(f'<Relationship Id="{relation}" Type="{_OFFICE}/image" Target="{where}"/>')
    if rows:
        space = "http://schemas.openxmlformats.org/package/2006/relationships"
        parts[f"word/_rels/{name}.rels"] = f'<Relationships xmlns="{space}">{"".join(rows)}</Relationships>'.encode()


def _refer(section: Any, kind: str, which: str, relation: str) -> None:
    section.insert(0, section.makeelement(f"{W}{kind}Reference", {f"{W}type": which, f"{_R}id": relation}))


def _first_footer(sections: list[Any]) -> None:
    """Where a first page has a header of its own it has the footer of the others, with reference and fingerprint."""
    for section in sections[:1]:
        if any(row.get(f"{W}type") == "first" for row in section.findall(f"{W}headerReference")):
            footer = section.find(f"{W}footerReference")
            if footer is not None:
                _refer(section, "footer", "first", footer.get(f"{_R}id"))
            etree.SubElement(section, f"{W}titlePg")
