"""Issuing is stopped by problems, by errors of the review, and by warnings that nobody accepted."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from lxml import html

from protocolbuilder import catalogue
from protocolbuilder.documents import package, templates
from protocolbuilder.documents.stock import FOLDER
from protocolbuilder.documents.verifying import verify
from protocolbuilder.domain.agreement import ABSENT, Agreement, put
from protocolbuilder.keys import own_certificates
from protocolbuilder.store import trail
from protocolbuilder.store.agreements import Draft, create, load
from protocolbuilder.store.engine import reading, writing
from tests.builders import small
from tests.law.filled import accepted
from tests.web.conftest import START
from tests.web.visitor import Sheet, Visitor

Make = Callable[..., Draft]
Stored = Callable[[str], Draft]
DUTY = "ca-2004-s16la"
VERIFIED = {
    "seen": "The section and its commencement.", "instrument": "S.I. 2026/1000", "post": "Solicitor",
    "commenced__day": "30", "commenced__month": "9", "commenced__year": "2026",
}  # fmt: skip


def sample() -> Agreement:
    """Without a problem or an error; three warnings of the review wait."""
    return next(one.agreement for one in catalogue.samples() if one.agreement.schema == "agreement-1")


def forced(visitor: Visitor, ref: str, *, seen: int = 1, status: int = 422) -> Sheet:
    """The form is sent although the page offers none."""
    token = visitor.get("/agreements/new").fields()["csrf_token"][0]
    fields = {"csrf_token": token, "seen": str(seen)}
    answer = visitor.client.post(f"/agreements/{ref}/issue", data=fields)
    return visitor._follow(answer, f"/agreements/{ref}/issue", status)


def is_blocked(visitor: Visitor, ref: str, *words: str) -> Sheet:
    page = visitor.get(f"/agreements/{ref}/issue")
    assert "It cannot be issued yet" in page.words and not page.tree.xpath("//main//form")
    for word in words:
        assert word in page.words
    assert "It cannot be issued yet" in forced(visitor, ref).words
    return page


def accept_all(visitor: Visitor, ref: str) -> Sheet:
    """Ticks every warning of the review and accepts them together."""
    page = visitor.get(f"/agreements/{ref}/findings?ticked=all")
    ticked = page.tree.xpath("//input[@name='warning'][@checked]/@value")
    asked = visitor.get(f"/agreements/{ref}/findings/accept?" + "&".join(f"warning={one}" for one in ticked))
    return visitor.send(asked, by="Sam Hill, head of service", reason="The partnership board knows.")


def test_a_warning_blocks_until_it_is_accepted(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(sample()).ref
    page = is_blocked(visitor, ref, "3 points stand in the way: 3 warnings that nobody accepted")
    assert stored(ref).issued is None
    assert len([link for link in page.links() if "/findings/R72/" in link]) == 3
    assert f"/agreements/{ref}/findings?severity=warning" in list(page.links())
    accept_all(visitor, ref)
    ready = visitor.get(f"/agreements/{ref}/issue")
    assert "nothing of the review stands in the way: 3 warnings were accepted" in ready.words
    assert visitor.send(ready).address == f"/agreements/{ref}/versions/1"
    assert stored(ref).issued == 1


def test_an_error_blocks_and_is_led_to(visitor: Visitor, draft: Make, stored: Stored) -> None:
    ref = draft(put(accepted(sample()), "breaches.steps", ABSENT)).ref
    page = is_blocked(visitor, ref, "1 error of the review", "An error is put right. It cannot be accepted.")
    link = next(one for one in page.links() if "/breaches/" in one)
    assert link.endswith("?return=issue#steps")
    after = visitor.send(visitor.get(link.split("#")[0]), steps="The sender is told, and the steps are reviewed.")
    assert after.address.endswith("/issue") and "It cannot be issued yet" not in after.words
    assert stored(ref).issued is None


def test_problems_errors_and_warnings_stand_apart(visitor: Visitor, draft: Make) -> None:
    page = is_blocked(visitor, draft(small()).ref)
    heads = [one.text_content().split(" (")[0].strip() for one in page.tree.xpath("//main//h2")]
    assert heads == ["Missing or wrong", "Errors of the review", "Warnings that nobody accepted"]
    counted = [int(one.text_content().split("(")[1].rstrip(")")) for one in page.tree.xpath("//main//h2")]
    assert f"{sum(counted)} points stand in the way" in page.words
    anchors = [link.get("href") for link in page.tree.xpath("//main//ul/li/a[starts-with(@href,'#')]")]
    assert anchors == ["#problems", "#errors", "#warnings"]


def test_a_warning_that_says_something_else_blocks_again(visitor: Visitor, draft: Make) -> None:
    agreement = accepted(sample())
    rows = tuple({**row, "text": "It said this before."} for row in agreement.accepted)
    is_blocked(visitor, draft(replace(agreement, accepted=rows)).ref, "Accepted before, when it said something else")


def test_what_no_acceptance_clears_blocks_until_a_verification_is_recorded(own: Flask) -> None:
    visitor, running = Visitor(own.test_client()), own.extensions["protocolbuilder"]
    unsure = put(sample(), "gateways.unsure", {"provision": DUTY, "stated_as": "must"})
    with writing(running.database) as session:
        ref = create(session, accepted(unsure), by="Jo Green", at=START, new_id=running.new_id).ref
    page = is_blocked(visitor, ref, "1 legal power not confirmed to be in force", "Recording a verification")
    assert f"/law/{DUTY}/verify" in list(page.links())
    refused = visitor.get(f"/agreements/{ref}/findings/R20/gateways.unsure.provision")
    assert refused.h1 == "This cannot be accepted" and f"/law/{DUTY}/verify" in list(refused.links())
    visitor.send(visitor.get(f"/law/{DUTY}/verify"), **VERIFIED)
    page = visitor.get(f"/agreements/{ref}/issue")
    assert "not confirmed to be in force" not in page.words
    if page.tree.xpath("//h2[@id='warnings']"):
        accept_all(visitor, ref)
        page = visitor.get(f"/agreements/{ref}/issue")
    assert visitor.send(page).address == f"/agreements/{ref}/versions/1"


def test_what_changed_meanwhile_is_told_before_what_stands(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(accepted(sample())).ref
    page = visitor.get(f"/agreements/{ref}/issue")
    other.send(other.get(f"/agreements/{ref}/breaches/steps"), steps="")
    back = visitor.send(page, note="Mine", status=409)
    assert "The draft changed since you opened this page" in back.words and "It cannot be issued yet" in back.words
    assert stored(ref).issued is None


def test_an_acceptance_taken_back_meanwhile_stops_the_version(
    visitor: Visitor, other: Visitor, draft: Make, stored: Stored
) -> None:
    ref = draft(accepted(sample())).ref
    page = visitor.get(f"/agreements/{ref}/issue")
    row = stored(ref).agreement.accepted[0]
    one = other.get(f"/agreements/{ref}/findings/{row['rule']}/{row['address']}")
    other.press(one, one.address, take_back="yes", seen="1")
    visitor.send(page, status=409)
    assert stored(ref).issued is None


def test_a_version_keeps_the_reviewers_report_and_prints_what_was_accepted(visitor: Visitor, draft: Make) -> None:
    ref = draft(accepted(sample())).ref
    page = visitor.send(visitor.get(f"/agreements/{ref}/issue"))
    report = next(link for link in page.links() if link.endswith("-version-1-review.docx"))
    for link in (report, next(link for link in page.links() if link.endswith("-version-1.docx"))):
        said = words_of(visitor.client.get(link).data)
        assert "The partnership board knows." in said and "Sam Hill, head of service" in said, link
        assert "School child protection file” of one retention rule was not verified" in said, link


def words_of(word: bytes) -> str:
    return str(html.fromstring(ZipFile(BytesIO(word)).read("word/document.xml")).text_content())


@pytest.mark.parametrize("name", [one.name for one in catalogue.samples()])
def test_every_sample_is_issued_once_its_warnings_are_accepted(visitor: Visitor, draft: Make, name: str) -> None:
    ref = draft(next(one.agreement for one in catalogue.samples() if one.name == name)).ref
    is_blocked(visitor, ref)
    accept_all(visitor, ref)
    assert visitor.send(visitor.get(f"/agreements/{ref}/issue")).address == f"/agreements/{ref}/versions/1"


def test_the_word_file_is_sealed_before_it_is_kept_and_the_trail_says_by_which_certificate(own: Flask) -> None:
    visitor, running = Visitor(own.test_client()), own.extensions["protocolbuilder"]
    with writing(running.database) as session:
        ref = create(session, accepted(sample()), by="Jo Green", at=START, new_id=running.new_id).ref
    assert "Its Word file is sealed" in visitor.get(f"/agreements/{ref}/issue").words
    visitor.send(visitor.get(f"/agreements/{ref}/issue"))
    content = visitor.client.get(f"/agreements/{ref}/versions/1/{ref}-version-1.docx").data
    report = verify(content, trust=own_certificates(running.settings), at=START, expected=1)
    assert report.accepted, report.all_problems
    with reading(running.database) as session:
        line = trail.lines(session, ref)[0]
    assert line.event == "agreement.issued" and line.said["data"]["seal"] == report.signatures[0].fingerprint
    assert line.said["document"] == {"name": f"{ref}-version-1.docx", "digest": sha256(content).hexdigest()}


def test_a_template_that_prints_the_day_it_is_read_stops_the_version(own: Flask) -> None:
    """The seal would stay right while the text changed."""
    visitor, running = Visitor(own.test_client()), own.extensions["protocolbuilder"]
    parts = dict(package.read_own(templates.load("agreement-1")))
    field = b'<w:p><w:fldSimple w:instr="DATE"><w:r><w:t>today</w:t></w:r></w:fldSimple></w:p>'
    start = parts[package.WORD].rindex(b"<w:sectPr")
    parts[package.WORD] = parts[package.WORD][:start] + field + parts[package.WORD][start:]
    place = running.settings.instance / FOLDER / "agreement-1.docx"
    place.parent.mkdir(parents=True)
    place.write_bytes(package.write(parts))
    with writing(running.database) as session:
        ref = create(session, accepted(sample()), by="Jo Green", at=START, new_id=running.new_id).ref
    page = visitor.send(visitor.get(f"/agreements/{ref}/issue"), status=422)
    assert "Version 1 was not issued" in page.words and "The text holds a field (DATE)" in page.words
    with reading(running.database) as session:
        assert load(session, ref).issued is None and trail.lines(session, ref) == ()
