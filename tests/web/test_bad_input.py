"""What nobody means to send, and what two send at once: a clear page, nothing lost, and never an error of ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from protocolbuilder.documents import package, redline
from protocolbuilder.domain.agreement import get, put
from protocolbuilder.store import returned
from protocolbuilder.store.agreements import Draft, discard
from protocolbuilder.store.engine import Engine, reading, writing
from tests.documents.branded import council, file
from tests.store.at_once import at_once
from tests.web.conftest import START
from tests.web.test_documents_pages import complete
from tests.web.test_returned_pages import PATTERN, SAFETY, decided, taken_in, word_of
from tests.web.visitor import Visitor

HUGE = "9" * 30
LOOKS = "/settings/house-style"


@pytest.fixture
def ref(draft: Callable[..., Draft]) -> str:
    return draft(PATTERN).ref


@pytest.fixture
def database(app: Flask) -> Engine:
    found: Engine = app.extensions["protocolbuilder"].database
    return found


@pytest.fixture
def apart(app: Flask) -> Visitor:
    """Somebody at an address of their own: files sent too often are counted by it."""
    return Visitor(app.test_client())


def back_of(visitor: Visitor, ref: str) -> bytes:
    came = word_of(visitor, ref)
    came.replaced("urgent and proportionate", "urgent")
    return came.bytes()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    return zipped(**{package.TYPES: b"<Types/>", package.WORD: bytes(90_000_000)})


def told(answer: TestResponse) -> str:
    """What the page says is wrong."""
    links = html.fromstring(answer.text).xpath("//*[contains(@class,'govuk-error-summary')]//a")
    return " ".join(link.text_content().strip() for link in links)


# --- numbers no database keeps


def test_a_number_that_no_database_keeps_leads_to_no_page(visitor: Visitor, ref: str) -> None:
    for place in (
        f"/agreements/{ref}/returned/{HUGE}", f"/agreements/{ref}/returned/1/{HUGE}",
        f"/agreements/{ref}/versions/{HUGE}/toolkit", f"/agreements/{ref}/compare?before={HUGE}",
        f"{LOOKS}/{HUGE}/sample.docx",
    ):  # fmt: skip
        visitor.get(place, status=404)
    token = visitor.get(LOOKS).fields_of("csrf_token")
    for place in (f"/work/jobs/{HUGE}/cancel", f"/work/jobs/{HUGE}/again", f"/work/mails/{HUGE}/again"):
        assert visitor.client.post(place, data={"csrf_token": token}).status_code == 404, place
    for number in (HUGE, "-1", "x", "", "²"):
        answer = visitor.client.post(f"{LOOKS}/choose", data={"csrf_token": token, "file": number})
        assert answer.status_code == 404 and "Choose one of the looks on the page." in answer.text, number


# --- files


def sent(visitor: Visitor, place: str, content: bytes, **fields: str) -> TestResponse:
    """A form with a file, in one piece: the test client would leave a large one in a file of its own, still open."""
    token = visitor.get(place).fields_of("csrf_token")
    body = b""
    for name, said in {"csrf_token": token, **fields}.items():
        body += f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n'.encode()
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n' + content
    return visitor.client.post(place, data=body + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x")


def split() -> bytes:
    """Braces that Word keeps in two runs."""
    document = council()
    for words in ("{", "{ 7*7 }", "}"):
        document.sections[0].header.paragraphs[0].add_run(words)
    return file(document)


def macros() -> bytes:
    """A .docm, renamed."""
    parts = package.read(file(council()))
    kind = parts[package.TYPES].replace(
        b"openxmlformats-officedocument.wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml"
    )
    return package.write({**parts, package.TYPES: kind})


def test_a_file_that_is_no_look_is_refused_in_words_and_the_look_stays(own: Flask) -> None:
    at, good = Visitor(own.test_client()), file(council())
    for content, words in (
        (b"", "Select a Word file"), (good + bytes(6_000_000), "larger than 5 MB"), (b"%PDF-1.7", "not a Word file"),
        (package.OLD_FORMAT + b"x", "old format"), (zipped(**{"xl/workbook.xml": b"<a/>"}), "not a Word file"),
        (split(), "the start of a placeholder"), (macros(), "holds macros"), (good[: len(good) // 2], "damaged"),
        (bomb(), "unpacks to far more"),
    ):  # fmt: skip
        answer = sent(at, LOOKS, content, name="Northshire")
        assert answer.status_code == 422 and words in told(answer), words
    assert "the plain look" in at.get("/settings").words
    for _ in range(2):  # the same file twice is chosen twice
        assert sent(at, LOOKS, good, name="Northshire").status_code == 303


def test_a_file_that_did_not_come_from_here_is_refused_in_words_and_not_kept(
    apart: Visitor, ref: str, draft: Callable[..., Draft], database: Engine
) -> None:
    good, plain, other = back_of(apart, ref), io.BytesIO(), draft(put(PATTERN, "about.title", "Other")).ref
    Document().save(plain)
    theirs = back_of(apart, other)
    with writing(database) as session:
        discard(session, other, by="Jo", at=START)
    one, two = (apart.client.get(f"/agreements/{each}/files/document.docx").data for each in (ref, other))
    for content, words in (
        (theirs, f"This is a file of {other}"), (plain.getvalue(), "holds no agreement"),
        (redline.redline(one, two, author="Jo", at=START), "is a redline"), (good[:-100], "damaged"),
        (bomb(), "unpacks to far more"), (good + bytes(11_000_000), "larger than 10 MB"),
    ):  # fmt: skip
        answer = sent(apart, f"/agreements/{ref}/returned", content)
        assert answer.status_code == 422 and words in told(answer), words
    with reading(database) as session:
        assert returned.files(session, ref) == ()


def test_of_a_discarded_agreement_no_file_is_taken_in_and_nothing_decided(
    apart: Visitor, ref: str, database: Engine
) -> None:
    page = apart.get(f"{taken_in(apart, ref, back_of(apart, ref)).address}/1")
    with writing(database) as session:
        discard(session, ref, by="Jo", at=START)
    assert "has been discarded. Put it back" in apart.get(f"/agreements/{ref}/returned").words
    for decision in ("accept", "refuse"):
        refused = decided(apart, page, decision, status=409)
        assert refused.h1 == "That cannot be done as it stands now" and "is discarded" in refused.words
    with reading(database) as session:
        assert returned.item(session, ref, 1, 1).decision == ""


def test_what_is_made_of_a_protocol_only_is_not_made_of_a_version_of_an_agreement(
    visitor: Visitor, draft: Callable[..., Draft]
) -> None:
    ref = draft(complete()).ref
    visitor.send(visitor.get(f"/agreements/{ref}/issue"))
    for place in (f"/agreements/{ref}/files", f"/agreements/{ref}/versions/1/made"):
        assert "made of a protocol only" in visitor.get(f"{place}/protocol.docx", status=404).words
        assert "no document called “nonsense”" in visitor.get(f"{place}/nonsense", status=404).words


# --- at once


def test_of_four_who_decide_on_one_entry_at_once_one_wins_and_the_others_are_told(
    app: Flask, apart: Visitor, ref: str, stored: Callable[[str], Draft]
) -> None:
    place = f"{taken_in(apart, ref, back_of(apart, ref)).address}/1"
    people = [Visitor(app.test_client(), name=f"Person {number}") for number in range(4)]
    forms = [one.get(place).fields() for one in people]

    def accept(one: Visitor, form: dict[str, list[str]]) -> TestResponse:
        return one.client.post(place, data={**form, "decision": "accept"})

    answers = at_once([lambda one=one, form=form: accept(one, form) for one, form in zip(people, forms, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert all("Look at it again" in told(answer) for answer in answers if answer.status_code == 409)
    assert get(stored(ref).agreement, "principles.safety") == SAFETY.replace("urgent and proportionate", "urgent")
    assert stored(ref).number == 2
