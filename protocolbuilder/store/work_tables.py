"""The tables of what is done later. They belong to the same metadata as those of `tables`."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint

from protocolbuilder.store.tables import UtcTime, metadata

__all__ = ["jobs", "mails", "metadata"]

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("key", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("put_at", UtcTime, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("lease_until", UtcTime),
    Column("done_at", UtcTime),
    Column("error", Text, nullable=False),
    UniqueConstraint("key"),
    CheckConstraint("state IN ('queued', 'running', 'done', 'dead', 'cancelled')", name="state_known"),
    CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="leased_while_running"),
    Index("ix_jobs_state_not_before", "state", "not_before"),
    comment="Work that was promised, written in the transaction that promises it. No personal data",
)

mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("posted_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("error", Text, nullable=False),
    UniqueConstraint("message_id"),
    CheckConstraint("state IN ('queued', 'sent', 'failed', 'bounced', 'cancelled')", name="state_known"),
    Index("ix_mails_state", "state"),
    comment="Mails, written in the transaction that sends them; each is sent by a job",
)
