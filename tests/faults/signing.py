"""What is done about signing, act after act by the store, without end, until it is killed: versions are issued, people
are asked, sign, decline, pass on, are reminded, put right and recorded. One warm process, as that of `worker`.

Called with the word `apart` it commits the line of a signature before the signature, as a proof that the campaign would
see it; `piecemeal` and `unsynced` are as in `worker`. With `cold` it begins at once, for one worker alone.
"""

import itertools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from protocolbuilder.domain.people import Person
from protocolbuilder.domain.signing import STATEMENTS, Comment, Intention, Request, Signatory
from protocolbuilder.store import (
    agreements,
    signatures,
    signing,
    signing_acts,
    signing_asking,
    signing_chasing,
    signing_paper,
    signing_passing,
    trail,
)
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_paper import Scan
from protocolbuilder.store.tables import metadata
from tests.faults.worker import AT, _draft, _issue, _opened, _save, _say, forks, new_id
from tests.store.signing import ASKER, OWNER, agreement, person
from tests.trail_key import KEY

PARTIES, DOCUMENT = 3, "0.docx"
MEANS = Means(KEY, "https://isa.example", "isa.example", new_id)
DETAILS = {"address": "192.0.2.1", "browser": "Phone"}
COMPILED: dict[Any, Any] = {}
"""Statements that the warm process did once, so that no worker has to make them anew."""
ADA = Person("", "Ada Jones", "Information governance manager", OWNER)


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever does acts about one version. `at` is seven hours later after every line of the trail."""

    database: Engine
    ref: str
    number: int
    at: datetime
    chance: Random

    def how(self) -> dict[str, Any]:
        return {"at": self.at, "means": MEANS}

    def somebody(self) -> str:
        return f"{self.chance.choice(('bea', 'cai', 'dee'))}.{self.chance.randrange(1_000_000)}"


def invite(hand: Hand, party: int) -> None:
    with writing(hand.database) as session:
        made = signing_asking.invite(
            session, hand.ref, hand.number, person(party), document=DOCUMENT, by=ASKER, **hand.how()
        )
    _say("invited", made.ref, made.id)


def paper(hand: Hand, party: int) -> None:
    with writing(hand.database) as session:
        made = signing_paper.record_paper(
            session, hand.ref, hand.number, person(party), document=DOCUMENT, day=hand.at.date(), by=ASKER,
            scan=Scan("scan.pdf", hand.chance.randbytes(2_000)), **hand.how(),
        )  # fmt: skip
    _say("recorded", made.ref, made.id, made.head.seq, made.head.digest)


def sign(hand: Hand, one: Request) -> None:
    said = Intention(one.sha256, one.name, one.post, frozenset(STATEMENTS), "code", reservation="Not clause 3")
    for what in ("signed", "signed-again")[: hand.chance.choice((1, 2))]:
        with writing(hand.database) as session:
            made = signing_acts.sign(session, one.id, said, details=DETAILS, **hand.how())
        _say(what, made.ref, made.id, made.head.seq, made.head.digest)


def decline(hand: Hand, one: Request) -> None:
    said = (Comment("about.title", "Say which county"), Comment("purpose", "Too wide"))
    with writing(hand.database) as session:
        signing_acts.decline(session, one.id, "legal", note="Not yet", comments=said, details=DETAILS, **hand.how())
    _say("declined", one.ref, one.id)


def pass_on(hand: Hand, one: Request) -> None:
    to = Signatory("", "Bea Smith", "Deputy", f"{hand.somebody()}@{one.email.rpartition('@')[2]}")
    with writing(hand.database) as session:
        made = signing_passing.pass_on(session, one.id, to, details=DETAILS, **hand.how())
    _say("passed", one.ref, one.id, made.id)


def correct(hand: Hand, one: Request) -> None:
    email = f"{hand.somebody()}@{one.email.rpartition('@')[2]}"
    with writing(hand.database) as session:
        signing_passing.correct_address(session, one.id, email, by=ASKER, **hand.how())
    _say("corrected", one.ref, one.id, email)


def remind(hand: Hand, one: Request) -> None:
    with writing(hand.database) as session:
        told = signing_chasing.remind(session, hand.ref, hand.number, by=ASKER, only={one.id}, **hand.how())
    if not told[0].why:
        _say("reminded", one.ref, one.id)


def open_(hand: Hand, one: Request) -> None:
    if one.state == "waiting":
        with writing(hand.database) as session:
            signing_acts.opened(session, one.id, details=DETAILS, **hand.how())
        _say("opened", one.ref, one.id)


def cancel(hand: Hand, one: Request) -> None:
    with writing(hand.database) as session:
        signing_acts.cancel(session, one.id, "Left out", by=ASKER, **hand.how())
    _say("cancelled", one.ref, one.id)


ON_REQUEST: dict[Callable[[Hand, Request], None], int] = {
    sign: 6, decline: 3, pass_on: 3, correct: 2, remind: 3, open_: 2, cancel: 1,
    lambda hand, one: paper(hand, int(one.party.removeprefix("p"))): 2,
}  # fmt: skip
"""How often each is done, of 22."""


def _act(database: Engine, ref: str, *, chance: Random) -> bool:
    """One act about the latest version. False when nobody is left in it, or it is time for another."""
    with reading(database) as session:
        draft = agreements.load(session, ref)
        number = draft.issued or 0
        if not number or draft.number > (draft.issued_draft or 0) or chance.random() < 0.05:
            return False
        last = {one.party: one for one in signing.of_version(session, ref, number)}
        signed = {one.party for one in signatures.of_version(session, ref, number)}
        hand = Hand(database, ref, number, AT + timedelta(hours=7) * trail.head(session, ref).seq, chance)
    free = [party for party in range(1, PARTIES + 1) if f"p{party}" not in signed.union(last)]
    asked = [one for one in last.values() if one.open]
    if not free and not asked:
        return False
    if free and (not asked or chance.random() < 0.5):
        (paper if chance.random() < 0.1 else invite)(hand, chance.choice(free))
    else:
        chance.choices(list(ON_REQUEST), list(ON_REQUEST.values()))[0](hand, chance.choice(asked))
    return True


def _goes_on(database: Engine, round_: int, *, steps: int | None = None) -> None:
    chance = Random(round_)
    draft = _draft(database, agreement(PARTIES), lead=ADA)
    for step in itertools.count() if steps is None else range(steps):
        if not _act(database, draft.ref, chance=chance):
            with reading(database) as session:
                draft = agreements.load(session, draft.ref)
            draft = _save(database, draft, f"{round_}-{step}", chance=chance)
            draft = _issue(database, draft, chance=chance)


def work(url: str, round_: int, cut: int) -> None:
    """Never returns."""
    if "apart" in sys.argv:
        whole = signatures.keep

        def keep(session: Any, *words: Any, **named: Any) -> None:
            session.exec_driver_sql("COMMIT")
            session.exec_driver_sql("BEGIN IMMEDIATE")
            whole(session, *words, **named)

        signatures.keep = keep
    _goes_on(_opened(url, cut).execution_options(compiled_cache=COMPILED), round_)


def _warm() -> None:
    """Everything once, so that no worker reads and makes it anew."""
    with TemporaryDirectory() as folder:
        database = engine(f"sqlite:///{Path(folder) / 'warm.db'}").execution_options(compiled_cache=COMPILED)
        metadata.create_all(database)
        said = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _goes_on(database, 1, steps=60)
        os.dup2(said, 1)
        database.dispose()


if __name__ == "__main__":
    if "cold" not in sys.argv:
        _warm()
    forks(work)
