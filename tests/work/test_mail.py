"""Mail by SMTP against a real server: nothing is lost, nothing goes where the certificate does not hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import update

from protocolbuilder.domain.letter import Letter
from protocolbuilder.settings import MailSettings
from protocolbuilder.store import jobs, outbox
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.store.outbox import Mail
from protocolbuilder.store.work_tables import mails
from protocolbuilder.work.mail import handler, written
from protocolbuilder.work.queue import Queue
from protocolbuilder.work.reconcile import reconcile
from tests.store.builders import NOON, new_id
from tests.work.mail_server import Authority, Mailbox, authority, free_port, listening

TO = "dpo@council.example"
KEY = "a key of this copy"


@dataclass(slots=True)
class Post:
    """A copy of the program with a clock of its own, that sends mail to a port of this machine."""

    database: Engine
    settings: MailSettings
    now: datetime = NOON

    def put(self, count: int = 1, to: str = TO) -> list[int]:
        letter = Letter(to, "Please look at an agreement: Ynys Gŵyl", "Good morning.\n.\nPlease look.\n")
        with writing(self.database) as session:
            return [
                outbox.post(session, letter, unique=new_id(), domain="isa.example", at=self.now) for _ in range(count)
            ]

    def run(self, minutes: int = 0) -> None:
        """What a worker does now, and in each of these minutes."""
        for minute in range(minutes + 1):
            self.now += timedelta(minutes=min(minute, 1))
            reconcile(self.database, at=self.now)
            Queue(self.database, {"mail": handler(self.settings, KEY)}, lambda: self.now).run_due()

    def mail(self, number: int = 1) -> Mail:
        with reading(self.database) as session:
            return outbox.mail(session, number)

    def counts(self) -> dict[str, int]:
        with reading(self.database) as session:
            return {**outbox.counts(session)}


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def post(tmp_path: Path, trusted: Authority) -> Post:
    database = engine(f"sqlite:///{tmp_path / 'post.db'}")
    migrate(database)
    settings = MailSettings(
        host="localhost", port=free_port(), sender="isa@isa.example", ca_file=str(trusted.file), timeout=0.5
    )
    return Post(database, settings)


def test_a_mail_arrives_whole_and_once(post: Post, trusted: Authority) -> None:
    post.put()
    box = Mailbox()
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run()
        post.run(5)
    (message,) = box.arrived
    assert message["Subject"] == "Please look at an agreement: Ynys Gŵyl"
    assert (message["From"], message["To"]) == ("protocolbuilder <isa@isa.example>", TO)
    assert message.get_content().replace("\r\n", "\n") == "Good morning.\n.\nPlease look.\n"
    assert message.get_content_type() == "text/plain" and not list(message.iter_attachments())
    assert message["Auto-Submitted"] == "auto-generated"
    assert (post.mail().state, post.mail().message_id) == ("sent", message["Message-ID"])


def test_a_server_that_is_down_for_four_hours_loses_nothing(post: Post, trusted: Authority) -> None:
    post.put(2)
    post.run(240)
    assert post.counts()["queued"] == 2
    assert "cannot be reached" in post.mail().error
    box = Mailbox()
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run(5)
    assert len(set(box.ids())) == len(box.ids()) == 2
    assert post.counts()["sent"] == 2


@pytest.mark.parametrize(
    "answers", [["451 4.7.1 Greylisted for dpo@council.example, try later"] * 3, ["421 4.3.2 Shutting down", "slow"]]
)
def test_a_server_that_says_later_or_nothing_is_tried_again(
    post: Post, trusted: Authority, answers: list[str]
) -> None:
    post.put()
    box = Mailbox(says=list(answers))
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run()
        assert post.mail().state == "queued" and post.mail().error and "@" not in post.mail().error
        post.run(15)
    assert (post.mail().state, len(box.arrived), box.asked) == ("sent", 1, len(answers) + 1)


def test_a_connection_reset_after_the_text_sends_the_same_message_id_again(post: Post, trusted: Authority) -> None:
    post.put()
    box = Mailbox(says=["reset"])
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run(5)
    assert box.ids() == [post.mail().message_id] * 2
    assert post.mail().state == "sent"


def test_a_mail_that_is_refused_for_good_is_failed_at_once_and_says_why(post: Post, trusted: Authority) -> None:
    post.put()
    post.put(to="gone@council.example")
    box = Mailbox(says=["554 5.7.1 Not wanted"], says_of={"gone@council.example": "550 5.1.1 <gone@council.example>"})
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run(9)
    assert post.counts()["failed"] == 2 and box.arrived == []
    assert post.mail(1).error == "The mail server refused this mail: 554 5.7.1 Not wanted"
    assert post.mail(2).error == "The mail server refused this mail: 550 5.1.1 (address)"


@pytest.mark.asvs("V12.1.1")
def test_nothing_is_sent_to_a_server_whose_certificate_does_not_hold(post: Post, trusted: Authority) -> None:
    post.put()
    other = Authority(type(trusted.ca)(), trusted.file)
    for context in (other.context("localhost"), trusted.context("mail.example")):
        box = Mailbox()
        with listening(box, context, port=post.settings.port):
            post.run(9)
        assert box.asked == 0
        assert "certificate is not to be trusted" in post.mail().error and post.mail().state == "queued"


@pytest.mark.asvs("V12.1.1")
def test_nothing_is_sent_without_encryption(post: Post) -> None:
    post.put()
    box = Mailbox()
    with listening(box, None, port=post.settings.port):
        post.run(9)
    assert box.asked == 0
    assert "offers no encryption" in post.mail().error


def test_without_a_mail_server_mails_wait_however_long_and_say_so(post: Post) -> None:
    post.put()
    post.settings = MailSettings()
    for _ in range(3):
        post.now += timedelta(days=10)
        post.run()
    with reading(post.database) as session:
        (job,) = jobs.listed(session, "queued")
    assert job.error == "No mail server is set (PB_MAIL__HOST), so nothing is sent."
    assert (post.mail().state, post.mail().attempts) == ("queued", 0)


def test_a_mail_is_given_up_when_it_was_tried_for_five_days(post: Post) -> None:
    post.put()
    with writing(post.database) as session:
        session.execute(update(mails).values(attempts=1799))
    post.run()
    assert post.mail().state == "queued"
    post.run(4)
    assert post.mail().state == "failed" and post.mail().error.startswith("Tried for five days.")


def test_a_mail_that_was_cancelled_is_not_sent(post: Post, trusted: Authority) -> None:
    (number,) = post.put()
    with writing(post.database) as session:
        outbox.cancel(session, number, by="Ada Jones", at=post.now)
    box = Mailbox()
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run(2)
    assert box.asked == 0


def test_a_mail_whose_job_was_lost_is_found_and_sent(post: Post, trusted: Authority) -> None:
    (number,) = post.put()
    with writing(post.database) as session:
        job = jobs.by_key(session, f"mail:{number}")
        assert job
        jobs.cancel(session, job.id)
    box = Mailbox()
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run(1)
    assert len(box.arrived) == 1


def test_a_message_is_the_same_at_each_try(post: Post) -> None:
    post.put()
    first, second = (written(post.mail(), post.settings, at=NOON).as_bytes(policy=SMTP) for _ in range(2))
    assert first == second
