"""Every command that shows law says what nobody has checked of it, in words and in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from protocolbuilder import catalogue
from protocolbuilder.cli import main
from protocolbuilder.domain.agreement import to_json
from protocolbuilder.store.agreements import create
from protocolbuilder.store.engine import engine, writing
from protocolbuilder.store.migrate import migrate
from tests.unverified import DUTY, NOT_CHECKED, resting_on_doubts, unmarked

FLOW = "--from police --to la-children --purpose mash --category alleged-offence --nation england --date 2026-11-24"
COMMANDS = (
    "law list", f"law show {DUTY}", f"law show {NOT_CHECKED}", f"law offer {FLOW}", f"law impact {DUTY}",
    f"law impact {NOT_CHECKED}", "check FILE", "import FACTS -o OUT",
)
SAMPLES = Path(__file__).parent.parent / "agreements"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with an agreement that rests on law in doubt; the same as a file; facts that cite such law."""
    where, numbers = tmp_path_factory.mktemp("doubts"), count(1)
    database = engine(f"sqlite:///{where / 'protocolbuilder.sqlite3'}")
    migrate(database)
    with writing(database) as session:
        at = datetime(2026, 11, 24, 10, tzinfo=UTC)
        create(session, resting_on_doubts(), by="Jo Green", at=at, new_id=lambda: f"r{next(numbers)}")
    database.dispose()
    (where / "agreement.json").write_text(to_json(resting_on_doubts()), "utf-8")
    facts = json.loads((SAMPLES / "38-southwark-mash.json").read_text("utf-8"))
    facts["legal_gateways"] = [{"citation": "CA 2004 s.16LA"}, {"citation": "CA 1989 s.47(9)-(11)"}]
    (where / "facts.json").write_text(json.dumps(facts), "utf-8")
    return where


def said(command: str, place: Path, *more: str) -> str:
    files = {"FILE": "agreement.json", "FACTS": "facts.json", "OUT": "out.json"}
    words = [str(place / files[word]) if word in files else word for word in command.split()]
    result = CliRunner().invoke(main, [*words, *more, "--instance", str(place)])
    assert result.exit_code in (0, 1) and (result.exception is None or isinstance(result.exception, SystemExit))
    return result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_says_names_what_nobody_has_checked(command: str, place: Path) -> None:
    assert not unmarked(said(command, place), catalogue.library())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_json_of_a_command_names_what_nobody_has_checked(command: str, place: Path) -> None:
    found = json.loads(said(command, place, "--json"))
    assert list(silent(found)) == []


def silent(value: Any) -> Iterator[str]:
    """Each object that cites law in doubt without saying so in the object, and each such text.

    The step and the edits of a proposal are words for the agreement; the clause above them says what they rest on.
    """
    if isinstance(value, list):
        for one in value:
            yield from silent(one)
    elif isinstance(value, str):
        yield from unmarked(value, catalogue.library())
    elif isinstance(value, dict):
        doubted = value.get("verified") is False or value.get("status") == "unverified"
        if "citation" in value and doubted and not value["not_verified"]:
            yield value["citation"]
        together = [key for key in value if key in ("text", "fix", "source", "printed", "words")]
        apart = [key for key in value if key not in ("citation", "step", "edits", *together)]
        for one in (*(value[key] for key in apart), " ".join(str(value[key]) for key in together)):
            yield from silent(one)


def test_the_clause_and_the_step_of_a_change_that_is_only_asked_about_say_so(place: Path) -> None:
    told = json.loads(said(f"law impact {DUTY}", place, "--json"))
    assert told["name"].endswith("(not confirmed in force)") and told["not_verified"] and not told["recorded"]
    assert told["change"].startswith("Only asked, not recorded:")
    clause = told["agreements"][0]["proposal"]["clause"]
    assert clause.startswith("Only if it comes into force, which nobody has recorded")
