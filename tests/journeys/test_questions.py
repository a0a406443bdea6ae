"""Questions in a real browser: by keyboard, without JavaScript, with others at the same page, and after a kill."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Server, assert_accessible, look, window
from tests.journeys.signed_in import sign_in

Serve = Callable[..., Server]


def begin(page: Page, server: Server) -> str:
    """An agreement from nothing; the address of its task list."""
    sign_in(page, server)
    page.goto(f"{server.address}/agreements/new")
    page.locator("#start-agreement-1").check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Agreement without a title")
    return page.url


def press_save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").click()


def test_a_conflict_page_keeps_both_texts(browser: Browser, server: Server) -> None:
    with window(browser) as mine, window(browser) as theirs:
        home = begin(mine, server)
        sign_in(theirs, server, "Sam Hill, records officer")
        for one in (mine, theirs):
            one.goto(f"{home}/summary/text")
        theirs.locator("#text").fill("We share to keep children safe.")
        press_save(theirs)
        expect(theirs.get_by_role("heading", level=1)).to_have_text("Summary")
        mine.locator("#text").fill("We share to keep adults safe.")
        press_save(mine)
        expect(mine.get_by_role("heading", level=1)).to_have_text("Two answers to the same question")
        expect(mine.locator(".pb-side").nth(0)).to_have_text("We share to keep children safe.")
        expect(mine.locator(".pb-side").nth(1)).to_have_text("We share to keep adults safe.")
        assert_accessible(mine)
        look(mine, "conflict")
        mine.get_by_label("A text made of both").check()
        merged = mine.locator("#merge--text")
        assert {"children", "adults"} <= set(re.findall(r"\w+", merged.input_value()))
        merged.fill("We share to keep children and adults safe.")
        mine.get_by_role("button", name="Save what I have chosen").click()
        expect(mine.locator("main")).to_contain_text("We share to keep children and adults safe.")


def test_typing_is_saved_by_itself_and_stands_after_a_reload(page: Page, server: Server) -> None:
    home = begin(page, server)
    page.goto(f"{home}/summary/text")
    page.locator("#text").press_sequentially("We share to keep people safe.")
    expect(page.locator("#pb-saved")).to_contain_text("Saved at", timeout=8000)
    assert_accessible(page)
    page.reload()
    expect(page.locator("#text")).to_have_value("We share to keep people safe.")
    expect(page.get_by_text("it was not saved")).to_have_count(0)


@pytest.mark.slow
def test_text_typed_while_the_server_was_dead_is_offered_again(page: Page, serve: Serve) -> None:
    first = serve()
    home = begin(page, first)
    page.goto(f"{home}/summary/text")
    page.locator("#text").fill("Acknowledged.")
    expect(page.locator("#pb-saved")).to_contain_text("Saved at", timeout=8000)
    first.kill()
    page.locator("#text").fill("Acknowledged. And more, typed at the worst time.")
    expect(page.locator("#pb-saved")).to_contain_text("kept in this browser", timeout=8000)
    serve(instance=first.instance, port=int(first.address.rsplit(":", 1)[1]))
    page.goto(f"{home}/summary/text")
    expect(page.locator("#text")).to_have_value("Acknowledged.")
    page.get_by_role("button", name="Restore it").click()
    expect(page.locator("#text")).to_have_value("Acknowledged. And more, typed at the worst time.")
    expect(page.locator("#pb-saved")).to_contain_text("Saved at", timeout=8000)


def test_a_wrong_answer_keeps_its_text_and_takes_the_focus_to_the_summary(page: Page, server: Server) -> None:
    home = begin(page, server)
    page.goto(f"{home}/review/next")
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").fill("2")
    page.get_by_label("Year").fill("2027")
    page.get_by_label("Post that owns the review").fill("Head of safeguarding")
    press_save(page)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a").first.press("Enter")
    expect(page.get_by_label("Day")).to_be_focused()
    expect(page.get_by_label("Year")).to_have_value("2027")
    expect(page.get_by_label("Post that owns the review")).to_have_value("Head of safeguarding")
    assert_accessible(page)
    look(page, "error")


def test_a_change_link_returns_to_check_answers(page: Page, server: Server) -> None:
    home = begin(page, server)
    page.goto(f"{home}/about/title")
    page.get_by_label("Title of the agreement").fill("Sharing in Northshire")
    press_save(page)
    page.get_by_role("link", name="Check answers").click()
    assert_accessible(page)
    page.get_by_role("link", name="Change Title of the agreement").click()
    page.get_by_label("Title of the agreement").fill("Sharing in all of Northshire")
    press_save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.locator("#about-title")).to_contain_text("Sharing in all of Northshire")
    look(page, "check-answers")


def test_what_does_not_apply_is_said_with_its_reason_and_taken_back(page: Page, server: Server) -> None:
    home = begin(page, server)
    page.goto(f"{home}/about/title")
    page.get_by_text("A question here does not apply").click()
    page.get_by_role("link", name="“Your reference” does not apply").click()
    assert_accessible(page)
    page.get_by_label("Reason").fill("We keep no references.")
    page.get_by_role("button", name="Save the reason").click()
    expect(page.locator("main")).to_contain_text("Does not apply: We keep no references.")
    page.get_by_role("link", name="Change this for Your reference").click()
    page.get_by_role("button", name="It does apply").click()
    expect(page.get_by_label("Your reference")).to_be_visible()


def test_a_partner_is_added_by_keyboard_only(page: Page, server: Server) -> None:
    home = begin(page, server)
    page.goto(f"{home}/parties")
    tab_to(page, "Add a partner")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a partner")
    tab_to(page, "Legal name")
    page.keyboard.type("Northshire Constabulary")
    tab_to(page, "Organisation")
    page.keyboard.press("Space")
    tab_to(page, "Find in this list")
    page.keyboard.type("territorial police")
    tab_to(page, "Territorial police force")
    page.keyboard.press("Space")
    tab_to(page, "Controller")
    page.keyboard.press("Space")
    tab_to(page, "Save and continue")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved: Northshire Constabulary")).to_be_visible()
    page.goto(f"{home}/parties")
    expect(page.get_by_role("link", name="Northshire Constabulary", exact=True)).to_be_visible()
    assert_accessible(page)


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the focus is on the thing of this name, as a person without a mouse does."""
    for _ in range(150):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
            " return (l ? l.textContent : e.textContent).trim(); }"
        )
        if said == name:
            return
    raise AssertionError(f"Tab never reached “{name}” on {page.url}")


