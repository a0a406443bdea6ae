"""The sample agreements are finished, are plainly samples, and name nobody who could be real."""

import re
from datetime import date
from typing import Final

import pytest

from protocolbuilder import catalogue
from protocolbuilder.catalogue import Pattern
from protocolbuilder.domain.check import check
from protocolbuilder.law.case import Case
from protocolbuilder.law.review import review
from tests.schemas.drafts import rows, words

SAMPLES: Final = catalogue.samples()
ON: Final = date(2026, 11, 24)
INVENTED_NAME: Final = re.compile(r"[A-Z][a-z]+ (Sample|Example|Specimen|Placeholder)")
# Ofcom keeps 01632 960000 to 960999 for fiction; RFC 2606 keeps .example for documentation.
FICTIONAL_NUMBER: Final = re.compile(r"01632 960\d{3}")

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


def test_there_is_a_hub_a_small_agreement_and_a_protocol() -> None:
    assert {sample.name for sample in SAMPLES} == {
        "northshire-mash",
        "northshire-police-school",
        "northshire-protocol",
    }


@every_sample
def test_a_sample_has_no_problem(sample: Pattern) -> None:
    problems = check(catalogue.schema(sample.agreement.schema), sample.agreement, catalogue.library())
    assert [(problem.address, problem.text) for problem in problems] == []


@every_sample
def test_a_reviewer_finds_no_error_in_a_sample(sample: Pattern) -> None:
    schema = catalogue.schema(sample.agreement.schema)
    found = review(Case(schema, sample.agreement, catalogue.library(), on=ON))
    assert [(one.rule, one.address, one.text) for one in found if one.severity == "error"] == []


@every_sample
def test_a_sample_says_that_it_is_one(sample: Pattern) -> None:
    assert sample.title.startswith("Sample: ")
    assert sample.agreement.answers["about"]["title"].startswith("Sample: ")
    assert "invented" in sample.description


@every_sample
def test_the_people_of_a_sample_are_invented(sample: Pattern) -> None:
    contacts = rows(sample, "contacts")
    assert [c["name"] for c in contacts if not INVENTED_NAME.fullmatch(c["name"])] == []
    assert [c["email"] for c in contacts if not c["email"].endswith(".example")] == []
    assert [c["telephone"] for c in contacts if not FICTIONAL_NUMBER.fullmatch(c["telephone"])] == []


@every_sample
def test_every_address_of_a_sample_leads_nowhere(sample: Pattern) -> None:
    text = " ".join(words(sample.agreement.answers))
    hosts = re.findall(r"https?://([^/\s]+)|@([a-z.-]+[a-z])", text)
    assert [host for pair in hosts for host in pair if host and not host.endswith(".example")] == []


@every_sample
def test_each_partner_of_a_sample_that_signs_has_a_signatory(sample: Pattern) -> None:
    signing = {contact["of"] for contact in rows(sample, "contacts") if contact["function"] == "signatory"}
    assert [p["id"] for p in rows(sample, "parties") if p["kind"] != "department" and p["id"] not in signing] == []


def test_the_small_agreement_has_two_partners_and_three_flows() -> None:
    small = next(sample for sample in SAMPLES if sample.name == "northshire-police-school")
    assert len(rows(small, "parties")) == 2
    assert len(rows(small, "flows")) == 3
