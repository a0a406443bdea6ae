"""The review on the pages: what it finds, where, and how a warning is accepted or taken back."""

from collections.abc import Callable

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.store.agreements import Draft
from protocolbuilder.web import findings
from protocolbuilder.web.opened import open_draft
from tests.builders import small
from tests.law.filled import filled
from tests.store.builders import issued, loaded
from tests.web.signing_in import asking
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]


@pytest.fixture
def ref(draft: Make) -> str:
    return draft(filled("early-help")).ref


def found_in(app: Flask, ref: str) -> tuple[findings.Finding, ...]:
    with asking(app):
        return findings.standing_of(open_draft(ref))


def a_warning(app: Flask, ref: str, *, but: tuple[str, ...] = ()) -> findings.Finding:
    return next(one for one in found_in(app, ref) if one.severity == "warning" and one.rule not in ("R20", *but))


def accept(visitor: Visitor, ref: str, finding: findings.Finding, *, reason: str = "The board knows.") -> Sheet:
    page = visitor.get(f"/agreements/{ref}/findings/{finding.rule}/{finding.address}")
    return visitor.send(page, by="Sam Hill, head of service", reason=reason)


def test_the_page_shows_every_finding_with_place_remedy_source_rule_and_version(
    app: Flask, visitor: Visitor, ref: str
) -> None:
    page = visitor.get(f"/agreements/{ref}/findings")
    assert "A prompt for people, not legal advice" in page.words
    found = found_in(app, ref)
    assert len(page.tree.xpath("//ul[contains(@class,'pb-findings')]/li")) == len(found)
    for one in found:
        for words in (one.text, one.fix, one.source, f"{one.rule}, law library {one.library}"):
            assert " ".join(words.split()) in page.words


def test_every_finding_leads_to_its_question(app: Flask, visitor: Visitor, ref: str) -> None:
    page = visitor.get(f"/agreements/{ref}/findings")
    links = page.tree.xpath("//ul[contains(@class,'pb-findings')]/li/p/a[not(contains(@class,'pb-apart'))]/@href")
    assert len(links) == len(found_in(app, ref))
    for link in sorted(set(links))[:12]:
        visitor.get(link.split("#")[0])


def test_the_filter_by_severity_and_section_stays_in_the_address(app: Flask, visitor: Visitor, ref: str) -> None:
    page = visitor.get(f"/agreements/{ref}/findings?severity=warning&section=gateways")
    kept = [one for one in found_in(app, ref) if (one.severity, one.address.split(".")[0]) == ("warning", "gateways")]
    assert kept and len(page.tree.xpath("//ul[contains(@class,'pb-findings')]/li")) == len(kept)
    links = page.tree.xpath("//nav[@aria-label='Findings by severity']//a/@href")
    assert f"/agreements/{ref}/findings?section=gateways&severity=advice" in links
    assert page.fields()["severity"] == ["warning"] and page.fields()["section"] == ["gateways"]


def test_an_accepted_warning_is_kept_with_who_when_and_why_and_can_be_taken_back(
    app: Flask, visitor: Visitor, ref: str, stored: Stored
) -> None:
    finding = a_warning(app, ref)
    page = accept(visitor, ref, finding)
    (row,) = stored(ref).agreement.accepted
    assert (row["rule"], row["address"], row["text"]) == (finding.rule, finding.address, finding.text)
    assert (row["by"], row["reason"]) == ("Sam Hill, head of service", "The board knows.")
    assert row["at"].startswith("2026-11-24T") and row["at"].endswith("Z")
    assert stored(ref).number == 2
    assert "Accepted by Sam Hill, head of service on 24 November 2026: The board knows." in page.words
    assert finding not in found_in(app, ref)
    visitor.press(page, f"/agreements/{ref}/findings/{finding.rule}/{finding.address}", take_back="yes", seen="2")
    assert stored(ref).agreement.accepted == () and finding in found_in(app, ref)


