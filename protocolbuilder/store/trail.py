"""The trail of each agreement: a line for every act of signing, written in the transaction of the act."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.domain import trail
from protocolbuilder.domain.tampering import Verify, said
from protocolbuilder.domain.trail import Entry, Event, Head, TrailSigner, canonical
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.trail_tables import trail_details as details
from protocolbuilder.store.trail_tables import trail_heads as heads
from protocolbuilder.store.trail_tables import trail_keys as keys
from protocolbuilder.store.trail_tables import trail_lines as table

ONE_KEY_AT_A_TIME: Final = 7_072_027
"""Our key for PostgreSQL's advisory lock, for whoever notes a key."""


@dataclass(frozen=True, slots=True)
class Line:
    """`content` is what stands in the trail, byte for byte; `said` the same, read. `details` are those that were not
    erased."""

    seq: int
    content: bytes
    said: Mapping[str, Any]
    details: Mapping[str, str]

    @property
    def event(self) -> Event:
        event: Event = self.said["event"]
        return event


@dataclass(frozen=True, slots=True)
class Key:
    """`public` are the raw 32 bytes; `signed` is its signature, in hex, of the keys before it."""

    id: str
    public: bytes
    signed: str


def fresh_salt() -> str:
    return secrets.token_hex(32)


def append(
    session: Connection, entry: Entry, *, key: TrailSigner, new_salt: Callable[[], str] = fresh_salt
) -> Head:
    """The next line of the agreement's trail; whoever adds one to the same trail waits. The head after it."""
    after = _locked(session, entry.agreement)
    _note(session, key, at=entry.at)
    salts = {what: new_salt() for what in entry.details}
    content = trail.line(entry, after=after, key=key, salts=salts)
    head = trail.head_after(content, seq=after.seq + 1)
    session.execute(insert(table).values(
        ref=entry.agreement, seq=head.seq, line=content, digest=head.digest, event=entry.event,
        person=entry.actor.id, at=entry.at,
    ))  # fmt: skip
    for what, value in entry.details.items():
        session.execute(insert(details).values(
            ref=entry.agreement, seq=head.seq, what=what, person=entry.about or entry.actor.id, salt=salts[what],
            value=value,
        ))  # fmt: skip
    last = {"seq": head.seq, "digest": head.digest}
    session.execute(update(heads).where(heads.c.ref == entry.agreement).values(**last))
    return head


def head(session: Connection, ref: str) -> Head:
    """Of a trail without a line that of `Head()`."""
    row = session.execute(select(heads).where(heads.c.ref == ref)).one_or_none()
    return Head(row.seq, row.digest) if row else Head()


def lines(session: Connection, ref: str) -> tuple[Line, ...]:
    """In order. Empty for a reference that is not there. Raises ValueError for a line that is none any more: see
    `store.verify`."""
    told: dict[int, dict[str, str]] = {}
    for row in session.execute(select(details).where(details.c.ref == ref)):
        told.setdefault(row.seq, {})[row.what] = row.value
    rows = session.execute(select(table.c.seq, table.c.line).where(table.c.ref == ref).order_by(table.c.seq))
    return tuple(Line(row.seq, bytes(row.line), said(bytes(row.line)), told.get(row.seq, {})) for row in rows)


def raw(session: Connection, ref: str) -> tuple[bytes, ...]:
    """The lines as they stand, to be checked or handed on."""
    rows = session.execute(select(table.c.line).where(table.c.ref == ref).order_by(table.c.seq))
    return tuple(bytes(row.line) for row in rows)


def salts(session: Connection, ref: str) -> Mapping[int, Mapping[str, tuple[str, str]]]:
    """Line -> what -> (salt, value): with them a detail in a line can be shown to be this one."""
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for row in session.execute(select(details).where(details.c.ref == ref)):
        found.setdefault(row.seq, {})[row.what] = (row.salt, row.value)
    return found


def public_keys(session: Connection) -> tuple[Key, ...]:
    """Oldest first."""
    rows = session.execute(select(keys).order_by(keys.c.number))
    return tuple(Key(row.id, bytes.fromhex(row.public), row.signed) for row in rows)


def verifier(found: Mapping[str, bytes]) -> Verify:
    """`found`: id -> raw public key."""
    known = {id: Ed25519PublicKey.from_public_bytes(public) for id, public in found.items()}

    def verify(id: str, message: bytes, signature: bytes) -> bool:
        try:
            known[id].verify(signature, message)
        except (KeyError, InvalidSignature):
            return False
        return True

    return verify


def vouched(before: tuple[bytes, ...]) -> bytes:
    """What a new key signs of the public keys before it, so that old lines verify by the key that is trusted now."""
    return canonical(["protocolbuilder trail keys", *(public.hex() for public in before)])


def _locked(session: Connection, ref: str) -> Head:
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    first = dialect.insert(heads).values(ref=ref, seq=0, digest=trail.FIRST, noted=0)
    session.execute(first.on_conflict_do_nothing(index_elements=["ref"]))
    row = session.execute(select(heads).where(heads.c.ref == ref).with_for_update()).one()
    return Head(row.seq, row.digest)


def _note(session: Connection, key: TrailSigner, *, at: datetime) -> None:
    """The key among those that are known, when it signs its first line here."""
    known = select(keys.c.id).where(keys.c.id == key.id)
    if session.execute(known).first():
        return
    if session.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_KEY_AT_A_TIME})
        if session.execute(known).first():
            return
    before = tuple(one.public for one in public_keys(session))
    last = session.execute(select(func.max(keys.c.number))).scalar() or 0
    session.execute(insert(keys).values(
        number=last + 1, id=key.id, public=key.public.hex(), signed=key.sign(vouched(before)).hex(), began_at=at,
    ))  # fmt: skip
