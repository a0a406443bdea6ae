"""The projector view and the pictures on the matrix page: what the server sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from lxml import html

from protocolbuilder import catalogue
from protocolbuilder.documents.slides_content import NO_SIGNATURE
from tests.law.filled import filled
from tests.store.builders import issued, loaded
from tests.web.visitor import Visitor

Make = Callable[..., Any]


def test_a_draft_is_shown_slide_by_slide_with_places_to_jump_to(visitor: Visitor, draft: Make) -> None:
    ref = draft(**filled("police-schools").answers).ref
    page = visitor.get(f"/agreements/{ref}/present")
    slides = page.tree.find_class("slide")
    assert [one.get("id") for one in slides] == [f"slide-{n}" for n in range(1, len(slides) + 1)]
    assert NO_SIGNATURE in page.words and f"{ref}, draft 1" in page.words
    assert all(one.find_class("notes")[0].text_content().strip() for one in slides)
    places = {f"#{one.get('id')}" for one in slides}
    links = {one.get("href") for one in page.tree.xpath("//nav//a")}
    assert links <= places | {f"/agreements/{ref}"} and f"/agreements/{ref}" in links
    assert not page.tree.xpath("//@style") and not page.tree.xpath("//script[not(@src)]")


def test_a_name_that_looks_like_markup_stays_a_name(visitor: Visitor, draft: Make) -> None:
    answers = dict(filled("police-schools").answers)
    answers["parties"] = [{**row, "name": "<script>x</script> & {{ 7*7 }}"} for row in answers["parties"]]
    ref = draft(**answers).ref
    for address in (f"/agreements/{ref}/present", f"/agreements/{ref}/matrix?view=pictures"):
        page = visitor.get(address)
        assert "<script>x" not in page.text and "<script>x</script> & {{ 7*7 }}" in page.words


def test_a_document_without_flows_has_no_slides(visitor: Visitor, draft: Make) -> None:
    ref = draft(catalogue.pattern("protocol").agreement).ref
    assert "A document without flows has no slides." in visitor.get(f"/agreements/{ref}/present", status=404).words


def test_the_pictures_of_the_matrix_follow_its_filter_and_are_said_in_words(visitor: Visitor, draft: Make) -> None:
    ref = draft(**filled("mash").answers).ref
    whole = visitor.get(f"/agreements/{ref}/matrix?view=pictures")
    fire = visitor.get(f"/agreements/{ref}/matrix?view=pictures&from=fire")
    for page in (whole, fire):
        assert [one.get("role") for one in page.tree.iter("svg")] == ["img", "img"]
    lines = [one.text_content() for one in fire.tree.xpath("//details//li")]
    assert lines and all(line.startswith("Northshire body 13 to ") for line in lines)
    assert set(lines) <= {one.text_content() for one in whole.tree.xpath("//details//li")}


def test_an_empty_agreement_can_be_shown(visitor: Visitor, draft: Make) -> None:
    ref = draft().ref
    assert len(visitor.get(f"/agreements/{ref}/present").tree.find_class("slide")) >= 5
    assert html.tostring(visitor.get(f"/agreements/{ref}/matrix?view=pictures").tree)


def test_the_slides_of_a_version_that_was_replaced_say_so(app: Flask, visitor: Visitor, draft: Make) -> None:
    ref = draft(filled("police-schools")).ref
    database = app.extensions["protocolbuilder"].database
    for _ in range(2):
        issued(database, loaded(database, ref))
    older, latest = (visitor.get(f"/agreements/{ref}/versions/{number}/present").words for number in (1, 2))
    assert "Out of date: version 2 replaced this." in older and f"{ref}, version 1" in older
    assert "Out of date" not in latest and f"{ref}, version 2" in latest
    visitor.get(f"/agreements/{ref}/versions/3/present", status=404)
