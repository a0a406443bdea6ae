"""The page of jobs and mail, what can be done there, and whether this copy says that it is ready."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from protocolbuilder.domain.letter import Letter
from protocolbuilder.settings import MailSettings, Settings
from protocolbuilder.store import jobs, outbox
from protocolbuilder.store.engine import Engine, writing
from protocolbuilder.web.app import create_app
from protocolbuilder.work.worker import due
from tests.web.conftest import START
from tests.web.visitor import Visitor
from tests.work.mail_server import Mailbox, authority, free_port, listening

ADDRESS = "secret.person@other.example"


@pytest.fixture
def database(own: Flask) -> Engine:
    made: Engine = own.extensions["protocolbuilder"].database
    return made


@pytest.fixture
def me(own: Flask) -> Visitor:
    return Visitor(own.test_client())


def post(database: Engine, subject: str = "Please look") -> int:
    with writing(database) as session:
        letter = Letter(ADDRESS, subject, "Please look.\n")
        return outbox.post(session, letter, unique=subject.replace(" ", "-"), domain="isa.example", at=START)


def dead(database: Engine, number: int) -> int:
    """The job of this mail, given up."""
    with writing(database) as session:
        for _ in range(jobs.MOST_FAILURES):
            job = jobs.claim(session, at=START, until=START)
            assert job
            jobs.fail(session, job, until=START, error="The <disk> is full.")
        found = jobs.by_key(session, f"mail:{number}")
    assert found
    return found.id


def state(database: Engine, number: int) -> tuple[str, str]:
    with writing(database) as session:
        job = jobs.by_key(session, f"mail:{number}")
        assert job
        return outbox.mail(session, number).state, job.state


def test_without_a_mail_server_the_page_says_so_and_what_waits(me: Visitor, database: Engine) -> None:
    post(database)
    page = me.get("/work")
    assert "No mail server is set, so no mail is sent. 1 mail waits" in page.words
    assert "Mail 1: Please look" in page.words
    assert "/work" in me.get("/settings").links()


def test_nobody_s_address_is_on_the_page(me: Visitor, database: Engine) -> None:
    dead(database, post(database))
    second = post(database, "Second")
    with writing(database) as session:
        outbox.failed(session, second, at=START, error="550 gone")
    assert "other.example" not in me.get("/work").text


@pytest.mark.asvs("V12.1.1")
def test_a_mail_that_is_not_sent_because_the_certificate_does_not_hold_says_so(
    me: Visitor, database: Engine, tmp_path: Path
) -> None:
    number, trusted, box = post(database), authority(tmp_path), Mailbox()
    mail = MailSettings(host="localhost", port=free_port(), sender="isa@isa.example", ca_file=str(trusted.file))
    with listening(box, trusted.context("mail.example"), port=mail.port):  # a name that is not the server's
        due(Settings(instance=tmp_path, mail=mail), database, clock=lambda: START)
    assert box.asked == 0 and state(database, number) == ("queued", "queued")
    page = me.get("/work").words
    assert "The mail server's certificate is not to be trusted" in page and "so nothing is sent." in page


def test_a_dead_job_says_why_and_can_be_tried_again(me: Visitor, database: Engine) -> None:
    number = post(database)
    job = dead(database, number)
    page = me.get("/work")
    assert "Jobs that need a decision" in page.words and "The <disk> is full." in page.words
    assert "Mail 1 is tried again now." in me.press(page, f"/work/jobs/{job}/again").words
    assert state(database, number) == ("queued", "queued")


def test_a_job_is_cancelled_with_its_mail(me: Visitor, database: Engine) -> None:
    number = post(database)
    page = me.press(me.get("/work"), "/work/jobs/1/cancel")
    assert "Mail 1 is cancelled." in page.words
    assert state(database, number) == ("cancelled", "cancelled")
    with writing(database) as session:
        assert outbox.forgotten(session) == ()


def test_a_mail_that_did_not_arrive_can_be_sent_again(me: Visitor, database: Engine) -> None:
    number = post(database)
    with writing(database) as session:
        outbox.sent(session, number, at=START)
        outbox.bounced(session, "<Please-look@isa.example>", at=START, error="Mailbox full.")
        jobs.cancel(session, 1)
    page = me.get("/work")
    assert "It came back. Mailbox full." in page.words
    me.press(page, f"/work/mails/{number}/again")
    assert state(database, number) == ("queued", "queued")


def test_a_button_pressed_too_late_or_for_nothing_changes_nothing(me: Visitor, database: Engine) -> None:
    number = post(database)
    token = me.get("/work").fields()["csrf_token"]
    for address, status in (
        ("/work/jobs/1/again", 409), (f"/work/mails/{number}/again", 409), ("/work/jobs/99/cancel", 404),
        ("/work/mails/99/again", 404),
    ):  # fmt: skip
        assert me.client.post(address, data={"csrf_token": token}).status_code == status, address
        assert me.client.get(address).status_code == 405
    assert state(database, number) == ("queued", "queued")


def test_a_promise_wakes_the_worker_when_it_is_kept_and_not_before(tmp_path: Path) -> None:
    woken: list[tuple[str, str]] = []
    app = create_app(Settings(instance=tmp_path), clock=lambda: START, wake=lambda: woken.append(state(database, 1)))
    app.testing = True
    database: Engine = app.extensions["protocolbuilder"].database
    number = post(database)
    job = dead(database, number)
    me = Visitor(app.test_client())
    me.press(me.get("/work"), f"/work/jobs/{job}/again")
    assert woken == [("queued", "queued")]
    me.client.post(f"/work/jobs/{job}/again", data={"csrf_token": me.get("/work").fields()["csrf_token"]})
    assert len(woken) == 1


def test_a_copy_says_that_it_is_ready_and_whether_jobs_are_late(me: Visitor, database: Engine) -> None:
    assert me.client.get("/readyz").get_json() == {"status": "ready", "wrong": [], "jobs": "on time"}
    with writing(database) as session:
        jobs.put(session, "mail", subject="Old", key="old", at=START.replace(hour=1), payload={"mail": 9})
    assert me.client.get("/readyz").get_json()["jobs"] == "late"
    assert "Is a worker running?" in me.get("/work").words


def test_a_copy_that_can_keep_nothing_is_not_ready_and_still_shows_what_it_has(me: Visitor, database: Engine) -> None:
    database.dispose()
    event.listen(database, "begin", lambda connection: connection.exec_driver_sql("PRAGMA query_only=ON"))
    answer = me.client.get("/readyz")
    assert (answer.status_code, answer.get_json()["wrong"]) == (
        503, ["Nothing can be kept at the moment, because the disk is full or locked."],
    )  # fmt: skip
    me.get("/agreements")
    assert me.client.get("/healthz").status_code == 200
    start = me.get("/agreements/new")
    refused = me.send(start, start="mash", title="Lost?", status=503)
    assert "because the disk is full or locked" in refused.words


def test_a_copy_without_room_on_the_disk_is_not_ready(own: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protocolbuilder.web.work.LEAST_SPACE", 2**63)
    answer = own.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["wrong"]) == (503, ["There is no room left on the disk."])


def test_a_copy_whose_database_is_gone_is_not_ready_and_not_healthy(own: Flask, database: Engine) -> None:
    with writing(database) as session:
        session.exec_driver_sql("DROP TABLE jobs")
    own.testing = False
    answer = own.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["wrong"]) == (503, ["The database cannot be read."])


def test_a_copy_whose_database_is_of_another_program_is_not_ready(own: Flask, database: Engine) -> None:
    with writing(database) as session:
        session.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = own.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["wrong"] == ["The database is newer."]
