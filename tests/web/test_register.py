"""The list of agreements, starting one, importing one, discarding one and putting it back."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import canonical, digest, to_json
from protocolbuilder.store.agreements import Draft
from tests.builders import party, small
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]
FACTS = sorted((Path(__file__).parent.parent / "agreements").glob("*.json"))


def started(visitor: Visitor, what: str) -> str:
    """The reference of a new agreement."""
    return visitor.send(visitor.get("/agreements/new"), start=what).address.rsplit("/", 1)[1]


def sent(client: FlaskClient, visitor: Visitor, content: bytes, *, name: str = "file.json", status: int = 200) -> Sheet:
    """The answer to a file given to the import page."""
    page = visitor.get("/agreements/import")
    fields = {key: values[0] for key, values in page.fields().items() if key != "file"}
    answer = client.post("/agreements/import", data={**fields, "file": (BytesIO(content), name)})
    return visitor._follow(answer, "/agreements/import", status)


def test_an_agreement_is_found_by_title_reference_and_partner(visitor: Visitor, draft: Make) -> None:
    made = draft(about={"title": "Sharing in Ynys Gŵyl"}, parties=[party("p1", "Ashby & Zouch Council")])
    for words in ("ynys gwyl", made.ref, "ashby zouch"):
        page = visitor.get(f"/agreements?search={words}")
        assert "1 agreement found" in page.words and "Sharing in Ynys Gŵyl" in page.words
    assert "0 agreements found" in visitor.get("/agreements?search=qqqq").words


def test_a_long_register_has_pages_and_keeps_the_search(visitor: Visitor, draft: Make) -> None:
    for number in range(26):
        draft(about={"title": f"Paged {number}"})
    first = visitor.get("/agreements?search=paged")
    assert "page 1 of 2" in first.title
    second = visitor.get(next(link for link in first.links() if "page=2" in link))
    assert "26 agreements found" in second.words and "Paged 0" in second.words
    assert second.tree.xpath("//input[@name='search']/@value") == ["paged"]


def test_a_page_that_is_no_number_is_the_first(visitor: Visitor) -> None:
    for text in ("0", "-1", "x", "9" * 30, "%00"):
        assert visitor.get(f"/agreements?page={text}").h1 == "Agreements"


@pytest.mark.parametrize("name", [pattern.name for pattern in catalogue.patterns()])
def test_a_pattern_is_the_draft_that_it_starts(visitor: Visitor, stored: Stored, name: str) -> None:
    ref = started(visitor, name)
    assert digest(stored(ref).agreement) == digest(catalogue.pattern(name).agreement)
    assert "From the pattern" in visitor.get(f"/agreements/{ref}/history").words


@pytest.mark.parametrize("schema", catalogue.SCHEMAS)
def test_an_agreement_is_started_from_nothing(visitor: Visitor, stored: Stored, schema: str) -> None:
    made = stored(started(visitor, schema))
    assert made.agreement.schema == schema
    assert not any(made.agreement.answers.values())


def test_starting_with_nothing_selected_is_told(visitor: Visitor) -> None:
    back = visitor.send(visitor.get("/agreements/new"), status=422)
    assert back.errors == [("Select what to start from", "#start")]
    visitor.send(visitor.get("/agreements/new"), start="no-such-pattern", status=404)


def test_a_discarded_agreement_leaves_the_list_and_can_be_put_back(visitor: Visitor, draft: Make) -> None:
    made = draft(about={"title": "Discard me"})
    asked = visitor.get(f"/agreements/{made.ref}/discard")
    assert asked.h1 == "Discard this agreement?"
    after = visitor.send(asked)
    assert "Discarded: Discard me" in after.words
    assert made.ref not in visitor.get("/agreements?search=discard").words
    shelf = visitor.get(f"/agreements?shelf=discarded&search={made.ref}")
    assert "Discard me" in shelf.words
    back = visitor.press(shelf, f"/agreements/{made.ref}/put-back")
    assert "Put back: Discard me" in back.words
    assert made.ref in visitor.get(f"/agreements?search={made.ref}").words
    history = visitor.get(f"/agreements/{made.ref}/history").words
    assert "Put back" in history and "Discarded" in history


@pytest.mark.parametrize("file", FACTS[:3], ids=lambda path: path.stem)
def test_plain_facts_are_counted_first_and_saved_when_said_so(
    visitor: Visitor, stored: Stored, file: Path
) -> None:
    looked = sent(visitor.client, visitor, file.read_bytes(), name=file.name)
    assert looked.h1 == "What the file holds"
    assert "became answers, word for word" in looked.words and "Not stated in the file" in looked.words
    count = visitor.get("/agreements").words
    made = visitor.send(looked)
    assert "Imported" in made.words
    ref = made.address.rsplit("/", 1)[1]
    assert ref not in count
    assert any(stored(ref).agreement.answers.values())
    assert file.name in visitor.get(f"/agreements/{ref}/history").words


def test_an_agreement_file_comes_back_as_it_was(visitor: Visitor, stored: Stored) -> None:
    agreement = small()
    made = visitor.send(sent(visitor.client, visitor, to_json(agreement).encode()))
    assert canonical(stored(made.address.rsplit("/", 1)[1]).agreement) == canonical(agreement)


def test_a_word_file_of_ours_comes_back_and_says_that_nothing_differs(visitor: Visitor, stored: Stored) -> None:
    ref = started(visitor, "agreement-1")
    word = visitor.client.get(f"/agreements/{ref}/files/document.docx").data
    looked = sent(visitor.client, visitor, word, name="agreement.docx")
    assert "The visible text of the Word file is what its data prints." in looked.words
    made = visitor.send(looked)
    assert digest(stored(made.address.rsplit("/", 1)[1]).agreement) == digest(stored(ref).agreement)


BAD = {
    "nothing": b"",
    "no JSON": b"{",
    "twice": b'{"schema": "agreement-1", "schema": "agreement-1", "answers": {}}',
    "NaN": b'{"schema": "agreement-1", "answers": {"about": {"title": NaN}}}',
    "other schema": b'{"schema": "agreement-9", "answers": {}}',
    "unknown section": b'{"schema": "agreement-1", "answers": {"nonsense": {}}}',
    "a program": b"\x7fELF\x02\x01\x01\x00",
    "no Word file": b"PK\x03\x04 broken",
    "control character": b'{"schema": "agreement-1", "answers": {"about": {"title": "a\\u0000b"}}}',
    "wrong answer": b'{"schema": "agreement-1", "answers": {"about": {"kind": "isa", "nations": "england"}}}',
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_one_line_and_nothing_is_saved(visitor: Visitor, name: str) -> None:
    before = visitor.get("/agreements").text.count("<tr")
    back = sent(visitor.client, visitor, BAD[name], status=422)
    assert len(back.errors) == 1 and back.errors[0][1] == "#file"
    assert "Nothing was saved." in back.words
    assert visitor.get("/agreements").text.count("<tr") == before


def test_an_import_without_a_file_is_told(visitor: Visitor) -> None:
    back = sent(visitor.client, visitor, b"", name="", status=422)
    assert back.errors == [("Select a file", "#file")]
