"""A Word file comes back and is worked through, in a real browser."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import Server, assert_accessible, look
from tests.documents.word_like import WordFile
from tests.journeys.test_law import begin


def test_a_returned_word_file_is_worked_through_entry_by_entry(page: Page, server: Server, tmp_path: Path) -> None:
    home = begin(page, server)
    word = WordFile(page.request.get(f"{home}/files/document.docx").body(), author="Sam Hill, police")
    word.replaced("urgent, proportionate sharing", "urgent, necessary and proportionate sharing")
    first = word.comment("record it afterwards", "Where is it recorded?")
    word.comment("those who can protect", "In the case system.", to=first)
    back = tmp_path / "Back from the police.docx"
    back.write_bytes(word.bytes())
    page.get_by_role("link", name="A Word file came back").click()
    page.get_by_label("The Word file").set_input_files(back)
    look(page, "returned")
    assert_accessible(page)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Back from the police.docx")
    look(page, "returned-file")
    assert_accessible(page)
    page.get_by_role("button", name="Decide on the first").click()
    page.get_by_label("Accept it into the draft").check()
    look(page, "returned-entry")
    assert_accessible(page)
    page.get_by_role("button", name="Save the decision").click()
    expect(page.locator("main")).to_contain_text("Where is it recorded?")
    page.get_by_label("Answer it").check()
    page.get_by_label("What you say to them").fill("In the case system, by whoever shares.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("status")).to_contain_text("All 2 decided")
    assert_accessible(page)
    page.goto(f"{home}/check")
    expect(page.locator("main")).to_contain_text("urgent, necessary and proportionate")
