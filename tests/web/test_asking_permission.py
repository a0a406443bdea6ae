"""What pages ask of the policy: for whom and about what; where nobody is signed in, and where nothing is there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from protocolbuilder.domain import partnership as domain
from protocolbuilder.domain.people import Person
from protocolbuilder.store import agreements, memberships, relations
from protocolbuilder.store import partnership as store
from protocolbuilder.store.engine import writing
from protocolbuilder.web import access, permission
from protocolbuilder.web.permission import NOTHING, left_at, may, may_to, own, reach, reach_by
from tests.web.conftest import START
from tests.web.partnership import LEFT, RELATIONS, STATES, Partnership
from tests.web.test_who_opens_documents import opening


@pytest.fixture(scope="module")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    return opening(tmp_path_factory.mktemp("asks"))


@contextmanager
def at(made: Partnership, address: str, *who: str) -> Iterator[None]:
    """In a request to that address, of nobody or of (organisation, role)."""
    headers = {}
    if who:
        cookie = made.browser(*who).get_cookie("protocolbuilder")
        assert cookie
        headers["Cookie"] = f"{cookie.key}={cookie.value}"
    with made.app.test_request_context(address, headers=headers):
        yield


def test_nobody_who_is_not_signed_in_may_do_anything_but_what_is_open_to_anyone(partnership: Partnership) -> None:
    with at(partnership, f"/agreements/{partnership.refs['issued']}"):
        assert may("program:look") and not may("version:read") and not may("agreement:create")
        assert not may_to("contacts:read", partnership.organisations["eastford"])
        assert reach() == reach_by("matrix:read") == NOTHING and own() == {} and access.who() == ""
        assert left_at(partnership.refs["issued"]) is None


def test_a_page_says_that_nobody_else_reaches_a_copy_without_an_address(partnership: Partnership) -> None:
    assert "This copy runs on this machine only" in partnership.app.test_client().get("/sign-in").text


def test_who_is_of_no_organisation_reaches_nothing(partnership: Partnership) -> None:
    database = partnership.app.extensions["protocolbuilder"].database
    person, body = partnership.people["southmoor", "auditor"], partnership.organisations["southmoor"]
    with at(partnership, "/", "southmoor", "auditor"):
        assert own() == {"owner": body, "lead": person} and access.who() == "auditor of southmoor, auditor"
    with writing(database) as session:
        memberships.end(session, person, body, by="", at=START)
    with at(partnership, "/", "southmoor", "auditor"):
        assert own() == {} and not may("settings:read")
        assert replace(reach(), assurances=frozenset()) == NOTHING  # and there are no assurances of nobody
    with writing(database) as session:
        memberships.begin(session, person, body, roles=["auditor"], by="", at=LEFT)


def test_a_draft_is_reached_by_the_rule_that_a_page_stands_under(partnership: Partnership) -> None:
    with at(partnership, "/", "northshire", "trainer"):
        assert ("owner", "draft") in reach_by("matrix:read").drafts and ("owner", "draft") not in reach().drafts


def test_an_organisation_that_is_not_there_is_nothing_to_anybody(partnership: Partnership) -> None:
    with at(partnership, "/organisations", "eastford", "admin"):
        assert may_to("organisation:change", partnership.organisations["eastford"])
        assert not may_to("organisation:change", partnership.organisations["westley"])
        assert not may_to("organisation:change", "nobody")
    with at(partnership, "/organisations/nobody", "eastford", "admin"):
        assert permission.rule_asked() == "organisation:read" and not may("organisation:read")


def test_what_the_partnership_says_is_changed_by_the_one_that_leads_it(partnership: Partnership) -> None:
    copy, leads = partnership.app.extensions["protocolbuilder"], partnership.organisations["eastford"]
    with writing(copy.database) as session:
        said = domain.Partnership("Northshire", leads, (leads, partnership.organisations["westley"]))
        store.state(session, said, seen=0, by=Person("", "Ada Jones", ""), at=START)
    found = {}
    for short in ("northshire", "eastford", "westley", "southmoor"):
        with at(partnership, "/partnership", short, "igm"):
            found[short] = may("partnership:change")
    assert found == {"northshire": False, "eastford": True, "westley": False, "southmoor": False}


def test_comments_are_told_to_partners_to_whom_the_draft_was_open(partnership: Partnership) -> None:
    comments, versions = set(), set()
    for (state, ref), short in itertools.product(partnership.refs.items(), RELATIONS.values()):
        with at(partnership, f"/agreements/{ref}", short, "igm"):
            comments |= {(short, state)} if may("comment:read") else set()
            versions |= {(short, state)} if may("version:read") else set()
    told = {("eastford", "consultation"), ("eastford", "issued"), ("westley", "issued")}
    assert comments == {("northshire", state) for state in STATES} | told
    assert versions == set(itertools.product(("northshire", "eastford", "westley"), STATES))


def test_an_agreement_or_a_version_that_is_not_there_is_not_found(partnership: Partnership) -> None:
    browser, issued = partnership.browser("northshire", "igm"), partnership.refs["issued"]
    assert browser.get("/agreements/ISA-2026-9999").status_code == 404
    assert browser.get(f"/agreements/{issued}/versions/2").status_code == 200
    assert browser.get(f"/agreements/{issued}/versions/9").status_code == 404


def test_only_who_was_a_partner_is_told_when_it_left(partnership: Partnership) -> None:
    """Not an owner that once stood among the partners of its own agreement."""
    copy, ref = partnership.app.extensions["protocolbuilder"], partnership.refs["issued"]
    with writing(copy.database) as session:
        relations.tie(session, ref, "own", organisation=partnership.organisations["northshire"], by="", at=START)
        relations.untie(session, ref, "own", by="", at=LEFT + timedelta(minutes=1))
        assert agreements.load(session, ref).ref == ref
    found = {}
    for short in ("northshire", "eastford", "westley", "southmoor"):
        with at(partnership, f"/agreements/{ref}/history", short, "igm"):
            found[short] = left_at(ref)
    assert found == {"northshire": None, "eastford": None, "westley": LEFT, "southmoor": None}
