"""The guides: easy to read, true to the flows, nothing dropped, and never a bar to protecting someone."""

from __future__ import annotations

import dataclasses
import itertools
import re
from functools import cache
from typing import Any

import pytest

from protocolbuilder.documents import accessible, guides, guides_staff, package, visible
from protocolbuilder.documents.family import FAMILY, make
from protocolbuilder.documents.guides_asked import ALL, ANY, ASKED, asked, by_ends, by_purpose
from protocolbuilder.documents.guides_asking import NO_ONE
from protocolbuilder.documents.guides_plain import YOUNG, Plain, sentence
from protocolbuilder.documents.slides_content import slides
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.agreement import ABSENT, put
from protocolbuilder.domain.matrix import ids, references, rows_of
from tests import builders
from tests.documents import grade, made
from tests.documents.test_family import AGREEMENTS, of, source
from tests.second_reader import SecondReader
from tests.unverified import resting_on_doubts, unmarked
from tests.usual import some

GUIDES = ("staff-guide", "family-guide", "young-guide")
MOST = {"staff-guide": 9, "family-guide": 9, "young-guide": 6}
FOR_CHILDREN = [name for name in AGREEMENTS if guides.for_children(of(name))]
HARD = ["mash", "police-schools", "every question", "nothing", "hard names"]


def guide(what: str, found: Source | str) -> bytes:
    """A guide of a source, or of one by its name, which is made once."""
    return _kept(what, found) if isinstance(found, str) else make(what, found, "docx")


@cache
def _kept(what: str, name: str) -> bytes:
    return make(what, of(name), "docx")


def made_of(found: Source) -> list[str]:
    return [what for what in GUIDES if not FAMILY[what].lacking(found)]


def tables(docx: bytes) -> list[list[tuple[str, ...]]]:
    """Each table as rows of cells in words, without its head."""
    return [
        [tuple("\n".join(p.text for p in cell) for cell in row.cells) for row in block.rows if not row.is_header]
        for block in visible.blocks(package.read(docx))
        if isinstance(block, visible.Table)
    ]


def carried(plain: Plain, flow: Any) -> tuple[str, ...]:
    return (*plain.what(flow, "items"), *plain.what(flow, "optional_items"))


@pytest.mark.parametrize("name", some(AGREEMENTS, of=2))
def test_a_guide_is_as_easy_to_read_as_it_has_to_be(name: str) -> None:
    for what in made_of(of(name)):
        docx = guide(what, name)
        assert grade.everything(docx) <= MOST[what], what
        assert grade.prose(docx) <= MOST[what], what


def test_the_measure_finds_hard_words_hard() -> None:
    hard = "The aforementioned organisations process information pursuant to statutory safeguarding responsibilities."
    assert grade.grade([hard]) > 20 > grade.grade(["They tell each other what they need to keep you safe."])


@pytest.mark.parametrize("name", some(AGREEMENTS, of=2))
def test_every_flow_stands_in_the_family_guide_with_who_and_what(name: str) -> None:
    """By its purpose: each recipient beside each plain kind of information, and everyone who tells."""
    found = of(name)
    plain, docx = Plain(found), guide("family-guide", name)
    text, said = made.text(docx), dict(zip(_headings(docx), tables(docx), strict=False))
    for flow in plain.flows():
        for why in plain.why(flow):
            for one in carried(plain, flow):
                (who,) = [who for what, who in said[f"To {why}"] if sentence(one) in what.split("\n")]
                assert all(guides.ALL in who or _names(who, end) for end in plain.ends(flow, "to")), (flow["id"], one)
            assert all(_names(text, end) for end in (*plain.ends(flow, "from"), *plain.ends(flow, "to")))


