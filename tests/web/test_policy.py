"""The policy names every page of the program and every act, and names none that is not there."""

import itertools

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.documents.family import FAMILY
from protocolbuilder.domain.permission import Kind, decide, rule_of_document

UNASKED = {"HEAD", "OPTIONS"}  # HEAD is answered as GET is, OPTIONS holds nothing


def methods(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.endpoint, method) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - UNASKED
    }


@pytest.mark.asvs("V8.1.1")
def test_every_route_and_method_has_a_rule_and_every_rule_its_routes(app: Flask) -> None:
    routes = set(catalogue.policy().routes)
    assert methods(app) - routes == set(), "no rule of schemas/policy.yaml names these"
    assert routes - methods(app) == set(), "schemas/policy.yaml names what is not there"


def test_pages_are_asked_for_by_get_and_acts_done_by_post() -> None:
    kinds: dict[str, set[Kind]] = {"GET": {"reads", "asks"}, "POST": {"does"}}
    assert not [place for place, (_, kind) in catalogue.policy().routes.items() if kind not in kinds[place[1]]]


@pytest.mark.asvs("V8.1.1")
def test_nobody_who_may_read_may_change_by_the_same_rule() -> None:
    """A rule for reading is no rule for an act. What asks before an act stands under the act."""
    by_rule: dict[str, set[Kind]] = {}
    for key, kind in catalogue.policy().routes.values():
        by_rule.setdefault(key, set()).add(kind)
    assert not [key for key, kinds in by_rule.items() if "reads" in kinds and len(kinds) > 1]


def test_a_page_of_one_agreement_stands_under_a_rule_of_agreements(app: Flask) -> None:
    policy = catalogue.policy()
    of = {rule.endpoint: "ref" in rule.arguments for rule in app.url_map.iter_rules()}
    wrong = [
        (endpoint, key) for (endpoint, _), (key, _) in policy.routes.items()
        if of[endpoint] != (policy.rules[key].of == "agreement")
    ]  # fmt: skip
    assert not wrong


def test_a_page_of_one_organisation_stands_under_a_rule_of_organisations_or_of_who_keeps_them(app: Flask) -> None:
    policy = catalogue.policy()
    named = {one.endpoint: one.rule.startswith("/organisations/<organisation>") for one in app.url_map.iter_rules()}
    wrong = [
        (endpoint, key) for (endpoint, _), (key, _) in policy.routes.items()
        if (policy.rules[key].of == "organisation") != named[endpoint] and key != "any organisation:remove"
    ]  # fmt: skip
    assert not wrong


def test_every_document_that_the_policy_names_is_one_of_the_family() -> None:
    for needs in catalogue.policy().documents.values():
        assert set(needs) - {"every"} <= set(FAMILY)


def test_a_pack_is_opened_by_nobody_who_may_not_open_each_document_in_it() -> None:
    policy = catalogue.policy()
    for of, (role, relation, state) in itertools.product(
        policy.documents, itertools.product(policy.roles, policy.relations, policy.states)
    ):

        def opens(what: str, *, of: str = of, role: str = role, relation: str = relation, state: str = state) -> bool:
            rule = rule_of_document(policy, what, of=of)
            return decide(policy, rule, roles={role}, relation=relation, state=state) == "allowed"

        assert not opens("pack") or all(opens(what) for what in FAMILY), (of, role, relation, state)
