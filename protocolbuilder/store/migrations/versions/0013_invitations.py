"""Invitations, and which link or code a mail tells. Links that were sent by an earlier program to somebody who was to
join work no longer: no page sent one."""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("post", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_invitations"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_invitations_person_people"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_invitations_organisation_organisations"
        ),
        sa.CheckConstraint("outcome IN ('', 'accepted', 'cancelled')", name="ck_invitations_outcome_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome = '')", name="ck_invitations_outcome_when_ended"),
        comment="Who was asked to join which organisation. The words typed for it go when it ends",
    )
    op.create_index("ix_invitations_organisation", "invitations", ["organisation"])
    op.create_index(
        "uq_invitations_waiting", "invitations", ["person", "organisation"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "mail_secrets",
        sa.Column("mail", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("made_at", UtcTime),
        sa.Column("withdrawn_at", UtcTime),
        sa.PrimaryKeyConstraint("mail", name="pk_mail_secrets"),
        sa.ForeignKeyConstraint(["mail"], ["mails.id"], name="fk_mail_secrets_mail_mails"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_mail_secrets_person_people"),
        comment="Which link or code a mail tells, made when it is sent. Neither it nor its hash is here",
    )
    op.create_index("ix_mail_secrets_person", "mail_secrets", ["person"])