@pytest.mark.parametrize("name", FOR_CHILDREN)
def test_every_flow_about_children_stands_in_the_young_peoples_guide(name: str) -> None:
    found = of(name)
    plain, docx = Plain(found, named=False), guide("young-guide", name)
    rows, text = tables(docx)[0], made.text(docx)
    for flow in plain.flows(YOUNG):
        for one in carried(plain, flow):
            (who,) = [who for what, who in rows if sentence(one) in what.split("\n")]
            assert all(guides.ALL in who or _names(who, end) for end in plain.ends(flow, "to")), (flow["id"], one)
        assert all(sentence(why) in text for why in plain.why(flow))
        assert all(sentence(end) in text for end in plain.ends(flow, "to"))


@pytest.mark.parametrize("name", some(AGREEMENTS, of=2))
def test_every_flow_stands_once_in_the_staff_guide_with_must_or_may(name: str) -> None:
    found = of(name)
    rows = [row for table in tables(guide("staff-guide", name)) for row in table if len(row) == 4]
    labels = references(found.agreement)
    assert sorted(row[0] for row in rows) == sorted(labels.values())
    cells = {row[0]: row for row in rows}
    for flow in rows_of(found.agreement, "flows"):
        _, ends, what, how = cells[labels[flow["id"]]]
        assert all(found.names.item(one) in ends for one in (*ids(flow, "from"), *ids(flow, "to")))
        assert all(found.names.item(one) in what for one in (*ids(flow, "items"), *ids(flow, "optional_items")))
        assert how.startswith(("Must", "May", "No duty or power"))


def test_senders_to_whom_the_law_says_different_things_are_told_apart() -> None:
    """Section 47(9) binds health bodies when the council asks; it does not bind the schools in the same flow."""
    found = of("mash")
    flow = next(one for one in rows_of(found.agreement, "flows") if "g-s47-9" in ids(one, "gateways"))
    changed = {**flow, "from": ["trust", "police"], "gateways": ["g-s47-9", "g-police"]}
    flows = [changed if one["id"] == flow["id"] else one for one in rows_of(found.agreement, "flows")]
    text = made.text(guide("staff-guide", source(put(found.agreement, "flows", flows))))
    names = found.names
    assert f"Must: {names.item('trust')}. May: {names.item('police')}." in text


@pytest.mark.parametrize("name", HARD)
def test_every_guide_is_accessible(name: str) -> None:
    for what in made_of(of(name)):
        parts = package.read(guide(what, name))
        assert accessible.faults(parts, rules=accessible.OF_FORM) == (), what
        wrong = [text for text in visible.texts(parts) if re.search(r"\S  +\S|\{[{%]|\.\.|;\.", text)]
        assert wrong == [] or name in ("hard names", "every question"), what


@pytest.mark.parametrize("name", HARD)
def test_every_guide_says_that_nothing_has_to_be_signed_to_protect_someone(name: str) -> None:
    told = {
        "staff-guide": "never stops urgent and proportionate sharing to protect someone",
        "family-guide": "They do not wait for a form, an agreement or a signature.",
        "young-guide": "They do not have to wait for a form or for someone to sign.",
    }
    for what in made_of(of(name)):
        assert told[what] in made.text(guide(what, name)), what


def test_the_staff_guide_says_what_the_law_allows_before_what_it_limits() -> None:
    headings = _headings(guide("staff-guide", "mash"), level="heading 1")
    allowed, limited = "What you must and may share by law", "What the law limits"
    assert headings[:4] == ["The one thing to know", allowed, limited, "Who to ask"]
    groups = _headings(guide("staff-guide", "mash"))
    assert groups[:2] == ["Must", "May"]


def test_what_nobody_has_verified_is_marked_wherever_staff_read_it() -> None:
    text = made.text(guide("staff-guide", source(resting_on_doubts())))
    assert "CA 1989 s.47(9)-(11): Duty to assist child protection enquiries (not verified)" in text
    assert "CA 2004 s.16LA" in text and unmarked(text, of("mash").library) == []


def test_the_single_message_stands_unchanged_in_every_guide() -> None:
    words = "If someone may be in danger, I share what is needed & write down <why>."
    found = source(put(of("mash").agreement, "single_message.message", words))
    for what in GUIDES:
        assert words in made.text(guide(what, found)), what


