"""The tables of signing. They belong to the same metadata as those of `tables`."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from protocolbuilder.store.tables import ADDRESS, CONTENT, PERSON, SIGNATURE, WORDS, UtcTime, metadata

__all__ = [
    "approvals", "executed_documents", "metadata", "sign_comments", "sign_completions", "sign_left_out",
    "sign_requests", "signatures",
]  # fmt: skip

_OPEN = text("state IN ('waiting', 'opened')")

sign_requests = Table(
    "sign_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("party", String(64), nullable=False),
    Column("organisation", Text, nullable=False),
    Column("member", String(64), ForeignKey("organisations.id")),
    Column("person", String(64), ForeignKey("people.id"), nullable=False, info=PERSON),
    Column("name", Text, nullable=False, info=WORDS),
    Column("post", Text, nullable=False, info=WORDS),
    Column("email", Text, nullable=False, info=ADDRESS),
    Column("level", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("document", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("due", String(10)),
    Column("invited_by", String(64), nullable=False, info=PERSON),
    Column("invited_at", UtcTime, nullable=False),
    Column("opened_at", UtcTime),
    Column("settled_at", UtcTime),
    Column("reminded_at", UtcTime),
    Column("bounced_at", UtcTime),
    Column("away_until", String(10)),
    Column("passed_from", Integer, ForeignKey("sign_requests.id")),
    Column("mail", Integer, ForeignKey("mails.id")),
    Column("reason", String(16), nullable=False),
    Column("note", Text, nullable=False),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    CheckConstraint(
        "state IN ('waiting', 'opened', 'signed', 'declined', 'passed on', 'cancelled', 'expired', 'superseded')",
        name="state_known",
    ),
    CheckConstraint("(settled_at IS NULL) = (state IN ('waiting', 'opened'))", name="settled_for_good"),
    CheckConstraint("level IN ('standard', 'strong')", name="level_known"),
    Index("ix_sign_requests_ref_number", "ref", "number"),
    Index("ix_sign_requests_person", "person"),
    Index("ix_sign_requests_member", "member"),
    Index(
        "uq_sign_requests_open", "ref", "number", "party", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
    comment="Who was asked to sign which version for which partner, and what became of it. The words about a person "
    "go with them",
)

signatures = Table(
    "signatures",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("request", Integer, ForeignKey("sign_requests.id")),
    Column("ref", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("party", String(64), nullable=False),
    Column("organisation", Text, nullable=False),
    Column("member", String(64), ForeignKey("organisations.id")),
    Column("person", String(64), nullable=False, info=PERSON),
    Column("signed_by", Text, nullable=False, info=SIGNATURE),
    Column("level", String(16), nullable=False),
    Column("method", String(16), nullable=False),
    Column("intent", Text, nullable=False, info=CONTENT),
    Column("consent", String(16), nullable=False),
    Column("reservation", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("document", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("line", Integer, nullable=False),
    Column("line_digest", String(64), nullable=False),
    Column("scan", String(64), ForeignKey("evidence_files.sha256")),
    Column("scan_name", Text, nullable=False),
    Column("recorded_by", Text, nullable=False, info=SIGNATURE),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    UniqueConstraint("ref", "number", "party"),
    UniqueConstraint("request"),
    CheckConstraint("level IN ('standard', 'strong', 'paper')", name="level_known"),
    comment="Signatures, one of each partner for each version. Triggers refuse UPDATE and DELETE",
)

sign_comments = Table(
    "sign_comments",
    metadata,
    Column("request", Integer, ForeignKey("sign_requests.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("person", String(64), nullable=False, info=PERSON),
    comment="What a signatory who declined said of which question or clause. Triggers refuse UPDATE and DELETE",
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("party", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("day", String(10), nullable=False),
    Column("minute", Text, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("recorded_by", Text, nullable=False, info=SIGNATURE),
    Column("recorded_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    CheckConstraint("stage IN ('before', 'after')", name="stage_known"),
    Index("ix_approvals_ref_number", "ref", "number"),
    comment="Approvals of a version by a board or committee, before or after a signature. Triggers refuse UPDATE and "
    "DELETE",
)

sign_completions = Table(
    "sign_completions",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    comment="When a version was signed by all who were to. Triggers refuse UPDATE and DELETE",
)

sign_left_out = Table(
    "sign_left_out",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("party", String(64), primary_key=True),
    Column("why", Text, nullable=False),
    Column("left_by", Text, nullable=False, info=SIGNATURE),
    Column("left_at", UtcTime, nullable=False),
    Column("line", Integer, nullable=False),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    comment="Partners without whose signature the others go on. Triggers refuse UPDATE and DELETE",
)

executed_documents = Table(
    "executed_documents",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), primary_key=True),
    Column("media_type", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    comment="The executed copy of a version and the certificate of its signing. Triggers refuse UPDATE and DELETE",
)
