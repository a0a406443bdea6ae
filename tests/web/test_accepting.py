"""Several warnings accepted together: ticked, read again, one name, one reason, one save."""

from collections.abc import Callable

import pytest
from flask import Flask

from protocolbuilder.domain.agreement import Agreement, acceptance_address, put
from protocolbuilder.store.agreements import Draft
from protocolbuilder.web import findings
from protocolbuilder.web.opened import open_draft
from tests.law.filled import filled
from tests.web.signing_in import asking
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]
BY, WHY = "Sam Hill, head of service", "The board saw the schedules."


@pytest.fixture
def ref(draft: Make) -> str:
    return draft(filled("early-help")).ref


def standing(app: Flask, ref: str) -> tuple[findings.Finding, ...]:
    with asking(app):
        return findings.standing_of(open_draft(ref))


def warnings(app: Flask, ref: str) -> dict[str, findings.Finding]:
    """Acceptance address -> a warning that may be accepted, in the order of the review."""
    may = (one for one in standing(app, ref) if one.severity == "warning" and one.rule != "R20")
    return {acceptance_address(one.rule, one.address): one for one in may}


def ask(visitor: Visitor, ref: str, *places: str) -> Sheet:
    return visitor.get(f"/agreements/{ref}/findings/accept?" + "&".join(f"warning={place}" for place in places))


def test_only_what_may_be_accepted_has_a_box(app: Flask, visitor: Visitor, draft: Make) -> None:
    ref = draft(troubled()).ref
    page = visitor.get(f"/agreements/{ref}/findings")
    boxes = page.tree.xpath("//input[@name='warning']")
    assert {box.get("value") for box in boxes} == set(warnings(app, ref))
    assert {one.rule for one in standing(app, ref)} >= {"R11", "R20"}
    assert not any(box.get("checked") for box in boxes)
    for box in boxes:
        label = page.tree.xpath("//label[@for=$id]", id=box.get("id"))[0].text_content()
        assert warnings(app, ref)[box.get("value")].text in " ".join(label.split())


def troubled() -> Agreement:
    """With an error, a warning that nothing but a verification clears, and warnings."""
    clean = filled("early-help")
    vague = [{**row, "statement": "Safeguarding purposes."} for row in clean.answers["purposes"]]
    return put(put(clean, "purposes", vague), "gateways.info-duty", {"provision": "ca-2004-s16la", "stated_as": "duty"})


def test_all_of_a_page_are_ticked_and_unticked_by_a_link(app: Flask, visitor: Visitor, ref: str) -> None:
    page = visitor.get(f"/agreements/{ref}/findings?severity=warning")
    link = page.tree.xpath("//a[starts-with(normalize-space(),'Tick all')]")[0]
    every = visitor.get(link.get("href"))
    assert len(every.tree.xpath("//input[@name='warning'][@checked]")) == len(warnings(app, ref))
    assert "Untick all" in every.words and every.fields()["severity"] == ["warning"]
    back = visitor.get(every.tree.xpath("//a[starts-with(normalize-space(),'Untick')]")[0].get("href"))
    assert not back.tree.xpath("//input[@name='warning'][@checked]")


def test_several_are_accepted_in_one_save_each_with_its_own_words(
    app: Flask, visitor: Visitor, ref: str, stored: Stored
) -> None:
    chosen = list(warnings(app, ref).items())[:3]
    page = ask(visitor, ref, *(place for place, _ in chosen))
    assert page.h1 == "Accept 3 warnings together" and "printed in its annex" in page.words
    assert all(one.text in page.words and one.fix in page.words for _, one in chosen)
    assert stored(ref).number == 1, "a look changes nothing"
    after = visitor.send(page, by=BY, reason=WHY)
    assert "3 warnings accepted" in after.words and "Accepted (3)" in after.words
    assert stored(ref).number == 2
    rows = {acceptance_address(row["rule"], row["address"]): row for row in stored(ref).agreement.accepted}
    assert {place: row["text"] for place, row in rows.items()} == {place: one.text for place, one in chosen}
    assert {(row["by"], row["reason"]) for row in rows.values()} == {(BY, WHY)}
    assert not set(rows) & set(warnings(app, ref))


def test_without_a_tick_the_review_says_what_to_do(visitor: Visitor, ref: str) -> None:
    page = visitor.get(f"/agreements/{ref}/findings/accept?severity=warning")
    assert page.errors == [("Tick the warnings that you accept", "#warning-1")]
    assert "severity=warning" in page.address and page.tree.xpath("//*[@id='warning-1']")


