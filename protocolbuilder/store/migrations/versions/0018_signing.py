"""Who is asked to sign which version, signs, declines or approves, and when all have signed.

What was done is refused UPDATE and DELETE as events are (see 0001). A request changes as long as it is open.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEYS = {
    "signatures": ("id",),
    "sign_comments": ("request", "number"),
    "approvals": ("id",),
    "sign_completions": ("ref", "number"),
}


def upgrade() -> None:
    _sign_requests()
    _signatures()
    _sign_comments()
    _approvals()
    _sign_completions()
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _sign_requests() -> None:
    op.create_table(
        "sign_requests",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("party", sa.String(64), nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("member", sa.String(64)),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *_what_became(),
        sa.PrimaryKeyConstraint("id", name="pk_sign_requests"),
        sa.ForeignKeyConstraint(["mail"], ["mails.id"], name="fk_sign_requests_mail_mails"),
        sa.ForeignKeyConstraint(["member"], ["organisations.id"], name="fk_sign_requests_member_organisations"),
        sa.ForeignKeyConstraint(
            ["passed_from"], ["sign_requests.id"], name="fk_sign_requests_passed_from_sign_requests"
        ),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sign_requests_person_people"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_sign_requests_ref_versions"
        ),
        sa.CheckConstraint("level IN ('standard', 'strong')", name=op.f("ck_sign_requests_level_known")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (state IN ('waiting', 'opened'))",
            name=op.f("ck_sign_requests_settled_for_good"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'opened', 'signed', 'declined', 'passed on', 'cancelled', 'expired', "
            "'superseded')",
            name=op.f("ck_sign_requests_state_known"),
        ),
        comment="Who was asked to sign which version for which partner, and what became of it. The words about "
        "a person go with them",
    )
    _indexes_of_requests()


def _what_became() -> list[sa.Column[Any]]:
    return [
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("due", sa.String(10)),
        sa.Column("invited_by", sa.String(64), nullable=False),
        sa.Column("invited_at", UtcTime, nullable=False),
        sa.Column("opened_at", UtcTime),
        sa.Column("settled_at", UtcTime),
        sa.Column("reminded_at", UtcTime),
        sa.Column("bounced_at", UtcTime),
        sa.Column("away_until", sa.String(10)),
        sa.Column("passed_from", sa.Integer),
        sa.Column("mail", sa.Integer),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    ]


def _indexes_of_requests() -> None:
    op.create_index("ix_sign_requests_member", "sign_requests", ["member"])
    op.create_index("ix_sign_requests_person", "sign_requests", ["person"])
    op.create_index("ix_sign_requests_ref_number", "sign_requests", ["ref", "number"])
    open_ones = sa.text("state IN ('waiting', 'opened')")
    op.create_index(
        "uq_sign_requests_open", "sign_requests", ["ref", "number", "party"], unique=True,
        sqlite_where=open_ones, postgresql_where=open_ones,
    )  # fmt: skip


def _signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("request", sa.Integer),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("party", sa.String(64), nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("member", sa.String(64)),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("signed_by", sa.Text, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("consent", sa.String(16), nullable=False),
        sa.Column("reservation", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content_digest", sa.String(64), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("line_digest", sa.String(64), nullable=False),
        sa.Column("scan", sa.String(64)),
        sa.Column("scan_name", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.ForeignKeyConstraint(["member"], ["organisations.id"], name="fk_signatures_member_organisations"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_signatures_ref_versions"
        ),
        sa.ForeignKeyConstraint(["request"], ["sign_requests.id"], name="fk_signatures_request_sign_requests"),
        sa.ForeignKeyConstraint(["scan"], ["evidence_files.sha256"], name="fk_signatures_scan_evidence_files"),
        sa.UniqueConstraint("ref", "number", "party", name="uq_signatures_ref"),
        sa.UniqueConstraint("request", name="uq_signatures_request"),
        sa.CheckConstraint("level IN ('standard', 'strong', 'paper')", name=op.f("ck_signatures_level_known")),
        comment="Signatures, one of each partner for each version. Triggers refuse UPDATE and DELETE",
    )


def _sign_comments() -> None:
    op.create_table(
        "sign_comments",
        sa.Column("request", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("request", "number", name="pk_sign_comments"),
        sa.ForeignKeyConstraint(["request"], ["sign_requests.id"], name="fk_sign_comments_request_sign_requests"),
        comment="What a signatory who declined said of which question or clause. Triggers refuse UPDATE and DELETE",
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("party", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("minute", sa.Text, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_approvals_ref_versions"
        ),
        sa.CheckConstraint("stage IN ('before', 'after')", name=op.f("ck_approvals_stage_known")),
        comment="Approvals of a version by a board or committee, before or after a signature. Triggers refuse "
        "UPDATE and DELETE",
    )
    op.create_index("ix_approvals_ref_number", "approvals", ["ref", "number"])


def _sign_completions() -> None:
    op.create_table(
        "sign_completions",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_sign_completions"),
        sa.ForeignKeyConstraint(
            ["ref", "number"], ["versions.ref", "versions.number"], name="fk_sign_completions_ref_versions"
        ),
        comment="When a version was signed by all who were to. Triggers refuse UPDATE and DELETE",
    )


def _freeze_on_sqlite() -> None:
    for table, keys in KEYS.items():
        same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        for verb, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", there)):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: {verb} refused'); END"
            )


def _freeze_on_postgresql() -> None:
    """All at once: a statement each would only make more places at which it can be cut off."""
    made = []
    for table in KEYS:
        for name, verbs, level in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            trigger = f"{table}_refuse_{name}"
            made.append(
                f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
            )
            made.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    op.execute("; ".join(made))
