"""Nothing is shown or done before somebody is signed in, and what is grave asks for the second factor anew."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.domain.people import DUTIES
from protocolbuilder.domain.permission import open_to_anyone
from protocolbuilder.store import agreements
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.web import accounts_gate as gate
from tests.law.filled import filled
from tests.web.conftest import START
from tests.web.every_route import furnished, routes
from tests.web.signing_in import JO, PASSWORD, Browser, Clock, code, sign_in, somebody, with_app

WEB = Path(gate.__file__).parent


@pytest.mark.asvs("V8.2.1")
def test_every_page_that_is_not_open_to_anyone_sends_a_stranger_to_sign_in(copy: Flask) -> None:
    copy.config["WTF_CSRF_ENABLED"] = False
    policy, client, closed = catalogue.policy(), copy.test_client(), 0
    for route in routes(copy, furnished(copy)):
        if open_to_anyone(policy, policy.routes[route.endpoint, route.method][0]):
            continue
        closed += 1
        answer = client.open(route.address, method=route.method)
        if route.method == "GET":
            assert answer.status_code == 302, route
            assert answer.headers["Location"].startswith("/sign-in?next="), route
        else:
            assert answer.status_code == 401 and "Sign in" in answer.text, route
        asked = client.open(route.address, method=route.method, headers={"Accept": "application/json"})
        assert asked.status_code == 401 and asked.get_json()["title"] == "You are signed out", route
    assert closed > 150


@pytest.mark.asvs("V7.5.3")
def test_issuing_asks_for_the_second_factor_again_after_ten_minutes(copy: Flask, clock: Clock) -> None:
    jo, at = somebody(copy, roles=DUTIES, password=PASSWORD), Browser(copy.test_client())
    secret = with_app(copy, jo)
    sign_in(copy, at.client, jo)
    database = copy.extensions["protocolbuilder"].database
    with writing(database) as session:
        ref = agreements.create(session, filled("early-help"), by=JO, at=START, new_id=lambda: "a1").ref
    clock.forward(minutes=11)
    assert at.get(f"/agreements/{ref}/issue").to == f"/sign-in/again?next=/agreements/{ref}/issue"
    at.post(f"/agreements/{ref}/issue", note="The first")
    assert at.status == 403 and "code" in at.text and "The first" in at.text
    with reading(database) as session:
        assert agreements.load(session, ref).issued is None
    at.post("/sign-in/again", code=code(copy, secret, at=clock.at), next=f"/agreements/{ref}/issue")
    assert at.status == 303 and at.to == f"/agreements/{ref}/issue"
    at.get(at.to)
    at.post(f"/agreements/{ref}/issue", note="The first")
    assert at.status != 403, at.h1


@pytest.mark.asvs("V7.5.3")
def test_whatever_the_policy_calls_grave_asks_before_its_page_and_before_its_act(copy: Flask, clock: Clock) -> None:
    policy, jo = catalogue.policy(), somebody(copy, roles=DUTIES, password=PASSWORD)
    with_app(copy, jo)
    at, asked = Browser(copy.test_client()), set()
    found = routes(copy, furnished(copy))
    sign_in(copy, at.client, jo)
    clock.forward(minutes=11)
    for route in found:
        key = policy.routes[route.endpoint, route.method][0]
        if not policy.rules[key].grave:
            continue
        asked.add(key)
        if route.method == "GET":
            assert at.get(route.address).to.startswith("/sign-in/again?next="), route
        else:
            at.post(route.address, name="Work phone", email="new@northshire.example")
            assert at.status == 403 and at.h1 == "Show again that it is you", route
            assert "Work phone" in at.text and "new@northshire.example" in at.text, route
    assert asked == {key for key, rule in policy.rules.items() if rule.grave} and len(asked) > 5


def test_no_page_asks_for_the_second_factor_again_by_itself() -> None:
    asking = {
        file.name for file in WEB.glob("*.py") if re.search(r"\.fresh\b|\bis_fresh\(|\bagain_page\(", file.read_text())
    }  # fmt: skip
    assert asking == {"accounts_gate.py", "accounts_sessions.py", "accounts_sign_in.py", "accounts_passkeys.py",
                      "accounts_providers.py"}  # fmt: skip
    assert [file.name for file in WEB.glob("*.py") if ".fresh" in file.read_text()] == ["accounts_gate.py"]


def test_a_passkey_that_was_named_before_the_second_factor_was_asked_for_keeps_its_name(
    copy: Flask, clock: Clock
) -> None:
    jo, at = somebody(copy, password=PASSWORD), Browser(copy.test_client())
    secret = with_app(copy, jo)
    sign_in(copy, at.client, jo)
    clock.forward(minutes=11)
    at.get("/account").post("/account/passkeys", name="Work phone", answer="")
    kept = dict(re.findall(r'name="(kept|next|files)" value="([^"]*)"', at.text))
    kept = {name: unescape(value) for name, value in kept.items()}
    at.post("/sign-in/again", code=code(copy, secret, at=clock.at), **kept)
    assert at.h1 == "You are signed in"
    at.post("/account/passkeys", name="Work phone", answer="")
    assert at.h1 == "Add a passkey" and 'value="Work phone"' in at.text


def test_what_is_open_to_anyone_is_shown_without_sign_in_and_what_is_not_there_is_told(copy: Flask) -> None:
    client = copy.test_client()
    assert client.get("/healthz").status_code == client.get("/sign-in").status_code == 200
    assert client.get("/no-such-page").status_code == 404
    assert client.options("/agreements").status_code == 200
