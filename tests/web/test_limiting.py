"""Acts that are done too often: told in words with when to go on, and nothing that was typed is lost."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from protocolbuilder.domain.agreement import to_json
from protocolbuilder.errors import TooMany
from protocolbuilder.settings import Settings
from protocolbuilder.store.engine import reading
from protocolbuilder.store.guard_tables import limit_counts
from protocolbuilder.web.app import create_app
from protocolbuilder.web.limiting import ACTS, LIMITED, give_back, take
from protocolbuilder.web.running import session
from tests.builders import small
from tests.web.conftest import START
from tests.web.visitor import Visitor


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Copy:
    app: Flask
    clock: Clock

    def visitor(self, name: str = "Jo Green, manager") -> Visitor:
        return Visitor(self.app.test_client(), name=name)


@pytest.fixture
def begun(tmp_path: Path) -> Callable[..., Copy]:
    def begin(**settings: object) -> Copy:
        numbers, clock = iter(range(1, 10_000)), Clock()
        app = create_app(
            Settings(instance=tmp_path, **settings),  # type: ignore[arg-type]
            clock=clock, new_id=lambda: f"l{next(numbers)}",
        )  # fmt: skip
        app.testing = True
        return Copy(app, clock)

    return begin


def upload(visitor: Visitor, **headers: str) -> int:
    token = visitor.get("/agreements/import").fields_of("csrf_token")
    data = {"csrf_token": token, "file": (io.BytesIO(b"no Word file"), "a.docx")}
    return visitor.client.post("/agreements/import", data=data, headers=headers).status_code


@pytest.mark.asvs("V2.4.1", "V15.1.3", "V15.3.4")
def test_the_twenty_first_file_in_a_minute_is_refused_wherever_it_says_it_comes_from(
    begun: Callable[..., Copy],
) -> None:
    copy = begun()
    me = copy.visitor()
    assert [upload(me) for _ in range(20)] == [422] * 20
    assert upload(me) == upload(me, **{"X-Forwarded-For": "192.0.2.9"}) == 429
    assert upload(copy.visitor("Sam Hill, records")) == 422
    copy.clock.now += timedelta(seconds=64)
    assert upload(me) == 422


def test_a_refusal_says_when_to_go_on_and_carries_what_was_typed(begun: Callable[..., Copy]) -> None:
    copy = begun()
    me = copy.visitor()
    sheet = me.get("/agreements/import")
    content = to_json(small()).encode()
    data = {"csrf_token": sheet.fields_of("csrf_token"), "file": (io.BytesIO(content), "a.json")}
    answer = me.client.post("/agreements/import", data=data)
    read = type(sheet)("/agreements/import", 200, answer.text, __import__("lxml.html").html.fromstring(answer.text))
    for _ in range(10):
        me.send(read, to="/agreements/import/save")
    refused = me.send(read, to="/agreements/import/save", status=429)
    assert "Agreements were imported too often in a short time. You can go on from 11:3" in refused.words
    assert "Nothing you typed is lost" in refused.words and refused.h1 == "Wait before you try again"
    for _ in range(4):
        copy.clock.now += timedelta(minutes=16)
        me.get("/account")
    assert "Imported." in me.send(refused, to="/agreements/import/save").words


def test_a_script_is_told_in_seconds(begun: Callable[..., Copy]) -> None:
    copy = begun()
    me = copy.visitor()
    for _ in range(20):
        upload(me)
    token = me.get("/agreements/import").fields_of("csrf_token")
    answer = me.client.post("/agreements/import", data={"csrf_token": token}, headers={"Accept": "application/json"})
    assert answer.status_code == answer.get_json()["status"] == 429
    assert answer.mimetype == "application/problem+json" and 60 <= int(answer.headers["Retry-After"]) <= 64


def test_slow_documents_have_a_limit_of_their_own_and_a_look_counts_like_a_fetch(begun: Callable[..., Copy]) -> None:
    me = begun().visitor()
    started = me.send(me.get("/agreements/new"), start="mash", title="Sharing")
    address = f"/agreements/{started.address.split('/')[2]}/files/none.zip"
    assert [me.client.head(address).status_code for _ in range(20)] == [404] * 20
    answer = me.client.get(address)
    assert answer.status_code == 429 and f'href="{address}"' in answer.text and "PDF files and packs" in answer.text
    assert me.client.get(address.replace("none.zip", "none.csv")).status_code == 404


def test_an_operator_may_allow_more(begun: Callable[..., Copy]) -> None:
    me = begun(limits_times=2).visitor()
    assert [upload(me) for _ in range(41)] == [422] * 40 + [429]


def test_nobody_is_named_by_the_counts(begun: Callable[..., Copy]) -> None:
    copy = begun()
    upload(copy.visitor("Kestrel Green, manager"))
    with copy.app.test_request_context(), copy.app.app_context():
        take("sign-in", of="kestrel@council.example")
    with reading(copy.app.extensions["protocolbuilder"].database) as link:
        kept = str(link.execute(select(limit_counts)).all()).lower()
    assert "sign-in, account" in kept and "kestrel" not in kept and "127.0.0.1" not in kept


@pytest.mark.asvs("V6.1.1")
def test_guessing_one_account_shuts_out_that_account_for_minutes_and_no_other(begun: Callable[..., Copy]) -> None:
    copy = begun()

    def tried(account: str, address: str) -> bool:
        with copy.app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
            try:
                take("sign-in", of=account)
            except TooMany:
                return False
            return True

    assert [tried("Jo@Council.example", f"192.0.2.{n}") for n in range(12)] == [True] * 10 + [False] * 2
    assert not tried(" jo@council.EXAMPLE ", "198.51.100.1")
    assert [tried(f"{n}@council.example", "192.0.2.99") for n in range(12)] == [True] * 10 + [False] * 2
    assert tried("sam@council.example", "198.51.100.1")
    copy.clock.now += timedelta(minutes=5.25)
    assert tried("jo@council.example", "198.51.100.1")


def test_who_succeeds_is_not_counted(begun: Callable[..., Copy]) -> None:
    copy = begun()
    for _ in range(30):
        with copy.app.test_request_context(method="POST"):
            session()  # something of the request was begun: it may not stand in the way
            take("sign-in", of="jo@council.example")
            give_back("sign-in", of="jo@council.example")
            copy.app.process_response(copy.app.make_response("in"))


def test_every_limited_endpoint_is_there(begun: Callable[..., Copy]) -> None:
    rules = {(method, rule.endpoint) for rule in begun().app.url_map.iter_rules() for method in rule.methods or ()}
    assert set(LIMITED) <= rules
    assert all(act.limits for act in ACTS.values())
