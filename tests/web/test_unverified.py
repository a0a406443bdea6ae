"""Every page that shows law says what nobody has checked of it, until somebody records a verification."""

import json
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from lxml import html

from protocolbuilder import catalogue
from protocolbuilder.law.library import GROUPS
from protocolbuilder.settings import Settings
from protocolbuilder.store.agreements import create
from protocolbuilder.store.engine import writing
from protocolbuilder.web.app import create_app
from tests.unverified import DUTY, NOT_CHECKED, RESTRICTION, resting_on_doubts, unmarked
from tests.web.visitor import Visitor

SAMPLES = Path(__file__).parent.parent / "agreements"
AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
REF = "ISA-2026-0001"
HERE = f"/agreements/{REF}"
FLOW = resting_on_doubts().answers["flows"][0]["id"]
BASIS = resting_on_doubts().answers["bases"][0]["id"]
CITED = {DUTY: "CA 2004 s.16LA", NOT_CHECKED: "CA 1989 s.47(9)-(11)", RESTRICTION: "ACA 2002 ss.56-65"}
SHOWS: dict[str, tuple[str, ...]] = {
    "/law": (DUTY, NOT_CHECKED, RESTRICTION),
    "/law/bases": (),
    **{f"/law/{entry}{end}": (entry,) for entry in CITED for end in ("", "/verify", "/status", "/impact")},
    f"/law/{DUTY}/impact/{REF}": (DUTY,),
    f"/law/{NOT_CHECKED}/impact/{REF}": (NOT_CHECKED,),
    HERE: (),
    f"{HERE}/check": (DUTY, NOT_CHECKED),
    f"{HERE}/problems": (),
    f"{HERE}/findings": (DUTY, NOT_CHECKED),
    f"{HERE}/preview": (DUTY, NOT_CHECKED, RESTRICTION),
    f"{HERE}/issue": (DUTY, NOT_CHECKED),
    f"{HERE}/compare": (),
    f"{HERE}/history": (),
    f"{HERE}/library": (),
    f"{HERE}/matrix": (DUTY, NOT_CHECKED, RESTRICTION),
    f"{HERE}/matrix?view=recipients": (DUTY, NOT_CHECKED),
    f"{HERE}/matrix?view=purposes": (DUTY, NOT_CHECKED),
    f"{HERE}/matrix?view=flows": (DUTY, NOT_CHECKED),
    f"{HERE}/matrix?view=standing": (),
    f"{HERE}/matrix?view=pictures": (),
    f"{HERE}/present": (DUTY, NOT_CHECKED, RESTRICTION),
    f"{HERE}/gateways": (DUTY, NOT_CHECKED),
    f"{HERE}/gateways/g-duty": (DUTY,),
    f"{HERE}/gateways/g-duty/provision": (DUTY, NOT_CHECKED, RESTRICTION),
    f"{HERE}/gateways/g-duty/remove": (DUTY,),
    f"{HERE}/bases": (),
    f"{HERE}/bases/{BASIS}": (),
    f"{HERE}/bases/{BASIS}/regime": (),
    f"{HERE}/flows": (),
    f"{HERE}/flows/{FLOW}": (DUTY,),
    f"{HERE}/flows/{FLOW}/purposes": (DUTY, NOT_CHECKED),
    f"{HERE}/flows/{FLOW}/offer": (DUTY, NOT_CHECKED),
    f"{HERE}/items": (RESTRICTION,),
    f"{HERE}/items/i-adoption": (RESTRICTION,),
    f"{HERE}/items/i-adoption/name": (RESTRICTION,),
    f"{HERE}/retention": (),
    f"{HERE}/gateways/check": (DUTY, NOT_CHECKED),
    f"{HERE}/does-not-apply/gateways.g-duty.explanation": (),
    f"{HERE}/grid/flows": (),
    f"{HERE}/sections": (),
    f"{HERE}/toolkit": (),
    f"{HERE}/at-a-glance": (),
    f"{HERE}/discard": (),
    "/law/local": (),
    f"{HERE}/findings/R104/gateways.g-s47-9.provision": (NOT_CHECKED,),
    f"{HERE}/findings/accept?warning=R104@gateways.g-s47-9.provision": (NOT_CHECKED,),
}


