"""The trail of an agreement as values: what was done in its signing, line by line, each line signed and chained to the
one before. Whoever has the lines and the public keys can check them without this program.

A line is canonical JSON (sorted keys, no blanks, UTF-8, strings and integers only) with `prev`, the SHA-256 of the
bytes of the line before, and `sig`, an Ed25519 signature of the line without `sig`. A personal detail that may have to
go one day stands aside; the line holds a salted hash of it, so that the chain verifies without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal, Protocol

FORM: Final = 1
"""The form of a line: its `v`."""
FIRST: Final = "0" * 64
"""What stands in `prev` of the first line."""
Event = Literal[
    "agreement.created", "agreement.issued", "agreement.approved", "agreement.completed", "agreement.amended",
    "agreement.superseded", "agreement.withdrawn", "document.rendered", "document.opened", "document.viewed",
    "signatory.added", "signatory.changed", "signatory.removed", "signatory.away", "invitation.sent",
    "invitation.bounced", "invitation.reminded", "invitation.expired", "invitation.cancelled",
    "signatory.authenticated", "authentication.failed", "consent.given", "signatory.signed", "signatory.declined",
    "signatory.delegated", "signature.recorded", "signature.imported", "seal.applied", "timestamp.obtained",
    "copy.delivered", "key.rotated",
]  # fmt: skip


class TrailSigner(Protocol):
    """The key of this copy: `id` is the first 16 hex digits of the SHA-256 of `public`, the raw 32 bytes."""

    @property
    def id(self) -> str: ...

    @property
    def public(self) -> bytes: ...

    def sign(self, message: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person's id or "", name and post as they were, the organisation they did it for. All empty: the
    program did it by itself."""

    id: str = ""
    name: str = ""
    organisation: str = ""


BY_ITSELF: Final = Actor()


@dataclass(frozen=True, slots=True)
class Document:
    """A file by its name and the SHA-256 of its bytes, in hex. Empty: it is about no file."""

    name: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line says. `data`: strings, integers, and lists and mappings of them. `details`: what -> a personal
    detail of the person `about` (an id, "": of the actor), which stands in no line."""

    agreement: str
    event: Event
    at: datetime
    actor: Actor = BY_ITSELF
    document: Document = Document()
    data: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The last line: its number and the SHA-256 of its bytes. Of a trail without a line 0 and `FIRST`."""

    seq: int = 0
    digest: str = FIRST


def canonical(value: Any) -> bytes:
    """Raises ValueError for what is no string, integer, list or mapping with strings as keys."""
    _refuse_other(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt: str, what: str, value: str) -> str:
    """The salted hash that stands in a line for a detail. `salt` is 64 hex digits, used once."""
    return sha256(canonical([salt, what, value])).hexdigest()


def line(entry: Entry, *, after: Head, key: TrailSigner, salts: Mapping[str, str]) -> bytes:
    """The next line after `after`, signed. `salts`: one for each of the details. No line break in or after it."""
    said: dict[str, Any] = {
        "v": FORM, "agreement": entry.agreement, "seq": after.seq + 1, "prev": after.digest, "event": entry.event,
        "time": moment(entry.at), "key": key.id,
        "actor": {"id": entry.actor.id, "name": entry.actor.name, "organisation": entry.actor.organisation},
        "document": {"name": entry.document.name, "digest": entry.document.digest}, "data": dict(entry.data),
        "details": {what: commitment(salts[what], what, value) for what, value in entry.details.items()},
    }  # fmt: skip
    return canonical({**said, "sig": key.sign(canonical(said)).hex()})


def head_after(line: bytes, *, seq: int) -> Head:
    return Head(seq, sha256(line).hexdigest())


def moment(at: datetime) -> str:
    """UTC in milliseconds: 2026-11-25T14:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refuse_other(value: Any) -> None:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a trail has strings as keys")
        for one in value.values():
            _refuse_other(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _refuse_other(one)
    elif isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("a trail holds strings and integers only")
