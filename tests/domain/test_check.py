"""The one check: missing is told from wrong, and every problem says where it is and how to put it right."""

import pytest

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, Edit, apply, put
from protocolbuilder.domain.check import check
from protocolbuilder.domain.problems import Problem
from tests.builders import empty, party, small, with_answers


def problems(agreement: Agreement, *, kind: str = "wrong") -> dict[str, Problem]:
    found = check(catalogue.schema(agreement.schema), agreement, catalogue.library())
    return {problem.address: problem for problem in found if problem.kind == kind}


def test_a_small_complete_agreement_has_nothing_wrong() -> None:
    assert problems(small()) == {}


def test_an_empty_agreement_has_only_missing_answers() -> None:
    assert problems(empty()) == {}
    assert problems(empty(), kind="missing")["about.title"].text == "Enter the title of the agreement"
    assert problems(empty(), kind="missing")["parties"].text == "Add at least two partners"


def test_a_protocol_is_checked_by_its_own_schema() -> None:
    assert "commitments" in problems(empty("protocol-1"), kind="missing")


WRONG = [
    ("about.title", ""),
    ("about.title", " "),
    ("about.title", "two\nlines"),
    ("about.title", "line\n"),
    ("about.title", 7),
    ("about.title", "x" * 2001),
    ("about.kind", "no-such-kind"),
    ("about.kind", {"other": ""}),
    ("about.nations", []),
    ("about.nations", ["england", "england"]),
    ("about.nations", "england"),
    ("about.host", "nobody"),
    ("about.host", "s1"),
    ("about.colour", "red"),
    ("review.next", "2027-02-30"),
    ("review.next", "27"),
    ("review.next", "2027-13"),
    ("review.cycle", "P0Y"),
    ("review.cycle", "six years"),
    ("review.cycle", {"until": ""}),
    ("review.cycle", {"till": "x"}),
    ("term.start", "01/04/2027"),
    ("term.start", {"event": " "}),
    ("breaches.report_within", "P1X"),
    ("breaches.report_within", "0WD"),
    ("parties.p1.agency_types", ["no-such-type"]),
    ("parties.p1.agency_types", []),
    ("parties.p1.part_of", "p1"),
    ("flows.f1.from", ["p9"]),
    ("flows.f1.from", ["p1", "p1"]),
    ("flows.f1.items", ["p1"]),
    ("flows.f1.answers", "f1"),
    ("flows.f1.automated", "yes"),
    ("flows.f1.automated", 1),
    ("gateways.g1.provision", "made-up"),
    ("principles.safety", "bad \u202e order"),
    ("principles.safety", "nul \x00"),
    ("principles.safety", "bell \x07"),
    ("transparency.child_version", None),
]


@pytest.mark.parametrize(("address", "value"), WRONG)
def test_a_wrong_answer_is_found_where_it_stands_and_says_how_to_put_it_right(address: str, value: object) -> None:
    found = problems(put(small(), address, value))
    assert list(found) == [address]
    assert found[address].text and found[address].fix


RIGHT = [
    ("about.kind", {"other": "Accord"}),
    ("about.nations", ["england", {"other": "Jersey"}]),
    ("review.next", "2027"),
    ("review.next", "2028-02-29"),
    ("review.next", "2027-07"),
    ("review.cycle", {"set_by": "regulations"}),
    ("review.cycle", "P18M"),
    ("term.start", {"event": "when all have signed"}),
    ("breaches.report_within", "PT0H"),
    ("breaches.report_within", "2WD"),
    ("breaches.report_within", {"other": "the same day"}),
    ("about.host", "p2"),
    ("about.title", "Plant & Sons <Care> {{ 7*7 }} Ŵyl العربية"),
    ("principles.safety", "a\nb"),
    ("gateways.g1.provision", {"other": "Data Protection (Jersey) Law 2018"}),
    ("flows.f1.answers", "f2"),
]


@pytest.mark.parametrize(("address", "value"), RIGHT)
def test_a_right_answer_of_every_form_is_accepted(address: str, value: object) -> None:
    assert problems(put(small(), address, value)) == {}


def test_an_answer_that_another_answer_rules_out_is_wrong_and_says_which() -> None:
    found = problems(put(small(), "bases.b1.part3", ["p3-s35-task"]))
    assert "Regime" in found["bases.b1.part3"].fix


def test_a_branch_asks_for_what_it_needs() -> None:
    agreement = put(put(small(), "bases.b1.regime", "part3"), "bases.b1.art6", ABSENT)
    assert "bases.b1.part3" in problems(agreement, kind="missing")
    assert "bases.b1.art6" not in problems(agreement, kind="missing")


def test_what_does_not_apply_is_not_missing() -> None:
    agreement = apply(small(), Edit("security", "Nothing is sent.", "does_not_apply"))
    agreement = apply(agreement, Edit("flows.f1.necessity", "Law requires it.", "does_not_apply"))
    agreement = put(agreement, "flows.f1.necessity", ABSENT)
    missing = problems(agreement, kind="missing")
    assert "security.access" not in missing and "flows.f1.necessity" not in missing
    assert "accuracy.standards" in missing


def test_a_statement_or_flag_at_no_place_is_wrong_and_so_is_an_empty_reason() -> None:
    agreement = apply(small(), Edit("parties.p9", "Gone.", "does_not_apply"))
    agreement = apply(agreement, Edit("nowhere", ("odd",), "flag"))
    agreement = apply(agreement, Edit("rights", "  ", "does_not_apply"))
    assert set(problems(agreement)) == {"parties.p9", "nowhere", "rights"}


def test_a_section_nobody_called_for_is_not_missing_until_an_answer_calls_for_it() -> None:
    assert "international.where" not in problems(small(), kind="missing")
    assert "international.where" in problems(put(small(), "flows.f1.outside_uk", True), kind="missing")


def test_an_id_used_twice_is_wrong() -> None:
    assert "subjects.p1" in problems(with_answers(small(), subjects=[{"id": "p1", "kind": "child"}]))


def test_an_id_in_a_wrong_form_is_wrong() -> None:
    found = problems(with_answers(parties=[party("P 1", "A"), party("p2", "B")]))
    assert "parties.P 1.id" in found


def test_an_unknown_section_is_wrong() -> None:
    assert set(problems(with_answers(small(), weather={"rain": "yes"}))) == {"weather"}


def test_a_section_of_the_wrong_form_is_wrong() -> None:
    assert set(problems(with_answers(small(), security=[]))) == {"security"}
