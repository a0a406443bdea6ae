"""PDF from the page of documents: offered where LibreOffice is, told in words where it is not, refused when busy."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from protocolbuilder.store.agreements import Draft
from tests.law.filled import filled
from tests.web.visitor import Visitor

Make = Callable[..., Draft]


@pytest.fixture
def program(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A command in LibreOffice's place, which waits for `gate` and makes an empty document."""
    file, was = tmp_path / "office", app.extensions["protocolbuilder"]
    gate = f"while [ ! -e {tmp_path / 'gate'} ]; do sleep 0.05; done"
    file.write_text(f'#!/bin/sh\nfor given do :; done\n{gate}\necho %PDF-1.6 > "${{given%.*}}.pdf"\n')
    file.chmod(0o755)
    now = replace(was, settings=was.settings.model_copy(update={"office": str(file)}))
    monkeypatch.setitem(app.extensions, "protocolbuilder", now)
    return file


def test_every_word_document_and_the_slides_are_offered_as_pdf(program: Path, visitor: Visitor, draft: Make) -> None:
    ref = draft(filled("shared-care-record")).ref
    (program.parent / "gate").touch()
    page = visitor.get(f"/agreements/{ref}/toolkit")
    links = page.tree.xpath("//td/a[contains(@href, '.pdf')]/@href")
    words = page.tree.xpath("//td/a[contains(@href, '.docx') or contains(@href, '.pptx')]/@href")
    assert len(links) == len(words) > 10
    assert "A PDF takes a few seconds to make" in page.words
    alone = page.tree.xpath("//li/a[contains(@href, '.pdf?party=')]/@href")
    answer = visitor.client.get(alone[0])
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", b"%PDF-1.6\n")
    assert f"filename={ref}-draft-1" in answer.headers["Content-Disposition"]


def test_where_there_is_none_the_page_says_so_and_word_is_as_ever(
    monkeypatch: pytest.MonkeyPatch, visitor: Visitor, draft: Make
) -> None:
    monkeypatch.setenv("PATH", "")
    ref = draft(filled("shared-care-record")).ref
    page = visitor.get(f"/agreements/{ref}/toolkit")
    assert not page.tree.xpath("//a[contains(@href, '.pdf')]")
    assert "There is no PDF: this machine has no LibreOffice to make it" in page.words
    assert "this machine has none" in visitor.get(f"/agreements/{ref}/files/summary.pdf", status=404).words
    assert visitor.client.get(f"/agreements/{ref}/files/summary.docx").status_code == 200
    visitor.get(f"/agreements/{ref}/files/data.pdf", status=404)


@pytest.mark.asvs("V15.1.3")
def test_while_some_are_made_another_is_told_to_come_back_and_other_pages_answer(
    app: Flask, program: Path, visitor: Visitor, draft: Make
) -> None:
    ref = draft(filled("police-schools")).ref
    refused, made = threading.Semaphore(0), list[int]()

    def ask() -> None:
        answer = app.test_client().get(f"/agreements/{ref}/files/summary.pdf")
        if answer.status_code == 503:
            assert "Try again in a minute" in answer.get_data(as_text=True)
            refused.release()
        made.append(answer.status_code)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert refused.acquire(timeout=60) and refused.acquire(timeout=60)
    assert visitor.client.get(f"/agreements/{ref}/toolkit").status_code == 200
    (program.parent / "gate").touch()
    for thread in threads:
        thread.join()
    assert sorted(made) == [200, 200, 200, 503, 503]