def test_a_partner_without_a_contact_is_said_to_have_none() -> None:
    found = source(put(of("mash").agreement, "contacts", ABSENT))
    for what in GUIDES:
        vacant = [row for table in tables(guide(what, found)) for row in table if row[-1] == NO_ONE]
        assert len(vacant) == len(rows_of(found.agreement, "parties")), what


def test_a_guide_carries_its_version_and_says_when_it_is_out_of_date() -> None:
    for what in GUIDES:
        now, later = guide(what, "mash"), guide(what, dataclasses.replace(of("mash"), newer="3"))
        for words in ("PB-2026-0001, version 1",):
            assert words in made.text(now), what
        assert "Out of date" not in made.text(now), what
        assert "Out of date: version 3 replaced this." in made.text(later), what


def test_adults_are_spoken_to_where_no_child_is_concerned() -> None:
    assert guides.no_children(of("adult-safeguarding")).startswith("The agreement shares nothing about children")
    assert guides.ADULTS in made.text(guide("family-guide", "adult-safeguarding"))
    assert guides.PARENTS in made.text(guide("family-guide", "mash"))


def test_whether_one_can_say_no_follows_from_the_flows() -> None:
    asked, told = ({"agreement_of_person": how} for how in ("asked", "told"))
    flows = rows_of(of("mash").agreement, "flows")
    for answers, can, cannot in ((asked, True, False), (told, False, True)):
        found = source(put(of("mash").agreement, "flows", [{**flow, **answers} for flow in flows]))
        for what in ("family-guide", "young-guide"):
            text = made.text(guide(what, found))
            assert ("Not always." in text) is cannot and ("Yes, " in text) is can, what
            assert (ASKED["asked"] in text) is can, what


@pytest.mark.parametrize("name", FOR_CHILDREN)
def test_each_answer_on_being_asked_says_what_it_depends_on(name: str) -> None:
    """Every purpose of the flows with one answer, and everyone who tells or is told by them, stands beside it."""
    plain = Plain(of(name))
    said = asked(plain.flows(YOUNG))
    for one, why, ends in zip(said, by_purpose(plain, said), by_ends(plain, said), strict=True):
        assert why.startswith(one.answer) and ends.answer.startswith(one.answer)
        assert all(part in why for flow in one.flows for part in plain.why(flow))
        told = " ".join(ends.ways)
        assert ALL in told or all(part in told for flow in one.flows for part in plain.ends(flow, "to"))
        assert ANY in told or all(part in told for flow in one.flows for part in plain.ends(flow, "from"))


def test_who_meets_is_told_apart_from_who_only_receives() -> None:
    agreement = put(builders.small(), "parties", [builders.party(f"p{n}", f"Body {n}") for n in range(1, 6)])
    flow = {**builders.flow("f1", "p1", "p2"), "agreement_of_person": "told"}
    met = {**flow, "from": ["p1", "p2"], "to": ["p1", "p2", "p3"]}
    alone = {**flow, "id": "f2", "from": ["p4"], "to": ["p4", "p5"]}
    plain = Plain(source(agreement))
    (told,) = by_ends(plain, asked([met, alone]))
    assert told.ways == ("From Body 1 or Body 2 to each other and Body 3", "From Body 4 to Body 5")


def test_a_name_within_a_sentence_begins_small() -> None:
    agreement = put(builders.small(), "parties.p2.name", "The Governing Body of Eastmere School")
    text = made.text(guide("family-guide", source(agreement)))
    assert "Told by: Northshire Police and the Governing Body of Eastmere School." in text
    assert "\nThe Governing Body of Eastmere School\n" in text


