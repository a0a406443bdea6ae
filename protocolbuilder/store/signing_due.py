"""What falls due about requests to sign without anybody doing it: a last day that passed, a mail that came back, what
is kept no longer."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select, update

from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.signing import OPEN
from protocolbuilder.domain.trail import BY_ITSELF
from protocolbuilder.store import signing
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.erasing import erase
from protocolbuilder.store.people_tables import memberships, people
from protocolbuilder.store.signing import Means
from protocolbuilder.store.signing_tables import sign_requests as table
from protocolbuilder.store.trail_tables import trail_details as details
from protocolbuilder.store.trail_tables import trail_lines as lines
from protocolbuilder.store.work_tables import mails

CAME_BACK: Final = ("failed", "bounced")
NETWORK: Final = ("address", "browser")


def ended(session: Connection, *, at: datetime) -> tuple[int, ...]:
    """Requests that are open and whose last day has passed."""
    where = table.c.state.in_(OPEN) & (table.c.due < day_of(at).isoformat())
    return tuple(session.execute(select(table.c.id).where(where).order_by(table.c.id)).scalars())


def came_back(session: Connection) -> tuple[int, ...]:
    """Requests that are open, whose last mail came back or was refused, and of which no line says so yet."""
    joined = table.join(mails, mails.c.id == table.c.mail)
    where = table.c.state.in_(OPEN) & table.c.bounced_at.is_(None) & mails.c.state.in_(CAME_BACK)
    return tuple(session.execute(select(table.c.id).select_from(joined).where(where).order_by(table.c.id)).scalars())


def note_bounce(session: Connection, id: int, *, at: datetime, means: Means) -> None:
    """Nothing happens where it is noted, or another mail went out meanwhile. Raises NotFound."""
    signing.locked(session, id)
    if id in came_back(session):
        found = signing.load(session, id)
        session.execute(update(table).where(table.c.id == id).values(bounced_at=at))
        signing.note(session, found, "invitation.bounced", by=BY_ITSELF, at=at, means=means)


def forget_network(session: Connection, *, before: datetime) -> int:
    """From which address and browser something was done goes, besides of signatures. How many details."""
    acts = (lines.c.ref == details.c.ref) & (lines.c.seq == details.c.seq) & (lines.c.at < before)
    old = exists().where(acts, lines.c.event != "signatory.signed")
    return session.execute(delete(details).where(details.c.what.in_(NETWORK), old)).rowcount


def forget_people(session: Connection, *, before: datetime, at: datetime) -> int:
    """Whoever was only asked to sign, and is asked for nothing since then, is erased as anybody may be: their
    signatures stay. How many."""
    mine = table.c.person == people.c.id
    recent = exists().where(mine, table.c.settled_at.is_(None) | (table.c.settled_at >= before))
    member = exists().where(memberships.c.person == people.c.id)
    wanted = select(people.c.id).where(people.c.active == 0, people.c.erased_at.is_(None), exists().where(mine))
    found = session.execute(wanted.where(~recent, ~member).order_by(people.c.id)).scalars().all()
    for person in found:
        erase(session, person, by="", at=at)
    return len(found)
