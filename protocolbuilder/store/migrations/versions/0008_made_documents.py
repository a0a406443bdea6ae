"""Documents that take a while: what was asked for, what is made of it so far, and what was made."""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "made_documents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("draft", sa.Integer),
        sa.Column("version", sa.Integer),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("party", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.String(200), nullable=False),
        sa.Column("frozen", sa.Text, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("cancelled_at", UtcTime),
        sa.Column("made_at", UtcTime),
        sa.Column("content", sa.LargeBinary),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_made_documents"),
        sa.UniqueConstraint("key", name="uq_made_documents_key"),
        sa.ForeignKeyConstraint(
            ["ref"], ["agreements.ref"], name="fk_made_documents_ref_agreements", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "(draft IS NULL) <> (version IS NULL)", name="ck_made_documents_of_draft_or_version"
        ),
        sa.CheckConstraint("(made_at IS NULL) = (content IS NULL)", name="ck_made_documents_content_when_made"),
        sa.CheckConstraint("made_at IS NULL OR cancelled_at IS NULL", name="ck_made_documents_made_or_cancelled"),
        comment="Documents that take a while, asked for and made by a job. Each is removed some days later",
    )
    op.create_index("ix_made_documents_ref", "made_documents", ["ref"])
    op.create_index("ix_made_documents_asked_at", "made_documents", ["asked_at"])
    op.create_table(
        "made_parts",
        sa.Column("document", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("document", "name", name="pk_made_parts"),
        sa.ForeignKeyConstraint(
            ["document"], ["made_documents.id"], name="fk_made_parts_document_made_documents", ondelete="CASCADE"
        ),
        comment="What is made so far of a document that is being made, to go on with after a stop",
    )
