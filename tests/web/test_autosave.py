"""Saving by itself goes to the same address as the button and loses nobody's answer."""

from collections.abc import Callable

from protocolbuilder.store.agreements import Draft
from tests.web.visitor import Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]


def named(visitor: Visitor) -> Visitor:
    return visitor


def test_typing_is_saved_and_said(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = named(visitor).get(f"/agreements/{ref}/summary/text")
    answer = visitor.autosave(page, text="First words")
    assert answer.status_code == 200
    said = answer.get_json()
    assert said["saved"] and said["seen"] == 2 and len(said["at"]) == 5 and said["overtaken"] == []
    assert visitor.autosave(page, text="First words and more", seen="2").get_json()["seen"] == 3
    assert stored(ref).agreement.answers["summary"]["text"] == "First words and more"


def test_a_wrong_answer_is_not_saved_and_said(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    answer = visitor.autosave(named(visitor).get(f"/agreements/{ref}/review"), next__year="next spring")
    assert answer.status_code == 422
    assert "next" in answer.get_json()["wrong"]
    assert stored(ref).number == 1


def test_somebody_elses_answer_on_the_page_is_named_so_that_it_is_not_sent_again(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    page = named(visitor).get(f"/agreements/{ref}/summary/text")
    other.send(other.get(page.address), benefits="Fewer visits")
    said = visitor.autosave(page, text="Mine").get_json()
    assert said["overtaken"] == ["benefits"]
    asked = " ".join(key for key in page.fields()["asked"][0].split() if key != "benefits")
    visitor.autosave(page, text="Mine again", seen=str(said["seen"]), asked=asked, benefits="")
    assert stored(ref).agreement.answers["summary"] == {"text": "Mine again", "benefits": ["Fewer visits"]}


def test_a_conflict_is_left_to_the_person(visitor: Visitor, other: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = named(visitor).get(f"/agreements/{ref}/summary/text")
    other.send(other.get(page.address), text="Theirs")
    answer = visitor.autosave(page, text="Mine")
    assert (answer.status_code, answer.get_json()["conflict"]) == (409, True)
    assert stored(ref).agreement.answers["summary"]["text"] == "Theirs"


def test_a_new_item_is_made_by_the_first_save_and_kept_up_by_the_next(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    page = named(visitor).get(f"/agreements/{ref}/parties/add")
    seen = visitor.autosave(page, name="Northshire").get_json()["seen"]
    visitor.autosave(page, name="Northshire Council", seen=str(seen))
    assert [one["name"] for one in stored(ref).agreement.answers["parties"]] == ["Northshire Council"]


def test_a_script_of_somebody_signed_out_is_told_and_nothing_is_saved(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/summary/text")
    with visitor.client.session_transaction() as kept:
        del kept["sign_in"]
    answer = visitor.autosave(page, text="Words")
    assert answer.status_code == 401
    assert "You are signed out" in answer.get_json()["detail"]
    assert stored(ref).number == 1
