"""A mail is written with the act that sends it, and never waits without a job."""

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain.letter import Letter
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import jobs, outbox
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.work_tables import jobs as job_table
from tests.store.builders import NOON, new_id

LETTER = Letter("dpo@council.example", "Please look at an agreement", "Good morning.\n\nPlease look.\n")


def posted(database: Engine) -> int:
    with writing(database) as session:
        return outbox.post(session, LETTER, unique=new_id(), domain="isa.example", at=NOON)


def state(database: Engine, number: int) -> str:
    with reading(database) as session:
        return outbox.mail(session, number).state


def test_a_mail_and_its_job_are_kept_with_the_act_or_not_at_all(database: Engine) -> None:
    with pytest.raises(RuntimeError), writing(database) as session:
        outbox.post(session, LETTER, unique=new_id(), domain="isa.example", at=NOON)
        raise RuntimeError("act failed")
    number = posted(database)
    with reading(database) as session:
        assert outbox.counts(session)["queued"] == 1
        assert outbox.mail(session, number).letter == LETTER
        job = jobs.by_key(session, f"mail:{number}")
    assert job and job.payload == {"mail": number}


def test_a_job_of_a_mail_holds_no_personal_data(database: Engine) -> None:
    number = posted(database)
    with reading(database) as session:
        assert "@" not in repr(jobs.by_key(session, f"mail:{number}"))


def test_a_mail_that_waits_without_a_job_is_found(database: Engine) -> None:
    number = posted(database)
    with writing(database) as session:
        assert outbox.forgotten(session) == ()
        session.execute(delete(job_table))
        assert outbox.forgotten(session) == (number,)
        outbox.promise(session, number, at=NOON)
        assert outbox.forgotten(session) == ()


def test_a_mail_that_was_given_up_can_be_sent_again_by_the_same_job(database: Engine) -> None:
    number = posted(database)
    with writing(database) as session:
        job = jobs.claim(session, at=NOON, until=NOON)
        assert job
        outbox.failed(session, number, at=NOON, error="550 no such mailbox")
        jobs.finish(session, job, at=NOON)
    with writing(database) as session:
        outbox.again(session, number, at=NOON)
        again = jobs.by_key(session, f"mail:{number}")
    assert again and (again.id, again.state) == (job.id, "queued")
    with writing(database) as session, pytest.raises(Frozen):
        outbox.again(session, number, at=NOON)


def test_a_sent_mail_can_come_back_and_is_found_by_its_message_id(database: Engine) -> None:
    number = posted(database)
    with writing(database) as session:
        message_id = outbox.mail(session, number).message_id
        assert not outbox.bounced(session, message_id, at=NOON, error="Mailbox full")
        outbox.sent(session, number, at=NOON)
        assert outbox.bounced(session, message_id, at=NOON, error="Mailbox full")
    assert state(database, number) == "bounced"


def test_a_cancelled_mail_is_not_sent(database: Engine) -> None:
    number = posted(database)
    with writing(database) as session:
        outbox.cancel(session, number, by="Ada Jones", at=NOON)
        outbox.sent(session, number, at=NOON)
    assert state(database, number) == "cancelled"
    with reading(database) as session, pytest.raises(NotFound):
        outbox.mail(session, 999)


def test_an_error_of_the_database_tells_no_log_whom_a_mail_was_for(database: Engine) -> None:
    with pytest.raises(IntegrityError) as told, writing(database) as session:
        for _ in range(2):
            outbox.post(session, LETTER, unique="same", domain="isa.example", at=NOON)
    assert LETTER.to not in str(told.value) and LETTER.subject not in str(told.value)
