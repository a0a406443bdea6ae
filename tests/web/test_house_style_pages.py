"""Settings: a Word file becomes the look of every document, can be taken back, and an issued version keeps its own."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.documents import package, templates
from protocolbuilder.store import versions
from protocolbuilder.store.agreements import Draft, create
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.web import looks
from tests.documents import branded
from tests.documents.branded import COUNCIL, GREEN, council, file
from tests.law.filled import filled
from tests.web.conftest import START
from tests.web.test_toolkit import issued
from tests.web.visitor import Sheet, Visitor


@pytest.fixture
def at(own: Flask) -> Visitor:
    return Visitor(own.test_client())


@pytest.fixture
def ref(own: Flask) -> str:
    with writing(own.extensions["protocolbuilder"].database) as session:
        made: Draft = create(session, filled("mash"), by="Jo", at=START, new_id=lambda: "one", note="")
    return made.ref


def upload(at: Visitor, content: bytes, *, name: str = COUNCIL, status: int = 200) -> Sheet:
    page = at.get("/settings/house-style")
    fields = {"name": name, "file": (BytesIO(content), "brand.docx")}
    fields["csrf_token"] = page.fields_of("csrf_token")
    answer = at.client.post("/settings/house-style", data=fields, content_type="multipart/form-data")
    return at._follow(answer, "/settings/house-style", status)


def word_of(at: Visitor, address: str) -> dict[str, bytes]:
    answer = at.client.get(address)
    assert answer.status_code == 200, answer.text
    return package.read(answer.data)


def is_green(parts: dict[str, bytes]) -> bool:
    return GREEN.encode() in parts["word/styles.xml"] and "word/header-house.xml" in parts


def test_a_word_file_becomes_the_look_of_every_document_and_is_taken_back(at: Visitor, ref: str) -> None:
    assert "the plain look" in at.get("/settings").words
    page = upload(at, file(council()))
    assert f"Word documents now have the look of {COUNCIL}" in page.words and "Taken over" in page.words
    for name in ("agreement.docx", "summary.docx", "matrix.docx", "staff-guide.docx", "review.docx"):
        assert is_green(word_of(at, f"/agreements/{ref}/files/{name}")), name
    assert is_green(word_of(at, "/settings/house-style/1/sample.docx"))
    assert not is_green(word_of(at, "/settings/house-style/0/sample.docx"))
    page = at.press(page, "/settings/house-style/choose", file="0")
    assert "Word documents now have the plain look" in page.words
    assert not is_green(word_of(at, f"/agreements/{ref}/files/summary.docx"))
    page = at.press(page, "/settings/house-style/choose", file="1")
    assert is_green(word_of(at, f"/agreements/{ref}/files/summary.docx"))
    assert page.words.count(at.name) >= 3


def test_a_file_that_is_refused_changes_nothing_and_the_page_says_why(at: Visitor) -> None:
    document = council()
    document.sections[0].footer.paragraphs[0].add_run("{{ 7*7 }}")
    page = upload(at, file(document), status=422)
    ((words, link),) = page.errors
    assert "start of a placeholder" in words and link == "#file"
    assert "the plain look" in at.get("/settings").words
    assert [words for words, _ in upload(at, b"", name="", status=422).errors] == [
        "Enter the name of the organisation", "Select a Word file",
    ]  # fmt: skip


def test_a_look_that_was_never_uploaded_is_not_found(at: Visitor) -> None:
    at.get("/settings/house-style/7/sample.docx", status=404)


def test_a_version_keeps_the_look_it_was_issued_with(own: Flask, at: Visitor, ref: str) -> None:
    page = upload(at, file(council()))
    number = issued(own, at, ref)
    at.press(page, "/settings/house-style/choose", file="0")
    with reading(own.extensions["protocolbuilder"].database) as session:
        kept = versions.version(session, ref, number)
    assert len(kept.templates[looks.HOUSE]) == 64
    assert f"House style{COUNCIL}" in at.get(f"/agreements/{ref}/versions/{number}").words.replace("style ", "style")
    assert is_green(word_of(at, f"/agreements/{ref}/versions/{number}/made/summary.docx"))
    assert is_green(word_of(at, f"/agreements/{ref}/versions/{number}/made/agreement.docx"))
    assert not is_green(word_of(at, f"/agreements/{ref}/files/summary.docx"))


def test_an_operators_template_takes_the_place_of_the_shipped_one(own: Flask, at: Visitor, ref: str) -> None:
    folder = own.extensions["protocolbuilder"].settings.instance / "templates" / "word"
    folder.mkdir(parents=True)
    document = Document(BytesIO(templates.load("summary-1")))
    document.paragraphs[1].insert_paragraph_before("Printed by Northshire.")
    document.save(str(folder / "summary-1.docx"))
    assert b"Printed by Northshire." in word_of(at, f"/agreements/{ref}/files/summary.docx")[package.WORD]
    upload(at, file(council()))
    made = word_of(at, f"/agreements/{ref}/files/summary.docx")
    assert b"Printed by Northshire." in made[package.WORD] and is_green(made)
    page = at.get("/settings")
    assert "summary-1.docx" in page.words and "Mistakes" not in page.words


def test_a_wrong_template_of_an_operator_stops_that_document_alone_and_says_what(
    own: Flask, at: Visitor, ref: str
) -> None:
    folder = own.extensions["protocolbuilder"].settings.instance / "templates" / "word"
    folder.mkdir(parents=True)
    document = Document(BytesIO(templates.load("summary-1")))
    document.paragraphs[1].insert_paragraph_before("{{ cycler.__init__.__globals__ }}")
    document.save(str(folder / "summary-1.docx"))
    page = at.get(f"/agreements/{ref}/files/summary.docx", status=500)
    assert "summary-1.docx has a mistake" in page.words and "There is nothing called “cycler”." in page.words
    assert "There is nothing called “cycler”." in at.get("/settings").words
    word_of(at, f"/agreements/{ref}/files/matrix.docx")
    at.get(f"/agreements/{ref}/preview")
    (folder / "agreement-1.docx").write_bytes(b"nonsense")
    assert "agreement-1.docx has a mistake" in at.get(f"/agreements/{ref}/preview", status=500).words
    at.get(f"/agreements/{ref}")


def test_a_sample_that_was_restyled_is_a_look(at: Visitor) -> None:
    document = Document(BytesIO(at.client.get("/settings/house-style/0/sample.docx").data))
    branded.restyled(document, "Heading 1", "Arial", 20, GREEN, bold=True)
    upload(at, file(document))
    assert GREEN.encode() in word_of(at, "/settings/house-style/1/sample.docx")["word/styles.xml"]
    assert catalogue.patterns()
