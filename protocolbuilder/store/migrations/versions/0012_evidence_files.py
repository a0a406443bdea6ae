"""The bytes of evidence have a table of their own: what replaces an assurance keeps its file and does not copy it."""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_files",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_evidence_files"),
        comment="The bytes of evidence, by their hash: the same file is kept once, whatever it is called",
    )
    op.drop_column("assurances", "content")
