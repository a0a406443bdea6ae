"""Many items at once in a real browser: a pasted column with look-alikes, the table of contacts, the table of flows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Server, assert_accessible, look
from tests.journeys.signed_in import sign_in


def begin(page: Page, server: Server, start: str) -> str:
    """The address of a new agreement."""
    sign_in(page, server)
    page.goto(f"{server.address}/agreements/new")
    page.get_by_label(start).check()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("1. ")
    return page.url


def paste(page: Page, home: str, text: str) -> None:
    page.goto(f"{home}/paste/parties")
    page.get_by_label("Paste a column from a spreadsheet").fill(text)
    page.get_by_role("button", name="Continue").click()


def test_a_pasted_column_is_merged_with_its_look_alikes(page: Page, server: Server) -> None:
    home = begin(page, server, "Information sharing agreement")
    paste(page, home, "Barking & Dagenham Council\nYnys Môn Council\nHill Trust")
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("Added: 3.")).to_be_visible()
    paste(page, home, "BARKING AND DAGENHAM  COUNCIL\nYnys Mon Council\nHill Trust\nDale Trust")
    expect(page.get_by_text("3 names look like one that is there")).to_be_visible()
    assert_accessible(page)
    look(page, "paste-look-alikes")
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("alert")).to_contain_text("Select what “Ynys Mon Council” is")
    for name in ("Barking & Dagenham Council", "Ynys Môn Council"):
        page.get_by_label(f"The same as “{name}”, which is there already").check()
    page.get_by_role("group", name="Hill Trust").get_by_label("Another: add it").check()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("Added: 2. Merged with what was there: 2.")).to_be_visible()
    expect(page.locator(".pb-items .govuk-summary-list__row")).to_have_count(5)


def test_contacts_of_all_partners_are_filled_in_and_a_wrong_cell_is_kept(page: Page, server: Server) -> None:
    home = begin(page, server, "Early help and Family Help")
    page.goto(f"{home}/grid/contacts")
    rows = page.locator(".pb-grid tbody tr:not(.pb-row-group)")
    assert rows.count() == 33
    for number in range(33):
        rows.nth(number).locator("input[name$='.name']").fill(f"Person {number}")
    rows.nth(4).locator("input[name$='.email']").fill("no address")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("33 answers saved")
    assert page.title().startswith("Error: ")
    wrong = page.locator(".pb-wrong input")
    expect(wrong).to_have_value("no address")
    assert_accessible(page)
    look(page, "contacts-wrong-cell")
    page.locator(".govuk-error-summary a").click()
    expect(wrong).to_be_focused()
    wrong.fill("person4@northshire.example")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Saved: 1 answer.")).to_be_visible()
    expect(page.locator(".pb-items .govuk-summary-list__row")).to_have_count(33)


def test_one_answer_is_set_for_selected_flows_and_two_people_see_both_answers(page: Page, server: Server) -> None:
    home = begin(page, server, "Early help and Family Help")
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"{home}/grid/flows")
    cells = page.locator("select[name$='.frequency']:not([name^='set'])")
    page.locator("input[name=selected]").nth(0).check()
    page.locator("input[name=selected]").nth(2).check()
    page.locator("[id='set.frequency']").select_option(label="Quarterly")
    page.get_by_role("button", name="Set for all selected").click()
    expect(page.get_by_text("Saved: 2 answers.")).to_be_visible()
    assert [cells.nth(place).evaluate("e => e.selectedOptions[0].text") for place in (0, 2)] == 2 * ["Quarterly"]
    other.locator("select[name$='.frequency']").nth(0).select_option(label="Daily")
    other.get_by_role("button", name="Save and continue").click()
    expect(other.locator(".pb-wrong")).to_contain_text("It is now: Quarterly")
    expect(other.locator(".pb-wrong select")).to_have_value("daily")
    assert_accessible(other)
    look(other, "flows-two-answers")
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_text("Saved: 1 answer.")).to_be_visible()


@pytest.mark.slow
def test_a_table_is_saved_by_itself_and_stands_after_a_reload(page: Page, server: Server) -> None:
    home = begin(page, server, "Early help and Family Help")
    page.goto(f"{home}/grid/contacts")
    names = page.locator("input[name$='.name']")
    for place, name in ((1, "Ann Ellis"), (2, "Sam Hill")):
        with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
            names.nth(place).press_sequentially(name)
        expect(page.locator("#pb-saved")).to_contain_text("Saved at")
    page.reload()
    expect(names.nth(1)).to_have_value("Ann Ellis")
    expect(names.nth(2)).to_have_value("Sam Hill")
    expect(page.get_by_text("it was not saved")).to_have_count(0)
