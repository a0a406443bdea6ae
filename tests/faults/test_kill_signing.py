"""kill -9 in the middle of signing: each act that was acknowledged is there once, with its line, its receipt and its
mails; none is there in part.

The lines of the trail say what was done; everything else that an act does is worked out from them and looked for.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from protocolbuilder.domain.signing import Receipt, Request
from protocolbuilder.store import executed, outbox, signatures, signing, trail
from protocolbuilder.store.agreements import load
from protocolbuilder.store.engine import Connection, Engine, engine, reading
from protocolbuilder.store.register import register
from protocolbuilder.store.signing_tables import sign_requests
from protocolbuilder.store.trail import Line
from protocolbuilder.store.work_tables import jobs, mails
from tests.faults.test_kill import (
    KILLS_A_DATABASE,
    OF_ITSELF,
    Workers,
    _all_is_there,
    _nothing_is_half,
    _saves,
    _warm,
    new_file,
)
from tests.postgres import Cluster
from tests.store.signing import OWNER

__all__ = ["new_file"]

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
PARTS = 8 if THOROUGH else 1
ON_SQLITE, ON_POSTGRESQL = (1_200, 400) if THOROUGH else (200, 10)
"""Of each part; with PB_THOROUGH 10,000 in all."""
PROGRAM = "tests.faults.signing"
TELL_THE_OWNER = frozenset({"signatory.signed", "signature.recorded", "signatory.declined", "signatory.delegated"})
TELL_WHOM_IT_IS_ABOUT = frozenset({"invitation.sent", "invitation.reminded", "signatory.signed"})
MORE_OF_AN_ACT = frozenset({"agreement.issued", "agreement.superseded", "agreement.completed"})
"""Lines that an act adds besides its own; issues are counted by their versions."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What there is about signing an agreement."""

    lines: Sequence[Line]
    requests: dict[int, Request]
    receipts: dict[str, Receipt]

    def promised(self) -> Iterator[str]:
        """The recipient of each mail that the acts of the trail post."""
        for line in self.lines:
            if line.event in TELL_WHOM_IT_IS_ABOUT:
                yield line.details["email"]
            if line.event in TELL_THE_OWNER:
                yield OWNER
            if line.event == "agreement.completed":
                signed = (self.receipts[id].request for id in line.said["data"]["signatures"])
                yield from {OWNER, *(self.requests[id].email for id in signed if id)}

    def acts(self) -> int:
        """How many, besides saving and issuing. Raises AssertionError for one of which a line is missing."""
        many = sum(line.event not in MORE_OF_AN_ACT for line in self.lines)
        for line, after in zip_longest(self.lines, self.lines[1:]):
            data = line.said["data"]
            if line.event in ("signatory.delegated", "signatory.changed"):
                assert after is not None and after.event == "invitation.sent", "another is asked by the same act"
                assert after.said["data"]["request"] == data.get("to", data["request"])
                many -= 1
        return many


def _kept(session: Connection, ref: str, issued: int) -> Kept:
    numbers = range(1, issued + 1)
    requests = {one.id: one for number in numbers for one in signing.of_version(session, ref, number)}
    receipts = {one.id: one for number in numbers for one in signatures.of_version(session, ref, number)}
    return Kept(trail.lines(session, ref), requests, receipts)


def _acts_are_whole(session: Connection, kept: Kept) -> None:
    assert outbox.forgotten(session) == ()
    posted = Counter(session.execute(select(mails.c.recipient)).scalars())
    assert posted == Counter(kept.promised()), "an act has its mails, each once"
    completed = sum(line.event == "agreement.completed" for line in kept.lines)
    kinds = Counter(session.execute(select(jobs.c.kind)).scalars())
    assert kinds == Counter({outbox.KIND: posted.total(), executed.KIND: completed})
    last = signing.mails(session, kept.requests.values())
    waits = {id: state == "queued" for id, state in last.items()}
    assert waits == {id: one.open for id, one in kept.requests.items()}, "who is asked no longer has no mail that waits"
    for line in kept.lines:
        data = line.said["data"]
        if line.event == "signatory.declined":
            told = [{"address": one.address, "text": one.text} for one in signing.comments(session, data["request"])]
            assert told == data["comments"]
        if line.event == "signatory.delegated":
            assert kept.requests[data["to"]].passed_from == data["request"]
    _nobody_is_asked_twice(session)


def _nobody_is_asked_twice(session: Connection) -> None:
    key = (sign_requests.c.ref, sign_requests.c.number, sign_requests.c.party)
    asked = select(*key).where(sign_requests.c.settled_at.is_(None))
    assert max(Counter(map(tuple, session.execute(asked))).values(), default=0) <= 1


STATES = {"declined": "declined", "cancelled": "cancelled", "passed": "passed on"}


