"""Every page there is, fetched and looked at (see visitor.look_at)."""

from collections.abc import Callable

import pytest
from flask import Flask

from protocolbuilder import catalogue
from protocolbuilder.domain.journey import pages
from protocolbuilder.store.agreements import Draft
from protocolbuilder.web.security import HEADERS
from tests.builders import small
from tests.usual import some
from tests.web.test_standing import Register, sample
from tests.web.visitor import Visitor

Make = Callable[..., Draft]


@pytest.mark.parametrize("section", list(catalogue.schema("agreement-1").sections))
def test_every_question_of_every_section_is_reached_from_its_start(
    app: Flask, visitor: Visitor, draft: Make, section: str
) -> None:
    register = Register(app)
    register.issue(register.add(sample("protocol-1")).ref)  # to stand under: else there is nothing to choose from
    schema = catalogue.schema("agreement-1")
    agreement = draft().agreement
    ref = draft().ref
    found = schema.sections[section]
    item = "n0" if found.is_list else ""
    visitor.get(f"/agreements/{ref}/{section}")
    for page in pages(schema, agreement, section, "x" if item else ""):
        place = f"{section}/{item}/{page.name}?adding=yes" if item else f"{section}/{page.name}"
        sheet = visitor.get(f"/agreements/{ref}/{place}")
        assert sheet.fields()["asked"] == [" ".join(question.id for question in page.questions)]
        for question in page.questions:
            assert question.title in sheet.words
            assert sheet.tree.get_element_by_id(question.id) is not None, (
                f"an error at {question.id} would lead nowhere"
            )


@pytest.mark.parametrize("start", some((pattern.name for pattern in catalogue.patterns()), of=7))
def test_every_page_of_a_pattern_opens(visitor: Visitor, draft: Make, start: str) -> None:
    agreement = catalogue.pattern(start).agreement
    ref = draft(agreement).ref
    for place in ("", "/check", "/problems", "/sections"):
        visitor.get(f"/agreements/{ref}{place}")
    for key, answers in agreement.answers.items():
        visitor.get(f"/agreements/{ref}/{key}")
        if isinstance(answers, list) and answers:
            visitor.get(f"/agreements/{ref}/{key}/{answers[0]['id']}")
            for page in pages(catalogue.schema(agreement.schema), agreement, key, answers[0]["id"]):
                visitor.get(f"/agreements/{ref}/{key}/{answers[0]['id']}/{page.name}")


def test_every_answer_has_a_way_to_change_it(visitor: Visitor, draft: Make) -> None:
    agreement = small()
    ref = draft(agreement).ref
    page = visitor.get(f"/agreements/{ref}/check")
    rows = page.tree.find_class("govuk-summary-list__row")
    answered = sum(
        len(one) - (1 if "id" in one else 0)
        for answers in agreement.answers.values()
        for one in (answers if isinstance(answers, list) else [answers])
    )
    stated = [row for row in rows if "Change" in row.text_content()]
    assert len(stated) == answered


def test_no_word_of_an_address_is_taken_twice(app: Flask) -> None:
    """`/agreements/<ref>/check` is a page of ours, so no section may be called `check`; likewise for pages of items."""
    second, third, fourth = set[str](), set[str](), set[str]()
    for rule in app.url_map.iter_rules():
        parts = rule.rule.strip("/").split("/")
        for words, place in ((second, 2), (third, 3), (fourth, 4)):
            if parts[0] == "agreements" and len(parts) > place and not parts[place].startswith("<"):
                words.add(parts[place])
    for name in catalogue.SCHEMAS:
        schema = catalogue.schema(name)
        assert not second & set(schema.sections)
        for section in schema.sections.values():
            taken = fourth if section.is_list else third
            assert not taken & set(section.questions), section.id


@pytest.mark.asvs("V3.4.3")
def test_every_answer_carries_the_headers(app: Flask, draft: Make) -> None:
    client, ref = app.test_client(), draft().ref
    for address in (f"/agreements/{ref}", "/nowhere", "/static/pages.css", "/healthz", "/sign-in"):
        answer = client.get(address)
        answer.close()
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, address
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_healthz_answers(app: Flask) -> None:
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}


def test_a_page_that_is_not_there_says_what_became_of_the_answers(visitor: Visitor) -> None:
    page = visitor.get("/agreements/ISA-1999-0001", status=404)
    assert "Everything you saved is still there." in page.words


def test_a_form_from_another_site_is_refused(app: Flask, draft: Make) -> None:
    answer = app.test_client().post(f"/agreements/{draft().ref}/summary/text", data={"text": "x", "asked": "text"})
    assert answer.status_code == 400
    assert "Nothing you typed is lost" in answer.text


@pytest.mark.asvs("V4.1.2")
def test_another_name_for_this_machine_is_refused(app: Flask) -> None:
    assert app.test_client().get("/agreements", headers={"Host": "evil.example"}).status_code == 400


def test_a_text_of_many_megabytes_is_kept_on_the_page_and_not_saved(visitor: Visitor, draft: Make) -> None:
    page = visitor.get(f"/agreements/{draft().ref}/summary/text")
    back = visitor.send(page, text="word " * 500_000, status=422)
    assert len(back.fields()["text"][0]) > 2_000_000
    assert ("Enter text of 20,000 characters at most.", "#text") in back.errors
