"""Mails, each written in the transaction of the act that sends it, with the job that will. Never a document in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from sqlalchemy import Row, String, cast, func, insert, literal, select, update

from protocolbuilder.domain.letter import PLACE, Letter, Secret
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import jobs, mail_secrets
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.mail_secrets import State
from protocolbuilder.store.work_tables import jobs as job_table
from protocolbuilder.store.work_tables import mails as table

KIND: Final = "mail"


@dataclass(frozen=True, slots=True)
class Mail:
    """`message_id` is the same at every try. `attempts` counts the tries; `error` says in plain words, and without an
    address, why it is not sent, "" when nothing went wrong."""

    id: int
    letter: Letter
    message_id: str
    state: State
    attempts: int
    posted_at: datetime
    settled_at: datetime | None
    error: str


def post(
    session: Connection, letter: Letter, *, unique: str, domain: str, at: datetime, secret: Secret | None = None
) -> int:
    """The mail's number. `unique` was never used before; `domain` is the sender's. `secret` is made when the mail is
    sent, and stands at PLACE of the text; one of its kind that was promised before works no longer."""
    if secret is not None:
        if PLACE not in letter.text:
            raise ValueError("a mail that tells a link or code says where in its text")
        mail_secrets.withdraw(session, secret, at=at)
    values = {
        "recipient": letter.to, "subject": letter.subject, "text": letter.text,
        "message_id": f"<{unique}@{domain}>", "state": "queued", "attempts": 0, "posted_at": at, "error": "",
    }  # fmt: skip
    number: int = session.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    if secret is not None:
        mail_secrets.promise(session, number, secret)
    promise(session, number, at=at)
    return number


def promise(session: Connection, number: int, *, at: datetime) -> None:
    """There is a job that will send the mail: the one there was, begun anew if it ended, or a new one."""
    job = jobs.by_key(session, f"{KIND}:{number}")
    if job is None:
        jobs.put(
            session, KIND, subject=f"Mail {number}", key=f"{KIND}:{number}", at=at, payload={"mail": number}
        )
    elif job.state in ("done", "cancelled", "dead"):
        jobs.again(session, job.id, at=at)


def mail(session: Connection, number: int) -> Mail:
    """Raises NotFound, also when whoever it was for was erased: none of its words are left."""
    kept = select(table).where(table.c.id == number, table.c.recipient != "")
    row = session.execute(kept).one_or_none()
    if row is None:
        raise NotFound(f"There is no mail {number}.")
    return _mail(row)


def sent(session: Connection, number: int, *, at: datetime) -> None:
    """A mail server took it over."""
    _settle(session, number, ("queued",), state="sent", settled_at=at, error="")


def failed(session: Connection, number: int, *, at: datetime, error: str) -> None:
    """It is given up: a mail server refused it for good, or took it at no try."""
    _settle(session, number, ("queued",), state="failed", settled_at=at, error=error)


def bounced(session: Connection, message_id: str, *, at: datetime, error: str) -> bool:
    """A server further on sent it back after one took it over. False when no sent mail has this Message-ID."""
    mine = (table.c.message_id == message_id) & (table.c.state == "sent")
    changed = update(table).where(mine).values(state="bounced", settled_at=at, error=error)
    return bool(session.execute(changed).rowcount)


def tried(session: Connection, number: int, *, error: str) -> None:
    """One try more that did not send it; it waits for the next."""
    values = {"attempts": table.c.attempts + 1, "error": error}
    session.execute(update(table).where(table.c.id == number, table.c.state == "queued").values(**values))


def cancel(session: Connection, number: int, *, by: str, at: datetime) -> None:
    """It is not sent. Raises NotFound; Frozen when it is sent or given up."""
    error = f"Cancelled by {by}."
    if not _settle(session, number, ("queued",), state="cancelled", settled_at=at, error=error):
        raise Frozen(f"Mail {number} is {mail(session, number).state}: it can no longer be cancelled.")


def again(session: Connection, number: int, *, at: datetime) -> None:
    """Sends a mail that was given up, came back or was cancelled. Raises NotFound; Frozen when it was sent or waits."""
    mail(session, number)
    given_up: tuple[State, ...] = ("failed", "bounced", "cancelled")
    if not _settle(session, number, given_up, state="queued", settled_at=None, posted_at=at, error=""):
        raise Frozen(f"Mail {number} is {mail(session, number).state}: it cannot be sent again.")
    promise(session, number, at=at)


def forgotten(session: Connection) -> tuple[int, ...]:
    """Mails that wait while no job would ever send them. One whose job is dead is none: the administrator sees it."""
    its_key = literal(f"{KIND}:") + cast(table.c.id, String)
    waits = select(job_table.c.id).where(
        job_table.c.key == its_key, job_table.c.state.in_(("queued", "running", "dead"))
    )
    return tuple(session.execute(select(table.c.id).where(table.c.state == "queued", ~waits.exists())).scalars())


def subjects(session: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The subject of each mail that there is."""
    rows = session.execute(select(table.c.id, table.c.subject).where(table.c.id.in_(numbers)))
    return {row.id: row.subject for row in rows}


def listed(session: Connection, state: State, *, limit: int = 100) -> tuple[Mail, ...]:
    """Newest first, without those whose person was erased."""
    rows = select(table).where(table.c.state == state, table.c.recipient != "").order_by(table.c.id.desc()).limit(limit)
    return tuple(map(_mail, session.execute(rows)))


def counts(session: Connection) -> dict[State, int]:
    """How many there are of each state; 0 of those not there."""
    found: dict[State, int] = dict.fromkeys(get_args(State), 0)
    rows = session.execute(select(table.c.state, func.count()).group_by(table.c.state))
    found.update((state, count) for state, count in rows)
    return found


def _settle(session: Connection, number: int, states: tuple[State, ...], **values: Any) -> bool:
    mine = (table.c.id == number) & table.c.state.in_(states)
    return bool(session.execute(update(table).where(mine).values(**values)).rowcount)


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        row.id, Letter(row.recipient, row.subject, row.text), row.message_id, row.state, row.attempts,
        row.posted_at, row.settled_at, row.error,
    )  # fmt: skip
