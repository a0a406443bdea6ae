"""Everything that a bundle of evidence is made from, read in one transaction."""

from __future__ import annotations

from typing import Literal

from protocolbuilder.domain.agreement import canonical
from protocolbuilder.domain.evidence import Evidence, PublicKey
from protocolbuilder.store import executed, signing_record, trail, versions
from protocolbuilder.store.engine import Connection

Details = Literal["with details", "without details"]
"""Addresses of mail, network addresses and browsers of signatories stand among the details."""


def evidence(session: Connection, ref: str, number: int, *, details: Details = "without details") -> Evidence:
    """Raises NotFound; Damaged where something is not what was kept."""
    record = signing_record.record(session, ref, number)
    names = [one.name for one in executed.of_version(session, ref, number)]
    return Evidence(
        record, canonical(versions.issued_agreement(session, ref, number)),
        {one.name: versions.document(session, ref, number, one.name).content for one in record.files},
        {name: executed.document(session, ref, number, name).content for name in names},
        trail.raw(session, ref),
        tuple(PublicKey(one.id, one.public.hex(), one.signed) for one in trail.public_keys(session)),
        trail.salts(session, ref) if details == "with details" else {},
    )  # fmt: skip
