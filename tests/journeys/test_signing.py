"""A signatory signs on a phone from the link of a mail, with no account; another declines clause by clause; a third
passes it on. Scanners of mails open each link first and do no harm; the server is killed before it can answer."""

from __future__ import annotations

import os
import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Route, expect

from protocolbuilder.domain.signing import Request, Signatory
from protocolbuilder.settings import Settings
from protocolbuilder.store import signatures
from protocolbuilder.store.engine import Engine, engine, reading
from tests.browser import COMMAND, DESK, PHONE, Server, assert_accessible, look, serving, window
from tests.journeys.test_joiners import arriving
from tests.web import awaiting
from tests.web.signing_in import link_in

SAM = Signatory("schools", "Sam Osei", "Head teacher", "sam.osei@schools.example")
IVY = Signatory("icb", "Ivy Marsh", "Chief executive", "ivy.marsh@icb.example")
FAY = Signatory("fire", "Fay Lund", "Chief fire officer", "fay.lund@fire.example")
LEO = Signatory("trust", "Leo Brand", "Managing director", "leo.brand@trust.example")
ADA = "ada@northshire.example"
URGENT = "never stops urgent, proportionate sharing"


@dataclass
class Copy:
    """A server, a version that waits for signatures in it, and the mail that went out."""

    server: Server
    ref: str
    database: Engine
    started: ExitStack
    box: list[EmailMessage] = field(default_factory=list)

    def start_again(self) -> None:
        port = int(self.server.address.rpartition(":")[2])
        self.server = self.started.enter_context(serving(self.server.instance, port=port))

    def ask(self, *every: Signatory) -> list[Request]:
        means = awaiting.means(self.server.instance, site=self.server.address)
        return [awaiting.ask(self.database, self.ref, means, who, at=datetime.now(UTC)) for who in every]

    def mail(self, to: str, subject: str) -> str:
        """One to somebody, as a real mail server took it over."""
        while not (found := [one for one in self.box if one["To"] == to and subject in one["Subject"]]):
            self.box += arriving(self.server)
        self.box.remove(found[-1])
        return str(found[-1].get_content())

    def link(self, to: Signatory, subject: str = "lease sign") -> str:
        """After scanners of two kinds have been there: three looks by GET and three by HEAD."""
        address = self.server.address + link_in(self.mail(to.email, subject))
        scanner = build_opener(HTTPCookieProcessor())
        for method in ("GET", "HEAD") * 3:
            with scanner.open(urllib.request.Request(address, method=method)) as answer:
                assert answer.status == 200
        return address

    def code(self, to: Signatory) -> str:
        found = re.search(r"\b\d{4} \d{4}\b", self.mail(to.email, "Your code"))
        assert found
        return found[0]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """One for all: each test asks others."""
    with ExitStack() as started:
        server = started.enter_context(serving(tmp_path_factory.mktemp("signing") / "instance"))
        database = engine(Settings(instance=server.instance).database())
        started.callback(database.dispose)
        ref = awaiting.waiting(database, awaiting.means(server.instance, site=server.address), at=datetime.now(UTC))
        yield Copy(server, ref, database, started)


@dataclass
class Person:
    """Counts the screens that they see and their taps, the one on the link in the mail too."""

    page: Page
    screens: list[str] = field(default_factory=list)
    taps: int = 0

    def follow(self, link: str) -> None:
        self.page.on("domcontentloaded", lambda page: self.screens.append(page.url))
        self.taps += 1
        self.page.goto(link)

    def tap(self, control: Locator) -> None:
        self.taps += 1
        control.click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


def seen(page: Page, name: str) -> None:
    """Pictures at both widths, if somebody looks."""
    expect(page.locator("main")).to_contain_text(URGENT)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    if os.environ.get("LOOK_AT"):
        look(page, f"signing-{name}")


def unseen(_page: Page, _name: str) -> None:
    """It was looked at in another window."""


