"""All that is kept of the signing of one version, put together."""

from __future__ import annotations

from sqlalchemy import select

from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.signing_record import Approved, Kept, SigningRecord
from protocolbuilder.store import signatures, signing, signing_leaving, signing_paper, trail, versions
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.register import title_of
from protocolbuilder.store.signing_tables import signatures as table


def record(session: Connection, ref: str, number: int) -> SigningRecord:
    """Raises NotFound; Damaged."""
    version, said = versions.version(session, ref, number), versions.issued_agreement(session, ref, number)
    requests = signing.of_version(session, ref, number)
    mine = (table.c.ref == ref) & (table.c.number == number) & table.c.scan.is_not(None)
    scans = {row.id: row.scan for row in session.execute(select(table.c.id, table.c.scan).where(mine))}
    approvals = signing_paper.approvals_of(session, ref, number)
    return SigningRecord(
        ref, number, title_of(said), said.schema, version.library, version.digest,
        version.issued_at, version.issued_by,
        tuple(Kept(one.name, one.sha256, one.size) for one in version.documents),
        {row["id"]: str(row.get("name", row["id"])) for row in rows_of(said, "parties")},
        signatures.of_version(session, ref, number), scans, _days(session, ref), requests,
        tuple(
            Approved(one.party, one.body, one.day, one.minute, signing_paper.STAGES[one.stage], one.recorded_by)
            for one in approvals
        ),
        signing_leaving.of_version(session, ref, number),
        signatures.missing(session, ref, number), signatures.completed_at(session, ref, number),
        trail.head(session, ref), {one.id: one.public.hex() for one in trail.public_keys(session)},
        _seal(session, ref, number),
    )  # fmt: skip


def _days(session: Connection, ref: str) -> dict[str, str]:
    """Number of a signature on paper -> the day it was signed on, as its line tells it."""
    told = (one.said["data"] for one in trail.lines(session, ref) if one.event == "signature.recorded")
    return {str(said["receipt"]): str(said["day"]) for said in told}


def _seal(session: Connection, ref: str, number: int) -> str:
    """The fingerprint that the line of its issue tells; "" for a version from before versions were sealed."""
    issued = (one.said["data"] for one in trail.lines(session, ref) if one.event == "agreement.issued")
    return next((str(said.get("seal", "")) for said in issued if said.get("version") == number), "")
