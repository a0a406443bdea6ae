"""A Word file of ours that comes back: each change, comment and edit lands on its question, nothing else is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from protocolbuilder import catalogue
from protocolbuilder.documents import package, returned, visible
from protocolbuilder.documents.redline import redline
from protocolbuilder.documents.returned_claim import claimed
from protocolbuilder.documents.returned_items import Item
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.errors import BadFile
from tests import builders
from tests.documents import made
from tests.documents.word_like import WordFile
from tests.second_reader import SecondReader
from tests.usual import some

AGREEMENT = catalogue.pattern("mash").agreement
DOCX = made.docx(AGREEMENT)
SAFETY = str(AGREEMENT.answers["principles"]["safety"])
SUMMARY = str(AGREEMENT.answers["summary"]["text"])


def read(docx: bytes, agreement: Agreement = AGREEMENT, **more: Any) -> returned.Returned:
    schema = catalogue.schema(agreement.schema)
    return returned.read(docx, schema, agreement, catalogue.library(), made.stamp(agreement), **more)


def one(word: WordFile, agreement: Agreement = AGREEMENT) -> Item:
    (found,) = read(word.bytes(), agreement).items
    return found


@pytest.mark.parametrize("name", some([pattern.name for pattern in catalogue.patterns()], first=2))
def test_a_file_that_nobody_touched_tells_nothing(name: str) -> None:
    agreement = made.renamed(catalogue.pattern(name).agreement)
    assert read(made.docx(agreement), agreement).items == ()


@pytest.mark.parametrize("agreement", [
    builders.empty(), builders.small(), put(put(builders.small(), "flows.x1", {}), "gateways.x2", {}),
    Agreement("agreement-1", "2026.11", {
        key: [{"id": f"{key.replace('_', '-')}-1"}] if section.is_list else {}
        for key, section in catalogue.schema("agreement-1").sections.items()
    }, {"flows.flows-1.from": "nobody sends"}, {"flows": ("Look",)}, ()),
])  # fmt: skip
def test_a_file_in_which_nothing_is_stated_tells_nothing(agreement: Agreement) -> None:
    assert read(made.docx(agreement), agreement).items == ()


@pytest.mark.parametrize("agreement", [AGREEMENT, builders.small(), builders.empty("protocol-1")])
def test_a_file_that_another_program_saved_untouched_tells_nothing(
    second_reader: SecondReader, agreement: Agreement
) -> None:
    assert read(second_reader.resave(made.docx(agreement)), agreement).items == ()


def test_what_another_program_tracked_and_edited_lands_on_its_questions(second_reader: SecondReader) -> None:
    back = second_reader.review(
        DOCX,
        {"at": "urgent and proportionate", "new": "urgent, necessary and proportionate"},
        {"at": "A partner has a concern that", "new": "We fear that"},
        {"at": "If a child is in danger, staff share at once", "paragraph": "Nobody waits for a form."},
        {"at": "nurse", "new": "health visitor", "tracked": False},
    )
    found = {(item.kind, item.address): item for item in read(back).items}
    assert set(found) == {
        ("change", "principles.safety"), ("change", "purposes.p-triage.threshold"), ("change", "summary.text"),
        ("edit", "summary.text"),
    }  # fmt: skip
    assert found["change", "principles.safety"].proposed == SAFETY.replace(
        "urgent and proportionate", "urgent, necessary and proportionate"
    )
    assert found["change", "summary.text"].proposed == f"{SUMMARY}\n\nNobody waits for a form."
    assert found["edit", "summary.text"].proposed == SUMMARY.replace("nurse", "health visitor")
    assert found["edit", "summary.text"].author == "" and found["change", "summary.text"].at


def test_a_tracked_change_in_words_that_cut_runs_proposes_the_whole_answer() -> None:
    word = WordFile(DOCX)
    word.replaced("share at once", "share without delay")
    item = one(word)
    assert (item.kind, item.author, item.at) == ("change", "Sam Hill", "2026-11-20T14:05")
    assert (item.old, item.new) == ("share at once", "share without delay")
    answer = SUMMARY if "share at once" in SUMMARY else SAFETY
    assert (item.base, item.proposed) == (answer, answer.replace("share at once", "share without delay", 1))


def test_a_comment_is_told_with_its_replies_and_the_words_it_hangs_on() -> None:
    word = WordFile(DOCX)
    first = word.comment("a form never stops", "Is this still so?")
    word.author = "Jo Green"
    word.comment("urgent and", "It is.", to=first)
    (item,) = read(word.bytes()).items
    assert (item.kind, item.address, item.author) == ("comment", "principles.safety", "Sam Hill")
    assert (item.text, item.old) == ("Is this still so?", "a form never stops")
    assert [(reply.author, reply.text) for reply in item.replies] == [("Jo Green", "It is.")]


def test_a_comment_on_the_title_of_a_question_belongs_to_the_question() -> None:
    word = WordFile(DOCX)
    title = catalogue.schema("agreement-1").sections["purposes"].questions["threshold"].title
    word.comment(title.rstrip("?"), "Why?", settled=True)
    (item,) = read(word.bytes()).items
    assert item.address.endswith(".threshold") and item.settled


def test_a_paragraph_put_in_after_an_answer_becomes_part_of_it() -> None:
    word = WordFile(DOCX)
    word.paragraph_after(SUMMARY.split("\n\n")[-1][-40:], "Nobody waits.")
    assert one(word).proposed == f"{SUMMARY}\n\nNobody waits."


def test_rows_put_in_and_taken_out_are_told_at_their_list_or_entry_and_are_never_proposed() -> None:
    name = str(AGREEMENT.answers["items"][0]["name"])
    for mark, address in (("ins", "items"), ("del", f"items.{AGREEMENT.answers['items'][0]['id']}")):
        word = WordFile(DOCX)
        word.row(name, mark)
        item = one(word)
        assert (item.kind, item.address, item.proposed) == ("change", address, "")
        assert name in (item.new if mark == "ins" else item.old)


def test_one_line_of_a_list_changed_and_one_put_in_propose_the_whole_list() -> None:
    said = [str(one) for one in AGREEMENT.answers["principles"]["statements"]]
    word = WordFile(DOCX)
    word.replaced(said[1][:20], "Another start")
    item = one(word)
    assert (item.address, item.base) == ("principles.statements", "\n".join(said))
    assert item.proposed.split("\n") == [said[0], "Another start" + said[1][20:], *said[2:]]
    word = WordFile(DOCX)
    word.paragraph_after(said[1][-20:], "One more.")
    assert one(word).proposed.split("\n") == [*said[:2], "One more.", *said[2:]]


def test_moved_words_are_told_at_both_places() -> None:
    word = WordFile(DOCX)
    word.moved("A teacher, ", "In other cases")
    found = read(word.bytes()).items
    assert [(item.move, item.address) for item in found] == [("from", "summary.text"), ("to", "summary.text")]


def test_a_choice_is_told_at_its_question_and_is_never_proposed() -> None:
    flow = AGREEMENT.answers["flows"][0]
    word = WordFile(DOCX)
    word.untracked("Telephone; Secure", "Fax; Secure")
    item = one(word)
    assert (item.kind, item.address, item.proposed) == ("edit", f"flows.{flow['id']}.methods", "")


def test_fixed_wording_and_the_footer_belong_to_no_question() -> None:
    word = WordFile(DOCX)
    word.untracked("They are not partners and do not sign", "They are not partners but sign")
    word.replaced("version 1", "version 2", "word/footer1.xml")
    found = read(word.bytes()).items
    assert [(item.kind, item.address, item.proposed) for item in found] == [("edit", "", ""), ("change", "", "")]
    assert found[0].place


def test_what_was_not_stated_can_be_answered_in_the_file() -> None:
    rest = {key: said for key, said in AGREEMENT.answers["requests"].items() if key != "how"}
    agreement = put(AGREEMENT, "requests", rest)
    was = visible.texts(made.parts(AGREEMENT))
    before = was[was.index(str(AGREEMENT.answers["requests"]["how"])) - 1]
    word = WordFile(made.docx(agreement))
    texts = [text for text in word.body.iter("{*}t") if text.text]
    at = next(number for number, text in enumerate(texts) if text.text == before)
    unsaid = next(text for text in texts[at:] if text.text == "Not stated")
    word.untracked("Not stated", "Ask the sender first.", within=unsaid.getparent().getparent())
    item = one(word, agreement)
    assert (item.address, item.base, item.proposed) == ("requests.how", "", "Ask the sender first.")


def test_changes_of_looks_are_counted_only() -> None:
    word = WordFile(DOCX)
    word.bold("share at once")
    assert (read(word.bytes()).items, read(word.bytes()).formatting) == ((), 1)


def test_what_one_put_in_and_another_took_out_again_is_nothing() -> None:
    word = WordFile(DOCX)
    word.replaced("share at once", "share without delay")
    came = word.body.find(".//{*}ins")
    gone = word.marked("del")
    gone.set(gone.keys()[1], "Jo Green")
    for run in list(came):
        gone.append(run)
    came.append(gone)
    (item,) = read(word.bytes()).items
    assert (item.old, item.new) == ("share at once", "")


def test_a_file_of_the_same_data_in_another_house_style_is_compared_with_what_went_out() -> None:
    styled = WordFile(DOCX)
    styled.untracked("They are not partners and do not sign", "They sign nothing")
    kept = styled.bytes()
    assert read(kept).items
    assert read(kept, printed=kept).items == ()
    word = WordFile(kept)
    word.replaced("share at once", "share without delay")
    (item,) = read(word.bytes(), printed=kept).items
    assert item.proposed


def test_a_redline_of_ours_is_refused_in_one_line() -> None:
    made_of_two = redline(DOCX, made.docx(put(AGREEMENT, "principles.safety", "Other")), author="A", at=made.AT)
    for ask in (lambda: claimed(made_of_two), lambda: read(made_of_two)):
        with pytest.raises(BadFile, match="is a redline"):
            ask()


def test_a_file_without_its_data_still_says_what_it_is() -> None:
    bare = package.write({n: c for n, c in package.read(DOCX).items() if not n.startswith("customXml")})
    claim = claimed(bare)
    assert (claim.ref, claim.version, claim.digest, claim.origin) == (
        "PB-2026-0001", "1", made.stamp(AGREEMENT).digest, None,
    )  # fmt: skip


def test_more_changes_than_people_can_work_through_are_refused_soon() -> None:
    word = WordFile(DOCX)
    para = word.words("urgent and proportionate").getparent()
    for number in range(2500):
        came = word.marked("ins")
        came.append(word.like(para.find("{*}r"), f"x{number}"))
        para.append(came)
        para.append(word.like(para.find("{*}r"), " "))
    with pytest.raises(BadFile, match="More than 2000"):
        read(word.bytes())


@pytest.mark.asvs("V1.5.1")
def test_hostile_parts_are_refused_in_one_line() -> None:
    word = WordFile(DOCX)
    word.comment("a form never stops", "x")
    parts = package.read(word.bytes())
    bad = {**parts, "word/comments.xml": b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"}
    with pytest.raises(BadFile, match="entities"):
        read(package.write(bad))
    deep = parts[package.WORD].replace(b"</w:body>", b"<w:sdt>" * 5000)
    with pytest.raises(BadFile):
        read(package.write({**parts, package.WORD: deep}))


ANSWERS = [
    address for section, found in AGREEMENT.answers.items() if isinstance(found, dict)
    for key, said in found.items() if isinstance(said, str) and len(said) > 80 and "\n" not in said
    for address in [f"{section}.{key}"]
]  # fmt: skip


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.data())
def test_any_words_of_any_answer_changed_propose_that_answer_with_these_words(data: st.DataObject) -> None:
    address = data.draw(st.sampled_from(ANSWERS))
    section, key = address.split(".")
    said = str(AGREEMENT.answers[section][key])
    words = said.split(" ")
    at = data.draw(st.integers(0, len(words) - 4))
    old = " ".join(words[at : at + 4])
    new = data.draw(st.text("abc ,.’é", min_size=1, max_size=20).filter(str.strip))
    word = WordFile(DOCX)
    word.replaced(old, new, within=word.words(said).getparent())
    (item,) = read(word.bytes()).items
    assert item.address == address
    assert item.proposed == said.replace(old, new, 1).strip()
