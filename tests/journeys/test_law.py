"""The law library in a real browser: a duty comes into force and the agreements follow, also without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from protocolbuilder.documents import package, visible
from protocolbuilder.documents.embed import take
from tests.browser import Server, assert_accessible, look, window
from tests.journeys.signed_in import sign_in

DUTY = "ca-2004-s16la"
Serve = Callable[..., Server]


def begin(page: Page, server: Server) -> str:
    """An agreement from the early help pattern; the address of its task list."""
    sign_in(page, server)
    page.goto(f"{server.address}/agreements/new")
    page.locator("[name=start][value=early-help]").check()
    page.get_by_role("button", name="Start").click()
    return page.url


def record_commencement(page: Page, server: Server) -> None:
    """Found by searching; refused with half the answers, which stay; recorded with all of them."""
    page.goto(server.address)
    page.get_by_role("link", name="Law library").click()
    page.get_by_label("Search by name, Act, citation or section").fill("share children 16LA")
    page.get_by_role("button", name="Search").click()
    look(page, "law-list")
    page.get_by_role("link", name="CA 2004 s.16LA").click()
    expect(page.locator("main")).to_contain_text("NOT VERIFIED")
    look(page, "law-provision")
    assert_accessible(page)
    page.get_by_role("button", name="Record a change of the law").click()
    page.get_by_label("It came, or comes, into force").check()
    page.get_by_label("By which instrument?").fill("S.I. 2026/1000")
    page.get_by_role("button", name="Record the change").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the first day on which it counts")
    expect(page.get_by_label("By which instrument?")).to_have_value("S.I. 2026/1000")
    look(page, "law-status")
    assert_accessible(page)
    for part, value in (("Day", "30"), ("Month", "9"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Your post and organisation").fill("Solicitor, Northshire Council")
    page.get_by_role("button", name="Record the change").click()


@pytest.mark.slow  # the pages of it are tried in tests/web/test_law_pages.py
def test_a_duty_comes_into_force_and_the_agreement_says_must(page: Page, serve: Serve, tmp_path: Path) -> None:
    server = serve()
    ref = begin(page, server).rsplit("/", 1)[1]
    record_commencement(page, server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is affected")
    expect(page.locator("main")).to_contain_text("In force from 30 September 2026 by S.I. 2026/1000.")
    look(page, "law-worklist")
    assert_accessible(page)
    page.locator(f"a[href='/law/{DUTY}/impact/{ref}']").click()
    expect(page.locator("main")).to_contain_text("May → Must")
    look(page, "law-amendment")
    assert_accessible(page)
    page.get_by_role("button", name="Put this into the draft").click()
    expect(page.locator("main")).to_contain_text("The proposed amendment is part of the draft")
    expect(page.locator("table").first).to_contain_text("Must CA 2004 s.16LA")
    with page.expect_download() as fetched:
        page.evaluate(f"location.href = '/agreements/{ref}/files/document.docx'")
    fetched.value.save_as(tmp_path / "made.docx")
    word = (tmp_path / "made.docx").read_bytes()
    clause = next(
        row["explanation"] for row in take(word).answers["gateways"] if row.get("provision") == DUTY
    )
    said = [text for block in visible.blocks(package.read(word)) for text in visible.texts_of(block)]
    assert "must disclose" in clause and any(clause in text for text in said)


def test_a_power_is_taken_for_a_flow_without_javascript(browser: Browser, server: Server) -> None:
    with window(browser, java_script_enabled=False) as page:
        home = begin(page, server)
        page.goto(f"{home}/flows")
        page.locator(".pb-items a").first.click()
        page.get_by_role("link", name="What the law offers this flow").click()
        offered = page.url
        card = page.locator(".pb-offer").filter(has=page.get_by_role("button", name="Use this")).first
        name = card.get_by_role("heading").inner_text().split(":")[0]
        card.get_by_role("button", name="Use this").click()
        expect(page.locator("main")).to_contain_text(f"This flow now rests on {name}.")
    with window(browser) as seen:
        sign_in(seen, server)
        seen.goto(offered)
        expect(seen.locator(".pb-offer--relied").first).to_contain_text("This flow rests on it")
        look(seen, "law-offer")
        assert_accessible(seen)
