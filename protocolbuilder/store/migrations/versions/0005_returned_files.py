"""Word files of ours that came back, what was changed and asked in them, and what was decided.

A file is refused UPDATE and DELETE as events are (see 0001). Of an item only the decision can change; every decision
is an event too.
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FILES, ITEMS = "returned_files", "returned_items"
KEYS = {FILES: ("ref", "number"), ITEMS: ("ref", "file", "number")}
GUARDED = {FILES: "", ITEMS: " OF ref, file, number, address, content"}


def upgrade() -> None:
    op.create_table(
        FILES,
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("kept_by", sa.Text, nullable=False),
        sa.Column("kept_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_returned_files"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_returned_files_ref_agreements"),
        sa.UniqueConstraint("ref", "sha256", name="uq_returned_files_ref"),
        comment="Word files of ours that came back from partners, as bytes. Triggers refuse UPDATE and DELETE",
    )
    op.create_table(
        ITEMS,
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("file", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", UtcTime),
        sa.Column("draft", sa.Integer),
        sa.PrimaryKeyConstraint("ref", "file", "number", name="pk_returned_items"),
        sa.ForeignKeyConstraint(
            ["ref", "file"], ["returned_files.ref", "returned_files.number"],
            name="fk_returned_items_ref_returned_files",
        ),
        comment="What was changed or asked in a returned file, and what was decided. Only the decision can change",
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _guard_on_sqlite() -> None:
    for table, keys in KEYS.items():
        same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        if table == FILES:
            also = "ref = NEW.ref AND sha256 = NEW.sha256"
            there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE ({same}) OR ({also}))"  # noqa: S608
        for verb, of, when in (("UPDATE", GUARDED[table], ""), ("DELETE", "", ""), ("INSERT", "", there)):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb}{of} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: {verb} refused'); END"
            )


def _guard_on_postgresql() -> None:
    for table, of in GUARDED.items():
        for name, verbs, level in (("change", f"UPDATE{of} OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            trigger = f"{table}_refuse_{name}"
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
