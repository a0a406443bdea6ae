"""What is recorded for others and what falls due: paper, boards, reminders, mails that came back, people erased."""

from datetime import date, timedelta

import pytest

from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.signing import Receipt, Request, Signatory
from protocolbuilder.errors import Frozen, Settled
from protocolbuilder.store import (
    outbox,
    people,
    relations,
    signatures,
    signing,
    signing_acts,
    signing_chasing,
    signing_due,
    signing_paper,
    trail,
)
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.erasing import erase
from protocolbuilder.store.person_data import counts
from protocolbuilder.store.signing_chasing import Reminded
from protocolbuilder.store.signing_paper import Scan
from protocolbuilder.store.verify import faults
from tests.store.builders import NOON
from tests.store.signing import ASKER, MEANS, ONE, Waiting, council, person, waiting

THURSDAY = NOON + timedelta(days=1)
PDF = Scan("scan.pdf", b"%PDF-1.6 signed")


@pytest.fixture
def asked(database: Engine) -> Waiting:
    return waiting(database)


def on_paper(made: Waiting, number: int = 1, scan: Scan = PDF) -> Receipt:
    who = Signatory(f"p{number}", f"Person {number}", "Chief executive", "")
    with writing(made.database) as session:
        return signing_paper.record_paper(
            session, made.ref, 1, who, document="agreement.docx", day=date(2026, 6, 30), scan=scan, by=ASKER,
            at=made.at(), means=MEANS,
        )  # fmt: skip


def remind(made: Waiting, days: int = 1) -> tuple[Reminded, ...]:
    with writing(made.database) as session:
        return signing_chasing.remind(session, made.ref, 1, by=ASKER, at=NOON + timedelta(days=days), means=MEANS)


def whole(made: Waiting) -> None:
    with reading(made.database) as session:
        assert faults(session) == ()


def test_a_signature_on_paper_settles_what_was_asked_and_keeps_its_scan(asked: Waiting) -> None:
    request = asked.invite()
    made = on_paper(asked)
    assert (made.level, made.recorded_by, made.request) == ("paper", ASKER.name, request.id)
    assert on_paper(asked) == made, "recorded once more it is the same"
    with pytest.raises(Frozen):
        on_paper(asked, scan=Scan("other.pdf", b"other"))
    with reading(asked.database) as session:
        assert signing_paper.scan_of(session, made) == PDF
        assert signing.load(session, request.id).state == "signed"
        line = trail.lines(session, asked.ref)[-1]
        assert (line.event, line.said["actor"]["name"]) == ("signature.recorded", ASKER.name)
    assert on_paper(asked, 2).request == 0, "nobody was asked"
    whole(asked)


@ONE
def test_a_board_approves_before_or_after_the_signature(asked: Waiting) -> None:
    def approve(minute: str = "Minute 14") -> str:
        with writing(asked.database) as session:
            return signing_paper.record_approval(
                session, asked.ref, 1, "p1", body="Cabinet", day=date(2026, 6, 2), minute=minute, by=ASKER,
                at=NOON, means=MEANS,
            ).stage  # fmt: skip

    assert approve() == approve() == "before", "the same once more is one"
    asked.sign(asked.invite())
    assert approve("Minute 15") == "after"
    with reading(asked.database) as session:
        assert [one.stage for one in signing_paper.approvals_of(session, asked.ref, 1)] == ["before", "after"]
    whole(asked)


def test_all_who_wait_are_reminded_in_one_act_and_nobody_twice_a_day(asked: Waiting) -> None:
    first, second, third = (asked.invite(number) for number in (1, 2, 3))
    asked.sign(third)
    assert [one.why for one in remind(asked, 0)] == ["They had a mail about it today already."] * 2
    with writing(asked.database) as session:
        signing_chasing.away(session, second.id, date(2026, 7, 2), by=ASKER, at=NOON, means=MEANS)
    done = remind(asked)
    assert [(one.request.id, one.why) for one in done] == [
        (first.id, ""), (second.id, "They are away until 2 July 2026."),
    ]  # fmt: skip
    assert next(one.why for one in remind(asked)) == "They had a mail about it today already."
    assert [one.why for one in remind(asked, 3)] == ["Nobody is reminded at a weekend."] * 2, "a Saturday"
    assert done[0].request.mail != first.mail
    whole(asked)


