"""The tables as they are now. How they came to be is in `migrations/`; a test keeps the two equal."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware UTC in and out. On SQLite it is text of one width, so that it sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

PERSON: Final = {"about": "person"}
"""The classes of columns, by which everything about a person is found (`store.person_data`): a person's id; …"""
SIGNATURE: Final = {"about": "signature"}
"""… their name and post as they were when they did something; …"""
WORDS: Final = {"about": "words"}
"""… words about whoever the row is of: name, post, e-mail, telephone; …"""
ADDRESS: Final = {"about": "address"}
"""… an address of mail, whosever it is."""
SECRET: Final = {"about": "secret"}
"""A hash, a key or a token: in no export."""
CONTENT: Final = {"about": "content"}
"""The words of an agreement or a file, which are about no account."""

given_refs = Table(
    "given_refs",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    comment="The last number given out in each year; a reference is never given twice",
)

agreements = Table(
    "agreements",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("id", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", Text, nullable=False, info=CONTENT),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False, info=CONTENT),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", Text, nullable=False, info=SIGNATURE),
    Column("updated_at", UtcTime, nullable=False),
    Column("updated_by", Text, nullable=False, info=SIGNATURE),
    Column("issued", Integer),
    Column("issued_draft", Integer),
    Column("discarded_at", UtcTime),
    Column("owner", String(64), ForeignKey("organisations.id")),
    Column("lead", String(64), ForeignKey("people.id"), info=PERSON),
    UniqueConstraint("id"),
    CheckConstraint("number >= 1", name="number_from_one"),
    Index("ix_agreements_updated_at", "updated_at"),
    Index("ix_agreements_owner", "owner"),
    comment="An agreement and its draft as it stands; number goes up by one with every save",
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(32), ForeignKey("agreements.ref"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("address", Text, nullable=False),
    Column("what", String(32), nullable=False),
    Column("before", Text, nullable=False, info=CONTENT),
    Column("after", Text, nullable=False, info=CONTENT),
    Column("saved_by", Text, nullable=False, info=SIGNATURE),
    Column("saved_at", UtcTime, nullable=False),
    Index("ix_journal_ref_number", "ref", "number"),
    comment="One row for every edit of every save: what stood at an address before and after",
)

versions = Table(
    "versions",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("draft", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("schema", Text, nullable=False),
    Column("library", Text, nullable=False),
    Column("templates", Text, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("issued_by", Text, nullable=False, info=SIGNATURE),
    Column("issued_at", UtcTime, nullable=False),
    Column("under", Text, nullable=False, server_default="[]"),
    Column("effective", LargeBinary),
    Column("effective_digest", String(64)),
    Column("message", Text, nullable=False, server_default=text("''")),
    CheckConstraint("number >= 1", name="number_from_one"),
    comment="What was issued. Triggers refuse UPDATE and DELETE",
)

documents = Table(
    "documents",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), primary_key=True),
    Column("media_type", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    ForeignKeyConstraint(["ref", "number"], ["versions.ref", "versions.number"]),
    comment="The files of a version, as bytes. Triggers refuse UPDATE, DELETE and a file too many",
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(32), ForeignKey("agreements.ref"), nullable=False),
    Column("what", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("done_by", Text, nullable=False, info=SIGNATURE),
    Column("done_at", UtcTime, nullable=False),
    Index("ix_events_ref", "ref"),
    comment="What was done to an agreement, in order. Triggers refuse UPDATE and DELETE",
)

law_records = Table(
    "law_records",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(64), nullable=False),
    Column("what", String(32), nullable=False),
    Column("entry", String(64), nullable=False),
    Column("content", Text, nullable=False, info=CONTENT),
    Column("recorded_by", Text, nullable=False, info=SIGNATURE),
    Column("post", Text, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("person", String(64), nullable=False, server_default=text("''"), info=PERSON),
    Column("organisation", String(64), nullable=False, server_default=text("''")),
    UniqueConstraint("id"),
    Index("ix_law_records_entry", "entry"),
    comment="What people recorded on top of the shipped law library, in order. Triggers refuse UPDATE and DELETE",
)

house_styles = Table(
    "house_styles",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("file", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary),
    Column("sha256", String(64), nullable=False),
    Column("chosen_by", Text, nullable=False, info=SIGNATURE),
    Column("chosen_at", UtcTime, nullable=False),
    CheckConstraint("(file = number) = (content IS NOT NULL)", name="a_file_once"),
    comment="Each choice of the look of Word documents, in order. Triggers refuse UPDATE and DELETE",
)

returned_files = Table(
    "returned_files",
    metadata,
    Column("ref", String(32), ForeignKey("agreements.ref"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("version", String(32), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("about", Text, nullable=False, info=CONTENT),
    Column("kept_by", Text, nullable=False, info=SIGNATURE),
    Column("kept_at", UtcTime, nullable=False),
    UniqueConstraint("ref", "sha256"),
    comment="Word files of ours that came back from partners, as bytes. Triggers refuse UPDATE and DELETE",
)

returned_items = Table(
    "returned_items",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("file", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("content", Text, nullable=False, info=CONTENT),
    Column("decision", String(16), nullable=False),
    Column("reply", Text, nullable=False),
    Column("decided_by", Text, nullable=False, info=SIGNATURE),
    Column("decided_at", UtcTime),
    Column("draft", Integer),
    ForeignKeyConstraint(["ref", "file"], ["returned_files.ref", "returned_files.number"]),
    comment="What was changed or asked in a returned file, and what was decided. Only the decision can change",
)
