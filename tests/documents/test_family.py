"""Every document of the family, from every kind of agreement: whole, readable, the same twice, and never invented."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import html

from protocolbuilder import catalogue
from protocolbuilder.documents import (
    controllers,
    package,
    policy_document,
    processing_record,
    summary,
    templates,
    visible,
)
from protocolbuilder.documents.brief import enough, passage
from protocolbuilder.documents.family import FAMILY, applies, made_of, make, shapes
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.errors import BadFile, NotFound
from tests import builders
from tests.documents import made
from tests.law.filled import filled
from tests.second_reader import SecondReader
from tests.usual import some

SCHEMA = catalogue.schema("agreement-1")
ON = date(2026, 11, 25)
MINE = (
    "summary", "legal-annex", "flow-table", "what-to-record", "request-form", "decision-form", "joint-arrangement",
    "privacy-wording", "policy-document", "processing-record",
)  # fmt: skip
ONE_PAGE = ("summary", "what-to-record")
SAFETY = "never stops urgent and proportionate sharing to protect someone"
AGREEMENTS = [one.name for one in catalogue.patterns() if one.agreement.schema == "agreement-1"]


def source(agreement: Agreement, **more: Any) -> Source:
    schema = catalogue.schema(agreement.schema)
    return Source(schema, agreement, catalogue.library(), made.stamp(agreement), ON, **more)


@cache
def of(name: str) -> Source:
    """What documents are made from in a test: a pattern, or an agreement that is hard to print."""
    hard = {
        "every question": lambda: made.filled(SCHEMA),
        "nothing": builders.empty,
        "hard names": lambda: made.renamed(catalogue.pattern("mash").agreement),
    }
    return source(hard[name]() if name in hard else filled(name))


def documents(found: Source) -> Iterator[tuple[str, bytes]]:
    """Each Word document of the legal and working half that is made of it."""
    for what in MINE:
        if applies(FAMILY[what], found):
            yield what, make(what, found, "docx")


HARD = ["mash", "shared-care-record", "police-schools", "every question", "nothing", "hard names"]


@pytest.mark.parametrize("name", HARD)
def test_every_document_says_that_safety_comes_first(name: str) -> None:
    for what, docx in documents(of(name)):
        assert SAFETY in made.text(docx), what


@pytest.mark.parametrize("name", some(["every question", "mash", "shared-care-record"]))
def test_the_second_reader_sees_every_paragraph(second_reader: SecondReader, name: str) -> None:
    for what, docx in documents(of(name)):
        squeezed = [" ".join(text.split()) for block in blocks(docx) for text in visible.texts_of(block)]
        seen = " ".join(" ".join(text.split()) for text in second_reader.text(docx))
        assert [text for text in squeezed if text and "☐" not in text and text not in seen] == [], what


def blocks(docx: bytes) -> Iterator[Any]:
    """The body, without headers and footers."""
    yield from visible.blocks(package.read(docx))


@pytest.mark.parametrize("name", [*some(AGREEMENTS, first=2), "hard names", "every question"])
def test_what_should_be_one_page_is_one(second_reader: SecondReader, name: str) -> None:
    for what in ONE_PAGE:
        found = dataclasses.replace(of(name), newer="2")
        pdf = second_reader.to_pdf(make(what, found, "docx"))
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1, what


@pytest.mark.parametrize("name", ["mash", "nothing"])
def test_no_document_doubles_a_space_or_leaves_a_sign_of_its_template(name: str) -> None:
    for what, docx in documents(of(name)):
        wrong = [text for text in visible.texts(package.read(docx)) if re.search(r"\S  +\S|\{[{%]|\.\.|;\.", text)]
        assert wrong == [], what


def test_names_stay_text_whatever_they_look_like() -> None:
    for what, docx in documents(of("hard names")):
        if what not in ("flow-table", "summary", "what-to-record"):
            assert any("{{ 7*7 }}" in text for text in visible.texts(package.read(docx))), what
        assert "49 {_{" not in made.text(docx)


def test_every_template_says_only_what_its_shape_names() -> None:
    for what in MINE:
        shape = shapes(SCHEMA)[FAMILY[what].template]
        (problems,) = [templates.check([], {what: shape}, where=templates.folder())]
        assert [one for one in problems if one.template == f"{what}-1.docx"] == []


def test_what_does_not_exist_is_said_in_one_line() -> None:
    found = of("mash")
    with pytest.raises(NotFound, match="There is no document called “memoir”"):
        make("memoir", found)
    with pytest.raises(BadFile, match="The document “summary” is made as docx or pdf, not as pptx"):
        make("summary", found, "pptx")
    with pytest.raises(BadFile, match="No partner is a joint controller"):
        make("joint-arrangement", found)
    with pytest.raises(NotFound, match="The document “policy-document” is not made for “nobody”"):
        make("policy-document", dataclasses.replace(found, party="nobody"))
    with pytest.raises(BadFile, match="This is an agreement"):
        make("protocol", found)


def test_an_older_version_says_which_one_replaced_it() -> None:
    for what in MINE:
        if applies(FAMILY[what], of("mash")):
            docx = make(what, dataclasses.replace(of("mash"), newer="3"))
            assert "Out of date: version 3 replaced this." in made.text(docx), what


# --- what they say


def test_a_list_says_how_many_it_leaves_out() -> None:
    assert enough(["One", "Two", "Three"], 8) == "One; Two; and 1 more"
    assert enough([], 10) == "Not stated"
    assert enough(["A name that is far too long"], 5) == "Too long for this page, see the agreement"
    assert passage("Short.", 10, place="Rights") == "Short."
    assert passage("One. Two words. Three.", 20, place="Rights") == "See “Rights” in the agreement."
    long = "First sentence here. " + "Then much more. " * 20
    told = passage(long, 80, place="Rights")
    assert told == "First sentence here. Then much more. More in “Rights” of the agreement."


def test_the_summary_names_or_counts_every_purpose() -> None:
    found = summary.summary(of("mash"))
    purposes = [row["title"] for row in of("mash").agreement.answers["purposes"]]
    said = " ".join([*(one.why for one in found.reasons), found.more])
    counted = re.search(r"and (\d+) more\.$", found.more)
    assert sum(purpose not in said for purpose in purposes) == (int(counted.group(1)) if counted else 0)


def test_bodies_whose_names_do_not_fit_are_named_by_their_sectors_all_of_them() -> None:
    whole = [one.who for one in summary.summary(of("mash")).reasons]
    assert any("police and justice" in who and "more" not in who for who in whole)
    assert not any("1 more" in who for who in whole)


def test_a_purpose_that_all_partners_share_for_says_so() -> None:
    agreement = put(builders.small(), "parties", [builders.party(f"p{n}", f"Partner {n}") for n in range(1, 6)])
    every = [row["id"] for row in rows_of(agreement, "parties")]
    found = source(put(agreement, "flows", [{**builders.flow("f1", "p1", "p2"), "from": every, "to": every}]))
    assert [one.who for one in summary.summary(found).reasons] == ["Between all 5 partners"]


def test_must_is_said_only_of_a_duty_and_what_nobody_checked_is_marked() -> None:
    agreement = of("mash").agreement
    annex = made.text(make("legal-annex", of("mash")))
    for row in agreement.answers["gateways"]:
        entry = catalogue.library().entry("gateways", row["provision"])
        assert entry
        part = annex.split(f"{entry['citation']}: ")[1]
        assert entry["what_it_does"] in part.split("How it applies here")[0]
        words = part.split("Must or may\n\n")[1].split("\n\n")[0]
        assert words.startswith("Must") == (entry["kind"] == "mandatory")
    unchecked = sum(
        not catalogue.library().vocabularies["gateways"][row["provision"]]["verified"]
        for row in agreement.answers["gateways"]
    )
    assert annex.count("Not verified: no one has checked the record at its source.") == unchecked > 0


def test_every_flow_has_a_row_and_its_rules_and_information_a_key() -> None:
    table = made.text(make("flow-table", of("mash")))
    for section in ("items", "purposes"):
        assert all(row.get("name", row.get("title")) in table for row in of("mash").agreement.answers[section])
    assert table.count("Kept: ") == len(of("mash").agreement.answers["flows"])


def test_the_forms_offer_what_the_agreement_names_and_keep_fact_and_opinion_apart() -> None:
    answers = of("mash").agreement.answers
    for what in ("request-form", "decision-form"):
        form = made.text(make(what, of("mash")))
        for section, key in (("parties", "name"), ("purposes", "title"), ("items", "name")):
            assert all(row[key] in form for row in answers[section])
        assert all(kind in form for kind in ("Fact", "Observation", "Opinion", "Source: who, when, how they know"))
        assert "No case information is kept by the program" in form
    assert "victim information request" in made.text(make("request-form", of("mash")))
    without = put(of("mash").agreement, "parties", [builders.party("p1", "School", agency_types=["academy"])])
    assert "victim information request" not in made.text(make("request-form", source(without)))


def test_a_department_that_is_no_controller_is_written_under_the_partner_it_belongs_to() -> None:
    ids = controllers.controller_ids(of("mash"))
    assert "yjs" not in ids and "council" in ids
    council = next(one for one in controllers.controllers(of("mash")) if one.id == "council")
    assert council.members == {"council", "yjs"}


def test_a_document_for_one_partner_names_that_partner_alone() -> None:
    found = dataclasses.replace(of("mash"), party="fire")
    names = {row["id"]: row["name"] for row in found.agreement.answers["parties"]}
    for what in ("privacy-wording", "policy-document", "processing-record"):
        parts = package.parse(package.read(make(what, found)), package.WORD)
        headings = [text for text in heading_texts(parts) if any(text.endswith(name) for name in names.values())]
        assert [text.split(" ", 1)[1] for text in headings] == [names["fire"]], what


def heading_texts(root: Any) -> Iterator[str]:
    for paragraph in root.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") == "Heading1":
            yield "".join(text.text or "" for text in paragraph.iter(f"{W}t"))


def test_a_policy_document_is_made_only_for_those_whose_bases_ask_for_one() -> None:
    assert set(policy_document.needed(of("mash"))) <= set(controllers.controller_ids(of("mash")))
    bare = put(builders.small(), "bases.b1.sch1", ["sch1-p1"])
    plain = put(bare, "bases.b1", {"id": "b1", "title": "Task", "regime": "uk-gdpr", "covers": "all-flows"})
    assert policy_document.lacking(source(plain)).startswith("No lawful basis of the agreement asks for")


def test_a_duty_of_joint_controllers_that_nobody_has_is_printed_as_not_stated() -> None:
    agreement = put(of("shared-care-record").agreement, "joint_duties", [])
    seen = made.text(make("joint-arrangement", source(agreement)))
    question = SCHEMA.sections["joint_duties"].questions["duty"]
    for _, label in question.choices:
        assert f"{label}\n\nNot stated" in seen


def test_joint_controllers_who_share_a_duty_are_named_at_once() -> None:
    seen = made.text(make("joint-arrangement", of("shared-care-record")))
    assert "All joint controllers" in seen and "Northshire body 7 and Northshire body 8 decide together" in seen


def test_the_record_of_processing_says_the_same_in_the_sheet(second_reader: SecondReader) -> None:
    sheets = second_reader.cells(make("processing-record", of("mash"), "xlsx"))
    rows = sheets["Record of processing"]
    assert any(SAFETY in str(row[1]) for row in sheets["Made from"])
    word = made.text(make("processing-record", of("mash"), "docx"))
    assert rows[0][:2] == ["Controller", "Purpose"]
    count = sum(len(one.activities) for one in controllers.controllers(of("mash")))
    assert len(rows) == count + 1
    for row in rows[1:]:
        assert all(line in word for cell in row for line in str(cell).splitlines()), row[:2]


def test_the_record_of_processing_says_once_what_its_entries_rest_on() -> None:
    word = made.text(make("processing-record", of("mash"), "docx"))
    answers = of("mash").agreement.answers
    for text in (answers["security"]["access"], *(row["statement"] for row in answers["purposes"])):
        assert word.count(text) == 1
    assert "Power: It only receives for this purpose" in word and "Power: Not stated" not in word


def test_a_policy_document_and_notices_say_once_what_is_the_same_for_all() -> None:
    answers = of("mash").agreement.answers
    for what, text in (
        ("policy-document", answers["security"]["access"]), ("privacy-wording", answers["transparency"]["how"]),
        ("policy-document", "Flows 1 to 4, 27 to 30 and 32"),
    ):  # fmt: skip
        assert made.text(make(what, of("mash"))).count(text) == 1, what
    assert "Council: public task (flows 1 to 35" in made.text(make("policy-document", of("mash")))


def test_a_notice_calls_information_and_people_by_plain_words() -> None:
    seen = made.text(make("privacy-wording", dataclasses.replace(of("mash"), party="fire")))
    assert "Name, date of birth and sex; address, phone and email" in seen and "Child or young person" not in seen
    assert "Name, aliases, date of birth, sex" not in seen


def test_a_controller_that_only_receives_is_not_said_to_lack_a_power() -> None:
    one_way = put(builders.small(), "flows", [builders.flow("f1", "p1", "p2")])
    alone = dataclasses.replace(source(one_way), party="p2")
    seen = made.text(make("processing-record", alone))
    assert "Power: It only receives for this purpose" in seen and "To: Nobody else" in seen


def test_a_processor_has_a_record_of_what_it_does_for_each_controller(second_reader: SecondReader) -> None:
    agreement = put(builders.small(), "parties.p3", builders.party("p3", "Northshire Data Services", role="processor"))
    agreement = put(agreement, "flows", [builders.flow("f1", "p1", "p3"), builders.flow("f2", "p1", "p2")])
    agreement = put(agreement, "others", [
        {"id": "host", "name": "Cloud host", "kind": "processor", "works_for": ["p2"], "contract": "C 17"},
    ])  # fmt: skip
    found = source(agreement)
    assert processing_record.recorded(found) == ("p1", "p2", "p3")
    seen = made.text(make("processing-record", dataclasses.replace(found, party="p3")))
    assert "Northshire Data Services, as a processor" in seen and "Northshire Council" not in seen
    assert "Not stated which. These take part in its flows" in seen and "In all its flows" in seen
    rows = second_reader.cells(make("processing-record", found, "xlsx"))["Processors"]
    named = {(row[0], row[1], row[rows[0].index("Contract or attached document")]) for row in rows[1:]}
    assert named == {
        ("Northshire Data Services", "Northshire Police", "Not stated"), ("Cloud host", "Northshire Council", "C 17"),
    }  # fmt: skip


def test_a_partner_that_is_a_processor_in_one_flow_has_both_records() -> None:
    agreement = put(builders.small(), "flow_roles", [
        {"id": "r1", "flow": "f1", "party": "p2", "role": "processor", "while": "after", "event": "hand-over"},
    ])  # fmt: skip
    seen = made.text(make("processing-record", dataclasses.replace(source(agreement), party="p2")))
    assert "1 What the entries rest on" in seen
    assert "2 Northshire Council\n" in seen and "3 Northshire Council, as a processor" in seen
    assert "After an event: hand-over" in seen


# --- the pack


def test_the_pack_holds_the_whole_family_and_lists_every_file_with_its_hash() -> None:
    found = of("shared-care-record")
    with ZipFile(BytesIO(make("pack", found))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    page = html.document_fromstring(files["index.html"].decode())
    assert page.get("lang") == "en-GB" and page.findtext(".//title") == "Northshire agreement: toolkit pack"
    assert all(cell.get("scope") for cell in page.iter("th"))
    assert SAFETY in page.text_content()
    listed = {row.find(".//a").get("href"): row.find(".//code").text for row in page.iterfind(".//tbody/tr")}
    others = {name for name in files if name not in ("index.html", "contents.txt")}
    assert set(listed) == others
    assert all(sha256(files[name]).hexdigest() == listed[name] for name in others)
    lines = files["contents.txt"].decode().splitlines()
    assert {tuple(line.split("  ")) for line in lines} == {
        (sha256(content).hexdigest(), name) for name, content in files.items() if name != "contents.txt"
    }
    for name in others:
        folder = name.split("/")[1] if "/" in name else ""
        assert name.rpartition(".")[0].endswith(folder), "a file that leaves its folder does not say whose it is"
    whole = [row for row in made_of(found) if row.what != "pack"]
    assert sum(len(row.forms) for row in whole) == sum("/" not in name for name in others)
    assert {name.split("/")[1] for name in others if "/" in name} == {
        f"Northshire-body-{number}" for number in range(9)
    }


def test_the_same_agreement_gives_the_same_pack() -> None:
    assert make("pack", of("police-schools")) == make("pack", of("police-schools"))


def test_a_partner_with_a_name_that_leads_elsewhere_gets_a_plain_folder() -> None:
    agreement = put(filled("police-schools"), "about.title", "Sharing")
    first = agreement.answers["parties"][0]["id"]
    agreement = put(agreement, f"parties.{first}.name", "../../etc/passwd")
    with ZipFile(BytesIO(make("pack", source(agreement)))) as archive:
        assert not [name for name in archive.namelist() if ".." in name or name.startswith("/")]
        assert any(name.startswith("partners/etc-passwd/") for name in archive.namelist())


def test_a_summary_says_every_name_where_a_page_has_room_and_a_phone_shows_no_less() -> None:
    (few,) = (one.agreement for one in catalogue.samples() if one.name == "northshire-police-school")
    said = "".join(visible.texts(package.read(make("summary", source(few), "docx"))))
    assert all(row["name"] in said for row in few.answers["parties"])
    assert "Too long" not in said and "see the agreement" not in said
    paper, phone = summary.summary(of("mash")), summary.summary(of("mash"), room=summary.SCREEN)
    assert len(phone.reasons) > len(paper.reasons) and not phone.more
    assert not any("more" in one.who for one in phone.reasons)
