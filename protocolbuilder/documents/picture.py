"""A picture as a value: drawn once as SVG, for the page as it stands and for Word and slides as PNG.

The SVG carries presentation attributes only, so a page shows it under `style-src 'self'`. Text is measured with the
font that the PNG is drawn with, Liberation Sans, whose letters are as wide as Arial's; so both look alike everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Final

_BLANK: Final = re.compile(r"[^\S\u00a0]+")
FONTS: Final = Path(__file__).with_name("fonts")
FAMILY: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
INK: Final = "#0b0c0c"
COLOURS: Final = 64  # of a PNG: a few flat ones and the edges of letters
SHARP: Final = 1.6  # pixels of a PNG for each of the SVG: 190 to the inch on paper, all of a projector's on a slide
DARK: Final = 128  # of 255: letters are darker, paper is lighter
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Picture:
    """`width` and `height` in CSS pixels. `alt` says in short what is to be seen, `lines` says all of it in words."""

    id: str
    title: str
    svg: str
    width: int
    height: int
    alt: str
    lines: tuple[str, ...]


def drawn(shapes: Sequence[str], *, name: str, title: str, alt: str, size: tuple[int, int]) -> str:
    """The SVG of some shapes: its title and description are what a screen reader says. `size`: width and height."""
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pb-picture" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="{FAMILY}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(alt)}</desc>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(shapes)}</svg>'
    )


def text(
    words: str, x: float, y: float, *, size: int = 15, weight: str = "normal", anchor: str = "start", fill: str = INK
) -> str:
    """One line of text; `y` is its base line."""
    look = f'font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(words)}</text>'


def wrapped(words: str, width: float, *, size: int = 15, most: int = 3) -> tuple[str, ...]:
    """The words on lines no wider than `width` pixels. What does not fit in `most` lines ends in an ellipsis."""
    lines = broken(words, width, size=size)
    kept = [_cut(line, width, size) for line in lines[:most]]
    if len(lines) > most:
        kept[-1] = _cut(f"{kept[-1].rstrip(' ,;')}{ELLIPSIS}", width, size)
    return tuple(kept)


def broken(words: str, width: float, *, size: int) -> list[str]:
    """The words on lines no wider than `width` pixels, but for a single word that is wider."""
    lines: list[str] = []
    for word in parted(words):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measured(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def parted(words: str) -> list[str]:
    """The words of a line; a space that does not break, as in a telephone number, parts nothing."""
    return [word for word in _BLANK.split(words) if word]


def measured(words: str, size: int) -> float:
    """How wide a line of plain text is, in pixels."""
    return float(_font("Regular", size).getlength(words))


def png(picture: Picture) -> bytes:
    """The picture as PNG, `SHARP` times its size. The same picture gives the same bytes."""
    return _raster(picture.svg, round(picture.width * SHARP))


def letters() -> bool:
    """Whether a word that is drawn can be seen: without its font a picture shows none, and no error either."""
    from PIL import Image

    size = 60, 30
    try:
        made = _raster(drawn([text("Word", 4, 20)], name="word", title="Word", alt="Word", size=size), size[0])
    except (OSError, ValueError):
        return False
    return sum(Image.open(BytesIO(made)).convert("L").histogram()[:DARK]) > 0


@lru_cache(maxsize=32)
def _raster(svg: str, width: int) -> bytes:
    from PIL import Image
    from resvg_py import svg_to_bytes  # takes time to load, and few pages draw a picture

    files = [str(FONTS / f"LiberationSans-{cut}.ttf") for cut in ("Regular", "Bold")]
    made = svg_to_bytes(
        svg_string=svg, width=width, skip_system_fonts=True, font_files=files, font_family="Liberation Sans"
    )
    out = BytesIO()
    flat = Image.open(BytesIO(bytes(made))).convert("RGB")
    flat.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _cut(line: str, width: float, size: int) -> str:
    if measured(line, size) <= width:
        return line
    while len(line) > 1 and measured(line + ELLIPSIS, size) > width:
        line = line[:-1]
    return line.rstrip(f" ,;{ELLIPSIS}") + ELLIPSIS


@lru_cache(maxsize=16)
def _font(cut: str, size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONTS / f"LiberationSans-{cut}.ttf"), size)
