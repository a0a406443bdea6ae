"""A version keeps what it stood under when it was issued, and what it said in effect with that."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("under", sa.Text, nullable=False, server_default="[]"))
    op.add_column("versions", sa.Column("effective", sa.LargeBinary))
    op.add_column("versions", sa.Column("effective_digest", sa.String(64)))
