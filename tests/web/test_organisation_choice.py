"""Somebody in several organisations says for which one they are here; the session keeps it."""

from pathlib import Path

import pytest
from flask import Flask

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.store import memberships, organisations
from protocolbuilder.store.engine import writing
from tests.web.conftest import START
from tests.web.signing_in import Browser, Clock, cheap, sign_in, somebody


@pytest.fixture
def copy(tmp_path: Path, migrated: Path) -> Flask:
    return cheap(tmp_path, migrated, Clock(START))


def joins(copy: Flask, person: Person, name: str, *roles: str) -> str:
    running = copy.extensions["protocolbuilder"]
    with writing(running.database) as session:
        made = organisations.add(session, Organisation("", name), by="", at=START, new_id=running.new_id)
        memberships.begin(session, person.id, made.id, roles=roles, by="", at=START)
    return made.id


def at(copy: Flask, person: Person) -> Browser:
    client = copy.test_client()
    sign_in(copy, client, person)
    return Browser(client)


def token(browser: Browser) -> str:
    with browser.client.session_transaction() as kept:
        return str(kept["sign_in"])


def test_somebody_in_two_organisations_is_asked_for_which_one_they_are_here(copy: Flask) -> None:
    ada = somebody(copy, "Ada Jones", "Data officer", roles=["igm", "admin"])
    nhs = joins(copy, ada, "Northshire NHS", "auditor")
    browser = at(copy, ada)
    assert browser.get("/settings").to == "/account/organisation?next=/settings"
    browser.follow()
    assert "For which organisation are you here?" in browser.h1
    assert "Northshire County Council" in browser.text and "Auditor" in browser.text
    before = token(browser)
    assert browser.post("/account/organisation", organisation="other", next="/settings").status == 422
    assert "Select an organisation" in browser.text
    browser.post("/account/organisation", organisation=nhs, next="/settings")
    assert (browser.status, browser.to) == (303, "/settings")
    assert token(browser) != before
    assert browser.get("/settings").status == 404
    assert "Northshire NHS" in browser.get("/account").text


def test_switching_makes_a_new_token_and_the_old_one_is_dead(copy: Flask) -> None:
    ada = somebody(copy, "Ada Jones", "Data officer", roles=["igm", "admin"])
    nhs = joins(copy, ada, "Northshire NHS", "auditor")
    browser = at(copy, ada)
    with writing(copy.extensions["protocolbuilder"].database) as session:
        council = memberships.now_of(session, ada.id)[0].organisation
    browser.get("/account/organisation").post("/account/organisation", organisation=council)
    assert browser.get("/settings").status == 200
    stolen = copy.test_client()
    with stolen.session_transaction() as kept:
        kept["sign_in"] = token(browser)
    assert "Switch to another one" in browser.get("/account").text
    browser.get("/account/organisation").post("/account/organisation", organisation=nhs)
    assert browser.status == 303 and browser.get("/settings").status == 404
    assert "Your sessions" not in stolen.get("/account").text


def test_what_was_sent_before_the_choice_is_carried_through_it(copy: Flask) -> None:
    ada = somebody(copy, "Ada Jones", "Data officer", roles=["igm"])
    joins(copy, ada, "Northshire NHS", "igm")
    browser = at(copy, ada)
    browser.get("/account/organisation").post("/law/local", citation="Northshire Act 2020")
    assert browser.status == 403 and "Northshire Act 2020" in browser.text
    answer = browser.client.post("/law/local", headers={"Accept": "application/json"})
    assert answer.status_code in (400, 403)


def test_an_organisation_that_they_left_is_no_longer_theirs_and_one_needs_no_question(copy: Flask) -> None:
    ada = somebody(copy, "Ada Jones", "Data officer", roles=["igm", "admin"])
    nhs = joins(copy, ada, "Northshire NHS", "auditor")
    browser = at(copy, ada)
    browser.get("/account/organisation").post("/account/organisation", organisation=nhs)
    with writing(copy.extensions["protocolbuilder"].database) as session:
        memberships.end(session, ada.id, nhs, by="", at=START)
    assert browser.get("/settings").status == 200
