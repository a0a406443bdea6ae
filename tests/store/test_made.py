"""Documents that take a while, as the store keeps them: asked for once, made in parts, gone on with, removed."""

from datetime import timedelta

import pytest

from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import jobs, made
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.made import Asked
from tests.store.at_once import at_once
from tests.store.builders import NOON, created


@pytest.fixture
def wanted(database: Engine) -> Asked:
    ref = created(database).ref
    return Asked("k" * 64, ref, 1, None, "summary.pdf", "", "Summary (PDF)", "a.pdf", "application/pdf", 2)


def ask(database: Engine, wanted: Asked) -> int:
    with writing(database) as session:
        return made.ask(session, wanted, frozen="{}", at=NOON)


def keep(database: Engine, number: int, content: bytes = b"whole") -> bool:
    with writing(database) as session:
        return made.keep(session, number, content, at=NOON)


def the(database: Engine, number: int) -> made.Made:
    with reading(database) as session:
        return made.document(session, number)


def state(database: Engine, number: int) -> str:
    with reading(database) as session:
        job = made.job_of(session, number)
    return job.state if job else "none"


def test_two_who_ask_for_the_same_at_once_get_the_same_job(database: Engine, wanted: Asked) -> None:
    numbers: list[int] = []
    at_once([lambda: numbers.append(ask(database, wanted))] * 4)
    assert len(set(numbers)) == 1 and len(numbers) == 4
    with reading(database) as session:
        assert jobs.counts(session)["queued"] == 1
        assert made.frozen(session, numbers[0]) == "{}"
        assert [one.id for one in made.listed(session, wanted.ref, draft=1)] == numbers[:1]
        assert made.listed(session, wanted.ref, draft=2) == made.listed(session, wanted.ref, version=1) == ()


def test_the_whole_takes_the_place_of_its_parts_and_is_not_made_twice(database: Engine, wanted: Asked) -> None:
    number = ask(database, wanted)
    with writing(database) as session:
        made.keep_part(session, number, "summary.docx", content=b"word")
        made.keep_part(session, number, "summary.docx", content=b"again")
        assert made.parts(session, number) == {"summary.docx": b"word"}
    assert the(database, number).done == 1
    with reading(database) as session, pytest.raises(NotFound):
        made.content(session, number)
    assert keep(database, number) and not keep(database, number, b"other")
    with reading(database) as session:
        assert (made.content(session, number), made.parts(session, number)) == (b"whole", {})
    assert the(database, number).done == 2
    with writing(database) as session, pytest.raises(Frozen):
        made.cancel(session, number, at=NOON)
    assert ask(database, wanted) == number
    with writing(database) as session, pytest.raises(Frozen):
        made.go_on(session, number, at=NOON)


def test_what_is_cancelled_keeps_its_parts_and_is_gone_on_with(database: Engine, wanted: Asked) -> None:
    number = ask(database, wanted)
    with writing(database) as session:
        made.keep_part(session, number, "summary.docx", content=b"word")
        made.cancel(session, number, at=NOON)
        assert made.forgotten(session) == ()
    assert (state(database, number), the(database, number).done) == ("cancelled", 1)
    assert not keep(database, number)
    assert ask(database, wanted) == number
    assert (state(database, number), the(database, number).cancelled_at) == ("queued", None)


def test_one_that_is_being_made_is_cancelled_and_its_job_left_to_the_worker(database: Engine, wanted: Asked) -> None:
    number = ask(database, wanted)
    with writing(database) as session:
        assert jobs.claim(session, at=NOON, until=NOON + timedelta(seconds=30))
        made.cancel(session, number, at=NOON)
    assert state(database, number) == "running" and the(database, number).cancelled_at == NOON


def test_one_without_a_job_is_found_and_promised_again(database: Engine, wanted: Asked) -> None:
    number = ask(database, wanted)
    with writing(database) as session:
        held = jobs.claim(session, at=NOON, until=NOON)
        assert held and jobs.finish(session, held, at=NOON)
        assert made.forgotten(session) == (number,)
        made.promise(session, number, at=NOON)
        assert made.forgotten(session) == ()


def test_it_is_removed_after_seven_days_with_its_parts_and_its_job(database: Engine, wanted: Asked) -> None:
    number = ask(database, wanted)
    with writing(database) as session:
        made.keep_part(session, number, "summary.docx", content=b"word")
        assert made.old(session, at=NOON + made.KEPT_FOR) == ()
        old = made.old(session, at=NOON + made.KEPT_FOR + timedelta(seconds=1))
        assert old == (number,)
        made.remove(session, old)
        assert made.there(session, number) is None and made.parts(session, number) == {}
    assert state(database, number) == "none"
    with reading(database) as session, pytest.raises(NotFound, match="made anew"):
        made.frozen(session, number)
