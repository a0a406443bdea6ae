"""The tables of what guards this copy: how often acts are done, and when work was looked after. They belong to the same
metadata as those of `tables`."""

from sqlalchemy import Column, Index, Integer, String, Table

from protocolbuilder.store.tables import UtcTime, metadata

__all__ = ["limit_counts", "metadata", "sweeps"]

limit_counts = Table(
    "limit_counts",
    metadata,
    Column("act", String(64), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("seconds", Integer, primary_key=True, autoincrement=False),
    Column("ends_at", UtcTime, primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_limit_counts_ends_at", "ends_at"),
    comment="How often acts were done of late. A key is a keyed hash and names nobody; rows go when they end",
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
    comment="When a worker last looked after each thing",
)
