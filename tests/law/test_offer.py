"""What the law library offers a flow. The questions were answered by hand from the records, each in whole."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.law.offer import GENERAL, Offer, offer
from protocolbuilder.law.open_bases import Base

QUESTIONS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "offer-questions.json").read_text("utf-8"))


def ask(
    sender: str, recipient: str, purpose: str, category: str, *, nation: str = "england", on: str = "2026-11-24"
) -> Offer:
    """An offer between two ends; several ids are parted by spaces."""
    return offer(
        catalogue.library(), senders=sender.split(), recipients=recipient.split(), purposes=purpose.split(),
        categories=category.split(), nation=nation, on=date.fromisoformat(on),
    )


def answered(question: dict[str, Any]) -> Offer:
    return ask(
        " ".join(question["from"]), " ".join(question["to"]), " ".join(question["purposes"]),
        " ".join(question["categories"]), nation=question["nation"], on=question["date"],
    )


def basis(found: Offer, end: str, key: str) -> Base:
    return next(base for base in found.bases[end] if base.id == key)


def test_there_are_at_least_forty_questions_in_four_nations_no_two_alike() -> None:
    names = {question["name"] for question in QUESTIONS}
    assert len(names) == len(QUESTIONS) >= 40
    assert {question["nation"] for question in QUESTIONS} == {"england", "wales", "scotland", "northern-ireland"}
    assert all(len(question["nearly"]) == 3 for question in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["name"])
def test_the_whole_list_applies_and_the_named_provisions_nearly_do(question: dict[str, Any]) -> None:
    found = answered(question)
    assert [entry.id for entry in found.apply] == question["apply"]
    fails = {near.id: near.fails for near in found.nearly}
    assert {key: fails.get(key) for key in question["nearly"]} == question["nearly"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["name"])
def test_what_is_offered_is_marked_and_ordered(question: dict[str, Any]) -> None:
    found = answered(question)
    table = catalogue.library().vocabularies["gateways"]
    general = [entry.id in GENERAL for entry in found.apply]
    assert general == sorted(general)
    assert not {entry.id for entry in found.apply} & {near.id for near in found.nearly}
    for entry in found.apply:
        assert entry.kind not in ("restriction", "condition")
        assert bool(entry.not_verified) == (not entry.verified or entry.status == "unverified")
        assert entry.request_led == (table[entry.id]["trigger"] == "request")
        assert entry.data_limit == (table[entry.id]["data_limit"] or "")
        assert ("disclose" in entry.says) <= (entry.kind == "permissive" or entry.effect == "disclose")
    nations = [near.fails == "nation" for near in found.nearly]
    assert nations == sorted(nations)
    assert found.other_nations == tuple(near for near in found.nearly if near.fails == "nation")
    assert all(near.why for near in found.nearly)


def test_a_duty_to_co_operate_is_never_worded_as_a_duty_to_disclose() -> None:
    duty = next(entry for entry in ask("police", "la-children", "mash", "alleged-offence").apply
                if entry.id == "ca-2004-s10")
    assert duty.says == "must co-operate"
    assert "A duty to co-operate, not a duty to disclose." in duty.conditions


def test_a_duty_of_a_person_is_marked_and_carries_no_legal_obligation_of_the_agency() -> None:
    found = ask("hsc-trust-ni", "police", "child-protection", "alleged-offence", nation="northern-ireland")
    duty = next(entry for entry in found.apply if entry.id == "clani-1967-s5")
    assert duty.personal and duty.says == "must notify personally"
    assert not basis(found, "sender", "art6-1-c").open


def test_why_a_provision_nearly_applies_is_said_in_words_of_its_record() -> None:
    found = ask("police", "charity", "domestic-abuse", "domestic-abuse-info")
    why = next(near.why for near in found.nearly if near.id == "cda-1998-s115")
    assert why.startswith("It runs only to: Local authority (any department)") and "Charity" not in why
    charity = ask("charity", "la-children", "child-protection", "observation-record", on="2018-06-01")
    whys = {near.id: near.why for near in charity.nearly}
    assert whys["ca-2004-s16h"] == "Not in force on 1 June 2018: it starts on 29 June 2018."
    assert whys["csa-mandatory-reporting"] == "Not in force: its commencement has not been seen."


def test_a_nation_left_out_is_not_tested() -> None:
    found = ask("police", "la-adults", "adult-safeguarding", "adult-safeguarding-concern", nation="")
    assert {"care-2014-s6", "sswwa-2014-s128", "aspsa-2007-s5"} <= {entry.id for entry in found.apply}
    assert not found.other_nations


@pytest.mark.parametrize(
    ("category", "restriction"),
    [
        ("adoption-information", "aca-2002-s57"), ("gender-history", "gra-2004-s22"),
        ("court-documents", "aja-1960-s12"), ("financial-benefits", "crca-2005-s18"), ("conviction", "roa-1974-s9"),
    ],
)
def test_a_restriction_on_a_kind_of_data_appears_with_it_and_only_with_it(category: str, restriction: str) -> None:
    with_it = ask("school-maintained", "la-children", "education-welfare", category)
    without = ask("school-maintained", "la-children", "education-welfare", "education-attendance")
    assert restriction in {entry.id for entry in with_it.restrictions}
    assert restriction not in {entry.id for entry in without.restrictions}


def test_a_police_request_for_counselling_notes_meets_its_limit() -> None:
    asked = ask("sexual-violence-service", "police", "crime-prevention", "counselling-notes")
    assert "pcsca-2022-s44a" in {entry.id for entry in asked.restrictions}
    other = ask("sexual-violence-service", "la-children", "child-protection", "counselling-notes")
    assert "pcsca-2022-s44a" not in {entry.id for entry in other.restrictions}


def test_an_exemption_is_a_condition_and_never_a_power() -> None:
    found = ask("charity", "police", "crime-prevention", "alleged-offence")
    assert "dpa-2018-sch2-p2" in {entry.id for entry in found.conditions}
    assert "dpa-2018-sch2-p2" not in {entry.id for entry in found.apply} | {near.id for near in found.nearly}


@pytest.mark.parametrize("key", ["art6-1-f", "art6-1-ea", "annex1-p6"])
def test_legitimate_interests_are_shut_to_a_public_authority_and_open_to_a_charity(key: str) -> None:
    found = ask("charity", "la-children", "child-protection", "observation-record")
    assert basis(found, "sender", key).open
    assert not basis(found, "recipient", key).open


def test_recognised_legitimate_interests_are_shut_before_they_were_in_force() -> None:
    found = ask("charity", "la-children", "child-protection", "observation-record", on="2026-02-04")
    assert basis(found, "sender", "art6-1-ea").why == "It is in force only from 5 February 2026."


def test_consent_is_shut_to_a_public_authority_for_child_protection() -> None:
    found = ask("la-children", "charity", "child-protection", "health-mental")
    assert not basis(found, "sender", "art6-1-a").open and not basis(found, "sender", "art9-2-a").open
    assert basis(found, "recipient", "art6-1-a").open
    assert basis(ask("la-children", "charity", "early-help", "education-attendance"), "sender", "art6-1-a").open


def test_legal_obligation_needs_a_duty_to_disclose_whose_commencement_is_confirmed() -> None:
    waiting = ask("academy", "early-years", "child-protection", "observation-record")
    assert [entry.id for entry in waiting.apply if entry.says == "must disclose"] == ["ca-2004-s16la"]
    assert "CA 2004 s.16LA is not confirmed" in basis(waiting, "sender", "art6-1-c").why
    duty = ask("police", "la-children", "child-protection", "alleged-offence", nation="wales")
    assert basis(duty, "sender", "art6-1-c").open
    assert "SSWWA 2014 s.130" in basis(duty, "sender", "art6-1-c").why
    assert not basis(duty, "recipient", "art6-1-c").open


def test_part_3_is_open_to_competent_authorities_only() -> None:
    found = ask("police", "probation", "offender-management", "conviction")
    assert found.regimes["sender"].name == found.regimes["recipient"].name == "part3"
    assert basis(found, "sender", "p3-s35-task").open and not basis(found, "sender", "art6-1-e").open
    other = ask("charity", "la-children", "child-protection", "conviction")
    assert not any(base.open for base in other.bases["sender"] if base.group == "part3")


def test_what_police_hold_for_law_enforcement_leaves_it_by_section_36_4() -> None:
    found = ask("police", "la-children", "mash", "alleged-offence")
    assert found.regimes["sender"].name == "both" and found.regimes["recipient"].name == "uk-gdpr"
    assert basis(found, "sender", "p3-s36-4").open and basis(found, "sender", "art6-1-e").open
    assert not basis(found, "recipient", "p3-s36-4").open


def test_conditions_are_listed_only_for_the_data_that_need_them() -> None:
    groups = {base.group for base in ask("la-children", "charity", "early-help", "contact-details").bases["sender"]}
    assert groups == {"art6", "annex1", "part3"}
    special = ask("la-children", "charity", "early-help", "health-mental").bases["sender"]
    assert {"art9", "sch1-part2", "confidentiality"} <= {base.group for base in special}
    assert "art10" not in {base.group for base in special}


def test_each_condition_says_what_it_asks_for() -> None:
    found = ask("la-children", "school-maintained", "child-protection", "health-mental alleged-offence")
    needs = basis(found, "sender", "sch1-p18").needs
    assert "An appropriate policy document" in needs and any("consent is not sought" in need for need in needs)
    secret = ask("police", "prison", "mappa offender-management", "health-mental")
    assert basis(secret, "sender", "sch8-p4").open
    assert "Why the processing is strictly necessary" in basis(secret, "sender", "sch8-p4").needs
    approval = ask("nhs-trust", "university", "service-planning", "health-physical")
    assert basis(approval, "sender", "conf-s251").open
    assert any("reference number" in need for need in basis(approval, "sender", "conf-s251").needs)


def test_no_policy_document_is_asked_of_who_discloses_unlawful_acts_to_the_police() -> None:
    found = ask("charity", "police", "crime-prevention", "alleged-offence")
    assert "An appropriate policy document" not in basis(found, "sender", "sch1-p10").needs
    assert "An appropriate policy document" in basis(
        ask("police", "charity", "crime-prevention", "alleged-offence"), "recipient", "sch1-p10"
    ).needs


def test_implied_consent_is_open_for_direct_care_between_health_and_adult_care_only() -> None:
    care = ask("nhs-trust", "gp-practice", "direct-care", "health-physical")
    assert basis(care, "sender", "conf-implied-consent").open
    for recipient, purpose in (("police", "direct-care"), ("gp-practice", "public-health"), ("nhs-icb", "direct-care")):
        other = ask("nhs-trust", recipient, purpose, "health-physical")
        assert not basis(other, "sender", "conf-implied-consent").open


def test_section_251_is_shut_in_scotland() -> None:
    found = ask("health-board-scotland", "university", "service-planning", "health-physical", nation="scotland")
    assert basis(found, "sender", "conf-s251").why == "Section 251 covers England and Wales only."


def test_every_basis_of_the_library_has_its_own_opening() -> None:
    library = catalogue.library()
    everything = ask("police court-service", "police", "mappa", "health-mental alleged-offence")
    listed = {base.id for base in everything.bases["sender"]}
    for vocabulary in ("art6", "annex1", "art9", "art10", "sch1", "part3", "sch8", "confidentiality"):
        assert set(library.vocabularies[vocabulary]) <= listed
