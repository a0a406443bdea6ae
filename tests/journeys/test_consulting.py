"""Six partners are consulted on clause 7 of a draft: a comment and a note that others do not read, an answer, two who
edit at once, the end, and a version that asks for the second factor again. Each person has a browser of their own."""

from __future__ import annotations

import os
import secrets
import subprocess
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.settings import Settings
from protocolbuilder.store import accounts, agreements, organisations, people, relations
from protocolbuilder.store.account_tables import sign_ins
from protocolbuilder.store.engine import Connection, engine, writing
from protocolbuilder.web.app import create_app
from tests.browser import COMMAND, PHONE, Server, assert_accessible, look, window
from tests.journeys.signed_in import sign_in, sign_in_as
from tests.journeys.test_joiners import arriving
from tests.law.filled import accepted, filled
from tests.web.signing_in import code, with_app

TITLE = "Consultation of the Northshire hub"
PARTNERS = {
    "police": "The Chief Constable of Northshire Police",
    "trust": "Northshire & Fenmoor Community NHS Foundation Trust",
    "schools": "The Governing Body of Eastmere High School",
    "icb": "Northshire Integrated Care Board",
    "academies": "Northshire Academies Trust",
    "gps": "Northshire Federation of General Practices",
}
CAL = "cal.specimen@northshire-council.example"
IVO, IVO_MAIL = "Ivo Hale, records manager", "ivo.hale@northshire.example"
NAN, OLA = "nan.example@northshire-fenmoor-nhs.example", "ola.specimen@northshire-fenmoor-nhs.example"
HAL = "hal.placeholder@northshire-police.example"
COMMENT = "Say that an unborn child counts too."
NOTE = "Our Caldicott Guardian has doubts about clause 7."
ANSWER = "It does. The clause says so now."
OURS = "The child whom the contact is about, born or unborn."
THEIRS = "The child whom the contact is about, and each sibling in the home."
BOTH = "The child whom the contact is about, born or unborn, and each sibling in the home."


def seen(page: Page, name: str) -> None:
    """At the width of the person's own screen: the officer has a phone. Pictures at both, if somebody looks."""
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    if os.environ.get("LOOK_AT"):
        look(page, f"consulting-{name}")


