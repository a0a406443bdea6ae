"""When a worker last looked after something, for whoever watches this copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.store.engine import Connection
from protocolbuilder.store.guard_tables import sweeps as table


def swept(session: Connection, name: str, *, at: datetime) -> None:
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    row = dialect.insert(table).values(name=name, at=at)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": at}))


def last(session: Connection) -> dict[str, datetime]:
    """Each thing that was looked after, and when."""
    return {row.name: row.at for row in session.execute(select(table).order_by(table.c.name))}
