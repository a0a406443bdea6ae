"""A version keeps the single message of the partnership that it prints."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("message", sa.Text, nullable=False, server_default=sa.text("''")))
