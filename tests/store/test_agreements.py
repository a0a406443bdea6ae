from datetime import UTC, datetime, timedelta, timezone

import pytest

from protocolbuilder.domain.agreement import ABSENT, Edit, get
from protocolbuilder.errors import Conflict, Frozen, NotFound
from protocolbuilder.store.agreements import (
    as_of,
    create,
    discard,
    load,
    replace,
    restore_discarded,
    save,
)
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.events import events
from tests.store.at_once import at_once
from tests.store.builders import an_agreement, created, loaded, minutes, new_id, saved


def test_a_draft_is_read_back_as_it_was_created(database: Engine) -> None:
    agreement = an_agreement("Cynllun rhannu — ŵyl & <الأطفال>")
    draft = created(database, agreement)
    assert loaded(database, draft.ref) == draft
    assert draft.agreement == agreement
    assert (draft.number, draft.title, draft.issued) == (1, "Cynllun rhannu — ŵyl & <الأطفال>", None)


def test_references_count_up_within_a_year_and_begin_again_in_the_next(database: Engine) -> None:
    days = [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 12, 31, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ]
    refs = [created(database, at=day).ref for day in days]
    assert refs == ["ISA-2026-0001", "ISA-2026-0002", "ISA-2027-0001"]


def test_eight_people_creating_at_once_get_eight_references(database: Engine) -> None:
    refs = at_once([lambda: [created(database).ref for _ in range(10)]] * 8)
    assert sorted(ref for some in refs for ref in some) == [f"ISA-2026-{number:04d}" for number in range(1, 81)]


def test_a_creation_that_fails_leaves_no_agreement(database: Engine) -> None:
    with pytest.raises(RuntimeError, match="later"), writing(database) as session:
        create(session, an_agreement(), by="Ada Jones", at=minutes(0), new_id=new_id)
        raise RuntimeError("later in the same request")
    with pytest.raises(NotFound, match="ISA-2026-0001"):
        loaded(database, "ISA-2026-0001")


def test_a_reference_that_is_not_there_is_said_so_by_every_verb(database: Engine) -> None:
    with writing(database) as session:
        for verb in (
            lambda: load(session, "ISA-2026-0404"),
            lambda: save(session, "ISA-2026-0404", edits=(), seen=1, by="Ada", at=minutes(0)),
            lambda: replace(session, "ISA-2026-0404", an_agreement(), seen=1, by="Ada", at=minutes(0)),
            lambda: discard(session, "ISA-2026-0404", by="Ada", at=minutes(0)),
            lambda: restore_discarded(session, "ISA-2026-0404", by="Ada", at=minutes(0)),
            lambda: as_of(session, "ISA-2026-0404", 1),
        ):
            with pytest.raises(NotFound):
                verb()


def test_moments_come_back_as_aware_utc_whatever_zone_they_came_in(database: Engine) -> None:
    summer = timezone(timedelta(hours=1))
    draft = loaded(database, created(database, at=datetime(2026, 7, 1, 13, 0, 0, 123456, tzinfo=summer)).ref)
    assert draft.created_at == datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
    assert draft.created_at.tzinfo is UTC


def test_all_edits_of_a_save_are_made_and_the_number_goes_up_by_one(database: Engine) -> None:
    draft = created(database)
    answers = {"about.title": "MASH", "purpose.text": "To keep children safe"}
    after = saved(database, draft.ref, answers, seen=1, by="Bo Li", at=minutes(5))
    assert loaded(database, draft.ref) == after
    assert (after.number, after.title, after.updated_by, after.updated_at) == (2, "MASH", "Bo Li", minutes(5))
    assert get(after.agreement, "purpose.text") == "To keep children safe"
    assert (after.created_by, after.created_at) == ("Ada Jones", minutes(0))


def test_a_save_that_changes_nothing_writes_nothing(database: Engine) -> None:
    draft = created(database)
    assert saved(database, draft.ref, {"about.title": draft.title}, seen=1, at=minutes(9)) == draft


