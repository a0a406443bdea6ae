"""What the log says of requests: enough to find one again, and nothing that a person typed or holds."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from protocolbuilder.cli.logs import logging_to
from protocolbuilder.store.agreements import Draft
from tests.web.signing_in import named
from tests.web.visitor import Visitor

CANARY = "Kestrelcanary"


@dataclass
class Log:
    stream: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    made = Log()
    with logging_to(made.stream):
        yield made


@pytest.mark.asvs("V16.2.1", "V16.3.1")
def test_a_request_leaves_one_record_with_its_endpoint_and_not_its_address(
    own: Flask, log: Log, draft: Callable[..., Draft]
) -> None:
    answer = Visitor(own.test_client(), name="Jo Green, manager").client.get("/agreements/ISA-2026-0404/purpose")
    person = named(own, "Jo Green, manager").id
    (record,) = log.records()
    assert record.pop("at") and record.pop("ms") >= 0
    assert record == {
        "level": "info", "logger": "protocolbuilder.web.recording", "event": "request", "method": "GET",
        "endpoint": "answers.section_home", "status": 404, "request": answer.headers["X-Request-Id"],
        "person": person,
    }  # fmt: skip


@pytest.mark.parametrize(
    "given", ["0123456789abcdef", "6b1f8a00c2d94e5f9a7b3c2d1e0f4a5b", "6b1f8a00-c2d9-4e5f-9a7b-3c2d1e0f4a5b"]
)
def test_the_id_that_a_proxy_gave_a_request_is_kept(own: Flask, given: str) -> None:
    assert own.test_client().get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", [CANARY, "", "0123", "a" * 4000, "0123456789abcdef\x1b[31m", "jo@council.example"])
def test_an_id_that_does_not_look_like_one_is_replaced(own: Flask, log: Log, given: str) -> None:
    client = own.test_client()
    first, second = (client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] for _ in range(2))
    assert first != second and len(first) == len(second) == 16
    assert not given or given not in log.text


@pytest.mark.asvs("V16.5.1")
def test_a_page_that_failed_names_the_request_to_quote(own: Flask) -> None:
    client = Visitor(own.test_client()).client
    for how in ({}, {"Accept": "application/json"}):
        answer = client.get("/agreements/ISA-1999-0001", headers=how)
        assert answer.status_code == 404 and answer.headers["X-Request-Id"] in answer.text


@pytest.mark.asvs("V16.5.1")
def test_a_fault_of_the_program_is_logged_with_its_places_and_not_its_words(own: Flask, log: Log) -> None:
    def wrong() -> str:
        raise ValueError(CANARY)

    own.testing = False
    own.view_functions["access.healthz"] = wrong
    answer = own.test_client().get("/healthz")
    assert answer.status_code == 500 and CANARY not in answer.text + log.text
    fault, request = log.records()
    assert "ValueError at test_recording.py" in fault["error"][0]
    assert (request["status"], request["level"], request["request"]) == (500, "error", fault["request"])


@pytest.mark.asvs("V16.2.5")
def test_nothing_typed_is_in_the_log(own: Flask, log: Log) -> None:
    """Answers, names, addresses, searches, files, cookies, headers, methods: each with the same word in it."""
    visitor = Visitor(own.test_client(), name=f"{CANARY} Green, manager")
    start = visitor.send(visitor.get("/agreements/new"), start="mash", title=f"{CANARY} sharing")
    ref = start.address.split("/")[2]
    visitor.send(visitor.get(f"/agreements/{ref}/summary/text"), text=f"{CANARY} \n {CANARY}@council.example")
    visitor.get(f"/agreements?q={CANARY}")
    client = own.test_client()
    client.get(f"/{CANARY}/{CANARY}?{CANARY}={CANARY}")
    client.open("/healthz", method=CANARY.upper())
    told = dict.fromkeys(("Cookie", "User-Agent", "Referer", "Authorization", "X-Forwarded-For"), CANARY)
    client.get("/agreements", headers=told)
    client.post("/agreements/import", data={"file": (io.BytesIO(CANARY.encode()), f"{CANARY}.docx"), CANARY: CANARY})
    client.post("/agreements/import/save", data={"agreement": CANARY, "name": CANARY})
    client.get("/agreements", headers={"Host": f"{CANARY}.example"})
    assert len(log.records()) > 10
    assert CANARY.lower() not in log.text.lower()
