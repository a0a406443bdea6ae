"""Where a link may lead, and what goes along from page to page."""

import pytest
from flask import Flask

from protocolbuilder.web import access


@pytest.mark.parametrize("place", ["/", "/agreements", "/agreements/ISA-2026-0001?party=a#b"])
def test_a_path_of_this_program_is_kept(place: str) -> None:
    assert access.local_path(place) == place


@pytest.mark.parametrize("place", ["", "agreements", "//a.example", "/\\a.example", "https://a.example", "/a\nb"])
def test_what_leads_away_leads_home(place: str) -> None:
    assert access.local_path(place) == "/"


def test_no_secret_goes_along_with_what_was_typed() -> None:
    sent = {"note": "Words", "password": "a", "current": "b", "code": "c", "csrf_token": "d"}
    with Flask(__name__).test_request_context("/", method="POST", data=sent):
        assert access.carried_fields() == [("note", "Words")]
