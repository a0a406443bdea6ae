"""The first administrator signs in, by a password and an app, then by a passkey; what was typed when a session ended
is saved after signing in again, without JavaScript too."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from tests.browser import DESK, Server, assert_accessible, look, window
from tests.web.provider import CLIENT, SECRET, providing

Serve = Callable[..., Server]
See = Callable[[Page, str], object]
PASSWORD = "otter lamp violin"


def carefully(page: Page, name: str) -> None:
    """axe needs scripts; who has none sees the same page."""
    assert_accessible(page)
    look(page, name)


@contextmanager
def by_name(browser: Browser) -> Iterator[Page]:
    """A window that may go to localhost: passkeys belong to a name, not to a number."""
    context = browser.new_context(viewport=DESK, locale="en-GB")
    context.set_default_timeout(15_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def named(server: Server) -> str:
    return f"http://localhost:{urlsplit(server.address).port}"


def console_code(server: Server) -> str:
    found = re.search(r"\d{4}-\d{4}-\d{4}-\d{4}", server.log.read_text())
    assert found
    return found.group()


def become_administrator(page: Page, server: Server, address: str, *, see: See) -> None:
    page.goto(f"{address}/agreements")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    see(page, "sign-in")
    page.get_by_role("link", name="Become the first administrator").click()
    page.get_by_label("Code from the console").fill(console_code(server))
    page.get_by_label("Full name").fill("Ada Jones")
    page.get_by_label("Post", exact=True).fill("Information governance manager")
    page.get_by_label("E-mail address").fill("ada@northshire.example")
    page.get_by_label("New password", exact=True).fill("northshire1")
    page.get_by_label("Legal name").fill("Northshire County Council")
    page.get_by_label("What kind of agency it is").select_option(index=1)
    page.get_by_label("Sector").select_option(label="Local government")
    page.get_by_label("Nation").select_option(label="England")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Use 12 characters or more")
    see(page, "first-administrator")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    see(page, "second-factor-choose")


def set_up_app(page: Page, *, see: See) -> TOTP:
    page.get_by_role("button", name="Use an app").click()
    see(page, "authenticator")
    app = TOTP(page.locator(".pb-key").inner_text(), new=False)
    page.get_by_label("Code").fill(app.generate(time=time.time()).token)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    see(page, "recovery-codes")
    return app


@pytest.mark.asvs("V6.3.2", "V6.3.3", "V6.2.1", "V14.3.1")
def test_the_first_administrator_signs_in_with_an_app_and_then_with_a_passkey(browser: Browser, serve: Serve) -> None:
    server = serve()
    with by_name(browser) as page:
        become_administrator(page, server, named(server), see=carefully)
        set_up_app(page, see=carefully)
        code = page.locator(".pb-codes li").first.inner_text()
        page.get_by_role("button", name="I have kept them").click()
        page.get_by_role("link", name="Your account").click()
        assert_accessible(page)
        link = page.context.new_cdp_session(page)
        link.send("WebAuthn.enable")
        device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        link.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, "isUserVerified": True}})
        page.get_by_label("What to call it").fill("Work laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.locator("main")).to_contain_text("Work laptop")
        look(page, "account")
        page.get_by_role("button", name="Sign out").click()
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("note")).to_contain_text("Ada Jones, Information governance manager")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("E-mail address").fill("ada@northshire.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        carefully(page, "second-factor")
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("note")).to_contain_text("You are signed in as Ada Jones")


@pytest.mark.slow
def test_all_of_it_works_without_javascript(browser: Browser, serve: Serve) -> None:
    server = serve()
    with window(browser, java_script_enabled=False) as page:
        become_administrator(page, server, server.address, see=look)
        app = set_up_app(page, see=look)
        page.get_by_role("button", name="I have kept them").click()
        expect(page.get_by_role("note")).to_contain_text("You are signed in as Ada Jones")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
        page.get_by_label("E-mail address").fill("ada@northshire.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Code").fill(app.generate(time=time.time() + 30).token)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("note")).to_contain_text("You are signed in as Ada Jones")


@pytest.mark.asvs("V7.1.1")
@pytest.mark.slow  # the pages of it are tried in tests/web/test_gate.py
def test_what_somebody_typed_when_their_session_ended_is_saved_after_signing_in(browser: Browser, serve: Serve) -> None:
    server = serve()
    with window(browser, java_script_enabled=False) as page:
        become_administrator(page, server, server.address, see=look)
        app = set_up_app(page, see=look)
        page.get_by_role("button", name="I have kept them").click()
        page.goto(f"{server.address}/agreements/new")
        page.locator("#start-agreement-1").check()
        page.get_by_role("button", name="Start").click()
        home = page.url
        page.goto(f"{home}/summary/text")
        page.locator("#text").fill("We share to keep children & adults safe.\nAlways.")
        page.context.clear_cookies()
        page.get_by_role("button", name="Save and continue").click()
        page.get_by_role("button", name="Send it again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        expect(page.locator("main")).to_contain_text("What you typed on the last page is kept")
        look(page, "sign-in-kept")
        page.get_by_label("E-mail address").fill("ada@northshire.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Code").fill(app.generate(time=time.time() + 30).token)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are signed in")
        look(page, "signed-in-kept")
        page.get_by_role("button", name="Send it again").click()
        page.goto(f"{home}/summary/text")
        expect(page.locator("#text")).to_have_value("We share to keep children & adults safe.\nAlways.")


@pytest.mark.asvs("V6.8.1")
def test_an_organisations_own_sign_in_is_registered_connected_and_used(browser: Browser, serve: Serve) -> None:
    server = serve()
    with providing() as provider, window(browser) as page:
        become_administrator(page, server, server.address, see=lambda *_: None)
        set_up_app(page, see=lambda *_: None)
        page.get_by_role("button", name="I have kept them").click()
        page.goto(f"{server.address}/settings/own-sign-in")
        page.get_by_label("Issuer").fill(provider.address)
        page.get_by_label("Client ID").fill(CLIENT)
        page.get_by_label("Client secret", exact=True).fill(SECRET)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text("is registered")
        page.get_by_role("link", name="Your account").click()
        page.get_by_role("button", name="Connect").click()
        page.get_by_role("button", name="Continue to your organisation").click()
        carefully(page, "back-from-organisation")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("is connected to your account")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in at Northshire County Council").click()
        carefully(page, "provider-leave")
        page.get_by_role("button", name="Continue to your organisation").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("note")).to_contain_text("You are signed in as Ada Jones")
        page.goto(f"{server.address}/people/sign-in-report")
        expect(page.get_by_role("row", name="Ada Jones")).to_contain_text("sign-in of the organisation")
        carefully(page, "sign-in-report")
