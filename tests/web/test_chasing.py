"""Whoever looks after an agreement asks for signatures, chases them and records paper; partners see who signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.signing import STATEMENTS, Comment, Intention, Request
from protocolbuilder.store import (
    agreements,
    organisations,
    outbox,
    relations,
    signatures,
    signing,
    signing_acts,
    signing_due,
    trail,
    versions,
)
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.versions import NewDocument
from protocolbuilder.web.means import means
from tests.law.filled import filled
from tests.store.builders import ISSUING
from tests.web.signing_in import Clock, arrived, asking, cheap, mails, sign_in, somebody
from tests.web.visitor import Sheet, Visitor

PDF = b"%PDF-1.6\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << >>\n%%EOF\n"
PARTIES = ("police", "council", "schools", "academies", "indep-schools")


def said() -> Agreement:
    """Five partners; for the last nobody is named, and for the fourth no address is stated."""
    whole = filled("police-schools")
    contacts = [
        {**row, "name": f"Signer of {row['of']}", "email": f"head@{row['of']}.example"}
        for row in whole.answers["contacts"] if row.get("function") == "signatory" and row["of"] != "indep-schools"
    ]  # fmt: skip
    del contacts[3]["email"]
    about = {**whole.answers["about"], "title": "Police and schools"}
    return replace(whole, answers={**whole.answers, "about": about, "contacts": contacts})


class Copy:
    """An issued version at a copy of its own. `jo` looks after it."""

    def __init__(self, folder: Path, migrated: Path, clock: Clock) -> None:
        self.app: Flask = cheap(folder, migrated, clock)
        self.clock, self.running = clock, self.app.extensions["protocolbuilder"]
        self.lead = somebody(self.app)
        agreement, at = said(), clock()
        with writing(self.running.database) as session:
            owner = organisations.first(session)
            assert owner
            self.ref = agreements.create(
                session, agreement, by="Jo Green", at=at, new_id=self.running.new_id, owner=owner.id, lead=self.lead.id
            ).ref
            versions.issue(
                session, self.ref, number=1, seen=1, documents=[NewDocument("a-1.docx", "text/plain", b"Words")],
                content_digest=digest(agreement), schema=agreement.schema, library="2026.11", templates={},
                by="Jo Green", at=at, note="", issuing=ISSUING,
            )  # fmt: skip
        self.home = f"/agreements/{self.ref}/versions/1/signatures"
        self.jo = self.visitor(self.lead)

    def visitor(self, person: object) -> Visitor:
        client = self.app.test_client()
        sign_in(self.app, client, person)  # type: ignore[arg-type]
        return Visitor(client)

    def ask(self, *parties: str, **more: str) -> Sheet:
        page = self.jo.get(f"{self.home}/ask")
        return self.jo.send(page, party=list(parties), **more)

    def requests(self) -> tuple[Request, ...]:
        with reading(self.running.database) as session:
            return signing.of_version(session, self.ref, 1)

    def of(self, party: str) -> Request:
        return next(one for one in reversed(self.requests()) if one.party == party)

    def sign(self, party: str, **changed: str) -> None:
        one = self.of(party)
        told = Intention(one.sha256, one.name, one.post, frozenset(STATEMENTS), "code", **changed)
        with asking(self.app), writing(self.running.database) as session:
            signing_acts.sign(session, one.id, told, at=self.clock(), means=means())

    def decline(self, party: str) -> None:
        with asking(self.app), writing(self.running.database) as session:
            signing_acts.decline(
                session, self.of(party).id, "wording", note="Not yet.", at=self.clock(), means=means(),
                comments=(Comment("breaches.steps", "Who rings whom?"), Comment("", "Else it is good.")),
            )  # fmt: skip

    def bounce(self, party: str) -> None:
        one = self.of(party)
        with asking(self.app), writing(self.running.database) as session:
            outbox.failed(session, one.mail, at=self.clock(), error="550 no such mailbox")
            signing_due.note_bounce(session, one.id, at=self.clock(), means=means())


@pytest.fixture
def made(tmp_path: Path, migrated: Path, clock: Clock) -> Copy:
    return Copy(tmp_path, migrated, clock)


def test_everybody_the_version_names_is_asked_in_one_act_and_what_is_wrong_asks_nobody(made: Copy) -> None:
    page = made.jo.get(f"/agreements/{made.ref}/versions/1")
    assert "Nobody is asked to sign it yet." in page.words
    page = made.jo.get(f"{made.home}/ask")
    assert page.fields()["party"] == list(PARTIES[:4]) and "never stops urgent" in page.words
    back = made.jo.send(page, status=422)
    assert [link for _, link in back.errors] == ["#email.academies"], back.words
    typed = {"email.academies": "safeguarding@academies.example", "email.police": "signer@gmail.com"}
    back = made.jo.send(back, status=422, **typed)
    assert "several people read" in back.words and "says nothing about where" in back.words
    assert made.requests() == (), "nobody is asked yet"
    strong = made.jo.send(back, status=422, level="strong")
    assert [link for _, link in strong.errors] == ["#email.academies"]
    done = made.jo.send(back, due__day="20", due__month="12", due__year="2026")
    assert "4 people are asked to sign. Each gets a mail of their own." in done.words
    assert "4 waiting, 1 not asked" in done.words
    assert {one.email for one in made.requests()} >= {"safeguarding@academies.example", "signer@gmail.com"}
    assert {one.due for one in made.requests()} == {date(2026, 12, 20)}
    assert len([mail for mail in mails(made.app) if mail.letter.subject.startswith("Please sign")]) == 4
    assert "Partners for which nobody is named" in made.jo.get(f"{made.home}/ask").words


def test_one_is_asked_by_hand_and_nobody_twice(made: Copy) -> None:
    page = made.jo.get(f"{made.home}/indep-schools/ask")
    back = made.jo.send(page, name="", email="x", due__day="1", due__month="1", due__year="2020", status=422)
    assert [link for _, link in back.errors] == ["#name", "#post", "#email", "#due-day"]
    whole = {"name": "Ola Hart", "post": "Chair", "email": "ola@indep.example", "due__day": "", "due__month": ""}
    made.jo.send(back, **whole, due__year="")
    assert made.of("indep-schools").name == "Ola Hart"
    again = made.jo.send(page, **whole, status=409)
    assert "Somebody is asked to sign for this partner already" in again.words and "Ola Hart" in again.words
    made.jo.get(f"{made.home}/nobody/ask", status=404)


def test_the_list_says_of_each_partner_where_it_stands_and_partners_see_no_address(made: Copy) -> None:
    made.ask("police", "council", "schools", "academies", **{"email.academies": "head@academies.example"})
    made.sign("police", reservation="Annex B is still to come.")
    made.decline("council")
    made.bounce("schools")
    page = made.jo.get(f"/agreements/{made.ref}/signatures")
    assert "1 declined, 1 not reached, 1 signed, 1 waiting, 1 not asked" in page.words
    for words in (
        "Signer of police, Chief officer", "With a reservation: Annex B is still to come.", "Who rings whom?",
        "the wording has to change", "Else it is good.", "The mail was refused", "head@academies.example",
    ):  # fmt: skip
        assert words in page.words, words
    assert any(one.endswith("#steps") for one in page.links()), list(page.links())
    assert "1 declined, 1 signed, 2 waiting" in made.jo.get("/agreements").words
    assert "1 declined, 1 signed, 2 waiting." in made.jo.get(f"/agreements/{made.ref}").words

    with writing(made.running.database) as session:
        body = organisations.add(
            session, Organisation("", "Police"), by="", at=made.clock(), new_id=made.running.new_id
        )
        relations.tie(session, made.ref, "police", organisation=body.id, by="", at=made.clock())
    partner = made.visitor(somebody(made.app, "Bo Lee", "manager", organisation=body.id, roles=["igm"]))
    told = partner.get(made.home)
    assert "1 signed, 4 not signed yet" in told.words and "Signer of police, Chief officer" in told.words
    assert "1 signed" in partner.get("/agreements").words
    hidden = (
        "example", "Declined", "declined", "Not reached", "Who rings whom?", "wording", "Not yet.", "Remind",
        "Put the address right", "Receipt",
    )  # fmt: skip
    for words in hidden:
        assert words not in told.words, words
    for place in ("/ask", "/remind", f"/{made.of('academies').id}/address", "/schools/paper"):
        partner.get(made.home + place, status=403)
    partner.get(f"/agreements/{made.ref}/trail", status=403)


def test_all_who_wait_are_reminded_in_one_act_after_a_page_that_says_who_is_not_and_why(made: Copy) -> None:
    made.ask("police", "council", "schools")
    made.bounce("schools")
    assert "Nobody can be reminded now." in made.jo.get(f"{made.home}/remind").words, "all were asked today"
    made.clock.forward(days=1)
    made.jo = made.visitor(made.lead)
    away = made.jo.get(f"{made.home}/{made.of('council').id}/away")
    made.jo.send(away, until__day="1", until__month="1", until__year="2020", status=422)
    done = made.jo.send(away, until__day="30", until__month="11", until__year="2026")
    assert "Away until 30 November 2026" in done.words
    page = made.jo.get(f"{made.home}/remind")
    assert "1 person gets one mail each" in page.words and "Signer of police, Chief officer, for" in page.words
    assert "They are away until 30 November 2026." in page.words and "Put the address right first." in page.words
    before = {mail.id for mail in mails(made.app)}
    assert "1 person is reminded, each with a new link. 2 people are not reminded today." in made.jo.send(page).words
    assert "Nobody is reminded today." in made.jo.send(page).words, "pressed once more"
    new = [mail.letter for mail in mails(made.app) if mail.id not in before]
    assert [(one.to, one.subject[:8]) for one in new] == [("head@police.example", "Reminder")]
    made.clock.forward(days=3)
    made.jo = made.visitor(made.lead)
    assert "Nobody is reminded at a weekend." in made.jo.get(f"{made.home}/remind").words


def test_an_address_is_put_right_and_a_request_is_cancelled_after_a_page_that_says_what_happens(made: Copy) -> None:
    made.ask("police", "council")
    made.bounce("police")
    place = f"{made.home}/{made.of('police').id}"
    page = made.jo.get(f"{place}/address")
    assert "A mail to head@police.example came back." in page.words
    assert made.jo.send(page, email="head@police.example", status=422).errors
    looked = made.jo.send(page, email="office@police.example", status=422)
    assert "several people read" in looked.words
    done = made.jo.send(page, email="chief@police.example")
    assert "Signer of police is asked again, at chief@police.example." in done.words
    assert made.of("police").bounced_at is None
    page = made.jo.get(f"{place}/cancel")
    assert made.jo.send(page, why=" ", status=422).errors
    done = made.jo.send(page, why="The post is vacant.")
    assert "Cancelled" in done.words and "The post is vacant." in done.words
    over = made.jo.get(f"{place}/address", status=409)
    assert "It was cancelled by whoever asked." in over.words
    made.jo.get(f"{made.home}/9999/away", status=404)


def test_a_signature_on_paper_and_the_approval_of_a_board_are_recorded_beside_it(made: Copy) -> None:
    made.ask("police")
    page = made.jo.get(f"{made.home}/police/paper")
    typed = {"name": "Pat Lee", "post": "Chief constable", "day__day": "20", "day__month": "11", "day__year": "2026"}
    back = made.jo.send(page, **typed, status=422)
    assert [link for _, link in back.errors] == ["#file"]
    back = made.jo.send(page, **{**typed, "day__year": "2027"}, file=(BytesIO(PDF), "scan.pdf"), status=422)
    assert [link for _, link in back.errors] == ["#day-day"] and "scan.pdf is kept with this page" in back.words
    board = made.jo.get(f"{made.home}/police/approval")
    assert len(made.jo.send(board, status=422).errors) == 3
    told = {"body": "Police board", "minute": "Minute 14", "day__day": "2", "day__month": "11", "day__year": "2026"}
    assert "before the signature" in made.jo.send(board, **told).words
    done = made.jo.send(back, day__year="2026")
    assert "Pat Lee, Chief constable on paper is recorded" in done.words and "Signed on paper" in done.words
    with reading(made.running.database) as session:
        made_of = signatures.of_party(session, made.ref, 1, "police")
    assert made_of and made_of.recorded_by == made.lead.signature and made.of("police").state == "signed"
    scan = made.jo.client.get(f"{made.home}/{made_of.id}/scan")
    assert scan.data == PDF and scan.headers["Content-Disposition"] == "attachment; filename=scan.pdf"
    assert made.jo.get(f"{made.home}/police/paper", status=409).words
    assert "after the signature" in made.jo.send(board, **{**told, "minute": "Minute 15"}).words


def test_the_record_of_signing_is_read_in_words_and_taken_along_byte_for_byte(made: Copy) -> None:
    made.ask("police")
    made.sign("police")
    words = made.jo.get(f"/agreements/{made.ref}/trail").words
    for told in ("Version issued", "Asked to sign: Signer of police, Chief officer", "I am Signer of police", "Signed"):
        assert told in words, told
    with reading(made.running.database) as session:
        raw = trail.raw(session, made.ref)
    file = made.jo.client.get(f"/agreements/{made.ref}/trail.jsonl")
    assert file.data == b"".join(line + b"\n" for line in raw) and len(raw) == 3
    admin = made.visitor(somebody(made.app, "Al Ash", "administrator", roles=["admin"]))
    assert "Version issued" in admin.get(f"/agreements/{made.ref}/trail").words
    reviewer = made.visitor(somebody(made.app, "Al Birch", "reviewer", roles=["reviewer"]))
    reviewer.get(f"/agreements/{made.ref}/trail", status=403)


def test_the_inbox_holds_what_waits_for_somebody_and_for_their_organisation(made: Copy) -> None:
    with writing(made.running.database) as session:
        body = organisations.add(
            session, Organisation("", "Northshire Police"), by="", at=made.clock(), new_id=made.running.new_id
        )
        relations.tie(session, made.ref, "police", organisation=body.id, by="", at=made.clock())
    chief = somebody(
        made.app, "Signer of police", "Chief officer", organisation=body.id, roles=["signatory"],
        email="head@police.example",
    )
    manager = somebody(made.app, "Bo Lee", "manager", organisation=body.id, roles=["igm"])
    nothing = made.visitor(chief).get("/inbox")
    assert "Nothing waits for your signature." in nothing.words
    made.ask("police", "council", due__day="20", due__month="12", due__year="2026")
    mine = made.visitor(chief).get("/inbox")
    assert "1 agreement waits for your signature." in mine.words and "20 December 2026" in mine.words
    assert "To sign (1)" in mine.text and "never stops urgent" in mine.words
    place, asked = f"/inbox/{made.of('police').id}", f"/sign/request/{made.of('police').id}"
    assert asked in list(mine.links()) and place in list(mine.links())
    assert "Who shares what, and why" in made.visitor(chief).get(place).words
    others = made.visitor(manager).get("/inbox")
    assert "Colleagues are asked to sign these." in others.words and asked not in list(others.links())
    assert "Who shares what, and why" in made.visitor(manager).get(place).words
    made.visitor(manager).get(f"/inbox/{made.of('council').id}", status=404)
    assert "head@" not in others.words + mine.words


def test_of_a_link_that_ran_out_the_list_says_that_a_reminder_has_a_new_one(made: Copy) -> None:
    made.ask("police")
    assert "The mail is not sent yet" in made.jo.get(made.home).words
    arrived(made.app)
    assert "The mail was sent" in made.jo.get(made.home).words
    made.clock.forward(days=15)
    made.jo = made.visitor(made.lead)
    assert "The link ran out. A reminder has a new one" in made.jo.get(made.home).words


def test_a_newer_version_ends_what_was_asked_about_the_one_before(made: Copy) -> None:
    made.ask("police")
    with writing(made.running.database) as session:
        agreement = agreements.load(session, made.ref).agreement
        versions.issue(
            session, made.ref, number=2, seen=1, documents=[NewDocument("a-2.docx", "text/plain", b"Words")],
            content_digest=digest(agreement), schema=agreement.schema, library="2026.11", templates={}, by="Jo Green",
            at=made.clock() + timedelta(hours=1), note="", issuing=ISSUING,
        )  # fmt: skip
    page = made.jo.get(made.home)
    assert "Version 2 was issued since." in page.words and "Asked no longer" in page.words
    for place in ("/ask", "/police/ask", "/police/paper", "/police/approval"):
        assert "Version 2 was issued since" in made.jo.get(made.home + place, status=409).words
    assert made.jo.get(f"/agreements/{made.ref}/signatures").address.endswith("/versions/2/signatures")
