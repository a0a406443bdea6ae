"""The starting patterns are whole: only local facts are left to fill in, and nothing is said twice."""

import re
from collections.abc import Mapping
from typing import Final

from protocolbuilder import catalogue
from protocolbuilder.catalogue import Pattern
from protocolbuilder.domain.check import check
from tests.schemas.drafts import PATTERNS, by_id, every_agreement, every_pattern, rows, words

LOCAL: Final = re.compile(
    r"about\.(title|host|partnership|area)|parties\.[a-z0-9-]+\.name|contacts(\..+)?|others\.[a-z0-9-]+\.name"
    r"|rights\.contact|complaints\.contact|review\.next|term\.start|dpia\.(status|reference|date)|governance\.board"
)
COUNTS: Final[Mapping[str, tuple[int, int]]] = {
    "mash": (12, 25),
    "early-help": (6, 10),
    "marac": (6, 10),
    "adult-safeguarding": (12, 24),
    "hospital-discharge": (10, 20),
    "shared-care-record": (8, 16),
    "wales-safeguarding": (12, 24),
    "police-schools": (5, 10),
    "la-school": (4, 18),
    "prevent-channel": (10, 20),
    "community-safety-asb": (12, 28),
    "scotland-adult-support": (12, 30),
}
UNTIMED: Final = re.compile(r"\b(promptly|timely|as soon as possible|should|as appropriate|where appropriate)\b", re.I)


def test_every_pattern_is_there_and_has_a_size() -> None:
    assert {pattern.name for pattern in PATTERNS} == {"protocol", *COUNTS}


@every_pattern
def test_only_local_facts_are_missing_and_nothing_is_wrong(pattern: Pattern) -> None:
    problems = check(catalogue.schema(pattern.agreement.schema), pattern.agreement, catalogue.library())
    assert [(p.address, p.text) for p in problems if p.kind == "wrong"] == []
    assert [p.address for p in problems if not LOCAL.fullmatch(p.address)] == []


@every_pattern
def test_every_section_of_the_schema_is_there(pattern: Pattern) -> None:
    assert set(pattern.agreement.answers) == set(catalogue.schema(pattern.agreement.schema).sections)


@every_pattern
def test_safety_comes_first_in_writing(pattern: Pattern) -> None:
    safety = pattern.agreement.answers["principles"]["safety"]
    assert "agreement" in safety and "signature" in safety and "never" in safety


@every_pattern
def test_escalation_steps_have_times(pattern: Pattern) -> None:
    steps = rows(pattern, "escalation_steps")
    assert len(steps) >= 4
    assert all(step["within"] for step in steps)


@every_pattern
def test_partners_tell_each_other_of_a_breach_within_a_day(pattern: Pattern) -> None:
    hours = re.fullmatch(r"PT(\d+)H", pattern.agreement.answers["breaches"]["report_within"])
    assert hours and int(hours[1]) <= 24


@every_pattern
def test_words_are_measured_and_give_no_stale_law(pattern: Pattern) -> None:
    vocabulary = catalogue.load("library/vocabulary.json")
    stale = [re.compile(entry["pattern"], re.I) for entry in vocabulary["stale_citations"]]
    text = [line for line in words(pattern.agreement.answers) if UNTIMED.search(line)]
    assert text == []
    assert [line for line in words(pattern.agreement.answers) if any(p.search(line) for p in stale)] == []


@every_agreement
def test_a_pattern_is_large_enough(pattern: Pattern) -> None:
    types, flows = COUNTS.get(pattern.name, (2, 3))
    assert len({kind for party in rows(pattern, "parties") for kind in party["agency_types"]}) >= types
    assert len(rows(pattern, "parties")) >= types
    assert len(rows(pattern, "flows")) >= flows


@every_agreement
def test_no_two_flows_are_alike(pattern: Pattern) -> None:
    alike = [tuple(tuple(sorted(f[k])) for k in ("from", "to", "items", "purposes")) for f in rows(pattern, "flows")]
    assert len(set(alike)) == len(alike)
    reasons = [flow["necessity"] for flow in rows(pattern, "flows")]
    assert len(set(reasons)) == len(reasons)


@every_agreement
def test_every_flow_is_complete(pattern: Pattern) -> None:
    asked = set(catalogue.schema("agreement-1").sections["flows"].raw["items"]["required"])
    asked |= {"mode", "level", "identifiability"}
    assert [(f["id"], asked - set(f)) for f in rows(pattern, "flows") if asked - set(f)] == []
    assert [f["id"] for f in rows(pattern, "flows") if len(f["necessity"].split()) < 20] == []


@every_agreement
def test_every_item_and_every_flow_is_kept_by_a_rule(pattern: Pattern) -> None:
    flows, covered = by_id(pattern, "flows"), set()
    for rule in rows(pattern, "retention"):
        assert all(rule[key] for key in ("keeper", "period", "trigger", "disposal")), rule["id"]
        for key in rule["what"]:
            covered |= {key, *flows.get(key, {}).get("items", ()), *flows.get(key, {}).get("optional_items", ())}
    assert set(by_id(pattern, "items")) - covered == set()
    loose = [f["id"] for f in flows.values() if f["id"] not in covered and not set(f["items"]) <= covered]
    assert loose == []


def test_contacts_without_further_action_are_kept_for_less_time() -> None:
    rules = rows(catalogue.pattern("mash"), "retention")
    short = [rule["period"] for rule in rules if rule.get("no_further_action")]
    assert short == ["P12M", "P30D"]


def test_a_hub_shares_at_once_when_a_child_is_in_danger() -> None:
    urgent = [flow for flow in rows(catalogue.pattern("mash"), "flows") if flow["respond_within"] == "PT0H"]
    assert len(urgent) >= 4


def test_a_protocol_has_its_commitments_and_message() -> None:
    protocol = catalogue.pattern("protocol")
    assert len(rows(protocol, "commitments")) >= 10
    assert len({kind for party in rows(protocol, "parties") for kind in party["agency_types"]}) >= 10
    assert len(rows(protocol, "parties")) >= 10
    assert protocol.agreement.answers["single_message"]["message"]
