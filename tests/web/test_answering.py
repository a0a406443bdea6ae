"""Questions, answered: post, save, go on. Nothing typed is lost."""

from collections.abc import Callable
from typing import Any

from protocolbuilder.store.agreements import Draft
from tests.builders import party, small
from tests.web.visitor import Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]


def test_an_answer_is_saved_and_the_next_page_follows(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/about")
    assert "Page 1 of" in page.words
    after = visitor.send(page, title="Sharing in Northshire", kind="isa", tier="agreement")
    assert after.address == f"/agreements/{ref}/about/nations"
    assert stored(ref).agreement.answers["about"] == {
        "title": "Sharing in Northshire",
        "kind": "isa",
        "tier": "agreement",
    }
    assert stored(ref).updated_by == visitor.name


def test_whoever_was_signed_out_meanwhile_signs_in_and_what_was_typed_goes_along(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/summary/text")
    with visitor.client.session_transaction() as kept:
        token = kept.pop("sign_in")
    asked = visitor.client.post(page.address, data={**page.fields(), "text": "Line one\nLine two"})
    assert asked.status_code == 401
    assert "<h1" in asked.text and "Sign in" in asked.text and "Line one" in asked.text
    assert stored(ref).number == 1
    with visitor.client.session_transaction() as kept:
        kept["sign_in"] = token
    visitor.send(page, text="Line one\nLine two")
    assert stored(ref).agreement.answers["summary"]["text"] == "Line one\nLine two"
    again = visitor.get(f"/agreements/{ref}/summary/text")
    assert visitor.name in again.text


def test_a_wrong_answer_comes_back_with_its_text_and_a_link_to_the_place(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/review")
    back = visitor.send(
        page, next__day="31", next__month="2", next__year="2027", owner="Head of safeguarding", status=422
    )
    assert back.title.startswith("Error: ")
    assert back.errors == [(back.errors[0][0], "#next")]
    assert back.fields()["next--day"] == ["31"]
    assert back.fields()["owner"] == ["Head of safeguarding"]
    assert stored(ref).number == 1


def test_an_e_mail_address_that_is_none_is_said_in_the_same_words_twice(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/contacts/add")
    back = visitor.send(page, email="nobody at all", post="Records officer", status=422)
    text = "Enter an e-mail address in the right form, like name@example.org."
    assert (text, "#email") in back.errors
    assert back.words.count(text) == 2
    assert back.fields()["email"] == ["nobody at all"]


def test_a_page_may_be_left_half_empty(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    visitor.send(visitor.get(f"/agreements/{ref}/about"), title="A title")
    tasks = visitor.get(f"/agreements/{ref}")
    assert "In progress" in tasks.words
    assert "3 missing" in tasks.words
    assert stored(ref).agreement.answers["about"] == {"title": "A title"}


def test_an_item_is_made_once_even_if_its_page_is_sent_twice(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/parties/add")
    assert page.h1 == "Add a partner"
    answers: dict[str, Any] = {"kind": "organisation", "role": "controller", "agency_types": ["la-children"]}
    for _ in range(2):
        visitor.send(page, name="Northshire Council", **answers)
    assert [one["name"] for one in stored(ref).agreement.answers["parties"]] == ["Northshire Council"]
    both = visitor.send(page, name="Northshire County Council", status=409, **answers)
    assert "Northshire Council" in both.words and "Northshire County Council" in both.words


def test_an_empty_page_makes_no_item(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    back = visitor.send(visitor.get(f"/agreements/{ref}/parties/add"), status=422)
    assert ("Enter the legal name", "#name") in back.errors
    assert stored(ref).agreement.answers["parties"] == []


def test_an_answer_that_asks_for_more_keeps_the_person_on_the_page(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/flows/f1/conditions")
    assert "How a person reviews it" not in page.words
    more = visitor.send(page, automated="yes")
    assert more.address == page.address
    assert "How a person reviews it" in more.words


def test_an_answer_is_taken_away_only_after_the_person_saw_it(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(small()).ref
    page = visitor.send(visitor.get(f"/agreements/{ref}/flows/f1/conditions"), automated="yes")
    visitor.send(page, human_review="A manager reads each case.")
    page = visitor.get(f"/agreements/{ref}/flows/f1/conditions")
    asked = visitor.send(page, automated="no", status=422)
    assert "A manager reads each case." in asked.words
    assert _flow(stored(ref))["human_review"] == "A manager reads each case."
    visitor.send(asked)
    assert _flow(stored(ref))["automated"] is False
    assert "human_review" not in _flow(stored(ref))


def test_text_that_looks_like_case_data_warns_and_does_not_block(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/summary/text")
    asked = visitor.send(page, text="Ask about 943 476 5919 first.", status=422)
    assert "an NHS number (943 476 5919)" in asked.words
    assert asked.fields()["text"] == ["Ask about 943 476 5919 first."]
    assert stored(ref).number == 1
    again = visitor.send(asked, text="Ask about AB 12 34 56 C first.", status=422)
    assert "National Insurance" in again.words
    visitor.send(again)
    assert stored(ref).agreement.answers["summary"]["text"] == "Ask about AB 12 34 56 C first."


def test_a_change_link_returns_to_check_answers(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    whole = visitor.get(f"/agreements/{ref}/check")
    link = next(link for link in whole.links() if "/about/title?return=all" in link)
    back = visitor.send(visitor.get(link.split("#")[0]), title="A better title")
    assert back.address == f"/agreements/{ref}/check"
    assert "A better title" in back.words
    section = visitor.get(f"/agreements/{ref}/about")
    link = next(link for link in section.links() if "/about/title?return=check" in link)
    assert visitor.send(visitor.get(link.split("#")[0]), title="Best").address == f"/agreements/{ref}/about/check"


def test_an_answer_of_ones_own_is_kept_beside_the_list(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/gateways/add")
    visitor.send(page, provision__other="Northshire Act 1901 s.4")
    (gateway,) = stored(ref).agreement.answers["gateways"]
    assert gateway["provision"] == {"other": "Northshire Act 1901 s.4"}
    assert "Northshire Act 1901 s.4" in visitor.get(f"/agreements/{ref}/gateways").words


def test_an_entry_that_was_not_verified_says_so(visitor: Visitor, draft: Make) -> None:
    page = visitor.get(f"/agreements/{draft().ref}/gateways/add")
    assert "(not verified)" in page.words


def test_a_question_of_an_item_that_was_removed_is_not_found(visitor: Visitor, draft: Make) -> None:
    visitor.get(f"/agreements/{draft().ref}/parties/nobody/name", status=404)


def test_a_control_character_is_taken_out_and_told(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(parties=[party("p1", "Police")]).ref
    page = visitor.get(f"/agreements/{ref}/summary/text")
    back = visitor.send(page, text="Before\x0bafter", status=422)
    assert "characters that cannot be kept" in back.words
    visitor.send(back)
    assert stored(ref).agreement.answers["summary"]["text"] == "Beforeafter"


def test_markup_in_an_answer_is_shown_as_text(visitor: Visitor, draft: Make) -> None:
    ref = draft().ref
    text = "<script>alert(1)</script> {{ 7*7 }} & Co"
    visitor.send(visitor.get(f"/agreements/{ref}/about"), title=text)
    for place in ("", "/check", "/about", "/about/title"):
        page = visitor.get(f"/agreements/{ref}{place}")
        assert "<script>alert(1)" not in page.text
        assert text in page.tree.text_content()


def _flow(draft: Draft) -> dict[str, object]:
    found: dict[str, object] = next(one for one in draft.agreement.answers["flows"] if one["id"] == "f1")
    return found
