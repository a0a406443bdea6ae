"""Documents made by a worker: gone on with after a kill and a cancel, in turns with other jobs, kept once."""

import os
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Event
from zipfile import ZipFile

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import slow
from protocolbuilder.documents.frozen import frozen
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import digest
from protocolbuilder.settings import Settings
from protocolbuilder.store import jobs, made
from protocolbuilder.store.agreements import create
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.made import Asked
from protocolbuilder.work import making
from protocolbuilder.work.queue import Held, Queue
from protocolbuilder.work.reconcile import reconcile
from protocolbuilder.work.worker import due
from tests.law.filled import filled
from tests.store.builders import new_id
from tests.store.conftest import database, migrated_file, url  # noqa: F401
from tests.work.test_worker import PROGRAM

ON = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PARTS = 3
"""So many PDFs are made before the worker is killed."""


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A command in LibreOffice's place. It notes each document, and kills who called it while the file `kill` says
    after how many."""
    file, noted, kill = tmp_path / "office", tmp_path / "noted", tmp_path / "kill"
    file.write_text(
        f"#!/bin/sh\nfor given do :; done\necho . >> {noted}\n"
        f'if [ -e {kill} ] && [ "$(wc -l < {noted})" -gt "$(cat {kill})" ]; then rm {kill}; kill -9 $PPID; fi\n'
        'echo %PDF-1.6 > "${given%.*}.pdf"\n'
    )
    file.chmod(0o755)
    return file


def source() -> Source:
    agreement = filled("police-schools")
    stamp = Stamp("ISA-2026-0001", "draft 1", digest(agreement), catalogue.LIBRARY_VERSION, ON)
    return Source(catalogue.schema(agreement.schema), agreement, catalogue.library(), stamp, ON.date())


def asked(database: Engine, kind: str) -> int:  # noqa: F811
    whole = source()
    parts = len(slow.plan(whole, kind))
    with writing(database) as session:
        ref = create(session, whole.agreement, by="Ada Jones", at=ON, new_id=new_id).ref
        one = Asked(new_id(), ref, 1, None, kind, "", slow.title(kind), kind, "application/x", parts)
        return made.ask(session, one, frozen=frozen(whole, records=(), style=0), at=now())


def the(database: Engine, number: int) -> made.Made:  # noqa: F811
    with reading(database) as session:
        return made.document(session, number)


def job_state(database: Engine, number: int) -> str:  # noqa: F811
    with reading(database) as session:
        job = made.job_of(session, number)
    assert job
    return job.state


def pdfs(number: int) -> int:
    return sum(one.as_ == "pdf" for one in slow.plan(source(), slow.PACK_WITH_PDF)) + number


def test_a_worker_killed_in_the_middle_of_a_pack_costs_one_part_and_the_next_goes_on(
    database: Engine, url: str, tmp_path: Path, office: Path  # noqa: F811
) -> None:
    number = asked(database, slow.PACK_WITH_PDF)
    (tmp_path / "kill").write_text(str(PARTS))
    env = {**os.environ, "PB_DATABASE_URL": url, "PB_OFFICE": str(office)}
    words = [str(PROGRAM), "worker", "--once", "--instance", str(tmp_path)]
    assert subprocess.run(words, env=env).returncode == -signal.SIGKILL
    stopped = the(database, number)
    assert (job_state(database, number), stopped.made_at) == ("running", None)
    assert 2 * PARTS <= stopped.done < stopped.asked.parts
    settings = Settings(instance=tmp_path, database_url=url, office=str(office))
    due(settings, database, clock=lambda: now() + timedelta(minutes=1))
    assert (job_state(database, number), the(database, number).done) == ("done", stopped.asked.parts)
    assert len((tmp_path / "noted").read_text().splitlines()) == pdfs(1)  # the one that was cut off was made again
    with reading(database) as session, ZipFile(BytesIO(made.content(session, number))) as archive:
        assert sum(name.endswith(".pdf") for name in archive.namelist()) == pdfs(0)
        assert made.parts(session, number) == {}


def test_one_that_is_cancelled_while_it_is_made_stops_and_is_gone_on_with(
    database: Engine, tmp_path: Path  # noqa: F811
) -> None:
    number, looks = asked(database, slow.PACK), iter(range(10_000))

    def clock() -> datetime:
        if next(looks) == 10:
            with writing(database) as session:
                made.cancel(session, number, at=now())
        return now()

    queue = Queue(database, {made.KIND: making.handler(Settings(instance=tmp_path))}, clock)
    assert queue.run_due() == 1
    stopped = the(database, number)
    assert job_state(database, number) == "done" and 0 < stopped.done < stopped.asked.parts
    assert reconcile(database, at=now()) == 0
    with writing(database) as session:
        made.go_on(session, number, at=now())
    assert queue.run_due() == 1
    assert the(database, number).made_at


def test_one_that_takes_long_lets_others_come_first(database: Engine, tmp_path: Path) -> None:  # noqa: F811
    number, order, at = asked(database, slow.PACK), list[str](), [now()]
    with writing(database) as session:
        jobs.put(session, "short", subject="Short", key="short", at=now())

    def clock() -> datetime:
        at[0] += timedelta(seconds=3)
        return at[0]

    def short(held: Held) -> None:
        order.append("short")
        with held.finishing():
            pass

    def long(held: Held) -> None:
        order.append("long")
        making.handler(Settings(instance=tmp_path))(held)

    Queue(database, {made.KIND: long, "short": short}, clock).run_due()
    assert order[:3] == ["long", "short", "long"] and set(order[3:]) == {"long"}
    with reading(database) as session:
        job = made.job_of(session, number)
    assert job and (job.state, job.failures) == ("done", 0)


def test_a_worker_that_is_to_end_leaves_the_rest_to_the_next(database: Engine, tmp_path: Path) -> None:  # noqa: F811
    number, stopping, looks = asked(database, slow.PACK), Event(), iter(range(10_000))

    def clock() -> datetime:
        if next(looks) == 10:
            stopping.set()
        return now()

    queue = Queue(database, {made.KIND: making.handler(Settings(instance=tmp_path))}, clock)
    assert queue.run_due(stopping) == 1
    left = the(database, number)
    assert job_state(database, number) == "queued" and 0 < left.done < left.asked.parts
    assert queue.run_due() == 1
    assert the(database, number).made_at


def test_one_that_was_taken_over_keeps_nothing_more(database: Engine, tmp_path: Path) -> None:  # noqa: F811
    number, looks = asked(database, slow.PACK), iter(range(10_000))
    settings = Settings(instance=tmp_path)

    def clock() -> datetime:
        if next(looks) == 10:
            with writing(database) as session:
                assert jobs.claim(session, at=now() + timedelta(minutes=1), until=now() + timedelta(minutes=2))
        return now()

    Queue(database, {made.KIND: making.handler(settings)}, clock).run_one()
    assert (job_state(database, number), the(database, number).made_at) == ("running", None)
    due(settings, database, clock=lambda: now() + timedelta(minutes=3))
    assert the(database, number).made_at


def test_a_promise_without_its_job_is_kept_and_an_old_document_goes(
    database: Engine, tmp_path: Path  # noqa: F811
) -> None:
    number = asked(database, slow.PACK)
    with writing(database) as session:
        held = jobs.claim(session, at=now(), until=now())
        assert held and jobs.finish(session, held, at=now())
    settings = Settings(instance=tmp_path)
    assert due(settings, database, clock=now) == 1
    assert the(database, number).made_at
    assert reconcile(database, at=now() + made.KEPT_FOR + timedelta(minutes=1)) == 0
    with reading(database) as session:
        assert made.there(session, number) is None
