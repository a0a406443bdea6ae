"""A file is recognised by what it holds, comes in whole, and whatever it holds is judged without a fault of ours."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder import catalogue
from protocolbuilder.cli.printing import printed
from protocolbuilder.domain.agreement import Agreement, as_file, digest, put, to_json
from protocolbuilder.domain.check import check
from protocolbuilder.domain.journey import statuses
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.errors import BadFile
from protocolbuilder.intake.door import take
from tests.builders import small

FACTS = Path(__file__).resolve().parent.parent / "agreements" / "33-moray-housing-liaison-protocol.json"


def test_an_agreement_comes_in_as_it_went_out() -> None:
    taken = take(to_json(small()).encode())
    assert (taken.kind, taken.agreement) == ("agreement", small())


@pytest.mark.parametrize("pattern", catalogue.patterns(), ids=lambda pattern: pattern.name)
def test_every_pattern_file_comes_in(pattern: catalogue.Pattern) -> None:
    file = {**as_file(pattern.agreement), "pattern": {"title": "A", "description": "B"}}
    assert digest(take(json.dumps(file).encode()).agreement) == digest(pattern.agreement)


def test_sections_that_a_file_leaves_out_are_there_and_empty() -> None:
    taken = take(b'{"schema": "agreement-1", "library": "2026.11", "answers": {"about": {"title": "A"}}}').agreement
    assert set(taken.answers) == set(catalogue.schema("agreement-1").sections)
    assert (taken.answers["flows"], taken.answers["rights"]) == ([], {})


def test_facts_are_recognised_and_counted() -> None:
    taken = take(FACTS.read_bytes())
    assert (taken.kind, taken.placed, taken.residue) == ("facts", 25, 22)
    assert "retention" in taken.not_stated and {match.entry for match in taken.matches} == {"scotland", "cda-1998-s115"}


@pytest.fixture(scope="module")
def document() -> bytes:
    return printed(take(FACTS.read_bytes()).agreement, FACTS, what="agreement", as_="docx")


def test_a_word_file_of_ours_comes_back_the_same_with_no_difference(document: bytes) -> None:
    taken = take(document)
    assert (taken.kind, taken.differences) == ("word", ())
    assert digest(taken.agreement) == digest(take(FACTS.read_bytes()).agreement)


def test_flags_come_back_in_the_order_in_which_they_are_printed() -> None:
    facts = FACTS.with_name("24-psni-councils-animal-welfare.json")
    made = take(facts.read_bytes()).agreement
    assert len(made.flags) == 3
    assert take(printed(made, facts, what="agreement", as_="docx")).differences == ()


def test_the_name_of_an_agreement_that_is_no_draft_of_ours_is_not_guessed() -> None:
    with pytest.raises(BadFile, match="neither an agreement nor plain facts"):
        take(b'{"title": "A", "partners": []}')


# --- a file with anything anywhere in it

VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from(["", "p1", "f1", "uk-gdpr", "meeting", "PT0H", "2026", "é"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "other", "event"]), inner, max_size=2)
    ),
    max_leaves=5,
)
SCHEMA = catalogue.schema("agreement-1")
PLACES = [
    (key, question)
    for key, section in SCHEMA.sections.items()
    for question in (*section.questions, *(["id"] * section.is_list))
]


def with_anything(places: list[tuple[tuple[str, str], Any]]) -> Agreement:
    agreement = deepcopy(small())
    for (section, question), value in places:
        address = section
        if SCHEMA.sections[section].is_list:
            if not agreement.answers[section]:
                agreement = put(agreement, f"{section}.x1", {})
            address = f"{section}.{agreement.answers[section][0]['id']}"
        if question != "id" or isinstance(value, str):
            agreement = put(agreement, f"{address}.{question}", value)
    return agreement


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_a_null_where_an_answer_belongs_is_wrong_and_breaks_nothing(place: tuple[str, str]) -> None:
    if place[1] != "id":
        taken = take(to_json(with_anything([(place, None)])).encode()).agreement
        assert any(problem.kind == "wrong" for problem in check(SCHEMA, taken, catalogue.library()))


@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUE), min_size=1, max_size=4))
def test_whatever_stands_at_an_address_is_judged_and_never_breaks_the_check(
    places: list[tuple[tuple[str, str], Any]],
) -> None:
    taken = take(to_json(with_anything(places)).encode()).agreement
    problems = check(SCHEMA, taken, catalogue.library())
    assert all(problem.text and problem.fix for problem in problems)
    if not any(problem.kind == "wrong" for problem in problems):
        statuses(SCHEMA, taken, problems)
        names = AgreementNames(SCHEMA, taken, catalogue.library())
        assert all(names.item(flow["id"]) for flow in taken.answers["flows"])