def test_what_leads_to_a_table_or_a_list_stays_with_it_in_every_guide() -> None:
    """No heading, name of a purpose or introduction stands alone at the foot of a page."""
    for what in GUIDES:
        body = list(package.parse(package.read(guide(what, "mash")), package.WORD).find(f"{W}body"))
        for before, after in itertools.pairwise(body):
            leads = made_text(before).endswith(":") or after.tag == f"{W}tbl"
            style = before.find(f"{W}pPr/{W}pStyle")
            heads = style is not None and style.get(f"{W}val", "").startswith("Heading")
            if leads and before.tag == f"{W}p" and not heads:
                assert before.find(f"{W}pPr/{W}keepNext") is not None, (what, made_text(before))


def made_text(block: Any) -> str:
    return "".join(text.text or "" for text in block.iter(f"{W}t"))


def test_a_partners_own_staff_guide_has_its_flows_under_the_same_numbers() -> None:
    found = dataclasses.replace(of("mash"), party="fire")
    labels, docx = references(found.agreement), guide("staff-guide", found)
    mine = {labels[one["id"]] for one in rows_of(found.agreement, "flows") if "fire" in (*one["from"], *one["to"])}
    rows = [row[0] for table in tables(docx) for row in table if len(row) == 4]
    assert set(rows) == mine != set()
    assert "w:drawing" not in package.read(docx)[package.WORD].decode()
    assert "fire" in guides_staff.parties(of("mash"))


def test_what_the_library_does_not_know_is_called_by_its_own_name() -> None:
    agreement = of("mash").agreement
    items = [{**row, "category": {"other": "x"}, "name": f"Thing {row['id']}"} for row in rows_of(agreement, "items")]
    own = {"categories": [{"other": "y"}]}
    purposes = [{**row, **own, "title": f"Aim {row['id']}"} for row in rows_of(agreement, "purposes")]
    text = made.text(guide("young-guide", source(put(put(agreement, "items", items), "purposes", purposes))))
    assert "Thing i-identity" in text and "Aim p-triage" in text


def test_every_kind_of_the_library_has_plain_words() -> None:
    library = of("mash").library
    for vocabulary in ("agency_types", "purposes", "data_categories", "data_subjects", "transfer_methods"):
        assert all(entry.get("plain") for entry in library.vocabularies[vocabulary].values()), vocabulary


@pytest.mark.parametrize("name", ["mash", "adult-safeguarding"])
def test_the_second_reader_sees_every_paragraph_of_a_guide(second_reader: SecondReader, name: str) -> None:
    for what in made_of(of(name)):
        docx = guide(what, name)
        seen = " ".join(" ".join(text.split()) for text in second_reader.text(docx))
        body = [text for block in visible.blocks(package.read(docx)) for text in visible.texts_of(block)]
        assert [text for text in body if " ".join(text.split()) not in seen] == [], what


def _headings(docx: bytes, level: str = "heading 2") -> list[str]:
    found: list[Any] = [one for one in visible.blocks(package.read(docx)) if isinstance(one, visible.Paragraph)]
    return [one.text for one in found if one.style.lower() == level]


def _names(text: str, words: str) -> bool:
    """Whether a list in words has an entry."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


WRONG: tuple[Any, ...] = (True, {}, ["a", 3], {"a": 1}, [[1]])


LISTS = ("flows", "parties", "contacts", "items", "purposes", "subjects", "escalation_steps")


@pytest.mark.parametrize("section", LISTS)
def test_a_draft_with_wrong_answers_still_has_guides_and_slides(section: str) -> None:
    """A draft may hold anything; what is wrong is printed as it is, or left out, and nothing falls over."""
    agreement = of("mash").agreement
    rows = rows_of(agreement, section)
    keys = sorted({key for row in rows for key in row if key != "id"})
    for turn, wrong in enumerate(WRONG):
        changed = [{**row, keys[(place + turn) % len(keys)]: wrong} for place, row in enumerate(rows)]
        found = source(put(agreement, section, changed))
        assert guides_staff.staff(found) and guides.family_words(found) and guides.young_words(found)
        assert slides(found)
