"""The review of a draft beside the register: live agreements for the same sharing (X01), signatures (X02)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.store.agreements import create, discard, restore_discarded
from protocolbuilder.store.engine import Engine, writing
from protocolbuilder.web import findings
from protocolbuilder.web.opened import open_draft
from tests.law.filled import filled
from tests.store.builders import issued, loaded, saved
from tests.web.conftest import START
from tests.web.signing_in import asking
from tests.web.visitor import Visitor

Make = Callable[..., str]
Found = Callable[[str, str], list[str]]


@pytest.fixture
def visitor(own: Flask) -> Visitor:
    return Visitor(own.test_client())


@pytest.fixture
def database(own: Flask) -> Engine:
    engine: Engine = own.extensions["protocolbuilder"].database
    return engine


@pytest.fixture
def draft(own: Flask, database: Engine) -> Make:
    def make(title: str, agreement: Agreement | None = None, **answers: Any) -> str:
        made = put(agreement or filled("early-help"), "about.title", title)
        for address, value in answers.items():
            made = put(made, address.replace("__", "."), value)
        with writing(database) as session:
            return create(session, made, by="Jo Green", at=START, new_id=own.extensions["protocolbuilder"].new_id).ref

    return make


@pytest.fixture
def found(own: Flask, visitor: Visitor) -> Found:
    """What a rule finds in a draft, as the review page has it."""

    def look(ref: str, rule: str) -> list[str]:
        with asking(own):
            told = [one.text for one in findings.findings_of(open_draft(ref)) if one.rule == rule]
        words = visitor.get(f"/agreements/{ref}/findings").words
        assert all(" ".join(text.split()) in words for text in told)
        return told

    return look


def test_an_issued_agreement_for_the_same_sharing_is_told_and_a_draft_is_not(
    found: Found, draft: Make, database: Engine
) -> None:
    first, second = draft("The first agreement"), draft("The second agreement")
    assert found(second, "X01") == []
    issued(database, loaded(database, first))
    (told,) = found(second, "X01")
    assert "the same partners, purposes and information as “The first agreement”" in told
    assert found(first, "X01") == []


def test_what_is_discarded_put_back_or_issued_anew_is_seen_at_once(
    found: Found, draft: Make, database: Engine
) -> None:
    first, second = draft("The first agreement"), draft("The second agreement")
    issued(database, loaded(database, first))
    assert len(found(second, "X01")) == 1
    with writing(database) as session:
        discard(session, first, by="Jo Green", at=START)
    assert found(second, "X01") == []
    with writing(database) as session:
        restore_discarded(session, first, by="Jo Green", at=START)
    assert len(found(second, "X01")) == 1
    saved(database, first, {"parties.council.name": "Westshire Council"}, seen=1)
    assert len(found(second, "X01")) == 1
    issued(database, loaded(database, first))
    assert found(second, "X01") == []


def test_a_partner_whose_signature_is_not_recorded_is_told_once_an_issued_agreement_has_started(
    found: Found, draft: Make, database: Engine
) -> None:
    ref = draft("Started", term__start="2026-11-01")
    assert found(ref, "X02") == []
    issued(database, loaded(database, ref))
    before = found(ref, "X02")
    assert before and all(told.startswith("No signature of") for told in before)
    signed = [{"id": "x-part", "party": "police", "act": "signed", "date": "2026-11-20"}]
    saved(database, ref, {"participation": signed}, seen=1)
    assert found(ref, "X02") == []
    issued(database, loaded(database, ref))
    assert len(found(ref, "X02")) == len(before) - 1


@pytest.fixture
def statements(database: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield seen
    event.remove(database, "before_cursor_execute", note)


def test_a_page_reads_no_other_agreement_however_many_there_are(
    visitor: Visitor, draft: Make, database: Engine, statements: list[str]
) -> None:
    ref = draft("Mine")
    counts = []
    for number in (1, 12):
        for other in range(number):
            issued(database, loaded(database, draft(f"Other {number} {other}", about__theme=f"{number} {other}")))
        visitor.get(f"/agreements/{ref}")
        statements.clear()
        visitor.get(f"/agreements/{ref}")
        visitor.get(f"/agreements/{ref}/about/title")
        counts.append(len(statements))
        assert not any("versions.content" in statement for statement in statements)
    assert counts[0] == counts[1]