def test_a_power_is_found_as_people_cite_it(page: Page, server: Server) -> None:
    home = begin(page, server)
    page.goto(f"{home}/gateways/add")
    page.locator("#provision").fill("section 47")
    page.get_by_role("option", name=re.compile(r"s\.47\(1\)")).click()
    assert_accessible(page)
    press_save(page)
    page.goto(f"{home}/gateways")
    expect(page.get_by_role("link", name=re.compile(r"^CA 1989 s\.47\(1\)"))).to_be_visible()
    page.goto(f"{home}/gateways/add")
    page.locator("#provision").fill("Northshire Improvement Act")
    page.locator("#as_printed").fill("By the local Act")
    press_save(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("“Northshire Improvement Act” is not in the list")
    expect(page.locator("#provision")).to_have_value("Northshire Improvement Act")


def test_everything_is_asked_without_javascript(quiet_page: Page, server: Server) -> None:
    page = quiet_page
    home = begin(page, server)
    page.goto(f"{home}/parties/add")
    page.get_by_label("Legal name").fill("Northshire Council")
    page.get_by_label("Organisation", exact=True).check()
    page.get_by_label("Local authority children's social care").check()
    page.get_by_label("Joint controller").check()
    press_save(page)
    page.goto(f"{home}/gateways/add")
    page.get_by_label("Provision").select_option(label="CA 2004 s.11: Arrangements to safeguard and promote welfare")
    press_save(page)
    page.goto(f"{home}/retention/add")
    page.get_by_label("Northshire Council").check()
    page.get_by_label("Number").fill("6")
    page.get_by_label("Unit").select_option("years")
    press_save(page)
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    page.goto(f"{home}/check")
    expect(page.locator("main")).to_contain_text("6 years")
    expect(page.locator("main")).to_contain_text("CA 2004 s.11")
    look(page, "check-quiet")


def test_back_and_reload_after_saving_show_sensible_pages(page: Page, server: Server) -> None:
    home = begin(page, server)
    page.goto(f"{home}/about/title")
    page.get_by_label("Title of the agreement").fill("Sharing in Northshire")
    press_save(page)
    expect(page.get_by_text("Page 2 of")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Page 2 of")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Title of the agreement")).to_have_value("Sharing in Northshire")
    page.go_forward()
    expect(page.get_by_text("Page 2 of")).to_be_visible()


@pytest.mark.slow
def test_the_tasks_of_a_pattern_are_accessible_at_every_width(page: Page, server: Server) -> None:
    sign_in(page, server)
    page.goto(f"{server.address}/agreements/new")
    page.locator("#start").check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("link", name="More sections")).to_be_visible()
    home = page.url
    for name, place in {"tasks": "", "flows": "/flows", "problems": "/problems", "sections": "/sections"}.items():
        page.goto(f"{home}{place}")
        assert_accessible(page)
        look(page, name)
