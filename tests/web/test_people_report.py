"""Who administers an organisation here, and how everybody proves who they are."""

import csv
from io import StringIO

import pytest
from flask import Flask

from protocolbuilder.store import accounts
from protocolbuilder.store.engine import writing
from tests.web.signing_in import PASSWORD, Browser, sign_in, somebody


@pytest.fixture
def at(copy: Flask) -> Browser:
    """Ada administers, with password and app; Bea has a password alone, and a name that a spreadsheet could run."""
    ada = somebody(copy, "Ada Jones", email="ada@northshire.example", roles={"admin", "igm"}, password=PASSWORD)
    somebody(copy, "=Bea Smith", email="bea@northshire.example", roles={"signatory"}, password=PASSWORD)
    somebody(copy, "Cy Bell", email="cy@northshire.example", roles={"admin"})
    with writing(copy.extensions["protocolbuilder"].database) as session:
        accounts.set_totp(session, ada.id, secret="sealed", counter=1)
    browser = Browser(copy.test_client())
    sign_in(copy, browser.client, ada)
    return browser


def test_it_tells_who_administers_and_who_has_a_second_factor(at: Browser) -> None:
    assert 'href="/people/sign-in-report"' in at.get("/people").text
    page = at.get("/people/sign-in-report")
    assert page.status == 200 and "2 people administer" in page.text
    assert "Password, authenticator app" in page.text and "2 people have no second factor" in page.text


def test_who_is_asked_to_join_is_not_counted_before_they_did(at: Browser) -> None:
    at.get("/people/invite")
    at.post("/people/invite", name="Di Lee", post="Head", email="di@northshire.example", roles=["admin"])
    assert at.status == 303
    page = at.get("/people/sign-in-report")
    assert "2 people administer" in page.text and "Di Lee<br>" not in page.text


def test_the_spreadsheet_says_the_same_and_runs_nothing(at: Browser) -> None:
    answer = at.client.get("/people/sign-in-report.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sign-in-report.csv"'
    head, *rows = csv.reader(StringIO(answer.get_data().decode("utf-8-sig")))
    assert head[:3] == ["Name", "Post", "Administrator"]
    told = {row[0]: (row[2], row[4], row[5]) for row in rows}
    assert told["Ada Jones"] == ("Yes", "password, authenticator app", "Yes")
    assert told["'=Bea Smith"] == ("No", "password", "No")
