"""Documents that take a while: asked for in the transaction that promises the job, made by it in parts, and kept for
some days. What is made so far stays when a worker stops or somebody cancels, and is gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, String, cast, delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.errors import Damaged, Frozen, NotFound
from protocolbuilder.store import jobs, space
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.jobs import Job
from protocolbuilder.store.space import Share
from protocolbuilder.store.work_tables import jobs as job_table
from protocolbuilder.store.work_tables import made_documents as table
from protocolbuilder.store.work_tables import made_parts as parts_table

KIND: Final = "document"
KEPT_FOR: Final = timedelta(days=7)
"""From when it was last asked for."""
GONE: Final = "This document is no longer kept. It can be made anew."


@dataclass(frozen=True, slots=True)
class Asked:
    """One document of a draft (`draft`, its number) or of an issued version (`version`); the other is None.

    `kind` is `summary.pdf`, `party` the id of the partner it is for or "", `title` how people call it, `name` its file.
    The same `key` stands for the same document. `parts`: how many it is made of.
    """

    key: str
    ref: str
    draft: int | None
    version: int | None
    kind: str
    party: str
    title: str
    name: str
    media_type: str
    parts: int


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was asked for, without its bytes. `done`: how many of its parts are made."""

    id: int
    asked: Asked
    asked_at: datetime
    cancelled_at: datetime | None
    made_at: datetime | None
    done: int

    @property
    def until(self) -> datetime:
        """When it is removed."""
        return self.asked_at + KEPT_FOR


def ask(session: Connection, asked: Asked, *, frozen: str, at: datetime, share: Share | None = None) -> int:
    """Its number; there is a job that will make it, unless it is made. Who asks for the same gets the same. `frozen` is
    all that it is made from, as text; `share` what the organisation whose agreement it is may keep: how large it will
    be nobody knows yet, so one that was begun is let finish. Raises Full."""
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    values = {name: getattr(asked, name) for name in Asked.__slots__}
    if share is not None and session.execute(select(table.c.id).where(table.c.key == asked.key)).first() is None:
        space.take_of(session, asked.ref, 1, share=share)
    row = dialect.insert(table).values(**values, frozen=frozen, asked_at=at, sha256="")
    made = session.execute(row.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)).scalar()
    number: int = made or session.execute(select(table.c.id).where(table.c.key == asked.key)).scalar_one()
    if made is not None or document(session, number).made_at is None:
        go_on(session, number, at=at)
    return number


def go_on(session: Connection, number: int, *, at: datetime) -> None:
    """Makes what was cancelled or given up, from the parts that there are. Raises NotFound; Frozen when it is made."""
    mine = (table.c.id == number) & table.c.made_at.is_(None)
    if not session.execute(update(table).where(mine).values(cancelled_at=None, asked_at=at)).rowcount:
        raise Frozen(f"“{document(session, number).asked.title}” is made already.")
    promise(session, number, at=at)


def promise(session: Connection, number: int, *, at: datetime) -> None:
    """There is a job that will make it: the one there was, begun anew if it ended, or a new one."""
    job = job_of(session, number)
    if job is None:
        asked = document(session, number).asked
        called = asked.kind if asked.party else asked.title  # whoever runs the copy reads of no partner of a draft
        jobs.put(
            session, KIND, subject=f"{called} of {asked.ref}, {edition(asked)}", key=f"{KIND}:{number}", at=at,
            payload={"document": number},
        )  # fmt: skip
    elif job.state in ("done", "cancelled", "dead"):
        jobs.again(session, job.id, at=at)


def edition(asked: Asked) -> str:
    """`draft 12`, `version 3`."""
    return f"draft {asked.draft}" if asked.version is None else f"version {asked.version}"


def job_of(session: Connection, number: int) -> Job | None:
    return jobs.by_key(session, f"{KIND}:{number}")


def cancel(session: Connection, number: int, *, at: datetime) -> None:
    """It is made no further; a worker that is at it stops after the part it is at. Raises NotFound; Frozen when it is
    made."""
    mine = (table.c.id == number) & table.c.made_at.is_(None)
    if not session.execute(update(table).where(mine).values(cancelled_at=at)).rowcount:
        raise Frozen(f"“{document(session, number).asked.title}” is made already.")
    job = job_of(session, number)
    if job is not None and job.state in ("queued", "dead"):
        jobs.cancel(session, job.id)


