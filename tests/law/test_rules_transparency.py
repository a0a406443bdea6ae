"""Family E: one agreement that trips each rule on telling people and rights, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import NotHere, Pair, each, only, trips, without

SECURITY_DUTY = {"id": "jd-1", "duty": "security", "party": ["council"]}
CONTACT_DUTY = {"id": "jd-1", "duty": "contact", "party": ["council"]}

PAIRS = (
    Pair(
        "R61", (("documents.doc-notices.party", without("trust")),), (("documents", "error"),),
        (("documents.doc-notices.party", without("trust")), ("flows", only("ask-school", "ask-gp"))),
    ),
    Pair(
        "R62", (("transparency.recipient_tells", ABSENT),), (("transparency.recipient_tells", "warning"),),
        (("transparency.recipient_tells", ABSENT), ("flows", only("plan-family"))),
    ),
    Pair(
        "R62", (("transparency.recipient_tells", "The council tells the family."),),
        (("transparency.recipient_tells", "warning"),),
        (("transparency.recipient_tells", "The council tells the family within one month."),), why="without a time",
    ),
    Pair(
        "R63", (("exceptions.ex-crime.owner", ABSENT),), (("exceptions.ex-crime.owner", "error"),),
        (("exceptions.ex-crime", ABSENT),),
    ),
    Pair(
        "R63", (("exceptions", ABSENT),), (("exceptions", "error"),),
        (("exceptions", ABSENT), ("transparency.exceptions_used", False)), why="none listed",
    ),
    Pair(
        "R64", (("transparency.child_version", False),), (("transparency.child_version", "advice"),),
        (
            ("transparency.child_version", False), ("flows", only("ask-other")),
            ("flows.ask-other.subjects", ["parent"]),
        ),
    ),
    Pair(
        "R65", (("rights.contact", ABSENT),), (("rights.contact", "error"),),
        (("rights.contact", ABSENT), ("rights.contact", NotHere("As the protocol says."))),
    ),
    Pair(
        "R65", (("parties.council.role", "joint"), ("joint_duties", [SECURITY_DUTY])), (("joint_duties", "error"),),
        (("parties.council.role", "joint"), ("joint_duties", [CONTACT_DUTY])), why="joint controllers",
    ),
    Pair(
        "R66", (("complaints.procedure", ABSENT),), (("complaints.procedure", "error"),),
        (("complaints.contact", ABSENT),),
    ),
    Pair(
        "R67", (("rights.objection", ABSENT),), (("rights.objection", "warning"),),
        (("rights.objection", ABSENT), ("bases", each(art6=["art6-1-c"]))),
    ),
    Pair(
        "R68", (("rights.foi", ABSENT),), (("rights.foi", "advice"),),
        (("rights.foi", ABSENT), ("parties", each(agency_types=["charity"]))),
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_transparency_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_transparency_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number}" for number in range(61, 69)}
