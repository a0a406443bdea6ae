"""Three tracked changes and two comments made by other programs: each on its question; one taken, one refused, one
answered. LibreOffice tracks the changes; python-docx writes the comments, for LibreOffice without windows cannot."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import get
from protocolbuilder.settings import Settings
from protocolbuilder.store import returned
from protocolbuilder.store.agreements import Draft, create, load
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.web.app import create_app
from tests.second_reader import SecondReader
from tests.web.visitor import Sheet, Visitor

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
MASH = catalogue.pattern("mash").agreement
SAFETY = str(MASH.answers["principles"]["safety"])


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    numbers = iter(range(1, 1000))
    made = create_app(Settings(instance=tmp_path), clock=lambda: AT, new_id=lambda: f"n{next(numbers)}")
    made.testing = True
    return made


@pytest.fixture
def draft(app: Flask) -> Draft:
    with writing(app.extensions["protocolbuilder"].database) as session:
        return create(session, MASH, by="Jo Green", at=AT, new_id=lambda: "a1")


def commented(content: bytes, words: str, text: str) -> bytes:
    """The file with a comment on the run that holds these words."""
    document = docx.Document(io.BytesIO(content))
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    every = [*document.paragraphs, *(paragraph for cell in cells for paragraph in cell.paragraphs)]
    run = next(run for paragraph in every for run in paragraph.runs if words in run.text)
    document.add_comment(run, text=text, author="Ann Lee", initials="AL")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def taken_in(visitor: Visitor, ref: str, content: bytes) -> Sheet:
    page = visitor.get(f"/agreements/{ref}/returned")
    sent: dict[str, Any] = {"csrf_token": page.fields_of("csrf_token")}
    sent["file"] = (io.BytesIO(content), "Back.docx")
    answer = visitor.client.post(page.address, data=sent, content_type="multipart/form-data")
    return visitor._follow(answer, page.address, 200)


def test_a_file_that_other_programs_changed_and_commented_on_is_worked_through(
    app: Flask, draft: Draft, second_reader: SecondReader
) -> None:
    visitor, ref = Visitor(app.test_client()), draft.ref
    back = second_reader.review(
        visitor.client.get(f"/agreements/{ref}/files/document.docx").data,
        {"at": "urgent and proportionate", "new": "urgent, necessary and proportionate"},
        {"at": "A partner has a concern that", "new": "We fear that"},
        {"at": "If a child is in danger, staff share at once", "paragraph": "Nobody waits for a form."},
    )
    back = commented(back, str(MASH.answers["confidentiality"]["culture"])[:60], "Who asks?")
    back = commented(back, str(MASH.answers["requests"]["decision_record"])[:60], "Where is it kept?")
    page = taken_in(visitor, ref, back)
    with reading(app.extensions["protocolbuilder"].database) as session:
        found = {item.address: item for item in returned.items(session, ref, 1)}
    assert {(key, item.content["kind"]) for key, item in found.items()} == {
        ("summary.text", "change"), ("principles.safety", "change"), ("purposes.p-triage.threshold", "change"),
        ("confidentiality.culture", "comment"), ("requests.decision_record", "comment"),
    }  # fmt: skip

    def decide(address: str, decision: str, **more: str) -> None:
        visitor.send(visitor.get(f"{page.address}/{found[address].number}"), decision=decision, **more)

    decide("principles.safety", "accept")
    decide("summary.text", "refuse", reply="It says so in section 8.")
    decide("confidentiality.culture", "answer", reply="The social worker.")
    with reading(app.extensions["protocolbuilder"].database) as session:
        now = load(session, ref).agreement
        told = {item.address: item.decision for item in returned.items(session, ref, 1)}
    assert get(now, "principles.safety") == SAFETY.replace("urgent and", "urgent, necessary and")
    assert get(now, "summary.text") == get(MASH, "summary.text")
    assert told == {
        "principles.safety": "accepted", "summary.text": "refused", "confidentiality.culture": "answered",
        "purposes.p-triage.threshold": "", "requests.decision_record": "",
    }  # fmt: skip
    assert "3 of 5 decided" in visitor.get(page.address).words
