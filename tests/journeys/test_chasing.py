"""Twelve partners are asked to sign, chased and counted: mail down and up again, one address wrong, one person away,
one reminded already, a bank holiday; nobody who chases ever sees a link; all sign, and all are told."""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Response, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.signing import STATEMENTS, Intention, Request
from protocolbuilder.settings import MailSettings, Settings
from protocolbuilder.store import (
    agreements,
    organisations,
    sign_in_codes,
    signing,
    signing_acts,
    signing_chasing,
    versions,
)
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.versions import NewDocument
from protocolbuilder.web import accounts
from protocolbuilder.web.app import create_app
from protocolbuilder.web.means import actor, means
from protocolbuilder.work.worker import due
from tests.browser import assert_accessible, look, window
from tests.law.filled import filled
from tests.store.builders import ISSUING
from tests.web.signing_in import Clock, asking, sign_in, somebody
from tests.work.mail_server import Mailbox, free_port, listening

TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 25, 10, 30, tzinfo=UTC)
LINK = re.compile(r"/sign/([A-Za-z0-9_-]{20,})")
WRONG, RIGHT = "chief@p3.example", "chief.officer@p3.example"


class Quiet(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        return


@dataclass
class Copy:
    """A copy on a clock of its own, whose mails come to `box` while its mail server is up."""

    app: Flask
    clock: Clock
    settings: Settings
    ref: str = ""
    address: str = ""
    box: Mailbox = field(default_factory=Mailbox)
    seen: list[str] = field(default_factory=list)

    @property
    def database(self) -> Engine:
        found: Engine = self.app.extensions["protocolbuilder"].database
        return found

    @property
    def home(self) -> str:
        return f"{self.address}/agreements/{self.ref}/versions/1/signatures"

    def mail(self) -> None:
        """The mail server is up, and what is due is sent."""
        with listening(self.box, None, port=self.settings.mail.port):
            while due(self.settings, self.database, clock=self.clock):
                pass

    def sent(self, begins: str) -> Counter[str]:
        """Receiver -> how many mails with such a subject came."""
        return Counter(str(one["To"]) for one in self.box.arrived if str(one["Subject"]).startswith(begins))

    def token(self, to: str) -> str:
        """In the newest mail to them."""
        newest = next(one for one in reversed(self.box.arrived) if str(one["To"]) == to)
        found = LINK.search(str(newest.get_content()))
        assert found
        return found[1]

    def works(self, token: str) -> bool:
        with self.app.app_context(), reading(self.database) as session:
            return bool(sign_in_codes.look(session, "signing", accounts.digest("signing", token), at=self.clock()))

    def requests(self) -> dict[str, Request]:
        with reading(self.database) as session:
            return {one.party: one for one in signing.of_version(session, self.ref, 1)}

    def party(self, place: int) -> str:
        """Of the signer of that number."""
        return next(id for id, one in self.requests().items() if one.name == f"Signer {place}")

    def open(self, party: str) -> None:
        with asking(self.app), writing(self.database) as session:
            signing_acts.opened(session, self.requests()[party].id, at=self.clock(), means=means(), details={})

    def remind_one(self, party: str) -> None:
        with asking(self.app), writing(self.database) as session:
            only = (self.requests()[party].id,)
            signing_chasing.remind(session, self.ref, 1, by=actor(), at=self.clock(), means=means(), only=only)

    def keep(self, answer: Response) -> None:
        """What a screen holds."""
        if "html" in answer.headers.get("content-type", "") and answer.status == 200:
            self.seen.append(answer.text())

    def sign(self, *parties: str) -> None:
        for party in parties:
            one = self.requests()[party]
            said = Intention(one.sha256, one.name, one.post, frozenset(STATEMENTS), "code")
            with asking(self.app), writing(self.database) as session:
                signing_acts.sign(session, one.id, said, at=self.clock(), means=means())


def agreement() -> Agreement:
    """Twelve partners, each of which names its signatory."""
    whole = filled("mash")
    names = [row["id"] for row in whole.answers["parties"]][:12]
    contacts = [
        {"id": f"s{place}", "of": party, "function": "signatory", "name": f"Signer {place}", "post": "Chief officer",
         "email": f"chief@p{place}.example"}
        for place, party in enumerate(names)
    ]  # fmt: skip
    parties = [row for row in whole.answers["parties"] if row["id"] in names]
    return replace(whole, answers={**whole.answers, "parties": parties, "contacts": contacts})


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    numbers, clock = itertools.count(1), Clock(TUESDAY)
    mail = MailSettings(host="localhost", port=free_port(), sender="isa@isa.example", security="none")
    settings = Settings(instance=tmp_path, mail=mail, argon2_rounds=1, argon2_memory_kib=8)
    app = create_app(settings, clock=clock, new_id=lambda: f"i{next(numbers)}")
    made = Copy(app, clock, settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    made.address = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def issue(copy: Copy) -> Person:
    """An agreement of which version 1 is issued, and who looks after it."""
    jo, said = somebody(copy.app, roles=["igm"]), agreement()
    new_id = copy.app.extensions["protocolbuilder"].new_id
    with writing(copy.database) as session:
        owner = organisations.first(session)
        assert owner
        copy.ref = agreements.create(
            session, said, by="Jo Green", at=copy.clock(), new_id=new_id, owner=owner.id, lead=jo.id
        ).ref
        versions.issue(
            session, copy.ref, number=1, seen=1, documents=[NewDocument("agreement-1.docx", "text/plain", b"Words")],
            content_digest=digest(said), schema=said.schema, library="2026.11", templates={}, by="Jo Green",
            at=copy.clock(), note="", issuing=ISSUING,
        )  # fmt: skip
    return jo


def let_in(page: Page, copy: Copy, person: Person) -> None:
    """Signed in at the hour that the clock shows."""
    client = copy.app.test_client()
    sign_in(copy.app, client, person)
    cookie = client.get_cookie("protocolbuilder")
    assert cookie
    host = urlsplit(copy.address).hostname
    kept = {"name": cookie.key, "value": cookie.value, "domain": host, "path": "/", "httpOnly": True}
    page.context.add_cookies([{**kept, "sameSite": "Lax"}])  # type: ignore[list-item]


def row(page: Page, place: int) -> Locator:
    return page.get_by_role("row").filter(has_text=re.compile(rf"Signer {place}, "))


def carefully(page: Page, name: str) -> None:
    assert_accessible(page)
    look(page, f"chase-{name}")


def ask_all(page: Page, copy: Copy) -> None:
    page.goto(f"{copy.address}/agreements/{copy.ref}/versions/1")
    page.get_by_role("button", name="Ask for signatures").click()
    carefully(page, "ask")
    page.get_by_label("Day", exact=True).fill("31")
    page.get_by_label("Month", exact=True).fill("12")
    page.get_by_label("Year", exact=True).fill("2026")
    page.get_by_role("button", name="Ask all who are ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("12 people are asked to sign")
    expect(page.locator("main")).to_contain_text("12 waiting")


def mail_server_away_and_back(copy: Copy) -> None:
    """Nothing is sent for four hours, and nothing is lost; one address is known to nobody."""
    for _ in range(4):
        due(copy.settings, copy.database, clock=copy.clock)
        copy.clock.forward(hours=1)
    assert not copy.box.arrived
    copy.box.says_of[WRONG] = "550 no such mailbox"
    copy.mail()
    everybody = {f"chief@p{place}.example" for place in range(12)} - {WRONG}
    assert copy.sent("Please sign") == Counter(everybody)
    copy.mail()  # what came back is noted
    assert copy.requests()[copy.party(3)].bounced_at


def say_away(page: Page, copy: Copy) -> None:
    page.goto(copy.home)
    expect(row(page, 3)).to_contain_text("Not reached")
    row(page, 4).locator("summary").click()
    row(page, 4).get_by_role("link", name="Say they are away").click()
    for part, typed in (("Day", "15"), ("Month", "12"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(typed)
    page.get_by_role("button", name="Save").click()
    expect(row(page, 4)).to_contain_text("Away until 15 December 2026")


def remind_all(page: Page, copy: Copy) -> None:
    """Signers 0 and 1 signed, 2 opened, 3 was not reached, 4 is away, 5 was reminded this morning."""
    page.goto(copy.home)
    expect(page.locator("main")).to_contain_text("1 not reached, 2 signed, 9 waiting")
    carefully(page, "list")
    page.get_by_role("button", name="Remind all who wait").click()
    expect(page.locator("main")).to_contain_text("7 people get one mail each")
    for why in ("They had a mail about it today already.", "They are away until", "Put the address right first."):
        expect(page.locator("main")).to_contain_text(why)
    carefully(page, "remind")
    page.get_by_role("button", name="Send 7 reminders").click()
    expect(page.get_by_role("alert")).to_contain_text("7 people are reminded, each with a new link.")
    before = {to: copy.token(to) for to in ("chief@p6.example",)}
    copy.mail()
    reminded = {f"chief@p{place}.example" for place in (2, 5, 6, 7, 8, 9, 10, 11)}
    assert copy.sent("Reminder") == Counter(reminded), "one each, and none to who is away, not reached or done"
    assert not copy.works(before["chief@p6.example"]) and copy.works(copy.token("chief@p6.example"))


def nobody_on_a_bank_holiday(page: Page, copy: Copy) -> None:
    page.goto(f"{copy.home}/remind")
    expect(page.locator("main")).to_contain_text("Nobody can be reminded now.")
    expect(page.locator("main")).to_contain_text("It is a bank holiday where they work.")
    expect(page.get_by_role("button", name=re.compile("Send"))).to_have_count(0)


def put_right(page: Page, copy: Copy) -> None:
    """The address that was wrong, and one that was reached: there the link before is dead."""
    old = copy.token("chief@p7.example")
    assert copy.works(old)
    for place, to in ((3, RIGHT), (7, "new@p7.example")):
        page.goto(copy.home)
        if place == 7:
            row(page, place).locator("summary").click()
        row(page, place).get_by_role("link", name=re.compile("(Put|Change) the address")).click()
        page.get_by_label("Work e-mail address").fill(to)
        page.get_by_role("button", name="Ask them at this address").click()
        expect(row(page, place)).to_contain_text(to)
    assert not copy.works(old)
    copy.mail()
    assert copy.works(copy.token(RIGHT)) and copy.works(copy.token("new@p7.example"))


def test_twelve_partners_are_asked_chased_and_all_sign_and_whoever_chases_sees_no_link(
    browser: Browser, copy: Copy
) -> None:
    jo = issue(copy)
    with window(browser) as page:
        page.on("response", lambda answer: copy.keep(answer))
        let_in(page, copy, jo)
        ask_all(page, copy)
        mail_server_away_and_back(copy)
        let_in(page, copy, jo)
        say_away(page, copy)
        copy.sign(copy.party(0), copy.party(1))
        copy.open(copy.party(2))
        copy.clock.forward(days=1)
        copy.remind_one(copy.party(5))
        copy.clock.forward(hours=2)
        let_in(page, copy, jo)
        remind_all(page, copy)
        put_right(page, copy)
        copy.clock.at = CHRISTMAS
        let_in(page, copy, jo)
        nobody_on_a_bank_holiday(page, copy)
        copy.sign(*(copy.party(place) for place in range(2, 12)))
        page.goto(copy.home)
        expect(page.locator("main")).to_contain_text("All have signed since 25 December 2026")
        for place in (f"/agreements/{copy.ref}", "/agreements", "/inbox", f"/agreements/{copy.ref}/trail"):
            page.goto(copy.address + place)
        carefully(page, "trail")
    copy.mail()
    assert len(copy.sent("All have signed")) == 13, "each of the twelve, and who looks after it"
    tokens = {hit for one in copy.box.arrived for hit in LINK.findall(str(one.get_content()))}
    assert len(tokens) > 20 and len(copy.seen) > 20
    assert not [token for token in tokens if any(token in screen for screen in copy.seen)]
