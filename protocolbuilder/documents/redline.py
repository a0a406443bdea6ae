"""A redline: what differs between two Word files as tracked changes, to be read, taken or refused in Word.

Taking every change gives the text of the new file, refusing every change that of the old one: body, tables, headers and
footers. A moved clause shows as deleted here and inserted there. Formatting is followed where both files have the same
styles; where another program saved one of them, only the text is, and what both say looks as in the new file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import embed, package
from protocolbuilder.documents.redline_blocks import Blocks, Sections
from protocolbuilder.documents.redline_carry import STYLES, Carrier
from protocolbuilder.documents.redline_furniture import Furniture, in_force
from protocolbuilder.documents.redline_marks import Marks
from protocolbuilder.documents.redline_plain import Resolved, root_of
from protocolbuilder.documents.redline_reading import Reader
from protocolbuilder.documents.redline_shape import Block
from protocolbuilder.documents.sealed_package import without_signatures
from protocolbuilder.documents.visible import W
from protocolbuilder.errors import BadFile

LONGEST_AUTHOR: Final = 255
CORE: Final = "docProps/core.xml"
TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
SIGNATURE_LINE: Final = "{urn:schemas-microsoft-com:office:office}signatureline"


def redline(old: bytes, new: bytes, *, author: str, at: datetime) -> bytes:
    """The new file with what differs from the old one tracked. The same input gives the same bytes.

    The agreement's data is taken out: what a redline shows is two texts at once and the data of neither, so taking it
    in as an agreement would settle silently what people are still to decide. Properties say that it is a redline and of
    which two files (`embed.REDLINE`), so that nobody imports or signs it. Signature lines and signatures are taken out.

    `author` (1 to 255 characters) and `at` (aware UTC) are what Word shows beside each change. Raises BadFile for what
    is no Word file, and for a file with changes tracked already or with footnotes or objects, which would be lost.
    """
    before, now = without_signatures(package.read(old)), without_signatures(package.read(new))
    compared = _Compared(before, now, Marks(author[:LONGEST_AUTHOR] or "protocolbuilder", at))
    compared.body()
    made = embed.without(compared.carrier.finish())
    if CORE in made:
        made[CORE] = _retitled(made)
    said = {
        embed.REDLINE: f"{_called(before)} compared with {_called(now)}",
        "RedlineOld": sha256(old).hexdigest(),
        "RedlineNew": sha256(new).hexdigest(),
    }
    return package.write(embed.with_properties(made, said))


def comparable(docx: bytes) -> None:
    """Raises BadFile, one clear line, for a file that `redline` would refuse for its text."""
    root_of(package.read(docx), package.WORD)


class _Compared:
    """The parts of two files that people read, compared one by one."""

    def __init__(self, old: dict[str, bytes], new: dict[str, bytes], marks: Marks) -> None:
        self.old, self.new, self.marks = old, new, marks
        self.carrier = Carrier(old, dict(new))
        self.named: dict[str, str] = {}
        self.with_looks = old.get(STYLES) == new.get(STYLES)

    def body(self) -> None:
        """Compares the texts, then the headers and footers of their sections."""
        old, new = root_of(self.old, package.WORD), root_of(self.new, package.WORD)
        before, now = old.find(f"{W}body"), new.find(f"{W}body")
        if before is None or now is None:
            raise BadFile("The Word file has no text.")
        shown = in_force(old, self.old), in_force(new, self.new)
        furniture = Furniture(self.carrier, self.marks, *shown, self._furniture, self.with_looks)
        sections = Sections(furniture.kept, furniture.inserted, furniture.deleted)
        blocks = self._blocks(package.WORD, package.WORD, sections)
        elements = blocks.merged(self._read(self.old, package.WORD, before), self._read(self.new, package.WORD, now))
        ends = before.find(f"{W}sectPr"), now.find(f"{W}sectPr")
        if None not in ends:
            furniture.kept(*ends)
        _fill(now, elements, ends[1])
        furniture.finish()
        self.carrier.settle(new, self.named)
        _settle_drawings(new)
        self.carrier.made[package.WORD] = package.serialise(new)

    def _furniture(self, old: str, new: str, name: str, empty: Any) -> Any:
        """A header or footer compared; see `redline_furniture.Compare`."""
        before = root_of(self.old, old) if old else None
        now = root_of(self.new, new) if new else empty
        blocks = self._read(self.old, old, before), self._read(self.new, new, now)
        if [one.key for one in blocks[0]] == [one.key for one in blocks[1]]:
            return None
        _fill(now, self._blocks(old, name, _NO_SECTIONS).merged(*blocks), None)
        return now

    def _read(self, parts: Mapping[str, bytes], part: str, root: Any) -> list[Block]:
        """The blocks, at least one: a part that is not there has an empty paragraph."""
        reader = Reader(Resolved(parts, part), with_looks=self.with_looks)
        found = reader.blocks(root) if root is not None else []
        return found or [reader.para(etree.Element(f"{W}p"))]

    def _blocks(self, old: str, name: str, sections: Sections) -> Blocks:
        def carry(element: Any) -> Any:
            return self.carrier.carry(element, source=old, into=name)

        return Blocks(self.marks, carry, sections, self.named, self.with_looks)


def _nothing(*_: Any) -> None:
    """Headers and footers have no sections."""


_NO_SECTIONS: Final = Sections(_nothing, _nothing, _nothing)


def _fill(parent: Any, elements: list[Any], section: Any) -> None:
    """Puts the compared blocks in the place of what stood there, before the section that ends the text."""
    for child in list(parent):
        parent.remove(child)
    parent.extend(elements)
    if section is not None:
        parent.append(section)


def _settle_drawings(root: Any) -> None:
    """Numbers the pictures anew, for those of both texts are there, and takes signature lines out of them."""
    for number, one in enumerate(root.iter(DRAWING), start=1):
        one.set("id", str(number))
    for one in list(root.iter(SIGNATURE_LINE)):
        one.getparent().remove(one)


def _called(parts: Mapping[str, bytes]) -> str:
    said = embed.properties(parts)
    words = (said.get("AgreementId"), "version", said.get("AgreementVersion"))
    return " ".join(words) if all(words) else "a Word file without a reference"  # type: ignore[arg-type]


def _retitled(parts: Mapping[str, bytes]) -> bytes:
    """The core properties, with a title that says what the file is."""
    root = package.parse(parts, CORE)
    for title in root.iter(TITLE):
        title.text = f"Redline: {title.text or ''}".strip()
    return package.serialise(root)
