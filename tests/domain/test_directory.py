"""What the directory says, beside what is answered about a partner."""

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT
from protocolbuilder.domain.directory import FIELDS, alike, differences, entry, index
from protocolbuilder.domain.organisations import Identifier, Organisation

SECTION = catalogue.schema("agreement-1").sections["parties"]
TRUST = Organisation(
    "t1", "Northshire & Fenmoor NHS Trust", agency_types=("nhs-trust", "ambulance-trust"),
    identifiers=(Identifier("ico", "ZZ000015"), Identifier("ods", "RX1")), contact="01632 960410",
)  # fmt: skip
SAYS = {
    "name": TRUST.name, "agency_types": ["nhs-trust", "ambulance-trust"], "ico_registration": "ZZ000015",
    "identifiers": ["ODS code (NHS): RX1"],
}  # fmt: skip


def told(**answers: object) -> dict[str, object]:
    return {one.question.id: one.entry for one in differences(SECTION, answers, TRUST)}


def test_each_word_of_the_schema_asks_the_directory_for_one_thing_and_no_contact_is_among_them() -> None:
    words = [question.raw["x-directory"] for question in SECTION.questions.values() if "x-directory" in question.raw]
    assert sorted(words) == sorted(FIELDS)
    assert entry(SECTION, TRUST) == SAYS
    assert TRUST.contact not in str(entry(SECTION, TRUST))


def test_what_the_directory_does_not_say_is_neither_filled_in_nor_a_difference() -> None:
    bare = Organisation("b", "Bare")
    assert entry(SECTION, bare) == {"name": "Bare"}
    assert differences(SECTION, {"name": "Bare", "ico_registration": "ZZ000001"}, bare) == ()


def test_answers_that_say_the_same_are_no_difference_in_whatever_order() -> None:
    assert told(**{**SAYS, "agency_types": ["ambulance-trust", "nhs-trust"]}) == {}
    assert told(**{**SAYS, "identifiers": ["ODS rx1", "UKPRN 1"]}) == {}
    assert told() == SAYS
    assert {one.answer for one in differences(SECTION, {}, TRUST)} == {ABSENT}


def test_taking_other_identifiers_over_keeps_the_lines_that_were_typed() -> None:
    assert told(**{**SAYS, "identifiers": ["UKPRN 10012345"]}) == {
        "identifiers": ["UKPRN 10012345", "ODS code (NHS): RX1"]
    }


def test_a_partner_may_be_an_organisation_with_its_ico_number_or_its_name_and_no_other() -> None:
    known = index(SECTION, [TRUST, Organisation("o", "Other")])

    def maybe(**answers: object) -> list[tuple[str, str]]:
        return [(body.id, why) for body, why in alike(SECTION, answers, known)]

    assert maybe(name="Somebody", ico_registration="zz 000015") == [("t1", "ICO registration number")]
    assert maybe(name="northshire and Fenmoor NHS trust") == [("t1", "Legal name")]
    assert maybe(name=TRUST.name, ico_registration="ZZ000015") == [("t1", "ICO registration number")]
    assert maybe(name="Northshire NHS") == [] == maybe()
