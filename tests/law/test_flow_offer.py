"""What the offer of a flow knows and a bare question does not: whom it is about, and whether they are asked."""

from datetime import date
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.law.case import Case
from protocolbuilder.law.flow_offer import FlowOffer, flow_offer
from tests.builders import flow, party, small, with_answers


def offered(sender: str, recipient: str, purpose: str, category: str, **said: Any) -> FlowOffer:
    """The offer of one flow; `kind` is that of the people it is about, the rest are answers of the flow."""
    agreement = with_answers(
        small(),
        parties=[party("p1", "First", agency_types=[sender]), party("p2", "Second", agency_types=[recipient])],
        purposes=[{"id": "pu1", "statement": "Decide what help is needed.", "categories": [purpose]}],
        items=[{"id": "i1", "name": "Concern", "category": category}],
        subjects=[{"id": "s1", "kind": said.pop("kind", "child")}],
        flows=[flow("f1", "p1", "p2", **said)],
    )
    case = Case(catalogue.schema("agreement-1"), agreement, catalogue.library(), on=date(2026, 11, 24))
    return flow_offer(case, case.flows[0])


def stands(found: FlowOffer, provision: str) -> str:
    """"applies", the test that it fails, or "" when it is not listed."""
    if any(one.entry.id == provision for one in found.apply):
        return "applies"
    return next((near.fails for near in found.nearly if near.id == provision), "")


HOMELESS = ("nhs-trust", "la-housing", "homelessness", "contact-details")
SLAVERY = ("police", "home-office-immigration", "modern-slavery", "identity-basic")
DUTY = ("police", "la-children", "child-protection", "alleged-offence")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"agreement_of_person": "asked"}, "applies"), ({"agreement_of_person": "told"}, "carve-out"),
        ({}, "carve-out"),
        ({"conditions": "Only if the person agrees to the referral."}, "applies"),
    ],
)
def test_a_homelessness_referral_applies_once_the_flow_asks_for_agreement(  # R34
    answers: dict[str, str], expected: str
) -> None:
    found = offered(*HOMELESS, **answers)
    assert stands(found, "ha-1996-s213b") == expected
    whys = [near.why for near in found.nearly if near.id == "ha-1996-s213b"]
    assert whys == [] or whys[0].startswith("It needs the person's agreement to the referral")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"kind": "victim"}, "carve-out"), ({"kind": "child"}, "applies"),
        ({"kind": "victim", "agreement_of_person": "asked"}, "applies"),
        ({"kind": "victim", "identifiability": "anonymised"}, "applies"),
    ],
)
def test_a_notice_of_slavery_names_an_adult_only_with_agreement(answers: dict[str, str], expected: str) -> None:  # R35
    assert stands(offered(*SLAVERY, **answers), "msa-2015-s52") == expected


def test_the_duty_to_share_about_children_needs_a_child_among_the_people() -> None:  # R36(b)
    assert stands(offered(*DUTY, kind="child"), "ca-2004-s16la") == "applies"
    assert stands(offered(*DUTY, kind="alleged-perpetrator"), "ca-2004-s16la") == "carve-out"


def test_the_step_on_detriment_is_a_condition_of_the_duty_and_does_not_shut_it() -> None:  # R36(c)
    found = offered(*DUTY)
    duty = next(one.entry for one in found.apply if one.entry.id == "ca-2004-s16la")
    assert any("detrimental" in words for words in duty.conditions)


def test_depersonalised_data_of_a_flow_pass_the_limit_on_names() -> None:  # R33
    asked = ("police", "la-community-safety", "crime-prevention", "identity-basic")
    assert stands(offered(*asked), "cda-1998-s17a") == "carve-out"
    assert stands(offered(*asked, identifiability="pseudonymised"), "cda-1998-s17a") == "applies"
