"""A bad day of the mail server: down for four hours, then full of trouble. No mail is lost or sent twice for nought."""

import os
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from protocolbuilder.settings import MailSettings
from protocolbuilder.store.engine import engine
from protocolbuilder.store.migrate import migrate
from tests.work.mail_server import TAKEN, Mailbox, authority, free_port, listening
from tests.work.test_mail import Post

MAILS = 200 if os.environ.get("PB_THOROUGH") else 8
GONE = "gone@council.example"
TROUBLE = {
    "451 4.7.1 Greylisted, try later": 0.3, "421 4.3.2 Shutting down": 0.1, "reset": 0.15, TAKEN: 0.45,
}  # fmt: skip


@pytest.fixture
def post(tmp_path: Path) -> Post:
    database = engine(f"sqlite:///{tmp_path / 'post.db'}")
    migrate(database)
    trusted = str(tmp_path / "ca.pem")
    return Post(database, MailSettings(host="localhost", port=free_port(), sender="isa@isa.example", ca_file=trusted,
                                       timeout=1))  # fmt: skip


@pytest.mark.slow
def test_a_day_of_trouble_loses_no_mail_and_doubles_none_but_those_that_were_cut_off(
    post: Post, tmp_path: Path
) -> None:
    trusted, chance = authority(tmp_path), Random(7)
    numbers = post.put()
    for _ in range(8):  # through the four hours
        post.run(30)
        numbers += post.put(MAILS // 8)
    refused = post.put(2, to=GONE)
    assert post.counts()["queued"] == len(numbers) + len(refused)

    words, weights = list(TROUBLE), list(TROUBLE.values())
    says = ["slow", *chance.choices(words, weights, k=2 * len(numbers))]
    box = Mailbox(says=list(says), says_of={GONE: "550 5.1.1 No such mailbox"})
    context = trusted.context("localhost")
    with listening(box, context, port=post.settings.port):
        for _ in range(60):
            post.run(1)
            if post.counts()["queued"] == 0:
                break
    asked = says[: box.asked]
    assert post.counts() == {"queued": 0, "sent": len(numbers), "failed": 2, "bounced": 0, "cancelled": 0}
    assert {*box.ids()} == {post.mail(number).message_id for number in numbers}, "a mail was lost"
    assert len(box.ids()) - len(numbers) == asked.count("reset"), "a mail was sent again that was not cut off"
    print(f"{len(numbers)} mails, {box.asked} tries answered, {asked.count('reset')} cut off, 0 lost")


@pytest.mark.slow
def test_all_that_waited_is_sent_within_five_minutes_of_the_server_s_return(post: Post, tmp_path: Path) -> None:
    trusted = authority(tmp_path)
    numbers = post.put(MAILS)
    post.run(240)
    box, back = Mailbox(), post.now
    with listening(box, trusted.context("localhost"), port=post.settings.port):
        post.run(5)
    assert len({*box.ids()}) == len(box.ids()) == len(numbers)
    assert post.counts()["sent"] == len(numbers)
    settled = [post.mail(number).settled_at for number in numbers]
    assert max(at for at in settled if at) - back <= timedelta(minutes=5)
