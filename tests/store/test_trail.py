"""The trail as it is kept: frozen, chained, and whole without what may be erased."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from protocolbuilder.domain.tampering import faults
from protocolbuilder.domain.trail import Actor, Entry, Head, commitment
from protocolbuilder.store import checkpoints, trail
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from tests.store.at_once import at_once
from tests.store.builders import NOON, created, issued, minutes
from tests.store.signing import ONE
from tests.trail_key import KEY, OTHER, Signer


def entry(ref: str, number: int = 1) -> Entry:
    by = Actor("p1", "Ada Jones, Officer")
    return Entry(ref, "document.viewed", minutes(number), by, details={"address": "192.0.2.7"})


def append(database: Engine, ref: str, number: int = 1, *, key: Signer = KEY) -> Head:
    with writing(database) as session:
        return trail.append(session, entry(ref, number), key=key)


def check(session: Connection, ref: str) -> tuple[object, ...]:
    verify = trail.verifier({one.id: one.public for one in trail.public_keys(session)})
    return faults(trail.raw(session, ref), agreement=ref, verify=verify, head=trail.head(session, ref))


def test_issuing_begins_the_trail_with_what_was_issued(database: Engine) -> None:
    made = issued(database, created(database))
    with reading(database) as session:
        first, *others = trail.lines(session, made.ref)
        assert check(session, made.ref) == ()
    assert others == [] and first.event == "agreement.issued"
    assert first.said["data"]["content"] == made.digest
    assert first.said["data"]["documents"] == {one.name: one.sha256 for one in made.documents}
    assert first.said["actor"]["name"] == "Ada Jones"


def test_sixteen_who_write_at_once_make_one_chain(database: Engine) -> None:
    ref = created(database).ref
    at_once([lambda number=number: append(database, ref, number) for number in range(16)])  # type: ignore[misc]
    with reading(database) as session:
        assert [one.seq for one in trail.lines(session, ref)] == list(range(1, 17))
        assert check(session, ref) == () and len(trail.public_keys(session)) == 1


@ONE
def test_what_an_act_did_not_keep_leaves_no_line(database: Engine) -> None:
    ref = created(database).ref
    with pytest.raises(InterruptedError), writing(database) as session:
        trail.append(session, entry(ref), key=KEY)
        raise InterruptedError
    with reading(database) as session:
        assert trail.lines(session, ref) == () and trail.head(session, ref) == Head()


@ONE
def test_a_detail_can_go_and_the_trail_still_verifies(database: Engine) -> None:
    ref = created(database).ref
    append(database, ref)
    with reading(database) as session:
        line, (salt, value) = trail.lines(session, ref)[0], trail.salts(session, ref)[1]["address"]
        assert line.details == {"address": "192.0.2.7"}
        assert line.said["details"]["address"] == commitment(salt, "address", value)
    with writing(database) as session:
        session.execute(text("DELETE FROM trail_details"))
    with reading(database) as session:
        assert trail.lines(session, ref)[0].details == {} and check(session, ref) == ()


@ONE
def test_another_key_vouches_for_the_one_before(database: Engine) -> None:
    ref = created(database).ref
    append(database, ref)
    append(database, ref, 2, key=OTHER)
    with reading(database) as session:
        first, second = trail.public_keys(session)
        assert check(session, ref) == ()
    assert first.id == KEY.id and OTHER.sign(trail.vouched((first.public,))).hex() == second.signed


def test_the_database_refuses_to_change_a_trail(database: Engine) -> None:
    issued(database, created(database))
    with writing(database) as session:
        checkpoints.make(session, at=NOON)
    for table, column in (("trail_keys", "number"), ("trail_lines", "seq"), ("trail_checkpoints", "number")):
        for words in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError, match="never changed"), writing(database) as session:
                session.execute(text(words))


def test_a_day_on_which_a_trail_grew_has_one_checkpoint(database: Engine) -> None:
    ref, other = created(database).ref, created(database).ref
    append(database, ref)
    with writing(database) as session:
        first = checkpoints.make(session, at=NOON)
        assert checkpoints.make(session, at=NOON + timedelta(hours=3)) is None
    assert first is not None and first.heads == {ref: Head(1, first.heads[ref].digest)}
    head = append(database, other, 2)
    with writing(database) as session:
        assert not checkpoints.due(session, at=NOON) and checkpoints.due(session, at=NOON + timedelta(days=1))
        second = checkpoints.make(session, at=NOON + timedelta(days=1))
        assert checkpoints.make(session, at=NOON + timedelta(days=2)) is None
        assert second is not None and second.heads == {other: head}
        assert second.root == checkpoints.root(first.root, second.day, second.heads)
        assert checkpoints.all_of_them(session) == (first, second)
