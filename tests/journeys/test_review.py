"""A manager is warned in the wizard, in words a manager understands, and accepts a warning or puts the error right."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser import Server, assert_accessible, look, window
from tests.journeys.signed_in import NAME, sign_in


def begin(page: Page, server: Server) -> str:
    """A draft from the MASH pattern; returns its address."""
    sign_in(page, server)
    page.goto(f"{server.address}/agreements/new")
    page.get_by_label("Children's multi-agency safeguarding hub (MASH)").check()
    page.get_by_role("button", name="Start").click()
    found = re.match(r".*/agreements/ISA-\d{4}-\d+", page.url)
    assert found, page.url
    return found.group()


def save(page: Page) -> Locator:
    """Saves the page; what the next page says about it."""
    page.get_by_role("button", name="Save and continue").click()
    return page.locator(".govuk-notification-banner")


def is_warned(page: Page, *words: str) -> None:
    """The next page tells it, with a way back to the question, where it stands too."""
    told = save(page).filter(has_text="Look at what you just saved").filter(has_text=words[0])
    said = told.inner_text()
    assert all(word in said for word in words), said
    told.get_by_role("link").click()
    page.locator(".pb-finding").first.wait_for()
    beside = page.locator(".pb-finding").all_inner_texts()
    assert any(all(word in text for word in words) for text in beside), beside
    assert_accessible(page)


def test_a_manager_is_warned_of_five_usual_mistakes(browser: Browser, server: Server) -> None:
    with window(browser) as page:
        home = begin(page, server)
        # A public authority relies on consent to protect children.
        page.goto(f"{home}/bases/b-council/regime")
        page.locator('[data-question="art6"] input[value="art6-1-a"]').check()
        is_warned(page, "consent is not a real choice", "Rely on public task, Article 6(1)(e)")
        look(page, "consent")
        # A hub is named as a partner.
        page.goto(f"{home}/parties/add")
        page.locator("#name").fill("Northshire MASH")
        is_warned(page, "looks like a group, not a legal person", "List the bodies that make it up")
        look(page, "hub")
        # A law that has gone is cited.
        page.goto(f"{home}/gateways/add")
        page.locator('[name="provision--other"]').fill("Data Protection Act 1998 Schedule 2")
        is_warned(page, "Data Protection Act 1998", "Replaced 25 May 2018", "Use: UK GDPR")
        look(page, "stale")
        # Nobody said how law enforcement processing applies to what the police send.
        page.goto(f"{home}/flows/f-now-police/purposes")
        page.locator('[data-question="bases"] input[value="b-le-out"]').uncheck()
        is_warned(page, "Nothing says how Part 3 (law enforcement) applies", "Add a Part 3 basis")
        look(page, "part3")
        # Information is kept as long as necessary.
        page.goto(f"{home}/retention/add")
        page.locator('[data-question="period"] input[value="other"]').check()
        page.locator('[name="period--other"]').fill("as long as necessary")
        is_warned(page, "is not a limit that can be tested", "Give a length of time")
        look(page, "retention")


@pytest.mark.slow  # the pages of it are tried in tests/web/test_accepting.py
def test_a_warning_is_accepted_and_taken_back(browser: Browser, server: Server) -> None:
    with window(browser) as page:
        home = begin(page, server)
        page.get_by_role("link", name=re.compile(r"Review: \d+ errors?, \d+ warnings?")).click()
        assert_accessible(page)
        look(page, "review")
        page.get_by_role("link", name=re.compile(r"Warnings \(\d+\)")).click()
        page.wait_for_url("**severity=warning")
        before = page.locator(".pb-findings > li").count()
        page.get_by_role("link", name="Accept this warning").first.click()
        page.get_by_role("button", name="Accept the warning").click()
        page.locator(".govuk-error-summary").wait_for()
        assert page.locator("#reason").evaluate("e => e.getAttribute('aria-describedby').includes('error')")
        assert_accessible(page)
        page.get_by_label("Why it is acceptable").fill("The partnership board looked at it and keeps it.")
        look(page, "accept")
        page.get_by_role("button", name="Accept the warning").click()
        page.locator("#accepted").wait_for()
        kept = page.locator("main").inner_text()
        assert f"Accepted by {NAME} on " in kept and "The partnership board looked at it" in kept
        assert_accessible(page)
        look(page, "accepted")
        page.get_by_role("button", name=re.compile("Take back")).click()
        page.get_by_text("Taken back: the warning stands again.").wait_for()
        page.goto(f"{home}/findings?severity=warning")
        assert page.locator(".pb-findings > li").count() == before
