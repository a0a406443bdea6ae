"""Asking, signing, declining, passing on: each act is its state, its line and its mails, all or nothing."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain.letter import PLACE, Secret
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.signing import Comment, Signatory
from protocolbuilder.errors import Forbidden, Frozen, NotFound, Settled, Superseded
from protocolbuilder.store import (
    mail_secrets,
    memberships,
    people,
    relations,
    sign_in_codes,
    signatures,
    signing,
    signing_acts,
    signing_asking,
    signing_passing,
    trail,
)
from protocolbuilder.store.account_tables import accounts
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.verify import faults
from protocolbuilder.store.work_tables import mails
from tests.store.builders import NOON, issued, loaded, new_id, saved
from tests.store.signing import ASKER, MEANS, ONE, OWNER, Waiting, council, intention, person, waiting


@pytest.fixture
def asked(database: Engine) -> Waiting:
    """Three partners."""
    return waiting(database)


def posted(database: Engine) -> Counter[str]:
    """Who has how many mails."""
    with reading(database) as session:
        return Counter(session.execute(select(mails.c.recipient)).scalars())


def events(database: Engine, ref: str) -> list[str]:
    with reading(database) as session:
        return [one.event for one in trail.lines(session, ref)]


def whole(database: Engine) -> None:
    with reading(database) as session:
        assert faults(session) == ()


def works(database: Engine, request: signing.Request) -> bool:
    """Would a link to it be told by its mail?"""
    with writing(database) as session:
        return mail_secrets.make(session, request.mail, f"{request.mail:064}", at=NOON)


def test_who_is_asked_has_a_mail_with_a_link_that_stands_nowhere(asked: Waiting) -> None:
    request = asked.invite()
    assert (request.state, request.level, request.organisation) == ("waiting", "standard", "Partner p1")
    with reading(asked.database) as session:
        row = session.execute(select(mails)).one()
        assert row.recipient == person(1).email and PLACE in row.text and "never stops urgent" in row.text
        assert mail_secrets.of_mail(session, request.mail) == Secret(
            "signing", request.person, "https://isa.example/sign/", str(request.id)
        )
        line = trail.lines(session, asked.ref)[-1]
        assert b"Person 1" not in line.content and b"person1@" not in line.content
        assert line.details == {"name": "Person 1", "post": "Chief executive", "email": person(1).email}
        assert people.load(session, request.person).active is False, "known by an address, and may do nothing else"
    whole(asked.database)


@ONE
def test_those_whom_the_version_names_are_asked_and_nobody_twice(asked: Waiting) -> None:
    with reading(asked.database) as session:
        assert signing_asking.to_invite(session, asked.ref, 1) == (person(1), person(2), person(3))
    asked.invite(1)
    with reading(asked.database) as session:
        assert signing_asking.to_invite(session, asked.ref, 1) == (person(2), person(3))
    with pytest.raises(Frozen, match="asked to sign for this partner already"):
        asked.invite(1)
    with pytest.raises(NotFound):
        asked.invite(9)
    with pytest.raises(NotFound):
        asked.invite(2, document="other.docx")
    with pytest.raises(ValueError, match="nobody"):
        asked.invite(2, who=Signatory("p2", "", "Chief", "a@p2.example"))


def test_a_signature_is_one_line_one_receipt_and_one_mail_to_each(asked: Waiting) -> None:
    request = asked.invite()
    made = asked.sign(request, reservation="Not for schools")
    assert made.intent == "I am Person 1, Chief executive, authorised to sign for Partner p1."
    assert (made.level, made.method, made.reservation) == ("standard", "code", "Not for schools")
    with reading(asked.database) as session:
        line = trail.lines(session, asked.ref)[-1]
        assert line.event == "signatory.signed" and made.head == trail.head(session, asked.ref)
        assert line.said["data"]["intent"] == made.intent and line.said["data"]["receipt"] == made.id
        assert line.said["document"] == {"name": "agreement.docx", "digest": made.sha256}
        assert line.details == {"email": person(1).email, "address": "192.0.2.1", "browser": "Phone"}
        assert signing.load(session, request.id).state == "signed"
        receipt = session.execute(select(mails.c.text).where(mails.c.subject.like("You signed%"))).scalar_one()
        assert made.sha256 in receipt and made.head.digest in receipt and "Not for schools" in receipt
    assert posted(asked.database) == {person(1).email: 2, OWNER: 1}
    assert not works(asked.database, request), "its link opens nothing any more"
    whole(asked.database)


@ONE
def test_signing_once_more_gives_the_same_receipt_and_does_nothing(asked: Waiting) -> None:
    request = asked.invite()
    made = asked.sign(request)
    before = posted(asked.database), events(asked.database, asked.ref)
    assert asked.sign(request) == made == asked.sign(request, reservation="An afterthought")
    assert (posted(asked.database), events(asked.database, asked.ref)) == before


def test_only_what_is_issued_and_was_shown_is_signed(asked: Waiting) -> None:
    request = asked.invite()
    with pytest.raises(Superseded, match="not what is issued"):
        asked.sign(request, shown="0" * 64)
    draft = loaded(asked.database, asked.ref)
    draft = saved(asked.database, asked.ref, {"purpose.text": "More"}, seen=draft.number)
    issued(asked.database, draft)
    with pytest.raises(Superseded, match="Version 2") as told:
        asked.sign(request)
    assert told.value.number == 2 and not works(asked.database, request)
    assert events(asked.database, asked.ref)[-2:] == ["agreement.issued", "agreement.superseded"]
    with pytest.raises(Superseded):
        asked.invite(2)
    whole(asked.database)


@ONE
def test_a_statement_that_is_not_whole_signs_nothing(asked: Waiting) -> None:
    request = asked.invite()
    ways: list[dict[str, object]] = [
        {"name": ""}, {"ticked": frozenset({"read"})}, {"method": "paper"}, {"reservation": "signed as a deed"},
    ]  # fmt: skip
    for wrong in ways:
        with pytest.raises(ValueError, match="whole"):
            asked.sign(request, **wrong)
    assert events(asked.database, asked.ref)[-1] == "invitation.sent"


@ONE
def test_a_mailed_code_does_not_suffice_where_more_is_required(asked: Waiting) -> None:
    request = asked.invite(level="strong")
    with pytest.raises(Forbidden):
        asked.sign(request)
    assert asked.sign(request, method="passkey").level == "strong"


@ONE
def test_whoever_has_an_account_signs_in_strong_mode(asked: Waiting) -> None:
    with writing(asked.database) as session:
        known = Person("", "Person 1", "Chief executive", person(1).email)
        id = people.add(session, known, by="", at=NOON, new_id=new_id).id
        said = {"person": id, "uniquifier": "u", "handle": "h", "password": "hash", "totp": "", "totp_counter": -1}
        session.execute(accounts.insert().values(**said))
    request = asked.invite()
    assert (request.level, request.person) == ("strong", id)
    with reading(asked.database) as session:
        assert signing.awaiting_person(session, id) == (request,)


@ONE
def test_an_agreement_that_calls_itself_a_deed_is_sent_to_nobody(asked: Waiting) -> None:
    draft = loaded(asked.database, asked.ref)
    draft = saved(asked.database, asked.ref, {"about.title": "Deed of sharing"}, seen=draft.number)
    issued(asked.database, draft)
    asked.number = 2
    with pytest.raises(Frozen, match="a deed needs a witness"):
        asked.invite()


def test_declining_tells_the_owner_each_comment_by_its_clause(asked: Waiting) -> None:
    request = asked.invite()
    said = (Comment("retention", "Six years is too long"), Comment("", "We need a DPIA"))
    words = {"note": "Later", "comments": said, "at": NOON, "means": MEANS}
    with writing(asked.database) as session:
        after = signing_acts.decline(session, request.id, "legal", **words)
    with writing(asked.database) as session:
        assert signing_acts.decline(session, request.id, "legal", **words) == after
    assert (after.state, after.reason) == ("declined", "legal")
    with reading(asked.database) as session:
        assert signing.comments(session, request.id) == said
        mail = session.execute(select(mails.c.text).where(mails.c.recipient == OWNER)).scalar_one()
    assert "On retention: Six years is too long" in mail and "On the whole: We need a DPIA" in mail
    with pytest.raises(Settled, match="declined") as told:
        asked.sign(request)
    assert told.value.state == "declined"
    assert asked.invite(1).state == "waiting", "the owner can ask again"
    whole(asked.database)


def test_it_is_passed_on_to_a_colleague_and_the_old_link_is_dead(asked: Waiting) -> None:
    before = asked.invite()
    to = Signatory("", "Bea Smith", "Deputy", "bea@p1.example")
    with writing(asked.database) as session:
        after = signing_passing.pass_on(session, before.id, to, at=NOON, means=MEANS)
    assert (after.name, after.party, after.passed_from, after.state) == ("Bea Smith", "p1", before.id, "waiting")
    assert not works(asked.database, before) and works(asked.database, after)
    with pytest.raises(Settled, match="passed on"):
        asked.sign(before)
    assert posted(asked.database) == {person(1).email: 1, "bea@p1.example": 1, OWNER: 1}
    assert asked.sign(after, name="Bea Smith", post="Deputy").signed_by == "Bea Smith, Deputy"
    whole(asked.database)


@ONE
def test_it_is_not_passed_on_outside_the_organisation(asked: Waiting) -> None:
    own = asked.invite(who=Signatory("p1", "Person 1", "Chief", "person1@p1.example"))
    webmail = asked.invite(who=Signatory("p2", "Person 2", "Chief", "person2@gmail.com"))
    for before, to, why in (
        (own, "bea@other.example", "same organisation"), (own, "bea@gmail.com", "work address"),
        (webmail, "bea@gmail.com", "work address"), (own, "PERSON1@p1.example", "Name a colleague"),
    ):  # fmt: skip
        with pytest.raises(Frozen, match=why), writing(asked.database) as session:
            signing_passing.pass_on(session, before.id, Signatory("", "Bea", "Deputy", to), at=NOON, means=MEANS)
    assert works(asked.database, own) and works(asked.database, webmail)


@ONE
def test_a_colleague_with_an_account_of_the_organisation_may_have_any_address(asked: Waiting) -> None:
    body = council(asked.database)
    with writing(asked.database) as session:
        relations.tie(session, asked.ref, "p1", organisation=body.id, by="", at=NOON)
        bea = people.add(session, Person("", "Bea", "Deputy", "bea@gmail.com"), by="", at=NOON, new_id=new_id)
        memberships.begin(session, bea.id, body.id, roles=("signatory",), by="", at=NOON)
    before = asked.invite()
    assert before.member == body.id
    with writing(asked.database) as session:
        after = signing_passing.pass_on(
            session, before.id, Signatory("", "Bea", "Deputy", "bea@gmail.com"), at=NOON, means=MEANS
        )
        assert after.person == bea.id and signing.awaiting_organisation(session, body.id) == (after,)


@ONE
def test_an_address_put_right_has_a_new_link_and_the_old_one_is_dead(asked: Waiting) -> None:
    before = asked.invite()
    with writing(asked.database) as session:
        after = signing_passing.correct_address(
            session, before.id, " Person.One@P1.example ", by=ASKER, at=NOON, means=MEANS
        )
    assert after.email == "person.one@p1.example" and after.id == before.id and after.mail != before.mail
    assert not works(asked.database, before) and works(asked.database, after)
    whole(asked.database)


def test_the_last_day_ends_it_and_the_owner_is_told(asked: Waiting) -> None:
    request = asked.invite(due=date(2026, 7, 3))
    with writing(asked.database) as session:
        assert signing_acts.expire(session, request.id, at=NOON, means=MEANS).open
    late = NOON + timedelta(days=3)
    with pytest.raises(Settled, match="last day"), writing(asked.database) as session:
        signing_acts.sign(session, request.id, intention(), at=late, means=MEANS)
    with writing(asked.database) as session:
        assert signing_acts.expire(session, request.id, at=late, means=MEANS).state == "expired"
    assert posted(asked.database)[OWNER] == 1
    whole(asked.database)


def test_all_who_are_named_must_sign_before_it_is_complete(asked: Waiting) -> None:
    requests = [asked.invite(number) for number in (1, 2, 3)]
    asked.sign(requests[0])
    asked.sign(requests[1])
    with reading(asked.database) as session:
        assert signatures.missing(session, asked.ref, 1) == ("p3",)
        assert signatures.completed_at(session, asked.ref, 1) is None
    with writing(asked.database) as session:
        signing_acts.cancel(session, requests[2].id, "It left the partnership", by=ASKER, at=NOON, means=MEANS)
    assert events(asked.database, asked.ref)[-2:] == ["invitation.cancelled", "agreement.completed"]
    with reading(asked.database) as session:
        assert signatures.completed_at(session, asked.ref, 1) is not None
        done = select(mails.c.recipient).where(mails.c.subject.like("All have signed%"))
        told = sorted(session.execute(done).scalars())
    assert told == [OWNER, person(1).email, person(2).email]
    whole(asked.database)


@ONE
def test_a_code_is_for_the_request_and_the_mailbox_it_was_sent_to(asked: Waiting) -> None:
    request = asked.invite()
    with writing(asked.database) as session:
        signing_acts.send_code(session, request.id, at=NOON, means=MEANS)
        number = session.execute(select(mails.c.id).order_by(mails.c.id.desc()).limit(1)).scalar_one()
        mark = sign_in_codes.digest("key", "signing code", sign_in_codes.mailed(
            Secret("signing code", request.person), "12345678"))
        assert mail_secrets.make(session, number, mark, at=NOON)
        found = sign_in_codes.look(session, "signing code", mark, at=NOON)
        assert found is not None and (found.person, found.about) == (request.person, str(request.id))
    asked.sign(request)
    with reading(asked.database) as session:
        assert sign_in_codes.look(session, "signing code", mark, at=NOON) is None
        known = sign_in_codes.was(session, "signing code", mark)
        assert known is not None and known.about == str(request.id)


def test_the_database_refuses_to_change_what_was_signed(asked: Waiting) -> None:
    for number in (1, 2, 3):
        asked.sign(asked.invite(number))
    with writing(asked.database) as session:
        session.execute(text("INSERT INTO sign_comments VALUES (1, 1, '', 'No', 'p')"))
        session.execute(text(
            "INSERT INTO approvals (ref, number, party, body, day, minute, stage, recorded_by, recorded_at) "
            "SELECT ref, number, party, 'Board', '2026-01-01', '', 'before', 'Ada', at FROM signatures LIMIT 1"
        ))  # fmt: skip
    for table in ("signatures", "sign_comments", "approvals", "sign_completions"):
        for words in (f"DELETE FROM {table}", f"UPDATE {table} SET number = number"):
            with pytest.raises(IntegrityError, match="never changed"), writing(asked.database) as session:
                session.execute(text(words))
