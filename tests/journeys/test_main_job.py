"""The main job in a real browser, by keyboard only: from a pattern or from nothing to an issued version in Word."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page

from protocolbuilder.documents import embed, package, visible
from tests.browser import Server, look, window
from tests.journeys.keyboard import Answers, Person
from tests.journeys.signed_in import NAME, sign_in
from tests.usual import THOROUGH

MOST_PAGES = 45
PARTNERS = (
    "Northshire County Council", "Northshire Youth Justice Service", "The Chief Constable of Northshire Police",
    "NHS Northshire Integrated Care Board", "Northshire & Fenmoor Community NHS Trust", "GP practices in Northshire",
    "Maintained schools of Northshire", "Independent schools of Northshire", "Nurseries of Northshire",
    "Probation Service, Northshire unit", "Hearth and Hill Homes", "Safe Harbour Northshire",
    "Northshire Recovery Partnership", "Northshire Fire and Rescue Authority",
)  # fmt: skip
REGISTERED = {one for one in PARTNERS if not one.startswith(("GP", "Maintained", "Independent", "Nurseries"))}
REST: dict[str, Answers] = {
    "about": {"title": "Northshire MASH information sharing agreement"},
    "rights": {"contact": "rights@northshire.example"},
    "review": {"next": {"day": "30", "month": "11", "year": "2027"}},
    "term": {"start": {"day": "5", "month": "1", "year": "2028"}},
    "dpia": {"status": ("Done",)},
}


def begin(person: Person, server: Server, start: str) -> None:
    sign_in(person.page, server)
    person.open(f"{server.address}/agreements")
    person.follow("Start an agreement")
    person.tick("", start)
    person.follow("Start", within="main")


def put_right(person: Person, rest: dict[str, Answers]) -> None:
    """From the list of problems to each place and back, until there is none."""
    person.follow("Problems", within="nav.pb-ways")
    for _ in range(60):
        problems = person.page.locator("main li a")
        if not problems.count():
            return
        words = problems.first.inner_text()
        person.follow(words, within="main")
        section = person.page.url.split("/agreements/")[1].split("/")[1].split("?")[0]
        person.answer(rest[section])
        person.follow("Save and continue")
    raise AssertionError("the list of problems does not end")


def accept_the_rest(person: Person, reason: str) -> None:
    """Every warning that still waits, ticked one by one and accepted together."""
    person.follow("Review", within="nav.pb-ways")
    boxes = person.page.locator("input[name='warning']")
    for box in boxes.all():
        person.reach(box)
        person.press("Space")
        assert box.is_checked()
    person.follow("Accept the ticked warnings")
    person.write_in("reason", reason)
    person.follow("Accept all")
    assert not boxes.count()


def issue(person: Person) -> None:
    person.follow("Issue a version", within="nav.pb-ways")
    person.write_in("note", "First version for signature")
    person.follow("Issue version 1")
    assert "/versions/1" in person.page.url


def kept(page: Page, name: str) -> bytes:
    """The bytes of a file of the version, as the browser gets them."""
    link = page.get_by_role("link", name=name).get_attribute("href")
    return bytes(page.request.get(page.url.split("/agreements/")[0] + str(link)).body())


def texts_of(word: bytes) -> str:
    return ZipFile(BytesIO(word)).read("word/document.xml").decode()


def draft_of(page: Page) -> bytes:
    """The Word file of the draft that a page previews."""
    link = page.get_by_role("link", name="(Word)").first.get_attribute("href")
    return bytes(page.request.get(page.url.split("/agreements/")[0] + str(link)).body())


def squeezed(text: str) -> str:
    return "".join(text.split())


def fill_contacts(person: Person) -> None:
    """Name and post of the data protection officer, the contact and the signatory of every partner."""
    functions = ("Data protection officer", "Single point of contact", "Authorised signatory")
    rows = person.page.locator(".pb-grid tbody tr:not(.pb-row-group)")
    number = 0
    for place in range(rows.count()):
        row = rows.nth(place)
        if row.locator("th").inner_text().strip() in functions:
            number += 1
            person.write(row.locator("input[name$='.name']"), f"Ada {number}")
            person.write(row.locator("input[name$='.post']"), f"Head {number}")


def from_mash(person: Person, server: Server) -> None:
    """12 partners and two more named, contacts, flows, a power, dates, warnings accepted: to Word and matrix."""
    page = person.page
    begin(person, server, "Children's multi-agency safeguarding hub (MASH)")
    person.follow("Partners", within="main")
    person.follow("Name and describe all partners")
    names = page.locator("input[name$='.name']")
    assert names.count() == len(PARTNERS)
    for place, partner in enumerate(PARTNERS):
        person.write(names.nth(place), partner)
        if partner in REGISTERED:
            person.write(page.locator("input[name$='.ico_registration']").nth(place), f"ZA{100000 + place}")
    person.follow("Save and continue")
    person.follow("Contacts and signatories of all partners")
    fill_contacts(person)
    person.follow("Save and continue")
    person.follow("Tasks", within="nav.pb-ways")
    person.follow("Flows", within="main")
    person.follow("Edit many flows")
    times = page.locator("input[name$='.respond_within']")
    person.write(times.nth(5), "3 working days")
    person.write(times.nth(6), "36 hours")
    person.follow("Save and go to the next page")
    person.follow("Tasks", within="nav.pb-ways")
    person.follow("Legal powers", within="main")
    person.follow("Add another", within="main")
    person.answer({"provision": ("Localism Act 2011 s.1",)})
    person.follow("Save and continue")
    put_right(person, REST)
    accept_the_rest(person, "The board looked at each source, and asks for a check before the first review.")
    issue(person)


def is_whole(person: Person) -> None:
    """What was asked for stands in the version, and nothing was typed twice."""
    page = person.page
    word, matrix = kept(page, "agreement (Word)"), kept(page, "Protocol matrix (Word)")
    made = embed.take(word)
    assert [row["name"] for row in made.answers["parties"]] == list(PARTNERS)
    assert len(made.answers["contacts"]) == 3 * len(PARTNERS)
    assert [made.answers["flows"][n]["respond_within"] for n in (5, 6)] == ["3WD", "PT36H"]
    assert len(made.answers["gateways"]) == 13
    assert len(made.accepted) == 9 and {row["by"] for row in made.accepted} == {NAME}
    for partner in PARTNERS:
        assert partner.replace("&", "&amp;") in texts_of(word)
        assert partner.replace("&", "&amp;") in texts_of(matrix)
    assert [text for text, times in Counter(person.typed).items() if times > 1] == []


def told(person: Person, name: str) -> None:
    """A line for the person who reads the log of the check."""
    print(f"\n{name}: {len(person.pages)} pages, {len(person.typed)} texts typed, {person.presses} other keys")


def test_a_mash_agreement_is_made_by_keyboard_in_45_pages(browser: Browser, server: Server) -> None:
    with window(browser) as page:
        person = Person(page, checks_access=THOROUGH)
        from_mash(person, server)
        is_whole(person)
        told(person, "MASH pattern to issued Word and matrix")
        assert len(person.pages) <= MOST_PAGES, person.pages
        look(page, "version")
        person.follow("Preview", within="nav.pb-ways")
        assert squeezed(page.locator("#document").text_content() or "") == squeezed(
            "".join(said for block in visible.blocks(package.read(draft_of(page))) for said in visible.texts_of(block))
        )
        person.follow("Matrix", within="nav.pb-ways")
        look(page, "matrix")


@pytest.mark.slow
def test_the_same_is_done_without_javascript(browser: Browser, server: Server) -> None:
    with window(browser, java_script_enabled=False) as page:
        person = Person(page, checks_access=False)
        from_mash(person, server)
        is_whole(person)
        told(person, "the same without JavaScript")
        assert len(person.pages) <= MOST_PAGES, person.pages
