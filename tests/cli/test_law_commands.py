"""The law library on the command line: the shape of its answers, its marks, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from protocolbuilder.cli import main

FLOW = (
    "--from",
    "police",
    "--to",
    "la-children",
    "--purpose",
    "mash",
    "--category",
    "alleged-offence",
    "--nation",
    "england",
    "--date",
    "2026-11-24",
)


def said(*words: str) -> str:
    result = CliRunner().invoke(main, ["law", *words])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_an_offer_is_answered_as_json_of_the_agreed_shape() -> None:
    found: dict[str, Any] = json.loads(said("offer", *FLOW, "--json"))
    assert {"id", "kind", "effect", "trigger", "status", "verified", "reason", "conditions"} <= set(found["apply"][0])
    assert {"id", "why", "fails"} <= set(found["nearly"][0])
    assert {"restrictions", "conditions", "other_nations", "library", "regimes"} <= set(found)
    for end in ("sender", "recipient"):
        assert {"id", "open", "requires", "why"} <= set(found["bases"][end][0])
    assert found["question"]["nation"] == "england" and found["question"]["date"] == "2026-11-24"


def test_what_is_not_verified_says_so_in_text_and_in_json() -> None:
    text = said("offer", *FLOW)
    line = next(line for line in text.splitlines() if "(ca-2004-s16la)" in line)
    assert "Commencement not confirmed" in line
    entries = json.loads(said("offer", *FLOW, "--json"))["apply"]
    duty = next(entry for entry in entries if entry["id"] == "ca-2004-s16la")
    assert duty["status"] == "unverified" and "Commencement not confirmed" in duty["not_verified"]
    assert "Not verified" in said("show", "ca-1989-s47-9")
    assert "Not verified" in said("list", "DBS", "refer")


def test_provisions_are_listed_by_nation_kind_purpose_and_who_relies() -> None:
    found = json.loads(
        said(
            "list",
            "--nation",
            "wales",
            "--kind",
            "mandatory",
            "--purpose",
            "adult-safeguarding",
            "--type",
            "police",
            "--json",
        )
    )
    assert {record["id"] for record in found} == {"sswwa-2014-s128", "sswwa-2014-s137", "sswwa-2014-s164"}
    assert len(json.loads(said("list", "--json"))) == 117


def test_one_provision_says_who_may_rely_on_it_and_towards_whom() -> None:
    text = said("show", "cda-1998-s115")
    assert "Who may rely on it: Any body" in text and "Towards whom: Local authority (any department)" in text
    assert "Nobody" in said("show", "ca-2004-s14b")


@pytest.mark.parametrize(
    "words",
    [
        ("show", "no-such-act"),
        ("list", "--type", "wizard"),
        ("list", "--purpose", "fun"),
        ("offer", *FLOW, "--category", "gossip"),
        ("offer", *FLOW, "--to", "mash"),
        ("offer", *FLOW, "--purpose", "fun"),
        ("offer", *FLOW, "--nation", "jersey"),
        ("offer", *FLOW, "--date", "2026-02-30"),
        ("offer", "--from", "police"),
    ],
)
def test_an_unknown_word_is_refused_in_one_line(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, ["law", *words])
    assert result.exit_code == 2
    assert result.stdout == "" and len(result.stderr.splitlines()) == 1
