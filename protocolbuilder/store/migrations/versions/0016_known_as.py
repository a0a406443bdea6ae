"""Under which names people did things, the organisation that a session is for, and a writer's name that may go.

What was said in a consultation is refused UPDATE, besides one: the name of whoever wrote it, once they are erased,
becomes “Person removed”.
"""

import sqlalchemy as sa
from alembic import op

from protocolbuilder.store.tables import UtcTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SAID = {
    "comments": ("ref", "number", "kind", "audience", "address", "text", "draft", "organisation", "person"),
    "comment_replies": ("ref", "comment", "number", "what", "text", "organisation", "person"),
}
"""All that stays as it was said; `written_at` besides."""


def upgrade() -> None:
    op.add_column("sign_ins", sa.Column("organisation", sa.String(64)))
    _known_as()
    for table, columns in SAID.items():
        if op.get_bind().dialect.name == "postgresql":
            _let_go_on_postgresql(table, columns)
        else:
            _let_go_on_sqlite(table, columns)


def _known_as() -> None:
    made = op.create_table(
        "known_as",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("person", "kind", "said", name="pk_known_as"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_known_as_person_people"),
        sa.CheckConstraint("kind IN ('signature', 'address')", name=op.f("ck_known_as_kind_known")),
        comment="Names with posts, and addresses of mail, that a person was known by here: "
        "what they did is found by them",
    )
    names = ("id", "name", "post", "email", "erased_at")
    people = sa.table("people", *(sa.column(name) for name in names), sa.column("added_at", UtcTime))
    for row in op.get_bind().execute(sa.select(people).where(people.c.erased_at.is_(None))).all():
        signature = f"{row.name}, {row.post}" if row.post else row.name
        for kind, said in (("signature", signature), ("address", row.email)):
            if said:
                values = {"person": row.id, "kind": kind, "said": said, "since": row.added_at}
                op.get_bind().execute(made.insert().values(**values))


def _let_go_on_sqlite(table: str, columns: tuple[str, ...]) -> None:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in (*columns, "written_at"))
    erased = "EXISTS (SELECT 1 FROM people WHERE id = OLD.person AND erased_at IS NOT NULL)"
    op.execute(f"DROP TRIGGER {table}_refuse_update")
    op.execute(
        f"CREATE TRIGGER {table}_refuse_update BEFORE UPDATE ON {table} "
        f"WHEN NOT (NEW.written_by = 'Person removed' AND {same} AND {erased}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: UPDATE refused'); END"
    )


def _let_go_on_postgresql(table: str, columns: tuple[str, ...]) -> None:
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in (*columns, "written_at"))
    erased = "EXISTS (SELECT 1 FROM people WHERE id = OLD.person AND erased_at IS NOT NULL)"
    op.execute(
        f"CREATE FUNCTION {table}_let_a_name_go() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF NEW.written_by = 'Person removed' AND {same} AND {erased} "
        "THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION '% are never changed: % refused', TG_TABLE_NAME, TG_OP "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(f"DROP TRIGGER {table}_refuse_change ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_let_a_name_go()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuse_change")
