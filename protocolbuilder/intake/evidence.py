"""Files that show an assurance: told by their content, and refused where they could act on whoever opens them.

They are kept and sent on as they came, so that a certificate stays the one that was issued. What is looked for here are
the known ways in which such a file runs or fetches something; it is no search for malware.
"""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import Final

from lxml import etree
from PIL import Image

from protocolbuilder.documents import house_refusals, package
from protocolbuilder.domain.organisations import Evidence
from protocolbuilder.errors import BadFile

LARGEST: Final = 5_000_000  # bytes of the file
LONGEST_NAME: Final = 120
TAKEN: Final = "Select a PDF, a PNG or JPEG picture, or a Word file (.docx)"
MEDIA: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
PICTURES: Final = {"png": "PNG", "jpg": "JPEG"}
STARTS: Final = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"PK\x03\x04", "docx"))
PDF_ENDS_WITHIN: Final = 2048
UNPACKED: Final = 20_000_000  # bytes of what a PDF packs of its own structure
_ACTS: Final = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")
_ACTS_ANYWHERE: Final = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])")
"""Too long to stand in a picture by chance."""
_PACKED_OBJECTS: Final = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def take(content: bytes, name: str) -> Evidence:
    """What the file is. `name` is what its sender calls it. Raises BadFile, one clear line."""
    if not content:
        raise BadFile("The file is empty.")
    if len(content) > LARGEST:
        raise BadFile(f"The file is larger than {LARGEST // 1_000_000} MB. Make it smaller.")
    kind = next((kind for start, kind in STARTS if content.startswith(start)), "")
    if kind == "pdf":
        _refuse_pdf(content)
    elif kind in PICTURES:
        _refuse_picture(content, PICTURES[kind])
    elif kind == "docx":
        _refuse_word(content)
    else:
        raise BadFile(f"{TAKEN}. What counts is what is in the file, not its name.")
    return Evidence(_called(name, kind), MEDIA[kind], sha256(content).hexdigest())


def _called(name: str, kind: str) -> str:
    """The name without folders and signs that turn the direction of writing, with the ending of what the file is."""
    own = name.replace("\\", "/").rpartition("/")[2]
    stem = " ".join("".join(c if c.isprintable() else " " for c in own).split())
    stem = re.sub(r"(\.(pdf|png|jpe?g|docx))+$", "", stem, flags=re.IGNORECASE).strip(". ")
    return f"{stem[:LONGEST_NAME] or 'evidence'}.{kind}"


def _refuse_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-PDF_ENDS_WITHIN:]:
        raise BadFile("The PDF is damaged: its end is missing.")
    found = _ACTS_ANYWHERE.search(_written_out(content))
    for structure in _structure(content):
        found = found or _ACTS.search(_written_out(structure))
    if found:
        words = found[1].decode()
        raise BadFile(f"The PDF can run something or holds another file ({words}). Print it to a new PDF first.")


def _structure(content: bytes) -> Iterator[bytes]:
    """What a PDF says of itself, without pictures, fonts and the text of its pages."""
    left, before = UNPACKED, 0
    while (start := content.find(b"stream", before)) >= 0 and (end := content.find(b"endstream", start)) >= 0:
        told = content[before:start]
        yield told
        if _PACKED_OBJECTS.search(_written_out(told)):
            unpacked = _unpacked(content[start + len(b"stream") : end].lstrip(b"\r\n"), left)
            left -= len(unpacked)
            yield unpacked
        before = end + len(b"endstream")
    yield content[before:]


def _unpacked(packed: bytes, most: int) -> bytes:
    """b"" for what nobody can unpack without a password. Raises BadFile."""
    try:
        made = zlib.decompressobj().decompress(packed, most + 1)
    except zlib.error:
        return b""
    if len(made) > most:
        raise BadFile("The PDF unpacks to far more than it should. It was not read.")
    return made


def _written_out(structure: bytes) -> bytes:
    """With letters in the place of their codes: /J#53 is /JS."""
    return _ESCAPED.sub(lambda hit: bytes([int(hit[1], 16)]), structure)


def _refuse_picture(content: bytes, format_: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=(format_,)) as picture:
                picture.verify()
    except Exception as error:  # of many kinds: whatever cannot be read is refused
        raise BadFile("The picture is damaged. Save it again as PNG or JPEG.") from error


def _refuse_word(content: bytes) -> None:
    parts = package.read(content)
    for name in parts:
        if house_refusals.holds_another(name):
            raise BadFile("The Word file holds another file. Save it as PDF instead.")
    for name, root in house_refusals.parsed(parts).items():
        if found := house_refusals.fetching(root):
            raise BadFile(f"The Word file holds a field that fetches or starts something ({found}). Take it out.")
        if name.endswith(".rels"):
            for relation in root.iter(etree.Element):
                outside = relation.get("TargetMode", "").casefold() == "external"
                if outside and not relation.get("Target", "").strip().casefold().startswith(house_refusals.LINKS):
                    raise BadFile("The Word file links to something that is no web or e-mail address. Take it out.")