def _acknowledged_acts_are_there(kept: Kept, told: list[list[str]]) -> None:
    lines = {line.seq: line for line in kept.lines}
    for what, _, *words in told:
        if what in ("signed", "signed-again", "recorded"):
            made = kept.receipts[words[0]]
            assert [made.head.seq, made.head.digest] == [int(words[1]), words[2]]
            assert lines[made.head.seq].said["data"]["receipt"] == made.id
        elif what in STATES:
            assert kept.requests[int(words[0])].state == STATES[what]
        elif what in ("invited", "corrected", "reminded", "opened"):
            assert int(words[0]) in kept.requests
    _acknowledged_once(kept, told)


def _acknowledged_once(kept: Kept, told: list[list[str]]) -> None:
    """Of each kind of act there are no fewer lines than were acknowledged, and of each signature exactly one."""
    events = Counter(line.event for line in kept.lines)
    said = Counter(words[0] for words in told)
    for what, event in {
        "signed": "signatory.signed", "recorded": "signature.recorded", "declined": "signatory.declined",
        "passed": "signatory.delegated", "corrected": "signatory.changed", "reminded": "invitation.reminded",
        "opened": "document.opened", "cancelled": "invitation.cancelled", "issued": "agreement.issued",
    }.items():  # fmt: skip
        assert said[what] <= events[event], f"{what} was acknowledged, and its line is lost"
    assert events["signatory.signed"] + events["signature.recorded"] == len(kept.receipts)
    asked = said["invited"] + said["passed"] + said["corrected"]
    assert asked <= events["invitation.sent"]


def _judge(database: Engine, told: list[list[str]]) -> int:
    """Opens the database anew, as a server started again would. How many transactions it holds in all."""
    try:
        with reading(database) as session:
            rows = register(session).rows
            if not rows:
                assert told == []
                return 0
            draft = load(session, rows[0].ref)
            saves = _saves(session, draft.ref)
            _nothing_is_half(session, draft, saves)
            _all_is_there(session, draft, saves, told=told)
            kept = _kept(session, draft.ref, draft.issued or 0)
            _acts_are_whole(session, kept)
            _acknowledged_acts_are_there(kept, told)
            return draft.number + (draft.issued or 0) + kept.acts()
    finally:
        database.dispose()


def judged(url: str, told: list[list[str]]) -> int:
    return _judge(engine(url), told)


def _did(told: list[list[str]]) -> int:
    """Signing once more is acknowledged and does nothing."""
    return sum(words[0] != "signed-again" for words in told)


def _campaign(workers: Workers, new_url: Callable[[], str], *, kills: int, part: int = 0) -> Counter[str]:
    """At most one transaction a kill may be there unacknowledged; after some kills a new database begins. How many acts
    of each kind were acknowledged."""
    chance, tally, kept = Random(7 + part), Counter[str](), 0
    everything: list[list[str]] = []
    for round_ in range(part * kills, (part + 1) * kills):
        if round_ % KILLS_A_DATABASE == 0:
            database, kept, everything = engine(new_url()), 0, []
        cut = chance.randint(1, 150) if round_ % 2 else 0
        url = database.url.render_as_string(hide_password=False)
        told = workers.killed(url, round_, cut=cut, after=chance.uniform(0, 0.12))
        everything += told
        now = _judge(database, everything)
        assert 0 <= now - kept - _did(told) <= 1
        tally.update(words[0] for words in told)
        tally["kills"] += 1
        tally["beyond"] += now - kept - _did(told)
        kept = now
    print(dict(tally))
    return tally


@pytest.fixture(scope="module")
def signers() -> Iterator[Workers]:
    with _warm(program=PROGRAM) as warm:
        yield warm


@pytest.mark.parametrize("part", range(PARTS))
def test_after_every_kill_of_signing_on_sqlite_each_act_is_whole_and_none_is_lost_or_doubled(
    signers: Workers, tmp_path: Path, new_file: Callable[[], str], part: int
) -> None:
    tally = _campaign(signers, new_file, kills=ON_SQLITE, part=part)
    assert tally["kills"] == ON_SQLITE
    assert all(tally[what] for what in ("signed", "declined", "passed", "issued", "invited", "reminded", "recorded"))
    for file in tmp_path.glob("*.db"):
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if THOROUGH:
            file.unlink()


def test_after_every_kill_of_signing_on_postgresql_each_act_is_whole_and_none_is_lost_or_doubled(
    signers: Workers, postgres: Cluster, migrated_template: str, serial: Callable[[], int]
) -> None:
    names: list[str] = []

    def new_url() -> str:
        names.append(f"signed_{serial()}")
        return postgres.create(names[-1], template=migrated_template)

    tally = _campaign(signers, new_url, kills=ON_POSTGRESQL)
    assert tally["kills"] == ON_POSTGRESQL and tally["signed"] > 0
    for name in names:
        postgres.drop(name)


@pytest.mark.parametrize("how", ["apart", "piecemeal"] if THOROUGH else ["apart"])
def test_a_store_that_kept_a_signature_and_its_line_in_two_pieces_would_be_found_out(
    new_file: Callable[[], str], how: str
) -> None:
    """Proof that the campaign can see half a signature."""
    with _warm(how, program=PROGRAM) as workers, pytest.raises(AssertionError) as told:
        _campaign(workers, new_file, kills=200)
    assert OF_ITSELF not in str(told.value)
