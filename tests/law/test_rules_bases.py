"""Family D, Article 6 and consent: one agreement that trips each rule, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import Pair, only, plus, trips, without

BALANCED = {"id": "doc-lia", "title": "Legitimate interests assessment", "kind": "lia", "covers": ["b-private"]}

PAIRS = (
    Pair(
        "R40", (("flows.ask-gp.bases", ["b-council"]),), (("flows.ask-gp.bases", "error"),),
        (("flows.ask-gp.bases", ["b-council"]), ("flows.ask-gp.identifiability", "aggregate")),
    ),
    Pair(
        "R40", (("bases.b-health.art6", ABSENT), ("flows", only("ask-gp"))), (("flows.ask-gp.bases", "error"),),
        (("bases.b-schools.art6", ABSENT), ("flows", only("ask-gp"))), why="a basis without Article 6",
    ),
    Pair(
        "R41", (("bases.b-council.art6", ["art6-1-a"]),), (("bases.b-council.art6", "error"),),
        (("bases.b-private.art6", ["art6-1-a"]),),
    ),
    Pair(
        "R41",
        (("bases.b-protect.art9", ["art9-2-a"]),), (("bases.b-protect.art9", "error"),),
        (("bases.b-protect-own.art9", ["art9-2-a"]),), why="explicit consent",
    ),
    Pair(
        "R42", (("bases.b-private.art6", ["art6-1-a"]), ("confidentiality.consent_how", ABSENT)),
        (("confidentiality.consent_how", "error"),), (("confidentiality.consent_how", ABSENT),),
    ),
    Pair(
        "R42",
        (("bases.b-private.art6", ["art6-1-a"]), ("confidentiality.competence", ABSENT)),
        (("confidentiality.competence", "error"),),
        (
            ("bases.b-private.art6", ["art6-1-a"]), ("confidentiality.competence", ABSENT),
            ("flows", only("ask-other")), ("flows.ask-other.subjects", ["parent"]),
        ),
        why="a child's competence",
    ),
    Pair(
        "R43", (("bases.b-council.art6", ["art6-1-f"]),), (("bases.b-council.art6", "error"),),
        (("bases.b-private.art6", ["art6-1-f"]),),
    ),
    Pair(
        "R44", (("bases.b-private.annex1", ABSENT),), (("bases.b-private.annex1", "error"),),
        (("bases.b-private.annex1", ["annex1-p5"]),),
    ),
    Pair(
        "R44", (("bases.b-private.annex1", ["annex1-p1"]), ("flows", only("ask-other"))),
        (("bases.b-private.annex1", "error"),),
        (("bases.b-private.annex1", ["annex1-p1"]), ("flows", only("reply-other"))), why="no request",
    ),
    Pair(
        "R45", (("bases.b-private.art6", ["art6-1-f"]),), (("bases.b-private.explanation", "error"),),
        (("bases.b-private.art6", ["art6-1-f"]), ("documents", plus(BALANCED))),
    ),
    Pair(
        "R46", (("flows.f-ans-health.gateways", without("g-s16h", "g-s47-9")),),
        (("flows.f-ans-health.bases", "error"),),
        (("flows.f-ans-health.gateways", without("g-s47-9")),), pattern="mash",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_bases_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_bases_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number}" for number in range(40, 47)}
