"""Joiners, movers and leavers, by the pages."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.store import accounts, agreements, memberships, organisations, people, security_events
from protocolbuilder.store.engine import reading, writing
from tests.store.builders import an_agreement
from tests.web.conftest import START
from tests.web.signing_in import (
    PASSWORD,
    Browser,
    Clock,
    arrived,
    code,
    link_in,
    mails,
    sign_in,
    somebody,
    with_app,
)
from tests.web.visitor import Visitor


@pytest.fixture
def ada(copy: Flask) -> Person:
    return somebody(copy, "Ada Jones", "IG manager", email="ada@northshire.example", password=PASSWORD)


@pytest.fixture
def admin(copy: Flask, ada: Person) -> Visitor:
    return visiting(copy, ada)


def visiting(copy: Flask, person: Person) -> Visitor:
    client = copy.test_client()
    sign_in(copy, client, person)
    return Visitor(client)


def another(copy: Flask, name: str = "Eastford NHS Trust") -> Organisation:
    running = copy.extensions["protocolbuilder"]
    with writing(running.database) as session:
        return organisations.add(session, Organisation("", name), by="", at=START, new_id=running.new_id)


def ask(at: Visitor, *, status: int = 200, **said: object) -> object:
    told = {"name": "Bea Smith", "post": "Records officer", "email": "bea@northshire.example", "roles": ["igm"]}
    return at.send(at.get("/people/invite"), status=status, **{**told, **said})


def held(copy: Flask, email: str) -> tuple[Person, tuple[object, ...]]:
    with reading(copy.extensions["protocolbuilder"].database) as session:
        person = people.by_email(session, email)
        assert person is not None
        return person, memberships.now_of(session, person.id)


def everything(copy: Flask) -> str:
    """All that the database holds."""
    with reading(copy.extensions["protocolbuilder"].database) as session:
        tables = inspect(session).get_table_names()
        return "\n".join(str(row) for one in tables for row in session.execute(text(f'SELECT * FROM "{one}"')))


def joined(copy: Flask, at: Browser, clock: Clock) -> None:
    """From the link of the mail that waits to the page after the recovery codes."""
    at.get(link_in(arrived(copy)[-1])).follow()
    at.post("/join", password="plum harbour tractor").follow()
    assert at.h1 == "Set up a second factor"
    at.get("/account/authenticator")
    with at.client.session_transaction() as kept:
        secret = kept["new_app"]
    at.post("/account/authenticator", code=code(copy, secret, at=clock.at))
    assert at.h1 == "Your recovery codes"


@pytest.mark.asvs("V6.4.1")
def test_who_is_asked_joins_by_the_link_and_is_then_of_the_organisation(
    copy: Flask, admin: Visitor, clock: Clock
) -> None:
    page = ask(admin, roles=["igm", "dpo"])
    assert "Bea Smith is asked to join" in page.words
    assert "Bea SmithRecords officer Data Protection Officer, Information governance manager" in page.words
    assert "the mail is not sent yet" in page.words
    at = Browser(copy.test_client())
    joined(copy, at, clock)
    assert at.get("/people").status == 200
    person, (membership,) = held(copy, "bea@northshire.example")
    assert membership.roles == {"igm", "dpo"}  # type: ignore[attr-defined]
    assert "Invited" not in admin.get("/people").words
    with reading(copy.extensions["protocolbuilder"].database) as session:
        what = [event.what for event in security_events.naming(session, person.id)]
    assert what == ["person:added", "membership:begun", "invitation:made", "invitation:accepted"]


@pytest.mark.asvs("V6.4.1", "V14.2.1", "V3.5.3")
def test_a_link_is_spent_by_no_look_at_it_and_is_on_no_page_and_in_no_row(
    copy: Flask, admin: Visitor, clock: Clock
) -> None:
    ask(admin)
    assert [mail.letter.to for mail in mails(copy)] == ["bea@northshire.example"]
    (told,) = arrived(copy)
    link = link_in(told)
    token = link.rpartition("/")[2]
    for _ in range(3):  # a scanner of mails
        scanner = copy.test_client()
        for method in (scanner.get, scanner.head):
            answer = method(link)
            assert (answer.status_code, answer.location) == (303, "/join")
            assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert scanner.get("/join").status_code == scanner.head("/join").status_code == 200
    person = held(copy, "bea@northshire.example")[0]
    seen = [page.text for page in (
        admin.get("/people"), admin.get(f"/people/{person.id}"), admin.get("/people/invitations/1"),
        admin.get("/work", status=200), Visitor(scanner).get("/join"),
    )]  # fmt: skip
    assert not [one for one in seen if token in one] and token not in everything(copy)
    at = Browser(copy.test_client())
    at.get(link).follow()
    assert at.h1 == "Join Northshire County Council" and "Ada Jones, IG manager asks Bea Smith" in at.text
    assert at.post("/join", password="short").status == 422
    assert at.post("/join", password="Bea Smith Records").status == 422
    assert at.post("/join", password="plum harbour tractor").status == 303
    assert Browser(copy.test_client()).get(link).follow().status == 404
    assert token not in everything(copy)


@pytest.mark.asvs("V6.5.1")
def test_a_link_works_for_seven_days_until_it_is_sent_again_or_cancelled(
    copy: Flask, admin: Visitor, clock: Clock
) -> None:
    def works(link: str) -> bool:
        return Browser(copy.test_client()).get(link).follow().status == 200

    ask(admin)
    first = link_in(arrived(copy)[-1])
    assert "Invited until 1 December 2026" in admin.get("/people").words
    clock.forward(days=7)
    assert not works(first)
    admin = visiting(copy, held(copy, "ada@northshire.example")[0])
    assert "the link works no longer" in admin.get("/people").words
    page = admin.get("/people/invitations/1")
    admin.press(page, "/people/invitations/1/again")
    second = link_in(arrived(copy)[-1])
    admin.press(page, "/people/invitations/1/again")
    third = link_in(arrived(copy)[-1])
    assert [works(link) for link in (first, second, third)] == [False, False, True]
    admin.send(admin.get("/people/invitations/1/cancel"))
    assert not works(third) and "Bea Smith" not in admin.get("/people").tree.find(".//table").text_content()
    admin.get("/people/invitations/1", status=404)


def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(copy: Flask, admin: Visitor) -> None:
    page = ask(admin, name="", email="no address", roles=None, department="Records", status=422)
    assert [link for _, link in page.errors] == ["#name", "#email", "#roles"]
    assert page.fields()["department"] == ["Records"] and page.fields()["email"] == ["no address"]
    page = ask(admin, email="ada@northshire.example", status=422)
    assert page.errors == [("Somebody with this address is in your organisation already.", "#email")]
    assert mails(copy) == []


@pytest.mark.asvs("V6.3.8")
def test_who_has_an_account_elsewhere_joins_with_it_and_its_owner_is_told_nothing_new(
    copy: Flask, admin: Visitor, clock: Clock
) -> None:
    """Moving: out of one organisation, and asked into another."""
    eastford = another(copy)
    moved = somebody(copy, "Cy Brown", "DPO", organisation=eastford.id, email="cy@nhs.example", password=PASSWORD,
                     roles=["dpo"])  # fmt: skip
    with_app(copy, moved)
    page = ask(admin, name="C. Brown", post="Analyst", email="cy@nhs.example", roles=["auditor"])
    assert "C. BrownAnalyst Auditor" in page.words and "Cy Brown" not in page.text
    admin.get(f"/people/{moved.id}", status=404)
    at = Browser(copy.test_client()).get(link_in(arrived(copy)[-1])).follow()
    assert "You have an account here already" in at.text and 'name="password"' not in at.text
    assert at.post("/join").to == "/sign-in"
    assert [one.roles for one in held(copy, "cy@nhs.example")[1]] == [{"dpo"}, {"auditor"}]  # type: ignore[attr-defined]
    assert "Cy BrownDPO" in admin.get("/people").words


def test_a_change_of_roles_counts_at_once_and_the_last_administrator_keeps_the_role(
    copy: Flask, admin: Visitor, ada: Person
) -> None:
    bea = somebody(copy, "Bea Smith", roles=["admin"])
    page = admin.get(f"/people/{bea.id}/change")
    assert page.fields()["roles"] == ["admin"]
    own = visiting(copy, bea)
    own.get("/people/invite")
    page = admin.send(page, post="Auditor", telephone="01632 960 001", roles=["auditor"])
    assert "Bea Smith is saved" in page.words and "01632 960 001" in page.words
    own.get("/people")
    own.get("/people/invite", status=403)
    page = admin.send(admin.get(f"/people/{ada.id}/change"), roles=["igm"], status=422)
    assert page.errors == [
        ("This is the last administrator of the organisation. Give somebody else the role first.", "#roles")
    ]
    assert page.fields()["roles"] == ["igm"]


def test_of_two_who_change_the_same_person_the_second_sees_both(copy: Flask, admin: Visitor) -> None:
    bea = somebody(copy, "Bea Smith", "Officer", roles=["igm"])
    page = admin.get(f"/people/{bea.id}/change")
    admin.send(page, post="Manager")
    told = admin.send(page, post="Director", status=409)
    assert "It says now: Bea Smith, Manager" in told.words and told.fields()["post"] == ["Director"]
    assert "Bea Smith is saved" in admin.send(told).words


def led(copy: Flask, person: Person, owner: str) -> str:
    running = copy.extensions["protocolbuilder"]
    with writing(running.database) as session:
        return agreements.create(
            session, an_agreement(), by=person.signature, at=START, new_id=running.new_id, owner=owner, lead=person.id
        ).ref


def test_who_leaves_is_out_at_once_and_their_drafts_are_a_colleagues(
    copy: Flask, admin: Visitor, ada: Person
) -> None:
    bea = somebody(copy, "Bea Smith", "Officer", roles=["igm"], email="bea@northshire.example", password=PASSWORD)
    own = visiting(copy, bea)
    ref = led(copy, bea, held(copy, "bea@northshire.example")[1][0].organisation)  # type: ignore[attr-defined]
    page = admin.get(f"/people/{bea.id}/leave")
    for words in (
        "signed out in 1 place", "their roles end: Information governance manager", "1 draft that they lead",
        "no entry in the contacts", "their account ends",
    ):  # fmt: skip
        assert words in page.words, words
    assert admin.send(page, status=422).errors == [("Select who leads the drafts from now on", "#lead")]
    page = admin.send(page, lead=ada.id)
    assert "1 agreement is now led by Ada Jones" in page.words
    assert own.client.get("/people").status_code in (302, 303, 401, 403)
    with reading(copy.extensions["protocolbuilder"].database) as session:
        assert agreements.load(session, ref).lead == ada.id
        assert not people.load(session, bea.id).active
    at = Browser(copy.test_client())
    at.get("/sign-in")
    assert at.post("/sign-in", email="bea@northshire.example", password=PASSWORD).status == 422
    assert [ref in one for one in arrived(copy)] == [True]
    assert "Bea Smith" not in admin.get("/people").words
    admin.get(f"/people/{bea.id}", status=404)


def test_the_last_administrator_is_told_why_they_cannot_leave(copy: Flask, admin: Visitor, ada: Person) -> None:
    page = admin.get(f"/people/{ada.id}/leave")
    assert "is the last administrator" in page.words and not page.tree.xpath("//main//form")
    token = {"csrf_token": page.tree.xpath("//input[@name='csrf_token']")[0].get("value")}
    answer = admin.client.post(f"/people/{ada.id}/leave", data=token)
    assert answer.status_code == 409 and "last administrator" in answer.text


@pytest.mark.asvs("V7.4.3")
def test_an_administrator_ends_somebodys_sessions_who_is_told(copy: Flask, admin: Visitor) -> None:
    bea = somebody(copy, "Bea Smith", roles=["igm"], email="bea@northshire.example")
    own = visiting(copy, bea)
    own.get("/people")
    page = admin.send(admin.get(f"/people/{bea.id}/sessions"))
    assert "Bea Smith is signed out everywhere (1 place)" in page.words
    assert own.client.get("/people").status_code in (302, 303, 401, 403)
    assert "ended all your sessions" in arrived(copy)[-1]
    with reading(copy.extensions["protocolbuilder"].database) as session:
        assert security_events.naming(session, bea.id)[-1].what == "sessions:ended"


@pytest.mark.asvs("V6.4.3")
def test_a_lost_second_factor_is_taken_away_with_a_code_that_only_the_person_is_sent(
    copy: Flask, admin: Visitor, clock: Clock
) -> None:
    bea = somebody(copy, "Bea Smith", roles=["igm"], email="bea@northshire.example", password=PASSWORD)
    with_app(copy, bea)
    own, place = visiting(copy, bea), f"/people/{bea.id}/second-factor"
    page = admin.get(place)
    assert not page.tree.xpath("//input[@name='code']")
    page = admin.press(page, f"{place}/code")
    (told,) = arrived(copy)
    found = re.search(r"\b(\d{4} \d{4})\b", told)
    assert found and found[1].replace(" ", "") not in everything(copy) and found[1] not in everything(copy)
    field = page.tree.xpath("//input[@name='csrf_token']")[0].get("value")

    def give(given: str, *, of: FlaskClient = admin.client) -> int:
        return of.post(place, data={"csrf_token": field, "code": given}).status_code

    assert give("1234 5678") == 422
    assert give(found[1]) == 303
    assert own.client.get("/people").status_code in (302, 303, 401, 403)
    with reading(copy.extensions["protocolbuilder"].database) as session:
        account = accounts.of_person(session, bea.id)
        assert account is not None and not account.has_second_factor and account.password
        what = [event.what for event in security_events.naming(session, bea.id)]
    assert what[-2:] == ["lost-factor:asked", "second-factor:taken-away"]
    assert "your second factor was taken away" in arrived(copy)[-1]
    assert give(found[1]) == 422
    clock.forward(minutes=11)
    admin.get(place, status=200)
    assert admin.went[-1].endswith("/sign-in/again?next=" + place), "after ten minutes the admin's own is asked again"


@pytest.mark.asvs("V6.6.2")
def test_after_five_wrong_codes_another_has_to_be_sent(copy: Flask, admin: Visitor) -> None:
    bea = somebody(copy, "Bea Smith", roles=["igm"], email="bea@northshire.example", password=PASSWORD)
    with_app(copy, bea)
    place = f"/people/{bea.id}/second-factor"
    page = admin.press(admin.get(place), f"{place}/code")
    found = re.search(r"\b(\d{4} \d{4})\b", arrived(copy)[-1])
    field = page.tree.xpath("//input[@name='csrf_token']")[0].get("value")
    assert found
    for given in ["0000 0000"] * 5 + [found[1]]:
        assert admin.client.post(place, data={"csrf_token": field, "code": given}).status_code == 422


@pytest.mark.asvs("V8.2.1")
def test_people_are_read_and_changed_by_whom_the_policy_names_and_by_nobody_of_another_organisation(
    copy: Flask, admin: Visitor, ada: Person
) -> None:
    eastford = another(copy)
    foreign = somebody(copy, "Cy Brown", organisation=eastford.id, roles=["admin"], email="cy@eastford.example")
    ask(admin)
    bea = held(copy, "bea@northshire.example")[0]
    acts = (f"/people/{bea.id}/change", f"/people/{bea.id}/leave", "/people/invite", "/people/invitations/1/cancel")
    for role, reads in (("igm", 200), ("auditor", 200), ("signatory", 404), ("reviewer", 404)):
        somebody_else = visiting(copy, somebody(copy, roles=[role]))
        for place in ("/people", f"/people/{bea.id}", "/people/invitations/1"):
            somebody_else.get(place, status=reads)
        for place in acts:
            somebody_else.get(place, status=403 if reads == 200 else 404)
    far = visiting(copy, foreign)
    listed = far.get("/people")
    assert "Cy Brown" in listed.words and "northshire" not in listed.text.replace("Northshire", "")
    for place in (
        f"/people/{bea.id}", f"/people/{ada.id}", f"/people/{ada.id}/change", f"/people/{ada.id}/leave",
        f"/people/{ada.id}/sessions", f"/people/{ada.id}/second-factor", "/people/invitations/1",
        "/people/invitations/1/cancel",
    ):  # fmt: skip
        page = far.get(place, status=404)
        assert "Ada Jones" not in page.text and "@northshire" not in page.text
    token = {"csrf_token": listed.tree.xpath("//input[@name='csrf_token']")[0].get("value")}
    for place in (
        f"/people/{ada.id}/change", f"/people/{ada.id}/leave", f"/people/{ada.id}/sessions",
        f"/people/{ada.id}/second-factor", f"/people/{ada.id}/second-factor/code", "/people/invitations/1/cancel",
        "/people/invitations/1/again",
    ):  # fmt: skip
        assert far.client.post(place, data=token).status_code == 404, place
