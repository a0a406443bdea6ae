"""Links and codes that mails tell: made when the mail leaves, and kept nowhere."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from protocolbuilder.domain.letter import PLACE, Letter, Secret
from protocolbuilder.domain.people import Person
from protocolbuilder.settings import MailSettings
from protocolbuilder.store import mail_secrets, outbox, people, sign_in_codes
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.work.mail import handler
from protocolbuilder.work.queue import Queue
from tests.store.builders import NOON, new_id
from tests.work.mail_server import Mailbox, free_port, listening

KEY = "a key of this copy"
BEFORE = "https://isa.example/join/"


class Post:
    """A copy with one person, that sends mail to a port of this machine."""

    def __init__(self, folder: Path) -> None:
        self.file, self.now = folder / "post.db", NOON
        self.database: Engine = engine(f"sqlite:///{self.file}")
        migrate(self.database)
        self.settings = MailSettings(
            host="localhost", port=free_port(), sender="isa@isa.example", security="none", timeout=0.5
        )
        with writing(self.database) as session:
            person = Person("", "Bea Smith", "Officer", "bea@council.example")
            self.bea = people.add(session, person, by="", at=NOON, new_id=new_id).id

    def put(self, *, address: str = BEFORE) -> Secret:
        kind, letter = ("invitation" if address else "lost factor"), Letter("bea@council.example", "It", f"{PLACE}\n")
        secret = Secret(kind, self.bea, address, "7")  # type: ignore[arg-type]
        with writing(self.database) as session:
            outbox.post(session, letter, unique=new_id(), domain="isa.example", at=self.now, secret=secret)
        return secret

    def run(self, box: Mailbox | None, *, minutes: int = 0) -> list[str]:
        """What a worker does now; what the mails that arrived so far told."""
        self.now += timedelta(minutes=minutes)
        queue = Queue(self.database, {"mail": handler(self.settings, KEY)}, lambda: self.now)
        if box is None:
            queue.run_due()
            return []
        with listening(box, None, port=self.settings.port):
            queue.run_due()
        return [message.get_content().strip() for message in box.arrived]

    def works(self, link: str, *, at: datetime | None = None) -> bool:
        mark = sign_in_codes.digest(KEY, "invitation", link.removeprefix(BEFORE))
        with reading(self.database) as session:
            return sign_in_codes.look(session, "invitation", mark, at=at or self.now) is not None

    def codes(self) -> int:
        with reading(self.database) as session:
            return int(session.execute(text("SELECT count(*) FROM sign_in_codes")).scalar_one())

    def everything(self) -> str:
        """Every value of every column, and the bytes of the file."""
        with reading(self.database) as session:
            tables = inspect(session).get_table_names()
            kept = [str(row) for name in tables for row in session.execute(text(f'SELECT * FROM "{name}"'))]
        files = [path.read_bytes().decode("latin-1") for path in self.file.parent.glob("post.db*")]
        return "\n".join([*kept, *files])


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


@pytest.mark.asvs("V6.4.1", "V6.5.1")
def test_a_link_is_256_bits_works_for_seven_days_and_is_nowhere_in_the_database(post: Post) -> None:
    post.put()
    assert PLACE in post.everything()
    (link,) = post.run(Mailbox())
    token = link.removeprefix(BEFORE)
    assert link.startswith(BEFORE) and re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert post.works(link) and not post.works(link, at=NOON + timedelta(days=7))
    kept = post.everything()
    assert BEFORE in kept and token not in kept and token[:20] not in kept


def test_a_code_is_eight_digits_for_one_person_and_an_hour(post: Post) -> None:
    secret = post.put(address="")
    (code,) = post.run(Mailbox())
    digits = code.replace(" ", "")
    assert re.fullmatch(r"\d{4} \d{4}", code) and code not in post.everything()
    with writing(post.database) as session:
        marks = [sign_in_codes.mailed(Secret("lost factor", who), digits) for who in ("somebody", secret.person)]
        found = [
            sign_in_codes.spend(session, "lost factor", sign_in_codes.digest(KEY, "lost factor", mark), at=NOON)
            for mark in marks
        ]
    assert [one is not None for one in found] == [False, True]


def test_while_no_server_is_there_no_link_is_made(post: Post) -> None:
    post.put()
    post.run(None)
    post.run(None, minutes=2)
    assert post.codes() == 0
    assert len(post.run(Mailbox(), minutes=5)) == post.codes() == 1


def test_a_mail_of_which_nobody_knows_whether_it_arrived_is_sent_again_and_both_links_work(post: Post) -> None:
    secret, box = post.put(), Mailbox(says=["reset"])
    post.run(box)
    first, second = post.run(box, minutes=5)
    assert first != second and post.works(first) and post.works(second)
    with writing(post.database) as session:
        mail_secrets.withdraw(session, secret, at=post.now)
    assert not post.works(first) and not post.works(second)


def test_a_mail_whose_link_was_withdrawn_or_replaced_is_not_sent(post: Post) -> None:
    secret = post.put()
    post.put()
    links = post.run(Mailbox())
    assert len(links) == 1 and post.works(links[0])
    with writing(post.database) as session:
        mail_secrets.withdraw(session, secret, at=post.now)
        outbox.again(session, 1, at=post.now)  # what an administrator may do to a mail that was given up
    assert post.run(Mailbox()) == []
    with reading(post.database) as session:
        mail = outbox.mail(session, 1)
    assert (mail.state, mail.error.split(",")[0]) == ("failed", "The link or code of this mail is no longer wanted")
