"""`audit verify`: what it reads, what it finds, and how it ends."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from protocolbuilder.cli import main
from protocolbuilder.domain.trail import Actor
from protocolbuilder.keys import trail_key
from protocolbuilder.settings import Settings
from protocolbuilder.store import checkpoints
from protocolbuilder.store.engine import Engine, engine, writing
from protocolbuilder.store.issuing import Issuing
from protocolbuilder.store.migrate import migrate
from tests.store.builders import created, issued


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    """An issued version, its line signed by the key of this copy."""
    settings = Settings(instance=tmp_path)
    made = engine(settings.database())
    migrate(made)
    issued(made, created(made), issuing=Issuing(trail_key(settings), Actor("", "Ada Jones")))
    return made


def audit(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["audit", "verify", "--instance", str(tmp_path), *words])


def test_a_copy_that_nobody_touched_holds_and_says_what_was_read(database: Engine, tmp_path: Path) -> None:
    with writing(database) as session:
        made = checkpoints.make(session, at=datetime(2026, 7, 2, tzinfo=UTC))
    assert made is not None
    done = audit(tmp_path, "--checkpoint", made.root)
    assert done.exit_code == 0 and done.output.endswith("0 faults\n")
    assert "1 versions" in done.output and "1 lines of trails" in done.output and made.root[:16] in done.output


def test_what_was_changed_is_named_and_the_command_fails(database: Engine, tmp_path: Path) -> None:
    with writing(database) as session:
        session.execute(text("DROP TRIGGER trail_lines_refuse_delete"))
        session.execute(text("DELETE FROM trail_lines"))
    done = audit(tmp_path, "--json")
    said = json.loads(done.output)
    assert done.exit_code == 1 and said["checked"]["lines of trails"] == 0
    assert [fault for fault in said["faults"] if "trail, cut" in fault]


def test_a_checkpoint_that_is_not_kept_here_means_an_older_copy(database: Engine, tmp_path: Path) -> None:
    done = audit(tmp_path, "--checkpoint", "f" * 64)
    assert done.exit_code == 1 and "older copy" in done.output
    assert audit(tmp_path, "--checkpoint", "nonsense").exit_code == 2


def test_another_key_is_not_taken_for_that_of_this_copy(database: Engine, tmp_path: Path) -> None:
    next(tmp_path.rglob("trail.pem")).unlink()
    trail_key(Settings(instance=tmp_path))
    assert "not the key of this copy" in audit(tmp_path).output
