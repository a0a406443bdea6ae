"""What belongs to one organisation is in no answer to another: every page, file, list and search of the program."""

import io
import itertools
import os
import zipfile
from collections.abc import Collection

import pytest

from protocolbuilder.settings import Settings
from protocolbuilder.web.app import create_app
from tests.web.conftest import START
from tests.web.every_route import furnished, routes
from tests.web.partnership import ROLES, Partnership, canary, furnish

ADDRESS = "asked@northshire.example"
"""Of somebody whom `furnished` asks to join Northshire: it is in no answer to another organisation."""
STRANGER, FORMER, PARTNER = "southmoor", "westley", "eastford"
THOROUGH = bool(os.environ.get("PB_THOROUGH"))
TRIED = ROLES if THOROUGH else ("igm",)


@pytest.fixture(scope="module")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Partnership:
    """One for all: these tests read."""
    numbers = itertools.count(1)
    settings = Settings(instance=tmp_path_factory.mktemp("canary"))
    app = create_app(settings, clock=lambda: START, new_id=lambda: f"c{next(numbers)}")
    app.testing = True
    return furnish(app)


def texts(content: bytes) -> str:
    """The words of an answer, those of a packed file (Word, a spreadsheet, a pack) too."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return " ".join(texts(packed.read(name)) for name in packed.namelist())


def leaks(
    made: Partnership, organisation: str, role: str, *, words: list[str], of: Collection[str] = ()
) -> list[str]:
    """Every address that answers somebody with one of the words; `of` names the agreements, all when empty."""
    browser, found = made.browser(organisation, role), []
    refs = [ref for state, ref in made.refs.items() if state in of or not of]
    every = [place for ref in refs for place in routes(made.app, given(made, ref))]
    places = {place.address for place in every if place.method == "GET" and place.endpoint != "static"}
    places |= {f"/agreements?search={word}" for word in words} | {"/agreements?shelf=discarded"}
    places |= {f"/agreements/{ref}/compare?before=1&after=2" for ref in made.refs.values()}
    for place in sorted(places):
        said = texts(browser.get(place).data)
        # what was asked for is repeated, and says nothing
        asked = place.rpartition("search=")[2] if "search=" in place else ""
        found += [f"{role}: {place} says {word}" for word in words if word in said.replace(asked or "\0", "")]
    return found


def given(made: Partnership, ref: str) -> dict[str, object]:
    known = made.app.extensions.setdefault("tests.given", {})
    if not known:
        known.update(furnished(made.app))
    return {**known, "ref": ref}


@pytest.mark.slow  # an ordinary run tries a stranger in test_crawl
@pytest.mark.parametrize("role", TRIED)
def test_a_stranger_is_told_nothing_of_an_agreement(partnership: Partnership, role: str) -> None:
    words = [ADDRESS, *(canary(f"northshire{state}") for state in partnership.refs)]
    assert leaks(partnership, STRANGER, role, words=words) == []


@pytest.mark.asvs("V8.4.1")
@pytest.mark.slow
@pytest.mark.parametrize("role", ["igm", "auditor"])
def test_who_left_reads_what_was_issued_before_and_nothing_after(partnership: Partnership, role: str) -> None:
    kept, later = canary("northshireissuedone"), [canary("northshireissuedtwo"), canary("northshireissuedthree")]
    others = [canary(f"northshire{state}") for state in ("draft", "consultation", "discarded")]
    assert leaks(partnership, FORMER, role, words=[*later, *others]) == []
    page = partnership.browser(FORMER, role).get(f"/agreements/{partnership.refs['issued']}/versions/1/a.docx")
    assert page.status_code == 200 and kept in page.text
    assert kept in partnership.browser(FORMER, role).get("/agreements").text


@pytest.mark.asvs("V8.4.1")
@pytest.mark.slow  # test_crawl looks at the same every time
@pytest.mark.parametrize("role", ["igm", "signatory"])
def test_a_partner_reads_what_is_issued_or_open_to_it_and_no_other_draft(partnership: Partnership, role: str) -> None:
    hidden = [ADDRESS, canary("northshireissuedthree"), canary("northshiredraft"), canary("northshirediscarded")]
    assert leaks(partnership, PARTNER, role, words=hidden) == []
    listed = partnership.browser(PARTNER, role).get("/agreements").text
    assert canary("northshireissuedtwo") in listed and canary("northshireconsultation") in listed


@pytest.mark.slow
def test_who_keeps_an_agreement_reads_it(partnership: Partnership) -> None:
    """That the crawl can find: the same one finds everything for its owner."""
    kept = list(partnership.refs) if THOROUGH else ["draft"]
    words = [ADDRESS, *(canary(f"northshire{state}") for state in kept)]
    found = leaks(partnership, "northshire", "igm", words=words, of=kept)
    assert all(any(word in one for one in found) for word in words) and len(found) > 20 * len(kept)
