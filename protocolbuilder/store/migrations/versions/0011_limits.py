"""How often acts were done of late, and when workers last looked after each thing."""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limit_counts",
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("ends_at", UtcTime, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("act", "key", "seconds", "ends_at", name="pk_limit_counts"),
        comment="How often acts were done of late. A key is a keyed hash and names nobody; rows go when they end",
    )
    op.create_index("ix_limit_counts_ends_at", "limit_counts", ["ends_at"])
    op.create_table(
        "sweeps",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sweeps"),
        comment="When a worker last looked after each thing",
    )
