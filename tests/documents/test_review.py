"""The reviewer's report: every finding and every accepted point stands in it, section by section."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from protocolbuilder import catalogue
from protocolbuilder.documents import package, review, templates, visible
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.domain.consultation import Comment, Consulted, Reply, Views, as_values, from_values
from protocolbuilder.law.findings import Finding
from tests.builders import small, with_answers
from tests.documents import made
from tests.law.filled import filled, findings

ON = date(2026, 11, 25)


def report(agreement: Agreement, found: tuple[Finding, ...]) -> bytes:
    schema = catalogue.schema(agreement.schema)
    return review.render(schema, agreement, catalogue.library(), made.stamp(agreement), findings=found, on=ON)


def test_every_finding_stands_in_the_report_with_remedy_source_and_rule() -> None:
    agreement = put(filled("early-help"), "about.title", "Sharing & <helping> in Northshire")
    found = findings(put(agreement, "parties.council.name", "Northshire & Fenmoor MASH"))
    seen = made.text(report(put(agreement, "parties.council.name", "Northshire & Fenmoor MASH"), found))
    for one in found:
        for words in (one.text, one.fix, f"{one.source} ({one.rule})"):
            assert words in seen
    assert "Sharing & <helping> in Northshire" in seen and "reviewed on 25 November 2026" in seen
    assert "A prompt for people, not legal advice." in seen


def test_sections_stand_in_the_order_of_the_questions_without_empty_ones() -> None:
    agreement = filled("early-help")
    found = findings(agreement)
    sections = catalogue.schema("agreement-1").sections
    wanted = [section.title for key, section in sections.items() if any(f.address.split(".")[0] == key for f in found)]
    shown = visible.blocks(package.read(report(agreement, found)))
    headings = [b.text for b in shown if isinstance(b, visible.Paragraph) and b.style.lower() == "heading 1"]
    assert [text.split(" ", 1)[1] for text in headings] == ["What was found", *wanted]


def test_accepted_points_are_told_with_who_when_and_why() -> None:
    row = {
        "rule": "R72", "address": "retention.keep-nfa.source", "by": "Sam Hill", "at": "2026-11-24T10:00:00Z",
        "reason": "The schedule was read.", "text": "The source was not verified.",
    }
    agreement = replace(filled("early-help"), accepted=(row,))
    seen = made.text(report(agreement, ()))
    for words in ("Sam Hill, 24 November 2026", "The schedule was read.", "The source was not verified.", "R72"):
        assert words in seen
    assert "The review finds nothing that has not been accepted." in seen


def test_the_same_report_is_the_same_file() -> None:
    agreement = filled("early-help")
    found = findings(agreement)
    assert report(agreement, found) == report(agreement, found)


def test_a_misspelt_variable_of_the_report_is_found(tmp_path: Path) -> None:
    from io import BytesIO

    from docx import Document

    edited = Document(BytesIO(templates.load("review-1")))
    edited.paragraphs[0].text = "{{ titel }}"
    edited.save(str(tmp_path / "review-1.docx"))
    (problem,) = templates.check([], {"review": review.SHAPE}, where=tmp_path)
    assert problem.template == "review-1.docx" and "titel" in problem.text


def test_restricted_information_is_marked_in_the_agreement_and_in_the_matrix() -> None:
    agreement = with_answers(small(), items=[{"id": "i1", "name": "A <file>", "category": "adoption-information"}])
    law = "ACA 2002 ss.56-65: Adoption information (not verified)"
    assert f"Restricted by law: {law}" in made.text(made.docx(agreement))
    seen = made.text(made.as_matrix(agreement, "docx"))
    assert "Information that the law restricts" in seen and law in seen and "A <file>" in seen
    plain = with_answers(small(), items=[{"id": "i1", "name": "Name", "category": "identity-basic"}])
    assert "restricts" not in made.text(made.as_matrix(plain, "docx"))
    assert "Restricted by law" not in made.text(made.docx(plain))


def test_the_annex_of_accepted_points_says_what_was_accepted() -> None:
    row = {"rule": "R72", "address": "term.end", "by": "Sam", "at": "2026-11-24", "reason": "Known.", "text": "<So>."}
    seen = made.text(made.docx(replace(small(), accepted=(row,))))
    assert all(words in seen for words in ("R72", "<So>.", "Sam", "24 November 2026", "Known."))


def test_the_glossary_annex_lists_the_terms_of_the_library_that_are_used() -> None:
    seen = made.text(made.docx(with_answers(small(), security={"text": "A DDA is kept."})))
    assert ": glossary" in seen and "data disclosure agreement" in seen
    assert "One-way disclosure under WASPI. Also called here: DDA." in seen
    assert ": glossary" not in made.text(made.docx(small()))


def test_advice_is_printed_with_the_response_to_it_and_what_people_said_with_what_was_changed() -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    why = Reply(1, "not followed", "It is needed to find unequal treatment & more", "o1", "Jo Green, IG manager", at)
    advice = Comment(
        3, "advice", "shared", "about.title", "Leave out <ethnicity>", 2, "o1", "Sam Hill, DPO", at, (why,)
    )
    waits = Comment(4, "advice", "shared", "", "Say how long", 2, "o1", "Sam Hill, DPO", at)
    views = Views(1, "children", "Youth council", "Tell us first", "A guide was written", "o1", "Jo Green", at)
    consulted = Consulted((advice, waits), (views,), {"o1": "Northshire Council"})
    assert from_values(as_values(consulted)) == consulted
    agreement = filled("early-help")
    schema, library, stamp = catalogue.schema(agreement.schema), catalogue.library(), made.stamp(agreement)
    seen = made.text(review.render(schema, agreement, library, stamp, findings=(), on=ON, consulted=consulted))
    for words in (
        "Advice and the response to it", "Leave out <ethnicity>", "Sam Hill, DPO, Northshire Council, 20 November 2026",
        "Not followed", "It is needed to find unequal treatment & more", "Views of people who were asked",
        "Children or young people: Youth council", "Tell us first", "A guide was written",
    ):
        assert words in seen, words
    assert "Advice and the response" not in made.text(report(agreement, ()))
