"""The look of Word documents: files uploaded for it and which was chosen when.

Like events they are refused UPDATE and DELETE by the database itself (see 0001).
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "house_styles"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("file", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("chosen_by", sa.Text, nullable=False),
        sa.Column("chosen_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_house_styles"),
        sa.CheckConstraint("(file = number) = (content IS NOT NULL)", name=op.f("ck_house_styles_a_file_once")),
        comment="Each choice of the look of Word documents, in order. Triggers refuse UPDATE and DELETE",
    )
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _freeze_on_sqlite() -> None:
    there = f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE number = NEW.number)"  # noqa: S608
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
