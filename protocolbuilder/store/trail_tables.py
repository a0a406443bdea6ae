"""The tables of the trail of each agreement. They belong to the same metadata as those of `tables`."""

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from protocolbuilder.store.tables import PERSON, SECRET, WORDS, UtcTime, metadata

__all__ = ["metadata", "trail_checkpoints", "trail_details", "trail_heads", "trail_keys", "trail_lines"]

trail_keys = Table(
    "trail_keys",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", String(16), nullable=False),
    Column("public", String(64), nullable=False),
    Column("signed", String(128), nullable=False),
    Column("began_at", UtcTime, nullable=False),
    UniqueConstraint("id"),
    comment="Public keys that lines are signed with, each vouching for those before it. Triggers refuse UPDATE and "
    "DELETE",
)

trail_lines = Table(
    "trail_lines",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("line", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("event", String(32), nullable=False),
    Column("person", String(64), nullable=False, info=PERSON),
    Column("at", UtcTime, nullable=False),
    comment="The trail of each agreement, signed and chained line by line. Triggers refuse UPDATE and DELETE",
)

trail_heads = Table(
    "trail_heads",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("noted", Integer, nullable=False),
    comment="The last line of each trail, noted apart from it, and the last that a checkpoint holds",
)

trail_details = Table(
    "trail_details",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("what", String(32), primary_key=True),
    Column("person", String(64), nullable=False, info=PERSON),
    Column("salt", String(64), nullable=False, info=SECRET),
    Column("value", Text, nullable=False, info=WORDS),
    ForeignKeyConstraint(["ref", "seq"], ["trail_lines.ref", "trail_lines.seq"]),
    comment="Personal details of a line, which holds a salted hash of each. They can go, and the trail still verifies",
)

trail_checkpoints = Table(
    "trail_checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),
    Column("heads", Text, nullable=False),
    Column("root", String(64), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    UniqueConstraint("day"),
    UniqueConstraint("root"),
    comment="The trails that grew since the checkpoint before, by their last lines. Triggers refuse UPDATE and DELETE",
)
