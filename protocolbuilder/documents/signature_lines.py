"""Signature lines in a Word file: where each signatory may sign in Word, known by an id that a signature names.

A line is a picture; a screen reader is told its alternative text. Names and posts stand in the text as well, since the
alternative text does not reach a PDF.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.picture import Picture, drawn, png, text, wrapped
from protocolbuilder.documents.relations import declare_extension, relate
from protocolbuilder.documents.visible import W
from protocolbuilder.errors import BadFile

VML: Final = "urn:schemas-microsoft-com:vml"
OFFICE: Final = "urn:schemas-microsoft-com:office:office"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NO_PROVIDER: Final = "{00000000-0000-0000-0000-000000000000}"
SIZE: Final = (256, 128)  # CSS pixels: 192 by 96 points
MOST: Final = 200
BESIDE: Final = 2  # lines side by side
CAPTION: Final = "Signatures"
_O: Final = f"{{{OFFICE}}}"
_RELS: Final = "word/_rels/document.xml.rels"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """`setup_id`: a GUID in braces, capital letters. Name, post and e-mail are those of whoever is to sign."""

    setup_id: str
    name: str
    post: str = ""
    email: str = ""


def setup_id(*said: str) -> str:
    """The id of a line for what it is for (reference, version, partner): the same each time."""
    return f"{{{uuid5(NAMESPACE_URL, '|'.join(('urn:protocolbuilder:signature-line', *said)))}}}".upper()


def lines(parts: Mapping[str, bytes], name: str = package.WORD) -> tuple[SignatureLine, ...]:
    """The lines in the text, in its order. Raises BadFile for a text that cannot be read."""
    return tuple(
        SignatureLine(
            row.get("id", "").upper(),
            row.get(f"{_O}suggestedsigner", ""),
            row.get(f"{_O}suggestedsigner2", ""),
            row.get(f"{_O}suggestedsigneremail", ""),
        )
        for row in package.parse(parts, name).iter(f"{_O}signatureline")
    )


def placed(docx: bytes, rows: Sequence[SignatureLine]) -> bytes:
    """The Word file with a line for each after its table of signatures, or else at its end. Raises BadFile where one of
    them is there already."""
    parts = dict(package.read_own(docx))
    if {one.setup_id for one in lines(parts)} & {one.setup_id for one in rows} or len(rows) > MOST:
        raise BadFile("A signature line is in the Word file already, or there are too many.")
    declare_extension(parts, "png", "image/png")
    relations = []
    for one in rows:
        number = next(number for number in range(1, 999) if f"word/media/line{number}.png" not in parts)
        parts[f"word/media/line{number}.png"] = png(_picture("Sign here in Word", one.name, one.post))
        relations.append(relate(parts, _RELS, f"{RELATIONS}/image", f"media/line{number}.png"))
    root = package.parse(parts, package.WORD)
    runs = [_run(one, relation) for one, relation in zip(rows, relations, strict=True)]
    paragraphs = [_paragraph(runs[at : at + BESIDE]) for at in range(0, len(runs), BESIDE)]
    table = _table(root)
    for paragraph in reversed(paragraphs) if table is not None else paragraphs:
        if table is not None:
            table.addnext(paragraph)
        else:
            root.find(f"{W}body/{W}sectPr").addprevious(paragraph)
    parts[package.WORD] = package.serialise(root)
    return package.write(parts)


def pictures(line: SignatureLine, *, typed: str, day: str) -> tuple[bytes, bytes]:
    """What the line looks like once it is signed, and once the signature is found wrong; PNG."""
    return png(_picture(typed, line.name, f"{line.post}, signed {day}")), png(
        _picture("This signature is not valid", line.name, line.post)
    )


def _picture(above: str, name: str, post: str) -> Picture:
    wide, high = SIZE
    shapes = (
        text(_fit(above, 14), 14, 52, size=14),
        f'<line x1="14" y1="64" x2="{wide - 14}" y2="64" stroke="#0b0c0c" stroke-width="1"/>',
        text(_fit(name, 13), 14, 84, size=13),
        text(_fit(post, 12), 14, 104, size=12),
    )
    said = f"{above}: {name}, {post}"
    svg = drawn(shapes, name="line", title="Signature line", alt=said, size=SIZE)
    return Picture("line", "Signature line", svg, wide, high, said, (said,))


def _fit(words: str, size: int) -> str:
    return (*wrapped(words, SIZE[0] - 28, size=size, most=1), "")[0]


def _table(root: Any) -> Any:
    """The table of signatures, known by what a screen reader calls it; the last of that name."""
    body = root.find(f"{W}body")
    named = f"{W}tblPr/{W}tblCaption[@{W}val='{CAPTION}']"
    return next((one for one in reversed(body.findall(f"{W}tbl")) if one.find(named) is not None), None)


def _paragraph(runs: Sequence[str]) -> Any:
    blank = '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
    names = f'xmlns:w="{WORD}" xmlns:v="{VML}" xmlns:o="{OFFICE}" xmlns:r="{RELATIONS}"'
    return etree.fromstring(f"<w:p {names}>{blank.join(runs)}</w:p>")


def _run(one: SignatureLine, relation: str) -> str:
    """The markup of ISO/IEC 29500-1, 14.2.2.30, as Word writes it."""
    said = {key: escape(value) for key, value in (("name", one.name), ("post", one.post), ("email", one.email))}
    alt = escape(f"Signature line of {one.name}, {one.post}".rstrip(", "))
    return (
        f'<w:r><w:pict><v:shape style="width:192pt;height:96pt" alt="{alt}"><v:imagedata r:id="{relation}"/>'
        '<o:lock v:ext="edit" ungrouping="t" rotation="t" cropping="t" verticies="t" text="t" grouping="t"/>'
        f'<o:signatureline v:ext="edit" id="{one.setup_id}" provid="{NO_PROVIDER}" o:suggestedsigner="{said["name"]}"'
        f' o:suggestedsigner2="{said["post"]}" o:suggestedsigneremail="{said["email"]}" allowcomments="t"'
        ' issignatureline="t"/></v:shape></w:pict></w:r>'
    )
