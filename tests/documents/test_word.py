"""The Word file prints every captured value exactly, and the same input prints the same bytes."""

from __future__ import annotations

import dataclasses
from io import BytesIO

import pytest
from docx import Document
from hypothesis import assume, given
from hypothesis import strategies as st

from protocolbuilder import catalogue
from protocolbuilder.documents import filling, package
from protocolbuilder.documents.context import context
from protocolbuilder.documents.shape import OF_ITEMS, agreement_shape
from protocolbuilder.documents.visible import W
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.reading import forbidden_character
from protocolbuilder.errors import BadSchema
from tests import builders
from tests.documents import made
from tests.usual import some

SCHEMAS = ("agreement-1", "protocol-1")
DRAFTS = some([*catalogue.patterns(), *catalogue.samples()], first=1)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_an_answer_to_every_question_is_found_again_exactly(schema: str) -> None:
    agreement = made.filled(catalogue.schema(schema))
    assert made.lost(agreement, made.text(made.docx(agreement))) == []


@pytest.mark.parametrize("draft", DRAFTS, ids=[draft.name for draft in DRAFTS])
def test_every_value_of_a_pattern_is_found_again_beside_hard_names(draft: catalogue.Pattern) -> None:
    agreement = made.renamed(draft.agreement)
    assert made.lost(agreement, made.text(made.docx(agreement))) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_an_agreement_without_answers_is_a_sound_file(schema: str) -> None:
    seen = made.text(made.docx(builders.empty(schema)))
    assert "Not stated" in seen
    assert "Legal powers\n\n" not in seen


def test_the_same_input_gives_the_same_bytes() -> None:
    agreement = made.renamed(catalogue.pattern("mash").agreement)
    assert made.docx(agreement) == made.docx(agreement)


def test_an_empty_section_vanishes_and_headings_are_numbered_without_a_gap() -> None:
    document = Document(BytesIO(made.docx(builders.small())))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    numbered = [text for text in headings if text[0].isdigit()]
    assert [text.split()[0] for text in numbered] == [str(n + 1) for n in range(len(numbered))]
    assert not any("Security" in text for text in headings)


def test_what_does_not_apply_is_said_with_its_reason_and_is_not_the_same_as_not_stated() -> None:
    agreement = dataclasses.replace(
        builders.small(),
        does_not_apply={
            "exceptional": "the partners have no emergencies",
            "about.theme": "it is one of several",
            "flows.f1": "it has ended",
            "flows.f2.volume": "nobody counts",
            "risks": "the DPIA holds them",
        },
    )
    seen = made.text(made.docx(agreement))
    for reason in agreement.does_not_apply.values():
        assert f"Does not apply, because {reason}" in seen


def test_residue_flags_accepted_points_and_silent_sections_stand_in_annexes() -> None:
    agreement = dataclasses.replace(
        builders.with_answers(builders.small(), residue=[{"id": "x", "from": "p. 3", "text": "Kept <word> for word"}]),
        flags={"about.title": ("names a sister agreement",), "flows.f1.methods": ("blank",)},
        accepted=(
            {
                "rule": "no-end",
                "address": "term.end",
                "by": "A. Person",
                "at": "2026-11-20T09:00:00Z",
                "reason": "open",
            },
        ),
    )
    seen = made.text(made.docx(agreement))
    for words in (
        "From: p. 3",
        "Kept <word> for word",
        "About this agreement, Title of the agreement",
        "names a sister agreement",
        "blank",
        "no-end",
        "A. Person",
        "20 November 2026",
        "open",
        "Security: not stated",
    ):
        assert words in seen


def test_a_provision_that_no_one_has_checked_is_marked_as_such() -> None:
    gateways = catalogue.library().vocabularies["gateways"]
    unchecked = next(key for key, entry in gateways.items() if not entry["verified"])
    agreement = builders.with_answers(builders.small(), gateways=[{"id": "g1", "provision": unchecked}])
    seen = made.text(made.docx(agreement))
    assert "Not verified: no one has yet checked the source" in seen
    assert "Not verified" not in made.text(made.docx(builders.small())).replace("marked “not verified”", "")


def test_must_and_may_are_said_of_each_flow() -> None:
    seen = made.text(made.docx(builders.small()))
    assert "Function" in seen
    assert "This agreement does not itself give anyone a power" in seen


def test_the_properties_name_the_agreement_and_its_host_and_no_tool() -> None:
    agreement = made.renamed(catalogue.pattern("mash").agreement)
    core = Document(BytesIO(made.docx(agreement))).core_properties
    assert core.title == "Sharing & <keeping> in Sir Gâr"
    assert core.author == core.last_modified_by == agreement.answers["parties"][0]["name"]
    assert core.language == "en-GB"
    every = b" ".join(package.read(made.docx(builders.empty())).values()).lower()
    assert b"python-docx" not in every and b"docxtpl" not in every