def verified(server: Server) -> None:
    """Everything that is kept is what was kept."""
    words = [str(COMMAND), "audit", "verify", "--instance", str(server.instance)]
    found = subprocess.run(words, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def dated(agreement: Agreement) -> Agreement:
    """With days around today, so that the review finds nothing, whenever it is."""
    on = datetime.now(UTC).date()
    for address, days in (("term.start", 7), ("review.next", 360), ("dpia.date", -30)):
        agreement = put(agreement, address, (on + timedelta(days=days)).isoformat())
    return accepted(agreement, on=on)


def draft(session: Connection) -> str:
    """The reference of a draft of the council that could be issued, with six partners of the directory."""
    at, host = datetime.now(UTC), organisations.first(session)
    assert host
    known = {one.name: one.id for one in organisations.by_id(session).values()}
    agreement = put(filled("early-help"), "about.title", TITLE)
    agreement = put(agreement, "subjects.child.notes", "The child whom the contact is about.")
    rows = [{**row, "name": PARTNERS.get(row["id"], row["name"])} for row in agreement.answers["parties"]]
    made = agreements.create(
        session, dated(put(agreement, "parties", rows)), by="Cal Specimen", at=at,
        new_id=lambda: secrets.token_hex(5), owner=host.id,
    )  # fmt: skip
    for party, name in PARTNERS.items():
        body = known.get(name) or organisations.add(
            session, Organisation("", name, sample=True), by="", at=at, new_id=lambda: secrets.token_hex(5)
        ).id
        relations.tie(session, made.ref, party, organisation=body, by="", at=at)
    return made.ref


def opened(owner: Page, home: str) -> None:
    owner.goto(home)
    owner.get_by_role("link", name="Consultation", exact=True).click()
    seen(owner, "closed")
    owner.get_by_role("button", name="Open it to its partners").click()
    for name in PARTNERS.values():
        expect(owner.locator("main")).to_contain_text(name)
    seen(owner, "open")
    owner.get_by_label("What you ask of them").fill("Clause 7 is new.")
    owner.get_by_role("button", name="Open it to its partners").click()
    expect(owner.get_by_role("alert")).to_contain_text("Open to its partners")
    seen(owner, "opened")


def commented(officer: Page, colleague: Page, server: Server, home: str) -> None:
    """She finds the draft, reads clause 7 and comments on it; her colleague notes something for themselves alone."""
    officer.goto(f"{server.address}/agreements")
    officer.get_by_role("link", name=TITLE).click()
    seen(officer, "draft-of-partner")
    officer.get_by_role("link", name="Preview", exact=True).click()
    expect(officer.get_by_role("heading", name="7 People and information")).to_be_visible()
    officer.get_by_role("link", name="Consultation", exact=True).click()
    seen(officer, "of-partner")
    officer.get_by_role("link", name="Check answers").last.click()
    officer.locator("#subjects-child-notes").get_by_role("link", name="Comment").click()
    officer.get_by_role("button", name="Keep it").click()
    expect(officer.get_by_role("alert")).to_contain_text("Select who can read it")
    seen(officer, "comment-wrong")
    officer.get_by_label("Your comment").fill(COMMENT)
    officer.get_by_label("Everyone who takes part in this agreement").check()
    officer.get_by_role("button", name="Keep it").click()
    expect(officer.get_by_role("alert")).to_contain_text("Your comment is kept")
    colleague.goto(f"{home}/comments/new?about=subjects.child.notes")
    colleague.get_by_label("Your comment").fill(NOTE)
    colleague.get_by_label("My organisation only").check()
    colleague.get_by_role("button", name="Keep it").click()
    expect(colleague.locator("main")).to_contain_text(NOTE)


def is_for_some(officer: Page, others: list[Page], home: str) -> None:
    """The note is read in its organisation and by nobody else, the owner of the agreement included."""
    officer.goto(f"{home}/consultation")
    expect(officer.locator("main")).to_contain_text(NOTE)
    for page in others:
        page.goto(f"{home}/consultation")
        expect(page.locator("main")).to_contain_text(COMMENT)
        expect(page.locator("main")).not_to_contain_text(NOTE)
        found = page.goto(f"{home}/comments/2")
        assert found is not None and found.status == 404


def answered_and_edited(owner: Page, officer: Page, home: str) -> None:
    owner.goto(f"{home}/comments/1")
    seen(owner, "comment-of-owner")
    owner.get_by_label("Your answer").fill(ANSWER)
    owner.get_by_role("button", name="Answer only").click()
    owner.get_by_role("link", name="Go to it in the draft").click()
    owner.locator("#notes").fill(OURS)
    owner.get_by_role("button", name="Save and continue").click()
    expect(owner.get_by_role("alert")).to_contain_text("Saved")
    officer.goto(f"{home}/consultation")
    expect(officer.locator("main")).to_contain_text("Changed since your comment")
    officer.get_by_role("link", name="1. ").click()
    expect(officer.locator("main")).to_contain_text(ANSWER)
    seen(officer, "comment-of-partner")
    officer.get_by_role("link", name="Go to it in the draft").click()
    expect(officer.locator("main")).to_contain_text(OURS)


def edited_at_once(first: Page, second: Page, home: str) -> None:
    for page in (first, second):
        page.goto(f"{home}/subjects/child/kind")
    first.locator("#notes").fill(OURS.replace("whom", "that"))
    first.get_by_role("button", name="Save and continue").click()
    expect(first.get_by_role("alert")).to_contain_text("Saved")
    second.locator("#notes").fill(THEIRS)
    second.get_by_role("button", name="Save and continue").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Two answers to the same question")
    second.get_by_label("A text made of both").check()
    seen(second, "two-answers")
    second.get_by_label("The text made of both").fill(BOTH)
    second.get_by_role("button", name="Save what I have chosen").click()
    first.goto(f"{home}/subjects/child/kind")
    expect(first.locator("#notes")).to_have_value(BOTH)


def closed(owner: Page, officer: Page, server: Server, home: str) -> None:
    owner.goto(f"{home}/comments/1")
    owner.get_by_label("Your answer").fill("Both are in.")
    owner.get_by_role("button", name="Resolve it").click()
    owner.get_by_role("link", name="Consultation", exact=True).first.click()
    owner.get_by_role("link", name="Close the consultation").click()
    seen(owner, "close")
    owner.get_by_label("What came of it").fill("Clause 7 names who counts as a child.")
    owner.get_by_role("button", name="Close the consultation").click()
    expect(owner.get_by_role("alert")).to_contain_text("Closed")
    officer.goto(f"{server.address}/agreements")
    officer.get_by_role("link", name=TITLE).click()
    expect(officer.locator("main")).to_contain_text("Clause 7 names who counts as a child.")
    expect(officer.locator("main")).to_contain_text(NOTE)
    seen(officer, "closed-of-partner")


def issued(manager: Page, officer: Page, server: Server, home: str) -> None:
    """Ten minutes after the manager signed in: the second factor is asked for again, and what was typed goes along."""
    copy = create_app(Settings(instance=server.instance))
    database = copy.extensions["protocolbuilder"].database
    with writing(database) as session:
        person = people.by_email(session, IVO_MAIL)
        assert person
        accounts.open_for(session, person.id, uniquifier=secrets.token_hex(8), handle=secrets.token_hex(8))
    secret = with_app(copy, person)
    manager.goto(f"{home}/issue")
    manager.get_by_label("What this version is for").fill("After the consultation")
    with writing(database) as session:
        before = datetime.now(UTC) - timedelta(minutes=11)
        session.execute(update(sign_ins).where(sign_ins.c.person == person.id).values(proved_at=before))
    manager.get_by_role("button", name="Issue version 1").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text("Show again that it is you")
    seen(manager, "step-up")
    manager.get_by_label("Code").fill(code(copy, secret, at=datetime.now(UTC)))
    manager.get_by_role("button", name="Continue").click()
    expect(manager.locator("main")).to_contain_text("After the consultation")
    manager.get_by_role("button", name="Send it again").click()
    expect(manager.get_by_role("alert")).to_contain_text("Version 1 is issued")
    expect(manager.locator("main")).to_contain_text("After the consultation")
    officer.goto(f"{home}/versions/1")
    officer.get_by_role("link", name="Consultation", exact=True).click()
    officer.get_by_role("link", name="1. ").click()
    expect(officer.locator("main")).to_contain_text("Version 1 says something else here")
    seen(officer, "after-issue")


@pytest.mark.asvs("V7.5.3")
def test_partners_are_consulted_on_a_clause_and_a_version_is_issued(browser: Browser, server: Server) -> None:
    database = engine(Settings(instance=server.instance).database())
    with writing(database) as session:
        home = f"{server.address}/agreements/{draft(session)}"
    database.dispose()
    with ExitStack() as windows:
        owner, manager, colleague, constable = (windows.enter_context(window(browser)) for _ in range(4))
        officer = windows.enter_context(window(browser, viewport=PHONE))
        sign_in(manager, server, IVO, roles=("igm",))
        for page, email in ((owner, CAL), (officer, NAN), (colleague, OLA), (constable, HAL)):
            sign_in_as(page, server, email)
        opened(owner, home)
        asked = next(mail for mail in arriving(server) if mail["To"] == NAN)
        assert f"{home}/consultation\n" in asked.get_content().replace("\r\n", "\n")
        commented(officer, colleague, server, home)
        is_for_some(officer, [owner, manager, constable], home)
        answered_and_edited(owner, officer, home)
        edited_at_once(owner, manager, home)
        closed(owner, officer, server, home)
        issued(manager, officer, server, home)
    verified(server)
