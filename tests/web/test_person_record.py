"""What is kept about a person, taken along by them and by their administrator; and erasing who left."""

import json

import pytest
from flask import Flask

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.store import memberships, organisations, people, security_events
from protocolbuilder.store.engine import reading, writing
from tests.web.conftest import START
from tests.web.signing_in import PASSWORD, Browser, Clock, sign_in, somebody


def at(copy: Flask, person: Person) -> Browser:
    client = copy.test_client()
    sign_in(copy, client, person)
    return Browser(client)


@pytest.fixture
def admin(copy: Flask) -> Browser:
    return at(copy, somebody(copy, "Ada Jones", "Head of governance", roles=["admin"]))


@pytest.fixture
def bo(copy: Flask) -> Person:
    return somebody(copy, "Bo Reed", "Records officer", roles=["igm"], email="bo@n.example", password=PASSWORD)


def joins_another(copy: Flask, person: Person) -> str:
    running = copy.extensions["protocolbuilder"]
    with writing(running.database) as session:
        made = organisations.add(session, Organisation("", "NHS"), by="", at=START, new_id=running.new_id)
        memberships.begin(session, person.id, made.id, roles=["igm"], by="", at=START)
    return made.id


def leaves(copy: Flask, person: Person, organisation: str = "") -> None:
    with writing(copy.extensions["protocolbuilder"].database) as session:
        held = memberships.now_of(session, person.id)
        where = organisation or held[0].organisation
        memberships.end(session, person.id, where, by="", at=START)


def did(copy: Flask) -> list[str]:
    with reading(copy.extensions["protocolbuilder"].database) as session:
        return [event.what for event in security_events.events(session)]


def test_a_person_takes_along_all_that_is_kept_about_them(copy: Flask, bo: Person) -> None:
    browser = at(copy, bo)
    page = browser.get("/account/record")
    assert "Bo Reed, Records officer" in page.text and "Sessions" in page.text and "bo@n.example" in page.text
    answer = browser.client.get("/account/record.json")
    whole = json.loads(answer.text)
    tables = {one["table"]: one["rows"] for one in whole["tables"]}
    assert tables["people"][0]["email"] == "bo@n.example" and tables["memberships"] and tables["sign_ins"]
    assert "Northshire County Council" in whole["organisations"].values()
    assert "attachment" in answer.headers["Content-Disposition"] and "$argon2" not in answer.text
    assert Browser(copy.test_client()).get("/account/record.json").status == 302


def test_an_administrator_takes_it_along_for_a_person_and_that_is_recorded(
    copy: Flask, admin: Browser, bo: Person
) -> None:
    admin.get(f"/people/{bo.id}/record")
    assert admin.h1 == "What is kept about Bo Reed" and "person:taken-along" not in did(copy)
    admin.post(f"/people/{bo.id}/record", **{"as": "json"})
    assert json.loads(admin.text)["person"] == bo.id and did(copy)[0] == "person:taken-along"
    admin.get(f"/people/{bo.id}/record").post(f"/people/{bo.id}/record", **{"as": "page"})
    assert admin.h1 == "What is kept about Bo Reed" and "Records officer" in admin.text
    assert "Ada Jones" not in admin.text


def test_nobody_else_takes_it_along(copy: Flask, admin: Browser, bo: Person) -> None:
    kim = at(copy, somebody(copy, "Kim Bell", roles=["igm"]))
    for path in (f"/people/{bo.id}/record", f"/people/{bo.id}/erase", "/people/left"):
        assert kim.get(path).status in (403, 404)
    assert kim.post(f"/people/{bo.id}/record", **{"as": "json"}).status in (403, 404)
    other = joins_another(copy, bo)
    stranger = at(copy, somebody(copy, "Cy Hill", roles=["admin"], organisation=other))
    assert stranger.get(f"/people/{somebody(copy, 'Di Fox').id}/record").status == 404
    assert "of another organisation too" in stranger.get(f"/people/{bo.id}/record").text
    assert stranger.post(f"/people/{bo.id}/record", **{"as": "json"}).status == 404


def test_somebody_is_erased_once_they_left_by_who_gave_the_second_factor_of_late(
    copy: Flask, admin: Browser, bo: Person, clock: Clock
) -> None:
    there = f"/people/{bo.id}/erase"
    assert "Somebody is erased when they have left" in admin.get(there).text
    assert admin.post(there).status == 409
    leaves(copy, bo)
    assert f'href="{there}"' in admin.get("/people/left").text
    page = admin.get(there)
    assert "What goes" in page.text and "What stays, and why" in page.text and "Documents that partners" in page.text
    clock.forward(minutes=11)
    assert admin.get(there).status == 303 and admin.post(there).status == 403
    clock.forward(minutes=-11)
    assert admin.get(there).post(there).to == "/people/left"
    assert "Nobody, or those who left were erased." in admin.follow().text and did(copy)[0] == "person:erased"
    with reading(copy.extensions["protocolbuilder"].database) as session:
        assert people.by_email(session, "bo@n.example") is None
    assert admin.get(there).status == 404


def test_the_last_organisation_erases_and_nobody_does_while_they_take_part(
    copy: Flask, admin: Browser, bo: Person, clock: Clock
) -> None:
    other = joins_another(copy, bo)
    leaves(copy, bo)
    assert "still takes part for another organisation" in admin.get(f"/people/{bo.id}/erase").text
    clock.forward(minutes=1)
    with writing(copy.extensions["protocolbuilder"].database) as session:
        memberships.end(session, bo.id, other, by="", at=clock.at)
    assert "was of another organisation last" in admin.get(f"/people/{bo.id}/erase").text
    assert admin.get("/people/left").post(f"/people/{bo.id}/erase").status == 409
    cy = at(copy, somebody(copy, "Cy Hill", roles=["admin"], organisation=other))
    assert cy.get(f"/people/{bo.id}/erase").post(f"/people/{bo.id}/erase").status == 303


def test_an_administrator_finds_the_own_sign_in_of_their_organisation(admin: Browser) -> None:
    assert 'href="/settings/own-sign-in"' in admin.get("/settings").text
    assert 'href="/settings/own-sign-in"' in admin.get("/account").text
