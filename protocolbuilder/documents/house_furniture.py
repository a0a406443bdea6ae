"""The header and footer of a house style, built anew from what is plain in them: text, lines, simple tables, pictures.

Whatever is not on the lists below is left out and told: fields, text boxes, shapes, links, comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.house_look import CONTRAST, WHITE, Look, Looks, contrast, put
from protocolbuilder.documents.house_pictures import EMU, SPACES, Logo, shown, side
from protocolbuilder.documents.visible import W
from protocolbuilder.errors import BadFile

LONGEST: Final = 600  # characters of a header or footer
MOST: Final = 12  # paragraphs of it
PICTURES: Final = 6
SMALLEST: Final = 24  # half points
TALLEST: Final = {"header": 15 * EMU // 10, "first header": 3 * EMU, "footer": 15 * EMU // 10}
STYLES: Final = {"header": "House header", "first header": "House header", "footer": "House footer"}
ROOM: Final = 120  # twentieths of a point between a header and what is below it
FIRST_NUMBER: Final = 900_001  # of pictures: those of a body count from 1001
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNWRAPPED: Final = frozenset(f"{W}{name}" for name in ("hyperlink", "sdt", "sdtContent", "ins", "smartTag", "moveTo"))
_KEPT: Final = frozenset(
    f"{W}{name}"
    for name in (
        "jc", "spacing", "ind", "pBdr", "top", "bottom", "left", "right", "between", "shd", "tblPr", "tblW",
        "tblLayout", "tblBorders", "insideH", "insideV", "tblCellMar", "tblInd", "tblGrid", "gridCol", "tr", "trPr",
        "trHeight", "cantSplit", "tc", "tcPr", "tcW", "gridSpan", "vAlign", "tcBorders", "tcMar",
    )
)  # fmt: skip
_FINGERPRINT: Final = re.compile(r"([0-9a-f]{4} ){15}[0-9a-f]{4}")
_SIGNS: Final = frozenset(f"{W}{name}" for name in ("tab", "ptab", "br", "cr", "noBreakHyphen"))


@dataclass(frozen=True, slots=True)
class Furniture:
    """One header or footer: its blocks as XML, and its pictures by the id of their relation."""

    xml: str
    pictures: Mapping[str, Logo]


@dataclass(slots=True)
class Builder:
    """Builds one header or footer anew. `parts` and `name` say where it stands in the file it comes from."""

    parts: Mapping[str, bytes]
    name: str
    place: str
    looks: Looks
    organisation: str
    told: dict[str, None]
    pictures: dict[str, Logo] = field(default_factory=dict)
    floating: list[Any] = field(default_factory=list)

    def built(self) -> Furniture | None:
        """None where it says nothing and shows nothing. Raises BadFile."""
        holder: Any = etree.Element(f"{W}hdr", nsmap=SPACES)
        for block in self.blocks(package.parse(self.parts, self.name), WHITE):
            holder.append(block)
        text = _text(holder)
        if len(text) > LONGEST or len(list(holder.iter(f"{W}p"))) > MOST or len(self.pictures) > PICTURES:
            raise BadFile(f"The {self.place} of the file is too long. Keep it to a few lines and pictures.")
        if not text and not self.pictures:
            return None
        _apart(holder, self.place)
        written = "".join(etree.tostring(block, encoding="unicode") for block in holder)
        return Furniture(written, dict(self.pictures))

    def blocks(self, parent: Any, behind: str) -> Iterator[Any]:
        for child in parent:
            if child.tag in _UNWRAPPED:
                yield from self.blocks(child, behind)
            elif child.tag == f"{W}p":
                made = self.paragraph(child, behind)
                yield from self.floating
                self.floating = []
                if made is not None:
                    yield made
            elif child.tag == f"{W}tbl":
                yield self.kept(child, behind)

    def kept(self, element: Any, behind: str) -> Any:
        """A part of a table, with the paragraphs of its cells."""
        made: Any = etree.Element(element.tag, self.values(element))
        if element.tag == f"{W}tc":
            shade = self.looks.colour(element.find(f"{W}tcPr/{W}shd"), "fill")
            made.extend(self.kept(one, behind) for one in element if one.tag == f"{W}tcPr")
            made.extend(self.blocks(element, shade or behind))
            if not len(made) or made[-1].tag != f"{W}p":
                etree.SubElement(made, f"{W}p")
            return made
        made.extend(self.kept(one, behind) for one in element if one.tag in _KEPT)
        return made

    def values(self, element: Any) -> dict[str, str]:
        """The attributes of the format's own, themes resolved."""
        found = {
            key: value for key, value in element.attrib.items()
            if key.startswith(W) and not key.removeprefix(W).startswith(("theme", "rsid"))
        }  # fmt: skip
        for kind in ("fill", "color"):
            if colour := self.looks.colour(element, kind):
                found[f"{W}{kind}"] = colour
        return found

    def paragraph(self, element: Any, behind: str) -> Any:
        """The paragraph, or None when it is left out."""
        if element.find(f".//{W}fldChar") is not None or element.find(f".//{W}fldSimple") is not None:
            self.told[f"A line of the {self.place} with a field, such as a page number: we print our own."] = None
            return None
        if _FINGERPRINT.search(_text(element)):  # a document of ours, restyled: that line is printed anyway
            return None
        style = element.find(f"{W}pPr/{W}pStyle")
        known = style.get(f"{W}val", "") if style is not None else self.looks.ids.get("normal", "")
        made: Any = etree.Element(f"{W}p", nsmap=SPACES)
        made.append(self.properties(element, known))
        shade = self.looks.colour(made.find(f"{W}pPr/{W}shd"), "fill")
        for run in self.runs(element):
            made.extend(self.pieces(run, self.looks.of(known), shade or behind))
        if not _text(made) and made.find(f".//{W}drawing") is None and self.floating:
            return None
        return made

    def properties(self, element: Any, known: str) -> Any:
        """Its alignment, spacing, tabs, lines and shading, those of its style included."""
        made = etree.Element(f"{W}pPr")
        etree.SubElement(made, f"{W}pStyle", {f"{W}val": _style(self.place)})
        stated = [element.find(f"{W}pPr"), *(style.find(f"{W}pPr") for style in self.looks.chain(known))]
        for name in ("pBdr", "shd", "tabs", "spacing", "ind", "jc"):
            first = next((one for within in stated if within is not None for one in within.findall(f"{W}{name}")), None)
            if first is None:
                continue
            new = self.kept(first, WHITE)
            new.extend(etree.Element(one.tag, self.values(one)) for one in first.findall(f"{W}tab"))
            made.append(new)
        return made

    def runs(self, element: Any) -> Iterator[Any]:
        for child in element:
            if child.tag in _UNWRAPPED:
                if child.tag == f"{W}hyperlink":
                    self.told[f"A link of the {self.place}: its words stay, it leads nowhere."] = None
                yield from self.runs(child)
            elif child.tag == f"{W}r":
                yield child

    def pieces(self, run: Any, below: Look, behind: str) -> Iterator[Any]:
        """The run with its look written out, and a run for each picture that stands in the line."""
        made = etree.Element(f"{W}r")
        put(etree.SubElement(made, f"{W}rPr"), self.look(self.looks.stated(run.find(f"{W}rPr")).over(below), behind))
        for child in run:
            if child.tag == f"{W}t":
                text = etree.SubElement(made, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
                text.text = child.text
            elif child.tag in _SIGNS:
                etree.SubElement(made, child.tag if child.tag != f"{W}ptab" else f"{W}tab")
            elif child.tag == f"{W}drawing":
                yield from self.drawing(child)
            elif child.tag in (f"{W}pict", f"{_MC}AlternateContent"):
                self.told[f"A text box or drawn shape of the {self.place}."] = None
        if len(made) > 1:
            yield made

    def look(self, look: Look, behind: str) -> Look:
        """Large and dark enough to be read."""
        if look.size < SMALLEST:
            self.told[f"Small letters of the {self.place}: they are {SMALLEST // 2} points there."] = None
            look = changed(look, size=SMALLEST)
        if contrast(look.colour or "000000", behind) < CONTRAST:
            line = f"A colour of the {self.place} that is too faint on what is behind it: black or white stands there."
            self.told[line] = None
            dark = contrast("0B0C0C", behind) >= contrast(WHITE, behind)
            look = changed(look, colour="0B0C0C" if dark else WHITE)
        return look

    def drawing(self, element: Any) -> Iterator[Any]:
        """A picture in the line; one that floats gets a line of its own, so that it covers nothing."""
        picture = shown(
            element, self.parts, self.name, tallest=TALLEST[self.place], organisation=self.organisation
        )
        if picture is None:
            self.told[f"A drawing of the {self.place} that is no plain picture."] = None
            return
        number = len(self.pictures) + 1
        self.pictures[f"rIdHouse{number}"] = picture
        run = picture.run(f"rIdHouse{number}", FIRST_NUMBER + 100 * list(TALLEST).index(self.place) + number)
        anchor = element.find(f"{{{SPACES['wp']}}}anchor")
        if anchor is None:
            yield run
            return
        own = etree.Element(f"{W}p", nsmap=SPACES)
        etree.SubElement(etree.SubElement(own, f"{W}pPr"), f"{W}jc", {f"{W}val": side(anchor)})
        own.append(run)
        self.floating.append(own)


def _apart(holder: Any, place: str) -> None:
    """Room between a header and the text below it; a paragraph ends what ends in a table, as the format wants."""
    if holder[-1].tag != f"{W}p":
        properties = etree.SubElement(etree.SubElement(holder, f"{W}p"), f"{W}pPr")
        etree.SubElement(properties, f"{W}pStyle", {f"{W}val": _style(place)})
    elif place != "footer":
        spacing = holder[-1].find(f"{W}pPr/{W}spacing")
        if spacing is None:
            spacing = etree.Element(f"{W}spacing")
            before = holder[-1].findall(f"{W}pPr/{W}ind") + holder[-1].findall(f"{W}pPr/{W}jc")
            properties = holder[-1].find(f"{W}pPr")
            properties.insert(properties.index(before[0]) if before else len(properties), spacing)
        if int(spacing.get(f"{W}after", "0")) < ROOM:
            spacing.set(f"{W}after", str(ROOM))


def _text(element: Any) -> str:
    return "".join(element.itertext()).strip()


def _style(place: str) -> str:
    return STYLES[place].replace(" ", "").capitalize()
