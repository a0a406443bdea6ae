"""A local entry of the law library, proposed by one agency and approved by another, by the pages."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.store import organisations
from protocolbuilder.store.engine import writing
from tests.web.conftest import START
from tests.web.signing_in import Clock, cheap, sign_in, somebody
from tests.web.test_law_pages import LOCAL
from tests.web.visitor import Visitor


@pytest.fixture
def copy(tmp_path: Path, migrated: Path) -> Flask:
    return cheap(tmp_path, migrated, Clock(START))


def agency(copy: Flask, name: str) -> str:
    running = copy.extensions["protocolbuilder"]
    with writing(running.database) as session:
        return organisations.add(session, Organisation("", name), by="", at=START, new_id=running.new_id).id


def at(copy: Flask, name: str, post: str, **of: Any) -> Visitor:
    client = copy.test_client()
    sign_in(copy, client, somebody(copy, name, post, roles=["igm"], **of))
    return Visitor(client)


def proposed(visitor: Visitor) -> str:
    return visitor.send(visitor.get("/law/local"), **LOCAL).address.rsplit("/", 1)[1]


def test_who_stands_behind_a_local_entry_is_shown_with_when(copy: Flask) -> None:
    ada = at(copy, "Ada Jones", "Solicitor")
    police = agency(copy, "Northshire Police")
    entry = proposed(ada)
    page = ada.get(f"/law/{entry}")
    assert "Proposed by Ada Jones, Solicitor, for Northshire County Council on 24 November 2026." in page.words
    assert "It waits for approval by a second agency, and is offered to no flow until then." in page.words
    assert "Your organisation proposed this entry." in ada.get(f"/law/{entry}/approve").words
    assert "Approve it for your organisation" not in page.words
    colleague = at(copy, "Bo Reed", "Records officer")
    assert not colleague.get(f"/law/{entry}/approve").tree.xpath("//main//form")
    kim = at(copy, "Kim Bell", "Force solicitor", organisation=police)
    assert f"/law/{entry}" in kim.get("/law").tree.xpath("//*[contains(@class,'govuk-inset-text')]//a/@href")
    assert "Approve it for your organisation" in kim.get(f"/law/{entry}").words
    after = kim.send(kim.get(f"/law/{entry}/approve"))
    assert "You approved this entry for Northshire Police." in after.words
    assert "Approved by Kim Bell, Force solicitor, for Northshire Police on 24 November 2026." in after.words
    assert "Not approved by a second agency" not in after.words
    assert "Two agencies stand behind this entry already" in kim.get(f"/law/{entry}/approve").words


def test_an_agency_cannot_approve_its_own_by_sending_the_form(copy: Flask) -> None:
    ada = at(copy, "Ada Jones", "Solicitor")
    agency(copy, "Northshire Police")
    entry = proposed(ada)
    token = ada.get("/law/local").fields_of("csrf_token")
    answer = ada.client.post(f"/law/{entry}/approve", data={"csrf_token": token})
    assert answer.status_code == 409 and "Your organisation proposed this entry." in answer.text
    assert "It waits for approval" in ada.get(f"/law/{entry}").words


def test_a_copy_with_one_organisation_says_plainly_that_nobody_can_approve(copy: Flask) -> None:
    ada = at(copy, "Ada Jones", "Solicitor")
    assert "one organisation only" in ada.get("/law/local").words
    entry = proposed(ada)
    assert "one organisation only" in ada.get(f"/law/{entry}").words
    assert "one organisation only" in ada.get(f"/law/{entry}/approve").words


def test_an_approval_and_an_entry_can_be_withdrawn(copy: Flask) -> None:
    ada = at(copy, "Ada Jones", "Solicitor")
    kim = at(copy, "Kim Bell", "Force solicitor", organisation=agency(copy, "Northshire Police"))
    entry = proposed(ada)
    page = kim.send(kim.get(f"/law/{entry}/approve"))
    first = next(link for link in page.links() if "/withdraw/" in link)
    page = kim.send(kim.get(first), reason="Another Act.", post="Force solicitor")
    assert "It waits for approval by a second agency" in page.words
    kim.send(kim.get(f"/law/{entry}/approve"))
    last = [link for link in ada.get(f"/law/{entry}").links() if "/withdraw/" in link][-1]
    page = ada.send(ada.get(last), reason="It was repealed.", post="Solicitor")
    assert "Local entry, withdrawn" in page.words
    ada.get(f"/law/{entry}/approve", status=404)
