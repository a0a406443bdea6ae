"""Many at once at one request to sign. Nothing is timed: they start together, and every outcome is counted.

`./check` does a few rounds of each; with PB_THOROUGH 200 rounds of 64 who sign at once, and 500 of each pair.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from protocolbuilder.domain.agreement import Edit, digest
from protocolbuilder.domain.signing import Receipt, Request, Signatory
from protocolbuilder.errors import Settled, Superseded
from protocolbuilder.store import agreements, signatures, signing, signing_acts, signing_passing, trail, versions
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.store.signing_tables import signatures as table
from protocolbuilder.store.verify import faults
from protocolbuilder.store.work_tables import mails
from tests.store.at_once import at_once
from tests.store.builders import ISSUING, NOON, a_document
from tests.store.signing import MEANS, OWNER, Waiting, intention, person, waiting

THOROUGH = bool(os.environ.get("PB_THOROUGH"))
SIGNERS, ROUNDS, PAIRS = 64, 200 if THOROUGH else 6, 500 if THOROUGH else 4
LATE = NOON + timedelta(days=9)


def mails_of(database: Engine) -> dict[str, int]:
    with reading(database) as session:
        rows = session.execute(select(mails.c.recipient, func.count()).group_by(mails.c.recipient))
        return {row[0]: row[1] for row in rows}


def test_of_64_who_sign_one_request_at_once_one_signs_and_all_have_the_same_receipt(database: Engine) -> None:
    made = waiting(database, parties=ROUNDS)
    for number in range(1, ROUNDS + 1):
        request = made.invite(number)
        receipts = at_once([lambda request=request: made.sign(request)] * SIGNERS)  # type: ignore[misc]
        assert len(set(receipts)) == 1 and len(receipts) == SIGNERS
        with reading(database) as session:
            assert [one.id for one in signatures.of_version(session, made.ref, 1)][-1] == receipts[0].id
        told = mails_of(database)
        assert told[person(number).email] == 2 + (number == ROUNDS), "asked, receipt, and at the end that all have"
        assert told[OWNER] == number + (number == ROUNDS)
    with reading(database) as session:
        events = [line.event for line in trail.lines(session, made.ref)]
        assert session.execute(select(func.count()).select_from(table)).scalar_one() == ROUNDS
        assert events.count("signatory.signed") == ROUNDS and events.count("agreement.completed") == 1
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
    made, won, numbers = waiting(database, parties=PAIRS + 1), {"signed": 0, end: 0}, count(1)
    for number in range(1, PAIRS + 1):
        request = made.invite(number, due=date(2026, 7, 5) if end == "expired" else None)
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
        made.number = next(numbers) + 1 if end == "superseded" else 1
    assert sum(won.values()) == PAIRS
    with reading(database) as session:
        assert faults(session) == ()


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
