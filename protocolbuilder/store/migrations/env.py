"""Alembic's way in. The connection is handed over by `store.migrate`; nothing here reads a setting."""

from alembic import context

from protocolbuilder.store.work_tables import metadata  # and with it the tables of both modules

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
