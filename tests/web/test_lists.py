"""Lists of partners, flows and the rest: add, copy, move, remove; and what does not apply."""

from collections.abc import Callable

from protocolbuilder.store.agreements import Draft
from tests.builders import party, small
from tests.web.visitor import Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]
STEPS = [{"id": f"s{n}", "step": step, "within": "PT4H"} for n, step in enumerate(("First", "Second", "Third"), 1)]


def test_removing_asks_first_and_says_where_it_is_named(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(small()).ref
    gone = stored(ref).agreement.answers["parties"][0]["id"]
    page = visitor.get(f"/agreements/{ref}/parties/{gone}/remove")
    assert page.h1.startswith("Remove ") and "From" in page.words
    visitor.send(page)
    after = stored(ref).agreement
    assert gone not in [one["id"] for one in after.answers["parties"]]
    assert all(gone not in (*flow.get("from", ()), *flow.get("to", ())) for flow in after.answers["flows"])
    assert stored(ref).number == 2


def test_a_flow_is_copied_with_all_its_answers_and_an_id_of_its_own(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/flows")
    visitor.press(page, f"/agreements/{ref}/flows/f1/copy")
    flows = stored(ref).agreement.answers["flows"]
    first, copy = flows[0], flows[-1]
    assert copy["id"] not in {one["id"] for one in flows[:-1]}
    assert {**copy, "id": ""} == {**first, "id": ""}


def test_steps_are_moved_by_buttons(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(escalation_steps=STEPS).ref
    page = visitor.get(f"/agreements/{ref}/escalation_steps")
    visitor.press(page, f"/agreements/{ref}/escalation_steps/s3/move", to="up")
    assert [one["id"] for one in stored(ref).agreement.answers["escalation_steps"]] == ["s1", "s3", "s2"]
    visitor.press(page, f"/agreements/{ref}/escalation_steps/s1/move", to="up")
    assert stored(ref).number == 2


def test_what_does_not_apply_carries_its_reason_and_can_be_taken_back(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/does-not-apply/flows.f1.volume")
    refused = visitor.send(page, status=422)
    assert refused.errors and refused.title.startswith("Error: ")
    visitor.send(page, reason="It is one request at a time.")
    assert stored(ref).agreement.does_not_apply == {"flows.f1.volume": "It is one request at a time."}
    assert "Does not apply: It is one request at a time." in visitor.get(f"/agreements/{ref}/flows/f1").words
    page = visitor.get(f"/agreements/{ref}/does-not-apply/flows.f1.volume")
    visitor.send(page, take_back="yes")
    assert stored(ref).agreement.does_not_apply == {}


def test_an_answer_goes_when_its_question_does_not_apply_and_the_page_says_so(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/does-not-apply/flows.f1.necessity")
    assert "Less would not show the risk." in page.words
    visitor.send(page, reason="The law requires it.")
    assert "necessity" not in stored(ref).agreement.answers["flows"][0]


def test_a_section_that_does_not_apply_is_shown_with_its_reason(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    visitor.send(visitor.get(f"/agreements/{ref}/does-not-apply/international"), reason="Nothing leaves the UK.")
    assert "Does not apply" in visitor.get(f"/agreements/{ref}").words
    assert "Nothing leaves the UK." in visitor.get(f"/agreements/{ref}/international").words
    assert "Nothing leaves the UK." in visitor.get(f"/agreements/{ref}/check").words


def test_what_is_no_place_in_the_agreement_is_not_found(visitor: Visitor, draft: Make) -> None:
    ref = draft().ref
    for place in ("does-not-apply/about.nothing", "does-not-apply/nowhere", "nowhere", "about/nothing", "about/add"):
        visitor.get(f"/agreements/{ref}/{place}", status=404)


def test_every_problem_leads_to_its_place(visitor: Visitor, draft: Make) -> None:
    ref = draft(parties=[party("p1", "Police")]).ref
    page = visitor.get(f"/agreements/{ref}/problems")
    links = {link.split("#")[0] for link in page.links() if f"/{ref}/" in link}
    assert f"/agreements/{ref}/about/title?return=problems" in links
    for link in sorted(links):
        if not link.endswith(("/preview", "/matrix", "/issue", "/history")):
            visitor.get(link)