def test_a_comparison_lists_points_accepted_and_taken_back(app: Flask, visitor: Visitor, draft: Make) -> None:
    ref, database = draft(filled("early-help")).ref, app.extensions["protocolbuilder"].database
    issued(database, loaded(database, ref))
    finding = a_warning(app, ref, but=("X02",))
    accept(visitor, ref, finding)
    page = visitor.get(f"/agreements/{ref}/compare")
    assert "0 answers changed, and 1 accepted point of the review." in page.words
    before, after = (one.text_content() for one in page.tree.xpath("//tbody//td"))
    assert before == "Not accepted" and finding.text in after and "by Sam Hill, head of service on" in after
    issued(database, loaded(database, ref))
    visitor.send(visitor.get(f"/agreements/{ref}/findings/{finding.rule}/{finding.address}"), take_back="yes")
    back = visitor.get(f"/agreements/{ref}/compare?before=2&after=draft")
    assert "Taken back: it stands again" in back.words
    assert "Nothing changed" in visitor.get(f"/agreements/{ref}/compare?before=1&after=draft").words


def test_a_warning_is_accepted_only_with_a_name_and_a_reason(
    app: Flask, visitor: Visitor, ref: str, stored: Stored
) -> None:
    finding = a_warning(app, ref)
    page = visitor.get(f"/agreements/{ref}/findings/{finding.rule}/{finding.address}")
    back = visitor.send(page, by=" ", reason="", status=422)
    assert [link for _, link in back.errors] == ["#by", "#reason"]
    careful = visitor.send(page, by="Sam", reason="Call 01632 960 123 about NHS number 943 476 5919", status=422)
    assert "Look at this before it is saved" in careful.words
    assert stored(ref).agreement.accepted == ()


def test_an_error_and_an_unverified_status_cannot_be_accepted(
    app: Flask, visitor: Visitor, draft: Make, stored: Stored
) -> None:
    clean = filled("early-help")
    vague = [{**row, "statement": "Safeguarding purposes."} for row in clean.answers["purposes"]]
    unverified = {"provision": "ca-2004-s16la", "stated_as": "duty"}
    ref = draft(put(put(clean, "purposes", vague), "gateways.info-duty", unverified)).ref
    found = found_in(app, ref)
    for rule in ("R11", "R20"):
        finding = next(one for one in found if one.rule == rule)
        page = visitor.get(f"/agreements/{ref}/findings/{rule}/{finding.address}")
        assert page.h1 == "This cannot be accepted" and not page.tree.xpath("//textarea")
        token = {"csrf_token": page.fields_of("csrf_token")} if "csrf_token" in page.text else {}
        visitor.client.post(page.address, data={**token, "by": "Sam", "reason": "Because.", "seen": "1"})
    assert stored(ref).agreement.accepted == ()


def test_an_acceptance_of_what_changed_meanwhile_is_refused_and_the_text_kept(
    app: Flask, visitor: Visitor, ref: str, stored: Stored
) -> None:
    finding = a_warning(app, ref)
    page = visitor.get(f"/agreements/{ref}/findings/{finding.rule}/{finding.address}")
    back = visitor.send(page, by="Sam", reason="The board knows.", found="0123456789abcdef", status=409)
    assert back.fields()["reason"] == ["The board knows."] and stored(ref).agreement.accepted == ()


def test_the_second_of_two_who_accept_the_same_is_told(
    app: Flask, visitor: Visitor, other: Visitor, ref: str, stored: Stored
) -> None:
    finding = a_warning(app, ref)
    page = other.get(f"/agreements/{ref}/findings/{finding.rule}/{finding.address}")
    accept(visitor, ref, finding)
    back = other.send(page, by="Bo", reason="Another reason.", status=409)
    assert "decided on this meanwhile" in back.words
    assert stored(ref).agreement.accepted[0]["by"] == "Sam Hill, head of service"


def test_a_warning_that_says_something_else_now_stands_again(
    app: Flask, visitor: Visitor, draft: Make
) -> None:
    agreement = put(filled("early-help"), "accuracy.corrections", "Partners should check facts asap.")
    ref = draft(agreement).ref
    finding = next(one for one in found_in(app, ref) if (one.address, one.rule) == ("accuracy.corrections", "R95"))
    accept(visitor, ref, finding)
    page = visitor.get(f"/agreements/{ref}/accuracy/corrections")
    visitor.send(page, corrections="Partners should endeavour to correct facts.")
    again = visitor.get(f"/agreements/{ref}/findings")
    assert "Accepted before, when it said something else" in again.words


def test_what_one_rule_finds_twice_at_a_place_is_accepted_together(
    app: Flask, visitor: Visitor, draft: Make, stored: Stored
) -> None:
    clean = filled("early-help")
    member = {"id": "rural", "kind": "class", "name": "Village schools of Northshire", "agency_types": ["academy"]}
    ref = draft(put(clean, "parties", [*clean.answers["parties"], member])).ref
    twice = [one for one in found_in(app, ref) if (one.rule, one.address) == ("R02", "parties.rural")]
    assert len(twice) > 1
    accept(visitor, ref, twice[0])
    assert stored(ref).agreement.accepted[0]["text"].split("\n") == [one.text for one in twice]
    assert not set(twice) & set(found_in(app, ref))


