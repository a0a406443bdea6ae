"""Agreements with their drafts, the journal of edits, versions with their documents, and events.

What is issued is refused UPDATE and DELETE (on PostgreSQL also TRUNCATE) by the database itself. On SQLite a
third trigger refuses INSERT over an existing row, because `INSERT OR REPLACE` deletes without saying DELETE.
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEYS = {"versions": ("ref", "number"), "documents": ("ref", "number", "name"), "events": ("id",)}


def upgrade() -> None:
    _agreements()
    _journal_and_events()
    _versions()
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _agreements() -> None:
    op.create_table(
        "given_refs",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_given_refs"),
        comment="The last number given out in each year; a reference is never given twice",
    )
    op.create_table(
        "agreements",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("updated_at", UtcTime, nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
        sa.Column("issued", sa.Integer),
        sa.Column("issued_draft", sa.Integer),
        sa.Column("discarded_at", UtcTime),
        sa.PrimaryKeyConstraint("ref", name="pk_agreements"),
        sa.UniqueConstraint("id", name="uq_agreements_id"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_agreements_number_from_one")),
        comment="An agreement and its draft as it stands; number goes up by one with every save",
    )
    op.create_index("ix_agreements_updated_at", "agreements", ["updated_at"])


def _journal_and_events() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_journal_ref_agreements"),
        comment="One row for every edit of every save: what stood at an address before and after",
    )
    op.create_index("ix_journal_ref_number", "journal", ["ref", "number"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("done_by", sa.Text, nullable=False),
        sa.Column("done_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_events_ref_agreements"),
        comment="What was done to an agreement, in order. Triggers refuse UPDATE and DELETE",
    )
    op.create_index("ix_events_ref", "events", ["ref"])


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("draft", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("schema", sa.Text, nullable=False),
        sa.Column("library", sa.Text, nullable=False),
        sa.Column("templates", sa.Text, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("issued_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_versions"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_versions_ref_agreements"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_versions_number_from_one")),
        comment="What was issued. Triggers refuse UPDATE and DELETE",
    )
    op.create_table(
        "documents",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("ref", "number", "name", name="pk_documents"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_documents_ref_versions"
        ),
        comment="The files of a version, as bytes. Triggers refuse UPDATE, DELETE and a file too many",
    )


def _freeze_on_sqlite() -> None:
    for table, key in KEYS.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        for verb, when in (
            ("UPDATE", ""),
            ("DELETE", ""),
            ("INSERT", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"),  # noqa: S608
        ):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: {verb} refused'); END"
            )
    op.execute(
        "CREATE TRIGGER documents_refuse_one_too_many BEFORE INSERT ON documents "
        "WHEN (SELECT count(*) FROM documents WHERE ref = NEW.ref AND number = NEW.number) "
        ">= (SELECT documents FROM versions WHERE ref = NEW.ref AND number = NEW.number) "
        "BEGIN SELECT RAISE(ABORT, 'documents are never changed: the version is complete'); END"
    )


def _freeze_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% are never changed: % refused', TG_TABLE_NAME, TG_OP "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in KEYS:
        for name, verbs, level in (
            ("change", "UPDATE OR DELETE", "ROW"),
            ("truncate", "TRUNCATE", "STATEMENT"),
        ):
            trigger = f"{table}_refuse_{name}"
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    op.execute(
        "CREATE FUNCTION refuse_one_too_many() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE agreed integer; BEGIN SELECT documents INTO agreed FROM versions "
        "WHERE ref = NEW.ref AND number = NEW.number FOR UPDATE; "
        "IF (SELECT count(*) FROM documents WHERE ref = NEW.ref AND number = NEW.number) >= agreed "
        "THEN RAISE EXCEPTION 'documents are never changed: the version is complete' "
        "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER documents_refuse_one_too_many BEFORE INSERT ON documents "
        "FOR EACH ROW EXECUTE FUNCTION refuse_one_too_many()"
    )
    op.execute("ALTER TABLE documents ENABLE ALWAYS TRIGGER documents_refuse_one_too_many")
