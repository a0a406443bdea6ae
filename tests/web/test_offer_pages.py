"""What the law library offers a flow, on its page: nothing chosen beforehand, one button to take a provision."""

from collections.abc import Callable
from typing import Any

from protocolbuilder.domain.agreement import get, put
from protocolbuilder.store.agreements import Draft
from tests.builders import flow, party, small, with_answers
from tests.web.visitor import Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]


def offered(visitor: Visitor, ref: str, item: str = "f1", query: str = "") -> list[str]:
    page = visitor.get(f"/agreements/{ref}/flows/{item}/offer{query}")
    return [str(one) for one in page.tree.xpath("//div[starts-with(@class,'pb-offer')]/@id")]


def test_the_offer_says_what_applies_what_nearly_does_and_which_bases_are_open(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/flows/f1/offer")
    assert "ca-2004-s16la" in offered(visitor, ref) and "Commencement not confirmed" in page.words
    assert "What nearly applies, and why it does not" in page.words
    assert "Lawful bases that are open" in page.words and "Requires:" in page.words
    assert "The sender" in page.words and "The recipient" in page.words
    assert not page.tree.xpath("//main//input[@checked]")


def test_one_press_adds_the_power_and_ties_it_to_the_flow_in_one_save(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/flows/f1/offer")
    wanted = next(one for one in offered(visitor, ref) if one not in ("ca-2004-s11", "ca-2004-s16la"))
    after = visitor.send(page, provision=wanted)
    assert "This flow now rests on" in after.words
    kept = stored(ref)
    power = next(row for row in kept.agreement.answers["gateways"] if row["provision"] == wanted)
    assert get(kept.agreement, "flows.f1.gateways") == ["g1", power["id"]] and kept.number == 2
    assert get(kept.agreement, "flows.f2.gateways") == ["g1"]


def test_a_power_that_the_agreement_has_is_tied_and_not_added_again(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    made = put(small(), "flows.f1.gateways", [])
    ref = draft(made).ref
    visitor.send(visitor.get(f"/agreements/{ref}/flows/f1/offer"), provision="ca-2004-s11")
    assert get(stored(ref).agreement, "flows.f1.gateways") == ["g1"]
    assert len(stored(ref).agreement.answers["gateways"]) == 1


def test_a_duty_is_taken_as_must_and_a_power_as_may(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(put(small(), "purposes.pu1.categories", ["mash", "crime-prevention"])).ref
    said = {"ca-2004-s16la": "must", "ca-2004-s10": "co-operate", "cda-1998-s115": "may", "ca-2004-s16e": "function"}
    for provision in said:
        visitor.send(visitor.get(f"/agreements/{ref}/flows/f1/offer"), provision=provision)
    powers = {row["provision"]: row["stated_as"] for row in stored(ref).agreement.answers["gateways"]}
    assert powers == {"ca-2004-s11": "function", **said}


def test_a_flow_that_somebody_changed_meanwhile_is_not_overwritten(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/flows/f1/offer")
    other.send(other.get(f"/agreements/{ref}/flows/f1/offer"), provision="ca-2004-s10")
    before = get(stored(ref).agreement, "flows.f1.gateways")
    back = visitor.send(page, provision="ca-2004-s16la", status=409)
    assert "The flow changed since you opened this page" in back.words
    assert get(stored(ref).agreement, "flows.f1.gateways") == before


def test_a_flow_without_its_ends_is_asked_for_them_first(visitor: Visitor, draft: Make) -> None:
    bare = {"id": "f1", "from": ["p1"], "items": ["i1"]}
    ref = draft(with_answers(small(), flows=[bare])).ref
    page = visitor.get(f"/agreements/{ref}/flows/f1/offer")
    assert "First answer these" in page.words and "Purposes" in page.words and "Use this" not in page.words


def test_a_flow_between_many_says_whom_a_provision_leaves_out(visitor: Visitor, draft: Make) -> None:
    made = with_answers(
        small(),
        parties=[*small().answers["parties"], party("p3", "Northshire Charity", agency_types=["charity"])],
        flows=[flow("f1", "p1", "p2", **{"from": ["p1", "p3"]})],
    )
    ref = draft(made).ref
    page = visitor.get(f"/agreements/{ref}/flows/f1/offer")
    assert "Not open to Northshire Charity." in page.words
    assert "Choose one sender and one recipient above." in page.words
    assert "ca-2004-s16la" in offered(visitor, ref, query="?from=p1&to=p2")
    assert "ca-2004-s16la" not in offered(visitor, ref, query="?from=p3&to=p2")


def test_only_what_the_offer_lists_as_applying_can_be_taken_from_its_page(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/flows/f1/offer")
    back = visitor.send(page, provision="sswwa-2014-s130", status=422)
    assert "does not apply to this flow as it stands. Wales only. Nothing was added." in back.words
    assert [text for text, _ in back.errors] == ["Use what applies", "Choose another legal power for this flow"]
    for other in ("gra-2004-s22", "nothing", ""):
        back = visitor.send(page, provision=other, status=422)
        assert "is not among what applies to this flow as it stands. Nothing was added." in back.words
    assert stored(ref).number == 1


def test_what_applies_between_two_ends_only_is_taken_for_those_ends(
    visitor: Visitor, draft: Make, stored: Stored
) -> None:
    made = with_answers(
        small(),
        parties=[*small().answers["parties"], party("p3", "Northshire Charity", agency_types=["charity"])],
        flows=[flow("f1", "p1", "p2", **{"from": ["p1", "p3"]})],
    )
    ref = draft(made).ref
    where, narrow = f"/agreements/{ref}/flows/f1/offer?from=p3&to=p2", f"/agreements/{ref}/flows/f1/offer?from=p1&to=p2"
    page = visitor.get(narrow)
    assert narrow in page.tree.xpath("//form[@method='post']/@action")
    sent: dict[str, Any] = {"csrf_token": page.fields_of("csrf_token"), "provision": "ca-2004-s16la", "seen": "1"}
    assert "Only these may rely on it" in visitor.send(page, to=where, status=422, **sent).words
    after = visitor.send(page, to=narrow, **sent)
    assert "This flow now rests on" in after.words and after.address.endswith("?from=p1&to=p2")
    assert stored(ref).number == 2


def test_nothing_can_be_taken_for_a_flow_that_lacks_its_ends(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(with_answers(small(), flows=[{"id": "f1", "from": ["p1"], "items": ["i1"]}])).ref
    whole = visitor.get(f"/agreements/{draft(small()).ref}/flows/f1/offer")
    back = visitor.send(whole, to=f"/agreements/{ref}/flows/f1/offer", provision="ca-2004-s16la", status=422)
    assert "does not yet say what is needed" in back.words and "First answer these" in back.words
    assert stored(ref).number == 1


def test_what_is_no_flow_has_no_offer(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    for place in ("parties/p1", "flows/nothing", "nowhere/x"):
        visitor.get(f"/agreements/{ref}/{place}/offer", status=404)


def test_the_powers_page_and_the_page_of_the_flow_lead_to_the_offer(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    wanted = f"/agreements/{ref}/flows/f1/offer"
    assert wanted in list(visitor.get(f"/agreements/{ref}/flows/f1").links())
    assert wanted in list(visitor.get(f"/agreements/{ref}/flows/f1/purposes").links())


def test_a_legal_power_leads_to_its_page_in_the_library(visitor: Visitor, draft: Make) -> None:
    ref = draft(with_answers(small(), gateways=[
        {"id": "g1", "provision": "ca-2004-s11"}, {"id": "g2", "provision": {"other": "A local Act"}},
    ])).ref  # fmt: skip
    assert "/law/ca-2004-s11" in list(visitor.get(f"/agreements/{ref}/gateways/g1").links())
    own = visitor.get(f"/agreements/{ref}/gateways/g2")
    assert not [link for link in own.tree.xpath("//main//a/@href") if link.startswith("/law/")]
