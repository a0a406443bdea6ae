"""Two people, one draft: what is at other addresses is kept, who was overtaken is told, with both texts."""

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolbuilder.domain.agreement import ABSENT, Agreement, Edit, apply, canonical, get
from protocolbuilder.errors import BadAddress, BadFile, Conflict
from protocolbuilder.store.agreements import Draft, as_of, replace, save
from protocolbuilder.store.engine import Engine, reading, writing
from tests.store.builders import an_agreement, created, loaded, minutes, saved

HEALTH = {"id": "health", "name": "Health board"}


def _edited(database: Engine, ref: str, *edits: Edit, seen: int, by: str = "Ada") -> Draft:
    with writing(database) as session:
        return save(session, ref, edits=edits, seen=seen, by=by, at=minutes(1))


def _does_not_apply(address: str, reason: Any = "Nothing is bought") -> Edit:
    return Edit(address=address, value=reason, what="does_not_apply")


def test_a_save_that_lost_the_race_is_told_and_saves_nothing(database: Engine) -> None:
    draft = created(database)
    winner = saved(database, draft.ref, {"about.title": "Bo's title"}, seen=1, by="Bo Li")
    with pytest.raises(Conflict) as told:
        saved(database, draft.ref, {"purpose.text": "Mine", "about.title": "Ada's title"}, seen=1)
    assert told.value.addresses == ("about.title",)
    assert told.value.stored == winner
    assert loaded(database, draft.ref) == winner


def test_a_save_at_another_address_keeps_both(database: Engine) -> None:
    draft = created(database)
    saved(database, draft.ref, {"about.title": "Bo's title"}, seen=1, by="Bo Li")
    after = saved(database, draft.ref, {"about.theme": "Children", "purpose.text": "To help"}, seen=1)
    assert after.number == 3
    assert after.agreement.answers["about"] == {"title": "Bo's title", "theme": "Children"}


def test_two_who_write_the_same_words_do_not_conflict(database: Engine) -> None:
    draft = created(database)
    winner = saved(database, draft.ref, {"about.title": "Agreed"}, seen=1, by="Bo Li")
    assert saved(database, draft.ref, {"about.title": "Agreed"}, seen=1) == winner


def test_who_was_told_can_save_again_having_seen_what_is_stored(database: Engine) -> None:
    draft = created(database)
    saved(database, draft.ref, {"about.title": "Bo's title"}, seen=1, by="Bo Li")
    with pytest.raises(Conflict):
        saved(database, draft.ref, {"about.title": "Ada's title"}, seen=1)
    assert saved(database, draft.ref, {"about.title": "Both titles"}, seen=2).title == "Both titles"


def test_a_form_from_before_a_restored_backup_conflicts_where_it_says_otherwise(database: Engine) -> None:
    draft = created(database)
    with pytest.raises(Conflict) as told:
        saved(database, draft.ref, {"about.title": draft.title, "purpose.text": "Written later"}, seen=7)
    assert told.value.addresses == ("purpose.text",)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (Edit("parties.council", ABSENT), Edit("parties.council.name", "Town council")),
        (Edit("parties.council.name", "Town council"), Edit("parties.council", ABSENT)),
        (Edit("parties.council.name", "Town council"), Edit("parties", [HEALTH])),
        (Edit("parties", [HEALTH]), Edit("parties.council.name", "Town council")),
        (Edit("about", {}), Edit("about.title", "New")),
        (_does_not_apply("purpose.text"), Edit("purpose.text", "To help")),
        (Edit("purpose.text", "To help"), _does_not_apply("purpose.text")),
        (_does_not_apply("purpose"), Edit("purpose.text", "To help")),
        (_does_not_apply("purpose.text"), _does_not_apply("purpose.text", "Another reason")),
        (Edit("about.title", "New"), Edit("about.title", ("Is it?",), "flag")),
        (Edit("about.title", ("Is it?",), "flag"), Edit("about.title", ("It is not",), "flag")),
    ],
    ids=str,
)
def test_edits_that_touch_the_same_answer_conflict(database: Engine, theirs: Edit, ours: Edit) -> None:
    draft = created(database)
    winner = _edited(database, draft.ref, theirs, seen=1, by="Bo Li")
    with pytest.raises(Conflict) as told:
        _edited(database, draft.ref, ours, seen=1)
    assert told.value.addresses == (ours.address,)
    assert loaded(database, draft.ref) == winner


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (Edit("parties.health", HEALTH), Edit("parties.police", {"id": "police", "name": "Police"})),
        (Edit("parties.council.name", "Town council"), Edit("parties.council.kind", "local-authority")),
        (Edit("about.title", "New"), Edit("about.titles", "Others")),
        (Edit("about.title", ("Is it?",), "flag"), Edit("about.title", "New")),
        (_does_not_apply("purpose.text"), Edit("purpose.title", "Help")),
        (Edit("parties.council", ABSENT), Edit("parties.council", ABSENT)),
    ],
    ids=str,
)
def test_edits_that_touch_different_answers_are_both_kept(database: Engine, theirs: Edit, ours: Edit) -> None:
    draft = created(database)
    _edited(database, draft.ref, theirs, seen=1, by="Bo Li")
    after = _edited(database, draft.ref, ours, seen=1)
    assert after.agreement == apply(apply(draft.agreement, theirs), ours)


