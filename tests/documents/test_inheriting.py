"""An agreement under a protocol is printed whole, each section marked, or as what it adds; its data stay its own."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import embed, family, package, visible, word
from protocolbuilder.documents.numbering import placed
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.agreement import Agreement, put, say_does_not_apply
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.inherit import effective
from protocolbuilder.errors import BadFile
from protocolbuilder.intake.door import take
from tests.builders import empty, with_answers
from tests.documents import made
from tests.law.filled import filled

AGREEMENT, PROTOCOL, LIBRARY = catalogue.schema("agreement-1"), catalogue.schema("protocol-1"), catalogue.library()
SAFETY = "urgent and proportionate sharing"
COMMON = ("principles", "security", "accuracy", "breaches", "onward", "rights", "complaints", "training")


def protocol() -> Agreement:
    return put(filled("protocol"), "about.title", "Northshire protocol")


def above(agreement: Agreement | None = None, *, number: int = 2) -> Parent:
    return placed(Parent("ISA-2026-0001", number, PROTOCOL, agreement or protocol()), LIBRARY)


def child() -> Agreement:
    """Early help as an agreement under a protocol: what is common to all sharing is left to the protocol."""
    whole = with_answers(filled("early-help"), **{key: {} for key in COMMON}, escalation_steps=[])
    whole = with_answers(whole, requests={"respond_within": "P2D"})
    return say_does_not_apply(whole, "transparency.text", "Nothing else is needed.")


def docx(what: str, agreement: Agreement, parent: Parent | None) -> bytes:
    says = effective(AGREEMENT, agreement, parent).agreement
    stamp = made.stamp(agreement)
    source = Source(AGREEMENT, says, LIBRARY, stamp, date(2026, 11, 25), parent=parent, own=agreement)
    return family.make(what, source)


def lines(file: bytes) -> list[str]:
    return [text for text in visible.texts(package.read(file)) if text]


def after(found: list[str], heading: str) -> str:
    """The line under a heading, whatever number that has; the list of contents comes before and is passed over."""
    return found[max(n for n, line in enumerate(found) if line.endswith(heading)) + 1]


def test_a_section_of_the_protocol_is_referred_to_by_the_number_it_has_in_the_printed_protocol() -> None:
    printed = lines(word.render("protocol", PROTOCOL, protocol(), LIBRARY, made.stamp(protocol())))
    places = above().places
    for key, heading in (("security", "Security"), ("rights", "Rights and freedom of information")):
        assert f"{places[key].removeprefix('section ')} {heading}" in printed
    assert places["glossary"].replace("appendix", "Appendix") + ": glossary" in printed


def test_a_section_that_vanishes_from_the_protocol_leaves_no_gap_in_the_numbers() -> None:
    shorter = put(protocol(), "accuracy", {})
    assert above(shorter).places["security"] != above().places["security"]
    assert "accuracy" not in above(shorter).places


def test_the_whole_agreement_prints_the_text_of_the_protocol_and_marks_it() -> None:
    found = lines(docx("agreement", child(), above()))
    where = above().places["security"]
    assert after(found, " Security") == f"As the protocol, {where}."
    assert any(protocol().answers["security"]["measures"][0] in line for line in found)
    assert after(found, "Asking for information and deciding").startswith("As the protocol, section 7.1: “How to ask”")
    assert "Northshire protocol, version 2 (ISA-2026-0001)" in found
    assert any(SAFETY in line for line in found)


def test_the_delta_prints_what_the_agreement_says_itself_and_refers_to_the_rest() -> None:
    found = lines(docx("delta", child(), above()))
    where = above().places["security"]
    assert after(found, " Security") == f"As the protocol, {where}."
    text = "\n".join(found)
    assert protocol().answers["security"]["measures"][0] not in text
    assert child().answers["summary"]["text"].split("\n")[0] in text
    assert "2 days" in found and "As the protocol, section 7.1." in found
    assert "Does not apply, because Nothing else is needed." in text
    assert SAFETY in text


def test_the_delta_calls_nothing_not_stated_that_the_protocol_states() -> None:
    parent = above()
    whole, delta = (lines(docx(what, child(), parent)) for what in ("agreement", "delta"))
    assert delta.count("Not stated") <= whole.count("Not stated")
    assert not any(line.startswith("Security: not stated") for line in delta)


def test_there_is_no_delta_without_a_protocol() -> None:
    with pytest.raises(BadFile, match="Nothing is known here of a protocol"):
        docx("delta", child(), None)


def test_without_the_protocol_an_agreement_prints_its_own_answers() -> None:
    found = lines(docx("agreement", child(), None))
    assert not any(line.startswith("As the protocol") for line in found)
    assert found == lines(word.render("agreement", AGREEMENT, child(), LIBRARY, made.stamp(child())))


def test_what_is_locked_is_printed_as_the_protocol_has_it_and_says_so() -> None:
    mine = put(child(), "principles.safety", "We share when we have time.")
    found = lines(docx("agreement", mine, above()))
    assert "We share when we have time." not in "\n".join(found)
    mark = next(line for line in found if "does not stand" in line)
    assert mark.startswith("As the protocol, section 2. What this agreement says about “")


@pytest.mark.parametrize("mine", [child(), empty(), with_answers(glossary=[{"id": "t1", "term": "X & <y>"}])])
def test_the_word_file_holds_the_own_answers_and_comes_back_without_a_difference(mine: Agreement) -> None:
    file = docx("agreement", mine, above())
    taken = take(file)
    assert taken.agreement == mine
    assert taken.differences == ()
    assert embed.origin(file).above is not None


def test_a_protocol_that_was_changed_inside_the_word_file_is_refused() -> None:
    parts = package.read(docx("agreement", child(), above()))
    data = parts["customXml/item1.xml"]
    assert b"Northshire protocol" in data
    with pytest.raises(BadFile, match="digest no longer fits"):
        take(package.write({**parts, "customXml/item1.xml": data.replace(b"Northshire protocol", b"Southshire")}))


def test_the_data_of_the_pack_are_the_own_answers() -> None:
    says: Any = json.loads(docx("data", child(), above()))
    assert says["answers"]["security"] == {}


def test_the_same_input_gives_the_same_bytes() -> None:
    assert docx("delta", child(), above()) == docx("delta", child(), above())
    assert docx("agreement", child(), above()) == docx("agreement", child(), above())


def test_every_document_of_the_family_is_made_of_what_holds_in_effect() -> None:
    parent = above()
    says = effective(AGREEMENT, child(), parent).agreement
    source = Source(AGREEMENT, says, LIBRARY, made.stamp(child()), date(2026, 11, 25), parent=parent, own=child())
    assert "delta" in [row.what for row in family.made_of(source)]
    assert "delta" not in [row.what for row in family.made_of(replace(source, parent=None))]


@pytest.mark.parametrize("what", ["staff-guide", "family-guide", "young-guide"])
def test_a_guide_says_the_single_message_of_the_protocol_else_the_agreements_own(what: str) -> None:
    theirs = protocol().answers["single_message"]["message"]
    mine = put(child(), "single_message", {"message": "We tell each other in time."})
    silent = put(protocol(), "single_message", {})
    for agreement, parent, said in (
        (child(), above(), theirs), (mine, above(), theirs), (mine, above(silent), "We tell each other in time."),
    ):  # fmt: skip
        assert said in made.text(docx(what, agreement, parent))


def test_the_delta_explains_no_term_that_the_glossary_of_the_protocol_defines() -> None:
    own = put(child(), "summary.text", "Partners share to protect an adult at risk, and record it in the DPIA.")
    delta = lines(docx("delta", own, above()))
    assert any(row["term"] == "Adult at risk" for row in protocol().answers["glossary"])
    assert "adult at risk" not in delta and "DPIA" in delta