def test_an_answer_can_be_taken_out(database: Engine) -> None:
    draft = created(database)
    assert get(saved(database, draft.ref, {"about.title": ABSENT}, seen=1).agreement, "about.title") is ABSENT
    assert loaded(database, draft.ref).title == ""


def test_does_not_apply_and_flags_are_saved_too(database: Engine) -> None:
    draft = created(database)
    edits = (
        Edit(address="security.text", value="No data leaves the room", what="does_not_apply"),
        Edit(address="about.title", value=("Is this the name on the sealed copy?",), what="flag"),
    )
    with writing(database) as session:
        save(session, draft.ref, edits=edits, seen=1, by="Ada", at=minutes(1))
    after = loaded(database, draft.ref).agreement
    assert dict(after.does_not_apply) == {"security.text": "No data leaves the room"}
    assert {address: tuple(texts) for address, texts in after.flags.items()} == {
        "about.title": ("Is this the name on the sealed copy?",)
    }


def test_a_whole_agreement_can_be_put_in_place_by_who_has_seen_the_last_save(database: Engine) -> None:
    draft = created(database)
    other = an_agreement("Early help")
    with writing(database) as session:
        after = replace(session, draft.ref, other, seen=1, by="Bo Li", at=minutes(1), note="from early.json")
    assert (after.number, after.title, after.agreement) == (2, "Early help", other)
    with pytest.raises(Conflict) as told, writing(database) as session:
        replace(session, draft.ref, an_agreement("Late"), seen=1, by="Ada", at=minutes(2))
    assert told.value.stored == after
    assert loaded(database, draft.ref) == after


def test_a_form_drawn_before_a_replacement_conflicts_wherever_it_says_otherwise(database: Engine) -> None:
    draft = created(database)
    with writing(database) as session:
        replace(session, draft.ref, an_agreement("Early help"), seen=1, by="Bo Li", at=minutes(1))
    answers = {"about.title": "Mine", "parties.council.name": "Barking & Dagenham Council"}
    with pytest.raises(Conflict) as told:
        saved(database, draft.ref, answers, seen=1)
    assert told.value.addresses == ("about.title",)


def test_a_discarded_draft_is_kept_and_can_be_restored_but_not_changed(database: Engine) -> None:
    draft = created(database)
    with writing(database) as session:
        discard(session, draft.ref, by="Bo Li", at=minutes(1))
    assert loaded(database, draft.ref).discarded_at == minutes(1)
    assert loaded(database, draft.ref).agreement == draft.agreement
    for answers in ({"about.title": "New"}, {}):
        with pytest.raises(Frozen, match="discarded"):
            saved(database, draft.ref, answers, seen=1)
    with writing(database) as session:
        restore_discarded(session, draft.ref, by="Bo Li", at=minutes(2))
        restore_discarded(session, draft.ref, by="Bo Li", at=minutes(3))
    assert saved(database, draft.ref, {"about.title": "New"}, seen=1).title == "New"


def test_the_history_says_what_was_done_by_whom_and_when_in_order(database: Engine) -> None:
    with writing(database) as session:
        ref = create(session, an_agreement(), by="Ada", at=minutes(0), new_id=new_id, note="from the MASH pattern").ref
        replace(session, ref, an_agreement("Other"), seen=1, by="Bo", at=minutes(1), note="read from other.json")
        discard(session, ref, by="Cy", at=minutes(2))
        restore_discarded(session, ref, by="Di", at=minutes(3))
    with reading(database) as session:
        told = [(event.what, event.number, event.by, event.at, event.note) for event in events(session, ref)]
        assert events(session, "ISA-2026-0404") == ()
    assert told == [
        ("created", 1, "Ada", minutes(0), "from the MASH pattern"),
        ("replaced", 2, "Bo", minutes(1), "read from other.json"),
        ("discarded", 2, "Cy", minutes(2), ""),
        ("restored", 2, "Di", minutes(3), ""),
    ]
