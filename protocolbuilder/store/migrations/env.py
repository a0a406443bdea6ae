"""Alembic's way in. The connection is handed over by `store.migrate`; nothing here reads a setting."""

from alembic import context

from protocolbuilder.store import account_tables, guard_tables, people_tables, work_tables  # all tables of `metadata`
from protocolbuilder.store.tables import metadata

__all__ = ["account_tables", "guard_tables", "people_tables", "work_tables"]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
