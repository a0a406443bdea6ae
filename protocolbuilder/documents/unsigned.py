"""A Word file as it was before it was sealed: without signatures and without lines to sign on. What is made of it (a
redline, a PDF, an executed copy) is another file, of which no signature says anything."""

from __future__ import annotations

from typing import Final

from protocolbuilder.documents import package
from protocolbuilder.documents.sealed_package import ORIGIN, TOP, without_signatures
from protocolbuilder.documents.signature_lines import OFFICE, RELATIONS, VML
from protocolbuilder.documents.visible import W

_RELS: Final = "word/_rels/document.xml.rels"
_LINE: Final = b"signatureline"


def unsigned(docx: bytes) -> bytes:
    """The same file where it holds neither. Raises BadFile, one clear line, for what is no Word file of ours."""
    own = package.read_own(docx)
    if ORIGIN.encode() not in own[TOP] and _LINE not in own[package.WORD]:
        return docx
    made = without_signatures(own)
    if _LINE in made[package.WORD]:
        _take_lines_out(made)
    return package.write(made)


def _take_lines_out(parts: dict[str, bytes]) -> None:
    """By whole paragraphs: nothing else stands in one that holds lines. The pictures of the lines go with them."""
    root, pictures = package.parse(parts, package.WORD), set()
    line = f"{{{OFFICE}}}signatureline"
    for paragraph in [one for one in root.iter(f"{W}p") if next(one.iter(line), None) is not None]:
        pictures |= {one.get(f"{{{RELATIONS}}}id") for one in paragraph.iter(f"{{{VML}}}imagedata")}
        paragraph.getparent().remove(paragraph)
    parts[package.WORD] = package.serialise(root)
    rows = package.parse(parts, _RELS)
    for row in [row for row in rows if row.get("Id") in pictures]:
        del parts[f"word/{row.get('Target')}"]
        rows.remove(row)
    parts[_RELS] = package.serialise(rows)
