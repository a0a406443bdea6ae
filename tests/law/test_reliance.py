"""Who relies on which lawful basis in which flow."""

from collections.abc import Mapping
from typing import Any

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.law.case import Case
from tests.builders import flow, party, with_answers
from tests.law.filled import case

BASIS = {"covers": "all-flows", "regime": "uk-gdpr", "art6": ["art6-1-e"]}


def sharing(*bases: Mapping[str, Any], **answers: Any) -> Agreement:
    """Police to council and charity, about one item of health and one of no mark."""
    return with_answers(**{
        "parties": [
            party("police", "Police"), party("council", "Council", agency_types=["la-children"]),
            party("charity", "Charity", agency_types=["charity"]),
        ],
        "items": [
            {"id": "health", "name": "Health", "category": "health-physical"},
            {"id": "home", "name": "Home", "category": "housing-tenancy"},
        ],
        "purposes": [{"id": "pu1", "categories": ["child-protection"]}],
        "bases": list(bases),
        "flows": [flow("f1", "police", "council", items=["health", "home"], bases=["b2"], to=["council", "charity"])],
        **answers,
    })


def covered(basis_id: str, reading: Case) -> list[str]:
    return [one.party.id for one in reading.reliance.of[basis_id]]


def test_a_basis_covers_those_it_is_for() -> None:
    for applies_to, who in {
        "all": ["police", "council", "charity"],
        "public-authorities": ["police", "council"],
        "not-public-authorities": ["charity"],
        "competent-authorities": ["police"],
    }.items():
        assert covered("b1", case(sharing({"id": "b1", "applies_to": applies_to, **BASIS}))) == who


def test_a_named_basis_covers_the_partners_behind_a_meeting() -> None:
    reading = case(sharing(
        {"id": "b1", "applies_to": "named", "who": ["meeting"], **BASIS},
        others=[{"id": "meeting", "name": "Meeting", "kind": "meeting", "stands_for": ["council", "charity"]}],
    ))
    assert covered("b1", reading) == ["council", "charity"]


def test_a_basis_for_chosen_flows_covers_only_those_that_choose_it() -> None:
    chosen = {"applies_to": "all", **BASIS, "covers": "chosen-flows"}
    reading = case(sharing({"id": "b1", **chosen}, {"id": "b2", **chosen}))
    assert covered("b1", reading) == []
    assert covered("b2", reading) == ["police", "council", "charity"]


def test_a_condition_for_some_items_does_not_cover_the_others() -> None:
    for items, bare in ((["home"], True), (["health"], False)):
        reading = case(sharing(
            {"id": "b1", "applies_to": "all", **BASIS},
            {"id": "b3", "applies_to": "all", **BASIS, "covers": "items", "items": items, "art9": ["art9-2-g"]},
        ))
        assert {one.bare("special", "art9") for one in reading.reliance.standings} == {bare}


def test_a_processor_and_figures_alone_stand_nowhere() -> None:
    acting = [{"id": "r1", "flow": "f1", "party": "charity", "role": "processor", "while": "throughout"}]
    after = [{**acting[0], "while": "after", "event": "the hand-over"}]
    basis = {"id": "b1", "applies_to": "all", **BASIS}
    assert covered("b1", case(sharing(basis, flow_roles=acting))) == ["police", "council"]
    assert covered("b1", case(sharing(basis, flow_roles=after))) == ["police", "council", "charity"]
    figures = [flow("f1", "police", "council", identifiability="aggregate")]
    assert covered("b1", case(sharing(basis, flows=figures))) == []
