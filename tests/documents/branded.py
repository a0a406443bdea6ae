"""Word files for branding, as a council would make them, and what a hostile one could hold."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from PIL import Image, ImageDraw

from protocolbuilder.documents import package

GREEN = "005E50"
COUNCIL = "Northshire County Council"
LOOKS = (
    ("Normal", "Arial", 12, "1A1A1A", False),
    ("Title", "Trebuchet MS", 30, GREEN, True),
    ("Subtitle", "Trebuchet MS", 16, GREEN, False),
    ("Heading 1", "Trebuchet MS", 19, GREEN, True),
    ("Heading 2", "Trebuchet MS", 15, GREEN, True),
)


def logo(*, kind: str = "PNG", size: tuple[int, int] = (600, 200)) -> bytes:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rounded_rectangle((0, 10, size[1], size[1] - 10), 30, fill=f"#{GREEN}")
    out = BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def restyled(document: Any, name: str, font: str, points: float, colour: str, *, bold: bool = False) -> None:
    style = document.styles[name]
    style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(points), bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    for key in [key for key in fonts.attrib if "Theme" in key]:
        del fonts.attrib[key]


def council(*, first: bool = True, picture: bytes = b"") -> Any:
    """A document of python-docx: styles, a logo in the header, on the first page a larger one, a line in the footer."""
    document = Document()
    for name, font, points, colour, bold in LOOKS:
        restyled(document, name, font, points, colour, bold=bold)
    section = document.sections[0]
    section.different_first_page_header_footer = first
    picture = picture or logo()
    if first:
        section.first_page_header.paragraphs[0].add_run().add_picture(BytesIO(picture), width=Cm(8))
    line = section.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.add_run().add_picture(BytesIO(picture), height=Cm(1))
    section.footer.paragraphs[0].add_run("County Hall, Northshire NS1 1AA").font.size = Pt(9)
    document.add_paragraph("What stands on the pages themselves is not taken over.")
    return document


def file(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def changed(content: bytes, **parts: bytes) -> bytes:
    """The file with parts put into the place of others; a name's `__` stands for a slash, `_` for a dot."""
    named = {name.replace("__", "/").replace("_", "."): part for name, part in parts.items()}
    return package.write({**package.read_own(content), **named})


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    return package.write({**package.read_own(content), **parts})


def w(name: str) -> str:
    return str(qn(f"w:{name}"))
