"""The certificate of signing: what was signed, by whom, how and when, and how anybody can check it without us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import SimpleNamespace as Said
from typing import Final

from protocolbuilder.documents import templates
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.context import Numbers
from protocolbuilder.documents.executed import ROLE, Stamper
from protocolbuilder.documents.sealing import Signer, sealed
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.shape import NUMBER, STAMP, TEXT, Shape, rows
from protocolbuilder.documents.signed_rows import SIMPLE, URGENT, how, moment, person, standings, when_of
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.word import printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.kinds import day_in_words
from protocolbuilder.domain.signing import STATEMENTS, Receipt
from protocolbuilder.domain.signing_record import SigningRecord

TEMPLATE: Final = "certificate-1"
SHAPE: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("title", "state", "simple", "urgent", "head", "not_stated"), TEXT),
    "stamp": STAMP,
    "number": NUMBER,
    "facts": rows("what", "value"),
    "signed": rows("partner", "who", "how", "said", "when", "receipt"),
    "statements": Shape(element=TEXT),
    "reserved": rows("partner", "text"),
    "missing": rows("partner", "what", "when"),
    "declined": rows("partner", "who", "when"),
    "passed": rows("partner", "who", "to", "when"),
    "approved": rows("partner", "body", "when", "minute", "stage"),
    "files": rows("name", "sha256"),
    "keys": rows("id", "public"),
}
"""Every name that `certificate-1.docx` may say."""


def certificate(
    record: SigningRecord, *, key: Signer, at: datetime, template: bytes = b"", token: Stamper | None = None
) -> bytes:  # fmt: skip
    """The certificate, sealed. `token` gives a time-stamp. Raises BadFile, one clear line, for what cannot be
    sealed."""
    stamp = Stamp(record.ref, str(record.number), record.content_digest, record.library, record.issued_at)
    title = f"{record.title}: certificate of signing".removeprefix(": ")
    said = _said(record, stamp=stamp)
    made = printed(template or templates.load(TEMPLATE), said, title=title, author="", stamp=stamp)
    comment = f"Certificate of signing of version {record.number} of {record.ref}"
    return sealed(made, key, said=Statement(at, comment=comment, role=ROLE), token=token)


def _said(record: SigningRecord, *, stamp: Stamp) -> dict[str, object]:
    whose = record.parties
    passed = {one.passed_from: one for one in record.requests if one.passed_from}
    return {
        "title": Words(record.title), "state": Words(_state(record)), "simple": SIMPLE, "urgent": URGENT,
        "not_stated": NOT_STATED, "stamp": stamp, "number": Numbers(),
        "statements": [Words(one) for one in STATEMENTS.values()],
        "head": f"{record.head.seq}, SHA-256 {record.head.digest}",
        "facts": [Said(what=what, value=Words(value)) for what, value in _facts(record) if value],
        "signed": [_signed(record, one) for one in record.receipts],
        "reserved": [
            Said(partner=Words(one.organisation), text=Words(one.reservation))
            for one in record.receipts if one.reservation
        ],
        "missing": [
            Said(partner=Words(one.partner), what=Words(*one.done), when=Words(*one.when))
            for party, one in zip(record.signing_parties, standings(record), strict=True)
            if record.receipt_of(party) is None
        ],
        "declined": [
            Said(partner=Words(whose[one.party]), who=Words(person(one.name, one.post)),
                 when=Words(moment(one.settled_at) if one.settled_at else ""))
            for one in record.ended("declined")
        ],
        "passed": [
            Said(partner=Words(whose[one.party]), who=Words(person(one.name, one.post)),
                 to=Words(person(passed[one.id].name, passed[one.id].post)) if one.id in passed else Words(""),
                 when=Words(moment(one.settled_at) if one.settled_at else ""))
            for one in record.ended("passed on")
        ],
        "approved": [
            Said(partner=Words(whose[one.party]), body=Words(one.body), when=Words(day_in_words(one.day.isoformat())),
                 minute=Words(one.minute), stage=Words(one.stage))
            for one in record.approvals
        ],
        "files": [Said(name=Words(one.name), sha256=one.sha256) for one in record.files],
        "keys": [Said(id=id, public=public) for id, public in record.keys.items()],
    }  # fmt: skip


def _state(record: SigningRecord) -> str:
    signed = f"{len(record.receipts)} of {len(record.signing_parties)} partners that were asked have signed"
    if record.completed_at is None:
        return f"As it stands: {signed}, and {len(record.missing)} still are to sign. The signing is not complete."
    return f"Complete: {signed}. This was so from {moment(record.completed_at)}."


def _facts(record: SigningRecord) -> Iterator[tuple[str, str]]:
    yield "Reference", f"{record.ref}, version {record.number}"
    yield "Issued", f"{moment(record.issued_at)} by {record.issued_by}"
    yield "Law library", record.library
    if record.document:
        yield "File that was signed", record.document.name
        yield "SHA-256 of that file", record.document.sha256
    yield "SHA-256 of its data", record.content_digest
    yield "Certificate of its seal", f"SHA-256 {record.seal}" if record.seal else "It was issued without a seal"


def _signed(record: SigningRecord, one: Receipt) -> Said:
    authority = f"Authority: {one.authority}" if one.authority else ""
    scan = f"Scan {one.scan}, SHA-256 {record.scans[one.id]}" if one.id in record.scans else ""
    said = one.intent if one.level != "paper" else ""
    return Said(
        partner=Words(one.organisation), who=Words(one.signed_by), how=Words(how(one)), receipt=one.id,
        said=Words(*filter(None, (said, authority, scan))), when=Words(", ".join(when_of(record, one))),
    )  # fmt: skip
