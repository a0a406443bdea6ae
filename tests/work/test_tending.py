"""What falls due about signing is done by whoever looks after the copy, once."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select, text

from protocolbuilder.domain.people import Person
from protocolbuilder.settings import Settings
from protocolbuilder.store import checkpoints, memberships, outbox, people, signing, trail
from protocolbuilder.store.engine import Engine, engine, reading, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.store.work_tables import mails
from protocolbuilder.work.tending import tend
from tests.store.builders import NOON, new_id
from tests.store.signing import council, waiting


def fresh(tmp_path: Path) -> tuple[Settings, Engine]:
    settings = Settings(instance=tmp_path, address="https://isa.example")
    database = engine(settings.database())
    migrate(database)
    return settings, database


def test_last_days_bounces_and_a_daily_checkpoint_are_looked_after_once(tmp_path: Path) -> None:
    settings, database = fresh(tmp_path)
    body = council(database)
    with writing(database) as session:
        admin = people.add(session, Person("", "Bo", "Head", "bo@n.example"), by="", at=NOON, new_id=new_id)
        memberships.begin(session, admin.id, body.id, roles=("admin",), by="", at=NOON)
    made = waiting(database)
    late, back = made.invite(1, due=date(2026, 7, 2)), made.invite(2)
    with writing(database) as session:
        outbox.failed(session, back.mail, at=NOON, error="550")
    after = NOON + timedelta(days=2)
    assert tend(settings, database, at=after) == 3
    assert tend(settings, database, at=after) == 0, "not twice"
    with reading(database) as session:
        assert signing.load(session, late.id).state == "expired"
        assert signing.load(session, back.id).bounced_at == after
        checkpoint = checkpoints.latest(session)
        told = session.execute(select(mails.c.text).where(mails.c.recipient == "bo@n.example")).scalars().all()
        assert checkpoint is not None and checkpoint.heads[made.ref] == trail.head(session, made.ref)
    assert len(told) == 1 and checkpoint.root in told[0] and made.ref in told[0]


def test_where_nothing_is_due_no_key_is_made(tmp_path: Path) -> None:
    settings, database = fresh(tmp_path)
    assert tend(settings, database, at=NOON) == 0
    with reading(database) as session:
        assert session.execute(text("SELECT count(*) FROM trail_heads")).scalar_one() == 0
    assert not list(tmp_path.rglob("*.pem"))
