"""The tables of consultations, and of what a version is found by. They belong to the same metadata as `tables`."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Integer, String, Table, Text

from protocolbuilder.store.tables import PERSON, SIGNATURE, UtcTime, metadata

__all__ = ["comments", "consultation_mails", "consultations", "metadata", "replies", "version_words", "views"]

version_words = Table(
    "version_words",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    comment="By what a version is found in the register, for whoever may not read the draft",
)

consultations = Table(
    "consultations",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("until", String(10)),
    Column("opened_by", Text, nullable=False, info=SIGNATURE),
    Column("opened_at", UtcTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("closed_by", Text, nullable=False, info=SIGNATURE),
    Column("closed_at", UtcTime),
    comment="When a draft was open to its partners; at most one is open at a time",
)

consultation_mails = Table(
    "consultation_mails",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("act", String(16), primary_key=True),
    Column("about", Integer, primary_key=True, autoincrement=False),
    Column("person", String(64), ForeignKey("people.id"), primary_key=True, info=PERSON),
    Column("told_at", UtcTime, nullable=False),
    CheckConstraint("act IN ('opened', 'closed', 'answered', 'settled')", name="act_known"),
    comment="Who was told by mail of a consultation or of an answer to their comment, and when last",
)

comments = Table(
    "comments",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("address", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("draft", Integer, nullable=False),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("person", String(64), nullable=False, info=PERSON),
    Column("written_by", Text, nullable=False, info=SIGNATURE),
    Column("written_at", UtcTime, nullable=False),
    CheckConstraint("kind IN ('comment', 'advice')", name="kind_known"),
    CheckConstraint("audience IN ('shared', 'internal')", name="audience_known"),
    comment="What was said about a question or clause. Triggers refuse UPDATE and DELETE",
)

replies = Table(
    "comment_replies",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("comment", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("what", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("person", String(64), nullable=False, info=PERSON),
    Column("written_by", Text, nullable=False, info=SIGNATURE),
    Column("written_at", UtcTime, nullable=False),
    ForeignKeyConstraint(["ref", "comment"], ["comments.ref", "comments.number"]),
    comment="Answers to comments and advice, and what was decided on them. Triggers refuse UPDATE and DELETE",
)

views = Table(
    "consulted_views",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("whom", String(16), nullable=False),
    Column("how", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("organisation", String(64), ForeignKey("organisations.id"), nullable=False),
    Column("person", String(64), nullable=False, info=PERSON),
    Column("written_by", Text, nullable=False, info=SIGNATURE),
    Column("written_at", UtcTime, nullable=False),
    comment="What groups of people said when they were asked, and what was changed. Triggers refuse UPDATE and DELETE",
)