def test_the_task_list_counts_errors_and_warnings(app: Flask, visitor: Visitor, ref: str) -> None:
    counts = findings.counts(found_in(app, ref))
    words = visitor.get(f"/agreements/{ref}").words
    assert f"Review: {counts['error']} error" in words and f", {counts['warning']} warning" in words


def test_what_a_page_brings_is_told_after_saving_and_stands_at_its_question(visitor: Visitor, draft: Make) -> None:
    ref = draft().ref
    page = visitor.get(f"/agreements/{ref}/parties/mash/name?adding=yes")
    after = visitor.send(page, name="Northshire MASH")
    assert "Look at what you just saved" in after.words and "list the bodies" in after.words.casefold()
    again = visitor.get(f"/agreements/{ref}/parties/mash/name")
    assert again.tree.xpath("//*[contains(@class,'pb-finding')]")
    assert "Look at what you just saved" not in again.words
    for place in ("parties", "parties/mash"):
        assert "The review asks about" in visitor.get(f"/agreements/{ref}/{place}").words


def test_removing_an_item_takes_what_was_accepted_of_it_along(
    app: Flask, visitor: Visitor, ref: str, stored: Stored
) -> None:
    finding = next(one for one in found_in(app, ref) if one.severity == "warning" and one.address.count(".") == 2)
    accept(visitor, ref, finding)
    section, item, _ = finding.address.split(".")
    visitor.send(visitor.get(f"/agreements/{ref}/{section}/{item}/remove"))
    assert stored(ref).agreement.accepted == ()


def test_a_draft_with_wrong_answers_is_still_reviewed(visitor: Visitor, draft: Make) -> None:
    ref = draft(flows=[{"id": "f1", "from": 7}], about={"nations": "england", "title": 5}).ref
    visitor.get(f"/agreements/{ref}/findings")


@pytest.mark.parametrize("name", [sample.name for sample in catalogue.samples()])
def test_the_samples_are_reviewed(visitor: Visitor, draft: Make, name: str) -> None:
    agreement: Agreement = next(sample.agreement for sample in catalogue.samples() if sample.name == name)
    visitor.get(f"/agreements/{draft(agreement).ref}/findings")


def test_the_reviewers_report_is_downloaded_as_word(visitor: Visitor, ref: str) -> None:
    link = next(one for one in visitor.get(f"/agreements/{ref}/findings").links() if one.endswith("review.docx"))
    answer = visitor.client.get(link)
    assert answer.status_code == 200 and answer.data.startswith(b"PK")
    assert "draft-1-review.docx" in answer.headers["Content-Disposition"]


def test_restricted_information_is_marked_as_soon_as_its_category_is_chosen(visitor: Visitor, draft: Make) -> None:
    ref = draft(small()).ref
    page = visitor.get(f"/agreements/{ref}/items/i1/name")
    after = visitor.send(page, category="adoption-information")
    assert "The law restricts this information: ACA 2002 ss.56-65" in after.words
    for place in ("items/i1/name", "items/i1", "items", "matrix", "matrix?view=flows"):
        words = visitor.get(f"/agreements/{ref}/{place}").words
        assert "Restricted" in words and "ACA 2002 ss.56-65: Adoption information (not verified)" in words, place


def test_a_long_review_is_read_a_page_at_a_time(app: Flask, visitor: Visitor, draft: Make) -> None:
    clean = filled("early-help")
    bare = {key: value for key, value in clean.answers["flows"][0].items() if key not in ("bases", "gateways", "ref")}
    ref = draft(put(clean, "flows", [{**bare, "id": f"f{number}"} for number in range(60)])).ref
    total = len(found_in(app, ref))
    first = visitor.get(f"/agreements/{ref}/findings")
    assert total > 100 and len(first.tree.xpath("//ul[contains(@class,'pb-findings')]/li")) == 100
    last = visitor.get(f"/agreements/{ref}/findings?page={-(-total // 100)}")
    assert len(last.tree.xpath("//ul[contains(@class,'pb-findings')]/li")) == total % 100 or 100
    assert "points are in the review" in visitor.get(f"/agreements/{ref}/flows").words
