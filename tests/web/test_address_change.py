"""A person changes their own e-mail address, by the pages and mails."""

import re

import pytest
from flask import Flask

from protocolbuilder.domain.people import Person
from protocolbuilder.store import people
from protocolbuilder.store.engine import reading
from tests.web.signing_in import PASSWORD, Browser, Clock, arrived, code, mails, sign_in, somebody, with_app

OLD, NEW = "ada@northshire.example", "ada.jones@northshire.example"


@pytest.fixture
def ada(copy: Flask) -> Person:
    return somebody(copy, "Ada Jones", "Data officer", email=OLD, password=PASSWORD)


@pytest.fixture
def at(copy: Flask, ada: Person) -> Browser:
    client = copy.test_client()
    sign_in(copy, client, ada)
    return Browser(client)


def address(copy: Flask, person: Person) -> str:
    with reading(copy.extensions["protocolbuilder"].database) as session:
        return people.load(session, person.id).email


def link(copy: Flask) -> str:
    """The one that the mails tell which are sent now."""
    found = [str(path) for text in arrived(copy) for path in re.findall(r"/account/e-mail/link/\S+", text)]
    assert len(found) == 1
    return found[0]


def test_an_address_changes_once_the_link_that_went_to_the_new_one_is_used(
    copy: Flask, at: Browser, ada: Person
) -> None:
    at.get("/account/e-mail").post("/account/e-mail", email=" Ada.Jones@northshire.example")
    assert at.h1 == "Look at your new mailbox" and address(copy, ada) == OLD
    assert {one.letter.to for one in mails(copy)} == {OLD, NEW}
    there = link(copy)
    at.get(there).follow()
    assert at.h1 == "Use this e-mail address?" and address(copy, ada) == OLD
    at.post("/account/e-mail/link")
    assert (at.status, at.to) == (303, "/account") and address(copy, ada) == NEW
    assert [one.letter.to for one in mails(copy)] == [OLD]
    at.get(there).follow()
    assert at.status == 404


def test_an_address_is_changed_only_by_who_gave_the_second_factor_of_late(
    copy: Flask, at: Browser, ada: Person, clock: Clock
) -> None:
    secret = with_app(copy, ada)
    clock.forward(minutes=11)
    assert at.get("/account/e-mail").status == 303
    assert at.post("/account/e-mail", email=NEW).status == 403 and mails(copy) == []
    at.post("/sign-in/again", code=code(copy, secret, at=clock.at), next="/account/e-mail")
    assert at.get("/account/e-mail").h1 == "Change your e-mail address"


def test_whether_an_address_is_somebody_elses_is_told_to_its_owner_alone(copy: Flask, at: Browser) -> None:
    other = somebody(copy, "Bo Reed", email="bo@northshire.example")
    free = at.get("/account/e-mail").post("/account/e-mail", email=NEW).text
    taken = at.get("/account/e-mail").post("/account/e-mail", email="bo@northshire.example").text
    said = [re.sub(r'nonce="[^"]*"|value="[^"]*"|>[0-9a-f]{16}<', "", text) for text in (free, taken)]
    assert said[0].replace(NEW, "-") == said[1].replace("bo@northshire.example", "-")
    to_bo = [one.letter.text for one in mails(copy) if one.letter.to == other.email]
    assert len(to_bo) == 1 and "nothing was changed" in to_bo[0]
    assert not [text for text in arrived(copy) if "Bo Reed" in text and "/link/" in text]


def test_what_is_no_address_or_the_same_is_told_and_stays(copy: Flask, at: Browser) -> None:
    for wrong in ("ada@", OLD):
        at.get("/account/e-mail").post("/account/e-mail", email=wrong)
        assert at.status == 422 and f'value="{wrong}"' in at.text
    assert mails(copy) == []


def test_a_later_link_replaces_the_earlier_one_and_works_without_a_session(
    copy: Flask, at: Browser, ada: Person
) -> None:
    at.get("/account/e-mail").post("/account/e-mail", email="first@northshire.example")
    first = link(copy)
    at.get("/account/e-mail").post("/account/e-mail", email=NEW)
    second = link(copy)
    elsewhere = Browser(copy.test_client())
    assert elsewhere.get(first).follow().status == 404
    elsewhere.get(second).follow().post("/account/e-mail/link")
    assert elsewhere.h1 == "Your e-mail address is changed" and address(copy, ada) == NEW


def test_a_link_works_for_an_hour_and_not_for_an_address_that_was_taken_meanwhile(
    copy: Flask, at: Browser, ada: Person, clock: Clock
) -> None:
    at.get("/account/e-mail").post("/account/e-mail", email=NEW)
    there = link(copy)
    somebody(copy, "Cy Bell", email=NEW)
    assert at.get(there).follow().status == 404
    clock.forward(minutes=61)
    assert at.get(there).follow().status == 404
    assert address(copy, ada) == OLD
