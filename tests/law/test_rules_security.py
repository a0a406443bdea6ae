"""Family G, transfer and security: one agreement that trips each rule, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import NotHere, Pair, only, plus, trips

LEAVING = ("flows.moves.outside_uk", True)
DECIDED = ("flows.ask-gp.automated", True)

PAIRS = (
    Pair(
        "R78", (("flows.ask-gp.methods", plus("fax")),), (("flows.ask-gp.methods", "error"),),
        (("flows.ask-gp.methods", plus("removable-media")),),
    ),
    Pair(
        "R79", (("flows.ask-gp.methods", plus("removable-media")),), (("flows.ask-gp.method_reason", "warning"),),
        (
            ("flows.ask-gp.methods", plus("removable-media")),
            ("flows.ask-gp.method_reason", "Only when the network is down, encrypted and logged."),
        ),
    ),
    Pair(
        "R80", (("flows.ask-gp.methods", ABSENT),), (("flows.ask-gp.methods", "error"),),
        (("flows.ask-gp.methods", [{"other": "By radio"}]),),
    ),
    Pair(
        "R81", (("security.encryption", ABSENT), ("security.measures", ABSENT)), (("security.encryption", "error"),),
        (("security.encryption", ABSENT),),
    ),
    Pair(
        "R81", (("security.people", ABSENT), ("training.who", ABSENT)), (("security.people", "error"),),
        (("security.people", ABSENT),), why="people",
    ),
    Pair(
        "R81", (("breaches.steps", ABSENT),), (("breaches.steps", "error"),),
        (("breaches.steps", ABSENT), ("security.measures", plus("Incidents go to the duty officer"))), why="incidents",
    ),
    Pair(
        "R82", (("breaches.report_to", ABSENT),), (("breaches.report_to", "error"),),
        (("breaches.of_agreement", ABSENT),),
    ),
    Pair(
        "R82", (("breaches.report_within", "2WD"),), (("breaches.report_within", "warning"),),
        (("breaches.report_within", "1WD"),), why="too late",
    ),
    Pair(
        "R82", (("breaches.report_within", {"other": "Without delay"}),), (("breaches.report_within", "warning"),),
        (("breaches.report_within", "PT0H"),), why="no measure",
    ),
    Pair(
        "R83", (("dpia.status", "none"),), (("dpia.status", "error"),),
        (("dpia.status", "none"), ("flows", only("quarterly"))),
    ),
    Pair(
        "R83", (("dpia.status", "none"), ("flows", only("quarterly")), ("parties.council.role", "joint")),
        (("dpia.status", "error"),),
        (("dpia.status", "under-way"), ("flows", only("quarterly")), ("parties.council.role", "joint")), why="joint",
    ),
    Pair(
        "R84", (LEAVING,), (("international.safeguard", "error"),),
        (LEAVING, ("international.safeguard", "Adequacy regulations for Ireland.")),
    ),
    Pair(
        "R84", (LEAVING, ("international.safeguard", "The other council is careful.")),
        (("international.safeguard", "warning"),),
        (LEAVING, ("international.safeguard", "Article 49(1)(d).")), why="none named",
    ),
    Pair(
        "R85", (("onward.conditions", ABSENT),), (("onward.conditions", "error"),),
        (("onward.conditions", ABSENT), ("onward.rule", "forbidden")),
    ),
    Pair(
        "R85", (("onward.originator", ABSENT),), (("onward.originator", "error"),),
        (("onward.originator", ABSENT), ("items.i-intel.category", "alleged-offence")), pattern="mash",
        why="intelligence",
    ),
    Pair(
        "R86", (DECIDED,), (("flows.ask-gp.human_review", "error"),),
        (DECIDED, ("flows.ask-gp.human_review", NotHere("It decides nothing of weight."))),
    ),
    Pair(
        "R86", (DECIDED, ("flows.ask-gp.human_review", "A manager looks at it.")),
        (("flows.ask-gp.human_review", "warning"),),
        (DECIDED, ("flows.ask-gp.human_review", "A manager gives reasons, and the person may contest it.")),
        why="no explanation or contest",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_security_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_security_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number}" for number in range(78, 87)}
