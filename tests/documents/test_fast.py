"""A template that is compiled once makes what docxtpl makes of it, whatever the template says."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from docx import Document
from docxtpl import DocxTemplate
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined
from lxml import etree

from protocolbuilder import catalogue
from protocolbuilder.documents import breaking, filling, package, templates, word
from protocolbuilder.documents.context import context
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.agreement import put
from protocolbuilder.errors import BadSchema
from tests.documents import made
from tests.law.filled import filled

TEMPLATES = sorted(templates.folder().glob("*.docx"))
PLAIN = ("Police & <Council>", "‘quoted’ “words” it's", "A text for many lines of a cell. " * 19, "", "7")
SIGNS = ("two\nlines", "one\n\nmore\a\aparagraphs", "tab\there", "page\fbreak")  # which only texts can hold

STAMP = Stamp("PB-1", "1", "0" * 64, "2026.11", made.AT)
WHOLE_ROW = f'<w:cantSplit xmlns:w="{W[1:-1]}"/>'


class Anything:
    """A value that has every attribute, entry and text a template may ask for: the same ones for the same path."""

    def __init__(self, path: str, texts: Sequence[str]) -> None:
        self._path, self._texts = path, texts
        self._number = crc32(path.encode())

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("_") or name in ("unsafe_callable", "alters_data"):
            raise AttributeError(name)
        return Anything(f"{self._path}.{name}", self._texts)

    def __iter__(self) -> Iterator[Anything]:
        return iter([Anything(f"{self._path}.{place}", self._texts) for place in range(self._number % 5)])

    def __call__(self) -> Anything:
        return Anything(f"{self._path}()", self._texts)

    def __bool__(self) -> bool:
        return self._number % 3 != 0

    def __str__(self) -> str:
        return self._texts[self._number % len(self._texts)]


def plainly(template: bytes, said: Mapping[str, Any]) -> dict[str, bytes]:
    """The parts as plain docxtpl makes them."""
    document, out = DocxTemplate(BytesIO(template)), BytesIO()
    document.render(dict(said), Environment(autoescape=True, undefined=StrictUndefined), autoescape=True)
    document.save(out)
    return package.read_own(out.getvalue())


def names_in(template: bytes) -> set[str]:
    document = DocxTemplate(BytesIO(template))
    return set(document.get_undeclared_template_variables(Environment(autoescape=True)))


def body(found: filling.Filled) -> bytes:
    return "".join(found.body).replace(breaking.MARK, "").encode()


def canonical(part: bytes) -> bytes:
    made: bytes = etree.tostring(etree.fromstring(part), method="c14n")
    return made


def assert_as_docxtpl(template: bytes, said: Mapping[str, Any]) -> None:
    expected, found = plainly(template, said), filling.fill(template, said)
    assert canonical(body(found)) == canonical(expected[package.WORD])
    furniture = [name for name in expected if re.match(r"word/(header|footer|footnotes)", name)]
    for name in furniture:
        assert canonical(found.parts[name]) == canonical(expected[name]), name
    assert set(found.parts) | {package.WORD} == set(expected)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_template_becomes_what_docxtpl_makes_of_it(path: Path) -> None:
    template = path.read_bytes()
    only_texts = all(part.structure.texts_only for part in filling.prepared(template).templates.values())
    texts = (*PLAIN, *SIGNS) if only_texts else PLAIN  # a description of a picture is no text of a paragraph
    for seed in range(3):
        assert_as_docxtpl(template, {name: Anything(f"{seed} {name}", texts) for name in names_in(template)})


@pytest.mark.parametrize("pattern", ["mash", "early-help"])
def test_a_whole_agreement_becomes_what_docxtpl_makes_of_it(pattern: str) -> None:
    agreement = put(filled(pattern), "about.title", "Sharing & <keeping> in Sir Gâr")
    schema, library = catalogue.schema(agreement.schema), catalogue.library()
    template = templates.load(agreement.schema)
    named = templates.named(template, word.agreement_shape(schema))

    def said() -> Mapping[str, Any]:
        return context(schema, agreement, library, stamp=made.stamp(agreement), named=named)

    expected = plainly(template, said())[package.WORD]
    assert canonical(body(filling.fill(template, said()))) == canonical(expected)


def template_of(*paragraphs: str) -> bytes:
    document, out = Document(), BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def test_broken_xml_is_never_repaired_silently() -> None:
    """A statement that opens within a paragraph and closes after it leaves half a paragraph out."""
    crossed = template_of("before {% if here %}kept", "{%p endif %}")
    assert not filling.prepared(crossed).templates[package.WORD].structure.balanced
    body(filling.fill(crossed, {"here": "yes"}))
    with pytest.raises(BadSchema):
        body(filling.fill(crossed, {"here": ""}))


@pytest.mark.parametrize("text", ["\x00", "a\x1fb", "\ufffe", "\ud800", "\x01"])
def test_a_character_that_no_word_file_holds_is_refused_and_never_dropped(text: str) -> None:
    with pytest.raises(BadSchema):
        word.printed(template_of("{{ text }}"), {"text": text}, title="", author="", stamp=STAMP)


def test_the_same_template_is_compiled_once_however_many_ask_for_it_at_once() -> None:
    template, found = template_of("{{ text }} for this test alone"), []
    several = [threading.Thread(target=lambda: found.append(filling.prepared(template))) for _ in range(8)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert len({id(one) for one in found}) == 1


@pytest.mark.parametrize(("wide", "whole"), [(9_638, True), (14_570, False)])
def test_a_row_on_a_page_that_lies_across_breaks_sooner_as_that_has_fewer_lines(wide: int, whole: bool) -> None:
    row = f'<w:tr><w:trPr>{WHOLE_ROW}</w:trPr><w:tc><w:tcW w:w="{wide}"/>{{{{ text }}}}</w:tc></w:tr>'
    text = "<w:p><w:r><w:t xml:space='preserve'>line</w:t></w:r></w:p>" * 11
    filled = row.replace("{{ text }}", f"{breaking.MARK}{text}")
    assert ("cantSplit" in breaking.let_long_rows_break(filled)) is whole


def test_a_row_that_stays_whole_may_break_only_where_it_is_long() -> None:
    rows = {"short": "word " * 20, "long": "word " * 200, "many": "\n".join("abcdefgh" * 2)}
    document, out = Document(), BytesIO()
    table = document.add_table(rows=3, cols=2)
    for row, name in zip(table.rows, rows, strict=True):
        row.cells[0].text, row.cells[1].text = "What", f"{{{{ {name} }}}}"
        row._tr.get_or_add_trPr().append(etree.fromstring(WHOLE_ROW))
    document.save(out)
    xml = breaking.let_long_rows_break("".join(filling.fill(out.getvalue(), rows).body))
    assert [WHOLE_ROW.split()[0] in row for row in xml.split("</w:tr>")[:-1]] == [True, False, False]
    assert breaking.MARK not in xml


PIECES = st.lists(st.binary(max_size=300), max_size=4)


@given(PIECES, st.none() | st.binary(max_size=99), PIECES)
def test_a_part_packed_in_pieces_is_the_same_part(before: list[bytes], gap: bytes | None, after: list[bytes]) -> None:
    packing = package.Packing()
    for piece in before:
        packing.add(piece)
    if gap is not None:
        packing.gap()
    for piece in after:
        packing.add(piece)
    written = package.write({"one.xml": packing.done(gap or b""), "two": b"2"})
    found = package.read_own(written)  # which compares the CRC
    assert found == {"one.xml": b"".join((*before, gap or b"", *after)), "two": b"2"}


def test_a_long_document_is_the_same_made_in_one_piece_or_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = filled("mash")
    whole = made.docx(agreement)
    monkeypatch.setattr(filling, "PIECE", 7)
    parts = package.read_own(made.docx(agreement))
    assert parts == package.read_own(whole)
    assert b"TOC" in parts[package.WORD]
