"""The whole toolkit, made while its page says how far it is, and a summary that reads well on a phone."""

from zipfile import ZipFile

from playwright.sync_api import Browser, Page, expect

from tests.browser import Server, assert_accessible, look, window
from tests.journeys.test_law import begin

SAFETY = "never stops urgent and proportionate sharing to protect someone"


def test_the_whole_toolkit_comes_in_one_click_and_opens_at_its_list(
    page: Page, browser: Browser, server: Server
) -> None:
    begin(page, server)
    page.get_by_role("link", name="Toolkit", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toolkit: the documents of the draft")
    look(page, "toolkit")
    assert_accessible(page)
    page.get_by_role("button", name="Make a pack of all of them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toolkit pack")
    look(page, "toolkit-pack")
    assert_accessible(page)
    page.get_by_role("button", name="Download").wait_for(timeout=60_000)
    look(page, "toolkit-ready")
    assert_accessible(page)
    with page.expect_download() as loading:
        page.get_by_role("button", name="Download").click()
    with ZipFile(loading.value.path()) as archive:
        names = archive.namelist()
        index = archive.read("index.html").decode()
    assert loading.value.suggested_filename.endswith("-pack.zip")
    assert SAFETY in index and all(name in index for name in names if name != "index.html")
    with window(browser) as elsewhere:
        elsewhere.set_content(index)
        look(elsewhere, "toolkit-index")
        assert_accessible(elsewhere)


def test_what_is_made_is_shown_cancelled_and_gone_on_with_on_its_page(page: Page, server: Server) -> None:
    """A pack with PDF takes long enough to be stopped."""
    begin(page, server)
    page.get_by_role("link", name="Toolkit", exact=True).click()
    page.get_by_role("button", name="Make a pack with PDF too").click()
    done = page.locator("#pb-done")
    expect(done).not_to_have_text("0", timeout=60_000)  # by the script: nobody loads the page again
    look(page, "toolkit-making")
    assert_accessible(page)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Go on").wait_for(timeout=60_000)
    expect(page.get_by_role("status")).to_contain_text("It was cancelled.")
    assert int(done.inner_text()) > 0


def test_the_summary_reads_well_on_a_phone(page: Page, server: Server) -> None:
    begin(page, server)
    page.get_by_role("link", name="Toolkit", exact=True).click()
    page.get_by_role("link", name="Read the summary here").click()
    expect(page.locator("main")).to_contain_text("Who shares what, and why")
    expect(page.locator("main")).to_contain_text(SAFETY)
    look(page, "glance")
    assert_accessible(page)
