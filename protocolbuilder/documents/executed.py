"""The executed copy: the text of a version as it was issued, with the signatures in its table.

It is a new document with a seal of its own. What was signed is the issued file, whose hash it prints: nothing in that
one can change any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import embed, package
from protocolbuilder.documents.sealing import Signer, sealed
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.signature_lines import CAPTION, WORD
from protocolbuilder.documents.signed_rows import SIMPLE, URGENT, Standing, day, moment, standings
from protocolbuilder.documents.unsigned import unsigned
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.signing_record import SigningRecord

WIDTHS: Final = (2268, 2324, 3346, 1701)
HEADS: Final = ("Partner", "Name and post", "Signature", "Date")
DESCRIPTION: Final = "One row for each partner: its name, who signed for it, how it was signed, and when."
ROLE: Final = "Seal of the organisation"
_NAMES: Final[Any] = {"w": WORD}

Stamper = Callable[[bytes], bytes | None]


def executed(
    issued: bytes, record: SigningRecord, *, key: Signer, at: datetime, token: Stamper | None = None
) -> bytes:  # fmt: skip
    """`issued`: the file that was signed. `token` gives a time-stamp. Raises BadFile, one clear line, for a file that
    cannot be sealed."""
    parts = embed.without(package.read_own(unsigned(issued)))
    root = package.parse(parts, package.WORD)
    _say_what_it_is(root, record)
    _put_signatures(root, standings(record))
    parts[package.WORD] = package.serialise(root)
    parts = embed.with_properties(parts, {embed.EXECUTED: f"{record.ref}, version {record.number}"})
    comment = f"{'Executed copy' if record.completed_at else 'As it stands'} of version {record.number} of {record.ref}"
    return sealed(package.write(parts), key, said=Statement(at, comment=comment, role=ROLE), token=token)


def notices(record: SigningRecord) -> tuple[str, ...]:
    """What stands before the text."""
    signed, all_ = len(record.receipts), len(record.signing_parties)
    begun = f"Executed copy of version {record.number}, which was issued on {day(record.issued_at)}."
    done = f"{signed} of {all_} partners that were asked have signed; this was complete at {{}}."
    if record.completed_at is None:
        begun = f"Signatures on version {record.number} as they stand. This is no executed copy."
        done = f"{signed} of {all_} partners that were asked have signed; {len(record.missing)} still are to sign."
    else:
        done = done.format(moment(record.completed_at))
    file = record.document
    what = f"What was signed is the file {file.name}, SHA-256 {file.sha256}." if file else ""
    return tuple(filter(None, (f"{begun} {done}", what, SIMPLE, URGENT)))


def _say_what_it_is(root: Any, record: SigningRecord) -> None:
    """After the title and what stands with it, before the first table."""
    body = root.find(f"{W}body")
    after = [one for one in body.findall(f"{W}p")[:4] if _style(one) in ("Title", "Subtitle")]
    place = body.index(after[-1]) + 1 if after else 0
    for number, text in enumerate(notices(record)):
        body.insert(place + number, _paragraph(text, "Note"))


def _put_signatures(root: Any, rows: Sequence[Standing]) -> None:
    """In the place of the empty table of the text, or at its end where it has none."""
    body, made = root.find(f"{W}body"), _table(rows)
    named = f"{W}tblPr/{W}tblCaption[@{W}val='{CAPTION}']"
    found = next((one for one in reversed(body.findall(f"{W}tbl")) if one.find(named) is not None), None)
    if found is not None:
        found.addnext(made)
        body.remove(found)
    else:
        end = body.find(f"{W}sectPr")
        for one in (_paragraph(CAPTION, "Heading1"), made, _paragraph("", "")):
            end.addprevious(one)


def _table(rows: Sequence[Standing]) -> Any:
    table: Any = etree.Element(f"{W}tbl", nsmap=_NAMES)
    about = _under(table, "tblPr")
    _under(about, "tblStyle", val="Gridtable")
    _under(about, "tblW", w=str(sum(WIDTHS)), type="dxa")
    _under(about, "tblLayout", type="fixed")
    bands = {"lastRow": "0", "firstColumn": "0", "lastColumn": "0", "noHBand": "1", "noVBand": "1"}
    _under(about, "tblLook", val="04A0", firstRow="1", **bands)
    _under(about, "tblCaption", val=CAPTION)
    _under(about, "tblDescription", val=DESCRIPTION)
    grid = _under(table, "tblGrid")
    for width in WIDTHS:
        _under(grid, "gridCol", w=str(width))
    _row(table, [[(head, "Cellhead")] for head in HEADS], shade="F3F2F1")
    for one in rows:
        name = [(one.name, "Celltext")] if one.name else [("Not named", "Celltext")]
        post = [(one.post, "Cellnote")] if one.post else []
        first, *more = one.done
        done = [(first, "Celltext"), *((text, "Cellnote") for text in more)]
        when = [(text, "Celltext" if not at else "Cellnote") for at, text in enumerate(one.when)]
        _row(table, [[(one.partner, "Celltext")], [*name, *post], done, when or [("", "Celltext")]])
    return table


def _row(table: Any, cells: Sequence[Sequence[tuple[str, str]]], *, shade: str = "") -> None:
    row = _under(table, "tr")
    about = _under(row, "trPr")
    _under(about, "cantSplit")
    if shade:
        _under(about, "tblHeader")
    for width, paragraphs in zip(WIDTHS, cells, strict=True):
        cell = _under(row, "tc")
        look = _under(cell, "tcPr")
        _under(look, "tcW", w=str(width), type="dxa")
        if shade:
            _under(look, "shd", val="clear", color="auto", fill=shade)
        for text, style in paragraphs:
            cell.append(_paragraph(text, style))


def _paragraph(text: str, style: str) -> Any:
    made: Any = etree.Element(f"{W}p", nsmap=_NAMES)
    if style:
        _under(_under(made, "pPr"), "pStyle", val=style)
    said = etree.SubElement(_under(made, "r"), f"{W}t")
    said.text = "".join(mark for mark in text if mark.isprintable())
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _under(parent: Any, name: str, **said: str) -> Any:
    return etree.SubElement(parent, f"{W}{name}", {f"{W}{key}": value for key, value in said.items()})


def _style(paragraph: Any) -> str:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return found.get(f"{W}val", "") if found is not None else ""
