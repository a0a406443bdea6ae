"""Many at once at one request to sign. Nothing is timed: they start together, and every outcome is counted.

On each database `./check` does 20 rounds of 64 who sign at once and 25 of each pair; with PB_THOROUGH 200 and 500.
"""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from protocolbuilder.domain.agreement import Edit, digest
from protocolbuilder.domain.signing import Receipt, Request, Signatory
from protocolbuilder.errors import Settled, Superseded
from protocolbuilder.store import agreements, signatures, signing, signing_acts, signing_passing, trail, versions
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.signing_tables import signatures as table
from protocolbuilder.store.verify import faults
from protocolbuilder.store.work_tables import mails
from tests.store.at_once import at_once, keep_open
from tests.store.builders import ISSUING, NOON, a_document
from tests.store.signing import MEANS, OWNER, Waiting, intention, person, waiting

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
SIGNERS, ROUNDS, PAIRS = 64, 200 if THOROUGH else 20, 500 if THOROUGH else 25
FEW = 5
LATE = NOON + timedelta(days=9)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One for all rounds. Meanwhile what was there before them is not looked through for what is no longer needed."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("races") / "races.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        url, drop = f"sqlite:///{file}", file.unlink
    else:
        cluster, name = request.getfixturevalue("postgres"), f"races_{request.getfixturevalue('serial')()}"
        url = cluster.create(name, template=request.getfixturevalue("migrated_template"))
        drop = partial(cluster.drop, name)
    made = keep_open(engine(url))
    gc.freeze()
    yield made
    gc.unfreeze()
    made.dispose()
    drop()


def mails_of(database: Engine) -> Counter[str]:
    with reading(database) as session:
        return Counter(session.execute(select(mails.c.recipient)).scalars())


def test_of_64_who_sign_one_request_at_once_one_signs_and_all_have_the_same_receipt(database: Engine) -> None:
    for _ in range(ROUNDS // FEW):
        made, before = waiting(database, parties=FEW), mails_of(database)
        for number in range(1, FEW + 1):
            request = made.invite(number)
            receipts = at_once([lambda request=request, made=made: made.sign(request)] * SIGNERS)  # type: ignore[misc]
            assert len(set(receipts)) == 1 and len(receipts) == SIGNERS
            with reading(database) as session:
                assert [one.id for one in signatures.of_version(session, made.ref, 1)][-1] == receipts[0].id
            told = mails_of(database) - before
            assert told[person(number).email] == 2 + (number == FEW), "asked, receipt, and at the end that all have"
            assert told[OWNER] == number + (number == FEW)
        with reading(database) as session:
            events = [line.event for line in trail.lines(session, made.ref)]
            kept = select(func.count()).select_from(table).where(table.c.ref == made.ref)
            assert session.execute(kept).scalar_one() == FEW
            assert events.count("signatory.signed") == FEW and events.count("agreement.completed") == 1
    with reading(database) as session:
        assert faults(session) == ()


def decline(made: Waiting, request: Request) -> Request:
    with writing(made.database) as session:
        return signing_acts.decline(session, request.id, "legal", note="", comments=(), at=NOON, means=MEANS)


def pass_on(made: Waiting, request: Request) -> Request:
    to = Signatory("", "Bea Smith", "Deputy", f"bea@{request.email.rpartition('@')[2]}")
    with writing(made.database) as session:
        return signing_passing.pass_on(session, request.id, to, at=NOON, means=MEANS)


def expire(made: Waiting, request: Request) -> Request:
    with writing(made.database) as session:
        return signing_acts.expire(session, request.id, at=LATE, means=MEANS)


def issue_again(made: Waiting, _request: Request) -> versions.Version:
    with writing(made.database) as session:
        draft = agreements.lock(session, made.ref)
        edit = Edit("purpose.text", f"Text {draft.number}")
        draft = agreements.save(session, made.ref, edits=[edit], seen=draft.number, by="Ada", at=NOON)
        return versions.issue(
            session, made.ref, number=(draft.issued or 0) + 1, seen=draft.number, documents=[a_document()],
            content_digest=digest(draft.agreement), schema="agreement-1", library="2026.11", templates={}, by="Ada",
            at=NOON, note="", issuing=ISSUING,
        )  # fmt: skip


ACTS: dict[str, Callable[[Waiting, Request], Any]] = {
    "declined": decline, "passed on": pass_on, "expired": expire, "superseded": issue_again,
}  # fmt: skip


@pytest.mark.parametrize("end", ACTS)
def test_sign_against_another_end_has_one_winner_and_the_loser_is_told(database: Engine, end: str) -> None:
    won = {"signed": 0, end: 0}
    for made, request in asked(database, end):
        outcomes = at_once([lambda: attempt(made, request), lambda: other(made, request, end)])  # noqa: B023
        with reading(database) as session:
            after = signing.load(session, request.id)
            signed = signatures.of_request(session, request.id)
        assert (after.state == "signed") == (signed is not None) == isinstance(outcomes[0], Receipt)
        assert after.state in won, after.state
        won[after.state] += 1
        if after.state == "signed" and end != "superseded":
            assert outcomes[1] == "signed", "whoever came second is told what became of it"
        elif after.state != "signed":
            assert outcomes[0] == end
    assert sum(won.values()) == PAIRS
    with reading(database) as session:
        assert faults(session) == ()


def asked(database: Engine, end: str) -> Iterator[tuple[Waiting, Request]]:
    """One request for each pair, of the latest version: nobody is told of more than is needed, and an agreement has few
    partners, so that many pairs cost little."""
    due = date(2026, 7, 5) if end == "expired" else None
    if end == "superseded":
        made = waiting(database, parties=2, lead="")
        for made.number in range(1, PAIRS + 1):
            yield made, made.invite(due=due)
        return
    for pair in range(PAIRS):
        if pair % FEW == 0:
            made = waiting(database, parties=FEW + 1, lead="")
        yield made, made.invite(pair % FEW + 1, due=due)


def attempt(made: Waiting, request: Request) -> Receipt | str:
    """What came of signing: a receipt, or the state that the loser was told."""
    number = int(request.party.removeprefix("p"))
    try:
        with writing(made.database) as session:
            return signing_acts.sign(session, request.id, intention(number), at=NOON, means=MEANS)
    except Settled as told:
        return told.state
    except Superseded:
        return "superseded"


def other(made: Waiting, request: Request, end: str) -> str:
    try:
        ACTS[end](made, request)
    except Settled as told:
        return told.state
    return end


def test_somebody_who_is_asked_for_two_agreements_at_once_is_one_person(database: Engine) -> None:
    first, second = waiting(database), waiting(database)
    asked = at_once([first.invite, second.invite])
    assert asked[0].person == asked[1].person and asked[0].ref != asked[1].ref
