"""Puts pictures into a Word file where its template holds one: the drawing whose name is the picture's id.

A template that is edited in Word keeps its drawing; its picture, size and what a screen reader says are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import normpath
from typing import Any, Final

from protocolbuilder.documents import package
from protocolbuilder.documents.picture import Picture, png

EMU: Final = 9525  # English metric units in a CSS pixel
WIDEST: Final = 6_120_000  # of the text of a portrait page, in EMU
TALLEST: Final = 7_700_000
RELS: Final = "word/_rels/document.xml.rels"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def placed(docx: bytes, pictures: Iterable[Picture]) -> bytes:
    """The Word file with each picture where a drawing bears its id; what stands nowhere is left out."""
    parts = package.read_own(docx)
    root = package.parse(parts, package.WORD)
    targets = {one.get("Id"): one.get("Target") for one in package.parse(parts, RELS)}
    media = _fill(root, {one.id: one for one in pictures}, targets)
    return package.write({**parts, **media, package.WORD: package.serialise(root)})


def _fill(root: Any, pictures: Mapping[str, Picture], targets: Mapping[str, str]) -> dict[str, bytes]:
    media = {}
    for known in root.iter(f"{_WP}docPr"):
        picture = pictures.get(known.get("name", ""))
        if picture is None:
            continue
        drawing = known.getparent()
        known.set("descr", picture.alt)
        known.set("title", picture.title)
        for size in (*drawing.iter(f"{_WP}extent"), *drawing.iter(f"{_A}ext")):
            if size.get("cx"):
                wide, high = extent(picture)
                size.set("cx", str(wide))
                size.set("cy", str(high))
        for blip in drawing.iter(f"{_A}blip"):
            media[normpath(f"word/{targets[blip.get(f'{_R}embed')]}")] = png(picture)
    return media


def extent(picture: Picture) -> tuple[int, int]:
    """Width and height in EMU, as large as a page allows."""
    wide, high = picture.width * EMU, picture.height * EMU
    scale = min(WIDEST / wide, TALLEST / high, 1.0)
    return round(wide * scale), round(high * scale)