def test_an_answer_about_an_item_that_is_not_there_is_refused_and_not_lost_in_silence(database: Engine) -> None:
    draft = created(database)
    with pytest.raises(BadAddress, match=r"parties\.nobody\.name"):
        saved(database, draft.ref, {"about.title": "New", "parties.nobody.name": "Nobody"}, seen=1)
    assert loaded(database, draft.ref) == draft


def test_an_item_and_its_answers_can_come_in_one_save(database: Engine) -> None:
    draft = created(database)
    answers = {"parties.health": {"name": "Health"}, "parties.health.name": "Health board"}
    assert get(saved(database, draft.ref, answers, seen=1).agreement, "parties.health") == HEALTH


@pytest.mark.parametrize("bad", ["half \ud800 a character", "bell \x07", "\x00"], ids=repr)
def test_text_that_could_not_be_read_back_is_refused_whole(database: Engine, bad: str) -> None:
    draft = created(database)
    with pytest.raises(BadFile):
        saved(database, draft.ref, {"about.theme": "Children", "about.title": bad}, seen=1)
    assert loaded(database, draft.ref) == draft


def test_the_words_a_form_was_drawn_from_can_be_read_again(database: Engine) -> None:
    draft = created(database)
    edits = (
        Edit("about.title", "Second"),
        _does_not_apply("purpose.text"),
        Edit("parties.council", ABSENT),
        Edit("about.title", ("Is it?",), "flag"),
    )
    second = _edited(database, draft.ref, *edits, seen=1)
    with writing(database) as session:
        replace(session, draft.ref, an_agreement("Third"), seen=2, by="Ada", at=minutes(2))
    _edited(database, draft.ref, Edit("about", {}), _does_not_apply("purpose.text", ABSENT), seen=3)
    with reading(database) as session:
        assert as_of(session, draft.ref, 1) == draft.agreement
        assert as_of(session, draft.ref, 2) == second.agreement
        assert as_of(session, draft.ref, 3) == an_agreement("Third")
        assert as_of(session, draft.ref, 4) == loaded(database, draft.ref).agreement


addresses = st.sampled_from(
    ["about", "about.title", "parties.council", "parties.council.name", "parties.health", "parties.health.name"]
)
texts = st.one_of(st.just(ABSENT), st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=3))


@st.composite
def _edits(draw: st.DrawFn) -> Edit:
    address, text = draw(addresses), draw(texts)
    what: Literal["answer", "does_not_apply", "flag"] = draw(st.sampled_from(["answer", "does_not_apply", "flag"]))
    if text is ABSENT or what == "does_not_apply":
        return Edit(address, text, what)
    if what == "flag":
        return Edit(address, (text,), what)
    return Edit(address, text if address.count(".") == 2 or address == "about.title" else {"name": text}, what)


def _ordered(agreement: Agreement) -> bytes:
    parties = sorted(agreement.answers["parties"], key=lambda party: str(party["id"]))
    return canonical(apply(agreement, Edit("parties", parties)))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@given(rounds=st.lists(st.lists(_edits(), min_size=1, max_size=3), max_size=6))
def test_every_draft_there_ever_was_can_be_read_again(database: Engine, rounds: list[list[Edit]]) -> None:
    draft = created(database)
    was = {1: draft}
    for edits in rounds:
        try:
            draft = _edited(database, draft.ref, *edits, seen=draft.number)
        except BadAddress:
            continue
        was[draft.number] = draft
    with reading(database) as session:
        for number, then in was.items():
            assert _ordered(as_of(session, draft.ref, number)) == _ordered(then.agreement)


def _accepted(by: str = "Ada Jones", reason: str = "The board asked for it.") -> Edit:
    row = {"rule": "R72", "address": "retention.r1.period", "by": by, "at": "2026-07-01T12:00:00Z", "reason": reason}
    return Edit("R72@retention.r1.period", row, "accepted")


def test_an_acceptance_is_kept_in_one_save_and_taken_back_in_another(database: Engine) -> None:
    draft = created(database)
    after = _edited(database, draft.ref, _accepted(), seen=1)
    assert after.agreement.accepted == (_accepted().value,) == loaded(database, draft.ref).agreement.accepted
    back = _edited(database, draft.ref, Edit("R72@retention.r1.period", ABSENT, "accepted"), seen=after.number)
    assert (back.number, back.agreement.accepted) == (3, ())
    with reading(database) as session:
        assert as_of(session, draft.ref, 2).accepted == after.agreement.accepted
        assert as_of(session, draft.ref, 1).accepted == ()


def test_of_two_who_accept_the_same_point_the_second_is_told(database: Engine) -> None:
    draft = created(database)
    _edited(database, draft.ref, _accepted("Bo Li"), seen=1)
    with pytest.raises(Conflict) as told:
        _edited(database, draft.ref, _accepted("Ada Jones", "Another reason."), seen=1)
    assert told.value.addresses == ("R72@retention.r1.period",)


def test_an_acceptance_and_an_answer_do_not_conflict(database: Engine) -> None:
    draft = created(database)
    _edited(database, draft.ref, _accepted(), seen=1)
    after = saved(database, draft.ref, {"about.title": "Another"}, seen=1)
    assert len(after.agreement.accepted) == 1 and after.title == "Another"
