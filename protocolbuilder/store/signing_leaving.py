"""Going on without a partner that does not sign: it is waited for no longer, and everybody is told by the trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from protocolbuilder.domain.signing_record import Left
from protocolbuilder.domain.trail import Actor, Entry
from protocolbuilder.errors import Frozen, NotFound, Superseded
from protocolbuilder.store import agreements, signatures, signing, trail
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_tables import sign_left_out as table


def leave_out(
    session: Connection, ref: str, number: int, party: str, *, why: str, by: Actor, at: datetime, means: Means
) -> Left:
    """Doing so once more does nothing. Raises NotFound for a partner that was to sign nothing; Frozen for one that
    signed, or is asked just now; Superseded for an older version; ValueError where it is not said why."""
    if not why:
        raise ValueError("this does not say why")
    draft = agreements.lock(session, ref)
    for before in of_version(session, ref, number):
        if before.party == party:
            return before
    if draft.issued != number:
        raise Superseded(f"Version {draft.issued} of {ref} was issued since.", number=draft.issued or 0)
    if signatures.of_party(session, ref, number, party) is not None:
        raise Frozen("This partner has signed this version.")
    if party not in signatures.missing(session, ref, number):
        raise NotFound(f"Nobody waits for the signature of this partner on version {number} of {ref}.")
    if any(one.open and one.party == party for one in signing.of_version(session, ref, number)):
        raise Frozen("Somebody is asked to sign for this partner. Cancel that first.")
    data = {"version": number, "party": party, "why": why}
    line = trail.append(session, Entry(ref, "signatory.removed", at, by, data=data), key=means.key)
    session.execute(insert(table).values(
        ref=ref, number=number, party=party, why=why, left_by=by.name, left_at=at, line=line.seq,
    ))  # fmt: skip
    signatures.complete(session, draft, number, at=at, means=means)
    return Left(party, why, by.name, at)


def of_version(session: Connection, ref: str, number: int) -> tuple[Left, ...]:
    """In the order of the trail."""
    mine = select(table).where(table.c.ref == ref, table.c.number == number).order_by(table.c.line)
    return tuple(Left(row.party, row.why, row.left_by, row.left_at) for row in session.execute(mine))
