"""The bases of an offer beside the records of lawful bases: what each brings, and whole lists worked out by hand."""

import json
from datetime import date
from functools import cache
from typing import Any, Literal

import pytest

from protocolbuilder.law.open_bases import Base
from tests.law.test_offer_reference import CATEGORY, FOLDER, MANY, VOCABULARY, Question, answered, chain, questions

End = Literal["sender", "recipient"]

ENTRIES: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in json.loads((FOLDER / "lawful-bases.json").read_text("utf-8"))["entries"]
}
AGENCY: dict[str, dict[str, Any]] = {agency["id"]: agency for agency in VOCABULARY["agency_types"]}
NO_CONSENT_HERE = ("child-protection", "mash", "marac", "mappa", "adult-safeguarding", "crime-prevention")  # R41


@cache
def by_chance() -> list[tuple[Question, tuple[str, ...], Base]]:
    """Every basis at each end of every question drawn by chance, with the types of that end."""
    return [
        (question, question.senders if end == "sender" else question.recipients, base)
        for question in questions(MANY) for end, listed in answered(question).bases.items() for base in listed
    ]


def public(types: tuple[str, ...]) -> bool:
    return any(AGENCY[one]["public_authority"] for one in types)


def test_a_basis_tells_all_that_its_record_requires() -> None:
    for question, _, base in by_chance():
        entry = ENTRIES[base.id]
        assert [*base.requires] == entry["requires"] and [*base.requires_any_of] == entry["requires_any_of"]
        assert base.why
        told = "; ".join(base.needs)
        for needed in entry["requires"]:
            record = ENTRIES[needed]
            if record["group"] == "requirement" and needed.startswith(("req-apd", "req-cag")):
                continue  # in words of their own, below
            assert (record["label"] if record["group"] == "requirement" else record["citation"]) in told, (base, needed)
        if base.open and entry["requires_any_of"]:
            assert any(ENTRIES[one]["citation"] in told for one in entry["requires_any_of"]), (question, base)
        if "req-cag-ref" in entry["requires"]:
            assert "reference number" in told
        if entry["apd_required"] is True:
            assert "policy document" in told
        if entry["consent_must_be_impracticable"]:
            assert "consent" in told
        if entry["substantial_public_interest_test"]:
            assert "substantial public interest" in told
        if entry["group"] == "sch8":
            assert "strictly necessary" in told


def test_what_the_records_shut_is_shut() -> None:
    for question, types, base in by_chance():
        entry = ENTRIES[base.id]
        if public(types) and entry["available_to_public_authority_for_tasks"] is False:
            assert not base.open, (question, base)
        if entry["in_force_from"] and question.on.isoformat() < entry["in_force_from"]:
            assert not base.open, (question, base)
        purposes = {step for purpose in question.purposes for step in chain(purpose)}
        if public(types) and base.id in ("art6-1-a", "art9-2-a", "sch1-p29") and purposes & {*NO_CONSENT_HERE}:
            assert not base.open, (question, base)
        if entry["group"] == "sch8" or base.id.startswith("p3-s35"):
            competent = any(AGENCY[one]["part3_competent_authority"] != "no" for one in types)
            assert competent or not base.open, (question, base)
        if entry["group"] == "art9":
            assert any(CATEGORY[category]["special"] for category in question.categories), (question, base)
        if entry["group"] in ("art10", "sch1-part3"):
            assert any(CATEGORY[category]["criminal"] for category in question.categories), (question, base)


