"""Passwords, second factors, sessions and links, by the pages."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from protocolbuilder.store import memberships, people, sessions
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.web.accounts import is_password, password_fault
from protocolbuilder.web.accounts_first import code_for_console
from tests.web.conftest import START
from tests.web.signing_in import (
    PASSWORD,
    Browser,
    Clock,
    arrived,
    cheap,
    code,
    link_in,
    mails,
    sign_in,
    somebody,
    with_app,
)


@pytest.fixture
def at(copy: Flask) -> Browser:  # type: ignore[override]
    return Browser(copy.test_client())


def half(at: Browser, email: str, *, to: str = "") -> Browser:
    at.get("/sign-in")
    return at.post("/sign-in", email=email, password=PASSWORD, **({"next": to} if to else {}))


def test_a_password_and_a_code_sign_somebody_in_and_lead_where_they_wanted(
    copy: Flask, at: Browser, clock: Clock
) -> None:
    ada = somebody(copy, "Ada Jones", "Data officer", email="ada@northshire.example", password=PASSWORD)
    secret = with_app(copy, ada)
    half(at, " Ada@Northshire.example ", to="/law").follow()
    assert at.h1 == "Your second factor"
    assert at.client.get("/account").status_code == 302
    shown = code(copy, secret, at=clock.at)
    at.post("/sign-in/second-factor", code=f"{shown[:3]} {shown[3:]}", next="/law")
    assert (at.status, at.to) == (303, "/law")
    at.get("/account")
    assert "Ada Jones, Data officer, Northshire County Council" in at.text


@pytest.mark.asvs("V6.3.8")
def test_a_wrong_password_an_unknown_address_and_a_closed_account_are_told_in_the_same_words(
    copy: Flask, at: Browser
) -> None:
    somebody(copy, email="ada@northshire.example", password=PASSWORD)
    gone = somebody(copy, email="gone@northshire.example", password=PASSWORD)
    somebody(copy, email="fresh@northshire.example")
    with writing(copy.extensions["protocolbuilder"].database) as session:
        people.end(session, gone.id, by="", at=START)
    told = set()
    for email, password in (
        ("ada@northshire.example", "wrong"), ("nobody@northshire.example", PASSWORD),
        ("gone@northshire.example", PASSWORD), ("fresh@northshire.example", PASSWORD), ("", ""),
    ):  # fmt: skip
        at.get("/sign-in").post("/sign-in", email=email, password=password)
        told.add((at.status, re.sub(r'value="[^"]*"|nonce="[^"]*"|>[0-9a-f]{16}<', "", at.text)))
    assert len(told) == 1 and next(iter(told))[0] == 422
    forgotten = set()
    for email in ("ada@northshire.example", "nobody@northshire.example"):
        at.get("/sign-in/forgotten").post("/sign-in/forgotten", email=email)
        forgotten.add((at.status, at.text.replace(email, "…").split("<main")[1]))
    assert len(forgotten) == 1
    assert len(mails(copy)) == 1


@pytest.mark.asvs("V6.3.8")
def test_an_unknown_account_costs_a_hash_too(copy: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from protocolbuilder.web import accounts

    hashes: list[str] = []
    real = accounts.verify_and_update_password
    monkeypatch.setattr(accounts, "verify_and_update_password", lambda word, of: hashes.append(word) or real(word, of))
    with copy.test_request_context("/"):
        assert not is_password(None, "anything at all")
    assert len(hashes) == 1


@pytest.mark.asvs("V6.3.3")
def test_nobody_with_a_password_goes_on_without_a_second_factor(copy: Flask, at: Browser, clock: Clock) -> None:
    somebody(copy, email="ada@northshire.example", password=PASSWORD)
    half(at, "ada@northshire.example", to="/law").follow()
    assert at.h1 == "Set up a second factor"
    assert at.client.get("/account").status_code == 302
    assert at.client.get("/account/password").status_code == 302
    at.get("/account/authenticator?next=/law")
    with at.client.session_transaction() as kept:
        secret = kept["new_app"]
    at.post("/account/authenticator", code="000000", next="/law")
    assert at.status == 422
    at.post("/account/authenticator", code=code(copy, secret, at=clock.at), next="/law")
    assert at.h1 == "Your recovery codes"
    codes = re.findall(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>", at.text)
    assert len(set(codes)) == 10
    assert at.post("/sign-in/onward", next="/law").to == "/law"
    assert at.get("/account").status == 200
    again = Browser(copy.test_client())
    half(again, "ada@northshire.example").follow()
    assert again.post("/sign-in/second-factor", code=codes[3].replace("-", " ").upper()).status == 303
    assert again.get("/account").status == 200
    third = Browser(copy.test_client())
    half(third, "ada@northshire.example").follow()
    assert third.post("/sign-in/second-factor", code=codes[3]).status == 422
    assert [mail.letter.subject for mail in mails(copy)] == [
        "How you sign in was changed", "A recovery code was used to sign in"
    ]  # fmt: skip


@pytest.mark.asvs("V6.5.1")
def test_the_code_of_an_app_works_once_and_half_a_minute_around_its_time(
    copy: Flask, at: Browser, clock: Clock
) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    secret = with_app(copy, ada)
    shown = code(copy, secret, at=clock.at)
    half(at, "ada@northshire.example")
    assert at.post("/sign-in/second-factor", code=code(copy, secret, at=clock.at - timedelta(seconds=90))).status == 422
    assert at.post("/sign-in/second-factor", code=shown).status == 303
    other = Browser(copy.test_client())
    half(other, "ada@northshire.example")
    assert other.post("/sign-in/second-factor", code=shown).status == 422
    clock.forward(seconds=30)
    assert other.post("/sign-in/second-factor", code=code(copy, secret, at=clock.at)).status == 303


@pytest.mark.asvs("V6.5.1")
def test_a_code_that_was_used_works_in_no_other_writing(copy: Flask, at: Browser, clock: Clock) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    secret = with_app(copy, ada)
    shown = code(copy, secret, at=clock.at)
    half(at, "ada@northshire.example")
    assert at.post("/sign-in/second-factor", code=shown).status == 303
    half(other := Browser(copy.test_client()), "ada@northshire.example")
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in shown)
    arabic = "".join(chr(ord(figure) - ord("0") + 0x660) for figure in shown)
    for written in (f" {shown[:3]} {shown[3:]}\n", f"{shown[:3]}-{shown[3:]}", f"0{shown}", wide):
        assert other.post("/sign-in/second-factor", code=written).status == 422, written
    clock.forward(minutes=6)
    following = code(copy, secret, at=clock.at)
    half(other, "ada@northshire.example")
    assert other.post("/sign-in/second-factor", code=arabic).status == 422
    assert other.post("/sign-in/second-factor", code=f"{following[:2]} {following[2:4]} {following[4:]}").status == 303


@pytest.mark.asvs("V9.1.1")
def test_a_cookie_of_our_own_making_opens_nothing_under_another_key(
    copy: Flask, at: Browser, tmp_path_factory: pytest.TempPathFactory, migrated: Path, clock: Clock
) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    sign_in(copy, at.client, ada)
    with at.client.session_transaction() as kept:
        token = kept["sign_in"]
    another = cheap(tmp_path_factory.mktemp("another"), migrated, clock).test_client()
    with another.session_transaction() as forged:
        forged["sign_in"] = token
    cookie, own = another.get_cookie("protocolbuilder"), at.client.get_cookie("protocolbuilder")
    assert cookie and own and at.get("/account").status == 200
    for value in (cookie.value, own.value[:-2] + "AA", own.value.partition(".")[0], token):
        thief = copy.test_client()
        thief.set_cookie("protocolbuilder", value)
        assert thief.get("/account").status_code == 302


@pytest.mark.asvs("V6.6.2")
def test_codes_are_tried_five_times_in_five_minutes(copy: Flask, at: Browser, clock: Clock) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    secret = with_app(copy, ada)
    half(at, "ada@northshire.example")
    seen = [at.post("/sign-in/second-factor", code="123456").status for _ in range(6)]
    assert seen == [422] * 5 + [429]
    clock.forward(minutes=6)
    at.get("/sign-in/second-factor").post("/sign-in/second-factor", code=code(copy, secret, at=clock.at))
    assert at.status == 303


@pytest.mark.asvs("V6.1.1")
def test_passwords_are_tried_ten_times_in_five_minutes_and_nobody_is_shut_out_for_good(
    copy: Flask, at: Browser, clock: Clock
) -> None:
    somebody(copy, email="ada@northshire.example", password=PASSWORD)
    at.get("/sign-in")
    seen = [at.post("/sign-in", email="ada@northshire.example", password="no").status for _ in range(11)]
    assert seen == [422] * 10 + [429]
    clock.forward(minutes=6)
    assert half(at, "ada@northshire.example").status == 303


@pytest.mark.asvs("V7.2.1", "V7.4.1")
def test_the_token_is_new_at_each_rise_and_an_old_cookie_opens_nothing(copy: Flask, at: Browser, clock: Clock) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    secret = with_app(copy, ada)
    cookies: list[str] = []

    def cookie() -> str:
        found = at.client.get_cookie("protocolbuilder")
        assert found
        return found.value

    half(at, "ada@northshire.example")
    cookies.append(cookie())
    at.post("/sign-in/second-factor", code=code(copy, secret, at=clock.at))
    cookies.append(cookie())
    clock.forward(minutes=1)
    at.get("/sign-in/again").post("/sign-in/again", code=code(copy, secret, at=clock.at))
    assert at.status == 303
    cookies.append(cookie())
    at.get("/account")
    assert at.status == 200
    at.post("/sign-out")
    assert at.get("/account").status == 302
    for old in cookies:
        thief = copy.test_client()
        thief.set_cookie("protocolbuilder", old)
        assert thief.get("/account").status_code == 302
        assert thief.get("/account/authenticator").status_code == 303


@pytest.mark.asvs("V7.1.1")
def test_a_session_ends_when_idle_sooner_for_administrators_and_after_twelve_hours(copy: Flask, clock: Clock) -> None:
    for roles, minutes in (({"igm"}, 60), ({"admin"}, 30)):
        client = copy.test_client()
        sign_in(copy, client, somebody(copy, roles=roles))
        for _ in range(3):
            clock.forward(minutes=minutes - 1)
            assert client.get("/account").status_code == 200
        clock.forward(minutes=minutes)
        assert client.get("/account").status_code == 302
    client = copy.test_client()
    sign_in(copy, client, somebody(copy, roles={"igm"}))
    for _ in range(14):
        clock.forward(minutes=50)
        assert client.get("/account").status_code == 200
    clock.forward(minutes=50)
    assert client.get("/account").status_code == 302


@pytest.mark.asvs("V7.4.1", "V8.3.2")
def test_who_is_ended_or_loses_a_role_is_so_at_the_next_request(copy: Flask) -> None:
    client, ada = copy.test_client(), somebody(copy, roles={"igm"})
    somebody(copy, roles={"admin"})
    sign_in(copy, client, ada)
    assert client.get("/account").status_code == 200
    database = copy.extensions["protocolbuilder"].database
    with writing(database) as session:
        (mine,) = memberships.now_of(session, ada.id)
        memberships.change(session, ada.id, mine.organisation, roles={"auditor"}, by="", at=START)
    with client:
        client.get("/account")
        from protocolbuilder.web.access import visitor

        found = visitor()
        assert found is not None and found.roles == {"auditor"}
    with writing(database) as session:
        people.end(session, ada.id, by="", at=START)
    assert client.get("/account").status_code == 302


@pytest.mark.asvs("V7.4.3")
def test_people_see_their_sessions_and_end_them(copy: Flask) -> None:
    ada, sam = somebody(copy), somebody(copy, "Sam Hill")
    here, there, others = copy.test_client(), copy.test_client(), copy.test_client()
    sign_in(copy, here, ada)
    number = sign_in(copy, there, ada)
    foreign = sign_in(copy, others, sam)
    page = Browser(here).get("/account")
    assert page.text.count("A test") >= 2 and "(here)" in page.text
    page.post("/account/sessions/end", session=str(foreign))
    assert others.get("/account").status_code == 200
    page.get("/account").post("/account/sessions/end", session=str(number))
    assert there.get("/account").status_code == 302 and here.get("/account").status_code == 200
    sign_in(copy, there, ada)
    page.get("/account").post("/account/sessions/end")
    assert there.get("/account").status_code == 302 and here.get("/account").status_code == 200


@pytest.mark.asvs("V7.5.3")
def test_a_change_of_how_to_sign_in_asks_for_the_second_factor_within_ten_minutes(
    copy: Flask, at: Browser, clock: Clock
) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    secret = with_app(copy, ada)
    sign_in(copy, at.client, ada)
    assert at.get("/account/password").status == 200
    clock.forward(minutes=11)
    assert at.get("/account/password").to == "/sign-in/again?next=/account/password"
    at.get("/account").post("/account/recovery-codes")
    assert at.status == 403 and at.h1 == "Show again that it is you"
    at.post("/sign-in/again", code=code(copy, secret, at=clock.at), next="/account/password")
    assert at.to == "/account/password"
    assert at.get("/account/password").status == 200


@pytest.mark.asvs("V6.3.7")
def test_a_new_password_ends_the_other_sessions_and_is_told_by_mail(copy: Flask, at: Browser) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    with_app(copy, ada)
    elsewhere = copy.test_client()
    sign_in(copy, at.client, ada)
    sign_in(copy, elsewhere, ada)
    at.get("/account/password").post("/account/password", current="wrong", password="plum harbour tractor")
    assert at.status == 422
    at.post("/account/password", current=PASSWORD, password="plum harbour tractor")
    assert at.status == 303
    assert elsewhere.get("/account").status_code == 302 and at.get("/account").status == 200
    assert [mail.letter.to for mail in mails(copy)] == ["ada@northshire.example"]
    fresh = Browser(copy.test_client())
    assert half(fresh, "ada@northshire.example").status == 422
    assert fresh.post("/sign-in", email="ada@northshire.example", password="plum harbour tractor").status == 303


@pytest.mark.asvs("V6.4.3", "V6.4.1", "V14.2.1")
def test_a_reset_works_once_leaves_the_second_factor_and_its_address_at_once(
    copy: Flask, at: Browser, clock: Clock
) -> None:
    ada = somebody(copy, email="ada@northshire.example", password=PASSWORD)
    with_app(copy, ada)
    at.get("/sign-in/forgotten").post("/sign-in/forgotten", email="ada@northshire.example")
    link = link_in(arrived(copy)[-1])
    for _ in range(3):  # a scanner of mails
        assert copy.test_client().get(link).status_code == 303
        assert copy.test_client().head(link).status_code == 303
    at.get(link)
    assert at.to == "/sign-in/link"
    assert at.headers["Referrer-Policy"] == "no-referrer"
    at.follow()
    assert at.h1 == "Choose a password"
    assert at.post("/sign-in/link", password="short").status == 422
    assert at.post("/sign-in/link", password="plum harbour tractor").to == "/sign-in"
    assert Browser(copy.test_client()).get(link).follow().status == 404
    at.get("/sign-in").post("/sign-in", email="ada@northshire.example", password="plum harbour tractor").follow()
    assert at.h1 == "Your second factor"
    at.get("/sign-in/forgotten").post("/sign-in/forgotten", email="ada@northshire.example")
    late = link_in(arrived(copy)[-1])
    clock.forward(hours=1)
    assert Browser(copy.test_client()).get(late).follow().status == 404
    at.get("/sign-in/forgotten").post("/sign-in/forgotten", email="ada@northshire.example")
    dead = link_in(arrived(copy)[-1])
    at.get("/sign-in/forgotten").post("/sign-in/forgotten", email="ada@northshire.example")
    assert Browser(copy.test_client()).get(dead).follow().status == 404, "a later one replaces it"
    assert Browser(copy.test_client()).get(link_in(arrived(copy)[-1])).follow().status == 200


@pytest.mark.asvs("V6.3.2")
def test_the_first_administrator_needs_the_code_of_the_console_and_there_is_one(copy: Flask, at: Browser) -> None:
    shown = code_for_console(copy)
    at.get("/sign-in")
    assert "/first-administrator" in at.text
    said = {
        "name": "Ada Jones", "post": "IG manager", "email": "ada@northshire.example", "password": PASSWORD,
        "organisation": "Northshire County Council", "agency_type": "la", "sector": "local-government",
        "nation": "england",
    }  # fmt: skip
    at.get("/first-administrator")
    types = re.findall(r'<option value="([^"]+)"', at.text)
    said["agency_type"] = types[0]
    for _ in range(4):
        assert at.post("/first-administrator", **said, code="1111 2222 3333 4444").status == 422
    assert at.post("/first-administrator", **said, code=shown.replace("-", " ")).to == "/account/second-factor"
    with reading(copy.extensions["protocolbuilder"].database) as session:
        ada = people.by_email(session, "ada@northshire.example")
        assert ada is not None
        (held,) = memberships.now_of(session, ada.id)
    assert held.roles == {"admin", "igm"}
    assert code_for_console(copy) == ""
    assert Browser(copy.test_client()).get("/first-administrator").to == "/sign-in"


@pytest.mark.asvs("V6.6.2")
def test_after_five_wrong_codes_the_console_has_to_show_a_new_one(copy: Flask, at: Browser, clock: Clock) -> None:
    shown = code_for_console(copy)
    types = re.findall(r'<option value="([^"]+)"', at.get("/first-administrator").text)
    said = {
        "name": "Ada Jones", "post": "IG manager", "email": "ada@northshire.example", "password": PASSWORD,
        "organisation": "Northshire", "agency_type": types[0], "sector": "health", "nation": "wales",
    }  # fmt: skip
    assert [at.post("/first-administrator", **said, code="1").status for _ in range(5)] == [422] * 5
    assert at.post("/first-administrator", **said, code=shown).status == 422
    assert at.post("/first-administrator", **said, code=code_for_console(copy)).status == 303


@pytest.mark.asvs("V6.2.1")
@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("otter lamp violin", True), ("ŵŷ mellt afon carreg", True), ("密码 很长的 短语 在这里 山", True),
        ("Password1234!", False), ("qwertyuiop123", False), ("elevenchars", False), ("InformationSharing2026", False),
        ("northshirecouncil1", False), ("protocolbuilder1", False), ("Ada Jones 2026", False),
        ("plum harbour tractor " * 6, True), ("plum harbour tractor " * 7, False),
    ],
)  # fmt: skip
def test_a_password_is_judged_by_its_length_and_how_it_is_guessed(copy: Flask, password: str, taken: bool) -> None:
    with copy.test_request_context("/"):
        fault = password_fault(password, about=("Ada Jones", "Northshire County Council"))
    assert (fault == "") == taken, fault


@pytest.mark.asvs("V3.3.1")
def test_the_cookie_is_host_only_secure_and_out_of_reach_of_scripts(tmp_path: Path, migrated: Path) -> None:
    app = cheap(tmp_path, migrated, Clock(START), address="https://isa.example")
    somebody(app, email="ada@northshire.example", password=PASSWORD)
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://isa.example")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    sent = {"csrf_token": token[1], "email": "ada@northshire.example", "password": PASSWORD}
    answer = client.post("/sign-in", data=sent, base_url="https://isa.example")
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_sample_people_sign_in_by_a_press_on_this_machine_and_nowhere_else(copy: Flask, tmp_path: Path) -> None:
    ada = somebody(copy, "Ada Jones", "IG manager", sample=True)
    real = somebody(copy, "Sam Hill", email="sam@northshire.example", password=PASSWORD)
    at = Browser(copy.test_client()).get("/sign-in")
    assert "Sign in as Ada Jones, IG manager, Northshire County Council (sample)" in re.sub("<[^>]*>", "", at.text)
    assert "Sam Hill" not in at.text
    assert at.post("/sign-in/sample", person=real.id).status == 404
    assert at.get("/sign-in").post("/sign-in/sample", person=ada.id, next="/law").to == "/law"
    assert "(sample)" in at.get("/account").text
    served = cheap(tmp_path, None, Clock(START), address="https://isa.example")
    far = served.test_client()
    page = far.get("/sign-in", base_url="https://isa.example").text
    assert "(sample)" not in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "person": ada.id}
    assert far.post("/sign-in/sample", data=sent, base_url="https://isa.example").status_code == 404


@pytest.mark.asvs("V6.3.4")
def test_one_module_begins_and_ends_sessions() -> None:
    web = Path(sessions.__file__).parent.parent / "web"
    callers = {
        file.name for file in web.glob("*.py") if re.search(r"\bsessions\.(begin|rise)\(|login_user", file.read_text())
    }
    assert callers == {"accounts_sessions.py"}
    knows = {file.name for file in web.glob("*.py") if "flask_security" in file.read_text()}
    assert knows == {"accounts.py"}
