"""The starting patterns rest on good law: each power and lawful basis fits those who rely on it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from protocolbuilder import catalogue
from protocolbuilder.catalogue import Pattern
from tests.schemas.drafts import (
    by_id,
    every_agreement,
    fits,
    kinds_of,
    own_citations,
    partners,
    powers,
    provision,
    rows,
    words,
)

DAY: Final = date(2026, 11, 24)
STATED: Final[Mapping[str, str]] = {"disclose": "must", "notify": "must"}


@every_agreement
def test_every_power_on_a_flow_is_in_force_in_the_nation(pattern: Pattern) -> None:
    nations = {"uk", *pattern.agreement.answers["about"]["nations"]}
    for flow in rows(pattern, "flows"):
        assert len(powers(pattern, flow)) + len(own_citations(pattern, flow)) == len(flow["gateways"]), flow["id"]
        for entry in powers(pattern, flow):
            assert catalogue.library().live(entry["id"], on=DAY), (flow["id"], entry["id"])
            assert entry["kind"] in {"mandatory", "permissive", "implied"}, (flow["id"], entry["id"])
            assert nations & set(entry["jurisdictions"]), (flow["id"], entry["id"])


@every_agreement
def test_every_power_on_a_flow_fits_who_relies_on_it_a_recipient_and_a_purpose(pattern: Pattern) -> None:
    purposes, gateways = by_id(pattern, "purposes"), by_id(pattern, "gateways")
    for flow in rows(pattern, "flows"):
        senders, recipients = kinds_of(pattern, flow["from"]), kinds_of(pattern, flow["to"]) or [[]]
        wanted = catalogue.library().broader(c for key in flow["purposes"] for c in purposes[key]["categories"])
        for gateway in (gateways[key] for key in flow["gateways"]):
            entry, place = provision(gateway), (flow["id"], gateway["id"])
            if not entry:
                continue
            named = [p for p in partners(pattern, flow["to"]) if p["id"] in gateway.get("on_whom", ())]
            asking = [party["agency_types"] for party in named]
            assert any(fits(types, entry["who_may_rely_on"]) for types in [*senders, *asking]), place
            assert any(fits(types, entry["may_disclose_to"]) for types in recipients), place
            assert wanted & set(entry["purposes"]), place


@every_agreement
def test_every_sender_has_a_power_and_every_recipient_is_reached_by_one(pattern: Pattern) -> None:
    for flow in rows(pattern, "flows"):
        entries, own = powers(pattern, flow), own_citations(pattern, flow)
        for sender in partners(pattern, flow["from"]):
            types = sender["agency_types"]
            held = any(fits(types, e["who_may_rely_on"]) for e in entries)
            assert held or any(sender["id"] in g["on_whom"] for g in own), (flow["id"], sender["id"])
        for recipient in partners(pattern, flow["to"]):
            types = recipient["agency_types"]
            assert own or any(fits(types, e["may_disclose_to"]) for e in entries), (flow["id"], recipient["id"])


@every_agreement
def test_a_power_that_needs_a_request_stands_on_a_flow_that_is_asked_for(pattern: Pattern) -> None:
    for flow in rows(pattern, "flows"):
        entries = [] if own_citations(pattern, flow) else powers(pattern, flow)
        if entries and all(entry["trigger"] in {"request", "personal"} for entry in entries):
            assert flow["mode"] == "request" or flow["frequency"] == "on-request" or "answers" in flow, flow["id"]


@every_agreement
def test_must_and_may_are_stated_as_in_the_library(pattern: Pattern) -> None:
    for gateway in rows(pattern, "gateways"):
        entry = provision(gateway)
        if not entry:
            assert gateway["stated_as"] in {"may", "function"}, gateway["id"]
            continue
        kinds = {"permissive": "may", "implied": "function"}
        stated = kinds.get(entry["kind"]) or STATED.get(entry["effect"] or "", "co-operate")
        assert gateway["stated_as"] == stated, gateway["id"]


@every_agreement
def test_both_ends_of_a_flow_have_a_lawful_basis(pattern: Pattern) -> None:
    bases = by_id(pattern, "bases")
    for flow in rows(pattern, "flows"):
        held = [bases[key] for key in flow["bases"]]
        for party in partners(pattern, [*flow["from"], *flow["to"]]):
            assert any(relies(party, basis) for basis in held), (flow["id"], party["id"])


def relies(party: Mapping[str, Any], basis: Mapping[str, Any]) -> bool:
    kinds = [catalogue.library().entry("agency_types", kind) or {} for kind in party["agency_types"]]
    public = any(kind.get("public_authority") for kind in kinds)
    enforcing = any(kind.get("part3_competent_authority") != "no" for kind in kinds)
    held = {
        "all": True,
        "public-authorities": public,
        "not-public-authorities": not public,
        "competent-authorities": enforcing,
        "named": party["id"] in basis.get("who", ()),
    }
    return held[basis["applies_to"]]


@every_agreement
def test_special_and_criminal_data_have_their_conditions(pattern: Pattern) -> None:
    items, bases = by_id(pattern, "items"), by_id(pattern, "bases")
    for flow in rows(pattern, "flows"):
        carried = [*flow["items"], *flow.get("optional_items", [])]
        kinds = [catalogue.library().entry("data_categories", str(items[key]["category"])) or {} for key in carried]
        for basis in (bases[key] for key in flow["bases"]):
            place = (flow["id"], basis["id"])
            if basis["regime"] == "uk-gdpr" and any(kind.get("special") for kind in kinds):
                assert basis.get("art9") and basis.get("sch1"), place
            if basis["regime"] == "uk-gdpr" and any(kind.get("criminal") for kind in kinds):
                assert basis.get("art10"), place
            if any(kind.get("confidential") for kind in kinds):
                assert basis.get("confidentiality"), place


@every_agreement
def test_the_basis_of_a_body_that_is_not_a_public_authority_is_open_to_it(pattern: Pattern) -> None:
    parties = by_id(pattern, "parties")
    for basis in rows(pattern, "bases"):
        for party in (parties[key] for key in basis.get("who", ()) if key in parties):
            kinds = [catalogue.library().entry("agency_types", kind) or {} for kind in party["agency_types"]]
            if any(kind.get("public_authority") for kind in kinds):
                assert not {"art6-1-ea", "art6-1-f"} & set(basis.get("art6", ())), (basis["id"], party["id"])
            if basis["regime"] == "part3":
                assert any(kind.get("part3_competent_authority") == "yes" for kind in kinds), (basis["id"], party["id"])
        assert ("annex1" in basis) == ("art6-1-ea" in basis.get("art6", ())), basis["id"]
        if {"sch1-p18", "sch8-p4"} & {*basis.get("sch1", ()), *basis.get("sch8", ())}:
            assert basis.get("no_consent_reason"), basis["id"]


@every_agreement
def test_a_legal_obligation_stands_only_where_a_duty_to_disclose_does(pattern: Pattern) -> None:
    bases = by_id(pattern, "bases")
    for flow in rows(pattern, "flows"):
        if any("art6-1-c" in bases[key].get("art6", ()) for key in flow["bases"]):
            assert any(entry["effect"] in STATED for entry in powers(pattern, flow)), flow["id"]


def test_capacity_in_scotland_rests_on_no_law_of_england_and_wales() -> None:
    scottish = catalogue.pattern("scotland-adult-support")
    assert not any("conf-best-interests" in basis.get("confidentiality", ()) for basis in rows(scottish, "bases"))
    assert not [line for line in words(scottish.agreement.answers) if "Mental Capacity Act" in line]


def test_notices_to_schools_wait_for_no_duty_that_is_not_known_to_have_started() -> None:
    notices = catalogue.pattern("police-schools")
    relied_on = {str(gateway["provision"]) for gateway in rows(notices, "gateways")}
    assert "police-common-law" in relied_on and "daa-2021-s49a" not in relied_on
    assert any("49A" in gateway["explanation"] for gateway in rows(notices, "gateways"))
