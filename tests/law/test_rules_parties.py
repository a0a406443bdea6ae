"""Family A: one agreement that trips each rule on partners and roles, and one that just does not."""

import pytest

from protocolbuilder.domain.agreement import ABSENT
from tests.law.filled import NotHere, Pair, each, only, plus, trips

JOINT_DUTY = {"id": "jd-1", "duty": "contact", "party": ["council"]}
CONTRACT = {"id": "doc-contract", "title": "Processing contract", "kind": "attached", "party": ["provider"]}

PAIRS = (
    Pair(
        "R01", (("parties.council.name", "Northshire MASH"),), (("parties.council.name", "error"),),
        (("parties.council.name", "Northshire Partnership NHS Foundation Trust"),),
    ),
    Pair(
        "R01", (("parties.charities.agency_types", ["lscp"]),), (("parties.charities.name", "error"),),
        (("parties.council.name", "Northshire Advice Hub"), ("parties.council.identifiers", ["Company 01234567"])),
        why="by agency type",
    ),
    Pair(
        "R02", (("contacts.c-dpo-council", ABSENT),), (("parties.council", "error"),),
        (("contacts.c-dpo-provider", ABSENT),),
    ),
    Pair(
        "R02", (("contacts.c-spoc-gps", ABSENT),), (("parties.gps", "warning"),),
        (("contacts.c-dpo-charities", ABSENT),), why="a class of bodies",
    ),
    Pair(
        "R03", (("parties.council.ico_registration", ABSENT),), (("parties.council.ico_registration", "warning"),),
        (("parties.council.ico_registration", NotHere("It is exempt from the fee.")),),
    ),
    Pair(
        "R04",
        (("parties.academies.kind", "organisation"), ("parties.academies.name", "Northshire Academy")),
        (("parties.academies.name", "warning"),),
        (("parties.academies.kind", "organisation"), ("parties.academies.name", "Northshire Academy Trust")),
    ),
    Pair(
        "R05", (("flows.reply-school.from", ["icb"]),), (("flows.reply-school.from", "error"),),
        (("flows.reply-school.from", ["icb", "gps"]),),
    ),
    Pair(
        "R06", (("flows.ask-gp.to", ["council", "nobody"]),), (("flows.ask-gp.to", "error"),),
        (("flows.ask-gp.to", ["council", "next-council"]),),
    ),
    Pair(
        "R07", (("parties.council.role", "joint"),), (("joint_duties", "error"),),
        (("parties.council.role", "joint"), ("joint_duties", [JOINT_DUTY])),
    ),
    Pair(
        "R07", (("parties.council.role", ABSENT),), (("parties.council.role", "error"),),
        (("parties.council.role", {"other": "Controller of its part"}),), why="no role",
    ),
    Pair(
        "R08", (("parties.provider.role", "processor"),), (("parties.provider", "error"),),
        (("parties.provider.role", "processor"), ("documents", plus(CONTRACT))),
    ),
    Pair(
        "R09", (("about.kind", "dda"),), (("about.kind", "warning"),),
        (("about.kind", "dda"), ("flows", only("ask-school", "ask-gp"))),
    ),
    Pair(
        "R09", (("flows", only("allocate")), ("parties.provider.role", "processor")), (("about.kind", "warning"),),
        (("flows", only("allocate", "ask-gp")), ("parties.provider.role", "processor")), why="a processor alone",
    ),
    Pair(
        "R10", (("about.kind", "mou"),), (("about.kind", "warning"),),
        (("about.kind", "mou"), ("parties", each(agency_types=["dwp"]))),
    ),
)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_rule_on_partners_trips_and_just_does_not(pair: Pair) -> None:
    trips(pair)


def test_every_rule_on_partners_has_a_pair() -> None:
    assert {pair.rule for pair in PAIRS} == {f"R{number:02}" for number in range(1, 11)}
