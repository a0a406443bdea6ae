"""The law library on pages: read, searched, recorded on; and what follows for agreements."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.law.library import GROUPS
from protocolbuilder.store.agreements import Draft, create, load
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.overlay import overlay
from protocolbuilder.store.versions import versions
from tests.law.filled import accepted, filled
from tests.web.conftest import START
from tests.web.visitor import Visitor

DUTY = "ca-2004-s16la"
POST = "Solicitor, Northshire Council"
RECORDED: dict[str, Any] = {
    "change": "commenced", "since__day": "30", "since__month": "9", "since__year": "2026",
    "instrument": "S.I. 2026/1000", "post": POST,
}  # fmt: skip


@pytest.fixture
def visitor(own: Flask) -> Visitor:
    return Visitor(own.test_client())


@pytest.fixture
def begun(own: Flask) -> Callable[[str], Draft]:
    """A draft from a pattern with local facts."""

    def make(name: str) -> Draft:
        running = own.extensions["protocolbuilder"]
        with writing(running.database) as session:
            return create(session, filled(name), by="Jo Green", at=START, new_id=running.new_id)

    return make


def entries() -> Iterator[str]:
    for vocabulary in ("gateways", *GROUPS):
        yield from catalogue.library().vocabularies[vocabulary]


def records(own: Flask) -> int:
    with reading(own.extensions["protocolbuilder"].database) as session:
        return len(overlay(session))


def commence(visitor: Visitor) -> None:
    visitor.send(visitor.get(f"/law/{DUTY}/status"), **RECORDED)


# --- reading


def test_every_entry_has_a_page_that_says_whether_it_was_verified(visitor: Visitor) -> None:
    for entry in entries():
        page = visitor.get(f"/law/{entry}")
        found = next(
            table[entry] for name in ("gateways", *GROUPS) if entry in (table := catalogue.library().vocabularies[name])
        )
        assert found["citation"] in page.h1
        unsure = not found["verified"] or found["status"] == "unverified"
        assert ("NOT VERIFIED" in page.words) == unsure, entry


def test_a_duty_to_co_operate_is_never_printed_as_a_duty_to_disclose(visitor: Visitor) -> None:
    for key, record in catalogue.library().vocabularies["gateways"].items():
        words = visitor.get(f"/law/{key}").words
        if record["effect"] in ("co-operate", "consider", "arrange"):
            assert "not a duty to disclose" in words and "It must disclose" not in words, key
        if record["kind"] != "mandatory":
            assert "It must" not in words.replace(record["what_it_does"], ""), key


def test_the_page_says_what_it_lets_or_makes_you_do_and_what_it_does_not_do(visitor: Visitor) -> None:
    page = visitor.get("/law/cda-1998-s115")
    assert "It may disclose." in page.words and "It does not have to." in page.words
    assert "One-way: TO a relevant authority." in page.words
    assert "https://www.legislation.gov.uk/ukpga/1998/37/section/115" in page.tree.xpath("//main//a/@href")


def test_an_entry_that_is_not_there_is_told(visitor: Visitor) -> None:
    for address in ("/law/nothing", "/law/nothing/verify", "/law/nothing/status", "/law/art6-1-e/status"):
        visitor.get(address, status=404)


@pytest.mark.parametrize(
    ("query", "held", "left_out"),
    [
        ("search=children+act+16la", DUTY, "cda-1998-s115"),
        ("nation=scotland", "aspsa-2007-s10", DUTY),
        ("agency=charity", "cda-1998-s115", DUTY),
        ("purpose=mash", DUTY, "dpa-1998"),
        ("kind=restriction", "gra-2004-s22", DUTY),
        ("search=disclose&kind=permissive&nation=england", "cda-1998-s115", DUTY),
    ],
)
def test_the_library_is_searched_and_filtered_by_the_address(
    visitor: Visitor, query: str, held: str, left_out: str
) -> None:
    page = visitor.get(f"/law?{query}")
    links = set(page.tree.xpath("//table//a/@href"))
    if catalogue.library().has("gateways", held):
        assert f"/law/{held}" in links
    assert f"/law/{left_out}" not in links
    for part in query.split("&"):
        name, value = part.split("=")
        kept = page.tree.xpath(f"//*[@name='{name}']/@value | //select[@name='{name}']/option[@selected]/@value")
        assert kept == [value.replace("+", " ")]


def test_a_filter_that_the_library_does_not_know_is_left_out(visitor: Visitor) -> None:
    assert "117 provisions found" in visitor.get("/law?nation=mars&agency=%00&kind=x").words


def test_the_pages_of_the_library_are_in_the_navigation(visitor: Visitor) -> None:
    assert "/law" in list(visitor.get("/agreements").links())
    assert "Law library 2026.11" in " ".join(visitor.get("/law").tree.text_content().split())


def test_lawful_bases_are_listed_by_the_part_of_the_law(visitor: Visitor) -> None:
    page = visitor.get("/law/bases")
    assert {f"/law/{key}" for name in GROUPS for key in catalogue.library().vocabularies[name]} <= set(page.links())


def test_a_page_says_which_drafts_and_versions_rely_on_it(visitor: Visitor, begun: Callable[[str], Draft]) -> None:
    made = begun("mash")
    words = visitor.get("/law/ca-2004-s11").words
    assert made.ref in words and "Draft 1" in words and "cells of the matrix" in words
    assert made.ref not in visitor.get(f"/law/{DUTY}").words
    assert made.ref in visitor.get("/law/art6-1-e").words


# --- recording


def test_a_verification_is_recorded_with_a_name_and_shown(visitor: Visitor, own: Flask) -> None:
    page = visitor.get("/law/ca-2004-s10/verify")
    after = visitor.send(page, seen="The text as amended.", post=POST)
    assert "The verification is recorded" in after.words and "2026.11+1" in after.text
    assert "Verified by Jo Green, information governance manager" in after.words and POST in after.words
    assert records(own) == 1


def test_a_verification_clears_not_verified(visitor: Visitor) -> None:
    entry = next(
        key for key, one in catalogue.library().vocabularies["gateways"].items()
        if not one["verified"] and one["status"] == "in-force"
    )
    assert "NOT VERIFIED" in visitor.get(f"/law/{entry}").words
    assert "NOT VERIFIED" not in visitor.send(visitor.get(f"/law/{entry}/verify"), seen="All of it.", post=POST).words


def test_a_lawful_basis_is_verified_too(visitor: Visitor) -> None:
    entry = next(key for key, one in catalogue.library().vocabularies["sch8"].items() if not one["verified"])
    after = visitor.send(visitor.get(f"/law/{entry}/verify"), seen="DPA 2018 as amended.", post=POST)
    assert "Verified by Jo Green" in after.words and "NOT VERIFIED" not in after.words


def test_what_is_missing_is_told_and_what_was_typed_stays(visitor: Visitor, own: Flask) -> None:
    page = visitor.get(f"/law/{DUTY}/verify")
    back = visitor.send(page, on__day="31", on__month="2", instrument="S.I. 2026/1000", post="", status=422)
    assert {link for _, link in back.errors} == {"#on-day", "#seen", "#post", "#commenced-day"}
    assert back.fields()["instrument"] == ["S.I. 2026/1000"] and back.fields()["on--day"] == ["31"]
    late = visitor.send(page, on__year="2031", seen="x", post=POST, status=422)
    assert late.errors == [("The day on which you looked cannot be in the future", "#on-day")]
    back = visitor.send(visitor.get(f"/law/{DUTY}/status"), note="Kept.", status=422)
    assert {link for _, link in back.errors} == {"#change", "#since-day", "#instrument", "#post"}
    assert back.fields()["note"] == ["Kept."]
    assert records(own) == 0


def test_a_record_without_a_token_is_refused(own: Flask) -> None:
    assert own.test_client().post(f"/law/{DUTY}/verify", data={"seen": "x", "post": "y"}).status_code == 400
    assert records(own) == 0


def test_a_record_is_withdrawn_by_another_and_stays_readable(visitor: Visitor, own: Flask) -> None:
    commence(visitor)
    page = visitor.get(f"/law/{DUTY}")
    assert "In force from 30 September 2026" in page.words and "NOT VERIFIED" not in page.words
    link = next(link for link in page.links() if "/withdraw/" in link)
    visitor.send(visitor.get(link), status=422, reason="", post="")
    after = visitor.send(visitor.get(link), reason="It was another section.", post=POST)
    assert "Withdrawn, counts no longer" in after.words and "It was another section." in after.words
    assert "Commencement not confirmed" in after.words
    visitor.get(link, status=404)
    assert records(own) == 2


LOCAL: dict[str, Any] = {
    "citation": "Northshire Act 2020 s.1", "title": "Power to <share>", "act": "Northshire Act 2020",
    "what_it_does": "The council may disclose information to the police.", "kind": "permissive",
    "who_may_rely_on": ["la-children"], "may_disclose_to": ["police"], "purposes": ["mash"],
    "jurisdictions": ["england"], "in_force": "in-force", "post": POST,
}  # fmt: skip


def test_a_local_entry_is_marked_local_and_can_be_chosen_in_an_agreement(
    visitor: Visitor, begun: Callable[[str], Draft]
) -> None:
    after = visitor.send(visitor.get("/law/local"), **LOCAL)
    assert "Northshire Act 2020 s.1 (local): Power to <share>" in after.h1
    assert "NOT VERIFIED" in after.words and "It is not part of the shipped library." in after.words
    assert "Northshire Act 2020 s.1 (local)" in visitor.get("/law?search=northshire").words
    ref = begun("mash").ref
    entry = after.address.rsplit("/", 1)[1]
    page = visitor.get(f"/agreements/{ref}/gateways/own/provision?adding=yes")
    assert "Northshire Act 2020 s.1 (local): Power to <share> (not verified, not approved" in page.words
    visitor.send(page, provision=entry)
    assert "(local)" in visitor.get(f"/agreements/{ref}/gateways").words
    assert ref in visitor.get(f"/law/{entry}").words


@pytest.mark.parametrize("name", ["Jo Green, information governance manager", "  jo   GREEN", "JO GREEN, head of law"])
def test_a_local_entry_is_not_verified_by_whoever_proposed_it(visitor: Visitor, own: Flask, name: str) -> None:
    entry = visitor.send(visitor.get("/law/local"), **LOCAL).address.rsplit("/", 1)[1]
    again = Visitor(own.test_client(), name=name)
    page = again.get(f"/law/{entry}/verify")
    assert "Somebody else has to verify it." in page.words
    back = again.send(page, seen="The text.", post=POST, status=422)
    assert back.errors == [
        ("You proposed this entry, so somebody else has to verify it. Nothing was recorded", "#proposer")
    ]
    assert "Somebody else has to verify it." in back.words
    assert back.fields()["seen"] == ["The text."] and records(own) == 1


def test_a_local_entry_is_verified_by_somebody_else(visitor: Visitor, own: Flask) -> None:
    entry = visitor.send(visitor.get("/law/local"), **LOCAL).address.rsplit("/", 1)[1]
    someone = Visitor(own.test_client(), name="Sam Hill, records officer")
    after = someone.send(someone.get(f"/law/{entry}/verify"), seen="The text.", post=POST)
    assert "Verified by Sam Hill, records officer" in after.words and "NOT VERIFIED" not in after.words
    assert records(own) == 2


def test_a_local_entry_that_lacks_something_keeps_what_was_typed(visitor: Visitor, own: Flask) -> None:
    values = {**LOCAL, "kind": "mandatory", "jurisdictions": None, "source_url": "javascript:alert(1)", "title": ""}
    back = visitor.send(visitor.get("/law/local"), status=422, **values)
    assert {link for _, link in back.errors} == {"#title", "#jurisdictions", "#effect", "#trigger", "#source_url"}
    assert back.fields()["who_may_rely_on"] == ["la-children"] and back.fields()["citation"] == [LOCAL["citation"]]
    assert records(own) == 0


# --- a change of the law


def test_what_would_follow_is_shown_before_anybody_records_it(visitor: Visitor, begun: Callable[[str], Draft]) -> None:
    made = begun("mash")
    page = visitor.get(f"/law/{DUTY}/impact")
    assert "Nobody has recorded a change" in page.words and made.ref in page.words
    one = visitor.get(f"/law/{DUTY}/impact/{made.ref}")
    assert "only asked" in one.words and "Put this into the draft" not in one.words
    token = visitor.get(f"/law/{DUTY}/verify").fields_of("csrf_token")
    asked = visitor.client.post(f"/law/{DUTY}/impact/{made.ref}", data={"csrf_token": token})
    assert asked.status_code == 404


def test_after_commencement_every_childrens_agreement_of_england_is_on_the_worklist(
    visitor: Visitor, begun: Callable[[str], Draft]
) -> None:
    children, others = [begun("mash"), begun("early-help")], [begun("wales-safeguarding"), begun("hospital-discharge")]
    commence(visitor)
    words = visitor.get(f"/law/{DUTY}/impact").words
    assert "2 drafts and versions are affected" in words
    assert all(one.ref in words for one in children) and not any(one.ref in words for one in others)
    assert "2026.11+1" in words


def test_the_proposed_amendment_is_put_into_the_draft_in_one_save_and_the_matrix_says_must(
    visitor: Visitor, begun: Callable[[str], Draft]
) -> None:
    made = begun("mash")
    commence(visitor)
    page = visitor.get(f"/law/{DUTY}/impact/{made.ref}")
    assert "May → Must" in page.words and "The agreement has one" in page.words
    matrix = visitor.send(page)
    assert "The proposed amendment is part of the draft" in matrix.words
    assert "Must CA 2004 s.16LA" in matrix.words
    assert "draft 2" in visitor.client.get(f"/agreements/{made.ref}/preview").text
    stale = visitor.send(page, status=409)
    assert "Nothing was put into it" in stale.words


def test_the_worklist_is_kept_up_when_a_draft_changes(visitor: Visitor, begun: Callable[[str], Draft]) -> None:
    made = begun("early-help")
    commence(visitor)
    before = visitor.get(f"/law/{DUTY}/impact").words
    visitor.send(visitor.get(f"/law/{DUTY}/impact/{made.ref}"))
    assert visitor.get(f"/law/{DUTY}/impact").words != before


def test_a_lawful_basis_has_no_worklist(visitor: Visitor) -> None:
    visitor.get("/law/art6-1-e/impact", status=404)


# --- the version of the library that a draft names


def test_a_draft_says_which_library_it_was_checked_against_and_what_was_recorded_since(
    visitor: Visitor, begun: Callable[[str], Draft], own: Flask
) -> None:
    made = begun("mash")
    visitor.send(visitor.get("/law/ca-2004-s11/verify"), seen="The text as amended.", post=POST)
    visitor.send(visitor.get("/law/cypsa-2014-part4/verify"), seen="The text as amended.", post=POST)
    page = visitor.get(f"/agreements/{made.ref}/library")
    assert "names law library 2026.11. The current one is 2026.11+2" in page.words
    assert "CA 2004 s.11" in page.words and "CYPSA" not in page.words
    visitor.send(page)
    with reading(own.extensions["protocolbuilder"].database) as session:
        kept = load(session, made.ref)
    assert kept.agreement.library == "2026.11+2" and kept.agreement.answers == made.agreement.answers
    assert "Nothing is left to say." in visitor.get(f"/agreements/{made.ref}/library").words
    assert "Checked against law library 2026.11+2" in visitor.get(f"/agreements/{made.ref}/history").words
    assert "R89" not in visitor.get(f"/agreements/{made.ref}/findings").text


def test_a_draft_is_not_said_to_be_checked_against_a_library_that_nobody_saw(
    visitor: Visitor, begun: Callable[[str], Draft]
) -> None:
    made = begun("mash")
    commence(visitor)
    page = visitor.get(f"/agreements/{made.ref}/library")
    visitor.send(visitor.get("/law/ca-2004-s11/verify"), seen="The text as amended.", post=POST)
    assert "Nothing was saved" in visitor.send(page, status=409).words


def test_an_issued_version_names_the_library_of_this_copy(visitor: Visitor, own: Flask) -> None:
    commence(visitor)
    running = own.extensions["protocolbuilder"]
    sample = next(one.agreement for one in catalogue.samples() if one.agreement.schema == "agreement-1")
    with writing(running.database) as session:
        whole = replace(accepted(sample), library="2026.11+1")
        made = create(session, whole, by="Jo Green", at=START, new_id=running.new_id)
    page = visitor.get(f"/agreements/{made.ref}/issue")
    visitor.send(page)
    with reading(running.database) as session:
        kept = versions(session, made.ref)
    assert [one.library for one in kept] == ["2026.11+1"]
