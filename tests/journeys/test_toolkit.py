"""One click for the whole toolkit, and a summary that reads well on a phone, in a real browser."""

from io import BytesIO
from zipfile import ZipFile

from playwright.sync_api import Browser, Page, expect

from tests.browser import Server, assert_accessible, look, window
from tests.journeys.test_law import begin

SAFETY = "never stops urgent and proportionate sharing to protect someone"


def test_the_whole_toolkit_comes_in_one_click_and_opens_at_its_list(page: Page, server: Server) -> None:
    begin(page, server)
    page.get_by_role("link", name="Toolkit", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Toolkit: the documents of the draft")
    look(page, "toolkit")
    assert_accessible(page)
    with page.expect_download() as loading:
        page.get_by_role("button", name="Download all of them").click()
    with ZipFile(loading.value.path()) as archive:
        names = archive.namelist()
        index = archive.read("index.html").decode()
    assert loading.value.suggested_filename.endswith("-pack.zip")
    assert SAFETY in index and all(name in index for name in names if name != "index.html")


def test_the_list_of_a_pack_is_a_page_that_anyone_can_read(page: Page, browser: Browser, server: Server) -> None:
    pack = page.request.get(f"{begin(page, server)}/files/pack.zip").body()
    with ZipFile(BytesIO(pack)) as archive, window(browser) as elsewhere:
        elsewhere.set_content(archive.read("index.html").decode())
        look(elsewhere, "toolkit-index")
        assert_accessible(elsewhere)


def test_the_summary_reads_well_on_a_phone(page: Page, server: Server) -> None:
    begin(page, server)
    page.get_by_role("link", name="Toolkit", exact=True).click()
    page.get_by_role("link", name="Read the summary here").click()
    expect(page.locator("main")).to_contain_text("Who shares what, and why")
    expect(page.locator("main")).to_contain_text(SAFETY)
    look(page, "glance")
    assert_accessible(page)
