"""A signatory at the pages: from the link of a mail to the receipt; declining, passing on, dead links."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from protocolbuilder.domain.agreement import Edit
from protocolbuilder.domain.letter import PLACE
from protocolbuilder.domain.signing import Request, Signatory
from protocolbuilder.domain.trail import Actor
from protocolbuilder.store import agreements, outbox, signatures, signing_chasing, signing_passing, trail
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.store.signing import Means
from protocolbuilder.store.trail_tables import trail_lines
from protocolbuilder.web.accounts_sessions import PROVED
from protocolbuilder.work.worker import due
from tests.web import awaiting
from tests.web.awaiting import PAT
from tests.web.conftest import START
from tests.web.signing_in import Clock, arrived, cheap, link_in, sign_in, somebody, with_app
from tests.web.visitor import Sheet, Visitor

TICKED = {"read": "yes", "signature": "yes"}
URGENT = "never stops urgent, proportionate sharing"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder to copy, with an issued version in its database and the key of its trail."""
    folder = tmp_path_factory.mktemp("issued")
    database = engine(f"sqlite:///{folder / 'protocolbuilder.sqlite3'}")
    migrate(database)
    ref = awaiting.waiting(database, awaiting.means(folder), at=START)
    database.dispose()
    return folder, ref


@dataclass
class Copy:
    app: Flask
    ref: str
    clock: Clock
    means: Means
    sent: list[Request] = field(default_factory=list)

    @property
    def database(self) -> Engine:
        found: Engine = self.app.extensions["protocolbuilder"].database
        return found

    def ask(self, who: Signatory = PAT, **changed: object) -> Request:
        return awaiting.ask(self.database, self.ref, self.means, who, at=self.clock(), **changed)

    def link(self, request: Request) -> str:
        return awaiting.link(self.app, request, at=self.clock())

    def now(self, request: Request) -> Request:
        return awaiting.asked(self.database, request.id)

    def lines(self) -> list[str]:
        with reading(self.database) as session:
            return [one.event for one in trail.lines(session, self.ref)]


@pytest.fixture
def copied(issued: tuple[Path, str], tmp_path: Path, clock: Clock) -> Copy:
    folder, ref = issued
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return Copy(cheap(tmp_path, None, clock), ref, clock, awaiting.means(tmp_path))


class Phone(Visitor):
    """Somebody without an account."""

    def __post_init__(self) -> None:
        self.went = []


@pytest.fixture
def phone(copied: Copy) -> Phone:
    return Phone(copied.app.test_client())


def come_in(copied: Copy, phone: Phone, request: Request) -> Sheet:
    """By the link and a code, to the summary."""
    start = phone.get(copied.link(request))
    form = phone.send(start)
    said = awaiting.code(copied.app, request, at=copied.clock())
    return phone.send(form, code=f"{said[:4]} {said[4:]}")


def base(request: Request) -> str:
    return f"/sign/link/{request.id}"


def test_a_signatory_reads_signs_and_has_the_same_receipt_however_often_they_look(
    copied: Copy, phone: Phone
) -> None:
    request = copied.ask()
    start = phone.get(copied.link(request))
    assert start.address == base(request) and "Pat Lee, Chief constable, is named to sign" in start.words
    assert "Ada Jones, Information governance manager, Northshire Council asks you" in start.words
    assert URGENT in start.words and PAT.email not in start.text
    summary = come_in(copied, phone, request)
    assert "Who shares what, and why" in summary.words and URGENT in summary.words
    text = phone.press(summary, f"{base(request)}/text/open")
    assert "word for word" in text.words and URGENT in text.words
    form = phone.get(f"{base(request)}/statement")
    assert "I am Pat Lee, Chief constable, authorised to sign for Northshire body 2." in form.words
    receipt = phone.send(form, **TICKED)
    assert receipt.h1 == "You signed" and request.sha256 in receipt.words and "Standard: you showed" in receipt.words
    again = phone.send(form, **TICKED, name="Somebody Else")
    words = re.sub(r"\s+", " ", receipt.words)
    assert again.words == words == phone.get(f"{base(request)}/receipt").words
    with reading(copied.database) as session:
        made = signatures.of_request(session, request.id)
        assert made and made.id in receipt.words and made.head.digest in receipt.words
    assert copied.lines() == [
        "agreement.issued", "invitation.sent", "signatory.authenticated", "document.opened", "document.viewed",
        "document.viewed", "signatory.signed",
    ]  # fmt: skip
    kept = phone.client.get(f"{base(request)}/file")
    assert kept.data[:2] == b"PK" and "attachment" in kept.headers["Content-Disposition"]


