"""Organisations, their people and roles, what was done about them, and whose an agreement is.

What was done (`security_events`) is refused UPDATE and DELETE as events are (see 0001). Of the partnership and its
sign-offs UPDATE is refused: they go with the sample, and only then.
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FOR_EVER, AS_SAID = "security_events", ("partnership", "sign_offs")


def upgrade() -> None:
    for make in (
        _organisations, _assurances, _people, _memberships, _contacts, _what_was_done, _agreement_parties, _partnership,
    ):  # fmt: skip
        make()
    for column, table in (("owner", "organisations"), ("lead", "people")):
        # with its constraint in one statement, which SQLite cannot be given afterwards
        op.execute(
            f"ALTER TABLE agreements ADD COLUMN {column} VARCHAR(64) "
            f"CONSTRAINT fk_agreements_{column}_{table} REFERENCES {table} (id)"
        )
    op.create_index("ix_agreements_owner", "agreements", ["owner"])
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("short", sa.Text, nullable=False),
        sa.Column("agency_types", sa.Text, nullable=False),
        sa.Column("identifiers", sa.Text, nullable=False),
        sa.Column("sector", sa.String(32), nullable=False),
        sa.Column("nation", sa.String(32), nullable=False),
        sa.Column("departments", sa.Text, nullable=False),
        sa.Column("sponsor", sa.String(64)),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("sample", sa.Integer, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.Column("removed_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.ForeignKeyConstraint(["sponsor"], ["organisations.id"], name="fk_organisations_sponsor_organisations"),
        sa.CheckConstraint("number >= 1", name=op.f("ck_organisations_number_from_one")),
        sa.CheckConstraint("sample IN (0, 1)", name=op.f("ck_organisations_sample_or_not")),
        comment="Organisations of the partnership. One that was removed keeps its row for what names it",
    )


def _assurances() -> None:
    op.create_table(
        "assurances",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("begins", sa.String(10), nullable=False),
        sa.Column("expires", sa.String(10), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False),
        sa.Column("replaced_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_assurances"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_assurances_organisation_organisations"
        ),
        comment="What an organisation shows of its care for information; what was replaced is kept",
    )
    op.create_index("ix_assurances_organisation", "assurances", ["organisation"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "post", "email", "telephone")),
        sa.Column("active", sa.Integer, nullable=False),
        sa.Column("sample", sa.Integer, nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.Column("erased_at", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_people_active_or_not")),
        sa.CheckConstraint("sample IN (0, 1)", name=op.f("ck_people_sample_or_not")),
        comment="People who take part, or did. An erased one keeps a row without a word about them",
    )
    with_address = sa.text("email <> ''")
    op.create_index(
        "uq_people_email", "people", ["email"], unique=True, sqlite_where=with_address, postgresql_where=with_address
    )


def _memberships() -> None:
    now = sa.text("until IS NULL")
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("until", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_memberships_person_people"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_memberships_organisation_organisations"
        ),
        comment="Which roles a person held in an organisation, from when to when",
    )
    op.create_index("ix_memberships_person", "memberships", ["person"])
    op.create_index("ix_memberships_organisation", "memberships", ["organisation"])
    op.create_index(
        "uq_memberships_now", "memberships", ["person", "organisation"], unique=True, sqlite_where=now,
        postgresql_where=now,
    )  # fmt: skip


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("person", sa.String(64)),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("telephone", sa.Text, nullable=False),
        sa.Column("confirmed_at", UtcTime, nullable=False),
        sa.Column("confirmed_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_contacts_organisation_organisations"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_contacts_person_people"),
        comment="Whom to ask about what, by organisation and topic, and when somebody last said that it holds",
    )
    op.create_index("ix_contacts_organisation", "contacts", ["organisation"])


def _what_was_done() -> None:
    op.create_table(
        "security_events",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_security_events"),
        comment="Every change of people, roles and organisations, by ids. Triggers refuse UPDATE and DELETE",
    )


def _agreement_parties() -> None:
    op.create_table(
        "agreement_parties",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("party", sa.String(64), nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("until", UtcTime),
        sa.PrimaryKeyConstraint("ref", "party", "since", name="pk_agreement_parties"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_agreement_parties_ref_agreements"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_agreement_parties_organisation_organisations"
        ),
        comment="Which partner of an agreement is which organisation of the directory, from when to when",
    )
    op.create_index("ix_agreement_parties_organisation", "agreement_parties", ["organisation"])


def _partnership() -> None:
    op.create_table(
        "partnership",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("sample", sa.Integer, nullable=False),
        sa.Column("message_changed_at", UtcTime, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_partnership"),
        sa.CheckConstraint("sample IN (0, 1)", name=op.f("ck_partnership_sample_or_not")),
        comment="The partnership as it was said each time: host, members, law, message, vision. Triggers refuse UPDATE",
    )
    op.create_table(
        "sign_offs",
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("vision_sha256", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("signed_by", sa.Text, nullable=False),
        sa.Column("signed_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "vision_sha256", name="pk_sign_offs"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_sign_offs_organisation_organisations"),
        comment="Which member signed off which words of the shared vision. Triggers refuse UPDATE",
    )


def _guard_on_sqlite() -> None:
    there = f"WHEN EXISTS (SELECT 1 FROM {FOR_EVER} WHERE number = NEW.number)"  # noqa: S608
    guards = [(FOR_EVER, "UPDATE", ""), (FOR_EVER, "DELETE", ""), (FOR_EVER, "INSERT", there)]
    for table, verb, when in [*guards, *((table, "UPDATE", "") for table in AS_SAID)]:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: {verb} refused'); END"
        )


def _guard_on_postgresql() -> None:
    guards = [(FOR_EVER, "change", "UPDATE OR DELETE", "ROW"), (FOR_EVER, "truncate", "TRUNCATE", "STATEMENT")]
    for table, name, verbs, level in [*guards, *((table, "change", "UPDATE", "ROW") for table in AS_SAID)]:
        trigger = f"{table}_refuse_{name}"
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {table} FOR EACH {level} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
