"""Word files that came back: taken in, worked through one by one, and nothing goes into the draft by itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import package, word
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import Edit, digest, get, put
from protocolbuilder.store import versions
from protocolbuilder.store.agreements import Draft, save
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.store.events import events
from protocolbuilder.store.versions import NewDocument
from tests.documents.word_like import WordFile
from tests.store.builders import ISSUING
from tests.web.conftest import START
from tests.web.visitor import Sheet, Visitor

PATTERN = catalogue.pattern("mash").agreement
SAFETY = str(PATTERN.answers["principles"]["safety"])
THRESHOLD = "A partner has a concern that"
TEXT = "purposes.p-triage.threshold"
OLD = str(get(PATTERN, TEXT))


def word_of(visitor: Visitor, ref: str) -> WordFile:
    return WordFile(visitor.client.get(f"/agreements/{ref}/files/document.docx").data)


def taken_in(visitor: Visitor, ref: str, content: bytes, *, status: int = 200) -> Sheet:
    page = visitor.get(f"/agreements/{ref}/returned")
    sent: dict[str, Any] = {"csrf_token": page.fields_of("csrf_token")}
    sent["file"] = (io.BytesIO(content), "Back from the police.docx")
    answer = visitor.client.post(page.address, data=sent, content_type="multipart/form-data")
    return visitor._follow(answer, page.address, status)


def stored_answer(stored: Callable[[str], Draft], ref: str, address: str) -> object:
    return get(stored(ref).agreement, address)


@pytest.fixture
def mash(draft: Callable[..., Draft]) -> Draft:
    return draft(PATTERN)


@pytest.fixture
def back(visitor: Visitor, mash: Draft) -> Sheet:
    """Three changes and two comments: two changes in answers, one of a choice."""
    back_file = word_of(visitor, mash.ref)
    back_file.replaced("urgent and proportionate", "urgent, necessary and proportionate")
    back_file.comment("record it afterwards", "Is this still so?")
    back_file.replaced(THRESHOLD, "We fear that")
    back_file.untracked("Telephone; Secure", "Fax; Secure")
    back_file.comment(OLD.removeprefix(THRESHOLD).strip(), "Who decides?")
    return taken_in(visitor, mash.ref, back_file.bytes())


def decided(visitor: Visitor, page: Sheet, decision: str, *, status: int = 200, **more: str) -> Sheet:
    return visitor.send(page, decision=decision, status=status, **more)


def test_each_change_and_comment_is_shown_at_its_question_and_the_draft_is_as_it_was(
    visitor: Visitor, mash: Draft, back: Sheet, stored: Callable[[str], Draft]
) -> None:
    assert back.h1 == "Back from the police.docx" and "0 of 5 decided" in back.words
    headings = [" ".join(h2.text_content().split()) for h2 in back.tree.findall(".//main//h2")]
    assert "Principles" in headings[0] and "Flows" in headings[4]
    assert "removed: urgent and proportionate" in back.words
    assert "Sam Hill, 20 November 2026, 14:05" in back.words
    assert stored(mash.ref).number == mash.number


def test_one_is_accepted_one_refused_and_one_answered(
    visitor: Visitor, mash: Draft, back: Sheet, stored: Callable[[str], Draft]
) -> None:
    first = visitor.get(f"{back.address}/1")
    assert "What accepting it changes in the draft" in first.words
    second = decided(visitor, first, "accept")
    assert stored_answer(stored, mash.ref, "principles.safety") == SAFETY.replace("urgent and", "urgent, necessary and")
    assert stored(mash.ref).number == mash.number + 1
    assert second.address.endswith("/2") and "Is this still so?" in second.words
    third = decided(visitor, second, "answer", reply="It is, by paragraph 4.")
    fourth = decided(visitor, third, "refuse", reply="The pattern says it better.")
    assert stored_answer(stored, mash.ref, TEXT) == OLD
    assert "Who decides?" in fourth.words
    page = visitor.get(back.address)
    assert "3 of 5 decided" in page.words
    for words in ("Accepted by Jo Green", "It is, by paragraph 4.", "Refused by Jo Green", "in draft 2"):
        assert words in page.words
    with reading(visitor.client.application.extensions["protocolbuilder"].database) as session:
        told = [event for event in events(session, mash.ref) if event.what in ("returned", "decided")]
    assert [event.what for event in told] == ["returned", "decided", "decided", "decided"]
    assert told[1].note.startswith("Entry 1, Principles") and told[1].note.endswith(": accepted")
    assert "Decided on a returned file" in visitor.get(f"/agreements/{mash.ref}/history").words


def test_a_choice_is_put_right_on_its_page_and_then_said_to_be_done(visitor: Visitor, mash: Draft, back: Sheet) -> None:
    page = visitor.get(f"{back.address}/5")
    assert "cannot be taken from the text by itself" in page.words and "Open the question" in page.words
    assert not page.tree.xpath("//input[@value='accept']")
    decided(visitor, page, "by-hand")
    assert "Done by hand" in visitor.get(page.address).words


def test_a_line_of_a_list_is_taken_over_as_a_line(
    visitor: Visitor, mash: Draft, stored: Callable[[str], Draft]
) -> None:
    said = [str(one) for one in PATTERN.answers["principles"]["statements"]]
    back_file = word_of(visitor, mash.ref)
    back_file.paragraph_after(said[0][-20:], "One more.")
    page = visitor.get(f"{taken_in(visitor, mash.ref, back_file.bytes()).address}/1")
    decided(visitor, page, "accept")
    assert stored_answer(stored, mash.ref, "principles.statements") == [said[0], "One more.", *said[1:]]


def test_an_answer_that_changed_since_is_told_and_both_changes_are_kept_where_they_fit(
    visitor: Visitor, mash: Draft, back: Sheet, stored: Callable[[str], Draft]
) -> None:
    edit(visitor, mash, "principles.safety", SAFETY.replace("record it afterwards", "write it down afterwards"))
    page = visitor.get(f"{back.address}/1")
    assert "The draft has changed since this file went out" in page.words
    decided(visitor, page, "accept")
    both = SAFETY.replace("urgent and", "urgent, necessary and").replace("record it", "write it down")
    assert stored_answer(stored, mash.ref, "principles.safety") == both


def test_where_both_changed_the_same_words_nothing_can_be_accepted_by_itself(
    visitor: Visitor, mash: Draft, back: Sheet, stored: Callable[[str], Draft]
) -> None:
    theirs = SAFETY.replace("urgent and proportionate", "quick")
    edit(visitor, mash, "principles.safety", theirs)
    page = visitor.get(f"{back.address}/1")
    assert "nobody’s text is taken by itself" in page.words
    assert decided(visitor, page, "accept", status=422).errors
    assert stored_answer(stored, mash.ref, "principles.safety") == theirs


def test_what_changes_between_reading_and_saving_is_told_and_not_overwritten(
    visitor: Visitor, mash: Draft, back: Sheet, stored: Callable[[str], Draft]
) -> None:
    page = visitor.get(f"{back.address}/1")
    edit(visitor, mash, "principles.safety", SAFETY + " Always.")
    again = decided(visitor, page, "accept", status=409)
    assert "has changed since you opened this page" in again.errors[0][0]
    assert stored_answer(stored, mash.ref, "principles.safety") == SAFETY + " Always."


def test_two_people_at_one_entry_the_second_is_told(visitor: Visitor, other: Visitor, back: Sheet) -> None:
    mine, theirs = visitor.get(f"{back.address}/1"), other.get(f"{back.address}/1")
    decided(other, theirs, "refuse")
    again = decided(visitor, mine, "accept", status=409)
    assert "Sam Hill, records officer decided on this meanwhile" in again.errors[0][0]


def test_a_decision_is_opened_again_and_what_is_saved_says_already(visitor: Visitor, mash: Draft, back: Sheet) -> None:
    decided(visitor, visitor.get(f"{back.address}/1"), "accept")
    page = visitor.get(f"{back.address}/1")
    opened = visitor.send(page, decision="open")
    assert "Opened again" in opened.text and "The draft says this already" in opened.words
    decided(visitor, opened, "by-hand")


def test_an_answer_needs_words_and_a_choice_must_be_made(visitor: Visitor, back: Sheet) -> None:
    page = visitor.get(f"{back.address}/2")
    assert decided(visitor, page, "answer", status=422).errors == [("Enter your answer", "#reply")]
    assert decided(visitor, page, "", status=422).errors == [("Select what becomes of it", "#decision")]


def test_words_that_look_like_a_person_are_warned_of_before_they_are_saved(
    visitor: Visitor, mash: Draft, stored: Callable[[str], Draft]
) -> None:
    back_file = word_of(visitor, mash.ref)
    back_file.replaced("urgent and proportionate", "urgent (a child called Anna)")
    page = visitor.get(f"{taken_in(visitor, mash.ref, back_file.bytes()).address}/1")
    warned = decided(visitor, page, "accept", status=422)
    assert "the name of a person in a case" in warned.words
    assert stored_answer(stored, mash.ref, "principles.safety") == SAFETY
    decided(visitor, warned, "accept")
    assert "Anna" in str(stored_answer(stored, mash.ref, "principles.safety"))


def test_a_file_without_changes_another_agreements_file_and_no_file_are_told(
    visitor: Visitor, mash: Draft, draft: Callable[..., Draft]
) -> None:
    other_one = draft(put(PATTERN, "about.title", "Another"))
    same = taken_in(visitor, mash.ref, word_of(visitor, mash.ref).bytes())
    assert "Nothing was changed in “Back from the police.docx”" in same.text
    theirs = taken_in(visitor, mash.ref, word_of(visitor, other_one.ref).bytes(), status=422)
    assert f"This is a file of {other_one.ref}" in theirs.errors[0][0]
    for content in (b"", b"PK\x03\x04 no", b"%PDF-1.7"):
        assert taken_in(visitor, mash.ref, content, status=422).errors


def test_the_file_is_kept_as_it_came_and_only_once(visitor: Visitor, mash: Draft) -> None:
    back_file = word_of(visitor, mash.ref)
    back_file.replaced("urgent and proportionate", "urgent")
    content = back_file.bytes()
    page = taken_in(visitor, mash.ref, content)
    assert visitor.client.get(f"{page.address}/file").data == content
    assert taken_in(visitor, mash.ref, content).address == page.address


def test_an_older_draft_comes_back_and_is_compared_with_what_it_was(
    visitor: Visitor, mash: Draft, stored: Callable[[str], Draft]
) -> None:
    back_file = word_of(visitor, mash.ref)
    back_file.replaced("urgent and proportionate", "urgent")
    edit(visitor, mash, "summary.text", "Another summary.")
    page = taken_in(visitor, mash.ref, back_file.bytes())
    assert "0 of 1 decided" in page.words
    decided(visitor, visitor.get(f"{page.address}/1"), "accept")
    assert stored_answer(stored, mash.ref, "summary.text") == "Another summary."


def issued(visitor: Visitor, mash: Draft) -> bytes:
    """The Word file of a version 1, kept with it."""
    stamp = Stamp(mash.ref, "1", digest(PATTERN), PATTERN.library, START)
    content = word.render("agreement", catalogue.schema("agreement-1"), PATTERN, catalogue.library(), stamp)
    name = f"{mash.ref}-version-1.docx"
    with writing(visitor.client.application.extensions["protocolbuilder"].database) as session:
        versions.issue(
            session, mash.ref, number=1, seen=1, documents=[NewDocument(name, "application/x", content)],
            content_digest=stamp.digest, schema="agreement-1", library=PATTERN.library, templates={}, by="Jo Green",
            at=START, note="", issuing=ISSUING,
        )  # fmt: skip
    return content


def test_a_version_comes_back_even_when_another_program_took_its_data_out(visitor: Visitor, mash: Draft) -> None:
    back = WordFile(issued(visitor, mash))
    back.replaced("urgent and proportionate", "urgent")
    bare = {name: part for name, part in package.read(back.bytes()).items() if not name.startswith("customXml")}
    page = taken_in(visitor, mash.ref, package.write(bare))
    assert "A copy of version 1 that came back" in page.text and "0 of 1 decided" in page.words
    assert "Principles" in page.words


def test_a_file_whose_data_is_not_what_is_kept_here_is_refused(visitor: Visitor, mash: Draft) -> None:
    issued(visitor, mash)
    other = put(PATTERN, "summary.text", "Other")
    for version, told in (("1", "version 1"), ("draft 1", "draft 1"), ("7", "no version 7"), ("draft 99", "draft 99")):
        stamp = Stamp(mash.ref, version, digest(other), PATTERN.library, START)
        content = word.render("agreement", catalogue.schema("agreement-1"), other, catalogue.library(), stamp)
        refused = taken_in(visitor, mash.ref, content, status=422)
        assert told in refused.errors[0][0]


def test_what_a_file_says_is_shown_as_text_and_runs_nothing(visitor: Visitor, mash: Draft) -> None:
    back = word_of(visitor, mash.ref)
    back.author = "<script>alert(1)</script>{{ 991*997 }}"
    back.replaced("urgent and proportionate", "<img src=x onerror=alert(1)>{{ 991*997 }}")
    back.comment("record it afterwards", "</blockquote><script>alert(2)</script>")
    page = taken_in(visitor, mash.ref, back.bytes())
    for one in (page, visitor.get(f"{page.address}/1"), visitor.get(f"{page.address}/2")):
        assert not one.tree.xpath("//main//script|//main//img") and "988027" not in one.words
    assert "<img src=x onerror=alert(1)>{{ 991*997 }}" in page.words


def edit(visitor: Visitor, mash: Draft, address: str, value: object) -> None:
    """Somebody else saves an answer."""
    with writing(visitor.client.application.extensions["protocolbuilder"].database) as session:
        save(session, mash.ref, edits=[Edit(address, value)], seen=mash.number, by="Sam Hill", at=START)


def test_a_file_on_the_import_page_leads_to_its_own_agreement(visitor: Visitor, mash: Draft) -> None:
    back_file = word_of(visitor, mash.ref)
    back_file.replaced("urgent and proportionate", "urgent")
    page = visitor.get("/agreements/import")
    sent: dict[str, Any] = {"csrf_token": page.fields_of("csrf_token")}
    sent["file"] = (io.BytesIO(back_file.bytes()), "Back.docx")
    answer = visitor.client.post(page.address, data=sent, content_type="multipart/form-data")
    looked = visitor._follow(answer, page.address, 200)
    assert f"It came back for {mash.ref}" in looked.words
    back = visitor.send(looked, to=f"/agreements/{mash.ref}/returned")
    assert back.h1 == "Back.docx" and "0 of 1 decided" in back.words
