"""Figures for whoever watches this copy: they count what happened, and say nothing of anybody."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from protocolbuilder.domain.letter import Letter
from protocolbuilder.settings import Settings
from protocolbuilder.store import outbox
from protocolbuilder.store.engine import writing
from protocolbuilder.web.app import create_app
from protocolbuilder.work.reconcile import reconcile
from tests.web.conftest import START
from tests.web.visitor import Visitor

CANARY = "Kestrelcanary"


def figures(client: FlaskClient, **headers: str) -> dict[str, float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200 and answer.mimetype == "text/plain"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_endpoint_and_status_and_timed(own: Flask) -> None:
    client = Visitor(own.test_client()).client
    for _ in range(3):
        client.get("/agreements/ISA-1999-0001")
    client.get("/nowhere")
    client.open("/healthz", method="JUNK")
    found = figures(client)
    told = "protocolbuilder_requests_total"
    assert found[f'{told}{{endpoint="tasks.task_list",method="GET",status="404"}}'] == 3
    assert found[f'{told}{{endpoint="none",method="GET",status="404"}}'] == 1
    assert found[f'{told}{{endpoint="none",method="other",status="405"}}'] == 1
    assert found['protocolbuilder_request_seconds_count{endpoint="tasks.task_list"}'] == 3


def test_work_is_counted_by_state(own: Flask) -> None:
    with writing(own.extensions["protocolbuilder"].database) as session:
        letter = Letter(f"{CANARY}@council.example", CANARY, CANARY)
        outbox.post(session, letter, unique="one", domain="isa.example", at=START.replace(minute=0))
    reconcile(own.extensions["protocolbuilder"].database, at=START)
    found = figures(own.test_client())
    assert found['protocolbuilder_swept_timestamp_seconds{sweep="reconcile"}'] == START.timestamp()
    assert found['protocolbuilder_jobs{state="queued"}'] == found['protocolbuilder_mails{state="queued"}'] == 1
    assert found['protocolbuilder_jobs{state="dead"}'] == 0
    assert found["protocolbuilder_work_late_seconds"] == 30 * 60
    assert found["protocolbuilder_database_bytes"] > 100_000


def test_the_figures_say_nothing_of_anybody(own: Flask) -> None:
    client = own.test_client()
    client.get(f"/agreements/{CANARY}?q={CANARY}", headers={"User-Agent": CANARY})
    client.open("/agreements", method=CANARY.upper())
    assert CANARY.lower() not in client.get("/metrics").text.lower()


@pytest.mark.parametrize("through", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
@pytest.mark.asvs("V13.4.1", "V15.3.4")
def test_without_a_token_only_this_machine_may_ask(own: Flask, through: str) -> None:
    client = own.test_client()
    assert client.get("/metrics", headers={through: "127.0.0.1"}).status_code == 404
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert figures(client)


@pytest.mark.asvs("V13.4.1")
def test_with_a_token_only_whoever_names_it_may_ask(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, metrics_token=SecretStr("opensesame")), clock=lambda: START)
    client = app.test_client()
    for given in ("", "opensesame", "Bearer ", "Bearer opensesam", "Bearer opensesame2", "Bearer öpensesame"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404
    assert figures(client, Authorization="Bearer opensesame")
    assert "opensesame" not in client.get("/metrics", headers={"Authorization": "Bearer opensesame"}).text
