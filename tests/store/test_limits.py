"""Limits on how often an act is done: kept over threads, processes and restarts, never more than a bit too strict."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from protocolbuilder.store import limits
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.guard_tables import limit_counts
from protocolbuilder.store.limits import Gate
from tests.store.at_once import at_once
from tests.store.builders import NOON

ROOT = Path(__file__).resolve().parent.parent.parent
FIVE = timedelta(minutes=5)
GATE = Gate("sign in, account", "jo", 10, FIVE)
TAKER = """
import sys
from datetime import datetime, timedelta
from protocolbuilder.store import limits
from protocolbuilder.store.engine import engine, writing
database, at = engine(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
for number in range(40):
    with writing(database) as session:
        gate = limits.Gate("sign in, account", "jo", 10, timedelta(minutes=5))
        print(limits.take(session, [gate], at=at + timedelta(milliseconds=number)) is None)
"""


def take(database: Engine, *gates: Gate, at: datetime = NOON) -> datetime | None:
    with writing(database) as session:
        return limits.take(session, gates, at=at)


def rows(database: Engine) -> int:
    with reading(database) as session:
        return len(session.execute(select(limit_counts)).all())


@pytest.mark.parametrize("seed", range(4))
def test_in_no_period_more_is_let_through_and_little_less_is(database: Engine, seed: int) -> None:
    chance, at, let, waited = Random(seed), NOON, list[datetime](), timedelta()
    for _ in range(150):
        at += timedelta(seconds=chance.choice([0, 0.2, 5, 40, 200]))
        before = [one for one in let if one > at - FIVE]
        again = take(database, GATE, at=at)
        if again is None:
            assert len(before) < GATE.times
            let.append(at)
        else:
            exact = sorted(one for one in let)[-GATE.times] + FIVE
            assert exact <= again <= exact + FIVE / limits.SLOTS
            waited += again - exact
    assert len(let) > 30


def test_who_is_refused_is_told_when_it_goes_on_and_is_not_counted(database: Engine) -> None:
    for _ in range(10):
        assert take(database, GATE) is None
    again = take(database, GATE)
    assert again is not None and FIVE <= again - NOON <= FIVE * (1 + 1 / limits.SLOTS)
    for _ in range(50):
        assert take(database, GATE, at=again - timedelta(microseconds=1)) == again
    assert take(database, GATE, at=again) is None


def test_an_act_with_several_limits_is_counted_at_all_or_at_none(database: Engine) -> None:
    hour, other = Gate("code", "jo", 3, timedelta(hours=1)), Gate("code, address", "here", 5, FIVE)
    for _ in range(3):
        assert take(database, hour, other) is None
    assert take(database, hour, other) is not None
    assert [take(database, other) is None for _ in range(3)] == [True, True, False]
    assert take(database, hour, at=NOON + timedelta(minutes=64)) is None


def test_one_key_or_act_does_not_count_for_another(database: Engine) -> None:
    for _ in range(10):
        take(database, GATE)
    assert take(database, Gate(GATE.act, "sam", 10, FIVE)) is None
    assert take(database, Gate("import", "jo", 10, FIVE)) is None


def test_what_is_given_back_was_not_done(database: Engine) -> None:
    for _ in range(30):
        assert take(database, GATE) is None
        with writing(database) as session:
            limits.give_back(session, [GATE], at=NOON)
    for _ in range(10):
        assert take(database, GATE) is None
    assert take(database, GATE) is not None


@pytest.mark.asvs("V15.4.1")
def test_threads_that_come_at_once_get_no_more_than_the_limit(database: Engine) -> None:
    got = at_once([lambda: take(database, GATE)] * 24)
    assert sum(again is None for again in got) == GATE.times


@pytest.mark.asvs("V6.1.1", "V2.4.1")
def test_the_limit_holds_over_two_processes_and_a_restart(database: Engine, url: str) -> None:
    words = [sys.executable, "-c", TAKER, url, NOON.isoformat()]
    both = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0].split() for process in both]
    assert [len(one) for one in said] == [40, 40]
    assert sum(one.count("True") for one in said) == GATE.times
    anew = engine(url)
    assert take(anew, GATE, at=NOON + FIVE / 2) is not None
    anew.dispose()


def test_counts_go_when_they_matter_no_more(database: Engine) -> None:
    take(database, GATE)
    take(database, GATE, at=NOON + timedelta(minutes=3))
    for at, left in ((NOON, 2), (NOON + FIVE * 1.1, 1), (NOON + FIVE * 2, 0)):
        with writing(database) as session:
            limits.clear(session, at=at)
        assert rows(database) == left
