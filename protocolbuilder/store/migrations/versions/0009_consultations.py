"""Consultations with comments, advice and views, and the words by which a version is found.

What was said is refused UPDATE and DELETE as events are (see 0001).
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.store.register import title_of, words_of
from protocolbuilder.store.tables import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEYS = {
    "comments": ("ref", "number"),
    "comment_replies": ("ref", "comment", "number"),
    "consulted_views": ("ref", "number"),
    "version_words": ("ref", "number"),
}


def upgrade() -> None:
    op.create_table(
        "consultations",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("until", sa.String(10)),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("opened_at", UtcTime, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("closed_by", sa.Text, nullable=False),
        sa.Column("closed_at", UtcTime),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_consultations"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_consultations_ref_agreements"),
        comment="When a draft was open to its partners; at most one is open at a time",
    )
    _comments()
    _replies()
    _views()
    _version_words()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _written() -> list[sa.Column[Any]]:
    return [
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("written_at", UtcTime, nullable=False),
    ]


def _whose(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["organisations.id"], name=f"fk_{table}_organisation_organisations"
    )


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("draft", sa.Integer, nullable=False),
        *_written(),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_comments"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_comments_ref_agreements"),
        _whose("comments"),
        sa.CheckConstraint("kind IN ('comment', 'advice')", name=op.f("ck_comments_kind_known")),
        sa.CheckConstraint("audience IN ('shared', 'internal')", name=op.f("ck_comments_audience_known")),
        comment="What was said about a question or clause. Triggers refuse UPDATE and DELETE",
    )


def _replies() -> None:
    op.create_table(
        "comment_replies",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("comment", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        *_written(),
        sa.PrimaryKeyConstraint("ref", "comment", "number", name="pk_comment_replies"),
        sa.ForeignKeyConstraint(
            ["ref", "comment"], ["comments.ref", "comments.number"], name="fk_comment_replies_ref_comments"
        ),
        _whose("comment_replies"),
        comment="Answers to comments and advice, and what was decided on them. Triggers refuse UPDATE and DELETE",
    )


def _views() -> None:
    op.create_table(
        "consulted_views",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("whom", sa.String(16), nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("changed", sa.Text, nullable=False),
        *_written(),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_consulted_views"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_consulted_views_ref_agreements"),
        _whose("consulted_views"),
        comment="What groups of people said when they were asked, and what was changed. "
        "Triggers refuse UPDATE and DELETE",
    )


def _version_words() -> None:
    """With the words of the versions that there are."""
    made = op.create_table(
        "version_words",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_version_words"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_version_words_ref_versions"
        ),
        comment="By what a version is found in the register, for whoever may not read the draft",
    )
    versions = sa.table("versions", sa.column("ref"), sa.column("number"), sa.column("content"))
    for ref, number, content in op.get_bind().execute(sa.select(versions)).all():
        said = json.loads(content)
        agreement = Agreement(said["schema"], said["library"], said["answers"])
        words = {"title": title_of(agreement), "words": words_of(ref, agreement)}
        op.get_bind().execute(made.insert().values(ref=ref, number=number, **words))


def _guard_on_sqlite() -> None:
    for table, keys in KEYS.items():
        same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        for verb, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", there)):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: {verb} refused'); END"
            )


def _guard_on_postgresql() -> None:
    for table in KEYS:
        for name, verbs, level in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            trigger = f"{table}_refuse_{name}"
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
