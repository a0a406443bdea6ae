"""An administrator corrects somebody's e-mail address; and whose roles change is told."""

import re

import pytest
from flask import Flask

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.store import invitations, organisations, people, security_events
from protocolbuilder.store.engine import reading, writing
from tests.web.conftest import START
from tests.web.signing_in import PASSWORD, Browser, Clock, arrived, code, link_in, mails, sign_in, somebody, with_app

OLD, NEW = "ada@northshire.example", "ada.jones@northshire.example"


@pytest.fixture
def ada(copy: Flask) -> Person:
    return somebody(copy, "Ada Jones", "Data officer", email=OLD, password=PASSWORD, roles=["igm"])


@pytest.fixture
def admin(copy: Flask) -> Browser:
    return signed_in(copy, somebody(copy, "Jo Green", "IG manager", email="jo@northshire.example", password=PASSWORD))


def signed_in(copy: Flask, person: Person) -> Browser:
    at = Browser(copy.test_client())
    sign_in(copy, at.client, person)
    return at


def address(copy: Flask, person: Person) -> str:
    with reading(copy.extensions["protocolbuilder"].database) as session:
        return people.load(session, person.id).email


def happened(copy: Flask, person: str) -> list[str]:
    with reading(copy.extensions["protocolbuilder"].database) as session:
        return [event.what for event in security_events.naming(session, person)]


def link(copy: Flask) -> str:
    found = [str(path) for text in arrived(copy) for path in re.findall(r"/account/e-mail/asked/\S+", text)]
    assert len(found) == 1
    return found[0]


def ask(at: Browser, person: Person, email: str) -> Browser:
    place = f"/people/{person.id}/e-mail"
    return at.get(place).post(place, email=email)


def test_an_administrator_asks_and_the_address_changes_when_the_person_signed_in_confirms_the_new_one(
    copy: Flask, admin: Browser, ada: Person, clock: Clock
) -> None:
    secret = with_app(copy, ada)
    assert ask(admin, ada, " Ada.Jones@northshire.example").status == 303 and address(copy, ada) == OLD
    to = {one.letter.to: one.letter.text for one in mails(copy)}
    assert set(to) == {OLD, NEW} and "Jo Green, IG manager, entered a new e-mail address" in to[OLD]
    there = link(copy)
    at = Browser(copy.test_client())
    at.get(there).follow().follow()  # its link waits while they sign in
    assert at.h1 == "Sign in"
    at.post("/sign-in", email=OLD, password=PASSWORD, next="/account/e-mail/asked").follow()
    at.post("/sign-in/second-factor", code=code(copy, secret, at=clock.at), next="/account/e-mail/asked").follow()
    assert at.h1 == "Use this e-mail address?" and NEW in at.text and address(copy, ada) == OLD
    at.post("/account/e-mail/asked")
    assert at.to == "/account" and address(copy, ada) == NEW
    assert [one.letter.to for one in mails(copy)] == [OLD], "the old address is told"
    assert happened(copy, ada.id)[-2:] == ["address:asked", "person:changed"]
    assert at.get(there).follow().status == 404


def test_whoever_reads_the_new_mailbox_and_is_not_the_person_changes_nothing(
    copy: Flask, admin: Browser, ada: Person
) -> None:
    ask(admin, ada, "jo.green@northshire.example")
    there = link(copy)
    assert admin.get(there).follow().status == 404 and address(copy, ada) == OLD
    admin.post("/account/e-mail/asked")
    assert admin.status == 404 and address(copy, ada) == OLD


def test_a_later_change_by_the_person_makes_the_link_of_the_administrator_dead(
    copy: Flask, admin: Browser, ada: Person
) -> None:
    ask(admin, ada, NEW)
    there, at = link(copy), signed_in(copy, ada)
    at.get("/account/e-mail").post("/account/e-mail", email="a.jones@northshire.example")
    assert at.get(there).follow().status == 404


