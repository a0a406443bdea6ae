"""What the patterns about adults, about Wales and about a record held together must say."""

from typing import Final

import pytest

from protocolbuilder import catalogue
from tests.schemas.drafts import by_id, partners, powers, rows

ADULTS: Final = ("adult-safeguarding", "hospital-discharge", "shared-care-record", "wales-safeguarding")
JOINT: Final = {"notices", "rights", "contact", "security", "breaches", "dpia", "processors", "essence"}
RELEVANT: Final = {"police", "probation", "health-board-wales", "youth-justice"}


@pytest.mark.parametrize("name", ADULTS)
def test_capacity_is_presumed_and_best_interests_follow_the_act(name: str) -> None:
    text = catalogue.pattern(name).agreement.answers["confidentiality"]["capacity"]
    assert "presumed to have capacity" in text
    assert "Mental Capacity Act 2005" in text and "best interests" in text


@pytest.mark.parametrize("name", ADULTS)
def test_the_three_things_called_consent_are_kept_apart(name: str) -> None:
    text = catalogue.pattern(name).agreement.answers["confidentiality"]["consent"]
    for kind in ("UK GDPR consent", "greement that lifts confidence", "greement to take part in a service"):
        assert kind in text


@pytest.mark.parametrize("name", ["adult-safeguarding", "wales-safeguarding"])
def test_a_refusal_is_followed_unless_a_limit_that_is_named_applies(name: str) -> None:
    text = catalogue.pattern(name).agreement.answers["confidentiality"]["consent_refused"]
    assert "with capacity" in text or "has capacity" in text
    assert ("follow the refusal" in text and "only if a limit" in text) or "only when at least one limit" in text
    for limit in ("at risk", "crime", "coercion", "implicated", "court"):
        assert limit in text


@pytest.mark.parametrize("name", ["adult-safeguarding", "wales-safeguarding"])
def test_the_safeguarding_condition_carries_the_three_part_test(name: str) -> None:
    used = [row for row in rows(catalogue.pattern(name), "bases") if "sch1-p18" in row.get("sch1", ())]
    assert used and all(row["at_risk_test"] and row["no_consent_reason"] for row in used)
    assert any("needs for care and support" in row["at_risk_test"] for row in used)


def test_a_relevant_partner_in_wales_reports_because_it_must() -> None:
    pattern = catalogue.pattern("wales-safeguarding")
    reports = [flow for flow in rows(pattern, "flows") if flow["id"].startswith(("f-child-", "f-adult-", "f-now-"))]
    by_duty = {"sswwa-2014-s128", "sswwa-2014-s130"}
    bound = [
        flow for flow in reports
        if flow["to"] == ["council"] and flow["frequency"] == "on-event"
        and all(set(party["agency_types"]) & RELEVANT for party in partners(pattern, flow["from"]))
    ]
    assert len(bound) >= 9
    assert all(by_duty & {entry["id"] for entry in powers(pattern, flow)} for flow in bound)


def test_a_shared_record_says_which_controller_does_what() -> None:
    pattern = catalogue.pattern("shared-care-record")
    duties = rows(pattern, "joint_duties")
    assert {duty["duty"] for duty in duties if isinstance(duty["duty"], str)} >= JOINT
    assert all(duty["party"] and duty["notes"] for duty in duties)
    assert {party["role"] for party in rows(pattern, "parties")} == {"joint"}


def test_classes_of_practices_and_providers_join_a_shared_record_by_acceptance() -> None:
    pattern = catalogue.pattern("shared-care-record")
    assert pattern.agreement.answers["signing"]["route"] == "acceptance"
    classes = [party for party in rows(pattern, "parties") if party["kind"] == "class"]
    assert {party["id"] for party in classes} == {"gps", "pharmacies", "care", "hospices"}
    assert all("accepts online, without a signature" in party["joining"] for party in classes)
    core = pattern.agreement.answers["signing"]["core"]
    assert set(core) <= set(by_id(pattern, "parties")) and not set(core) & {party["id"] for party in classes}


def test_what_a_shared_record_never_shows_is_withheld_from_every_clinical_flow() -> None:
    pattern = catalogue.pattern("shared-care-record")
    never = {"i-sexual", "i-gender", "i-adoption", "i-counselling"}
    for flow in rows(pattern, "flows"):
        if "record" in flow["from"] or (flow["mode"] == "publish" and "record" in flow["to"]):
            assert never <= set(flow["withheld_items"]), flow["id"]
        assert not never & {*flow["items"], *flow.get("optional_items", ())}, flow["id"]
