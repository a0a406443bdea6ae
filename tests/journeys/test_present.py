"""A trainer shows the slides to a room: by arrow keys, readable from the back, also where no script runs."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page

from tests.browser import Server, assert_accessible, window
from tests.journeys.signed_in import sign_in

HALL, OLD = {"width": 1920, "height": 1080}, {"width": 1024, "height": 768}
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".said p, .said li, .said td, .said th")]
  .map(element => parseFloat(getComputedStyle(element).fontSize)))"""
EDGES = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
MASH = re.compile("multi-agency safeguarding hub")


def address(page: Page, server: Server) -> str:
    sign_in(page, server)
    page.goto(f"{server.address}/agreements")
    link = page.get_by_role("link", name=MASH).first.get_attribute("href")
    return f"{server.address}{link}/present"


def test_a_room_reads_every_slide_by_arrow_keys(browser: Browser, server: Server) -> None:
    with window(browser, viewport=HALL) as page:
        page.goto(address(page, server))
        count = page.locator(".slide").count()
        for size in (HALL, OLD):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert page.evaluate(SMALLEST) >= 32
            page.keyboard.press("Home")
            for number in range(1, count + 1):
                assert page.locator(".slide.shown").get_attribute("id") == f"slide-{number}"
                assert page.evaluate(EDGES) == [size["width"], size["height"]], number
                page.keyboard.press("ArrowRight")
        assert page.url.endswith(f"#slide-{count}")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("PageUp")
        assert page.url.endswith(f"#slide-{count - 2}")
        assert_accessible(page)


def test_without_a_script_it_is_one_page_that_leads_from_slide_to_slide(browser: Browser, server: Server) -> None:
    with window(browser, viewport=OLD, java_script_enabled=False) as page:
        page.goto(address(page, server))
        assert page.locator(".slide:visible").count() == page.locator(".slide").count() > 10
        page.locator("#slide-1 .ways a").last.click()
        assert page.url.endswith("#slide-2")
