"""PDF and packs from the page of documents: promised, shown while made, cancelled, gone on with, downloaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask

from protocolbuilder.domain.agreement import Edit
from protocolbuilder.store import made
from protocolbuilder.store.agreements import Draft, save
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.work.worker import due
from tests.law.filled import filled
from tests.web.conftest import START
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Work = Callable[..., int]
TAKES = "takes a while to make"


@pytest.fixture
def program(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A command in LibreOffice's place, which makes an empty document; none when the file `broken` is there."""
    file, was = tmp_path / "office", app.extensions["protocolbuilder"]
    begin, stop = "#!/bin/sh\nfor given do :; done\n", f"[ -e {tmp_path}/broken ] && exit 7\n"
    file.write_text(begin + stop + 'echo %PDF-1.6 > "${given%.*}.pdf"\n')
    file.chmod(0o755)
    now = replace(was, settings=was.settings.model_copy(update={"office": str(file)}))
    monkeypatch.setitem(app.extensions, "protocolbuilder", now)
    return file


@pytest.fixture
def database(app: Flask) -> Engine:
    found: Engine = app.extensions["protocolbuilder"].database
    return found


@pytest.fixture
def work(app: Flask, database: Engine) -> Work:
    """A worker does what is due so many hours from now."""

    def done(hours: int = 12) -> int:
        at = app.extensions["protocolbuilder"].clock() + timedelta(hours=hours)
        return due(app.extensions["protocolbuilder"].settings, database, clock=lambda: at)

    return done


def ask(visitor: Visitor, ref: str, wanted: str, *, status: int = 200, of: str = "") -> Sheet:
    """The page that shows how far it is. Nothing is fetched in between but the page that asks for a name."""
    place = f"/agreements/{ref}{of}"
    page = visitor.get(f"{place}/toolkit")
    return visitor.send(page, to=f"{place}/making", status=status, wanted=wanted)


def test_every_word_document_and_the_slides_are_offered_as_pdf(program: Path, visitor: Visitor, draft: Make) -> None:
    ref = draft(filled("shared-care-record")).ref
    page = visitor.get(f"/agreements/{ref}/toolkit")
    buttons = page.tree.xpath("//td/button[contains(@value, '.pdf')]/@value")
    words = page.tree.xpath("//td/a[contains(@href, '.docx') or contains(@href, '.pptx')]/@href")
    assert len(buttons) == len(words) > 10 and TAKES in page.words
    assert page.tree.xpath("//li/button[contains(@value, '.pdf ')]")


def test_a_pdf_is_promised_shown_while_it_is_made_and_downloaded(
    program: Path, visitor: Visitor, draft: Make, work: Work
) -> None:
    ref = draft(filled("shared-care-record")).ref
    page = visitor.get(f"/agreements/{ref}/toolkit")
    wanted = page.tree.xpath("//li/button[contains(@value, '.pdf ')]/@value")[0]
    shown = ask(visitor, ref, wanted)
    assert "It waits for its turn." in shown.words and "0 of 2 parts made" in shown.words
    assert shown.tree.xpath("//progress[@max='2'][@value='0']")
    asked = visitor.client.get(shown.address, headers={"Accept": "application/json"}).get_json()
    assert (asked["state"], asked["open"], asked["done"], asked["parts"]) == ("waiting", True, 0, 2)
    visitor.get(f"{shown.address}/download", status=404)
    work()
    ready = visitor.get(shown.address)
    assert "It is ready. It is kept until" in ready.words
    answer = visitor.client.get(ready.tree.xpath("//a[@role='button'][contains(@href, 'download')]/@href")[0])
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", b"%PDF-1.6\n")
    assert answer.headers["Content-Disposition"].startswith(f"attachment; filename={ref}-draft-1")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert shown.address in visitor.get(f"/agreements/{ref}/toolkit").links()


def test_two_people_who_ask_for_the_same_get_the_same(
    program: Path, visitor: Visitor, other: Visitor, draft: Make, work: Work
) -> None:
    ref = draft(filled("police-schools")).ref
    first = ask(visitor, ref, "summary.pdf")
    assert ask(other, ref, "summary.pdf").address == first.address
    assert ask(other, ref, "agreement.pdf").address != first.address
    work()
    assert "It is ready." in ask(other, ref, "summary.pdf").words


def test_what_is_cancelled_is_made_no_further_and_gone_on_with_when_asked(
    program: Path, visitor: Visitor, draft: Make, work: Work
) -> None:
    ref = draft(filled("police-schools")).ref
    shown = ask(visitor, ref, "summary.pdf")
    stopped = visitor.press(shown, f"{shown.address}/cancel")
    assert "It was cancelled." in stopped.words and "Look again" not in stopped.words
    work()
    assert "It was cancelled." in visitor.get(shown.address).words
    assert "It waits for its turn." in visitor.press(stopped, f"{shown.address}/again").words
    work()
    assert "It is ready." in visitor.get(shown.address).words
    token = visitor.get(f"/agreements/{ref}/toolkit").fields()["csrf_token"]
    assert visitor.client.post(f"{shown.address}/cancel", data={"csrf_token": token}).status_code == 409


