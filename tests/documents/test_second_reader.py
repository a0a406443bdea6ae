"""LibreOffice, a reader that shares no code with us, sees what we printed; what it saves again we can still read."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import embed, family, package, templates, visible
from protocolbuilder.domain.agreement import Agreement
from tests import builders
from tests.documents import made
from tests.documents.test_word import many_parties
from tests.second_reader import SecondReader
from tests.usual import some

MASH = made.renamed(catalogue.pattern("mash").agreement)
PRINTED = {
    "every question": made.filled(catalogue.schema("agreement-1")),
    "every question of a protocol": made.filled(catalogue.schema("protocol-1")),
    "40 partners": many_parties(40),
    "nothing": builders.empty(),
    **{draft.name: made.renamed(draft.agreement) for draft in some(catalogue.patterns())},
}


def body(docx: bytes) -> list[str]:
    found: list[str] = []
    for block in visible.blocks(package.read(docx)):
        rows = block.rows if isinstance(block, visible.Table) else ()
        found += [block.text] if isinstance(block, visible.Paragraph) else []
        found += [paragraph.text for row in rows for cell in row.cells for paragraph in cell]
    return [text for text in found if text.strip()]


def read(reader: SecondReader, docx: bytes) -> list[str]:
    return [text.rstrip("\t") for text in reader.text(docx) if text.strip()]


@pytest.mark.parametrize("name", PRINTED)
def test_the_second_reader_sees_every_paragraph_and_every_value(second_reader: SecondReader, name: str) -> None:
    docx = made.docx(PRINTED[name])
    seen = read(second_reader, docx)
    assert seen == body(docx)
    assert made.lost(PRINTED[name], "\n\n".join(seen)) == []


def test_the_second_reader_sees_the_footer(second_reader: SecondReader) -> None:
    furniture = " ".join(second_reader.furniture(made.docx(MASH)))
    assert made.stamp(MASH).fingerprint in furniture
    assert "PB-2026-0001, version 1" in furniture


@pytest.mark.parametrize(
    "agreement", [MASH, many_parties(40), builders.empty()], ids=["mash", "40 partners", "nothing"]
)
def test_the_second_reader_sees_the_matrix(second_reader: SecondReader, agreement: Agreement) -> None:
    docx = made.as_matrix(agreement, "docx")
    assert read(second_reader, docx) == body(docx)
    sheets = second_reader.cells(made.as_matrix(agreement, "xlsx"))
    names = {str(row[0]) for row in sheets["Who shares with whom"]}
    assert {party["name"] for party in agreement.answers["parties"]} <= names


@pytest.mark.parametrize("name", ["mash", "every question", "nothing"])
def test_a_file_saved_again_holds_the_same_data_and_shows_no_difference(second_reader: SecondReader, name: str) -> None:
    again = second_reader.resave(made.docx(PRINTED[name]))
    assert embed.take(again) == PRINTED[name]
    assert embed.differences(again, made.parts(PRINTED[name])) == ()


def test_a_file_with_one_word_changed_is_told_apart_and_the_word_is_named(second_reader: SecondReader) -> None:
    edited = second_reader.replace(made.docx(MASH), old="has a concern that", new="has a worry that")
    assert embed.take(edited) == MASH
    (found,) = embed.differences(edited, made.parts(MASH))
    assert "concern" in found.expected and "worry" in found.found


def test_a_template_edited_in_an_office_program_prints_the_new_wording(second_reader: SecondReader) -> None:
    old = "This agreement does not itself give anyone a power."
    new = "Nothing in this agreement gives anyone a power that the law does not."
    template = second_reader.replace(templates.load("agreement-1"), old=old, new=new)
    seen = made.text(made.docx(MASH, template=template))
    assert new in seen and old not in seen
    assert made.lost(MASH, seen) == []
    docx = made.docx(MASH, template=template)
    assert read(second_reader, docx) == body(docx)


def test_a_variable_misspelt_in_an_office_program_is_refused(second_reader: SecondReader, tmp_path: Path) -> None:
    template = second_reader.replace(templates.load("agreement-1"), old="security.access", new="security.acces")
    (tmp_path / "agreement-1.docx").write_bytes(template)
    schema = catalogue.schema("agreement-1")
    found = templates.check([schema], family.shapes(schema), where=tmp_path)
    assert any("security.acces " in one.place and "“acces” in “security”" in one.text for one in found)
