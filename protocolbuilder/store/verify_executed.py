"""What must hold of executed copies and certificates, and of partners that the others went on without."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select

from protocolbuilder.domain import tampering
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing_tables import executed_documents, sign_completions, sign_left_out
from protocolbuilder.store.trail_tables import trail_lines

READ: Final = {"executed copies and certificates": executed_documents}


def faults(session: Connection) -> Iterator[str]:
    """Each is whole, of a version that all signed, and sealed by a line of its own; each line is of one."""
    lines = [(said["agreement"], said["document"]) for said in _said(session, "seal.applied")]
    sealed = {(ref, document["name"]): document["digest"] for ref, document in lines}
    complete = {(row.ref, row.number) for row in session.execute(select(sign_completions))}
    names = ("ref", "number", "name", "sha256", "content")
    for ref, number, name, digest, content in session.execute(select(*(executed_documents.c[one] for one in names))):
        if sha256(content).hexdigest() != digest:
            yield f"{ref} version {number}: {name} is not what was made when all had signed"
        if sealed.pop((ref, name), "") != digest:
            yield f"{ref} version {number}: {name} is not told by exactly its line"
        if (ref, number) not in complete:
            yield f"{ref} version {number}: {name} is kept, and not all have signed"
    yield from (f"{ref}: {name} is told to be sealed, but not kept" for ref, name in sealed)
    yield from _left(session)


def _left(session: Connection) -> Iterator[str]:
    told = {
        (said["agreement"], int(said["seq"]), said["data"].get("party")) for said in _said(session, "signatory.removed")
    }
    for row in session.execute(select(sign_left_out)):
        if (row.ref, row.line, row.party) not in told:
            yield f"{row.ref} version {row.number}: that the others go on without {row.party} is not told by its line"


def _said(session: Connection, event: str) -> Iterator[dict[str, Any]]:
    """The lines of an event that can be read; those that cannot are told where trails are looked at."""
    for line in session.execute(select(trail_lines.c.line).where(trail_lines.c.event == event)).scalars():
        try:
            yield tampering.said(bytes(line))
        except ValueError:
            continue
