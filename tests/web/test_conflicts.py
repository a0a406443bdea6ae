"""Two people, or two tabs: both texts are kept and the person chooses."""

from collections.abc import Callable

from protocolbuilder.store.agreements import Draft
from protocolbuilder.web.conflicts import differences
from tests.builders import party
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]


def clash(visitor: Visitor, other: Visitor, ref: str) -> Sheet:
    """Both open the page; the other saves first."""
    mine, theirs = (one.get(f"/agreements/{ref}/summary/text") for one in (visitor, other))
    other.send(theirs, text="We share to keep children safe.")
    return visitor.send(mine, text="We share to keep adults safe.", benefits="Fewer visits", status=409)


def test_both_texts_are_shown_side_by_side(visitor: Visitor, other: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = clash(visitor, other, ref)
    assert page.title.startswith("Error: ")
    sides = [one.text_content() for one in page.tree.find_class("pb-side")]
    assert sides == ["We share to keep children safe.", "We share to keep adults safe."]
    assert {one.text_content() for one in page.tree.iterfind(".//mark")} >= {"children"} or page.tree.findall(".//mark")
    assert stored(ref).agreement.answers["summary"] == {"text": "We share to keep children safe."}


def test_mine_may_be_kept(visitor: Visitor, other: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    visitor.send(clash(visitor, other, ref), settle__text="mine")
    assert stored(ref).agreement.answers["summary"] == {
        "text": "We share to keep adults safe.",
        "benefits": ["Fewer visits"],
    }


def test_theirs_may_be_kept_and_the_rest_of_my_page_is_saved(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    visitor.send(clash(visitor, other, ref), settle__text="theirs")
    assert stored(ref).agreement.answers["summary"] == {
        "text": "We share to keep children safe.",
        "benefits": ["Fewer visits"],
    }


def test_both_may_be_made_one(visitor: Visitor, other: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = clash(visitor, other, ref)
    start = page.fields()["merge--text"][0]
    assert "adults" in start and "children" in start
    visitor.send(page, settle__text="merge", merge__text="We share to keep children and adults safe.")
    assert stored(ref).agreement.answers["summary"]["text"] == "We share to keep children and adults safe."


def test_a_choice_has_to_be_made(visitor: Visitor, other: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = visitor.send(clash(visitor, other, ref), status=409)
    assert page.errors == [("Select which answer to “Summary in plain words” is kept", "#settle--text")]
    visitor.send(page, settle__text="mine")
    assert stored(ref).agreement.answers["summary"]["text"] == "We share to keep adults safe."


def test_two_people_at_different_questions_of_one_page_are_both_kept(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    mine, theirs = (one.get(f"/agreements/{ref}/summary/text") for one in (visitor, other))
    other.send(theirs, benefits="Fewer visits")
    visitor.send(mine, text="We share to keep adults safe.")
    assert stored(ref).agreement.answers["summary"] == {
        "text": "We share to keep adults safe.",
        "benefits": ["Fewer visits"],
    }


def test_an_item_removed_meanwhile_can_be_put_back_with_what_was_typed(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(parties=[party("p1", "Northshire Police"), party("p2", "Northshire Council")]).ref
    mine = visitor.get(f"/agreements/{ref}/parties/p1/ico_registration")
    other.send(other.get(f"/agreements/{ref}/parties/p1/remove"))
    page = visitor.send(mine, ico_registration="Z1234567", status=409)
    assert "Z1234567" in page.words and "removed while you were writing" in page.h1
    visitor.send(page)
    put_back = next(one for one in stored(ref).agreement.answers["parties"] if one["id"] == "p1")
    assert put_back["name"] == "Northshire Police"
    assert put_back["ico_registration"] == "Z1234567"


def test_what_was_said_not_to_apply_meanwhile_is_shown_as_their_answer(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    mine = visitor.get(f"/agreements/{ref}/summary/text")
    other.send(other.get(f"/agreements/{ref}/does-not-apply/summary.text"), reason="A letter serves instead.")
    page = visitor.send(mine, text="We share.", status=409)
    assert "Does not apply: A letter serves instead." in page.words
    visitor.send(page, settle__text="mine")
    assert stored(ref).agreement.answers["summary"] == {"text": "We share."}
    assert not stored(ref).agreement.does_not_apply


def test_differences_hold_every_character_of_both_texts() -> None:
    pieces = differences("We share to keep children safe.", "We share to keep adults safer.")
    assert "".join(text for side, text in pieces if side != "mine") == "We share to keep children safe."
    assert "".join(text for side, text in pieces if side != "theirs") == "We share to keep adults safer."