ELSEWHERE = frozenset({
    "static", "home", "access.healthz", "register.agreements", "starting.choose", "glossary.show",
    "imports.choose", "paste.ask", "history.version", "law_records.withdraw", "law_approval.approve",
    "lists.add", "documents.file", "history.file", "toolkit.version", "toolkit.version_summary",
    "toolkit.file", "presenting.version",
    "house_style.settings", "house_style.house_style", "house_style.sample", "work.work", "work.readyz",
    "comparing.tracked", "comparing.for_party", "comparing.for_party_in_word",
    "accounts_factors.app", "accounts_factors.choose", "accounts_factors.password", "accounts_first.first",
    "accounts_links.forgotten", "accounts_links.land", "accounts_links.link", "accounts_page.account",
    "accounts_providers.came_back", "accounts_registration.own", "accounts_sign_in.again", "accounts_sign_in.ask",
    "accounts_sign_in.second_factor", "accounts_address.ask", "accounts_address.land", "accounts_address.link",
    "accounts_address.asked", "accounts_address.land_asked", "people_address.ask", "people_address.correct",
    "accounts_organisation.ask", "person_record.own", "person_record.own_file", "person_record.left",
    "person_record.ask", "person_erasing.ask",
    "accounts_joining.join", "accounts_joining.land", "assurances.add", "assurances.change", "assurances.evidence",
    "assurances.remove", "contacts.ask_to_add", "contacts.ask_to_change", "contacts.ask_to_remove",
    "contacts.directory", "joining.ask", "joining.ask_to_cancel", "joining.invitation", "leaving.ask",
    "organisations.add", "organisations.change", "organisations.directory", "organisations.remove",
    "organisations.show", "organisations.sponsor", "organisations_removed.listed", "partnership.ask_to_change",
    "partnership.ask_to_sign_off",
    "partnership.show", "people.change", "people.listed", "people.one", "people_report.file", "people_report.show",
    "people_access.ask_for_code",
    "people_access.end_sessions", "sample.ask", "partners.ask_to_add", "partners.ask_to_untie", "partners.choose",
    "partners.listed",
    "commenting.ask", "commenting.ask_for_advice", "commenting.show", "consulting.show", "consulting.ask_to_open",
    "consulting.ask_to_close", "consulting.ask_for_views", "slow.of_draft", "slow.download_of_draft",
    "slow.of_version", "slow.download_of_version",
    "verifying.ask",
    "signing_chase.latest", "signing_chase.show", "signing_chase.ask_to_remind", "signing_ask.ask_all",
    "signing_ask.ask_one", "signing_asked.ask_for_address", "signing_asked.ask_for_away", "signing_asked.ask_to_cancel",
    "signing_paper.ask_for_paper", "signing_paper.ask_for_approval", "signing_paper.scan", "trail.show", "trail.file",
    "signed.show", "signed.file", "signed.so_far", "signed.evidence", "signed.ask_to_go_on",
    "inbox.show", "inbox.one", "in_force.show",
    "signing.land", "signing_link.start", "signing_link.summary", "signing_link.text", "signing_link.file",
    "signing_link.receipt", "signing_link.code", "signing_link.statement", "signing_link.decline",
    "signing_link.pass_on", "signing_person.start", "signing_person.summary", "signing_person.text",
    "signing_person.file", "signing_person.receipt", "signing_person.statement", "signing_person.decline",
    "signing_person.pass_on", "signing_link.pdf", "signing_link.pdf_file", "signing_person.pdf",
    "signing_person.pdf_file",
    "measuring.metrics", "returned.listed", "returned.file", "returned.download", "returned_deciding.ask",
})  # fmt: skip
"""What shows no law of the library, the page that withdraws a record (it follows another one), pages of what changed or
came back, which say an answer as every page does, those of signing in, those of a consultation,
which say an answer so too, those that wait for a document, and files: the tests of the documents look at those."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application of its own with one agreement that rests on law in doubt."""
    numbers = count(1)
    made = create_app(
        Settings(instance=tmp_path_factory.mktemp("doubts")), clock=lambda: AT, new_id=lambda: f"n{next(numbers)}"
    )
    made.testing = True
    with writing(made.extensions["protocolbuilder"].database) as session:
        draft = create(session, resting_on_doubts(), by="Jo Green", at=AT, new_id=lambda: f"n{next(numbers)}")
    assert draft.ref == REF
    return made


