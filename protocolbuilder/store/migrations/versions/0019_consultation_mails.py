"""Who was told by mail of a consultation; and nobody who was asked to join is of the sample any more."""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultation_mails",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("about", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("told_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("ref", "act", "about", "person", name="pk_consultation_mails"),
        sa.ForeignKeyConstraint(["ref"], ["agreements.ref"], name="fk_consultation_mails_ref_agreements"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_consultation_mails_person_people"),
        sa.CheckConstraint(
            "act IN ('opened', 'closed', 'answered', 'settled')", name=op.f("ck_consultation_mails_act_known")
        ),
        comment="Who was told by mail of a consultation or of an answer to their comment, and when last",
    )
    people = sa.table("people", sa.column("id"), sa.column("sample"))
    invited = people.c.id.in_(sa.select(sa.table("invitations", sa.column("person")).c.person))
    op.execute(sa.update(people).where(people.c.sample == 1, invited).values(sample=0))
