"""A power cut in the middle of saving and issuing, or of signing: what was acknowledged is there, nothing half there.

The system calls of a worker are recorded once. For every cut the files are laid down as the disk may hold them at that
call: what was synced, and of the rest nothing, all, or any sectors. A kill (test_kill.py) cannot show a missing sync.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.exc import SQLAlchemyError

from protocolbuilder.errors import ProtocolBuilderError
from protocolbuilder.store.engine import engine
from protocolbuilder.store.migrate import migrate
from tests.faults import test_kill, test_kill_signing
from tests.faults.disk import CALLS, ORDERS, Disk, File, Order
from tests.faults.test_kill import ROOT

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
CUTS = 1_000 if THOROUGH else 30
DATABASE = "cut.db"


@dataclass(frozen=True, slots=True)
class Work:
    """`program` does it until it is killed, before its statement number `statements`; `judge` says how many
    transactions a database holds."""

    program: str
    judge: Callable[[str, list[list[str]]], int]
    statements: int


SAVING = Work("tests.faults.worker", test_kill._judge, 4_000 if THOROUGH else 400)
SIGNING = Work(test_kill_signing.PROGRAM, test_kill_signing.judged, 4_000 if THOROUGH else 700)
BOTH = pytest.mark.parametrize("work", [SAVING, SIGNING], ids=["saving", "signing"])


@dataclass(frozen=True, slots=True)
class Recording:
    """`before` is the database as the worker found it, on the disk."""

    folder: Path
    before: bytes
    calls: list[str]


@dataclass(slots=True)
class Tally:
    """`acknowledged`: transactions that the last sound cut had to keep. `lost`: the cuts after which one was missing,
    half there, or the database could not be read."""

    cuts: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)


def _traced(folder: Path, work: Work, *how: str) -> Recording:
    """Works until the worker kills itself. Skips where no process may be traced; fails under CI=true."""
    made = engine(f"sqlite:///{folder / DATABASE}")
    migrate(made)
    made.dispose()
    before, log = (folder / DATABASE).read_bytes(), folder.with_suffix(".strace")
    trace = ["strace", "-f", "--seccomp-bpf", "-xx", "-s", "2000000", "-e", f"trace={CALLS}", "-o", str(log)]
    words = [*trace, sys.executable, "-m", work.program, "cold", *how]
    line = f"sqlite:///{folder / DATABASE} 7 {work.statements}\n"
    try:
        subprocess.run(words, cwd=ROOT, input=line, text=True, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = f"strace cannot be used here: {getattr(error, 'stderr', error)}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    lines = log.read_text().splitlines()
    log.unlink()
    worker = next(line.split()[0] for line in lines if "+++ killed by SIGKILL" in line)
    return Recording(folder, before, [line for line in lines if line.split()[0] == worker])


def _campaign(recording: Recording, work: Work, into: Path, *, cuts: int) -> Tally:
    disk = Disk(recording.folder, {DATABASE: File(bytearray(recording.before), named=True)})
    chance, tally = Random(7), Tally()
    changing = [number for number, call in enumerate(recording.calls) if "write" in call or "sync" in call]
    at = frozenset(chance.sample(changing, k=min(cuts, len(changing))))
    for number, call in enumerate(recording.calls):
        disk.after(call)
        if number in at:
            order = ORDERS[tally.cuts % len(ORDERS)]
            try:
                tally.acknowledged = _judged(disk, work, into, order=order, chance=chance)
            except (AssertionError, KeyError, ProtocolBuilderError, SQLAlchemyError, sqlite3.Error) as error:
                tally.lost.append(f"after call {number}, {order} left: {error!r:.300}")
            tally.cuts += 1
    print(f"{tally.cuts} cuts, up to {tally.acknowledged} acknowledged, {len(tally.lost)} lost something")
    return tally


def _judged(disk: Disk, work: Work, into: Path, *, order: Order, chance: Random) -> int:
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    disk.cut(into, order=order, chance=chance)
    with closing(sqlite3.connect(into / DATABASE)) as link:
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    told = [line.split() for line in disk.said.decode().splitlines() if not line.startswith("pid ")]
    kept, done = work.judge(f"sqlite:///{into / DATABASE}", told), sum(words[0] != "signed-again" for words in told)
    assert 0 <= kept - done <= 1, "more is there than was done"
    return done


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[..., Recording]:
    def record(work: Work, *how: str) -> Recording:
        (tmp_path / "traced").mkdir()
        return _traced(tmp_path / "traced", work, *how)

    return record


@BOTH
def test_after_every_power_cut_what_was_acknowledged_is_there_and_nothing_is_half(
    recorded: Callable[..., Recording], tmp_path: Path, work: Work
) -> None:
    tally = _campaign(recorded(work), work, tmp_path / "cut", cuts=CUTS)
    assert tally.lost == []
    assert tally.cuts == CUTS and tally.acknowledged > 10


@BOTH
def test_a_store_that_did_not_wait_for_the_disk_would_be_found_out(
    recorded: Callable[..., Recording], tmp_path: Path, work: Work
) -> None:
    """Proof that the campaign can see a transaction that was acknowledged before it was on the disk."""
    assert _campaign(recorded(work, "unsynced"), work, tmp_path / "cut", cuts=CUTS).lost