# Whole lists of what is open, worked out by hand. sender > recipient, purposes, data, nation; the end; art6 and annex1;
# art9; art10 and sch1; part3 and sch8; confidentiality.
ALWAYS = "conf-express-consent conf-public-interest conf-best-interests conf-court-order"
OFFENCE = "art10 sch1-p30 sch1-p32 sch1-p36"
WORKED: list[tuple[str, End, str]] = [
    # A request under s.16H obliges; s.16LA does not count until its commencement is recorded. Consent is not free.
    ("police > la-children, mash, alleged-offence, england", "sender",
     "art6-1-b art6-1-c art6-1-d art6-1-e art10-official-authority sch1-p6 sch1-p18 p3-s36-4 conf-statutory-duty "
     f"{OFFENCE} {ALWAYS}"),
    # The duty is the sender's.
    ("police > la-children, mash, alleged-offence, england", "recipient",
     f"art6-1-b art6-1-d art6-1-e art10-official-authority sch1-p1 sch1-p6 sch1-p18 {OFFENCE} {ALWAYS}"),
    # A charity has no public task and no statutory function; the recognised interests are open to it.
    ("charity > la-children, child-protection, health-mental alleged-offence, england", "sender",
     "art6-1-a art6-1-b art6-1-c art6-1-d art6-1-ea art6-1-f annex1-p1 annex1-p5 annex1-p6 art9-2-a art9-2-c art9-2-e "
     f"art9-2-g sch1-p10 sch1-p16 sch1-p17 sch1-p18 sch1-p29 conf-statutory-duty {OFFENCE} {ALWAYS}"),
    ("nhs-trust > la-children, child-protection, health-physical, england", "sender",
     "art6-1-b art6-1-c art6-1-d art6-1-e art9-2-c art9-2-e art9-2-g sch1-p6 sch1-p10 sch1-p18 conf-statutory-duty "
     f"{ALWAYS}"),
    # Care within the team, under s.251B.
    ("gp-practice > nhs-trust, direct-care, health-physical, england", "sender",
     "art6-1-a art6-1-b art6-1-c art6-1-d art6-1-e art9-2-a art9-2-c art9-2-e art9-2-g art9-2-h sch1-p2 sch1-p6 "
     f"conf-implied-consent conf-statutory-duty {ALWAYS}"),
    # Family Help under contract is social care.
    ("commissioned-provider > la-children, child-in-need, health-mental, england", "sender",
     "art6-1-a art6-1-b art6-1-c art6-1-d art6-1-e art6-1-ea art6-1-f annex1-p1 annex1-p6 art9-2-a art9-2-c art9-2-e "
     f"art9-2-g art9-2-h sch1-p2 sch1-p16 sch1-p17 sch1-p18 conf-statutory-duty {ALWAYS}"),
    # Part 3 at both ends. MAPPA is a duty to co-operate, so nothing compels.
    ("police > probation, mappa offender-management, conviction health-mental, england", "sender",
     f"p3-s35-consent p3-s35-task sch8-p1 sch8-p2 sch8-p3 sch8-p4 sch8-p5 {ALWAYS}"),
    # A landlord asked in a case review; ASB is law enforcement for the police alone.
    ("social-landlord > police, antisocial-behaviour, alleged-offence, england", "sender",
     "art6-1-a art6-1-b art6-1-c art6-1-d art6-1-e art6-1-ea art6-1-f annex1-p1 annex1-p5 sch1-p6 sch1-p10 sch1-p29 "
     f"conf-statutory-duty {OFFENCE} {ALWAYS}"),
    ("social-landlord > police, antisocial-behaviour, alleged-offence, england", "recipient",
     f"p3-s35-consent p3-s35-task {ALWAYS}"),
    ("health-board-wales > la-adults, adult-safeguarding, health-mental, wales", "sender",
     "art6-1-b art6-1-c art6-1-d art6-1-e art9-2-c art9-2-e art9-2-g sch1-p6 sch1-p10 sch1-p18 sch1-p19 "
     f"conf-statutory-duty {ALWAYS}"),
    ("police > scra, child-protection, alleged-offence, scotland", "sender",
     "art6-1-b art6-1-c art6-1-d art6-1-e art10-official-authority sch1-p6 sch1-p10 sch1-p18 p3-s36-4 "
     f"conf-statutory-duty {OFFENCE} {ALWAYS}"),
    # Section 5 of the 1967 Act binds the person who knows, the SBNI Act makes its members co-operate: neither compels
    # the charity to disclose.
    ("charity > police, child-protection, alleged-offence, northern-ireland", "sender",
     "art6-1-a art6-1-b art6-1-d art6-1-e art6-1-ea art6-1-f annex1-p1 annex1-p5 annex1-p6 sch1-p6 sch1-p10 sch1-p17 "
     f"sch1-p18 sch1-p29 {OFFENCE} {ALWAYS}"),
    # Section 115 is a power and does not lift confidence.
    ("da-service > police, marac, risk-assessment, england", "sender",
     "art6-1-a art6-1-b art6-1-d art6-1-ea art6-1-f annex1-p1 annex1-p5 annex1-p6 sch1-p10 sch1-p17 sch1-p18 sch1-p29 "
     f"{OFFENCE} {ALWAYS}"),
    # Section 16 of the 2022 Act is a power that does.
    ("school-maintained > police, serious-violence, risk-assessment, england", "sender",
     "art6-1-a art6-1-b art6-1-d art6-1-e sch1-p6 sch1-p10 sch1-p18 sch1-p29 conf-statutory-permission "
     f"{OFFENCE} {ALWAYS}"),
]


@pytest.mark.parametrize(("flow", "end", "expected"), WORKED, ids=lambda value: value.split(",")[0][:40])
def test_the_whole_list_of_open_bases_is_the_one_worked_out_by_hand(flow: str, end: End, expected: str) -> None:
    ends, purposes, categories, nation = (part.split() for part in flow.split(","))
    question = Question((ends[0],), (ends[2],), (*purposes,), (*categories,), nation[0], date(2026, 11, 25))
    opened = {base.id for base in answered(question).bases[end] if base.open}
    assert opened == set(expected.split())


def test_a_duty_that_opens_legal_obligation_is_told_with_its_limit_on_data() -> None:
    question = Question(
        ("police",), ("la-children",), ("crime-prevention",), ("alleged-offence",), "england", date(2026, 11, 25)
    )
    obligation = next(base for base in answered(question).bases["sender"] if base.id == "art6-1-c")
    assert "CDA 1998 s.17A" in obligation.why and "depersonalised only: no direct identifiers" in obligation.why


def test_a_public_task_is_not_taken_as_given() -> None:
    """No provision lets an NHS trust tell the Home Office: what is open is a task that law lays down, to be named."""
    question = Question(
        ("nhs-trust",), ("home-office-immigration",), ("modern-slavery",), ("identity-basic",), "england",
        date(2026, 11, 25),
    )
    found = answered(question)
    task = next(base for base in found.bases["sender"] if base.id == "art6-1-e")
    assert not found.apply
    assert task.open and task.why == "Only for a task or function of its own that law lays down: name it."


def test_the_requirement_of_one_among_several_names_those_that_are_open() -> None:
    question = Question(
        ("police",), ("la-children",), ("mash",), ("alleged-offence",), "england", date(2026, 11, 25)
    )
    offences = next(base for base in answered(question).bases["sender"] if base.id == "art10")
    assert offences.needs[-1] == (
        "At least one of: Control of official authority, UK GDPR Art 10, DPA 2018 Sch 1 Pt 2 para 6, "
        "DPA 2018 Sch 1 Pt 2 para 18 (not verified), DPA 2018 Sch 1 Pt 3 para 30, DPA 2018 Sch 1 Pt 3 para 32, "
        "DPA 2018 Sch 1 Pt 3 para 36"
    )
