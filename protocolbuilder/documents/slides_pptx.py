"""The slides as a PowerPoint file: 16:9, body text of 24 points and more, what a trainer says in the notes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from protocolbuilder.documents import package
from protocolbuilder.documents.picture import png, wrapped
from protocolbuilder.documents.slides import Slide
from protocolbuilder.documents.slides_content import slides
from protocolbuilder.documents.slides_sizes import of_cells, of_points
from protocolbuilder.documents.source import Source

FONT: Final = "Arial"
INK: Final = "0B0C0C"
BLUE: Final = "003078"
QUIET: Final = "505A5F"
SHADE: Final = "F3F2F1"
TITLE, LEAD, BODY, CELL, FOOT = 34, 30, 28, 24, 14  # points
WIDE, HIGH, EDGE = 13.333, 7.5, 0.55  # inches
FOREIGN: Final = ("/printerSettings", "/thumbnail", "/extended-properties")
TOP: Final = 1.35
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def render(source: Source) -> bytes:
    """The deck. The same input gives the same bytes."""
    from pptx import Presentation  # takes time to load, and only this needs it
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    found = slides(source)
    sizes = _sizes(found)
    for number, slide in enumerate(found, start=1):
        _Page(deck, slide, sizes[number - 1]).draw(source.stamp.name, f"{number} of {len(found)}")
    _properties(deck, source)
    _without_another_machine(deck)
    _in_english(deck)
    out = BytesIO()
    deck.save(out)
    return package.write(package.read_own(out.getvalue()))


def _without_another_machine(deck: Any) -> None:
    """The empty deck of the library was made on somebody's machine: its printer, picture and program are left out."""
    for holder in (deck.part, deck.part.package):
        for rel_id, relation in list(holder._rels.items()):
            if relation.reltype.endswith(FOREIGN):
                holder._rels.pop(rel_id)


def _in_english(deck: Any) -> None:
    """The same empty deck is in the English of the United States, which a screen reader would go by."""
    for root in (deck.element, deck.slide_master.element, *(one.element for one in deck.slide_layouts)):
        for stated in root.xpath(".//*[@lang]"):
            stated.set("lang", "en-GB")


def _properties(deck: Any, source: Source) -> None:
    about = deck.core_properties
    about.title = f"{source.title}: slides".removeprefix(": ")
    about.author = about.last_modified_by = source.host
    about.language, about.identifier, about.version = "en-GB", source.stamp.reference, source.stamp.version
    about.created = about.modified = source.stamp.at.replace(tzinfo=None)
    about.revision, about.comments = 1, ""


def _sizes(found: Sequence[Slide]) -> list[int]:
    """Points of type for what each slide lists, one size for all parts of a whole."""
    alone = [_size(slide) for slide in found]
    least: dict[str, int] = {}
    for slide, size in zip(found, alone, strict=True):
        least[slide.whole] = min(size, least.get(slide.whole, size))
    return [least[slide.whole] if slide.whole else size for slide, size in zip(found, alone, strict=True)]


def _size(slide: Slide) -> int:
    if slide.kind == "opening":
        return BODY
    room = HIGH - TOP - _lead(slide)[1] - 0.6
    if slide.rows:
        return of_cells((slide.head, *slide.rows), _widths(slide), room)
    return of_points(slide.points, WIDE - 2 * EDGE, room)


def _widths(slide: Slide) -> list[float]:
    """The widths of the columns of its table, in inches."""
    return [(WIDE - 2 * EDGE) * part / sum(slide.share) for part in slide.share]


def _lead(slide: Slide) -> tuple[int, float]:
    """Points of type for the lead, and how many inches it takes with what is below it; none where there is no lead."""
    size = 40 if slide.kind == "message" else LEAD if slide.picture is None else CELL
    wide = (WIDE - 2 * EDGE) * 96
    each = (wrapped(line, wide, size=round(size * 4 / 3), most=99) for line in slide.lead.split("\n"))
    return size, (sum(len(one) or 1 for one in each) * size * 1.25 / 72 + 0.35 if slide.lead else 0.0)


