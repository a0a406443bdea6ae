"""What is made when all have signed, or were left out: the executed copy and the certificate, kept beside the version
for good. They are promised in the transaction that completes the signing, and made by a job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import insert, select

from protocolbuilder.errors import Damaged, NotFound
from protocolbuilder.store import jobs
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing_tables import executed_documents as table
from protocolbuilder.store.versions import DocumentMark, NewDocument, StoredDocument

KIND: Final = "executed copy"


def promise(session: Connection, ref: str, number: int, *, at: datetime) -> int:
    """The number of the job; once for a version."""
    payload = {"ref": ref, "number": number}
    key = f"{KIND} {ref} {number}"
    return jobs.put(session, KIND, subject=f"Signed copy of {ref}, version {number}", key=key, at=at, payload=payload)


def keep(session: Connection, ref: str, number: int, documents: Sequence[NewDocument], *, at: datetime) -> None:
    """The database refuses a second one of the same name."""
    for one in documents:
        session.execute(insert(table).values(
            ref=ref, number=number, name=one.name, media_type=one.media_type, content=one.content,
            sha256=sha256(one.content).hexdigest(), size=len(one.content), made_at=at,
        ))  # fmt: skip


def of_version(session: Connection, ref: str, number: int) -> tuple[DocumentMark, ...]:
    """By name; empty as long as nothing is made."""
    columns = (table.c.name, table.c.media_type, table.c.size, table.c.sha256)
    mine = select(*columns).where(table.c.ref == ref, table.c.number == number).order_by(table.c.name)
    return tuple(DocumentMark(*row) for row in session.execute(mine))


def document(session: Connection, ref: str, number: int, name: str) -> StoredDocument:
    """Raises NotFound; Damaged when the bytes are not those that were made."""
    mine = select(table).where(table.c.ref == ref, table.c.number == number, table.c.name == name)
    row = session.execute(mine).one_or_none()
    if row is None:
        raise NotFound(f"With version {number} of {ref} no {name} is kept.")
    if sha256(row.content).hexdigest() != row.sha256:
        raise Damaged(f"{name} of {ref} is not what was made: its digest differs.")
    return StoredDocument(row.name, row.media_type, bytes(row.content), row.sha256)
