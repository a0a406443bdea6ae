"""What must hold of trails and signatures: each trail is whole; each act has its line, and each line its act."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select

from protocolbuilder.domain import tampering
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.reading import from_json
from protocolbuilder.domain.trail import FIRST, Head, commitment
from protocolbuilder.store import checkpoints, trail
from protocolbuilder.store.account_tables import sign_in_codes
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import agreement_parties
from protocolbuilder.store.signing_tables import sign_completions, sign_requests, signatures
from protocolbuilder.store.tables import documents, versions
from protocolbuilder.store.trail_tables import trail_checkpoints, trail_details, trail_heads, trail_lines
from protocolbuilder.store.work_tables import mails

_ENDS: Final = {
    "signatory.signed": "signed", "signature.recorded": "signed", "signatory.declined": "declined",
    "signatory.delegated": "passed on", "invitation.cancelled": "cancelled", "invitation.expired": "expired",
}  # fmt: skip
"""The line that ends a request -> the state it is in then."""
READ: Final = {
    "trails": trail_heads, "lines of trails": trail_lines, "checkpoints": trail_checkpoints,
    "requests to sign": sign_requests, "signatures": signatures,
}  # fmt: skip
"""What is looked at here."""


@dataclass(slots=True)
class _Told:
    """What all lines say, in short. `receipts`: number of a signature -> (reference, line); `states`: request -> the
    state its lines lead to; `completed` and `issued`: (reference, version) -> line, or digest of the content and of
    each document."""

    receipts: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    completed: dict[tuple[str, int], int] = field(default_factory=dict)
    issued: dict[tuple[str, int], tuple[str, Mapping[str, str]]] = field(default_factory=dict)

    def hear(self, ref: str, said: Mapping[str, Any]) -> None:
        event, data, seq = str(said["event"]), said["data"], int(said["seq"])
        version = (ref, int(data.get("version", 0)))
        if event in ("signatory.signed", "signature.recorded"):
            self.receipts.setdefault(str(data.get("receipt")), []).append((ref, seq))
        elif event == "agreement.completed":
            self.completed[version] = seq
        elif event == "agreement.issued":
            self.issued[version] = str(data.get("content")), data.get("documents", {})
        asked = data.get("requests", ()) if event == "agreement.superseded" else (data.get("request"),)
        for id in asked:
            if id:
                self.states[id] = _next(event, self.states.get(id, "waiting"))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known from outside the database: the public key that signs now, and the root of a checkpoint as it was
    mailed. Empty: it is not known here, and the database is taken at its word."""

    public: bytes = b""
    root: str = ""


def faults(session: Connection, known: Known | None = None) -> tuple[str, ...]:
    """One line for each fault."""
    outside, told = known or Known(), _Told()
    found = [*_keys(session, outside), *_checkpoints(session, outside), *_trails(session, told)]
    for look in (_signatures, _requests, _links, _issued):
        found += look(session, told)
    return tuple(found)


def _keys(session: Connection, known: Known) -> Iterator[str]:
    """Each key vouches for those before it, so that the last one, which this copy holds, speaks for all."""
    found = trail.public_keys(session)
    for place, one in enumerate(found):
        before = tuple(other.public for other in found[:place])
        whole = one.id == sha256(one.public).hexdigest()[:16]
        if not whole or not _verifier(found)(one.id, trail.vouched(before), bytes.fromhex(one.signed)):
            yield f"trail key {one.id}: it does not vouch for the keys before it"
    if known.public and found and found[-1].public != known.public:
        yield f"trail key {found[-1].id}: it is not the key of this copy"


def _checkpoints(session: Connection, known: Known) -> Iterator[str]:
    before, roots = FIRST, []
    try:
        for one in checkpoints.all_of_them(session):
            if one.root != checkpoints.root(before, one.day, one.heads):
                yield f"checkpoint {one.number}: it is not what was mailed"
            before = one.root
            roots.append(one.root)
    except ValueError as error:
        yield f"checkpoints: one cannot be read ({error})"
    if known.root and known.root not in roots:
        yield f"checkpoint {known.root[:16]}: it is not kept here, so all of this is an older copy or was written anew"


def _trails(session: Connection, told: _Told) -> Iterator[str]:
    """INV-5. `told` hears every line that is one."""
    verify = _verifier(trail.public_keys(session))
    heads = {row.ref: Head(row.seq, row.digest) for row in session.execute(select(trail_heads))}
    noted = _noted(session)
    refs = [*session.execute(select(trail_lines.c.ref).distinct()).scalars(), *heads, *noted]
    for ref in sorted(set(refs)):
        lines = trail.raw(session, ref)
        found = tampering.faults(
            lines, agreement=ref, verify=verify, head=heads.get(ref, Head()), checkpoints=noted.get(ref, ())
        )
        yield from (f"{ref} trail, {fault.kind}: {fault.text}" for fault in found)
        read = [json.loads(line) for line in lines] if not found else list(_readable(lines))
        if not found:
            yield from _rows(session, ref, lines, read)
        for said in read:
            told.hear(ref, said)