def test_what_goes_wrong_says_so_is_tried_again_and_given_up_after_eight_times(
    program: Path, visitor: Visitor, draft: Make, work: Work
) -> None:
    ref, broken = draft(filled("police-schools")).ref, program.parent / "broken"
    broken.touch()
    shown = ask(visitor, ref, "summary.pdf")
    work()
    page = visitor.get(shown.address)
    assert "It went wrong. LibreOffice made no PDF of this document. It ended with 7." in page.words
    assert "It is tried again at" in page.words and "1 of 2 parts made" in page.words
    for hours in range(13, 13 + 8):
        work(hours)
    page = visitor.get(shown.address)
    assert "It could not be made." in page.words
    broken.unlink()
    assert "It goes on in a moment." in visitor.press(page, f"{shown.address}/again").words
    work(30)
    assert "It is ready." in visitor.get(shown.address).words


def test_a_draft_that_has_moved_on_says_so_and_offers_to_make_it_anew(
    program: Path, visitor: Visitor, draft: Make, database: Engine, work: Work
) -> None:
    ref = draft(filled("police-schools")).ref
    shown = ask(visitor, ref, "summary.pdf")
    with writing(database) as session:
        save(session, ref, edits=[Edit("about.title", "Changed since")], seen=1, by="Jo Marsh", at=START)
    work()
    page = visitor.get(shown.address)
    assert "This is of draft 1. The draft is now draft 2." in page.words
    anew = visitor.send(page, wanted="summary.pdf")
    assert anew.address != shown.address and "Draft 2" in anew.words
    with reading(database) as session:
        assert made.document(session, int(shown.address.rpartition("/")[2])).asked.name == f"{ref}-draft-1-summary.pdf"


def test_a_pack_is_made_with_or_without_pdf(program: Path, visitor: Visitor, draft: Make, work: Work) -> None:
    ref = draft(filled("police-schools")).ref
    found = []
    for wanted in ("pack.zip", "pack-with-pdf.zip"):
        shown = ask(visitor, ref, wanted)
        while "It is ready." not in visitor.get(shown.address).words:
            work()
        with ZipFile(BytesIO(visitor.client.get(f"{shown.address}/download").data)) as archive:
            found.append(set(archive.namelist()))
    without, with_pdf = found
    assert without < with_pdf and all(name.endswith(".pdf") for name in with_pdf - without)
    words = {name.rpartition(".")[0] for name in without if name.endswith((".docx", ".pptx"))}
    assert words == {name.rpartition(".")[0] for name in with_pdf - without}


def test_where_nobody_works_the_page_says_what_waits(
    app: Flask, program: Path, visitor: Visitor, draft: Make, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = ask(visitor, draft(filled("police-schools")).ref, "summary.pdf")
    was = app.extensions["protocolbuilder"]
    alone = was.settings.model_copy(update={"worker": False})
    monkeypatch.setitem(app.extensions, "protocolbuilder", replace(was, settings=alone))
    assert "in a process of its own beside this one" in visitor.get(shown.address).words
    late = replace(was, clock=lambda: START + timedelta(hours=40))
    monkeypatch.setitem(app.extensions, "protocolbuilder", late)
    assert "No worker has taken it up." in Visitor(app.test_client()).get(shown.address).words


def test_where_there_is_no_office_the_page_says_so_and_all_else_is_made(
    monkeypatch: pytest.MonkeyPatch, visitor: Visitor, draft: Make, work: Work
) -> None:
    monkeypatch.setenv("PATH", "")
    ref = draft(filled("police-schools")).ref
    page = visitor.get(f"/agreements/{ref}/toolkit")
    assert not page.tree.xpath("//button[contains(@value, 'pdf')]")
    assert "There is no PDF: this machine has no LibreOffice to make it" in page.words
    assert visitor.client.get(f"/agreements/{ref}/files/summary.docx").status_code == 200
    for wanted in ("summary.pdf", "pack-with-pdf.zip"):
        assert "this machine has none" in ask(visitor, ref, wanted, status=404).words
    shown = ask(visitor, ref, "pack.zip")
    work()
    assert "It is ready." in visitor.get(shown.address).words


def test_what_is_not_made_is_not_promised(program: Path, visitor: Visitor, draft: Make) -> None:
    ref = draft(filled("mash")).ref
    for wanted in (
        "", "summary.docx", "data.pdf", "nothing.pdf", "joint-arrangement.pdf", "summary.pdf council",
        "privacy-wording.pdf nobody", "pack.zip council", "pack.pdf",
    ):  # fmt: skip
        ask(visitor, ref, wanted, status=404)
    for kind in ("summary.pdf", "pack.zip"):
        assert TAKES in visitor.get(f"/agreements/{ref}/files/{kind}", status=404).words


def test_a_document_is_found_under_its_own_agreement_and_edition_alone(
    program: Path, visitor: Visitor, draft: Make, work: Work
) -> None:
    ref, elsewhere = draft(filled("police-schools")).ref, draft(filled("mash")).ref
    number = ask(visitor, ref, "summary.pdf").address.rpartition("/")[2]
    work()
    for end in ("", "/download"):
        assert visitor.client.get(f"/agreements/{ref}/making/{number}{end}").status_code == 200
        assert visitor.client.get(f"/agreements/{elsewhere}/making/{number}{end}").status_code == 404
        assert visitor.client.get(f"/agreements/{ref}/versions/1/making/{number}{end}").status_code == 404
        assert visitor.client.get(f"/agreements/{ref}/making/99999{end}").status_code == 404
