"""What a bundle of evidence holds: everything by which somebody else can check how a version was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from protocolbuilder.domain.signing_record import SigningRecord


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signs lines: `public` is the raw key and `signed` its signature of the keys before it, both in hex."""

    id: str
    public: str
    signed: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """`content`: the data of the version as canonical JSON. `files`: those that were issued, by name; `executed`: those
    that were made when all had signed. `lines`: the trail of the agreement. `details`: line -> what -> (salt, value) of
    what a line promises and was not erased; only for whoever may read addresses of others."""

    record: SigningRecord
    content: bytes
    files: Mapping[str, bytes]
    executed: Mapping[str, bytes]
    lines: tuple[bytes, ...]
    keys: tuple[PublicKey, ...]
    details: Mapping[int, Mapping[str, tuple[str, str]]]