def test_what_is_no_address_or_the_same_is_told_and_kept_and_only_an_administrator_of_theirs_asks(
    copy: Flask, admin: Browser, ada: Person
) -> None:
    for wrong in ("ada@", OLD):
        ask(admin, ada, wrong)
        assert admin.status == 422 and f'value="{wrong}"' in admin.text
    place = f"/people/{ada.id}/e-mail"
    assert signed_in(copy, somebody(copy, roles=["igm"])).get(place).status == 403
    own = admin.get("/people").text
    assert "Ada Jones" in own and mails(copy) == []


def invited(copy: Flask, admin: Browser, email: str) -> int:
    said = {"name": "Bea Smith", "post": "Records officer", "email": email, "roles": "igm"}
    assert admin.get("/people/invite").post("/people/invite", **said).status == 303
    running = copy.extensions["protocolbuilder"]
    with reading(running.database) as session:
        person = people.by_email(session, email)
        assert person is not None
        return invitations.of_person(session, person.id)[0].number


def test_an_invitation_that_waits_goes_to_the_right_address_and_its_first_link_is_dead(
    copy: Flask, admin: Browser
) -> None:
    number = invited(copy, admin, "bae@northshire.example")
    first = link_in(arrived(copy)[-1])
    place = f"/people/invitations/{number}/e-mail"
    assert "bae@northshire.example" in admin.get(place).text
    admin.post(place, email="bea@northshire.example")
    assert admin.status == 303 and "asked to join at bea@northshire.example" in admin.follow().text
    assert [one.letter.to for one in mails(copy)] == ["bea@northshire.example"]
    second, at = link_in(arrived(copy)[-1]), Browser(copy.test_client())
    assert at.get(first).follow().status == 404
    assert at.get(second).follow().status == 200
    with reading(copy.extensions["protocolbuilder"].database) as session:
        person = people.by_email(session, "bea@northshire.example")
        assert person is not None and people.by_email(session, "bae@northshire.example") is None
    assert happened(copy, person.id)[-2:] == ["person:changed", "invitation:corrected"]


def test_where_the_wrong_address_was_somebody_elses_the_right_person_is_asked_instead(
    copy: Flask, admin: Browser, ada: Person
) -> None:
    database, new_id = copy.extensions["protocolbuilder"].database, copy.extensions["protocolbuilder"].new_id
    with writing(database) as session:
        eastford = organisations.add(session, Organisation("", "Eastford"), by="", at=START, new_id=new_id)
    cy = somebody(copy, "Cy Bell", organisation=eastford.id, email="cy@eastford.example", password=PASSWORD)
    number = invited(copy, admin, "cy@eastford.example")
    place = f"/people/invitations/{number}/e-mail"
    admin.get(place).post(place, email=OLD)
    assert admin.status == 422 and "is in your organisation already" in admin.text
    admin.post(place, email="bea@northshire.example")
    assert admin.status == 303 and address(copy, cy) == "cy@eastford.example"
    with reading(database) as session:
        assert invitations.of_person(session, cy.id) == ()
        bea = people.by_email(session, "bea@northshire.example")
        assert bea is not None and bea.name == "Bea Smith" and len(invitations.of_person(session, bea.id)) == 1


def test_whose_roles_change_is_told_by_mail_and_nobody_else_is(copy: Flask, admin: Browser, ada: Person) -> None:
    place = f"/people/{ada.id}/change"
    for post, roles in (("Data officer", "auditor"), ("Officer", "auditor")):
        seen = re.search(r'name="seen" value="([^"]+)"', admin.get(place).text)
        assert seen
        admin.post(place, name="Ada Jones", post=post, roles=roles, telephone="", department="", seen=seen[1])
        assert admin.status == 303, admin.text
    (told,) = mails(copy)
    assert told.letter.to == OLD and told.letter.subject == "Your roles were changed"
    assert "They are now: Auditor\nThey were: Information governance manager" in told.letter.text
