"""Family B: one agreement that trips each rule on purpose and necessity, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import NotHere, Pair, each, plus, trips

ELEVEN = "The council decides within five days which help families will get."
ENFORCING = {
    "id": "enforce", "categories": ["immigration-asylum"], "statement": f"{ELEVEN} It does so for immigration control.",
    "outcome": "Decisions in time.", "necessity": "Nothing less would do.",
}

PAIRS = (
    Pair(
        "R11", (("purposes.decide.statement", ELEVEN),), (("purposes.decide.statement", "error"),),
        (("purposes.decide.statement", f"{ELEVEN[:-1]} soon."),),
    ),
    Pair(
        "R12", (("flows.ask-gp.necessity", ABSENT),), (("flows.ask-gp.necessity", "error"),),
        (("flows.ask-gp.necessity", NotHere("The purposes say it.")), ("flows.ask-gp.necessity", ABSENT)),
    ),
    Pair(
        "R12", (("flows.ask-gp.necessity", "The council has to know."),), (("flows.ask-gp.necessity", "warning"),),
        (("flows.ask-gp.necessity", "Without it the council knows too little."),), why="less would do",
    ),
    Pair(
        "R13", (("purposes", plus(ENFORCING)), ("flows.ask-gp.purposes", plus("enforce"))),
        (("flows.ask-gp.purposes", "warning"),),
        (("purposes", plus(ENFORCING)), ("flows.ask-gp.purposes", ["enforce"])),
    ),
    Pair(
        "R14", (("purposes", plus(ENFORCING)), ("flows.ask-school.purposes", ["enforce"])),
        (("flows.ask-school.gateways", "error"),),
        (("purposes", plus(ENFORCING)),),
    ),
    Pair(
        "R15", (("flows.quarterly.identifiability", "identifiable"), ("flows.quarterly.items", plus("identity"))),
        (("flows.quarterly.identifiability", "warning"),),
        (("flows.quarterly.identifiability", "pseudonymised"), ("flows.quarterly.items", plus("identity"))),
    ),
    Pair(
        "R16", (("items.reason.name", "Full case file"),),
        tuple((f"flows.{flow}.items", "warning") for flow in (
            "ask-school", "ask-nursery", "ask-health", "ask-gp", "ask-other", "family-says", "allocate",
        )),
        (("items.reason.name", "Why the case is open"),),
    ),
    Pair(
        "R16", (("flows.ask-gp.items", ABSENT), ("flows.ask-gp.optional_items", ABSENT)),
        (("flows.ask-gp.items", "warning"),), (("flows.ask-gp.items", ABSENT),), why="no items",
    ),
    Pair(
        "R17", (("purposes.decide.outcome", ABSENT),), (("purposes.decide.outcome", "advice"),),
        (("purposes", each(outcome="Help sooner.")),),
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_purpose_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_purpose_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number}" for number in range(11, 18)}
