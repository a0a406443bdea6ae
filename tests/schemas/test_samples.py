"""The sample agreements are finished, are plainly samples, and name nobody who could be real."""

import re
from datetime import date
from typing import Final

import pytest

from protocolbuilder import catalogue
from protocolbuilder.catalogue import Pattern
from protocolbuilder.domain.check import check
from protocolbuilder.domain.organisations import Assurance, assurance_faults, organisation_faults
from protocolbuilder.domain.people import TOPICS, person_faults, role_faults, wanted
from protocolbuilder.domain.signing import signatories
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


PARTNERSHIP: Final = catalogue.sample_partnership()
MEMBERS: Final = [(body, member) for body in PARTNERSHIP.bodies for member in body.members]


def test_every_entry_of_the_sample_partnership_is_one_that_its_form_would_take() -> None:
    types = frozenset(id for id, _ in catalogue.library().choices("agency_types"))
    faults = [organisation_faults(body.organisation, agency_types=types) for body in PARTNERSHIP.bodies]
    faults += [person_faults(member.person) | role_faults(member.roles) for _, member in MEMBERS]
    for body in PARTNERSHIP.bodies:
        for one in body.assurances:
            faults.append(assurance_faults(Assurance(one.kind, one.status, one.reference, None, None)))
        for contact in body.contacts:
            assert contact.topic in TOPICS
            assert contact.member in {member.key for member in body.members} or not person_faults(contact.person)
    assert not any(faults)


def test_the_people_of_the_sample_partnership_are_invented_and_labelled() -> None:
    told = [member.person for _, member in MEMBERS]
    told += [contact.person for body in PARTNERSHIP.bodies for contact in body.contacts if not contact.member]
    desks = [one.name for one in told if not INVENTED_NAME.fullmatch(one.name)]
    assert desks == ["Hub duty desk"]
    assert all(one.sample and one.email.endswith(".example") for one in told)
    assert all(FICTIONAL_NUMBER.fullmatch(one.telephone) for one in told)
    assert len({one.email for one in told}) == len({one.telephone for one in told}) == len(told)


def test_each_sample_organisation_fills_its_functions_and_has_somebody_who_manages_signs_and_administers() -> None:
    for body in PARTNERSHIP.bodies:
        held = frozenset[str]().union(*(member.roles for member in body.members))
        assert {*wanted(body.organisation.sector), "igm", "admin", "signatory"} <= held
    assert {role for _, member in MEMBERS for role in member.roles} >= {"trainer", "auditor", "reviewer", "publisher"}


def test_a_tied_partner_of_a_sample_agreement_is_called_as_its_organisation_is() -> None:
    bodies = {body.key: body.organisation for body in PARTNERSHIP.bodies}
    keys = {member.key for _, member in MEMBERS}
    assert PARTNERSHIP.shares.keys() == {sample.name for sample in SAMPLES}
    for sample in SAMPLES:
        share, parties = PARTNERSHIP.shares[sample.name], {party["id"]: party for party in rows(sample, "parties")}
        assert share.owner in bodies and share.lead in keys
        for party, key in share.partners.items():
            said, entry = parties[party], bodies[key]
            assert (said["name"], tuple(said["agency_types"])) == (entry.name, entry.agency_types)
            assert said.get("ico_registration", "") in ("", *(one.value for one in entry.identifiers))


def test_who_signs_the_sample_hub_for_a_tied_partner_is_somebody_of_the_sample_and_finds_it_in_their_inbox() -> None:
    hub = next(one for one in catalogue.samples() if one.name == "northshire-mash")
    signs = {who.party: who for who in signatories(hub.agreement)}
    for party, key in PARTNERSHIP.shares["northshire-mash"].partners.items():
        body = next(one for one in PARTNERSHIP.bodies if one.key == key)
        person = next(one for one in body.members if one.person.email == signs[party].email)
        assert person.person.name == signs[party].name and "signatory" in person.roles
