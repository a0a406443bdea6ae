"""Somebody joins by the link of a mail, gets another role while she is in, and leaves; the last administrator stays."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from protocolbuilder.settings import MailSettings, Settings
from protocolbuilder.store.engine import engine
from protocolbuilder.work.worker import due
from tests.browser import Server, window
from tests.journeys.test_sign_in import PASSWORD, become_administrator, carefully, set_up_app
from tests.web.signing_in import link_in
from tests.work.mail_server import Mailbox, free_port, listening

Serve = Callable[..., Server]


def unseen(_page: Page, _name: str) -> None:
    """Other tests look at these pages."""


def mailed(server: Server) -> str:
    """The text of the mail that comes next."""
    return str(arriving(server)[-1].get_content())


def arriving(server: Server) -> list[EmailMessage]:
    """What comes next. The server itself has no mail server, and waits four minutes with it."""
    box, port = Mailbox(), free_port()
    settings = Settings(
        instance=server.instance,
        mail=MailSettings(host="localhost", port=port, sender="isa@isa.example", security="none"),
    )
    database = engine(settings.database())
    with listening(box, None, port=port):
        for _ in range(100):
            due(settings, database, clock=lambda: datetime.now(UTC) + timedelta(minutes=5))
            if box.arrived:
                break
            time.sleep(0.1)
    database.dispose()
    return box.arrived


def ask_bea(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("button", name="Ask somebody to join").click()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("Select at least one role")
    page.get_by_label("Full name").fill("Bea Smith")
    page.get_by_label("Post").fill("Records officer")
    page.get_by_label("E-mail address").fill("bea@northshire.example")
    page.get_by_label("Information governance manager").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("row", name="Bea Smith")).to_contain_text("Invited")
    carefully(page, "people")


def join(page: Page, link: str) -> None:
    page.goto(link)
    assert page.url.endswith("/join"), "the token is gone from the address"
    expect(page.get_by_role("heading", level=1)).to_have_text("Join Northshire County Council")
    page.get_by_label("New password", exact=True).fill("plum harbour tractor")
    page.get_by_role("button", name="Join").click()
    set_up_app(page, see=unseen)
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_role("note")).to_contain_text("You are signed in as Bea Smith")


def start_a_draft(page: Page, address: str) -> None:
    page.goto(f"{address}/agreements/new")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_url(f"{address}/agreements/ISA-{datetime.now(UTC).year}-0001")


@pytest.mark.asvs("V7.4.1", "V8.3.2")
def test_a_manager_joins_loses_a_role_at_her_next_click_and_leaves_her_drafts_to_a_colleague(
    browser: Browser, serve: Serve
) -> None:
    server = serve()
    with window(browser) as admin, window(browser) as bea:
        become_administrator(admin, server, server.address, see=unseen)
        set_up_app(admin, see=unseen)
        admin.get_by_role("button", name="I have kept them").click()
        ask_bea(admin, server.address)
        join(bea, server.address + link_in(mailed(server)))
        start_a_draft(bea, server.address)

        admin.get_by_role("link", name="People", exact=True).click()
        admin.get_by_role("link", name="Bea Smith").click()
        admin.get_by_role("link", name="Change (roles)").click()
        admin.get_by_label("Information governance manager").uncheck()
        admin.get_by_label("Trainer").check()
        admin.get_by_role("button", name="Save").click()
        expect(admin.get_by_role("alert")).to_contain_text("Bea Smith is saved")
        answer = bea.goto(f"{server.address}/agreements/new")
        assert answer is not None and answer.status == 403

        admin.get_by_role("link", name="Bea Smith leaves Northshire County Council").click()
        expect(admin.locator("main")).to_contain_text("1 draft that they lead is handed over")
        admin.get_by_label("Ada Jones, Information governance manager").check()
        carefully(admin, "leave")
        admin.get_by_role("button", name="Bea Smith leaves now").click()
        expect(admin.get_by_role("alert")).to_contain_text("1 agreement is now led by Ada Jones")
        bea.goto(f"{server.address}/account")
        expect(bea.get_by_role("heading", level=1)).to_have_text("Sign in")

        admin.get_by_role("link", name="Ada Jones").click()
        admin.get_by_role("link", name="Ada Jones leaves Northshire County Council").click()
        expect(admin.locator("main")).to_contain_text("is the last administrator of Northshire County Council")
    assert PASSWORD not in server.log.read_text()
