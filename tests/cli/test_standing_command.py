"""`standing`: who is in force with whom on a day, for a person and for a program."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from protocolbuilder.cli import main
from protocolbuilder.settings import Settings
from protocolbuilder.store.engine import engine
from protocolbuilder.store.migrate import migrate
from tests.store.builders import an_agreement, created, issued

ACTS = [
    {"id": "a1", "party": "p1", "act": "signed", "date": "2026-04-14"},
    {"id": "a2", "party": "p2", "act": "signed", "date": "2026-05-01"},
    {"id": "a3", "party": "p2", "act": "withdrew", "date": "2026-06-01"},
]


def test_each_pair_stands_once_with_why_and_since_when(tmp_path: Path) -> None:
    database = engine(Settings(instance=tmp_path).database())
    migrate(database)
    draft = created(database, an_agreement(
        parties=[{"id": "p1", "name": "Police"}, {"id": "p2", "name": "Council"}, {"id": "p3", "name": "School"}],
        participation=ACTS, signing={"route": "each", "in_force": "each-as-it-signs"}, term={"start": "2026-04-01"},
    ))  # fmt: skip

    def standing(*words: str) -> Result:
        return CliRunner().invoke(main, ["standing", draft.ref, *words, "--instance", str(tmp_path)])

    assert "in force between nobody yet" in standing().stderr
    issued(database, draft)
    told = standing("--on", "2026-05-02")
    assert told.exit_code == 0
    assert "3 pairs of partners\n       1 in force\n       2 awaiting\n" in told.output
    assert "Police and Council: In force since 1 May 2026\n" in told.output
    assert "Police and School: Awaiting since 14 April 2026. School has not signed\n" in told.output
    said = json.loads(standing("--on", "2026-06-01", "--json").output)
    assert (said["agreement"], said["on"], said["counts"]) == (draft.ref, "2026-06-01", {"ended": 2, "awaiting": 1})
    assert said["pairs"][0] == {
        "between": ["p1", "p2"], "standing": "ended", "since": "2026-06-01", "began": "on", "version": None,
        "who": ["p2"], "reserved": [], "leaving": [],
    }  # fmt: skip
    assert [one["standing"] for one in said["partners"]] == ["in force", "ended", "awaiting"]
    assert standing("--on", "soon").exit_code == 2