def test_a_name_and_a_reason_are_needed_and_a_person_is_not_named(
    app: Flask, visitor: Visitor, ref: str, stored: Stored
) -> None:
    page = ask(visitor, ref, *warnings(app, ref))
    back = visitor.send(page, by="", reason=" ", status=422)
    assert [link for _, link in back.errors] == ["#by", "#reason"]
    careful = visitor.send(back, by=BY, reason="See NHS number 943 476 5919", status=422)
    assert "Look at this before it is saved" in careful.words and stored(ref).agreement.accepted == ()
    visitor.send(careful)
    assert len(stored(ref).agreement.accepted) == len(page.fields()["warning"])


def test_nothing_is_kept_when_one_of_them_changed_meanwhile(
    app: Flask, visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(put(filled("early-help"), "accuracy.corrections", "Partners should check facts asap.")).ref
    page = ask(visitor, ref, *warnings(app, ref))
    other.send(other.get(f"/agreements/{ref}/accuracy/corrections"), corrections="Partners should endeavour to check.")
    back = visitor.send(page, by=BY, reason=WHY, status=409)
    assert back.errors == [("The draft changed, and what is found with it. Read it again, then accept it", "#reason")]
    assert back.fields()["reason"] == [WHY] and "endeavour" in back.words and stored(ref).agreement.accepted == ()
    visitor.send(back)
    assert stored(ref).agreement.accepted


def test_what_somebody_else_decided_meanwhile_is_told_and_left_as_they_decided(
    app: Flask, visitor: Visitor, other: Visitor, ref: str, stored: Stored
) -> None:
    first, second, *_ = warnings(app, ref)
    page = ask(visitor, ref, first, second)
    other.send(ask(other, ref, first), by="Bo", reason="Another reason.")
    back = visitor.send(page, by=BY, reason=WHY, status=409)
    assert back.fields()["warning"] == [second] and len(stored(ref).agreement.accepted) == 1
    visitor.send(back)
    assert [row["by"] for row in stored(ref).agreement.accepted] == ["Bo", BY]
    late = visitor.send(page, by="Third", reason="Late.")
    assert "Nothing was accepted" in late.words
    assert [row["by"] for row in stored(ref).agreement.accepted] == ["Bo", BY]


def test_an_acceptance_taken_back_meanwhile_is_a_decision_too(
    app: Flask, visitor: Visitor, other: Visitor, ref: str, stored: Stored
) -> None:
    first = next(iter(warnings(app, ref)))
    page = ask(visitor, ref, first)
    after = other.send(ask(other, ref, first), by="Bo", reason="Known.")
    other.press(after, f"/agreements/{ref}/findings/{first.replace('@', '/')}", take_back="yes", seen="2")
    assert "decided on this meanwhile" in visitor.send(page, by=BY, reason=WHY, status=409).words
    assert stored(ref).agreement.accepted == ()


def test_an_error_and_an_unconfirmed_power_are_never_accepted_in_a_batch(
    app: Flask, visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(troubled()).ref
    bad = [acceptance_address(one.rule, one.address) for one in standing(app, ref) if one.rule in ("R11", "R20")]
    place = next(iter(warnings(app, ref)))
    assert ask(visitor, ref, *bad).address.endswith("ticked=none")
    page = ask(visitor, ref, place, *bad)
    assert page.fields()["warning"] == [place]
    visitor.send(page, by=BY, reason=WHY, warning=[place, *bad])
    assert [row["rule"] for row in stored(ref).agreement.accepted] == [place.split("@")[0]]


def test_what_one_rule_finds_twice_at_a_place_has_one_box(
    app: Flask, visitor: Visitor, draft: Make, stored: Stored
) -> None:
    clean = filled("early-help")
    member = {"id": "rural", "kind": "class", "name": "Village schools of Northshire", "agency_types": ["academy"]}
    ref = draft(put(clean, "parties", [*clean.answers["parties"], member])).ref
    page = visitor.get(f"/agreements/{ref}/findings")
    assert len(page.tree.xpath("//input[@value='R02@parties.rural']")) == 1
    visitor.send(ask(visitor, ref, "R02@parties.rural"), by=BY, reason=WHY)
    assert stored(ref).agreement.accepted[0]["text"].count("\n") == 2
    assert "R02@parties.rural" not in warnings(app, ref)