def come_in(
    person: Person, copy: Copy, who: Signatory, *, see: Callable[[Page, str], None] = unseen, link: str = ""
) -> None:
    """From the mail to the summary."""
    page = person.page
    person.follow(link or copy.link(who))
    assert re.search(r"/sign/link/\d+$", page.url), "the token is gone from the address"
    expect(page.locator("main")).to_contain_text("Ada Jones, Information governance manager, Northshire Council asks")
    see(page, "start")
    person.tap(person.button("Send me a code"))
    see(page, "code")
    person.tap(page.get_by_label("Code", exact=True))
    page.keyboard.insert_text(copy.code(who))
    person.tap(person.button("Continue"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Northshire agreement")


def fill_statement(person: Person, *, see: Callable[[Page, str], None] = unseen) -> None:
    page = person.page
    see(page, "summary")
    person.tap(person.button("Go on to sign"))
    expect(page.locator("main")).to_contain_text("authorised to sign for")
    see(page, "statement")
    person.tap(page.get_by_label("I have read the agreement"))
    person.tap(page.get_by_label("I understand that selecting"))


def one_signature(copy: Copy, request: Request) -> str:
    with reading(copy.database) as session:
        (made,) = (one for one in signatures.of_version(session, copy.ref, 1) if one.party == request.party)
        return made.id


def verified(server: Server) -> None:
    words = [str(COMMAND), "audit", "verify", "--instance", str(server.instance)]
    found = subprocess.run(words, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def killed_before_it_answers(copy: Copy) -> Callable[[Route], None]:
    """What was sent is kept, and the phone hears nothing of it."""

    def handle(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        route.fetch(max_redirects=0)
        copy.server.kill()
        route.abort("connectionreset")

    return handle


def test_a_signatory_signs_on_a_phone_once_whatever_happens_to_the_server(
    browser: Browser, copy: Copy
) -> None:
    (request,) = copy.ask(SAM)
    with window(browser, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        person = Person(page)
        with window(browser) as scanner:  # one that runs scripts, and presses nothing
            link = copy.link(SAM)
            scanner.goto(link)
        come_in(person, copy, SAM, see=seen, link=link)
        fill_statement(person, see=seen)
        page.route("**/statement", killed_before_it_answers(copy))
        person.taps += 1
        person.button("Sign").dblclick()
        with suppress(Error):  # of the connection, as a person sees it
            page.wait_for_url("chrome-error://**")
        copy.start_again()
        page.unroute("**/statement")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("You signed")
        shown = [one for one in person.screens if not one.startswith("chrome-error")]
        print(f"{len(shown)} screens, {person.taps} taps")
        assert len(shown) <= 5 and person.taps <= 8
        assert one_signature(copy, request) in page.locator("main").inner_text()
        seen(page, "receipt")
        words = page.locator("main").inner_text()
        page.reload()
        assert page.locator("main").inner_text() == words
        page.go_back()
        page.goto(f"{copy.server.address}/sign/link/{request.id}/receipt")
        assert page.locator("main").inner_text() == words
        assert request.sha256 in copy.mail(SAM.email, "You signed")
    verified(copy.server)


def test_without_javascript_a_double_click_signs_once_and_the_whole_text_is_read(
    browser: Browser, copy: Copy
) -> None:
    (request,) = copy.ask(FAY)
    with window(browser, viewport=DESK, java_script_enabled=False) as page:
        person = Person(page)
        come_in(person, copy, FAY)
        person.button("Read the whole text").click()
        expect(page.locator("main")).to_contain_text("word for word")
        if os.environ.get("LOOK_AT"):
            page.screenshot(path=f"{os.environ['LOOK_AT']}/signing-text-1280.png")  # all of it is too long
        person.button("Go on to sign").first.click()
        page.get_by_text("Add your authority, or a reservation").click()
        page.get_by_label("I sign with a reservation").fill("Not before the schools are told.")
        page.get_by_label("I have read the agreement").check()
        page.get_by_label("I understand that selecting").check()
        person.button("Sign").dblclick()
        expect(page.get_by_role("heading", level=1)).to_have_text("You signed")
        expect(page.locator("main")).to_contain_text("Not before the schools are told.")
        assert one_signature(copy, request) in page.locator("main").inner_text()


def test_one_declines_clause_by_clause_and_another_passes_it_on(browser: Browser, copy: Copy) -> None:
    copy.ask(IVY, LEO)
    with window(browser, viewport=PHONE) as page:
        come_in(Person(page), copy, IVY)
        page.get_by_role("link", name="I cannot sign yet, or will not").click()
        page.get_by_label("The wording has to change").check()
        page.get_by_label("What comment 1 is about").select_option("retention")
        page.get_by_label("Comment 1", exact=True).fill("Six years is too long.")
        page.get_by_role("button", name="Add another comment").click()
        page.get_by_label("What comment 2 is about").select_option("security")
        page.get_by_label("Comment 2", exact=True).fill("Say which mail is secure.")
        seen(page, "decline")
        page.get_by_role("button", name="Decline to sign").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This was declined")
        seen(page, "declined")
    told = copy.mail(ADA, "declined")
    assert "Six years is too long." in told and "Say which mail is secure." in told
    with window(browser, viewport=DESK) as page:
        person = Person(page)
        come_in(person, copy, LEO)
        page.get_by_role("link", name=re.compile("^Somebody else signs for")).click()
        page.get_by_label("Their full name").fill("Mo Field")
        page.get_by_label("Their post").fill("Director")
        page.get_by_label("Their e-mail address").fill("mo@gmail.com")
        page.get_by_role("button", name="Pass it on").click()
        expect(page.get_by_role("alert")).to_contain_text("Use their work address")
        seen(page, "pass-refused")
        page.get_by_label("Their e-mail address").fill("mo.field@trust.example")
        page.get_by_role("button", name="Pass it on").click()
        expect(page.locator("main")).to_contain_text("it was passed on to Mo Field, Director")
        seen(page, "passed")
        assert "passed the request to sign" in copy.mail(ADA, "passed it on")
        mo = Signatory("trust", "Mo Field", "Director", "mo.field@trust.example")
        come_in(Person(page), copy, mo, link=copy.link(mo, "Passed to you"))