def there(session: Connection, number: int) -> Made | None:
    """None when it was removed."""
    row = session.execute(_marks().where(table.c.id == number)).one_or_none()
    return _made(row) if row else None


def document(session: Connection, number: int) -> Made:
    """Raises NotFound: documents are removed some days after they were asked for."""
    found = there(session, number)
    if found is None:
        raise NotFound(GONE)
    return found


def listed(session: Connection, ref: str, *, draft: int | None = None, version: int | None = None) -> tuple[Made, ...]:
    """What was asked for of one draft or version and not cancelled, newest first."""
    where = (table.c.ref == ref) & table.c.cancelled_at.is_(None)
    one = table.c.draft == draft if version is None else table.c.version == version
    return tuple(map(_made, session.execute(_marks().where(where, one).order_by(table.c.id.desc()))))


def frozen(session: Connection, number: int) -> str:
    """All that it is made from. Raises NotFound."""
    said = session.execute(select(table.c.frozen).where(table.c.id == number)).scalar_one_or_none()
    if said is None:
        raise NotFound(GONE)
    return str(said)


def parts(session: Connection, number: int) -> dict[str, bytes]:
    """What is made so far, by the name of the part."""
    rows = session.execute(select(parts_table).where(parts_table.c.document == number))
    return {row.name: bytes(row.content) for row in rows}


def keep_part(session: Connection, number: int, name: str, *, content: bytes) -> None:
    """A part that is there already stays as it is."""
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    row = dialect.insert(parts_table).values(document=number, name=name, content=content)
    session.execute(row.on_conflict_do_nothing())


def keep(session: Connection, number: int, content: bytes, *, at: datetime) -> bool:
    """The whole; its parts go. False, and nothing is kept, when it was cancelled, is made already or was removed."""
    mine = (table.c.id == number) & table.c.made_at.is_(None) & table.c.cancelled_at.is_(None)
    values = {"content": content, "sha256": sha256(content).hexdigest(), "made_at": at}
    kept = session.execute(update(table).where(mine).values(**values)).rowcount
    if kept:
        session.execute(delete(parts_table).where(parts_table.c.document == number))
    return bool(kept)


def content(session: Connection, number: int) -> bytes:
    """The bytes. Raises NotFound while it is not made; Damaged when they are not those that were made."""
    row = session.execute(select(table.c.content, table.c.sha256).where(table.c.id == number)).one_or_none()
    if row is None or row.content is None:
        raise NotFound("This document is not made, or no longer kept.")
    if sha256(row.content).hexdigest() != row.sha256:
        raise Damaged(f"Document {number} is not what was made: its digest differs.")
    return bytes(row.content)


def forgotten(session: Connection) -> tuple[int, ...]:
    """Documents that wait while no job would ever make them. One whose job is dead is none: its page says so."""
    its_key = literal(f"{KIND}:") + cast(table.c.id, String)
    states = ("queued", "running", "dead")
    waits = select(job_table.c.id).where(job_table.c.key == its_key, job_table.c.state.in_(states))
    open_ones = select(table.c.id).where(table.c.made_at.is_(None), table.c.cancelled_at.is_(None))
    return tuple(session.execute(open_ones.where(~waits.exists()).order_by(table.c.id)).scalars())


def old(session: Connection, *, at: datetime) -> tuple[int, ...]:
    """Those to remove."""
    return tuple(session.execute(select(table.c.id).where(table.c.asked_at < at - KEPT_FOR)).scalars())


def remove(session: Connection, numbers: Sequence[int]) -> None:
    """With their parts, and with the jobs that would make them."""
    keys = [f"{KIND}:{number}" for number in numbers]
    session.execute(delete(job_table).where(job_table.c.key.in_(keys), job_table.c.state != "running"))
    session.execute(delete(table).where(table.c.id.in_(numbers)))


def _marks() -> Any:
    counted = select(func.count()).where(parts_table.c.document == table.c.id).scalar_subquery().label("done")
    return select(*(column for column in table.c if column.name not in ("frozen", "content", "sha256")), counted)


def _made(row: Row[Any]) -> Made:
    kept = row._asdict()
    asked = Asked(**{name: kept[name] for name in Asked.__slots__})
    done = asked.parts if row.made_at else row.done
    return Made(row.id, asked, row.asked_at, row.cancelled_at, row.made_at, done)