def test_the_footer_gives_reference_version_page_and_fingerprint() -> None:
    agreement = builders.small()
    seen = made.text(made.docx(agreement))
    assert "PB-2026-0001, version 1\tPage # of #" in seen
    assert f"Data fingerprint (SHA-256): {made.stamp(agreement).fingerprint}" in seen


@pytest.mark.parametrize("name", ["mash", "protocol"])
def test_headings_tables_and_language_serve_a_screen_reader(name: str) -> None:
    parts = package.read(made.docx(made.renamed(catalogue.pattern(name).agreement)))
    root = package.parse(parts, package.WORD)
    levels = [
        int(style.get(f"{W}val")[-1])
        for style in root.iter(f"{W}pStyle")
        if style.get(f"{W}val", "").startswith("Heading")
    ]
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))
    for table in root.iter(f"{W}tbl"):
        assert table.find(f"{W}tblPr/{W}tblCaption") is not None
        assert table.find(f"{W}tblPr/{W}tblDescription") is not None
        assert not list(table.iterfind(f".//{W}tbl"))
        widths = {len(row.findall(f"{W}tc")) for row in table.iter(f"{W}tr")}
        assert len(widths) == 1, "merged cells"
        headed = table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
        assert headed or table.find(f"{W}tblPr/{W}tblLook").get(f"{W}firstColumn") == "1"
        assert all(cell[-1].tag == f"{W}p" for cell in table.iter(f"{W}tc"))
    styles = package.parse(parts, "word/styles.xml")
    assert styles.find(f"{W}docDefaults//{W}lang").get(f"{W}val") == "en-GB"


def test_contents_lead_to_every_first_heading() -> None:
    root = package.parse(package.read(made.docx(builders.small())), package.WORD)
    targets = [link.get(f"{W}anchor") for link in root.iter(f"{W}hyperlink")]
    marks = [mark.get(f"{W}name") for mark in root.iter(f"{W}bookmarkStart")]
    assert targets == marks and len(targets) > 5


def test_a_wrong_answer_of_a_draft_is_printed_as_it_stands() -> None:
    agreement = builders.with_answers(builders.small(), review={"next": "31/02/2027", "triggers": "one & two"})
    seen = made.text(made.docx(agreement))
    assert "31/02/2027" in seen and "one & two" in seen


def test_no_question_is_called_like_a_part_of_every_section_or_item() -> None:
    taken = {"words", "rows", "named", "beside", "does_not_apply", "answered", "rest", "every", "unusual", "id"}
    taken |= {"called", "alike", "beside"}
    for name in SCHEMAS:
        for key, section in catalogue.schema(name).sections.items():
            assert not taken & set(section.questions)
            assert not set(OF_ITEMS.get(key, ())) & set(section.questions)


def test_what_the_shape_promises_the_context_gives() -> None:
    schema = catalogue.schema("agreement-1")
    agreement = made.filled(schema)
    said = context(schema, agreement, catalogue.library(), stamp=made.stamp(agreement), named=frozenset())
    for name, shape in agreement_shape(schema).items():
        value = said[name]
        for part in shape.parts:
            getattr(value, part)
        if shape.element is not None:
            for element in value:
                for part in shape.element.parts:
                    getattr(element, part)


def many_parties(count: int) -> Agreement:
    parties = [builders.party(f"p{n}", f"{made.HARD_NAMES[n % 8]} {n}") for n in range(count)]
    flows = [builders.flow(f"f{n}", f"p{n % count}", f"p{(n * 7 + 1) % count}") for n in range(count * 2)]
    return builders.with_answers(builders.small(), parties=parties, flows=flows)


@pytest.mark.parametrize("count", [12, 40, 300])
def test_many_partners_are_all_printed(count: int) -> None:
    agreement = many_parties(count)
    assert made.lost(agreement, made.text(made.docx(agreement))) == []


def test_a_template_that_names_what_there_is_not_is_refused() -> None:
    with pytest.raises(BadSchema):
        list(filling.fill((catalogue.data_dir("templates") / "word" / "agreement-1.docx").read_bytes(), {}).body)


TAGS = ["{{", "}}", "{%", "%}", "{_{", "}_}", "{_%", "%_}", "{#", "<w:p>", "&amp;", "\n", "\n\n", "\t", " "]


@given(st.lists(st.one_of(st.text(), st.sampled_from(TAGS)), max_size=12).map("".join))
def test_any_text_that_may_be_kept_is_printed_exactly(typed: str) -> None:
    assume(not forbidden_character(typed) and typed.strip())
    typed = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    agreement = builders.with_answers(builders.empty("protocol-1"), summary={"text": f"before {typed} after"})
    assert f"before {typed} after" in made.all_text(made.docx(agreement))
