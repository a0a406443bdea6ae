"""Family D, special and offence data: one agreement that trips each rule, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import Pair, only, trips, without

PLAIN = (("flows.ask-gp.items", ["identity", "contact"]), ("flows.ask-gp.optional_items", ABSENT))
UNPAPERED = ("documents.doc-policy.covers", without("b-private"))
UNLAWFUL_ACTS = ("bases.b-private.sch1", ["sch1-p10"])
ONE_FLOW = ("flows", only("ask-other"))

PAIRS = (
    Pair(
        "R47", (("bases.b-health.art9", ABSENT), ("flows", only("ask-gp"))), (("flows.ask-gp.bases", "error"),),
        (("bases.b-health.art9", ABSENT), ("flows", only("ask-gp")), *PLAIN),
    ),
    Pair(
        "R48", (("bases.b-council.sch1", ABSENT),), (("bases.b-council.sch1", "error"),),
        (("bases.b-council.sch1", ["sch1-p6"]),),
    ),
    Pair(
        "R48", (("bases.b-council.sch1", ["sch1-p2"]),), (("bases.b-council.sch1", "error"),),
        (("bases.b-council.sch1", ["sch1-p2", "sch1-p18"]),), why="a condition of another part",
    ),
    Pair(
        "R49", (("bases.b-health.sch1", without("sch1-p2")),), (("bases.b-health.sch1", "error"),),
        (("bases.b-health.sch1", without("sch1-p2")), ("bases.b-health.art9", without("art9-2-h"))),
    ),
    Pair(
        "R50", (("documents.doc-policy.covers", without("b-council")),), (("bases.b-council.sch1", "error"),),
        (("documents.doc-policy.covers", without("b-council")), ("bases.b-council.sch1", ["sch1-p2"])),
    ),
    Pair(
        "R50", (("documents.doc-policy.party", without("trust")), ("flows", only("ask-health"))),
        (("bases.b-health.sch1", "error"),),
        (("documents.doc-policy.party", without("gps")), ("flows", only("ask-health"))), why="another partner's paper",
    ),
    Pair(
        "R50", (UNPAPERED, UNLAWFUL_ACTS, ONE_FLOW), (("bases.b-private.sch1", "error"),),
        (UNPAPERED, UNLAWFUL_ACTS, ONE_FLOW, ("flows.ask-other.to", ["police"])), why="paragraph 10",
    ),
    Pair(
        "R50", (("documents.doc-policy.covers", without("b-police-p3")),), (("bases.b-police-p3.sch8", "error"),),
        (("documents.doc-policy.covers", without("b-police-p3")), ("bases.b-police-p3.sch8", ABSENT)), why="Part 3",
    ),
    Pair(
        "R51", (("bases.b-council.no_consent_reason", ABSENT),), (("bases.b-council.no_consent_reason", "error"),),
        (("bases.b-council.no_consent_reason", ABSENT), ("bases.b-council.sch1", ["sch1-p6"])),
    ),
    Pair(
        "R51", (("bases.b-police-p3.no_consent_reason", {"other": "It is not usual"}),),
        (("bases.b-police-p3.no_consent_reason", "error"),),
        (("bases.b-police-p3.no_consent_reason", "cannot"),), why="Schedule 8",
    ),
    Pair(
        "R52", (("bases.b-council.at_risk_test", ABSENT),), (("bases.b-council.at_risk_test", "warning"),),
        (("bases.b-council.at_risk_test", ABSENT), ("flows", only("tell-gp"))),
    ),
    Pair(
        "R53", (("bases.b-health.art9", ["art9-2-h"]), ("flows", only("team-statutory"))),
        (("flows.team-statutory.bases", "warning"),),
        (("bases.b-health.art9", ["art9-2-h"]), ("flows", only("ask-health"))),
    ),
    Pair(
        "R54", (("bases.b-private.art6", ["art6-1-d"]), ("flows", only("report-back"))),
        (("flows.report-back.bases", "warning"),),
        (("bases.b-private.art6", ["art6-1-d"]), ONE_FLOW),
    ),
    Pair(
        "R54", (("bases.b-council.art9", ["art9-2-c"]), ONE_FLOW), (("bases.b-council.no_consent_reason", "warning"),),
        (("bases.b-council.art9", ["art9-2-c"]), ONE_FLOW, ("bases.b-council.no_consent_reason", "cannot")),
        why="a person who can consent",
    ),
    Pair(
        "R55", (("bases.b-protect-own.art10", ABSENT),), (("flows.step-up-own.bases", "error"),),
        (("bases.b-private.art10", ABSENT),),
    ),
    Pair(
        "R55", (("bases.b-protect-own.sch1", ["sch1-p17"]),), (("flows.step-up-own.bases", "error"),),
        (("bases.b-protect-own.sch1", ["sch1-p17", "sch1-p36"]),), why="Article 10 alone",
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_special_data_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_special_data_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number}" for number in range(47, 56)}
