"""Signatures as they are kept, one of each partner for each version, and whether all who were to sign have signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select

from protocolbuilder.domain import signing_letters as letters
from protocolbuilder.domain.signing import Receipt, signatories
from protocolbuilder.domain.trail import BY_ITSELF, Entry, Head
from protocolbuilder.errors import NotFound
from protocolbuilder.store import executed, signing, trail, versions
from protocolbuilder.store.agreements import Draft
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_tables import sign_completions as completions
from protocolbuilder.store.signing_tables import sign_left_out as left
from protocolbuilder.store.signing_tables import signatures as table

INSIDE = ("member", "person", "line", "line_digest", "scan")


def keep(session: Connection, made: Receipt, *, member: str, person: str, scan: str = "") -> None:
    """`scan`: the SHA-256 of the file that shows it, or "". The database refuses a second one of the same partner."""
    said = {column.name: getattr(made, column.name) for column in table.c if hasattr(made, column.name)}
    said |= {"request": made.request or None, "member": member or None, "person": person, "scan": scan or None}
    said |= {"scan_name": made.scan, "line": made.head.seq, "line_digest": made.head.digest}
    session.execute(insert(table).values(**said))


def of_version(session: Connection, ref: str, number: int) -> tuple[Receipt, ...]:
    """In the order of the trail."""
    mine = (table.c.ref == ref) & (table.c.number == number)
    return tuple(_receipt(row) for row in session.execute(select(table).where(mine).order_by(table.c.line)))


def of_request(session: Connection, request: int) -> Receipt | None:
    return _one(session, table.c.request == request)


def of_party(session: Connection, ref: str, number: int, party: str) -> Receipt | None:
    return _one(session, (table.c.ref == ref) & (table.c.number == number) & (table.c.party == party))


def load(session: Connection, id: str) -> Receipt:
    """By its public number. Raises NotFound."""
    found = _one(session, table.c.id == id)
    if found is None:
        raise NotFound("There is no such signature.")
    return found


def missing(session: Connection, ref: str, number: int) -> tuple[str, ...]:
    """The partners, by id, that were to sign and did not: those for whom the version names a signatory or somebody was
    asked. One whose last request was cancelled is left out, and one that the others go on without. Raises NotFound."""
    last = {one.party: one.state for one in signing.of_version(session, ref, number)}
    named = [one.party for one in signatories(versions.issued_agreement(session, ref, number))]
    signed = {one.party for one in of_version(session, ref, number)}
    wanted = dict.fromkeys([*named, *last])
    signed |= set(session.execute(select(left.c.party).where(left.c.ref == ref, left.c.number == number)).scalars())
    return tuple(one for one in wanted if one not in signed and last.get(one) != "cancelled")


def completed_at(session: Connection, ref: str, number: int) -> datetime | None:
    """When all had signed. None: not yet."""
    mine = (completions.c.ref == ref) & (completions.c.number == number)
    return session.execute(select(completions.c.at).where(mine)).scalar_one_or_none()


def complete(session: Connection, draft: Draft, number: int, *, at: datetime, means: Means) -> int:
    """Notes it, promises the executed copy, and mails everybody, when nobody is missing any more; once. How many
    partners still are to sign. The agreement is locked by whoever calls."""
    waiting = missing(session, draft.ref, number)
    made = of_version(session, draft.ref, number)
    if waiting or not made or completed_at(session, draft.ref, number) is not None:
        return len(waiting)
    data = {"version": number, "signatures": [one.id for one in made]}
    entry = Entry(draft.ref, "agreement.completed", at, BY_ITSELF, data=data)
    line = trail.append(session, entry, key=means.key)
    session.execute(insert(completions).values(ref=draft.ref, number=number, line=line.seq, at=at))
    executed.promise(session, draft.ref, number, at=at)
    told = signing.about(session, draft, means=means)
    for address in _everybody(session, draft, number, made):
        letter = letters.completed(address, draft.ref, number, told, signed=len(made))
        signing.post(session, letter, means=means, at=at)
    return 0


def _everybody(session: Connection, draft: Draft, number: int, made: Sequence[Receipt]) -> tuple[str, ...]:
    """The addresses of whoever signed, and of the owner's people."""
    signed = {one.request for one in made}
    asked = signing.of_version(session, draft.ref, number)
    found = {one.email: None for one in asked if one.id in signed and one.email}
    by = next((one.invited_by for one in asked), "")
    return tuple(found | dict.fromkeys(signing.owners(session, draft, asked_by=by)))


def _one(session: Connection, where: ColumnElement[bool]) -> Receipt | None:
    row = session.execute(select(table).where(where)).one_or_none()
    return _receipt(row) if row else None


def _receipt(row: Row[Any]) -> Receipt:
    kept = {key: value for key, value in row._asdict().items() if key not in (*INSIDE, "scan_name")}
    return Receipt(**{
        **kept, "request": row.request or 0, "head": Head(row.line, row.line_digest), "scan": row.scan_name,
    })  # fmt: skip
