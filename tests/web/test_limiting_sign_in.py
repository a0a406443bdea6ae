"""Limits and the log while people sign in: who succeeds is not counted, and no secret goes into a page or the log."""

import io
import json

import pytest
from flask import Flask

from protocolbuilder.cli.logs import logging_to
from tests.web.signing_in import PASSWORD, Browser, Clock, code, sign_in, somebody, with_app

EMAIL = "kestrel@northshire.example"


@pytest.mark.asvs("V6.1.1")
def test_people_of_one_office_who_know_their_passwords_do_not_shut_each_other_out(copy: Flask) -> None:
    somebody(copy, email=EMAIL, password=PASSWORD)
    for _ in range(15):
        at = Browser(copy.test_client())
        at.get("/sign-in")
        assert at.post("/sign-in", email=EMAIL, password=PASSWORD).status == 303


@pytest.mark.asvs("V6.1.1", "V6.3.8")
def test_a_refusal_carries_no_password(copy: Flask) -> None:
    at = Browser(copy.test_client())
    at.get("/sign-in")
    for _ in range(10):
        at.post("/sign-in", email=EMAIL, password="wrong")
    at.post("/sign-in", email=EMAIL, password=PASSWORD)
    assert at.status == 429 and PASSWORD not in at.text and "Signing in was tried too often" in at.text


@pytest.mark.asvs("V16.2.1", "V16.2.5", "V16.3.1")
def test_the_log_tells_who_by_an_id_and_holds_no_address_password_code_or_token(copy: Flask, clock: Clock) -> None:
    ada = somebody(copy, "Kestrel Jones", email=EMAIL, password=PASSWORD)
    secret, stream = with_app(copy, ada), io.StringIO()
    at, other = Browser(copy.test_client()), copy.test_client()
    shown = code(copy, secret, at=clock.at)
    with logging_to(stream):
        at.get("/sign-in").post("/sign-in", email=EMAIL, password="Kestrelwrong")
        at.post("/sign-in", email=EMAIL, password=PASSWORD)
        at.get("/sign-in/second-factor").post("/sign-in/second-factor", code=shown)
        sign_in(copy, other, ada)
        with other.session_transaction() as kept:
            token = kept["sign_in"]
        other.get("/account")
        other.get("/sign-in/link/kestreltoken")
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {"sign-in refused", "signed in", "request"} <= {record["event"] for record in records}
    (looked,) = [record for record in records if record.get("endpoint") == "accounts_page.account"]
    assert looked["person"] == ada.id
    text = stream.getvalue().lower()
    for canary in ("kestrel", PASSWORD, shown, secret.lower(), token.lower()):
        assert canary not in text, canary
