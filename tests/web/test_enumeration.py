"""Nobody finds out by these pages who has an account: answers, headers and work are the same (how long each takes is
measured by tests/bench/bench_enumeration.py)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from protocolbuilder.store import people, security_events
from protocolbuilder.store.engine import reading, writing
from tests.web.conftest import START
from tests.web.signing_in import PASSWORD, Browser, mails, somebody, with_app

KNOWN = ("ada@northshire.example", "grace@northshire.example")
NOBODYS = ("nobody@northshire.example", "gone@northshire.example", "fresh@northshire.example", "pat@sample.example")
"""Of nobody, of who left, of who was asked to join and has no password, of a sample person."""


@pytest.fixture
def statements(copy: Flask) -> Iterator[list[str]]:
    """What the database is asked from now on; its savepoints too."""
    said: list[str] = []
    database = copy.extensions["protocolbuilder"].database
    names = ("before_cursor_execute", "savepoint", "rollback_savepoint", "release_savepoint", "commit")

    def of(name: str) -> Any:
        def told(connection: Any, *more: Any) -> None:
            said.append(more[1] if name == "before_cursor_execute" else name)

        return told

    listeners = [(name, of(name)) for name in names]
    for name, listener in listeners:
        event.listen(database, name, listener)
    yield said
    for name, listener in listeners:
        event.remove(database, name, listener)


@pytest.fixture
def at(copy: Flask) -> Browser:
    ada = somebody(copy, email=KNOWN[0], password=PASSWORD)
    with_app(copy, ada)
    somebody(copy, "Grace Hill", email=KNOWN[1], password=PASSWORD)
    gone = somebody(copy, email="gone@northshire.example", password=PASSWORD)
    somebody(copy, email="fresh@northshire.example")
    somebody(copy, "Pat Sample", email="pat@sample.example", sample=True)
    with writing(copy.extensions["protocolbuilder"].database) as session:
        people.end(session, gone.id, by="", at=START)
    return Browser(copy.test_client())


def answered(at: Browser, statements: list[str], address: str, **fields: str) -> tuple[Any, ...]:
    """Status, headers, text and statements of one request, without what is always another."""
    at.get(address)
    statements.clear()
    at.post(address, **fields)
    text = re.sub(r'value="[^"]*"|nonce="[^"]*"|>[0-9a-f]{16}<', "", at.text).replace(fields["email"], "…")
    headers = {
        name: re.sub(r"'nonce-[^']*'", "", value) for name, value in at.headers.items()
        if name not in ("X-Request-Id", "Set-Cookie", "Content-Length", "Server-Timing")
    }  # fmt: skip
    work = ["end of savepoint" if re.match("release|rollback", one, re.IGNORECASE) else one for one in statements]
    return at.status, headers, "Set-Cookie" in at.headers, text, work


@pytest.mark.asvs("V6.3.8")
@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/forgotten"])
def test_a_request_about_an_address_is_answered_and_worked_on_the_same_whoever_has_it(
    at: Browser, statements: list[str], address: str
) -> None:
    fields = {} if "forgotten" in address else {"password": "wrong"}
    answered(at, statements, address, email="first@northshire.example", **fields)
    first = answered(at, statements, address, email=KNOWN[0], **fields)
    assert first[0] == (200 if "forgotten" in address else 422)
    assert any("FROM accounts" in one for one in first[-1])
    for email in (KNOWN[1], *NOBODYS):
        assert answered(at, statements, address, email=email, **fields) == first, email


def test_a_mail_goes_to_whoever_has_a_password_and_asking_is_an_event(
    copy: Flask, at: Browser, statements: list[str]
) -> None:
    for email in (KNOWN[0], *NOBODYS):
        at.get("/sign-in/forgotten").post("/sign-in/forgotten", email=email)
    assert [mail.letter.to for mail in mails(copy)] == [KNOWN[0]]
    with reading(copy.extensions["protocolbuilder"].database) as session:
        asked = [one.about for one in security_events.events(session) if one.what == "sign-in:reset-asked"]
    assert [bool(about) for about in asked] == [False] * 4 + [True]
