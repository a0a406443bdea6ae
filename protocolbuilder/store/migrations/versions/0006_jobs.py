"""Jobs and mails: what was promised, written in the transaction of the act that promises it."""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("put_at", UtcTime, nullable=False),
        sa.Column("not_before", UtcTime, nullable=False),
        sa.Column("lease_until", UtcTime),
        sa.Column("done_at", UtcTime),
        sa.Column("error", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'dead', 'cancelled')", name="ck_jobs_state_known"),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="ck_jobs_leased_while_running"),
        comment="Work that was promised, written in the transaction that promises it. No personal data",
    )
    op.create_index("ix_jobs_state_not_before", "jobs", ["state", "not_before"])
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("posted_at", UtcTime, nullable=False),
        sa.Column("settled_at", UtcTime),
        sa.Column("error", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("message_id", name="uq_mails_message_id"),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'bounced', 'cancelled')", name="ck_mails_state_known"
        ),
        comment="Mails, written in the transaction that sends them; each is sent by a job",
    )
    op.create_index("ix_mails_state", "mails", ["state"])
