"""The review reads any draft: the task list stands on it, so nothing that a draft may hold stops it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.check import check
from protocolbuilder.law.glossary import used_in
from protocolbuilder.law.restrictions import restricted_flows, restrictions
from protocolbuilder.law.review import may_be_accepted, review_draft, standing
from tests.law.filled import ON, filled

SCHEMA = catalogue.schema("agreement-1")
QUESTIONS = [(key, question) for key, section in SCHEMA.sections.items() for question in section.questions]
JUNK: list[Any] = [None, 5, True, "x", "", [], {}, ["x"], [5], {"other": "a"}, [{"other": "a"}], {"until": "x"}, "P6Y"]


def changed(changes: list[tuple[tuple[str, str], Any]]) -> Agreement:
    base = filled("early-help")
    answers = copy.deepcopy(dict(base.answers))
    for (key, question), value in changes:
        rows = answers.setdefault(key, [] if SCHEMA.sections[key].is_list else {})
        if isinstance(rows, list):
            rows = rows[0] if rows else rows.append({"id": f"new-{key}".replace("_", "-")}) or rows[0]
        rows[question] = copy.deepcopy(value)
    return Agreement(base.schema, base.library, answers)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(QUESTIONS), st.sampled_from(JUNK)), min_size=1, max_size=8))
def test_a_draft_that_holds_anything_is_reviewed(changes: list[tuple[tuple[str, str], Any]]) -> None:
    agreement, library = changed(changes), catalogue.library()
    problems = check(SCHEMA, agreement, library)
    for finding in review_draft(SCHEMA, agreement, library, on=ON, problems=problems):
        assert finding.address.split(".")[0] in SCHEMA.sections
    restricted_flows(agreement, restrictions(agreement, library, on=ON))
    used_in(SCHEMA, agreement, library)


def test_only_warnings_that_nothing_else_clears_may_be_accepted() -> None:
    agreement = catalogue.pattern("mash").agreement
    found = review_draft(SCHEMA, agreement, catalogue.library(), on=ON, problems=())
    assert {one.severity for one in found if may_be_accepted(one)} == {"warning"}
    assert not any(may_be_accepted(one) for one in found if one.rule == "R20")
    assert standing(agreement, found) == found
