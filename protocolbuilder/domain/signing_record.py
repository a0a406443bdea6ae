"""Everything that is known of the signing of one version, as a value: what an executed copy, a certificate and a bundle
of evidence are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from protocolbuilder.domain.signing import OPEN, Receipt, Request
from protocolbuilder.domain.trail import Head


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the version by its name, SHA-256 in hex and size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Approved:
    """A board or committee approved it; `stage` is that in words."""

    party: str
    body: str
    day: date
    minute: str
    stage: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Left:
    """The others go on without this partner: who decided so, when and why."""

    party: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SigningRecord:
    """`schema` is the id of it: “agreement-1”. `parties`: id -> name, in the order of the agreement. `scans`: number of
    a signature on paper -> SHA-256 of the scan that shows it, `paper_days`: -> the day it was signed on. `keys`: id ->
    raw public key in hex of those that signed the trail, oldest first. `seal`: fingerprint of the certificate that the
    issued file is sealed with, "" for one that is not. `completed_at`: when all who were to had signed, None as long as
    somebody is missing; `missing` are their ids."""

    ref: str
    number: int
    title: str
    schema: str
    library: str
    content_digest: str
    issued_at: datetime
    issued_by: str
    files: tuple[Kept, ...]
    parties: Mapping[str, str]
    receipts: tuple[Receipt, ...]
    scans: Mapping[str, str]
    paper_days: Mapping[str, str]
    requests: tuple[Request, ...]
    approvals: tuple[Approved, ...]
    left: tuple[Left, ...]
    missing: tuple[str, ...]
    completed_at: datetime | None
    head: Head
    keys: Mapping[str, str]
    seal: str

    @property
    def document(self) -> Kept | None:
        """What is signed: the file that signatories were shown, or before any was asked the one that is named so."""
        shown = {one.document for one in self.receipts} | {one.document for one in self.requests}
        named = shown or {f"{self.ref}-version-{self.number}.docx"}
        return next((one for one in self.files if one.name in named), None)

    @property
    def signing_parties(self) -> tuple[str, ...]:
        """Those that signed, were asked, are to sign or were left out; the others have no part in the signing."""
        told = {one.party for one in self.receipts} | {one.party for one in self.requests}
        told |= {one.party for one in self.left} | set(self.missing)
        return tuple(one for one in self.parties if one in told)

    def receipt_of(self, party: str) -> Receipt | None:
        return next((one for one in self.receipts if one.party == party), None)

    def left_out(self, party: str) -> Left | None:
        return next((one for one in self.left if one.party == party), None)

    def last_of(self, party: str) -> Request | None:
        """The last request there was for a partner."""
        return next((one for one in reversed(self.requests) if one.party == party), None)

    def ended(self, *states: str) -> tuple[Request, ...]:
        """The requests that ended so, in the order in which they were made."""
        return tuple(one for one in self.requests if one.state in states)

    @property
    def open(self) -> tuple[Request, ...]:
        return tuple(one for one in self.requests if one.state in OPEN)
