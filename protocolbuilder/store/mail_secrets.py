"""Links and codes that a mail tells. None is kept: one is made, and its hash, when the mail is sent.

A mail that may have been sent, because a worker was killed before it could say so, is sent again with another one, and
both work until one is spent. So whoever gets the mail has something that works, at whatever moment the worker died.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, insert, select, update

from protocolbuilder.domain.letter import Secret, SecretKind
from protocolbuilder.store import sign_in_codes
from protocolbuilder.store.account_tables import mail_secrets as table
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.work_tables import mails

State = Literal["queued", "sent", "failed", "bounced", "cancelled"]


def promise(session: Connection, mail: int, secret: Secret) -> None:
    """The mail, which was just posted, will tell it."""
    said = {"kind": secret.kind, "person": secret.person, "address": secret.address, "about": secret.about}
    session.execute(insert(table).values(mail=mail, **said))


def of_mail(session: Connection, mail: int) -> Secret | None:
    """None for a mail without one."""
    row = session.execute(select(table).where(table.c.mail == mail)).one_or_none()
    return None if row is None else Secret(row.kind, row.person, row.address, row.about)


def make(session: Connection, mail: int, digest: str, *, at: datetime) -> bool:
    """One that the mail tells now: it works from now on. False when it was withdrawn, so that nothing may be sent."""
    mine = update(table).where(table.c.mail == mail, table.c.withdrawn_at.is_(None)).values(made_at=at)
    row = session.execute(mine.returning(*table.c)).one_or_none()
    if row is None:
        return False
    lasts = sign_in_codes.LASTS[row.kind]
    sign_in_codes.make(session, row.kind, digest, at=at, lasts=lasts, person=row.person, about=row.about)
    return True


def withdraw(session: Connection, secret: Secret, *, at: datetime) -> None:
    """None of this kind, for this person and about the same, works any longer, and mails that would tell one are not
    sent. It waits for a mail that is being sent, and that mail's works no longer either."""
    mine = (table.c.kind == secret.kind) & (table.c.person == secret.person) & (table.c.about == secret.about)
    session.execute(update(table).where(mine, table.c.withdrawn_at.is_(None)).values(withdrawn_at=at))
    waiting = mails.c.id.in_(select(table.c.mail).where(mine)) & (mails.c.state == "queued")
    values = {"state": "cancelled", "settled_at": at, "error": "It is no longer wanted, or a later one replaces it."}
    session.execute(update(mails).where(waiting).values(**values))
    sign_in_codes.void(session, secret.kind, person=secret.person, at=at, about=secret.about)


def withdraw_all(session: Connection, kind: SecretKind, *, person: str, at: datetime) -> None:
    """None of this kind for this person works any longer, whatever it is about."""
    mine = (table.c.kind == kind) & (table.c.person == person) & table.c.withdrawn_at.is_(None)
    for about in session.execute(select(table.c.about).where(mine).distinct()).scalars().all():
        withdraw(session, Secret(kind, person, about=about), at=at)


def posted_since(session: Connection, kind: SecretKind, about: Iterable[str], *, since: datetime) -> frozenset[str]:
    """Of what these are about, that of which a mail was posted since a moment."""
    joined = table.join(mails, mails.c.id == table.c.mail)
    mine = (table.c.kind == kind) & table.c.about.in_(set(about)) & (mails.c.posted_at >= since)
    return frozenset(session.execute(select(table.c.about).select_from(joined).where(mine)).scalars())


def forget(session: Connection, kind: SecretKind, about: Iterable[str]) -> None:
    """The mails that told of these, which are settled, go with whom they went to."""
    mine = (table.c.kind == kind) & table.c.about.in_(set(about))
    numbers = session.execute(select(table.c.mail).where(mine)).scalars().all()
    session.execute(delete(table).where(mine))
    session.execute(delete(mails).where(mails.c.id.in_(numbers)))


def mails_of(
    session: Connection, kind: SecretKind, about: Iterable[str], *, person: str = ""
) -> Mapping[str, State]:
    """`about` -> what became of the last mail that tells of it, of one person where they are named."""
    joined = table.join(mails, mails.c.id == table.c.mail)
    mine = (table.c.kind == kind) & table.c.about.in_(set(about))
    if person:
        mine = mine & (table.c.person == person)
    rows = session.execute(select(table.c.about, mails.c.state).select_from(joined).where(mine).order_by(mails.c.id))
    return {row.about: row.state for row in rows}
