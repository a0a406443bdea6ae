"""The look of this copy's Word documents: every file that was uploaded for it, and which was chosen when. Only ever
added to: the database refuses anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert, select, text

from protocolbuilder.errors import Damaged, NotFound
from protocolbuilder.store import organisations, space
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.space import Share
from protocolbuilder.store.tables import house_styles as table


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice. `file`: the number of the choice with which its file was uploaded (its own number for a new file),
    or 0 for the plain look. `name` is the organisation's, `sha256` of the file."""

    number: int
    file: int
    name: str
    sha256: str
    by: str
    at: datetime


def upload(
    session: Connection, content: bytes, *, name: str, by: str, at: datetime, share: Share | None = None
) -> Chosen:
    """Keeps a file and chooses it. `name`: the organisation whose look it is; `share`: what the one that runs this copy
    may keep. Raises Full."""
    number = _next(session)
    if (host := organisations.first(session)) is not None:
        space.take(session, host.id, len(content), share=share)
    return _choose(session, Chosen(number, number, name, sha256(content).hexdigest(), by, at), content)


def choose(session: Connection, file: int, *, by: str, at: datetime) -> Chosen:
    """Chooses a file that was uploaded before, or the plain look (0). Raises NotFound."""
    if file == 0:
        return _choose(session, Chosen(_next(session), 0, "", "", by, at), None)
    before = chosen(session, file)
    return _choose(session, Chosen(_next(session), file, before.name, before.sha256, by, at), None)


def current(session: Connection) -> Chosen | None:
    """The last choice, or None where there was none: then the look is the plain one."""
    rows = session.execute(_marks().order_by(table.c.number.desc()).limit(1)).all()
    return _chosen(rows[0]) if rows else None


def history(session: Connection) -> tuple[Chosen, ...]:
    """Every choice, newest first."""
    return tuple(_chosen(row) for row in session.execute(_marks().order_by(table.c.number.desc())))


def chosen(session: Connection, number: int) -> Chosen:
    """The choice with which a file was uploaded. Raises NotFound."""
    row = session.execute(_marks().where(table.c.number == number, table.c.file == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no house style {number}.")
    return _chosen(row)


def by_digest(session: Connection, digest: str) -> tuple[Chosen, ...]:
    """The choices with which files of that SHA-256 were uploaded, oldest first."""
    where = (table.c.sha256 == digest) & (table.c.file == table.c.number)
    return tuple(_chosen(row) for row in session.execute(_marks().where(where).order_by(table.c.number)))


def content(session: Connection, file: int) -> bytes:
    """The bytes of a file. Raises NotFound; Damaged when they are not those that were uploaded."""
    where = select(table.c.content, table.c.sha256).where(table.c.number == file, table.c.file == file)
    row = session.execute(where).one_or_none()
    if row is None:
        raise NotFound(f"There is no house style {file}.")
    if sha256(row.content).hexdigest() != row.sha256:
        raise Damaged(f"House style {file} is not what was uploaded: its digest differs.")
    return bytes(row.content)


def _next(session: Connection) -> int:
    """The number of the next choice. Two at once wait for each other; on SQLite whoever writes has the lock already."""
    if session.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE house_styles IN SHARE ROW EXCLUSIVE MODE"))
    last = current(session)
    return last.number + 1 if last else 1


def _choose(session: Connection, made: Chosen, file: bytes | None) -> Chosen:
    session.execute(
        insert(table).values(
            number=made.number, file=made.file, name=made.name, content=file, sha256=made.sha256,
            chosen_by=made.by, chosen_at=made.at,
        )
    )  # fmt: skip
    return made


def _marks() -> Any:
    return select(*(column for column in table.c if column.name != "content"))


def _chosen(row: Row[Any]) -> Chosen:
    return Chosen(row.number, row.file, row.name, row.sha256, row.chosen_by, row.chosen_at)