class _Page:
    """One slide on its page: the title in the layout's own place, so that every reader finds it."""

    def __init__(self, deck: Any, slide: Slide, size: int) -> None:
        self.slide, self.size = slide, size
        self.page = deck.slides.add_slide(deck.slide_layouts[5])  # a title, and room
        self.y = TOP

    def draw(self, made_from: str, number: str) -> None:
        self.title()
        if self.slide.lead:
            self.lead()
        self.points(self.slide.points, bullet="" if self.slide.kind == "opening" else "•")
        if self.slide.rows:
            self.table()
        if self.slide.picture is not None:
            self.picture()
        self.foot(made_from, number)
        self.page.notes_slide.notes_text_frame.text = self.slide.notes

    def title(self) -> None:
        from pptx.enum.text import MSO_ANCHOR
        from pptx.util import Inches

        shape = self.page.shapes.title
        shape.left, shape.top, shape.width, shape.height = (Inches(n) for n in (EDGE, 0.25, WIDE - 2 * EDGE, 1.0))
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        shape.text_frame.word_wrap = True
        if self.slide.kind == "opening":
            shape.top, shape.height, self.y = Inches(1.5), Inches(2.4), 4.2
        _write(shape.text_frame, [self.slide.title], size=TITLE, bold=True, colour=BLUE)

    def lead(self) -> None:
        size, high = _lead(self.slide)
        frame = self.box(self.y, high - 0.15)
        _write(frame, self.slide.lead.split("\n"), size=size, bold=self.slide.kind == "message", colour=INK)
        self.y += high

    def points(self, points: tuple[str, ...], *, bullet: str) -> None:
        if points:
            frame = self.box(self.y, HIGH - self.y - 0.6)
            _write(frame, points, size=self.size, bold=False, colour=INK, bullet=bullet)

    def table(self) -> None:
        from pptx.util import Inches

        rows, head = self.slide.rows, self.slide.head
        wide = WIDE - 2 * EDGE
        place = (Inches(EDGE), Inches(self.y), Inches(wide), Inches(0.5 * (len(rows) + 1)))
        shape = self.page.shapes.add_table(len(rows) + 1, len(head), *place)
        shape.name = self.slide.title
        table = shape.table
        for column, each in zip(table.columns, _widths(self.slide), strict=True):
            column.width = Inches(each)
        for row, words in enumerate((head, *rows)):
            for column, text in enumerate(words):
                _cell(table.cell(row, column), text, size=self.size, is_head=row == 0, first=column == 0)

    def picture(self) -> None:
        from pptx.util import Inches

        picture = self.slide.picture
        if picture is None:
            return
        room, wide = HIGH - self.y - 0.55, WIDE - 2 * EDGE
        scale = min(wide / picture.width, room / picture.height)
        size = Inches(picture.width * scale), Inches(picture.height * scale)
        left = (WIDE - picture.width * scale) / 2
        shape = self.page.shapes.add_picture(BytesIO(png(picture)), Inches(left), Inches(self.y), *size)
        shape.name = picture.title
        shape._element.nvPicPr.cNvPr.set("descr", picture.alt)

    def foot(self, made_from: str, number: str) -> None:
        frame = self.box(HIGH - 0.5, 0.35)
        _write(frame, [f"{made_from}   ·   {number}"], size=FOOT, bold=False, colour=QUIET)

    def box(self, top: float, high: float) -> Any:
        from pptx.util import Inches

        place = (Inches(EDGE), Inches(top), Inches(WIDE - 2 * EDGE), Inches(high))
        frame = self.page.shapes.add_textbox(*place).text_frame
        frame.word_wrap = True
        return frame


def _cell(cell: Any, text: str, *, size: int, is_head: bool, first: bool) -> None:
    from pptx.util import Inches

    cell.fill.solid()
    cell.fill.fore_color.rgb = _colour(BLUE if is_head else SHADE if first else "FFFFFF")
    cell.margin_top = cell.margin_bottom = Inches(0.04)
    _write(cell.text_frame, text.split("\n"), size=size, bold=is_head or first, colour="FFFFFF" if is_head else INK)


def _colour(name: str) -> Any:
    from pptx.dml.color import RGBColor

    made: Any = RGBColor
    return made(*bytes.fromhex(name))


def _write(frame: Any, texts: Any, *, size: int, bold: Any, colour: str, bullet: str = "") -> None:
    """Each text as a paragraph, with a real bullet where one is asked for."""
    from lxml import etree
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    for place, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = text
        font = run.font
        font.name, font.size, font.bold, font.color.rgb = FONT, Pt(size), bool(bold), _colour(colour)
        run._r.get_or_add_rPr().set("lang", "en-GB")
        if bullet:
            properties = paragraph._p.get_or_add_pPr()
            properties.set("marL", "360000")
            properties.set("indent", "-360000")
            etree.SubElement(properties, f"{_A}buChar").set("char", bullet)
            paragraph.space_after = Pt(10)
