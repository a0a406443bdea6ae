"""A signature on paper, with the scan that shows it, and the approval of a board: recorded by somebody else than who
signed or approved, and said to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.domain import signing_letters as letters
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.signing import CONSENT, Receipt, Signatory, calls_it_a_deed, intent
from protocolbuilder.domain.trail import Actor, Document, Entry
from protocolbuilder.errors import Damaged, Frozen, NotFound, Superseded
from protocolbuilder.store import agreements, signatures, signing, trail, versions
from protocolbuilder.store.agreements import Draft
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import evidence_files as files
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_tables import approvals
from protocolbuilder.store.signing_tables import signatures as table

Stage = Literal["before", "after"]
STAGES: Final = {"before": "Before the signature", "after": "After the signature"}


@dataclass(frozen=True, slots=True)
class Scan:
    """The file that shows a signature on paper."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Approval:
    """A board or committee of a partner approved a version: which, when, and where its minutes say so."""

    party: str
    body: str
    day: date
    minute: str
    stage: Stage
    recorded_by: str
    recorded_at: datetime


def record_paper(
    session: Connection, ref: str, number: int, who: Signatory, *, document: str, day: date, scan: Scan, by: Actor,
    at: datetime, means: Means, authority: str = "",
) -> Receipt:  # fmt: skip
    """Somebody signed the file `document` on paper on that day. A request that is open for the partner is settled by
    it. Recording the same scan once more gives the same receipt. Raises NotFound; Superseded for an older version;
    Frozen when the partner has signed already; ValueError for no name or an empty file."""
    if not who.name or not scan.content:
        raise ValueError("a signature on paper has a name and a scan")
    draft, organisation = _of_party(session, ref, number, who.party)
    mark = sha256(scan.content).hexdigest()
    if (before := signatures.of_party(session, ref, number, who.party)) is not None:
        if before.level == "paper" and _scan_of(session, before) == mark:
            return before
        raise Frozen("This partner has signed this version.")
    version = versions.version(session, ref, number)
    signed = next((one for one in version.documents if one.name == document), None)
    if signed is None:
        raise NotFound(f"Version {number} of {ref} has no document {document}.")
    asked = next((one for one in signing.of_version(session, ref, number) if one.open and one.party == who.party), None)
    receipt, words = means.new_id(), intent(who.name, who.post, organisation)
    data = {
        "receipt": receipt, "request": asked.id if asked else 0, "version": number, "party": who.party,
        "organisation": organisation, "signed_by": who.signature, "day": day.isoformat(), "scan": mark,
        "method": "paper", "level": "paper", "authority": authority, "content": version.digest,
    }  # fmt: skip
    entry = Entry(ref, "signature.recorded", at, by, Document(signed.name, signed.sha256), data)
    head = trail.append(session, entry, key=means.key)
    _keep_scan(session, scan, mark, at=at)
    made = Receipt(
        receipt, asked.id if asked else 0, ref, number, who.party, organisation, who.signature, "paper", "paper", words,
        CONSENT, "", authority, signed.name, signed.sha256, version.digest, at, head, scan.name, by.name,
    )  # fmt: skip
    signatures.keep(
        session, made, member=asked.member if asked else "", person=asked.person if asked else "", scan=mark
    )
    if asked:
        signing.settle(session, asked, "signed", means=means, at=at)
    _tell(session, draft, made, by=by, at=at, means=means)
    return signatures.load(session, receipt)


def scan_of(session: Connection, receipt: Receipt) -> Scan:
    """Raises NotFound; Damaged when the bytes are others."""
    mark = _scan_of(session, receipt)
    content = session.execute(select(files.c.content).where(files.c.sha256 == mark)).scalar_one_or_none()
    if not mark or content is None:
        raise NotFound("No scan is kept with this signature.")
    if sha256(content).hexdigest() != mark:
        raise Damaged("The scan is not what was sent: its digest differs.")
    return Scan(receipt.scan, bytes(content))


def record_approval(
    session: Connection, ref: str, number: int, party: str, *, body: str, day: date, minute: str, by: Actor,
    at: datetime, means: Means,
) -> Approval:  # fmt: skip
    """Whether it came before or after the signature follows from whether the partner has signed. Recording the same
    once more does nothing. Raises NotFound; Superseded for an older version; ValueError without a body, or for what
    calls it a deed."""
    if not body or calls_it_a_deed(body):
        raise ValueError("this names no board or committee")
    _of_party(session, ref, number, party)
    for before in approvals_of(session, ref, number):
        if (before.party, before.body, before.day, before.minute) == (party, body, day, minute):
            return before
    stage: Stage = "after" if signatures.of_party(session, ref, number, party) else "before"
    made = Approval(party, body, day, minute, stage, by.name, at)
    data = {
        "version": number, "party": party, "body": body, "day": day.isoformat(), "minute": minute, "stage": stage,
    }  # fmt: skip
    trail.append(session, Entry(ref, "agreement.approved", at, by, data=data), key=means.key)
    session.execute(insert(approvals).values(
        ref=ref, number=number, party=party, body=body, day=day.isoformat(), minute=minute, stage=stage,
        recorded_by=by.name, recorded_at=at,
    ))  # fmt: skip
    return made


def approvals_of(session: Connection, ref: str, number: int) -> tuple[Approval, ...]:
    """Oldest first."""
    mine = (approvals.c.ref == ref) & (approvals.c.number == number)
    return tuple(
        Approval(
            row.party, row.body, date.fromisoformat(row.day), row.minute, row.stage, row.recorded_by, row.recorded_at
        )
        for row in session.execute(select(approvals).where(mine).order_by(approvals.c.id))
    )


def _of_party(session: Connection, ref: str, number: int, party: str) -> tuple[Draft, str]:
    """The agreement, locked, and the name of the partner in the version."""
    draft = agreements.lock(session, ref)
    rows = rows_of(versions.issued_agreement(session, ref, number), "parties")
    if draft.issued != number:
        raise Superseded(f"Version {draft.issued} of {ref} was issued since.", number=draft.issued or 0)
    found = next((row for row in rows if row["id"] == party), None)
    if found is None:
        raise NotFound(f"There is no such partner in version {number} of {ref}.")
    return draft, str(found.get("name", party))


def _keep_scan(session: Connection, scan: Scan, mark: str, *, at: datetime) -> None:
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    row: Any = dialect.insert(files).values(sha256=mark, content=scan.content, kept_at=at)
    session.execute(row.on_conflict_do_nothing(index_elements=["sha256"]))


def _scan_of(session: Connection, receipt: Receipt) -> str:
    return session.execute(select(table.c.scan).where(table.c.id == receipt.id)).scalar_one_or_none() or ""


def _tell(session: Connection, draft: Draft, made: Receipt, *, by: Actor, at: datetime, means: Means) -> None:
    told = signing.about(session, draft, means=means)
    waiting = len(signatures.missing(session, made.ref, made.number))
    signing.tell_owners(
        session, draft, lambda to: letters.told_signed(to, made, told, waiting=waiting), means=means, at=at,
        asked_by=by.id,
    )  # fmt: skip
    signatures.complete(session, draft, made.number, at=at, means=means)
