"""What issuing a version does to the signing of the agreement: its line in the trail, and the end of what was asked
about the version before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.signing import OPEN
from protocolbuilder.domain.trail import Actor, Document, Entry, TrailSigner
from protocolbuilder.store import mail_secrets, trail
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing_tables import sign_requests as table


@dataclass(frozen=True, slots=True)
class Issuing:
    """`key` signs the trail, `actor` issues. `review`: kind of finding -> how many the review found when nothing stood
    in the way any more. `seal`: the fingerprint of the certificate that the Word file is sealed with, "" for none."""

    key: TrailSigner
    actor: Actor
    review: Mapping[str, int] = field(default_factory=dict)
    seal: str = ""


def note_issued(
    session: Connection, ref: str, number: int, *, said: Agreement, content_digest: str, documents: Mapping[str, str],
    how: Issuing, at: datetime,
) -> None:  # fmt: skip
    """`documents`: name -> SHA-256. Called in the transaction of the issue, with the agreement locked."""
    data = {
        "version": number, "content": content_digest, "library": said.library, "schema": said.schema,
        "documents": dict(documents), "review": dict(how.review), "seal": how.seal,
        "accepted": [{key: str(value) for key, value in one.items()} for one in said.accepted],
    }  # fmt: skip
    first = Document(*next(iter(documents.items()), ("", "")))
    trail.append(session, Entry(ref, "agreement.issued", at, how.actor, first, data), key=how.key)
    if number > 1:
        _supersede(session, ref, number, how=how, at=at)


def _supersede(session: Connection, ref: str, number: int, *, how: Issuing, at: datetime) -> None:
    """Nobody signs an older version from now on."""
    mine = (table.c.ref == ref) & (table.c.number < number) & table.c.state.in_(OPEN)
    found: Sequence[tuple[int, str]] = [
        (row.id, row.person) for row in session.execute(select(table.c.id, table.c.person).where(mine))
    ]
    if not found:
        return
    session.execute(update(table).where(mine).values(state="superseded", settled_at=at))
    for id, person in found:
        for secret in (Secret("signing", person, about=str(id)), Secret("signing code", person, about=str(id))):
            mail_secrets.withdraw(session, secret, at=at)
    data = {"version": number - 1, "by": number, "requests": [id for id, _ in found]}
    trail.append(session, Entry(ref, "agreement.superseded", at, how.actor, data=data), key=how.key)
