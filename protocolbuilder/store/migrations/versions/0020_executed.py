"""Partners that the others go on without, and what is made when all have signed.

Both are refused UPDATE and DELETE as events are (see 0001).
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEYS = {"sign_left_out": ("ref", "number", "party"), "executed_documents": ("ref", "number", "name")}


def upgrade() -> None:
    op.create_table(
        "sign_left_out",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("party", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("left_by", sa.Text, nullable=False),
        sa.Column("left_at", UtcTime, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("ref", "number", "party", name="pk_sign_left_out"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_sign_left_out_ref_versions"
        ),
        comment="Partners without whose signature the others go on. Triggers refuse UPDATE and DELETE",
    )
    op.create_table(
        "executed_documents",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("ref", "number", "name", name="pk_executed_documents"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_executed_documents_ref_versions"
        ),
        comment="The executed copy of a version and the certificate of its signing. Triggers refuse UPDATE and DELETE",
    )
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _freeze_on_sqlite() -> None:
    for table, keys in KEYS.items():
        same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        for verb, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", there)):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: {verb} refused'); END"
            )


def _freeze_on_postgresql() -> None:
    """All at once: a statement each would only make more places at which it can be cut off."""
    made = []
    for table in KEYS:
        for name, verbs, level in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            trigger = f"{table}_refuse_{name}"
            made.append(
                f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
            made.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    op.execute("; ".join(made))
