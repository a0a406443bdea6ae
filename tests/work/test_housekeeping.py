"""What is kept no longer than it is of use goes by itself, once a day, by the clock that is handed in."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from protocolbuilder.domain.letter import PLACE, Letter, Secret
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import NotFound
from protocolbuilder.settings import MailSettings
from protocolbuilder.store import (
    erasing,
    invitations,
    jobs,
    memberships,
    organisations,
    outbox,
    people,
    security_events,
    sessions,
)
from protocolbuilder.store.account_tables import invitations as invitation_table
from protocolbuilder.store.account_tables import mail_secrets, sign_ins
from protocolbuilder.store.engine import Connection, Engine, engine, reading, writing
from protocolbuilder.store.invitations import Invitation
from protocolbuilder.store.migrate import migrate
from protocolbuilder.store.work_tables import mails
from protocolbuilder.work.mail import handler
from protocolbuilder.work.queue import Queue
from protocolbuilder.work.reconcile import reconcile
from tests.store.builders import NOON, new_id
from tests.store.test_people import a_member, an_organisation

DAY = timedelta(days=1)


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = engine(f"sqlite:///{tmp_path_factory.mktemp('house')}/kept.sqlite3")
    migrate(made)
    return made


def rows(session: Connection, table: object) -> int:
    return int(session.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def signed_in(session: Connection, person: str, at: datetime) -> int:
    return sessions.begin(session, new_id(), person=person, stage="whole", device="Firefox", at=at, proved=at)


def asked(session: Connection, organisation: str, email: str, at: datetime) -> Invitation:
    person = Person("", "Bea Smith", "Officer", email)
    made = invitations.invite(
        session, person, organisation, roles=["igm"], department="", by="", at=at, new_id=new_id
    )
    mailed(session, made, at=at)
    return made


def mailed(session: Connection, made: Invitation, *, at: datetime) -> None:
    secret = Secret("invitation", made.person, "https://isa.example/join/", str(made.number))
    number = outbox.post(
        session, Letter("bea@council.example", "Join", f"{PLACE}\n"), unique=new_id(), domain="isa.example", at=at,
        secret=secret,
    )  # fmt: skip
    outbox.sent(session, number, at=at)


def test_sessions_go_ninety_days_after_they_began_and_the_house_is_kept_once_a_day(database: Engine) -> None:
    with writing(database) as session:
        ada = a_member(session, an_organisation(session), "Ada Jones", "admin")
        for days in (0, 1):
            signed_in(session, ada.id, NOON + days * DAY)
    reconcile(database, at=NOON + 90 * DAY)
    with reading(database) as session:
        assert rows(session, sign_ins) == 2, "on the day itself it is still kept"
    reconcile(database, at=NOON + 90 * DAY + timedelta(hours=23))
    with reading(database) as session:
        assert rows(session, sign_ins) == 2, "not twice a day"
    reconcile(database, at=NOON + 91 * DAY)
    with reading(database) as session:
        assert rows(session, sign_ins) == 1


def test_what_was_asked_of_people_goes_six_months_after_it_ended_and_its_events_stay(database: Engine) -> None:
    with writing(database) as session:
        body = an_organisation(session)
        made = asked(session, body.id, "bea@council.example", NOON)
        invitations.accept(session, made.number, at=NOON + DAY)
    reconcile(database, at=NOON + 180 * DAY)
    with reading(database) as session:
        assert (rows(session, invitation_table), rows(session, mails)) == (1, 1)
    reconcile(database, at=NOON + 190 * DAY)
    with reading(database) as session:
        assert [rows(session, one) for one in (invitation_table, mail_secrets, mails)] == [0, 0, 0]
        assert memberships.now_of(session, made.person)
        what = [event.what for event in security_events.naming(session, made.person)]
        assert what[-2:] == ["invitation:made", "invitation:accepted"]


def test_an_invitation_that_nobody_took_up_ends_six_months_after_its_last_mail(database: Engine) -> None:
    with writing(database) as session:
        body = an_organisation(session)
        old, again = (asked(session, body.id, f"{name}@council.example", NOON) for name in ("old", "again"))
        mailed(session, again, at=NOON + 100 * DAY)
    reconcile(database, at=NOON + 190 * DAY)
    with reading(database) as session:
        assert [one.number for one in invitations.waiting(session, body.id)] == [again.number]
        assert not memberships.now_of(session, old.person) and not people.load(session, old.person).active
        assert organisations.load(session, body.id) == body
        assert security_events.naming(session, old.person)[-1].what == "invitation:cancelled"
    reconcile(database, at=NOON + 300 * DAY)
    with reading(database) as session:
        assert invitations.waiting(session, body.id) == () and rows(session, invitation_table) == 2
    reconcile(database, at=NOON + 500 * DAY)
    with reading(database) as session:
        assert rows(session, invitation_table) == 0


def test_the_mails_of_somebody_erased_stop_no_worker_and_no_page(database: Engine) -> None:
    with writing(database) as session:
        body = an_organisation(session)
        bea = a_member(session, body, "Bea Smith", "igm")
        a_member(session, body, "Ada Jones", "admin")
        people.change(session, replace(bea, email="bea@council.example"), by="", at=NOON)
        letter = Letter("bea@council.example", "Look", "Please.\n")
        waits, failed = (
            outbox.post(session, letter, unique=new_id(), domain="isa.example", at=NOON) for _ in range(2)
        )
        outbox.failed(session, failed, at=NOON, error="Refused.")
        memberships.end(session, bea.id, body.id, by="", at=NOON)
        erasing.erase(session, bea.id, by="", at=NOON)
    Queue(database, {outbox.KIND: handler(MailSettings(), "key")}, lambda: NOON).run_due()
    with writing(database) as session:
        job = jobs.by_key(session, f"{outbox.KIND}:{waits}")
        assert job is not None and (job.state, job.failures) == ("done", 0)
        assert outbox.listed(session, "failed") == outbox.listed(session, "cancelled") == ()
        with pytest.raises(NotFound):
            outbox.again(session, failed, at=NOON)
