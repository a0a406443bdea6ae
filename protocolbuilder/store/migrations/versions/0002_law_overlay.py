"""Records on top of the shipped law library: verifications, status changes, local entries, withdrawals.

Like events they are refused UPDATE and DELETE by the database itself (see 0001).
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = "law_records"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("entry", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_law_records"),
        sa.UniqueConstraint("id", name="uq_law_records_id"),
        comment="What people recorded on top of the shipped law library, in order. Triggers refuse UPDATE and DELETE",
    )
    op.create_index("ix_law_records_entry", TABLE, ["entry"])
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _freeze_on_sqlite() -> None:
    there = f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE number = NEW.number OR id = NEW.id)"  # noqa: S608
    for verb, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", there)):
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuse_{verb.lower()} BEFORE {verb} ON {TABLE} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} are never changed: {verb} refused'); END"
        )


def _freeze_on_postgresql() -> None:
    for name, verbs, level in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        trigger = f"{TABLE}_refuse_{name}"
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {TABLE} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {trigger}")
