from datetime import UTC, date, datetime

import pytest

from protocolbuilder.domain.reminding import may_remind, why_not
from protocolbuilder.domain.signing import (
    REASONS,
    STATEMENTS,
    Comment,
    Intention,
    Request,
    Signatory,
    calls_it_a_deed,
    decline_faults,
    intention_faults,
    same_organisation,
    signatories,
    signatory_faults,
    suffices,
)
from protocolbuilder.domain.signing_letters import About, checkpoint, invitation, told_declined
from tests.law.filled import filled
from tests.store.signing import agreement, person


@pytest.mark.parametrize(
    ("day", "nation", "may"),
    [
        (date(2026, 11, 25), "england", True), (date(2026, 11, 28), "england", False),
        (date(2026, 11, 30), "scotland", False), (date(2026, 11, 30), "england", True),
        (date(2026, 3, 17), "northern-ireland", False), (date(2026, 3, 17), "wales", True),
        (date(2026, 3, 17), "uk", False), (date(2026, 3, 17), "", False), (date(2026, 12, 28), "wales", False),
    ],
)  # fmt: skip
def test_nobody_is_reminded_at_a_weekend_or_on_a_bank_holiday_of_their_nation(
    day: date, nation: str, may: bool
) -> None:
    assert may_remind(day, nation, last=None) is may


def test_nobody_is_mailed_twice_on_one_day_of_the_clock_on_the_wall() -> None:
    last = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)  # the tenth in London
    assert "today already" in why_not(date(2026, 6, 10), "england", last=last)
    assert may_remind(date(2026, 6, 11), "england", last=last)


def test_the_first_signatory_of_each_partner_is_asked_and_nobody_else() -> None:
    assert signatories(agreement(3)) == (person(1), person(2), person(3))
    more = {"contacts": [
        {"id": "a", "of": "p1", "function": "dpo", "name": "A", "post": "DPO"},
        {"id": "b", "of": "p1", "function": "signatory", "name": "B", "post": "Chief"},
        {"id": "c", "of": "p1", "function": "signatory", "name": "C", "post": "Chief"},
        {"id": "d", "of": "gone", "function": "signatory", "name": "D", "post": "Chief"},
    ]}  # fmt: skip
    said = agreement(1)
    found = signatories(type(said)(said.schema, said.library, {**said.answers, **more}))
    assert found == (Signatory("p1", "B", "Chief", ""),)
    assert all(one.name and one.party for one in signatories(filled("mash")))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@p1.example", "b@P1.example", True), ("a@p1.example", "b@p2.example", False),
        ("a@gmail.com", "b@gmail.com", False), ("a@sub.p1.example", "b@p1.example", False),
        ("a@p1.example.evil.example", "b@p1.example", False), ("", "", False),
    ],
)  # fmt: skip
def test_two_addresses_are_of_one_organisation_by_their_domain_alone(one: str, other: str, same: bool) -> None:
    assert same_organisation(one, other) is same


@pytest.mark.parametrize("text", ["Deed of sharing", "signed as a deed", "this deed", "executed by deed"])
def test_nothing_is_called_a_deed(text: str) -> None:
    assert calls_it_a_deed(text)
    said = Intention("0" * 64, "Ada", "Chief", frozenset(STATEMENTS), "code", reservation=text)
    assert "witness" in intention_faults(said)["reservation"]


@pytest.mark.parametrize("text", ["Indeed", "Title deeds are not shared", "Misdeeds"])
def test_ordinary_words_are_no_deed(text: str) -> None:
    assert not calls_it_a_deed(text)


def test_each_statement_is_ticked_by_itself_and_name_and_post_are_said() -> None:
    found = intention_faults(Intention("0" * 64, "", "", frozenset({"read"}), "code", authority="x" * 2001))
    assert set(found) == {"name", "post", "signature", "authority"}
    assert set(signatory_faults(Signatory("p", "A\nB", "x" * 201, "nobody"))) == {"name", "post", "email"}


def test_declining_says_why() -> None:
    assert set(decline_faults("", "", ())) == {"reason"}
    assert set(decline_faults("other", "", ())) == {"note"}
    assert decline_faults("other", "", (Comment("retention", "Too long"),)) == {}
    assert all(decline_faults(reason, "Because", ()) == {} for reason in REASONS)


def test_a_mailed_code_is_standard_and_all_else_strong() -> None:
    assert suffices("code", "standard") and not suffices("code", "strong")
    assert all(suffices(method, "strong") for method in ("passkey", "authenticator", "organisation"))


def test_letters_are_whole_whatever_people_are_called() -> None:
    about = About("Sharing\u202e \x07“MASH”" * 60, "Ada\u200b Jones, Northshire", "https://isa.example")
    said = a_request()
    assert "[only in the mail that is sent]" in invitation(said, about).text
    comments = [Comment(f"clause{number}", "long " * 300) for number in range(20)]
    letter = told_declined("ada@northshire.example", said, comments, about)
    assert len(letter.text) <= 10_000 and len(letter.subject) <= 200
    told = checkpoint("ada@n.example", date(2026, 11, 25), "f" * 64, [f"ISA {n} " + "d" * 64 for n in range(500)],
                      site="https://isa.example")  # fmt: skip
    assert "f" * 64 in told.text and "and 440 more" in told.text


def a_request() -> Request:
    when = datetime(2026, 11, 25, tzinfo=UTC)
    return Request(
        1, "ISA-2026-0001", 1, "p1", "Partner\nOne", "", "x", "Robin\u2066", "Chief", "r@p1.example", "standard",
        "waiting", "a.docx", "0" * 64, None, "", when, None, None, None, None, None, 0, 0, "legal", "note",
    )  # fmt: skip
