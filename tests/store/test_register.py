import pytest
from sqlalchemy import event

from protocolbuilder.store.agreements import discard
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.register import Register, Shelf, register
from tests.store.builders import an_agreement, created, issued, minutes, saved


def listed(database: Engine, search: str = "", *, limit: int = 50, offset: int = 0, shelf: Shelf = "kept") -> Register:
    with reading(database) as session:
        return register(session, search=search, limit=limit, offset=offset, shelf=shelf)


def titles(found: Register) -> list[str]:
    return [row.title for row in found.rows]


def test_the_register_has_the_latest_changed_first(database: Engine) -> None:
    first = created(database, an_agreement("First"), at=minutes(1))
    created(database, an_agreement("Second"), at=minutes(2))
    assert titles(listed(database)) == ["Second", "First"]
    saved(database, first.ref, {"about.title": "First, changed"}, seen=1, at=minutes(3))
    assert titles(listed(database)) == ["First, changed", "Second"]


def test_a_page_of_the_register_says_how_many_there_are_in_all(database: Engine) -> None:
    for number in range(7):
        created(database, an_agreement(f"Number {number}"), at=minutes(number))
    page = listed(database, limit=3, offset=3)
    assert (titles(page), page.count) == (["Number 3", "Number 2", "Number 1"], 7)
    assert listed(database, limit=3, offset=9) == Register(rows=(), count=7)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("early", ["Early help – Gwynedd a Môn"]),
        ("MON gwynedd", ["Early help – Gwynedd a Môn"]),
        ("barking & dagenham", ["MARAC 100% a_b"]),
        ("isa-2026-0002", ["MARAC 100% a_b"]),
        ("100%", ["MARAC 100% a_b"]),
        ("a_b", ["MARAC 100% a_b"]),
        ("early marac", []),
        ("' OR 1=1 --", []),
        ("  ", ["MARAC 100% a_b", "Early help – Gwynedd a Môn"]),
    ],
)
def test_search_finds_every_word_in_title_party_or_reference(database: Engine, search: str, found: list[str]) -> None:
    created(database, an_agreement("Early help – Gwynedd a Môn", parties=[]), at=minutes(1))
    created(database, an_agreement("MARAC 100% a_b"), at=minutes(2))
    assert titles(listed(database, search)) == found
    assert listed(database, search).count == len(found)


def test_a_row_says_whether_the_agreement_was_issued_and_changed_since(database: Engine) -> None:
    draft = created(database)
    assert [(row.status, row.issued) for row in listed(database).rows] == [("draft", None)]
    issued(database, draft)
    assert [(row.status, row.issued) for row in listed(database).rows] == [("issued", 1)]
    saved(database, draft.ref, {"about.title": "Changed"}, seen=1)
    assert [(row.status, row.issued) for row in listed(database).rows] == [("changed", 1)]


def test_a_discarded_draft_is_on_its_own_shelf(database: Engine) -> None:
    draft = created(database)
    with writing(database) as session:
        discard(session, draft.ref, by="Ada", at=minutes(1))
    assert listed(database).count == 0
    assert titles(listed(database, shelf="discarded")) == [draft.title]


def test_the_register_takes_at_most_three_statements_however_many_rows(database: Engine) -> None:
    for number in range(12):
        issued(database, created(database, an_agreement(f"Number {number}")))
    statements: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *words: statements.append(words[2]))
    listed(database, "number")
    assert 1 <= len([statement for statement in statements if statement.startswith("SELECT")]) <= 3
    assert not [statement for statement in statements if "content" in statement]
