"""`serve --sample` shows a partnership; `sample remove` takes it away."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from protocolbuilder.cli import main
from protocolbuilder.cli.sample import show_samples
from protocolbuilder.cli.terminal import settings_of, stored
from protocolbuilder.store import people
from protocolbuilder.store.engine import reading

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    settings = settings_of(instance=tmp_path / "i")
    with stored(settings):
        show_samples(settings)
    return lambda *words: CliRunner().invoke(main, ["sample", *words, "--instance", str(tmp_path / "i")])


def test_what_would_go_is_said_before_it_goes_and_then_it_is_gone(run: Run, tmp_path: Path) -> None:
    before = run("show")
    assert before.exit_code == 0 and "Sample people (19): Ada Sample, Bo Example" in before.output
    done = run("remove", "--by", "Jo Green")
    assert (done.exit_code, done.output) == (0, before.output)
    assert "Sample organisations, with their contacts and assurances: Northshire & Fenmoor" in done.output
    assert done.output.endswith("Stays:\n  nothing\n")
    settings = settings_of(instance=tmp_path / "i")
    with stored(settings) as database:
        show_samples(settings)
        with reading(database) as session:
            assert people.samples(session) == ()
    again = run("remove")
    assert again.exit_code == 2 and again.stderr == "protocolbuilder: There is no sample in this copy.\n"


def test_the_removal_is_told_as_json(run: Run) -> None:
    told = json.loads(run("remove", "--json").output)
    assert len(told["people"]) == 19 and len(told["hidden"]) == 3 and told["passed_on"] == []
