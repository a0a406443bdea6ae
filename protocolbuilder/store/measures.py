"""What the database says of itself to whoever watches this copy."""

from __future__ import annotations

from sqlalchemy import text

from protocolbuilder.store.engine import Engine, reading, writing


def try_to_write(database: Engine) -> None:
    """Writes, and takes it back. Raises CannotKeep when nothing can be written, as of any other fault its own error."""
    with writing(database) as session:
        session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        session.get_transaction().rollback()  # type: ignore[union-attr] # it was begun by `writing`


def size(database: Engine) -> int:
    """In bytes, without what waits in a log of writes."""
    if database.dialect.name == "postgresql":
        query = "SELECT pg_database_size(current_database())"
    else:
        query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    with reading(database) as session:
        return int(session.execute(text(query)).scalar_one())
