"""Text that looks like a detail of a person is told; ordinary text of agreements is not."""

import pytest

from protocolbuilder.domain.personal_details import looks_personal, nhs_check_digit


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("NHS number 943 476 5919", "an NHS number"),
        ("9434765919", "an NHS number"),
        ("QQ was refused but AB 12 34 56 C was not", "a National Insurance number"),
        ("born on 3 May 2014", "a date of birth"),
        ("DOB: 03/05/2014", "a date of birth"),
        ("lives at 14 Mill Lane, Northtown NT1 4XY", "the address of a home"),
        ("14 Mill Lane", "the address of a home"),
        ("a child called Sara", "the name of a person in a case"),
    ],
)
def test_a_detail_of_a_person_is_told_with_its_passage(text: str, what: str) -> None:
    assert any(found.startswith(what) for found in looks_personal(text))


@pytest.mark.parametrize(
    "text",
    [
        "Call 01632 960 001 or 0161 496 0000",
        "NHS numbers and dates of birth of children under 18",
        "Reviewed on 3 May 2026",
        "Children Act 2004 section 11, and sections 17, 47 and 85 of the Children Act 1989",
        "Within 24 hours. 3 working days. 75 years from date of birth",
        "Reference ISA-2026-0001, ODS code RXK, company number 01234567",
        "943 476 5918",
    ],
)
def test_ordinary_words_of_an_agreement_are_not_taken_for_one(text: str) -> None:
    assert looks_personal(text) == ()


def test_the_check_digit_of_an_nhs_number_is_modulus_11() -> None:
    assert nhs_check_digit("9434765919")
    assert not nhs_check_digit("9434765918")
    assert not nhs_check_digit("0000000000")
