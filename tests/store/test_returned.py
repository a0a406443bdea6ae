"""What came back is kept as it came; of what is in it only the decision changes, once, and the history tells each."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocolbuilder.errors import Conflict, Frozen, NotFound
from protocolbuilder.store import returned
from protocolbuilder.store.agreements import discard
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.events import events
from protocolbuilder.store.returned import NewItem, ReturnedFile, ReturnedItem
from protocolbuilder.store.verify import faults
from tests.store.at_once import at_once
from tests.store.builders import created, minutes

ITEMS = (
    NewItem("purpose.text", {"kind": "change", "old": "may", "new": "must – “soon”"}),
    NewItem("", {"kind": "comment", "text": "Who?"}),
    NewItem("flows.f1", {"kind": "edit"}),
)


def kept(database: Engine, ref: str, content: bytes = b"PK\x00came back", **changed: Any) -> ReturnedFile:
    words: dict[str, Any] = {"name": "Signed off – Police.docx", "version": "3", "about": {"formatting": 2}}
    with writing(database) as session:
        return returned.keep(
            session, ref, content=content, items=ITEMS, by="Ada Jones", at=minutes(5), **{**words, **changed}
        )


def decided(database: Engine, seen: ReturnedItem, decision: returned.Decision, **more: Any) -> ReturnedItem:
    said = {"reply": "", "note": f"Entry {seen.number}: {decision}", "by": "Sam Hill", "at": minutes(9)}
    with writing(database) as session:
        return returned.decide(session, seen, decision, **{**said, **more})


def all_items(database: Engine, ref: str) -> tuple[ReturnedItem, ...]:
    with reading(database) as session:
        return returned.items(session, ref, 1)


def test_a_file_is_kept_as_it_came_with_its_items_and_told_in_the_history(database: Engine) -> None:
    ref = created(database).ref
    made = kept(database, ref)
    assert (made.number, made.name, made.version, made.about) == (1, "Signed off – Police.docx", "3", {"formatting": 2})
    assert (made.items, made.undecided) == (3, 3)
    with reading(database) as session:
        assert returned.content(session, ref, 1) == b"PK\x00came back"
        assert returned.files(session, ref) == (made,)
        assert [(one.number, one.address, one.decision) for one in returned.items(session, ref, 1)] == [
            (1, "purpose.text", ""), (2, "", ""), (3, "flows.f1", ""),
        ]  # fmt: skip
        assert returned.item(session, ref, 1, 1).content == ITEMS[0].content
        told = events(session, ref)[-1]
        assert (told.what, told.number, told.by) == ("returned", 1, "Ada Jones")
        assert faults(session) == ()


def test_the_same_file_is_kept_once_and_another_one_gets_the_next_number(database: Engine) -> None:
    ref, other = created(database).ref, created(database).ref
    first = kept(database, ref)
    assert kept(database, ref, name="again.docx") == first
    assert kept(database, ref, b"another").number == 2
    assert kept(database, other).number == 1
    with reading(database) as session:
        assert [one.number for one in returned.files(session, ref)] == [2, 1]


def test_one_is_accepted_one_refused_and_one_answered(database: Engine) -> None:
    ref = created(database).ref
    kept(database, ref)
    one, two, three = all_items(database, ref)
    taken = decided(database, one, "accepted", draft=2)
    assert (taken.decision, taken.draft, taken.decided_by, taken.decided_at) == ("accepted", 2, "Sam Hill", minutes(9))
    assert decided(database, two, "answered", reply="The hub does.").reply == "The hub does."
    assert decided(database, three, "refused").decision == "refused"
    with reading(database) as session:
        assert returned.file(session, ref, 1).undecided == 0
        told = events(session, ref)[-3:]
        assert {event.what for event in told} == {"decided"}
        assert [event.note for event in told] == ["Entry 1: accepted", "Entry 2: answered", "Entry 3: refused"]


def test_who_decides_on_what_somebody_has_decided_meanwhile_is_told_and_changes_nothing(database: Engine) -> None:
    ref = created(database).ref
    kept(database, ref)
    seen = all_items(database, ref)[0]
    first = decided(database, seen, "refused", reply="No.")
    with pytest.raises(Conflict) as told:
        decided(database, seen, "accepted")
    assert told.value.stored == first
    assert all_items(database, ref)[0] == first
    opened = decided(database, first, "")
    assert opened.decision == ""
    assert decided(database, opened, "accepted").decision == "accepted"


def test_of_eight_who_decide_at_once_one_wins_and_each_other_is_told_what_stands(database: Engine) -> None:
    ref = created(database).ref
    kept(database, ref)
    seen = all_items(database, ref)[0]

    def decide(person: int) -> ReturnedItem | Conflict:
        try:
            return decided(database, seen, "refused", reply=f"Says {person}.", by=f"Person {person}")
        except Conflict as conflict:
            return conflict

    outcomes = at_once([lambda person=person: decide(person) for person in range(8)])  # type: ignore[misc]
    (won,) = [one for one in outcomes if isinstance(one, ReturnedItem)]
    assert all_items(database, ref)[0] == won
    assert [one.stored for one in outcomes if isinstance(one, Conflict)] == [won] * 7
    with reading(database) as session:
        assert [event.by for event in events(session, ref) if event.what == "decided"] == [won.decided_by]
        assert faults(session) == ()


def test_files_that_come_at_once_get_a_number_each_and_the_same_one_is_kept_once(database: Engine) -> None:
    ref = created(database).ref
    contents = [b"one", b"two", b"three", b"one", b"two", b"three"]
    made = at_once([lambda content=content: kept(database, ref, content) for content in contents])  # type: ignore[misc]
    assert sorted(file.number for file in made[:3]) == [1, 2, 3] and made[:3] == made[3:]
    with reading(database) as session:
        assert [len(returned.items(session, ref, number)) for number in (1, 2, 3)] == [3, 3, 3]


def test_nothing_is_decided_of_what_came_back_for_a_discarded_agreement(database: Engine) -> None:
    ref = created(database).ref
    kept(database, ref)
    seen = all_items(database, ref)[0]
    with writing(database) as session:
        discard(session, ref, by="Ada Jones", at=minutes(6))
    with pytest.raises(Frozen, match="has been discarded"):
        decided(database, seen, "refused")
    assert all_items(database, ref)[0] == seen


def test_nothing_is_kept_for_what_is_not_there_or_discarded(database: Engine) -> None:
    with pytest.raises(NotFound):
        kept(database, "ISA-2026-9999")
    draft = created(database)
    with writing(database) as session:
        discard(session, draft.ref, by="Ada Jones", at=minutes(1))
    with pytest.raises(Frozen):
        kept(database, draft.ref)
    with reading(database) as session:
        for ask in (lambda: returned.file(session, draft.ref, 1), lambda: returned.item(session, draft.ref, 1, 1)):
            with pytest.raises(NotFound):
                ask()
        with pytest.raises(NotFound):
            returned.content(session, draft.ref, 1)


@pytest.mark.parametrize("statement", [
    "UPDATE returned_files SET name = 'other'", "DELETE FROM returned_files", "DELETE FROM returned_items",
    "UPDATE returned_items SET content = '{}'", "UPDATE returned_items SET address = ''",
])  # fmt: skip
def test_the_database_refuses_to_change_what_came_back(database: Engine, statement: str) -> None:
    kept(database, created(database).ref)
    with pytest.raises(IntegrityError) as told, writing(database) as session:
        session.execute(text(statement))
    assert "never changed" in str(told.value.orig)


def test_bytes_that_rot_are_told(database: Engine) -> None:
    ref = created(database).ref
    made = kept(database, ref)
    assert replace(made, undecided=3) == made
    with writing(database) as session:
        if session.dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER returned_files_refuse_update"))
        else:
            session.execute(text("ALTER TABLE returned_files DISABLE TRIGGER returned_files_refuse_change"))
        session.execute(text("UPDATE returned_files SET sha256 = 'x'"))
    with reading(database) as session:
        assert "is not what came back" in faults(session)[0]
