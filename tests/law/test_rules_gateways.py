"""Family C: each rule is tripped by one small change to a clean agreement, and left alone by another."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pytest

from protocolbuilder import catalogue
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import RULES, Finding
from protocolbuilder.law.review import review
from tests.builders import flow, party, small, with_answers

Change = Mapping[str, Any]
FAMILY: Final = {*(f"R{number}" for number in range(18, 40)), "R104"}
VICTIM: Final = {"id": "s1", "kind": "victim"}
CARE: Final = {"provision": "hsca-2012-s251b", "sender": "nhs-trust", "purposes": ["direct-care"]}
OWN_BASIS: Final = {"id": "b1", "applies_to": "all", "covers": "all-flows", "regime": "uk-gdpr", "art6": ["art6-1-c"]}


def found(change: Change) -> list[Finding]:
    """What this family finds in the clean agreement after a change: types of the ends, purpose, power and so on."""
    first = {"id": "g1", "provision": change.get("provision", "ca-2004-s11"), **change.get("power", {})}
    powers = [first, *change.get("powers", [])]
    agreement = with_answers(
        small(),
        about={"title": "A", "kind": "isa", "tier": "agreement", "nations": change.get("nations", ["england"])},
        parties=[
            party("p1", "First body", agency_types=[change.get("sender", "police")]),
            party("p2", "Second body", agency_types=[change.get("recipient", "la-children")]),
        ],
        purposes=[{"id": "pu1", "statement": "Decide what help a child needs.",
                   "categories": change.get("purposes", ["mash"])}],
        subjects=[change.get("subject", {"id": "s1", "kind": "child"})],
        items=[{"id": "i1", "name": "Concern", "category": change.get("category", "risk-assessment")}],
        gateways=powers,
        bases=[change.get("basis", {**OWN_BASIS, "art6": ["art6-1-e"]})],
        flows=[flow("f1", "p1", "p2", gateways=[power["id"] for power in powers], **change.get("flow", {}))],
        **({"requests": change["requests"]} if "requests" in change else {}),
    )
    case = Case(catalogue.schema("agreement-1"), agreement, catalogue.library(), on=date(2026, 11, 24))
    return [finding for finding in review(case) if finding.rule in FAMILY]


TABLE: Final[Mapping[str, tuple[Change, Change]]] = {
    "R18": ({"provision": "ca-1989-s47"}, {"provision": "ca-2004-s16e"}),
    "R19": ({"provision": "ca-2004-s16ea"}, {"provision": "ca-2004-s16e"}),
    "R20": ({"provision": "ca-2004-s16la"}, {"provision": "ca-2004-s16h"}),
    "R21": ({"nations": ["wales"]}, {"nations": ["wales", "england"]}),
    "R22": ({"provision": "ca-1989-s47"}, {"provision": "ca-1989-s47", "power": {"on_whom": ["p2"]}}),
    "R23": (
        {"provision": "cda-1998-s115", "recipient": "charity", "purposes": ["marac"]},
        {"provision": "cda-1998-s115", "recipient": "social-landlord", "purposes": ["marac"]},
    ),
    "R24": ({"purposes": ["direct-care"]}, {"purposes": ["macpt"]}),
    "R25": ({"power": {"stated_as": "must"}}, {"power": {"stated_as": "co-operate"}}),
    "R26": (
        {"provision": "sswwa-2014-s130", "nations": ["wales"], "power": {"stated_as": "may"}},
        {"provision": "sswwa-2014-s130", "nations": ["wales"], "power": {"stated_as": "must"}},
    ),
    "R27": (
        {"provision": "ca-2004-s10", "basis": OWN_BASIS},
        {"provision": "sswwa-2014-s130", "nations": ["wales"], "basis": OWN_BASIS},
    ),
    "R28": ({"provision": "ca-2004-s16h"}, {"provision": "ca-2004-s16h", "flow": {"frequency": "on-request"}}),
    "R29": (
        {"sender": "la-adults", "provision": "lga-1972-s111"},
        {"sender": "la-adults", "provision": "lga-1972-s111", "powers": [{"id": "g2", "provision": "ca-2004-s11"}]},
    ),
    "R30": ({"provision": "dpa-2018-sch2-p2"}, {"provision": {"other": "Data Protection Act 2018 s.8"}}),
    "R31": (
        {**CARE, "recipient": "la-children"},
        {**CARE, "recipient": "la-adults"},
    ),
    "R32": (
        {"provision": "pcsca-2022-s16", "purposes": ["serious-violence"], "category": "health-mental"},
        {"provision": "pcsca-2022-s16", "purposes": ["serious-violence"], "category": "alleged-offence"},
    ),
    "R33": (
        {"provision": "cda-1998-s17a", "purposes": ["crime-prevention"], "category": "identity-basic"},
        {"provision": "cda-1998-s17a", "purposes": ["crime-prevention"], "category": "alleged-offence"},
    ),
    "R34": ({"provision": "ha-1996-s213b"}, {"provision": "ha-1996-s213b", "flow": {"agreement_of_person": "asked"}}),
    "R35": (
        {"provision": "msa-2015-s52", "category": "identity-basic", "subject": VICTIM},
        {"provision": "msa-2015-s52", "category": "identity-basic"},
    ),
    "R36": (
        {"provision": "ca-2004-s16la"},
        {"provision": "ca-2004-s16la", "requests": {"more_detrimental": "The team asks and records the answer."}},
    ),
    "R37": (
        {"provision": {"other": "Children and Young People (Scotland) Act 2014, Part 4"}},
        {"provision": {"other": "Children and Young People (Scotland) Act 2014, Part 3"}},
    ),
    "R38": (
        {"nations": ["northern-ireland"], "provision": "police-common-law"},
        {"nations": ["northern-ireland"], "provision": "clani-1967-s5"},
    ),
    "R39": (
        {"nations": ["wales"], "purposes": ["child-protection"], "provision": "police-common-law"},
        {"nations": ["wales"], "purposes": ["child-protection"], "provision": "sswwa-2014-s130"},
    ),
    "R104": ({"provision": "ca-1989-s47-9"}, {"provision": "ca-1989-s47"}),
}


def rules(change: Change) -> set[str]:
    return {finding.rule for finding in found(change)}


def test_the_clean_agreement_trips_none_and_the_table_covers_the_family() -> None:
    assert found({}) == []
    assert set(TABLE) == FAMILY <= set(RULES)


@pytest.mark.parametrize("rule", TABLE)
def test_one_change_trips_the_rule_and_another_does_not(rule: str) -> None:
    trips, does_not = TABLE[rule]
    hits = [finding for finding in found(trips) if finding.rule == rule]
    assert hits and all(hit.text and hit.fix and hit.source and hit.address for hit in hits)
    assert rule not in rules(does_not)


def severities(rule: str, change: Change) -> list[str]:
    return [finding.severity for finding in found(change) if finding.rule == rule]


@pytest.mark.parametrize("rule", ["R25", "R26"])
def test_must_and_may_may_differ_from_the_library_only_with_a_reason(rule: str) -> None:
    change = TABLE[rule][0]
    assert severities(rule, change) == ["error"]
    reasoned = {**change, "power": {**change["power"], "stated_reason": "Counsel advised so."}}
    assert severities(rule, reasoned) == ["warning"]


def test_words_that_call_a_power_a_duty_to_share_are_read() -> None:
    assert "R25" in rules({"power": {"explanation": "Police have a duty to share what they know."}})
    assert "R25" not in rules({"power": {"explanation": "It makes nobody else disclose. There is no duty to share."}})


def test_a_recipient_that_only_some_powers_reach_is_a_warning() -> None:
    change = {"provision": "cda-1998-s115", "recipient": "charity", "purposes": ["domestic-abuse"],
              "powers": [{"id": "g2", "provision": "police-common-law"}]}
    assert severities("R23", change) == ["warning"]
    assert severities("R23", TABLE["R23"][0]) == ["error"]


def test_an_own_citation_counts_for_the_partners_it_names() -> None:
    own = {"other": "Royal Charter, article 4"}
    assert "R18" in rules({"provision": own})
    assert "R18" not in rules({"provision": own, "power": {"on_whom": ["p1"]}})


def test_a_power_said_to_apply_to_another_partner_does_not_carry_the_sender() -> None:
    assert "R18" in rules({"power": {"on_whom": ["p2"]}})


def test_an_exemption_cited_in_words_is_found() -> None:
    assert "R30" in rules({"provision": {"other": "Schedule 2 paragraph 2 of the Data Protection Act 2018"}})


def test_figures_that_identify_nobody_trip_no_limit_on_data() -> None:
    for rule in ("R32", "R33"):
        assert rule not in rules({**TABLE[rule][0], "flow": {"identifiability": "anonymised"}})


def test_figures_do_not_stretch_the_duty_to_share_for_care_to_others() -> None:
    assert "R31" in rules({**TABLE["R31"][0], "flow": {"identifiability": "anonymised"}})


def test_a_flow_that_mixes_care_with_another_purpose_is_outside_the_duty_to_share_for_care() -> None:
    mixed = {**TABLE["R31"][1], "purposes": ["direct-care", "service-planning"]}
    assert "R31" in rules(mixed)


def test_the_duty_to_share_about_children_is_not_for_adults_or_for_charities_without_arrangements() -> None:
    step = TABLE["R36"][1]
    assert "R36" in rules({**step, "subject": VICTIM})
    assert "R36" in rules({**step, "sender": "charity"})
    assert "R36" not in rules({**step, "sender": "commissioned-provider"})
