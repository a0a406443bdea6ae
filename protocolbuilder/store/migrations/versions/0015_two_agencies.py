"""Who recorded something on the law library, and for which organisation, by ids: a local entry needs two agencies."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("person", "organisation"):
        op.add_column("law_records", sa.Column(name, sa.String(64), nullable=False, server_default=sa.text("''")))