@pytest.fixture
def visitor(own: Flask) -> Visitor:
    return Visitor(own.test_client())


@pytest.mark.parametrize("page", SHOWS)
def test_a_page_says_beside_each_provision_what_nobody_has_checked(visitor: Visitor, page: str) -> None:
    words = visitor.get(page).words
    assert not unmarked(words, catalogue.library())
    for entry in SHOWS[page]:
        assert CITED[entry] in words, f"{page} does not show {entry}"


def test_the_page_of_every_entry_says_what_nobody_has_checked(visitor: Visitor) -> None:
    for name in ("gateways", *GROUPS):
        for entry in catalogue.library().vocabularies[name]:
            assert not unmarked(visitor.get(f"/law/{entry}").words, catalogue.library()), entry


def test_what_was_recognised_in_a_file_says_so_too(visitor: Visitor) -> None:
    facts = json.loads((SAMPLES / "38-southwark-mash.json").read_text("utf-8"))
    facts["legal_gateways"] = [{"citation": "CA 2004 s.16LA"}, {"citation": "CA 1989 s.47(9)-(11)"}]
    form = visitor.get("/agreements/import").fields()
    sent = {**form, "file": (BytesIO(json.dumps(facts).encode()), "facts.json")}
    page = html.fromstring(visitor.client.post("/agreements/import", data=sent).text)
    words = " ".join(page.get_element_by_id("main-content").text_content().split())
    assert "as CA 2004 s.16LA: Duty to share information about children (not confirmed in force)" in words
    assert "(not verified)" in words


def test_every_page_there_is_was_thought_of(own: Flask) -> None:
    places = own.url_map.bind("localhost")
    looked_at = {places.match(urlsplit(page).path)[0] for page in SHOWS}
    every = {rule.endpoint for rule in own.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert every - looked_at - ELSEWHERE == set()


def test_a_recorded_verification_takes_the_mark_away_and_says_who_looked_and_when(own: Flask) -> None:
    visitor = Visitor(own.test_client())
    page = visitor.get(f"/law/{NOT_CHECKED}/verify")
    visitor.send(page, seen="The text as amended.", post="Solicitor")
    page = visitor.get(f"/law/{DUTY}/verify")
    visitor.send(
        page, seen="The section.", instrument="S.I. 2026/1000", commenced__day="30", commenced__month="9",
        commenced__year="2026", post="Solicitor",
    )
    try:
        for entry in (NOT_CHECKED, DUTY):
            words = visitor.get(f"/law/{entry}").words
            assert "Verified by Jo Green, information governance manager on 24 November 2026" in words
        for page_of, entries in SHOWS.items():
            if page_of.startswith(HERE) and "R104" not in page_of:
                words = visitor.get(page_of).words
                for entry in {NOT_CHECKED, DUTY} & set(entries):
                    title = catalogue.library().vocabularies["gateways"][entry]["title"]
                    for name in (CITED[entry], f"{CITED[entry]}: {title}"):
                        assert f"{name} (not" not in words, page_of
    finally:
        for entry in (NOT_CHECKED, DUTY):
            link = next(link for link in visitor.get(f"/law/{entry}").links() if "/withdraw/" in link)
            visitor.send(visitor.get(link), reason="Only tried.", post="Solicitor")
