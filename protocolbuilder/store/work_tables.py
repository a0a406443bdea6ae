"""The tables of what is done later. They belong to the same metadata as those of `tables`."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from protocolbuilder.store.tables import ADDRESS, CONTENT, UtcTime, metadata

__all__ = ["jobs", "made_documents", "made_parts", "mails", "metadata"]

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
    Column("recipient", Text, nullable=False, info=ADDRESS),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("posted_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("error", Text, nullable=False, info=CONTENT),
    UniqueConstraint("message_id"),
    CheckConstraint("state IN ('queued', 'sent', 'failed', 'bounced', 'cancelled')", name="state_known"),
    Index("ix_mails_state", "state"),
    comment="Mails, written in the transaction that sends them; each is sent by a job",
)

made_documents = Table(
    "made_documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("ref", String(32), ForeignKey("agreements.ref", ondelete="CASCADE"), nullable=False),
    Column("draft", Integer),
    Column("version", Integer),
    Column("kind", String(64), nullable=False),
    Column("party", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(200), nullable=False),
    Column("frozen", Text, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("cancelled_at", UtcTime),
    Column("made_at", UtcTime),
    Column("content", LargeBinary),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("key"),
    CheckConstraint("(draft IS NULL) <> (version IS NULL)", name="of_draft_or_version"),
    CheckConstraint("(made_at IS NULL) = (content IS NULL)", name="content_when_made"),
    CheckConstraint("made_at IS NULL OR cancelled_at IS NULL", name="made_or_cancelled"),
    Index("ix_made_documents_ref", "ref"),
    Index("ix_made_documents_asked_at", "asked_at"),
    comment="Documents that take a while, asked for and made by a job. Each is removed some days later",
)

made_parts = Table(
    "made_parts",
    metadata,
    Column("document", Integer, ForeignKey("made_documents.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    comment="What is made so far of a document that is being made, to go on with after a stop",
)
