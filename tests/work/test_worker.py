"""The worker as people start it: rung by an act, ended by a signal, one or several, beside the web or alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from protocolbuilder.cli.worker import serving_jobs
from protocolbuilder.domain.letter import PLACE, Letter, Secret
from protocolbuilder.domain.people import Person
from protocolbuilder.settings import MailSettings, Settings
from protocolbuilder.store import outbox, people, sign_in_codes
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.work.wake import listening as listening_to
from protocolbuilder.work.wake import ringing
from protocolbuilder.work.worker import due, working
from tests.store.builders import new_id
from tests.work.mail_server import Mailbox, authority, free_port, listening

KILLS = 100 if os.environ.get("PB_THOROUGH") else 1
PROGRAM = Path(sys.executable).with_name("protocolbuilder")


def now() -> datetime:
    return datetime.now(UTC)


def post(database: Engine, secret: Secret | None = None) -> int:
    letter = Letter("dpo@council.example", "Please look", f"{PLACE}\n" if secret else "Please look.\n")
    with writing(database) as session:
        return outbox.post(session, letter, unique=new_id(), domain="isa.example", at=now(), secret=secret)


def somebody(database: Engine) -> str:
    with writing(database) as session:
        return people.add(session, Person("", "Bea Smith", "Officer"), by="", at=now(), new_id=new_id).id


def works(database: Engine, link: str, *, key: str) -> bool:
    with reading(database) as session:
        mark = sign_in_codes.digest(key, "invitation", link.strip().rpartition("/")[2])
        return sign_in_codes.look(session, "invitation", mark, at=now()) is not None


def until(holds: Callable[[], bool]) -> None:
    """Returns when it holds. A minute is what a bell that was lost may cost."""
    for _ in range(700):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to hold within 70 seconds")


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    made = engine(Settings(instance=tmp_path).database())
    migrate(made)
    return made


def state(database: Engine, number: int) -> str:
    with reading(database) as session:
        return outbox.mail(session, number).state


def test_a_ring_has_the_mail_sent_by_whoever_works(database: Engine, tmp_path: Path) -> None:
    trusted, box = authority(tmp_path), Mailbox()
    mail = MailSettings(host="localhost", port=free_port(), sender="isa@isa.example", ca_file=str(trusted.file))
    settings = Settings(instance=tmp_path, mail=mail)
    with listening(box, trusted.context("localhost"), port=mail.port):
        with working(settings, database, clock=now), ringing(settings) as ring:
            first = post(database)
            ring()
            until(lambda: state(database, first) == "sent")
        second = post(database)
        with ringing(settings) as ring:
            ring()  # nobody works any more; it waits for the next worker
        assert state(database, second) == "queued"
        with working(settings, database, clock=now):
            until(lambda: state(database, second) == "sent")
    assert len(box.arrived) == 2


def test_a_worker_killed_when_the_server_has_the_mail_sends_it_once_more_under_the_same_message_id(
    database: Engine, tmp_path: Path
) -> None:
    trusted, port = authority(tmp_path), free_port()
    env = {**os.environ, "PB_MAIL__HOST": "localhost", "PB_MAIL__PORT": str(port)}
    env |= {"PB_MAIL__SENDER": "isa@isa.example", "PB_MAIL__CA_FILE": str(trusted.file)}
    words = [str(PROGRAM), "worker", "--once", "--instance", str(tmp_path)]
    mail = MailSettings(host="localhost", port=port, sender="isa@isa.example", ca_file=str(trusted.file))
    context, key, bea = trusted.context("localhost"), Settings(instance=tmp_path).signing_key(), somebody(database)
    for _ in range(KILLS):
        secret = Secret("invitation", bea, "https://isa.example/join/", "1")
        number, box = post(database, secret), Mailbox(says=["kill"])
        with listening(box, context, port=port):
            with subprocess.Popen(words, env=env) as process:
                box.kill = process.pid
            assert process.returncode == -signal.SIGKILL
            assert state(database, number) == "queued"
            for _ in range(2):
                due(Settings(instance=tmp_path, mail=mail), database, clock=lambda: now() + timedelta(minutes=1))
        assert state(database, number) == "sent"
        assert len(box.ids()) == 2 and len(set(box.ids())) == 1
        links = [str(message.get_content()) for message in box.arrived]
        assert len({*links}) == 2 and all(works(database, link, key=key) for link in links), "whichever is read works"


@pytest.mark.slow
def test_a_worker_started_anew_sends_within_a_minute_what_a_killed_one_had_in_its_hands(
    database: Engine, tmp_path: Path
) -> None:
    """By the clock on the wall: a lease of thirty seconds has to run out first."""
    trusted, port = authority(tmp_path), free_port()
    env = {**os.environ, "PB_MAIL__HOST": "localhost", "PB_MAIL__PORT": str(port)}
    env |= {"PB_MAIL__SENDER": "isa@isa.example", "PB_MAIL__CA_FILE": str(trusted.file)}
    words = [str(PROGRAM), "worker", "--instance", str(tmp_path)]
    number, box = post(database), Mailbox(says=["kill"])
    with listening(box, trusted.context("localhost"), port=port):
        with subprocess.Popen(words, env=env) as process:
            box.kill = process.pid
        assert process.returncode == -signal.SIGKILL and state(database, number) == "queued"
        begun = time.monotonic()
        with subprocess.Popen(words, env=env) as process:
            until(lambda: state(database, number) == "sent")
            took = time.monotonic() - begun
            process.terminate()
    print(f"sent {took:.0f} seconds after the restart")
    assert took <= 60 and len(set(box.ids())) == 1


def test_serving_does_jobs_too_unless_it_is_told_not_to(database: Engine, tmp_path: Path) -> None:
    trusted, box = authority(tmp_path), Mailbox()
    mail = MailSettings(host="localhost", port=free_port(), sender="isa@isa.example", ca_file=str(trusted.file))
    number = post(database)
    with listening(box, trusted.context("localhost"), port=mail.port):
        with serving_jobs(Settings(instance=tmp_path, mail=mail, worker=False)) as wake:
            wake()
            time.sleep(1.5)
            assert state(database, number) == "queued"
        with serving_jobs(Settings(instance=tmp_path, mail=mail)):
            until(lambda: state(database, number) == "sent")


def test_a_bell_can_be_postgresql(postgres_url: str, tmp_path: Path) -> None:
    """Rung by another process's bell: the two meet in the database."""
    url = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    settings = Settings(instance=tmp_path, wake_url=SecretStr(url))
    looked: list[int] = []
    with listening_to(settings, look=lambda: looked.append(1), sweep=lambda: None):
        until(lambda: bool(looked))  # at once
        before = len(looked)
        with ringing(settings) as ring:
            ring()
        until(lambda: len(looked) > before)
    assert not (tmp_path / "wake.sqlite3").exists()


def test_a_bell_that_is_broken_stops_no_act(tmp_path: Path) -> None:
    with ringing(Settings(instance=tmp_path)) as ring:
        (tmp_path / "wake.sqlite3").write_bytes(b"no database" * 500)
        ring()


@pytest.mark.asvs("V1.5.2")
def test_a_bell_takes_nothing_but_a_ring(tmp_path: Path, database: Engine) -> None:
    """Huey's own messages are pickles, which run what they hold."""
    from protocolbuilder.work.wake import _PlainMessages

    with pytest.raises(ValueError):
        _PlainMessages().deserialize(b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix.")


def test_the_worker_ends_on_sigterm(tmp_path: Path) -> None:
    words = [str(PROGRAM), "worker", "--instance", str(tmp_path)]
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("Working.")
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "Stopped.\n"
        assert process.wait(30) == 0


def test_a_worker_may_do_what_is_due_and_end(database: Engine, tmp_path: Path) -> None:
    post(database)
    words = [str(PROGRAM), "worker", "--once", "--instance", str(tmp_path)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert said == "1 job was run.\n"
