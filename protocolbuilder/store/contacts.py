"""Whom to ask about what, in each organisation, and when somebody last said that it holds.

Somebody of this copy is named by their id: a new post or telephone number of theirs shows at once, and that they left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, and_, delete, func, insert, select, update
from sqlalchemy.sql.selectable import Select

from protocolbuilder.domain.people import TOPICS, Contact, Person, clean_email
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import contacts as table
from protocolbuilder.store.people_tables import memberships, people
from protocolbuilder.store.security_events import record

NewId = Callable[[], str]
_STILL: Final = and_(
    memberships.c.person == table.c.person, memberships.c.organisation == table.c.organisation,
    memberships.c.until.is_(None),
)  # fmt: skip
_THEIRS: Final = ("name", "post", "email", "telephone")


def add(session: Connection, contact: Contact, *, by: Person, at: datetime, new_id: NewId) -> Contact:
    """Its id is given here, and it counts as confirmed by whoever adds it."""
    made = replace(contact, id=new_id())
    session.execute(insert(table).values(id=made.id, **_stored(made, by=by, at=at)))
    _record(session, "contact:added", made, by=by, at=at)
    return load(session, made.id)


def change(session: Connection, contact: Contact, *, seen: datetime, by: Person, at: datetime) -> Contact:
    """`seen` is the `confirmed_at` of the contact that the person was looking at: a change confirms, too. Raises
    NotFound; Conflict, with the contact as it stands, when it was changed since."""
    stands = load(session, contact.id)
    same = (table.c.id == contact.id) & (table.c.confirmed_at == seen)
    changed = session.execute(update(table).where(same).values(**_stored(contact, by=by, at=at)))
    if not changed.rowcount:
        raise Conflict((), stands)
    _record(session, "contact:changed", contact, by=by, at=at)
    return load(session, contact.id)


def confirm(session: Connection, contact_id: str, *, by: Person, at: datetime) -> Contact:
    """It still holds. Raises NotFound."""
    stands = load(session, contact_id)
    said = {"confirmed_at": at, "confirmed_by": by.signature}
    session.execute(update(table).where(table.c.id == contact_id).values(**said))
    _record(session, "contact:confirmed", stands, by=by, at=at)
    return load(session, contact_id)


def remove(session: Connection, contact_id: str, *, by: Person, at: datetime) -> None:
    """Raises NotFound."""
    stands = load(session, contact_id)
    session.execute(delete(table).where(table.c.id == contact_id))
    _record(session, "contact:removed", stands, by=by, at=at)


def load(session: Connection, contact_id: str) -> Contact:
    """Raises NotFound."""
    row = session.execute(_joined().where(table.c.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such contact.")
    return _contact(row)


def all_of_them(session: Connection) -> tuple[Contact, ...]:
    """In the order of the topics, then by name. One statement."""
    found = [_contact(row) for row in session.execute(_joined())]
    topics = list(TOPICS)
    return tuple(sorted(found, key=lambda one: (topics.index(one.topic), one.name.casefold(), one.id)))


def _joined() -> Select[Any]:
    theirs = (func.coalesce(people.c[name], table.c[name]).label(name) for name in _THEIRS)
    there = and_(memberships.c.id.is_not(None), people.c.active == 1)
    return select(
        *(table.c[name] for name in ("id", "organisation", "topic", "person", "confirmed_at")), *theirs,
        there.label("there"),
    ).select_from(table.outerjoin(people, people.c.id == table.c.person).outerjoin(memberships, _STILL))  # fmt: skip


def _contact(row: Row[Any]) -> Contact:
    gone = bool(row.person) and not row.there
    email, telephone = ("", "") if gone else (row.email, row.telephone)
    return Contact(
        row.id, row.organisation, row.topic, row.name, row.post, row.person or "", email, telephone, row.confirmed_at,
        gone,
    )  # fmt: skip


def _stored(contact: Contact, *, by: Person, at: datetime) -> dict[str, Any]:
    """What is somebody's own is kept with them alone."""
    own = {
        "name": contact.name, "post": contact.post, "email": clean_email(contact.email),
        "telephone": " ".join(contact.telephone.split()),
    }  # fmt: skip
    return {
        "organisation": contact.organisation, "topic": contact.topic, "person": contact.person or None,
        "confirmed_at": at, "confirmed_by": by.signature, **(dict.fromkeys(own, "") if contact.person else own),
    }  # fmt: skip


def _record(session: Connection, what: str, contact: Contact, *, by: Person, at: datetime) -> None:
    about = {"contact": contact.id, "organisation": contact.organisation}
    record(session, what, about, by=by.id, at=at)