def test_looking_spends_nothing_and_changes_nothing(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    link = copied.link(request)
    with reading(copied.database) as session:
        before = session.execute(select(func.count()).select_from(trail_lines)).scalar_one()
    for _ in range(2):
        assert phone.client.get(link).status_code == phone.client.head(link).status_code == 303
        for end in ("", "/code", "/summary", "/text", "/file", "/statement", "/receipt", "/decline", "/pass-on"):
            assert phone.client.get(base(request) + end).status_code in (200, 303)
            phone.client.head(base(request) + end)
    with reading(copied.database) as session:
        assert session.execute(select(func.count()).select_from(trail_lines)).scalar_one() == before
        assert [one for one in outbox.listed(session, "queued") if PLACE in one.letter.text and "code" in
                one.letter.subject] == []
    assert copied.now(request).state == "waiting"
    assert come_in(copied, phone, request).h1 == "Northshire agreement"


def test_nothing_is_read_and_nothing_done_without_the_link_and_the_code(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    for end in ("", "/summary", "/text", "/statement", "/receipt", "/code"):
        assert phone.client.get(base(request) + end).status_code == 404, end
    assert phone.client.get("/sign/of-nobody").status_code == 404
    start = phone.get(copied.link(request))
    for end in ("/open", "/text/open", "/file/open", "/statement", "/decline", "/pass-on"):
        late = phone.send(start, to=base(request) + end, status=409, **TICKED, shown=request.sha256, note="Not yet")
        assert "Nothing was signed or sent just now" in late.words and "Ask for another" in late.words
    assert "Not yet" in late.words, "what was typed is there to copy"
    assert copied.now(request).state == "waiting"


@pytest.mark.asvs("V6.6.2")
def test_a_code_works_once_for_its_request_alone_and_five_wrong_ones_end_it(copied: Copy, phone: Phone) -> None:
    request, other = copied.ask(), copied.ask(Signatory("yjs", PAT.name, PAT.post, PAT.email))
    start = phone.get(copied.link(request))
    form = phone.send(start)
    assert form.h1 == "Enter your code" and "Eight digits" in form.words
    of_other = awaiting.code(copied.app, other, at=copied.clock(), said="11112222")
    assert phone.send(form, code=of_other, status=422).errors[0][0].startswith("Enter the eight digits")
    right = awaiting.code(copied.app, request, at=copied.clock())
    for wrong in ("", "00000000", "x", "1234567"):
        phone.send(form, code=wrong, status=422)
    awaiting.code(copied.app, request, at=copied.clock(), said="33334444")
    copied.clock.forward(minutes=31)
    assert phone.send(form, code="33334444", status=422)
    right = awaiting.code(copied.app, request, at=copied.clock(), said="55556666")
    assert phone.send(form, code=right).h1 == "Northshire agreement"
    stranger = Phone(copied.app.test_client())
    code_page = stranger.send(stranger.get(copied.link(request)))
    assert stranger.send(code_page, code=right, status=422)
    assert copied.lines().count("authentication.failed") == 7


def test_codes_are_asked_for_five_times_in_a_quarter_of_an_hour(copied: Copy, phone: Phone) -> None:
    start = phone.get(copied.link(copied.ask()))
    for _ in range(5):
        phone.send(start)
    refused = phone.send(start, status=429)
    assert "Codes were asked for too often" in refused.words
    copied.clock.forward(minutes=16)
    phone.send(start)


def test_a_code_serves_for_an_hour_and_no_longer(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    come_in(copied, phone, request)
    copied.clock.forward(minutes=59)
    form = phone.get(f"{base(request)}/statement")
    copied.clock.forward(minutes=2)
    late = phone.send(form, **TICKED, reservation="Not for schools", status=409)
    assert late.h1 == "Your hour is over" and "Not for schools" in late.words
    assert phone.get(f"{base(request)}/statement").h1 == "Please sign for Northshire body 2"
    assert copied.now(request).state == "opened"


def test_each_statement_is_ticked_by_itself_and_nothing_typed_is_lost(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    come_in(copied, phone, request)
    form = phone.get(f"{base(request)}/statement")
    missing = phone.send(
        form, status=422, read="yes", name="Pat A. Lee", post="Deputy chief constable",
        reservation="Signed as a deed", authority="Minute 12",
    )  # fmt: skip
    assert [link for _, link in missing.errors] == ["#reservation", "#signature"]
    assert "I am Pat A. Lee, Deputy chief constable" in missing.words
    receipt = phone.send(missing, signature="yes", reservation="Not for schools")
    assert "With this reservation Not for schools" in receipt.words and "Minute 12" in receipt.words
    assert "I am Pat A. Lee, Deputy chief constable, authorised" in receipt.words


def test_whoever_had_the_page_open_when_a_newer_version_came_is_told_and_signs_nothing(
    copied: Copy, phone: Phone
) -> None:
    request = copied.ask()
    come_in(copied, phone, request)
    form = phone.get(f"{base(request)}/statement")
    with writing(copied.database) as session:
        seen = agreements.load(session, copied.ref).number
        edits = [Edit("about.title", "Another title")]
        agreements.save(session, copied.ref, edits=edits, seen=seen, by="Ada Jones", at=copied.clock())
    awaiting.issue(copied.database, copied.ref, copied.means, at=copied.clock())
    told = phone.send(form, **TICKED, authority="Minute 12", status=409)
    assert told.h1 == "A newer version was issued" and "Nothing was signed" in told.words
    assert "Version 2 was issued on 24 November 2026, 10:30" in told.words and "Minute 12" in told.words
    assert phone.get(base(request)).h1 == told.h1
    assert copied.now(request).state == "superseded"


def test_declining_says_why_clause_by_clause_and_the_owner_is_told(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    come_in(copied, phone, request)
    form = phone.get(f"{base(request)}/decline")
    assert phone.send(form, status=422).errors == [("Select why you cannot sign", "#reason")]
    more = phone.send(form, reason="wording", about="retention", comment="Six years is too long", more="yes")
    assert more.fields()["about"] == ["retention", ""] and "Six years is too long" in more.words
    flow = next(one for one in more.tree.xpath("//option/@value") if one.startswith("flows."))
    told = phone.send(
        more, more=None, about=["retention", flow], comment=["Six years is too long", "Not by e-mail"], note="Sorry"
    )
    assert told.h1 == "This was declined" and "Pat Lee, Chief constable, declined" in told.words
    assert copied.now(request).state == "declined" and copied.lines()[-1] == "signatory.declined"
    assert phone.get(f"{base(request)}/decline").h1 == told.h1, "the same act again"
    with reading(copied.database) as session:
        letter = outbox.listed(session, "queued")[0].letter
    assert letter.to == "ada@northshire.example" and "Not by e-mail" in letter.text
    assert "On retention:" not in letter.text and flow not in letter.text, "clauses are called by their titles"


def test_a_comment_on_what_is_not_there_is_refused(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    come_in(copied, phone, request)
    form = phone.get(f"{base(request)}/decline")
    wrong = phone.send(form, reason="wording", about="retention", comment="", status=422)
    assert wrong.errors == [("Enter the comment", "#comments.0")]
    assert phone.send(form, reason="wording", about="nothing", comment="Words", status=422).errors


def test_passing_on_makes_a_new_link_for_a_colleague_and_ends_the_old_one(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    old = copied.link(request)
    come_in(copied, phone, request)
    form = phone.get(f"{base(request)}/pass-on")
    bob = {"name": "Bob Hill", "post": "Deputy chief constable"}
    for email, why in (
        ("bob@gmail.com", "Use their work address"), ("bob@council.example", "same organisation"),
        (PAT.email, "Name a colleague"), ("nobody", "Enter an e-mail address"),
    ):  # fmt: skip
        told = phone.send(form, **bob, email=email, status=422)
        assert told.errors[0][1] == "#email" and why.split()[0] in told.words
        assert told.fields_of("name") == "Bob Hill"
    done = phone.send(form, **bob, email="bob.hill@police.example")
    assert done.h1 == "This was passed on" and "Bob Hill, Deputy chief constable" in done.words
    stranger = Phone(copied.app.test_client())
    dead = stranger.get(old)
    assert dead.h1 == "This was passed on" and "Bob Hill" not in dead.words and "to a colleague" in dead.words
    texts = arrived(copied.app)
    theirs = next(text for text in texts if "passed this on to you" in text)
    assert stranger.get(link_in(theirs)).h1 == "Please sign for Northshire body 2"


def test_only_the_newest_link_opens_and_the_others_say_so(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    old = copied.link(request)
    start = phone.get(old)
    copied.clock.forward(days=1)
    with writing(copied.database) as session:
        (said,) = signing_chasing.remind(
            session, copied.ref, 1, by=Actor("", "Ada Jones"), at=copied.clock(), means=copied.means
        )
    assert phone.get(old).h1 == "This link was replaced"
    assert "newest mail" in phone.send(start, status=409).words
    assert phone.get(copied.link(said.request)).h1 == "Please sign for Northshire body 2"
    with writing(copied.database) as session:
        signing_passing.correct_address(
            session, request.id, "new@police.example", by=Actor("", "Ada"), at=copied.clock(),
            means=copied.means,
        )  # fmt: skip
    assert phone.get(base(request)).h1 == "This link was replaced"


def test_whoever_has_an_account_signs_in_and_signs_strongly(copied: Copy, phone: Phone) -> None:
    pat = somebody(copied.app, PAT.name, PAT.post, email=PAT.email, password="otter lamp violin", roles=["signatory"])
    with_app(copied.app, pat)
    request = copied.ask()
    assert request.level == "strong"
    start = phone.get(copied.link(request))
    assert "you sign in with it" in start.words and "Send me a code" not in start.text
    assert phone.get(f"{base(request)}/code").h1 == start.h1
    mine = f"/sign/request/{request.id}"
    assert phone.get(mine).h1 == "Sign in"
    other = Visitor(copied.app.test_client())
    for end in ("", "/summary", "/statement", "/receipt", "/file"):
        other.get(mine + end, status=404)
    sign_in(copied.app, phone.client, pat)
    summary = phone.press(phone.get(mine), f"{mine}/open")
    assert summary.h1 == "Northshire agreement"
    copied.clock.forward(minutes=11)
    assert phone.get(f"{mine}/statement").h1 == "Show again that it is you"
    sign_in(copied.app, phone.client, pat)
    receipt = phone.send(phone.get(f"{mine}/statement"), **TICKED)
    assert "Strong: you showed that it is you with a password and an authenticator app" in receipt.words
    assert receipt.address == f"{mine}/receipt" and phone.get(mine).h1 == "This is signed"


@pytest.mark.parametrize(
    ("proved", "words"), [("passkey", "Strong: you showed that it is you with a passkey"),
                          ("organisation", "their organisation’s own sign-in"), ("", "authenticator app")],
)  # fmt: skip
def test_a_receipt_says_how_whoever_is_signed_in_showed_that_it_is_them(
    copied: Copy, phone: Phone, proved: str, words: str
) -> None:
    pat = somebody(copied.app, PAT.name, PAT.post, email=PAT.email, password="otter lamp violin", roles=["signatory"])
    request = copied.ask()
    sign_in(copied.app, phone.client, pat)
    if proved:
        with phone.client.session_transaction() as kept:
            kept[PROVED] = proved
    assert words in phone.send(phone.get(f"/sign/request/{request.id}/statement"), **TICKED).words


def test_a_person_of_the_sample_signs_without_proof_and_the_receipt_says_so(copied: Copy, phone: Phone) -> None:
    pat = somebody(copied.app, PAT.name, PAT.post, email=PAT.email, roles=["signatory"], sample=True)
    request = copied.ask()
    sign_in(copied.app, phone.client, pat)
    receipt = phone.send(phone.get(f"/sign/request/{request.id}/statement"), **TICKED)
    assert "Standard: you showed that it is you with nothing: a person of the sample" in receipt.words


def test_the_pdf_is_made_by_a_worker_and_its_hash_is_noted_when_it_is_taken(
    copied: Copy, phone: Phone, tmp_path: Path
) -> None:
    office, was = tmp_path / "office", copied.app.extensions["protocolbuilder"]
    office.write_text('#!/bin/sh\nfor given do :; done\necho %PDF-1.6 > "${given%.*}.pdf"\n')
    office.chmod(0o755)
    settings = was.settings.model_copy(update={"office": str(office)})
    copied.app.extensions["protocolbuilder"] = replace(was, settings=settings)
    request = copied.ask()
    summary = come_in(copied, phone, request)
    waiting = phone.press(summary, f"{base(request)}/pdf/ask")
    assert "It waits for its turn" in waiting.words
    due(settings, copied.database, clock=lambda: copied.clock() + timedelta(minutes=10))
    ready = phone.get(f"{base(request)}/pdf")
    assert "It is ready" in ready.words
    token = {"csrf_token": ready.fields_of("csrf_token")}
    place = phone.client.post(f"{base(request)}/pdf/open", data=token).headers["Location"]
    kept = phone.client.get(place)
    assert kept.data.startswith(b"%PDF") and kept.mimetype == "application/pdf"
    with reading(copied.database) as session:
        assert trail.lines(session, copied.ref)[-1].said["data"]["sha256"] == sha256(kept.data).hexdigest()
    assert Phone(copied.app.test_client()).client.get(place).status_code == 404


def test_a_code_opens_and_declines_what_needs_a_strong_signature_and_does_not_sign_it(
    copied: Copy, phone: Phone
) -> None:
    request = copied.ask(level="strong")
    come_in(copied, phone, request)
    told = phone.get(f"{base(request)}/statement")
    assert told.h1 == "This needs a strong signature" and "You have no account here yet" in told.words
    phone.send(phone.get(f"{base(request)}/decline"), to=f"{base(request)}/statement", status=403, **TICKED)
    assert copied.now(request).state == "opened"


def test_a_dead_link_says_what_became_of_it(copied: Copy, phone: Phone) -> None:
    request = copied.ask()
    link = copied.link(request)
    come_in(copied, phone, request)
    phone.send(phone.get(f"{base(request)}/statement"), **TICKED)
    dead = Phone(copied.app.test_client()).get(link)
    assert dead.h1 == "This is signed" and "Pat Lee, Chief constable signed for" in dead.words
    assert "24 November 2026, 10:30" in dead.words and URGENT in dead.words
    assert Phone(copied.app.test_client()).client.get(f"{base(request)}/receipt").status_code == 404
