"""Who of the partners is asked to comment on a draft, and what they were told by mail: each person of one agreement and
act once a day at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, insert, select, update

from protocolbuilder.domain.consultation import ASKED, Act
from protocolbuilder.domain.people import Person
from protocolbuilder.store import invitations, memberships, organisations, people, relations
from protocolbuilder.store.comment_tables import consultation_mails as table
from protocolbuilder.store.engine import Connection

ONCE: Final = timedelta(days=1)


def of_partners(session: Connection, ref: str) -> Mapping[str, tuple[Person, ...]]:
    """By organisation that is a partner now, without the one whose agreement it is: its people who are asked to
    comment, none where it has none. Each takes part, accepted their invitation and has an address. Raises NotFound."""
    owner, there = relations.owner_of(session, ref), organisations.by_id(session)
    tied = dict.fromkeys(tie.organisation for tie in relations.tied(session, ref).values())
    held = memberships.standing(session)
    found: dict[str, tuple[Person, ...]] = {}
    for organisation in (one for one in tied if one in there and one != owner):
        waits = {one.person for one in invitations.waiting(session, organisation)}
        ids = [one.person for one in held.get(organisation, ()) if one.roles & ASKED and one.person not in waits]
        known = people.by_id(session, ids)
        found[organisation] = tuple(known[id] for id in ids if id in known and known[id].email)
    return found


def asked(session: Connection, ref: str, number: int) -> frozenset[str]:
    """The ids of the people who were told that this consultation was opened."""
    mine = (table.c.ref == ref) & (table.c.act == "opened") & (table.c.about == number)
    return frozenset(session.execute(select(table.c.person).where(mine)).scalars())


def to_tell(session: Connection, ref: str, act: Act, about: int, *, person: str, at: datetime) -> bool:
    """Notes that the person is told, of consultation or comment number `about`; whether by a mail now. False when they
    had one within a day: of that act on the agreement, or, of an answer, on that comment."""
    mine = (table.c.ref == ref) & (table.c.act == act) & (table.c.person == person)
    this = mine & (table.c.about == about)
    last = session.execute(
        select(func.max(table.c.told_at, type_=table.c.told_at.type)).where(
            mine if act in ("opened", "closed") else this
        )
    ).scalar()
    due = last is None or at - last >= ONCE
    told_at = at if due else last
    if not session.execute(update(table).where(this).values(told_at=told_at)).rowcount:
        session.execute(insert(table).values(ref=ref, act=act, about=about, person=person, told_at=told_at))
    return due
