"""What a thief of the database would do to a trail and its signatures: each is found, and named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from protocolbuilder.domain.trail import head_after
from protocolbuilder.store import checkpoints, trail
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.trail_tables import trail_heads, trail_keys, trail_lines
from protocolbuilder.store.verify import faults
from protocolbuilder.store.verify_signing import Known
from tests.store.builders import NOON
from tests.store.signing import Waiting, waiting
from tests.trail_key import KEY, OTHER

FROZEN = ("trail_lines", "trail_keys", "trail_checkpoints", "signatures", "sign_completions", "documents")


@pytest.fixture
def made(database: Engine) -> Waiting:
    """Three signed, and the day after a checkpoint was mailed."""
    found = waiting(database)
    for number in (1, 2, 3):
        found.sign(found.invite(number))
    with writing(database) as session:
        assert checkpoints.make(session, at=NOON + timedelta(days=1))
    return found


@contextmanager
def unfrozen(database: Engine) -> Iterator[Connection]:
    """As somebody who owns the database: the triggers are gone."""
    with writing(database) as session:
        for table in FROZEN:
            if database.dialect.name == "postgresql":
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for verb in ("update", "delete", "insert"):
                    session.execute(text(f"DROP TRIGGER {table}_refuse_{verb}"))
        if database.dialect.name == "sqlite":
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
        else:
            session.execute(text("ALTER TABLE trail_details DROP CONSTRAINT fk_trail_details_ref_trail_lines"))
        yield session


def seqs(session: Connection, order: Callable[[int], int]) -> None:
    """Puts lines under other numbers, details with them."""
    for seq in [row.seq for row in session.execute(trail_lines.select())]:
        session.execute(update(trail_lines).where(trail_lines.c.seq == seq).values(seq=order(seq) + 1000))
    session.execute(text("UPDATE trail_lines SET seq = seq - 1000"))


def alter(session: Connection) -> None:
    line = session.execute(trail_lines.select().where(trail_lines.c.seq == 3)).one().line
    changed = bytes(line).replace(b"Partner p1", b"Partner p9")
    session.execute(update(trail_lines).where(trail_lines.c.seq == 3).values(line=changed))


def delete_in_the_middle(session: Connection) -> None:
    session.execute(text("DELETE FROM trail_details"))
    session.execute(text("DELETE FROM trail_lines WHERE seq = 4"))


def cut(session: Connection) -> None:
    session.execute(text("DELETE FROM trail_details"))
    session.execute(text("DELETE FROM trail_lines WHERE seq >= 7"))


def insert_one(session: Connection) -> None:
    seqs(session, lambda seq: seq if seq < 4 else seq + 1)
    row = session.execute(trail_lines.select().where(trail_lines.c.seq == 2)).one()._asdict()
    session.execute(insert(trail_lines).values(**{**row, "seq": 4}))


def reorder(session: Connection) -> None:
    seqs(session, lambda seq: {3: 4, 4: 3}.get(seq, seq))


def replay(session: Connection) -> None:
    """All of the trail as it was after the second signature, and what notes its head."""
    session.execute(text("DELETE FROM trail_details"))
    session.execute(text("DELETE FROM sign_completions"))
    session.execute(text("DELETE FROM trail_lines WHERE seq > 5"))
    last = head_after(bytes(session.execute(trail_lines.select().where(trail_lines.c.seq == 5)).one().line), seq=5)
    session.execute(update(trail_heads).values(seq=last.seq, digest=last.digest))


@pytest.mark.parametrize(
    ("tamper", "kind"),
    [(alter, "altered"), (delete_in_the_middle, "deleted"), (cut, "cut"), (insert_one, "inserted"),
     (reorder, "reordered"), (replay, "replayed")],
)  # fmt: skip
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_six_kinds_of_tampering_with_a_trail_are_each_found_and_named(
    made: Waiting, tamper: Callable[[Connection], None], kind: str
) -> None:
    with unfrozen(made.database) as session:
        tamper(session)
    with reading(made.database) as session:
        named = {line.split(", ")[1].split(":")[0] for line in faults(session) if " trail, " in line}
    assert named == {kind}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("UPDATE signatures SET party = 'elsewhere' WHERE party = 'p1'", "is of no partner of it"),
        ("UPDATE signatures SET line = 2 WHERE party = 'p1'", "not told by exactly its line"),
        ("DELETE FROM signatures WHERE party = 'p1'", "is told, but not kept"),
        ("DELETE FROM sign_completions", "that all signed is not told"),
        ("UPDATE sign_requests SET state = 'declined' WHERE party = 'p1'", "its lines say signed"),
        ("UPDATE sign_requests SET mail = NULL", "has no mail"),
        ("UPDATE sign_in_codes SET spent_at = NULL", "still works"),
        ("UPDATE trail_details SET value = 'Eve' WHERE what = 'name'", "is not the one that was recorded"),
        ("UPDATE trail_lines SET event = 'document.viewed' WHERE seq = 3", "under another number, event or digest"),
        ("UPDATE trail_checkpoints SET heads = '{}'", "it is not what was mailed"),
        ("UPDATE trail_keys SET signed = '00'", "does not vouch"),
        ("UPDATE documents SET name = 'other.docx' WHERE name = 'agreement.docx'", "something else was issued"),
    ],
)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_row_that_no_longer_says_what_was_done_is_found(made: Waiting, words: str, fault: str) -> None:
    with unfrozen(made.database) as session:
        if "sign_in_codes" in words:
            session.execute(text(
                "INSERT INTO sign_in_codes (kind, digest, about, made_at, expires_at, tries) "
                "SELECT 'signing', 'd', id, invited_at, invited_at, 0 FROM sign_requests LIMIT 1"
            ))  # fmt: skip
        session.execute(text(words))
    with reading(made.database) as session:
        assert any(fault in line for line in faults(session)), faults(session)


def test_a_trail_written_anew_with_another_key_is_found_by_the_key_of_this_copy(made: Waiting) -> None:
    with reading(made.database) as session:
        known = Known(KEY.public, checkpoints.all_of_them(session)[0].root)
        assert faults(session, known) == ()
        assert any("not the key of this copy" in line for line in faults(session, Known(OTHER.public)))
        assert any("older copy" in line for line in faults(session, Known(KEY.public, "f" * 64)))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_key_put_in_after_ours_is_not_ours_and_one_before_it_is_not_vouched_for(made: Waiting) -> None:
    theirs = {"id": OTHER.id, "public": OTHER.public.hex(), "began_at": NOON}
    with unfrozen(made.database) as session:
        signed = OTHER.sign(trail.vouched((KEY.public,))).hex()
        session.execute(insert(trail_keys).values(number=2, signed=signed, **theirs))
        assert any("not the key of this copy" in line for line in faults(session, Known(KEY.public)))
        session.execute(update(trail_keys).where(trail_keys.c.number == 2).values(number=0))
        assert any(f"trail key {KEY.id}: it does not vouch" in line for line in faults(session, Known(KEY.public)))
