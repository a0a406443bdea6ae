"""Family D, Part 3: one agreement that trips each rule, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import Pair, only, plus, trips, without

WITHOUT_PART_3 = ("flows.ask-police.bases", without("b-police-p3"))

PAIRS = (
    Pair(
        "R56", (WITHOUT_PART_3, ("bases.b-police.explanation", "For the welfare of children.")),
        (("flows.ask-police.bases", "error"),), (WITHOUT_PART_3,),
    ),
    Pair(
        "R56",
        (
            ("purposes.decide.categories", ["crime-prevention"]), ("bases.b-police.explanation", ABSENT),
            ("flows", only("answer-ask")),
        ),
        (("flows.answer-ask.bases", "error"),), (("bases.b-police.explanation", ABSENT), ("flows", only("answer-ask"))),
        why="a recipient for law enforcement",
    ),
    Pair(
        "R56", (("bases.b-police-p3.who", plus("trust")),), (("bases.b-police-p3.regime", "error"),),
        (("bases.b-police-p3.who", plus("landlords")),), why="not a competent authority",
    ),
    Pair(
        "R57", (("bases.b-police-p3.sch8", ABSENT),), (("bases.b-police-p3.sch8", "error"),),
        (("bases.b-police-p3.sch8", ABSENT), ("flows", only("ask-police"))),
    ),
    Pair(
        "R57", (("bases.b-police-p3.strict_necessity", ABSENT),), (("bases.b-police-p3.strict_necessity", "error"),),
        (("bases.b-police-p3.sch8", ABSENT), ("bases.b-police-p3.part3", ["p3-s35-consent"])), why="strict necessity",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_law_enforcement_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_law_enforcement_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {"R56", "R57"}
