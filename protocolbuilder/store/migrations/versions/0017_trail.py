"""The trail of each agreement: lines that are signed and chained, details beside them, and checkpoints.

What was done is refused UPDATE and DELETE as events are (see 0001). A detail of a line may be deleted, the line not.
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEYS = {
    "trail_keys": ("number",),
    "trail_lines": ("ref", "seq"),
    "trail_checkpoints": ("number",),
}


def upgrade() -> None:
    _trail_keys()
    _trail_lines()
    _trail_heads()
    _trail_details()
    _trail_checkpoints()
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _trail_keys() -> None:
    op.create_table(
        "trail_keys",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("public", sa.String(64), nullable=False),
        sa.Column("signed", sa.String(128), nullable=False),
        sa.Column("began_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_trail_keys"),
        sa.UniqueConstraint("id", name="uq_trail_keys_id"),
        comment="Public keys that lines are signed with, each vouching for those before it. Triggers refuse "
        "UPDATE and DELETE",
    )


def _trail_lines() -> None:
    op.create_table(
        "trail_lines",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("ref", "seq", name="pk_trail_lines"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_trail_lines_ref_agreements"),
        comment="The trail of each agreement, signed and chained line by line. Triggers refuse UPDATE and DELETE",
    )


def _trail_heads() -> None:
    op.create_table(
        "trail_heads",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("noted", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_trail_heads"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_trail_heads_ref_agreements"),
        comment="The last line of each trail, noted apart from it, and the last that a checkpoint holds",
    )


def _trail_details() -> None:
    op.create_table(
        "trail_details",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ref", "seq", "what", name="pk_trail_details"),
        sa.ForeignKeyConstraint(
            ["ref", "seq"], ["trail_lines.ref", "trail_lines.seq"], name="fk_trail_details_ref_trail_lines"
        ),
        comment="Personal details of a line, which holds a salted hash of each. They can go, and the trail "
        "still verifies",
    )


def _trail_checkpoints() -> None:
    op.create_table(
        "trail_checkpoints",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("heads", sa.Text, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_trail_checkpoints"),
        sa.UniqueConstraint("day", name="uq_trail_checkpoints_day"),
        sa.UniqueConstraint("root", name="uq_trail_checkpoints_root"),
        comment="The trails that grew since the checkpoint before, by their last lines. Triggers refuse UPDATE "
        "and DELETE",
    )


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