@ONE
def test_bank_holidays_are_those_of_the_nation_of_who_is_asked(asked: Waiting) -> None:
    body = council(asked.database, nation="scotland")
    with writing(asked.database) as session:
        relations.tie(session, asked.ref, "p1", organisation=body.id, by="", at=NOON)
    asked.invite(1)
    asked.invite(2)
    scottish = (date(2026, 8, 3) - NOON.date()).days
    assert [one.why for one in remind(asked, scottish)] == ["It is a bank holiday where they work."] * 2
    whole(asked)


@ONE
def test_a_mail_that_came_back_is_noted_once_and_nobody_reminds_it(asked: Waiting) -> None:
    request = asked.invite()
    with writing(asked.database) as session:
        outbox.failed(session, request.mail, at=NOON, error="550 no such mailbox")
    for _ in range(2):
        with writing(asked.database) as session:
            for id in signing_due.came_back(session):
                signing_due.note_bounce(session, id, at=THURSDAY, means=MEANS)
    with reading(asked.database) as session:
        assert [one.event for one in trail.lines(session, asked.ref)].count("invitation.bounced") == 1
        assert signing.mails(session, [request]) == {request.id: "failed"}
    assert "came back" in remind(asked)[0].why
    whole(asked)


def test_of_somebody_erased_the_signature_stays_and_the_trail_verifies(asked: Waiting) -> None:
    request = asked.invite()
    asked.sign(request)
    waits = asked.invite(2)
    with pytest.raises(Frozen, match="asked to sign"), writing(asked.database) as session:
        erase(session, waits.person, by="", at=NOON)
    with writing(asked.database) as session:
        signing_acts.cancel(session, waits.id, "Left", by=ASKER, at=NOON, means=MEANS)
    with writing(asked.database) as session:
        assert {"sign_requests", "signatures", "trail_lines", "trail_details"} <= set(counts(session, request.person))
        for one in (request, waits):
            erase(session, one.person, by="", at=NOON)
    with reading(asked.database) as session:
        emptied = signing.load(session, request.id)
        assert (emptied.name, emptied.post, emptied.email) == ("", "", "")
        assert signatures.of_request(session, request.id).signed_by == "Person 1, Chief executive"  # type: ignore[union-attr]
        assert not [line for line in trail.lines(session, asked.ref) if line.details]
        assert b"Person 2" not in b"".join(trail.raw(session, asked.ref))
        assert people.by_email(session, person(1).email) is None
    whole(asked)


def test_who_was_only_asked_is_forgotten_after_a_while_and_their_signature_is_not(asked: Waiting) -> None:
    done, waits = asked.invite(), asked.invite(2)
    made = asked.sign(done)
    long = NOON + timedelta(days=200)
    with writing(asked.database) as session:
        signing_acts.opened(session, waits.id, at=NOON, means=MEANS, details={"address": "192.0.2.2", "browser": "x"})
        assert signing_due.forget_people(session, before=NOON, at=long) == 0
        assert signing_due.forget_network(session, before=NOON) == 0
        assert signing_due.forget_network(session, before=long) == 2, "what came with the signature stays with it"
        assert signing_due.forget_people(session, before=long, at=long) == 1
        assert people.by_email(session, person(1).email) is None and people.by_email(session, person(2).email)
        assert signatures.load(session, made.id) == made and signing.load(session, done.id).email == ""
    whole(asked)


@ONE
def test_nothing_can_be_done_for_somebody_whose_request_is_over(asked: Waiting) -> None:
    request = asked.invite()
    asked.sign(request)
    acts: list[Request] = []
    with pytest.raises(Settled), writing(asked.database) as session:
        acts.append(signing_chasing.away(session, request.id, None, by=ASKER, at=NOON, means=MEANS))
    assert acts == [] and signing.link(request, means=MEANS) == Secret(
        "signing", request.person, "https://isa.example/sign/", str(request.id)
    )
