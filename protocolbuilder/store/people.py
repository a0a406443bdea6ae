"""People who take part. How they sign in is kept elsewhere, and nothing of it here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from protocolbuilder.domain.people import REMOVED, Person, clean_email
from protocolbuilder.errors import NotFound
from protocolbuilder.store.account_tables import invitations
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import known_as, memberships
from protocolbuilder.store.people_tables import people as table
from protocolbuilder.store.security_events import record

NewId = Callable[[], str]


def add(session: Connection, person: Person, *, by: str, at: datetime, new_id: NewId) -> Person:
    """The id is given here. `by` is a person's id or "". Whoever calls asks `by_email` first: two people with one
    address are refused by the database."""
    made = replace(person, id=new_id())
    session.execute(insert(table).values(id=made.id, added_at=at, **_stored(made)))
    _known_as(session, made, at=at)
    record(session, "person:added", {"person": made.id}, by=by, at=at)
    return load(session, made.id)


def change(session: Connection, person: Person, *, by: str, at: datetime) -> Person:
    """Name, post, e-mail and telephone. Raises NotFound."""
    before = load(session, person.id)
    if before != person:
        session.execute(update(table).where(table.c.id == person.id).values(**_stored(person)))
        _known_as(session, person, at=at)
        record(session, "person:changed", {"person": person.id}, by=by, at=at)
    return load(session, person.id)


def end(session: Connection, person_id: str, *, by: str, at: datetime) -> Person:
    """The person takes part no longer. `store.memberships` ends their roles, `store.sessions` their sessions. Raises
    NotFound."""
    load(session, person_id)
    session.execute(update(table).where(table.c.id == person_id).values(active=0))
    record(session, "person:ended", {"person": person_id}, by=by, at=at)
    return load(session, person_id)


def begin_again(session: Connection, person_id: str, *, by: str, at: datetime) -> None:
    """Somebody who had left takes part again. Nothing happens where they do."""
    mine = (table.c.id == person_id) & (table.c.active == 0)
    if session.execute(update(table).where(mine).values(active=1)).rowcount:
        record(session, "person:begun-again", {"person": person_id}, by=by, at=at)


def lock(session: Connection, person_id: str) -> Person:
    """As `load`, and nobody else changes the person's row until the transaction ends. Raises NotFound."""
    session.execute(select(table.c.id).where(table.c.id == person_id).with_for_update(key_share=True))
    return load(session, person_id)


def erase(session: Connection, person_id: str, *, by: str, at: datetime) -> None:
    """Every word of the person's own row. The row stays, so that ids in what was done lead somewhere. Raises
    NotFound."""
    load(session, person_id)
    empty = {"name": REMOVED, "post": "", "email": "", "telephone": "", "active": 0, "erased_at": at}
    session.execute(update(table).where(table.c.id == person_id).values(**empty))
    session.execute(delete(known_as).where(known_as.c.person == person_id))
    record(session, "person:erased", {"person": person_id}, by=by, at=at)


def load(session: Connection, person_id: str) -> Person:
    """Raises NotFound, also for one that was erased."""
    kept = select(table).where(table.c.id == person_id, table.c.erased_at.is_(None))
    row = session.execute(kept).one_or_none()
    if row is None:
        raise NotFound("There is no such person here.")
    return _person(row)


def by_email(session: Connection, email: str) -> Person | None:
    """The one person with that address, whoever they are now."""
    wanted = clean_email(email)
    row = session.execute(select(table).where(table.c.email == wanted)).one_or_none() if wanted else None
    return _person(row) if row else None


def by_id(session: Connection, ids: Iterable[str]) -> Mapping[str, Person]:
    rows = session.execute(select(table).where(table.c.id.in_(set(ids)), table.c.erased_at.is_(None)))
    return {row.id: _person(row) for row in rows}


def samples(session: Connection) -> tuple[Person, ...]:
    """The labelled sample people, in the order they were added. Empty once the sample was removed."""
    kept = select(table).where(table.c.sample == 1, table.c.erased_at.is_(None), table.c.active == 1)
    return tuple(_person(row) for row in session.execute(kept.order_by(table.c.added_at, func.lower(table.c.name))))


def is_sample(session: Connection, person_id: str) -> bool:
    kept = select(table.c.id).where(table.c.id == person_id, table.c.sample == 1)
    return session.execute(kept).one_or_none() is not None


def anybody(session: Connection) -> bool:
    """Is there somebody of an organisation who is no sample, and was not only asked to join? Before the first, a code
    on the console makes an administrator."""
    held, asked = memberships.c, invitations.c
    waits = (asked.person == held.person) & (asked.organisation == held.organisation) & asked.ended_at.is_(None)
    real = select(held.id).select_from(memberships.join(table, table.c.id == held.person)).where(
        table.c.sample == 0, held.until.is_(None), ~select(asked.number).where(waits).exists()
    )  # fmt: skip
    return session.execute(real.limit(1)).one_or_none() is not None


def _known_as(session: Connection, person: Person, *, at: datetime) -> None:
    """So that what they did is found by the name it was done under, and mails by the address they went to."""
    for kind, said in (("signature", person.signature), ("address", clean_email(person.email))):
        mine = (known_as.c.person == person.id) & (known_as.c.kind == kind) & (known_as.c.said == said)
        if said and session.execute(select(known_as.c.since).where(mine)).first() is None:
            session.execute(insert(known_as).values(person=person.id, kind=kind, said=said, since=at))


def _stored(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "post": person.post,
        "email": clean_email(person.email),
        "telephone": " ".join(person.telephone.split()),
        "active": int(person.active),
        "sample": int(person.sample),
    }


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.post, row.email, row.telephone, bool(row.active), bool(row.sample))
