"""Family G, review and change: one agreement that trips each rule, and one that just does not."""

from dataclasses import replace

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import Pair, changed, filled, hits, trips

PAIRS = (
    Pair("R87", (("review.next", ABSENT),), (("review.next", "error"),), (("review.cycle", ABSENT),)),
    Pair(
        "R87", (("review.next", "2026-10"),), (("review.next", "error"),), (("review.next", "2026-11"),),
        why="the date has passed",
    ),
    Pair("R88", (("review.next", "2028-12-02"),), (("review.next", "warning"),), (("review.next", "2028-12-01"),)),
    Pair(
        "R88", (("review.next", "2028-12"), ("term.start", {"event": "All have signed"})),
        (("review.next", "warning"),),
        (("review.next", "2028-11-24"), ("term.start", {"event": "All have signed"})), why="from an event",
    ),
    Pair(
        "R88", (("review.triggers", ABSENT),), (("review.triggers", "warning"),), (("review.audit", ABSENT),),
        why="no triggers",
    ),
    Pair("R90", (("term.exit", ABSENT),), (("term.exit", "warning"),), (("term.notice", ABSENT),)),
    Pair("R91", (("training.who", ABSENT),), (("training.who", "advice"),), (("training.how_often", ABSENT),)),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_change_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_an_agreement_from_an_older_library_is_reported_only_if_it_cites_it() -> None:
    older = replace(filled("early-help"), library="2026.9")
    assert hits("R89", filled("early-help")) == []
    assert hits("R89", older) == [("gateways", "warning")]
    assert hits("R89", changed(older, (("gateways", []), ("bases", [])))) == []


def test_every_rule_on_change_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} | {"R89"} == {f"R{number}" for number in range(87, 92)}
