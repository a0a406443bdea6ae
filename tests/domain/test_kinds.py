"""Every kind of answer is shown in plain words, and no text loses a word."""

import pytest

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import put
from protocolbuilder.domain.kinds import SHOW, day_in_words, duration_in_words, shown, shown_each
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.schema import question_at
from tests.builders import small, with_answers

SCHEMA, LIBRARY = catalogue.schema("agreement-1"), catalogue.library()


def words(address: str, value: object) -> str:
    return shown(question_at(SCHEMA, address), value, AgreementNames(SCHEMA, small(), LIBRARY))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("P6Y", "6 years"),
        ("P1Y", "1 year"),
        ("P18M", "18 months"),
        ("P10D", "10 days"),
        ("PT4H", "4 hours"),
        ("PT0H", "immediately"),
        ("1WD", "1 working day"),
        ("2WD", "2 working days"),
        ("PT30M", "30 minutes"),
    ],
)
def test_a_length_of_time_is_shown_in_words(value: str, expected: str) -> None:
    assert duration_in_words(value) == expected


@pytest.mark.parametrize("value", ["", "P", "6Y", "P1Y6M", "PT3D", "P4H", "P-1D"])
def test_any_other_length_of_time_is_refused(value: str) -> None:
    with pytest.raises(ValueError):
        duration_in_words(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026", "2026"),
        ("2026-07", "July 2026"),
        ("2026-07-02", "2 July 2026"),
        ("2028-02-29", "29 February 2028"),
    ],
)
def test_a_date_is_shown_with_the_precision_it_has(value: str, expected: str) -> None:
    assert day_in_words(value) == expected


@pytest.mark.parametrize(
    ("address", "value", "expected"),
    [
        ("about.kind", "isa", "Information sharing agreement (ISA)"),
        ("about.kind", {"other": "Accord"}, "Accord"),
        ("retention.r1.period", {"until": "the ban ends"}, "until the ban ends"),
        ("retention.r1.period", {"set_by": "regulations"}, "set by regulations"),
        ("flows.f1.automated", False, "No"),
        ("term.start", {"event": "when all have signed"}, "when all have signed"),
        ("flows.f1.from", ["p1"], "Northshire Police"),
        ("parties.p1.agency_types", ["police", {"other": "Mounted"}], "Police force (Home Office)\nMounted"),
        ("gateways.g1.provision", "ca-2004-s11", "CA 2004 s.11: "),
    ],
)
def test_an_answer_is_shown_in_the_words_of_the_field(address: str, value: object, expected: str) -> None:
    label = LIBRARY.label("agency_types", "police")
    assert words(address, value).startswith(expected.replace("Police force (Home Office)", label))


def test_every_kind_of_the_schema_is_shown_and_no_other() -> None:
    defined = set(catalogue.load("kinds.json")["$defs"]) - {"id", "other", "duration"}
    assert defined == set(SHOW)


def test_several_values_stand_apart() -> None:
    names = AgreementNames(SCHEMA, small(), LIBRARY)
    assert shown_each(question_at(SCHEMA, "security.measures"), ["Locks", "Logs"], names) == ("Locks", "Logs")


def test_an_item_is_named_by_its_answers_and_one_without_any_by_its_place() -> None:
    agreement = with_answers(small(), risks=[{"id": "k1"}])
    names = AgreementNames(SCHEMA, agreement, LIBRARY)
    assert names.item("f1") == "Northshire Police to Northshire Council: Concern about a child"
    assert names.item("k1") == "Risk 1"
    assert names.item("nobody") == "nobody"


def test_a_name_that_is_cut_keeps_the_bracket_at_its_end() -> None:
    long = {"other": f"Northshire Act 2020 s.1 (local): {'power ' * 40}(not verified)"}
    agreement = with_answers(small(), gateways=[{"id": "g1", "provision": long}])
    name = AgreementNames(SCHEMA, agreement, LIBRARY).item("g1")
    assert len(name) <= 160 and name.endswith("… (not verified)")


def test_an_item_that_names_itself_does_not_hang() -> None:
    agreement = put(small(), "flows.f1.from", ["f1"])
    assert "f1" in AgreementNames(SCHEMA, agreement, LIBRARY).item("f1")


def test_a_name_made_of_many_entries_says_how_many_it_does_not_spell_out() -> None:
    items = [{"id": f"i{n}", "name": f"Item {n}", "category": "identity-basic"} for n in range(1, 7)]
    agreement = with_answers(small(), items=items, flows=[{"id": "f1", "items": [row["id"] for row in items]}])
    assert AgreementNames(SCHEMA, agreement, LIBRARY).item("f1") == "Item 1, Item 2, Item 3 and 3 more"
