from datetime import UTC, date, datetime

import pytest

from protocolbuilder.domain.organisations import (
    Assurance,
    Identifier,
    Organisation,
    assurance_faults,
    identifier_fault,
    organisation_faults,
    sponsor_fault,
    standing,
)
from protocolbuilder.domain.people import Contact, Membership, Person, person_faults, unconfirmed, vacant

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ico", "ZA123456"), ("ico", "z1234567"), ("ods", "RX1"), ("ods", "A81001"), ("urn", "123 456"),
        ("company", "01234567"), ("company", "SC123456"), ("company", "IP12345R"), ("charity", "1234567"),
        ("charity", "1234567-1"), ("charity", "SC012345"), ("charity", "NIC100123"), ("other", "UKPRN 10001234"),
    ],
)  # fmt: skip
def test_an_identifier_of_the_right_shape_is_taken(kind: str, value: str) -> None:
    assert identifier_fault(Identifier(kind, value)) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("ico", "A1234567", "like ZA123456"), ("ods", "R", "3 to 10"), ("urn", "12345", "six digits"),
        ("company", "1234567", "eight characters"), ("charity", "12", "six or seven digits"), ("other", "  ", "Enter"),
    ],
)  # fmt: skip
def test_an_identifier_of_another_shape_is_told_with_an_example(kind: str, value: str, told: str) -> None:
    assert told in identifier_fault(Identifier(kind, value))  # type: ignore[arg-type]


def test_an_organisation_says_its_name_agency_types_sector_and_nation() -> None:
    found = organisation_faults(Organisation("o1", ""), agency_types=frozenset({"police"}))
    assert set(found) == {"name", "agency_types", "sector", "nation"}
    whole = Organisation("o1", "Police", "", ("police",), (Identifier("ico", "x"),), "justice", "england")
    assert set(organisation_faults(whole, agency_types=frozenset({"police"}))) == {"identifiers.ico"}


def test_a_sponsor_is_another_organisation_that_has_none_itself() -> None:
    one, two, three = (Organisation(name, name.title(), sponsor=of) for name, of in (("a", ""), ("b", "a"), ("c", "b")))
    known = {body.id: body for body in (one, two)}
    assert sponsor_fault(two, known) == ""
    assert sponsor_fault(Organisation("a", "A", sponsor="a"), known) == "An organisation cannot sponsor itself"
    assert sponsor_fault(three, known) == "B has a sponsor itself. Select one that has none"


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        (None, "no end date"), (date(2026, 11, 24), "expired"), (date(2026, 11, 25), "expires soon"),
        (date(2026, 12, 25), "expires soon"), (date(2026, 12, 26), "current"),
    ],
)  # fmt: skip
def test_an_assurance_is_flagged_thirty_days_before_it_runs_out_and_after(expires: date | None, told: str) -> None:
    assert standing(Assurance("dspt", "met", "", None, expires), on=date(2026, 11, 25)) == told


def test_an_assurance_has_a_status_of_its_kind_and_days_in_order() -> None:
    wrong = Assurance("dspt", "certified", "", date(2026, 7, 1), date(2026, 6, 30))
    assert set(assurance_faults(wrong)) == {"status", "expires"}
    assert set(assurance_faults(Assurance("ico-registration", "registered", "", None, None))) == {"reference"}
    assert assurance_faults(Assurance("ico-registration", "registered", "ZA123456", None, None)) == {}


def test_a_person_has_a_name_and_a_post_and_an_address_that_can_be_one() -> None:
    assert set(person_faults(Person("", "", ""))) == {"name", "post"}
    assert set(person_faults(Person("", "A", "B", "a@b", "x"))) == {"email", "telephone"}
    assert person_faults(Person("", "A", "B", "a.b@council.example", "01632 960 001 ext 4")) == {}


def test_a_contact_counts_as_unconfirmed_after_six_months() -> None:
    contact = Contact("c", "o", "sharing", "A", "B", "", "", "", datetime(2026, 5, 25, 12, 0, tzinfo=UTC))
    assert not unconfirmed(contact, at=NOW)
    assert unconfirmed(contact, at=NOW.replace(minute=1))


def test_functions_that_nobody_holds_now_are_vacant() -> None:
    held = Membership("p", "o", frozenset({"dpo", "spoc"}), "", NOW)
    left = Membership("q", "o", frozenset({"caldicott"}), "", NOW, NOW)
    assert vacant("health", [held, left]) == ("siro", "caldicott")
    assert vacant("education", [held]) == ("siro", "dsl")
    assert vacant("voluntary", [held]) == ()
