"""Family F: one agreement that trips each rule on keeping and records, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import Change, NotHere, Pair, changed, each, filled, findings, only, trips, without

UNTIL_NEEDED = {"until": "it is no longer needed"}
UNTIL_SAID = {"until": "the parent says that help is no longer needed"}
BY_POLICY = {"set_by": "the partner's retention policy"}
CHECKED = ("retention", only("keep-protect", "keep-trust"))

PAIRS = (
    Pair(
        "R69", (("retention.keep-case.what", without("family-says", "voice")),), (("flows.family-says", "error"),),
        (("retention.keep-case.what", without("family-says")),),
    ),
    Pair(
        "R69", (("retention", []), ("flows", only("ask-gp"))), (("flows.ask-gp", "error"),),
        (("retention", only("keep-gp")), ("retention.keep-gp.what", ABSENT), ("flows", only("ask-gp"))),
        why="a rule for all",
    ),
    Pair(
        "R69", (("retention.keep-gp.keeper", ABSENT),), (("retention.keep-gp.keeper", "error"),),
        (("retention.keep-gp.feedback", ABSENT), ("retention.keep-gp.condition", ABSENT)), why="no keeper",
    ),
    Pair(
        "R70", (("retention.keep-case.trigger", ABSENT),), (("retention.keep-case.trigger", "error"),),
        (("retention.keep-gp.trigger", ABSENT),),
    ),
    Pair(
        "R71", (("retention.keep-private.period", UNTIL_NEEDED),), (("retention.keep-private.period", "error"),),
        (("retention.keep-private.period", UNTIL_SAID),),
    ),
    Pair(
        "R71", (("retention.keep-private.period", BY_POLICY),), (("retention.keep-private.period", "error"),),
        (("retention.keep-private.period", BY_POLICY), ("retention.keep-private.source", "cp-local")),
        why="in line with policy",
    ),
    Pair(
        "R71", (("retention.keep-private.period", {"other": "For as long as is necessary"}),),
        (("retention.keep-private.period", "error"),),
        (("retention.keep-private.period", {"other": "For as long as the plan is open"}),), why="as long as necessary",
    ),
    Pair(
        "R72", (("retention.keep-protect.source", "cin-local"),), (("retention.keep-protect.source", "warning"),),
        (("retention.keep-protect.source", "nhs-child-25"),), first=(CHECKED,),
    ),
    Pair(
        "R72", (("retention", each(source="cin-local")),), (("retention.keep-protect.source", "warning"),),
        (("retention", each(source="nhs-child-25")),), first=(CHECKED,), why="once for all rules of a source",
    ),
    Pair(
        "R73", (("retention.r-nfa", ABSENT), ("retention.r-nfa-copies", ABSENT)), (("retention", "warning"),),
        (("retention.r-nfa", ABSENT),), pattern="mash",
    ),
    Pair(
        "R73", (("retention.r-nfa.period", "P30Y"), ("retention.r-nfa-copies.period", "P30Y")),
        (("retention", "warning"),), (("retention.r-nfa.period", "P30Y"),), pattern="mash", why="no shorter",
    ),
    Pair(
        "R74", (("items.i-opinion.labels", ABSENT),), (("items.i-opinion.labels", "warning"),),
        (("items.i-attend.labels", ABSENT),), pattern="mash",
    ),
    Pair(
        "R75", (("accuracy.corrections", ABSENT),), (("accuracy.corrections", "error"),),
        (("accuracy.corrections_within", ABSENT),),
    ),
    Pair(
        "R76", (("requests.decision_record", ABSENT),), (("requests.decision_record", "warning"),),
        (("requests.advice", ABSENT),),
    ),
    Pair(
        "R77", (("escalation_steps", []),), (("escalation_steps", "warning"),),
        (("escalation_steps", []), ("escalation_steps", NotHere("As the protocol says."))),
    ),
    Pair(
        "R77", (("escalation_steps.step-2.within", {"other": "Soon"}),),
        (("escalation_steps.step-2.within", "warning"),),
        (("escalation_steps.step-2.within", {"other": "By 5pm"}),), why="no time limit",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_keeping_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_keeping_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number}" for number in range(69, 78)}


def test_an_unverified_source_is_named_once_with_how_many_rules_rest_on_it() -> None:
    def said(*changes: Change) -> dict[str, str]:
        return {one.address: one.text for one in findings(changed(filled("mash"), changes)) if one.rule == "R72"}

    before = said()
    assert before["retention.r-nfa.source"] == (
        "The source “MASH contact with no further action” of 2 retention rules was not verified for the library."
    )
    assert len(before) == 6 and "of one retention rule was" in before["retention.r-log.source"]
    after = said(("retention.r-nfa-copies.source", ABSENT))
    assert "of one retention rule was" in after["retention.r-nfa.source"], "an acceptance of the other words lapses"
