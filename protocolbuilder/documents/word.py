"""Renders an agreement or a protocol as a Word file, and the same file as HTML for the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any, Final, Literal

from lxml import etree

from protocolbuilder.documents import embed, package, templates
from protocolbuilder.documents.breaking import keep_last_rows_together, let_long_rows_break
from protocolbuilder.documents.contents import Contents
from protocolbuilder.documents.context import context
from protocolbuilder.documents.filling import DECLARATION, Filled, fill, prepared
from protocolbuilder.documents.html import to_html
from protocolbuilder.documents.inheriting import Marks, under
from protocolbuilder.documents.shape import agreement_shape
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.inherit import effective
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library

What = Literal["agreement", "protocol"]

CORE: Final = "docProps/core.xml"
APP: Final = "docProps/app.xml"
_NO_PROGRAM: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)  # which program a template was edited with is nobody's business
_CP: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_DCTERMS: Final = "http://purl.org/dc/terms/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def render(
    what: What, schema: Schema, agreement: Agreement, library: Library, stamp: Stamp, *, template: bytes = b"",
    parent: Parent | None = None,
) -> bytes:  # fmt: skip
    """The Word file (.docx), with the agreement's data inside. The same input gives the same bytes.

    `template`: another template than the shipped one of the schema; `parent`: what it stands under, whose text it
    prints where it says nothing else. The data inside are its own answers, the parent beside them. Raises BadSchema
    when it cannot be filled.
    """
    source = template or templates.load(schema.id)
    told = under(schema, effective(schema, agreement, parent), "all")
    filled = fill(source, _said(schema, agreement, library, stamp=stamp, template=source, marks=told))
    around = _around(filled, title=_titled(schema, agreement), author=host_of(schema, agreement, library), stamp=stamp)
    around = embed.put(around, agreement, what=what, stamp=stamp, parent=parent)
    return package.write({**prepared(source).settled(around), package.WORD: _packed(filled)})


def delta(
    schema: Schema, agreement: Agreement, library: Library, stamp: Stamp, *, parent: Parent, template: bytes = b""
) -> bytes:
    """The Word file (.docx) of what an agreement adds to what it stands under, or says otherwise. No data inside."""
    source = template or templates.load(schema.id)
    marks = under(schema, effective(schema, agreement, parent), "delta")
    said = _said(schema, agreement, library, stamp=stamp, template=source, marks=marks)
    author = host_of(schema, agreement, library)
    return printed(source, said, title=_titled(schema, agreement), author=author, stamp=stamp)


def preview(
    what: What, schema: Schema, agreement: Agreement, library: Library, stamp: Stamp, *, template: bytes = b"",
    parent: Parent | None = None,
) -> str:  # fmt: skip
    """The text of `render` as an HTML fragment: the same paragraphs and cells in the same order."""
    return to_html(visible_parts(schema, agreement, library, stamp=stamp, template=template, parent=parent))


def html(docx: bytes) -> str:
    """A Word file that was rendered before as an HTML fragment. Raises BadFile."""
    return to_html(package.read(docx))


def visible_parts(
    schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp, template: bytes = b"",
    told: Callable[[dict[str, Any]], dict[str, Any]] = dict, parent: Parent | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """The parts of the Word file, without the data. `told`: what becomes of all that the template may say."""
    source = template or templates.load(schema.id)
    marks = under(schema, effective(schema, agreement, parent), "all")
    filled = fill(source, told(_said(schema, agreement, library, stamp=stamp, template=source, marks=marks)))
    around = _around(filled, title=_titled(schema, agreement), author=host_of(schema, agreement, library), stamp=stamp)
    contents = Contents(filled.styles)
    body = list(_finished(filled, contents))
    return {**around, package.WORD: b"".join(contents.text.encode() if piece is None else piece for piece in body)}


def printed(template: bytes, said: Mapping[str, Any], *, title: str, author: str, stamp: Stamp) -> bytes:
    """A whole Word file (.docx): the template filled, with contents and properties. The same input, the same bytes.

    `said`: what the template may say. `author` is an organisation, or empty. Raises BadSchema when it cannot be filled.
    """
    filled = fill(template, said)
    around = prepared(template).settled(_around(filled, title=title, author=author, stamp=stamp))
    return package.write({**around, package.WORD: _packed(filled)})


def _said(
    schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp, template: bytes, marks: Marks
) -> dict[str, Any]:
    return context(schema, agreement, library, stamp=stamp, named=named(template, schema), marks=marks)


@lru_cache(maxsize=32)
def named(template: bytes, schema: Schema) -> frozenset[str]:
    """The addresses that a template of this schema prints by name."""
    return templates.named(template, agreement_shape(schema))


def _around(filled: Filled, *, title: str, author: str, stamp: Stamp) -> dict[str, bytes]:
    """All parts but the body, with the properties. `author` is an organisation, or empty."""
    made = {**filled.parts, CORE: _core(title, author, stamp)}
    return {**made, APP: _NO_PROGRAM} if APP in made else made


def _finished(filled: Filled, contents: Contents) -> Iterator[bytes | None]:
    """The body in pieces; None stands for the list of contents, which is known after all of them."""
    yield DECLARATION
    rows_broken = keep_last_rows_together(map(let_long_rows_break, filled.body))
    for piece in contents.through(rows_broken):
        yield None if piece is None else piece.encode()


def _packed(filled: Filled) -> package.Packed:
    """The body, packed while it is made."""
    contents, packing = Contents(filled.styles), package.Packing()
    for piece in _finished(filled, contents):
        if piece is None:
            packing.gap()
        else:
            packing.add(piece)
    return packing.done(contents.text.encode())


def title_of(agreement: Agreement) -> str:
    about = agreement.answers.get("about")
    title = about.get("title") if isinstance(about, Mapping) else None
    return title if isinstance(title, str) else ""


def _titled(schema: Schema, agreement: Agreement) -> str:
    """The title among the properties: a file without one is read out by its name."""
    return title_of(agreement) or schema.title


def host_of(schema: Schema, agreement: Agreement, library: Library) -> str:
    """The name of the partner that keeps the agreement, or ""."""
    about = agreement.answers.get("about")
    host = about.get("host") if isinstance(about, Mapping) else None
    return AgreementNames(schema, agreement, library).item(host) if isinstance(host, str) else ""


def _core(title: str, author: str, stamp: Stamp) -> bytes:
    names = {"cp": _CP, "dc": _DC, "dcterms": _DCTERMS, "xsi": _XSI}
    root: Any = etree.Element(f"{{{_CP}}}coreProperties", nsmap=names)
    at = stamp.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = [(_DC, "title", title), (_DC, "creator", author), (_DC, "identifier", stamp.reference)]
    rows += [(_DC, "language", "en-GB"), (_CP, "lastModifiedBy", author), (_CP, "revision", "1")]
    rows += [(_CP, "version", stamp.version), (_DCTERMS, "created", at), (_DCTERMS, "modified", at)]
    for space, name, text in rows:
        element = etree.SubElement(root, f"{{{space}}}{name}")
        element.text = text
        if space == _DCTERMS:
            element.set(f"{{{_XSI}}}type", "dcterms:W3CDTF")
    return package.serialise(root)
