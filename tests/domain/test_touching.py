"""Which changes touch one partner: by its flows and what they carry and rest on, its contacts, what it keeps."""

from __future__ import annotations

import pytest

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, put, say_does_not_apply
from protocolbuilder.domain.changes import changes
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.touching import Touching, exchanges, touching
from tests.builders import flow, party, small, with_answers

SCHEMA, LIBRARY = catalogue.schema("agreement-1"), catalogue.library()


def three() -> Agreement:
    """Police and council share i1; council and school share i2, on another basis; the school keeps i2."""
    base = small()
    other = {"items": ["i2"], "bases": ["b2"], "gateways": ["g2"], "purposes": ["pu2"]}
    return with_answers(
        base,
        parties=[*base.answers["parties"], party("p3", "Northshire School", agency_types=["school"])],
        items=[*base.answers["items"], {"id": "i2", "name": "Attendance", "category": "education"}],
        purposes=[*base.answers["purposes"], {"id": "pu2", "statement": "Keep children in school."}],
        gateways=[*base.answers["gateways"], {"id": "g2", "provision": "ea-2002-s175"}],
        bases=[*base.answers["bases"], {"id": "b2", "applies_to": "named", "who": ["p3"], "covers": "chosen-flows"}],
        flows=[*base.answers["flows"], flow("f3", "p2", "p3", **other)],
        retention=[*base.answers["retention"], {"id": "r2", "what": ["i2"], "keeper": ["p3"], "period": "P1Y"}],
        contacts=[{"id": "c3", "of": "p3", "function": "spoc", "name": "Sam"}],
        glossary=[{"id": "w1", "term": "Hub", "meaning": "A place."}],
    )


def touched(after: Agreement, party_id: str, *, before: Agreement | None = None) -> Touching:
    old = before or three()
    names = (AgreementNames(SCHEMA, old, LIBRARY), AgreementNames(SCHEMA, after, LIBRARY))
    return touching(SCHEMA, old, after, changes(SCHEMA, old, after, names), party=party_id)


@pytest.mark.parametrize(
    ("address", "value", "whose"),
    [
        ("flows.f3.necessity", "Other words.", {"p2", "p3"}),
        ("flows.f1.necessity", "Other words.", {"p1", "p2"}),
        ("items.i2.name", "Absence", {"p2", "p3"}),
        ("bases.b2.covers", "all-flows", {"p2", "p3"}),
        ("gateways.g2.provision", "ca-2004-s10", {"p2", "p3"}),
        ("purposes.pu2.statement", "Other words.", {"p2", "p3"}),
        ("retention.r2.period", "P2Y", {"p3"}),
        ("contacts.c3.name", "Alex", {"p2", "p3"}),
    ],
)
def test_a_change_touches_those_whose_sharing_it_is_about(address: str, value: str, whose: set[str]) -> None:
    after = put(three(), address, value)
    found = {one: touched(after, one) for one in ("p1", "p2", "p3")}
    assert {one for one, said in found.items() if [change.address for change in said.own] == [address]} == whose
    assert all(said.others == 1 and not said.own for one, said in found.items() if one not in whose)


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("security.access", "Other words."),
        ("parties.p3.name", "Northshire Academy"),
        ("bases.b1.covers", "chosen-flows"),
        ("glossary.w1.meaning", "A team."),
        ("about.title", "Another title"),
    ],
)
def test_what_no_partner_is_named_in_is_everyones(address: str, value: str) -> None:
    after = put(three(), address, value)
    said = touched(after, "p1")
    assert said.others == 0 and [one.address for one in (*said.everyone, *said.own)] == [address]
    assert touched(after, "p1") == said


def test_a_flow_that_a_partner_was_taken_out_of_still_touches_it() -> None:
    after = put(three(), "flows.f3.to", ["p1"])
    assert [one.address for one in touched(after, "p3").own] == ["flows.f3.to"]
    assert [one.address for one in touched(after, "p1").own] == ["flows.f3.to"]


def test_a_statement_that_something_does_not_apply_follows_its_address() -> None:
    after = say_does_not_apply(three(), "contacts.c3.email", "No mail box.")
    assert touched(after, "p1").others == 1 and len(touched(after, "p3").own) == 1


def test_nothing_changed_touches_nobody() -> None:
    assert touched(three(), "p1") == Touching((), (), 0)


def test_exchanges_say_who_gets_or_sends_other_things_than_before() -> None:
    after = put(put(three(), "flows.f3", ABSENT), "flows.f1.items", ["i1", "i2"])
    provisions = LIBRARY.vocabularies["gateways"]
    (gone,) = exchanges(three(), after, provisions, party="p3")
    assert (gone.way, gone.other, gone.after) == ("gets", "p2", None) and gone.before and gone.before.items == ("i2",)
    (more,) = exchanges(three(), after, provisions, party="p1")
    assert (more.way, more.other) == ("sends", "p2") and more.after and more.after.items == ("i1", "i2")
    assert exchanges(three(), three(), provisions, party="p2") == ()
