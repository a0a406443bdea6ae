"""Pictures of a house style: PNG or JPEG of a sensible size, written anew so that nothing but the picture is kept."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from posixpath import join, normpath
from typing import Any, Final

from lxml import etree
from PIL import Image

from protocolbuilder.documents import package
from protocolbuilder.documents.visible import W
from protocolbuilder.errors import BadFile

LARGEST: Final = 2_000_000  # bytes of one picture
PIXELS: Final = 4_000  # of each side
KINDS: Final = {"PNG": "png", "JPEG": "jpeg"}
INCH: Final = 914_400
PIXEL: Final = 9_525  # of a picture that does not say how large it is
DENSITY: Final = 300  # pixels an inch
EMU: Final = 360_000  # English metric units in a centimetre
WIDEST: Final = 17 * EMU
SPACES: Final = {
    "w": W[1:-1],
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
OPENING: Final = " ".join(f'xmlns:{key}="{uri}"' for key, uri in SPACES.items())
_WP, _A, _R, _PIC = (f"{{{SPACES[key]}}}" for key in ("wp", "a", "r", "pic"))
_MADE_UP: Final = re.compile(r"description automatically generated|\.(png|jpe?g|gif|bmp)$|^picture \d+$", re.IGNORECASE)
_DRAWING: Final = (
    '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
    '<wp:docPr id="{number}" name="{name}" descr=""/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/>'
    '</wp:cNvGraphicFramePr><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{name}" descr=""/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
    '<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it is placed: its bytes, `png` or `jpeg`, its size in EMU, and what a screen reader says."""

    content: bytes
    suffix: str
    wide: int
    high: int
    alt: str

    def run(self, relation: str, number: int) -> Any:
        """A run with the picture in the line."""
        xml = _DRAWING.format(
            wide=self.wide, high=self.high, number=number, name=f"Logo {number}", relation=relation
        )
        made = etree.fromstring(f"<w:r {OPENING}>{xml}</w:r>")
        for one in made.iter(f"{_WP}docPr", f"{_PIC}cNvPr"):
            one.set("descr", self.alt)
        return made


def shown(
    drawing: Any, parts: Mapping[str, bytes], name: str, *, tallest: int, organisation: str
) -> Logo | None:
    """The picture of a drawing in the part `name`, or None for a drawing that is no plain picture.

    `tallest`: as much room as there is, in EMU. Raises BadFile for a picture that is not taken.
    """
    blips = list(drawing.iter(f"{_A}blip"))
    if len(blips) != 1 or not blips[0].get(f"{_R}embed"):
        return None
    extent, known = drawing.find(f".//{_WP}extent"), drawing.find(f".//{_WP}docPr")
    size = (_whole(extent, "cx"), _whole(extent, "cy"))
    picture = _opened(_target(parts, name, blips[0].get(f"{_R}embed")))
    wide, high = size if min(size) > 0 else (picture.width * PIXEL, picture.height * PIXEL)
    scale = min(WIDEST / wide, tallest / high, 1.0)
    made, suffix = _anew(picture, wide=round(wide * scale))
    own = " ".join((known.get("descr", "") if known is not None else "").split())
    alt = f"Logo of {organisation}" if not own or _MADE_UP.search(own) else own[:250]
    return Logo(made, suffix, round(wide * scale), round(high * scale), alt)


def _opened(content: bytes) -> Image.Image:
    """The picture, whole. Raises BadFile."""
    if len(content) > LARGEST:
        raise BadFile(f"A picture of the file is larger than {LARGEST // 1_000_000} MB. Make it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=tuple(KINDS)) as picture:
                if max(picture.size) > PIXELS:
                    raise BadFile(f"A picture of the file is more than {PIXELS} pixels wide or high. Make it smaller.")
                picture.load()
                return picture
    except BadFile:
        raise
    except Exception as error:
        raise BadFile("A picture of the file is no PNG or JPEG, or it is damaged. Save it as PNG.") from error


def _anew(picture: Image.Image, *, wide: int) -> tuple[bytes, str]:
    """Its pixels alone as a file, no more of them than a page needs that shows it so wide (in EMU); and its suffix."""
    kind, made, out = str(picture.format), _plain(picture), BytesIO()
    needed = max(round(wide / INCH * DENSITY), 1)
    if needed < made.width:
        made = made.resize((needed, max(round(made.height * needed / made.width), 1)), Image.Resampling.LANCZOS)
    made.save(out, kind, **({"optimize": True} if kind == "PNG" else {"quality": 92}))
    return out.getvalue(), KINDS[kind]


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone: no profile, comment, place or thumbnail."""
    wanted = "RGB" if picture.format == "JPEG" else "RGBA"
    if picture.mode in ("L", "RGB", wanted) and "transparency" not in picture.info:
        wanted = picture.mode
    made = picture.convert(wanted)
    made.info = {}
    return made


def _target(parts: Mapping[str, bytes], name: str, relation: str) -> bytes:
    """The bytes that a relation of a part leads to. Raises BadFile."""
    folder, _, own = name.rpartition("/")
    beside = f"{folder}/_rels/{own}.rels"
    for row in package.parse(parts, beside) if beside in parts else ():
        where = normpath(join(f"/{folder}", row.get("Target", ""))).lstrip("/")
        if row.get("Id") == relation and where in parts:
            return parts[where]
    raise BadFile("A picture of the header or footer is missing in the file.")


def _whole(element: Any, key: str) -> int:
    said = element.get(key, "") if element is not None else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def side(anchor: Any) -> str:
    """Where a floating picture stands: left, center or right."""
    place = anchor.find(f"{_WP}positionH")
    said = (place.findtext(f"{_WP}align") or "").strip() if place is not None else ""
    if said in ("left", "center", "right"):
        return said
    offset = (place.findtext(f"{_WP}posOffset") or "0").strip() if place is not None else "0"
    return "right" if offset.isdigit() and int(offset) > 8 * EMU else "left"
