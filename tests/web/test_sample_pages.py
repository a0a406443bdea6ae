"""The sample, for whoever looks around in it, removes it, and begins for real."""

import itertools
import re
from pathlib import Path

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.store import people
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.sample import Draft, make
from protocolbuilder.web.accounts_first import code_for_console
from tests.store.builders import an_agreement
from tests.web.conftest import START
from tests.web.signing_in import PASSWORD, Browser, Clock, cheap, sign_in, somebody


@pytest.fixture
def copy(tmp_path: Path, migrated: Path) -> Flask:
    """With the sample, as `serve --sample` makes it."""
    made, numbers = cheap(tmp_path, migrated, Clock(START)), itertools.count(1)
    with writing(made.extensions["protocolbuilder"].database) as session:
        sample = catalogue.sample_partnership()
        drafts = [Draft(name, name, an_agreement(f"Sample: {name}")) for name in sample.shares]
        make(session, sample, drafts, at=START, new_id=lambda: f"s{next(numbers)}")
    return made


def as_sample(copy: Flask, name: str) -> Browser:
    at = Browser(copy.test_client()).get("/sign-in")
    (person,) = re.findall(rf'value="(s\d+)">\s*<button[^>]*><span[^>]*>Sign in as </span>{name},', at.text)
    return at.post("/sign-in/sample", person=person)


def test_everybody_of_the_sample_can_be_chosen_under_their_organisation(copy: Flask) -> None:
    page = Browser(copy.test_client()).get("/sign-in").text
    assert [name.replace("&amp;", "&") for name in re.findall(r"<h3[^>]*>(.*?)</h3>", page)] == [
        body.organisation.name for body in catalogue.sample_partnership().bodies
    ]
    assert page.count("Sign in as ") == 19 and "Single point of contact, Information governance manager" in page


def test_a_sample_administrator_removes_the_sample_after_reading_what_goes_and_is_signed_out(copy: Flask) -> None:
    at = as_sample(copy, "Cal Specimen")
    assert "/settings/sample" in at.get("/settings").text
    assert at.get("/settings/sample").h1 == "Remove the sample?"
    assert "Sample people (19): Ada Sample" in at.text and "you will be signed out" in at.text
    assert at.post("/settings/sample/remove").to == "/sign-in"
    assert "The sample was removed." in at.get("/sign-in").text and "Look around" not in at.text
    assert at.get("/account").status != 200 or "Cal Specimen" not in at.text
    with reading(copy.extensions["protocolbuilder"].database) as session:
        assert people.samples(session) == ()


def test_only_an_administrator_of_the_organisation_that_runs_the_copy_removes_it(copy: Flask) -> None:
    for name in ("Hal Placeholder", "Ada Sample"):
        at = as_sample(copy, name)
        assert at.get("/settings/sample").status in (403, 404)
        assert at.get("/sign-in/forgotten").post("/settings/sample/remove").status in (403, 404)


def test_the_first_administrator_comes_beside_the_sample_and_runs_the_copy(copy: Flask) -> None:
    code = code_for_console(copy)
    at = Browser(copy.test_client()).get("/first-administrator")
    at.post(
        "/first-administrator", code=code, name="Jo Green", post="Manager", email="jo@realshire.example",
        organisation="Realshire Council", sector="local-government", nation="england", agency_type="la-children",
        password=PASSWORD,
    )  # fmt: skip
    assert at.status == 303
    with reading(copy.extensions["protocolbuilder"].database) as session:
        found = people.by_email(session, "jo@realshire.example")
    assert found is not None and not found.sample
    assert as_sample(copy, "Cal Specimen").get("/settings").status in (403, 404), "a sample runs a real copy"
    client = copy.test_client()
    sign_in(copy, client, found)
    real = Browser(client)
    assert "Remove the sample" in real.get("/settings").text
    assert "signed out" not in real.get("/settings/sample").text
    assert real.post("/settings/sample/remove").to == "/settings"
    assert real.get("/settings").status == 200 and "Remove the sample" not in real.text
    assert real.get("/settings/sample").status == 404


def test_where_there_is_no_sample_nothing_is_offered(tmp_path: Path, migrated: Path) -> None:
    plain = cheap(tmp_path, migrated, Clock(START))
    client = plain.test_client()
    sign_in(plain, client, somebody(plain))
    at = Browser(client)
    assert "/settings/sample" not in at.get("/settings").text
    assert at.get("/settings/sample").status == 404
