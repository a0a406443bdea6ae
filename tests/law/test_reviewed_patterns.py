"""The starting patterns, filled with local facts, are free of errors, and every finding leads to a question."""

from itertools import chain

import pytest

from protocolbuilder import catalogue
from protocolbuilder.catalogue import Pattern
from protocolbuilder.law.findings import RULES
from tests.law import (
    test_rules_bases,
    test_rules_change,
    test_rules_confidence,
    test_rules_language,
    test_rules_law_enforcement,
    test_rules_parties,
    test_rules_purpose,
    test_rules_retention,
    test_rules_security,
    test_rules_special_data,
    test_rules_transparency,
    test_rules_whole,
)
from tests.law.filled import Pair, case, changed, each, filled, findings

PAIRS = tuple(chain.from_iterable(
    module.PAIRS for module in (
        test_rules_parties, test_rules_purpose, test_rules_bases, test_rules_special_data, test_rules_law_enforcement,
        test_rules_confidence, test_rules_transparency, test_rules_retention, test_rules_security, test_rules_change,
        test_rules_language, test_rules_whole,
    )
))


@pytest.mark.parametrize("pattern", catalogue.patterns(), ids=lambda pattern: pattern.name)
def test_a_pattern_with_local_facts_has_no_error(pattern: Pattern) -> None:
    found = findings(filled(pattern.name))
    assert [(one.rule, one.address, one.text) for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_finding_leads_to_a_question_and_says_what_to_do(pair: Pair) -> None:
    reading = case(changed(filled(pair.pattern), (*pair.first, *pair.trip)))
    for hit in RULES[pair.rule].find(reading):
        section, *rest = hit.address.split(".")
        asked = reading.schema.sections[section]
        if asked.is_list and rest:
            item = rest.pop(0)
            assert item in {row["id"] for row in reading.rows(section)}
        assert not rest or rest[0] in asked.questions
        assert hit.text.endswith(".") and hit.fix.endswith(".") and len(hit.text) < 400
        assert hit.text[0].isupper() or hit.text[0] == "“"


def test_an_other_at_any_choice_breaks_no_rule() -> None:
    clean = filled("mash")
    for section in catalogue.schema("agreement-1").sections.values():
        for question in section.questions.values():
            other = {"choice": {"other": "Something else"}, "choices": [{"other": "Something else"}]}.get(question.kind)
            if other is not None:
                given = each(**{question.id: other}) if section.is_list else {question.id: other}
                findings(changed(clean, ((section.id, given),)))
