"""What a reader of a Word file sees, as values: headings, paragraphs, list entries, tables, in reading order.

Page numbers are shown as `#`: they belong to the paper, not to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.documents import package

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
PAGE_FIELDS: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES")
PAGE_OF_ENTRY: Final = re.compile(r"\t[#\d]*\Z")  # what an entry of a list of contents ends with, known or not yet
HOUSE: Final = ("House header", "House footer")
"""The styles of what stands in headers and footers for an organisation, and is no part of what the data prints."""
_UNSEEN: Final = frozenset(
    {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}pPr", f"{W}rPr", f"{W}txbxContent", FALLBACK}
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`style` is the name of its style as Word shows it ("heading 1", "List Bullet"), `anchor` a bookmark that starts
    in it, `leads_to` the bookmark that its link goes to."""

    text: str
    style: str
    anchor: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[tuple[Paragraph, ...], ...]
    is_header: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`caption` is what a screen reader says, `labelled`: the first column labels its row."""

    rows: tuple[TableRow, ...]
    caption: str
    labelled: bool


Block = Paragraph | Table


def blocks(parts: Mapping[str, bytes], name: str = package.WORD) -> tuple[Block, ...]:
    """The blocks of the body, or of a footer or header by its part name."""
    root = package.parse(parts, name)
    body = root.find(f"{W}body") if name == package.WORD else root
    return tuple(_blocks(body, style_names(parts))) if body is not None else ()


def texts(parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Every paragraph that says something: the body in reading order, then headers and footers, each text once.

    What a house style adds to headers and footers is left out.
    """
    found = [text for block in blocks(parts) for text in texts_of(block)]
    furniture: dict[str, None] = {}
    for name in sorted(parts):
        if name.startswith(("word/footer", "word/header")):
            furniture |= dict.fromkeys(text for block in _printed(blocks(parts, name)) for text in texts_of(block))
    return tuple(text for text in (*found, *furniture) if text.strip())


def without_house(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts with nothing in their headers and footers that a house style added."""
    made = dict(parts)
    names = style_names(parts)
    for name in [one for one in parts if one.startswith(("word/footer", "word/header")) and one.endswith(".xml")]:
        root = package.parse(parts, name)
        for paragraph in root.iter(f"{W}p"):
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            if style is not None and names.get(style.get(f"{W}val")) in HOUSE:
                paragraph[:] = [one for one in paragraph if one.tag == f"{W}pPr"]
        made[name] = package.serialise(root)
    return made


def _printed(found: Iterable[Block]) -> Iterator[Block]:
    for block in found:
        cells = (cell for row in block.rows for cell in row.cells) if isinstance(block, Table) else ((block,),)
        if any(paragraph.style not in HOUSE for cell in cells for paragraph in cell):
            yield block


def texts_of(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
    else:
        for row in block.rows:
            for cell in row.cells:
                yield from (paragraph.text for paragraph in cell)


def style_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Style id to the name that Word shows."""
    if "word/styles.xml" not in parts:
        return {}
    names = {}
    for style in package.parse(parts, "word/styles.xml").iter(f"{W}style"):
        name = style.find(f"{W}name")
        if name is not None:
            names[style.get(f"{W}styleId", "")] = name.get(f"{W}val", "")
    return names


def _blocks(parent: Any, styles: Mapping[str, str]) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{W}p":
            yield _paragraph(child, styles)
            for box in child.iter(f"{W}txbxContent"):
                if not any(above.tag == FALLBACK for above in box.iterancestors()):
                    yield from _blocks(box, styles)
        elif child.tag == f"{W}tbl":
            yield _table(child, styles)
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN:
            yield from _blocks(child, styles)


def _paragraph(element: Any, styles: Mapping[str, str]) -> Paragraph:
    style = element.find(f"{W}pPr/{W}pStyle")
    name = styles.get(style.get(f"{W}val"), "") if style is not None else ""
    mark = next((one.get(f"{W}name", "") for one in element.iter(f"{W}bookmarkStart")), "")
    link = next((one.get(f"{W}anchor", "") for one in element.iter(f"{W}hyperlink")), "")
    said = "".join(ParagraphText().of(element))
    return Paragraph(PAGE_OF_ENTRY.sub("", said) if link else said, name, mark, link)


class ParagraphText:
    """The text of one paragraph, piece by piece. Keeps track of fields, whose instruction is not seen."""

    def __init__(self) -> None:
        self.fields: list[list[str]] = []  # for each open field: its instruction so far, and "result" once past it

    def of(self, element: Any) -> Iterator[str]:
        for child in element:
            yield from self.step(child, child.tag)

    def step(self, child: Any, tag: Any) -> Iterator[str]:
        """What one element within a paragraph or a run says."""
        if tag == f"{W}fldChar":
            yield from self.edge(child.get(f"{W}fldCharType"))
        elif tag == f"{W}instrText" and self.fields:
            self.fields[-1][0] += child.text or ""
        elif tag == f"{W}fldSimple" and _is_page(child.get(f"{W}instr", "")):
            yield "#"
        elif tag not in _UNSEEN and isinstance(tag, str) and not self.hidden:
            yield from self.said(child, tag)
        elif isinstance(tag, str) and tag not in _UNSEEN:
            yield from self.of(child)

    @property
    def hidden(self) -> bool:
        return any(_is_page(field[0]) or len(field) == 1 for field in self.fields)

    def edge(self, kind: str | None) -> Iterator[str]:
        if kind == "begin":
            self.fields.append([""])
        elif self.fields and kind == "separate":
            self.fields[-1].append("result")
            if _is_page(self.fields[-1][0]):
                yield "#"
        elif self.fields and kind == "end":
            self.fields.pop()

    def said(self, child: Any, tag: str) -> Iterator[str]:
        if tag == f"{W}t":
            yield child.text or ""
        elif tag in (f"{W}tab", f"{W}ptab"):
            yield "\t"
        elif tag in (f"{W}br", f"{W}cr"):
            yield "" if child.get(f"{W}type") in ("page", "column") else "\n"
        elif tag == f"{W}noBreakHyphen":
            yield "‑"
        else:
            yield from self.of(child)


def _is_page(instruction: str) -> bool:
    return instruction.strip().split(" ")[0].upper() in PAGE_FIELDS


def _table(element: Any, styles: Mapping[str, str]) -> Table:
    properties = element.find(f"{W}tblPr")
    caption = properties.find(f"{W}tblCaption") if properties is not None else None
    look = properties.find(f"{W}tblLook") if properties is not None else None
    rows = []
    for row in element.iter(f"{W}tr"):
        cells = tuple(
            tuple(block for block in _blocks(cell, styles) if isinstance(block, Paragraph))
            for cell in row.iter(f"{W}tc")
        )
        rows.append(TableRow(cells, row.find(f"{W}trPr/{W}tblHeader") is not None))
    labelled = look is not None and look.get(f"{W}firstColumn") == "1"
    return Table(tuple(rows), caption.get(f"{W}val", "") if caption is not None else "", labelled)
