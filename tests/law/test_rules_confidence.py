"""Family D, confidence: one agreement that trips each rule, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import Pair, only, trips

ONE_FLOW = ("flows", only("ask-gp"))
IMPLIED = ("bases.b-health.confidentiality", ["conf-implied-consent"])
SUPPORTED = ("bases.b-health.confidentiality", ["conf-s251"])
APPROVED = ("bases.b-health.approval", "26/CAG/0001")
SECTION_251 = ("gateways.gw-gp.provision", "nhsa-2006-s251")
CARE = (("purposes.decide.categories", ["direct-care"]), ("flows.ask-gp.to", ["trust"]))

PAIRS = (
    Pair(
        "R58", (("bases.b-health.confidentiality", ABSENT), ONE_FLOW), (("flows.ask-gp.bases", "error"),),
        (("bases.b-council.confidentiality", ABSENT), ONE_FLOW),
    ),
    Pair(
        "R59", (IMPLIED, ONE_FLOW), (("flows.ask-gp.bases", "error"),), (IMPLIED, ONE_FLOW, *CARE),
    ),
    Pair(
        "R59", (IMPLIED, ONE_FLOW, CARE[0], ("flows.ask-gp.to", ["schools"])), (("flows.ask-gp.bases", "error"),),
        (IMPLIED, ONE_FLOW, *CARE), why="outside the care team",
    ),
    Pair("R60", (SUPPORTED,), (("bases.b-health.approval", "error"),), (SUPPORTED, APPROVED)),
    Pair(
        "R60", (SUPPORTED, APPROVED, ("bases.b-health.approval_expires", "2026-10")),
        (("bases.b-health.approval_expires", "error"),),
        (SUPPORTED, APPROVED, ("bases.b-health.approval_expires", "2026-11")), why="expired",
    ),
    Pair(
        "R60", (SUPPORTED, APPROVED, ("about.nations", ["scotland"])), (("bases.b-health.confidentiality", "error"),),
        (SUPPORTED, APPROVED, ("about.nations", ["wales"])), why="another nation",
    ),
    Pair(
        "R60", (SUPPORTED, APPROVED, ("about.nations", ["england", "scotland"])),
        (("bases.b-health.confidentiality", "warning"),),
        (SUPPORTED, APPROVED, ("about.nations", ["england", "wales"])), why="across nations",
    ),
    Pair(
        "R60", (SECTION_251, ONE_FLOW), (("flows.ask-gp.bases", "error"),), (SECTION_251, ONE_FLOW, APPROVED),
        why="as a legal power",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_confidence_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_confidence_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {"R58", "R59", "R60"}