def _rows(
    session: Connection, ref: str, lines: Sequence[bytes], read: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """What stands beside the lines is what they say; a detail that is kept is the one they promise."""
    columns = (trail_lines.c.seq, trail_lines.c.event, trail_lines.c.digest)
    rows = session.execute(select(*columns).where(trail_lines.c.ref == ref).order_by(trail_lines.c.seq))
    for row, line, said in zip(rows, lines, read, strict=True):
        if tuple(row) != (said["seq"], said["event"], sha256(line).hexdigest()):
            yield f"{ref} line {row.seq}: it is kept under another number, event or digest"
    for row in session.execute(select(trail_details).where(trail_details.c.ref == ref)):
        promised = read[row.seq - 1]["details"] if 0 < row.seq <= len(read) else {}
        if promised.get(row.what) != commitment(row.salt, row.what, row.value):
            yield f"{ref} line {row.seq}: the detail “{row.what}” is not the one that was recorded"


def _signatures(session: Connection, told: _Told) -> Iterator[str]:
    """INV-1 and 2: a signature is exactly one line, and the other way round; it is of a partner of its version."""
    left = dict(told.receipts)
    parties: dict[tuple[str, int], frozenset[str]] = {}
    for row in session.execute(select(signatures)):
        if left.pop(row.id, []) != [(row.ref, row.line)]:
            yield f"{row.ref} version {row.number}: the signature {row.id} is not told by exactly its line"
        key = (row.ref, row.number)
        if row.party not in parties.setdefault(key, _parties(session, *key)):
            yield f"{row.ref} version {row.number}: the signature {row.id} is of no partner of it"
    yield from (f"{where[0][0]}: the signature {id} is told, but not kept" for id, where in left.items())
    kept = {(row.ref, row.number): row.line for row in session.execute(select(sign_completions))}
    for key in sorted(kept.keys() | told.completed.keys()):
        if kept.get(key) != told.completed.get(key):
            yield f"{key[0]} version {key[1]}: that all signed is not told by exactly its line"


def _requests(session: Connection, told: _Told) -> Iterator[str]:
    """INV-2, 4 and 6: a request is in the state its lines lead to, has its mail, and is of an organisation that was
    the partner."""
    posted = set(session.execute(select(mails.c.id)).scalars())
    signed = set(session.execute(select(signatures.c.request)).scalars())
    ties = {(row.ref, row.party, row.organisation) for row in session.execute(select(agreement_parties))}
    kept = session.execute(select(sign_requests).order_by(sign_requests.c.id)).all()
    for row in kept:
        name = f"{row.ref}: request {row.id}"
        if (said := told.states.get(row.id, "nothing")) != row.state:
            yield f"{name} is {row.state}, and its lines say {said}"
        if row.mail not in posted:
            yield f"{name} has no mail"
        if (row.state == "signed") != (row.id in signed):
            yield f"{name} is {row.state}, which its signature does not bear out"
        if row.member and (row.ref, row.party, row.member) not in ties:
            yield f"{name} is of an organisation that never was this partner"
    for id in sorted(told.states.keys() - {row.id for row in kept}):
        yield f"request {id}: the trail tells of it, and it is not kept"


def _links(session: Connection, _told: _Told) -> Iterator[str]:
    """INV-11: nothing opens a request that is over."""
    live = (sign_in_codes.c.kind.in_(("signing", "signing code"))) & sign_in_codes.c.spent_at.is_(None)
    settled = select(sign_requests.c.id).where(sign_requests.c.settled_at.is_not(None))
    over = {str(id) for id in session.execute(settled).scalars()}
    for about in session.execute(select(sign_in_codes.c.about).where(live)).scalars():
        if about in over:
            yield f"request {about}: it is over, and a link or code of it still works"


def _issued(session: Connection, told: _Told) -> Iterator[str]:
    """INV-3: what the trail says was issued is what is kept."""
    rows = session.execute(select(versions.c.ref, versions.c.number, versions.c.digest))
    kept = {(row.ref, row.number): row.digest for row in rows}
    files: dict[tuple[str, int], dict[str, str]] = {}
    for row in session.execute(select(documents.c.ref, documents.c.number, documents.c.name, documents.c.sha256)):
        files.setdefault((row.ref, row.number), {})[row.name] = row.sha256
    for key, issued in told.issued.items():
        if (kept.get(key), files.get(key, {})) != issued:
            yield f"{key[0]} version {key[1]}: the trail says that something else was issued"


def _next(event: str, before: str) -> str:
    if event == "agreement.superseded":
        return "superseded"
    return _ENDS.get(event, "opened" if event == "document.opened" else before)


def _noted(session: Connection) -> Mapping[str, tuple[Head, ...]]:
    found: dict[str, tuple[Head, ...]] = {}
    try:
        for one in checkpoints.all_of_them(session):
            for ref, head in one.heads.items():
                found[ref] = (*found.get(ref, ()), head)
    except ValueError:
        return found
    return found


def _parties(session: Connection, ref: str, number: int) -> frozenset[str]:
    where = (versions.c.ref == ref) & (versions.c.number == number)
    content = session.execute(select(versions.c.content).where(where)).scalar_one()
    return frozenset(row["id"] for row in rows_of(from_json(content), "parties"))


def _readable(lines: Sequence[bytes]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        try:
            yield tampering.said(line)
        except ValueError:
            continue


def _verifier(found: Sequence[trail.Key]) -> tampering.Verify:
    return trail.verifier({one.id: one.public for one in found})
