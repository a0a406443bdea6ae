"""Who is affected by a change of the law, on the command line; and commands that judge by what was recorded."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from protocolbuilder.cli import main
from protocolbuilder.domain.agreement import to_json
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person
from protocolbuilder.store import organisations
from protocolbuilder.store.agreements import create
from protocolbuilder.store.engine import engine, writing
from protocolbuilder.store.migrate import migrate
from protocolbuilder.store.overlay import approve_entry, propose_entry, record_status_change, record_verification
from tests.law.filled import filled
from tests.law.test_overlay import local, relying

DUTY = "ca-2004-s16la"
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
WHO: dict[str, Any] = {"by": "Jo Green", "post": "Solicitor", "at": AT}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance with a MASH agreement and a Welsh one, and the duty to share recorded as in force."""
    numbers = count(1)

    def new_id() -> str:
        return f"r{next(numbers)}"

    database = engine(f"sqlite:///{tmp_path / 'protocolbuilder.sqlite3'}")
    migrate(database)
    with writing(database) as session:
        for name in ("mash", "wales-safeguarding"):
            create(session, filled(name), by="Jo Green", at=AT, new_id=new_id)
        record_status_change(
            session, DUTY, status="commenced", since=date(2026, 9, 30), instrument="S.I. 2026/1000", new_id=new_id,
            **WHO,
        )
        propose_entry(session, local().record, new_id=lambda: "act", **WHO)
    database.dispose()
    return tmp_path


def said(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == status, result.output
    return result.stdout


def test_the_impact_list_names_the_flows_the_cells_and_the_proposed_clause(instance: Path) -> None:
    found = json.loads(said("law", "impact", DUTY, "--json", "--instance", str(instance)))
    assert found["recorded"] and (found["before"], found["after"]) == ("2026.11+1", "2026.11+2")
    assert [one["ref"] for one in found["agreements"]] == ["ISA-2026-0001"]
    one = found["agreements"][0]
    assert one["newly"] and ["May", "Must"] in [[turn["before"], turn["after"]] for turn in one["proposal"]["turns"]]
    assert "must disclose" in one["proposal"]["clause"]
    assert {"view", "row", "column", "before", "after"} <= set(one["proposal"]["cells"][0])


def test_the_impact_list_is_told_in_words(instance: Path) -> None:
    text = said("law", "impact", DUTY, "--instance", str(instance))
    assert "In force from 30 September 2026 by S.I. 2026/1000." in text
    assert "May -> Must" in text and "1 drafts and versions are affected" in text


def test_what_nobody_recorded_is_only_asked(instance: Path) -> None:
    found = json.loads(said("law", "impact", "ca-2004-s11", "--json", "--instance", str(instance)))
    assert not found["recorded"] and found["agreements"][0]["fails"]
    assert "R19" in {one["rule"] for one in found["agreements"][0]["fails"]}


def test_a_provision_that_is_not_there_is_told(instance: Path) -> None:
    said("law", "impact", "nothing", "--instance", str(instance), status=2)


def test_law_commands_judge_by_what_was_recorded(instance: Path) -> None:
    place = ("--instance", str(instance))
    assert json.loads(said("law", "show", DUTY, "--json", *place))["status"] == "in-force"
    none = ("--instance", str(instance / "none"))
    assert json.loads(said("law", "show", DUTY, "--json", *none))["status"] == "unverified"
    assert "(local)" in said("law", "list", "northshire", *place)
    words = ("law", "offer", "--from", "police", "--to", "la-children", "--purpose", "mash", "--category", "conviction")
    assert json.loads(said(*words, "--json", *place))["library"] == "2026.11+2"


def test_check_judges_by_what_was_recorded(instance: Path, tmp_path: Path) -> None:
    file = tmp_path / "agreement.json"
    file.write_text(to_json(relying()))

    def rules(place: Path) -> set[str]:
        result = CliRunner().invoke(main, ["check", str(file), "--json", "--instance", str(place)])
        return {one["rule"] for one in json.loads(result.stdout)["findings"]}

    assert "R20" in rules(instance / "none") and "R20" not in rules(instance)


def test_a_local_entry_is_shown_with_who_stands_behind_it(instance: Path) -> None:
    database = engine(f"sqlite:///{instance / 'protocolbuilder.sqlite3'}")
    new_id = iter("abcdef").__next__
    with writing(database) as session:
        council, police = (
            organisations.add(session, Organisation("", name), by="", at=AT, new_id=new_id)
            for name in ("Northshire Council", "Northshire Police")
        )
        propose_entry(session, local().record, new_id=lambda: "both", agency=council, **WHO)
        approve_entry(
            session, "local-both", by=Person("kim", "Kim Bell", "Force solicitor"), agency=police, at=AT, new_id=new_id
        )
    database.dispose()
    found = json.loads(said("law", "show", "local-both", "--json", "--instance", str(instance)))
    assert (found["proposed_by"], found["proposed_for"], found["proposed_on"]) == (
        "Jo Green", "Northshire Council", "2026-11-24"
    )  # fmt: skip
    assert found["approved"] and found["approved_by"] == [
        {"by": "Kim Bell, Force solicitor", "for": "Northshire Police", "on": "2026-11-24"}
    ]
    assert not json.loads(said("law", "show", "local-act", "--json", "--instance", str(instance)))["approved"]
    assert "No second agency approved it" in said("law", "show", "local-act", "--instance", str(instance))


def test_a_verified_record_is_shown_as_json(instance: Path) -> None:
    database = engine(f"sqlite:///{instance / 'protocolbuilder.sqlite3'}")
    with writing(database) as session:
        record_verification(session, "ca-2004-s10", on=AT.date(), seen="All of it.", new_id=lambda: "v", **WHO)
    database.dispose()
    found = json.loads(said("law", "show", "ca-2004-s10", "--json", "--instance", str(instance)))
    assert (found["verified_by"], found["verified_on"]) == ("Jo Green", "2026-11-24")
