"""The schemas are sound, and a schema with a mistake of any class is refused, with its place."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from protocolbuilder import catalogue
from protocolbuilder.cli.shipped import files, schema_faults
from protocolbuilder.domain.dialect import Fault, faults
from protocolbuilder.domain.kinds import SHOW
from protocolbuilder.web.forms import INPUTS

Files = dict[str, Any]


def looked_at(
    planted: Callable[[Files], object] = lambda files: None, *, shown: Any = SHOW, asked: Any = INPUTS
) -> Any:
    copy = deepcopy(files())
    planted(copy)
    return faults(copy, vocabularies=catalogue.library().vocabularies, shown=shown, asked=asked)


def item(files: Files, section: str) -> dict[str, Any]:
    found: dict[str, Any] = files[f"sections/{section}.json"]["items"]
    return found


def question(files: Files, section: str, name: str) -> dict[str, Any]:
    raw = files[f"sections/{section}.json"]
    found: dict[str, Any] = raw.get("items", raw)["properties"][name]
    return found


def test_the_shipped_schemas_hold_no_mistake() -> None:
    assert schema_faults() == []


MISTAKES: dict[str, tuple[Callable[[Files], object], str, str]] = {
    "a keyword the dialect does not know": (
        lambda f: question(f, "about", "title").update(default="Untitled"),
        "sections/about.json",
        "default",
    ),
    "an own word that is misspelt": (
        lambda f: question(f, "about", "title").update({"x-pages": True}),
        "sections/about.json",
        "x-pages",
    ),
    "a question without a title": (
        lambda f: question(f, "flows", "ref").pop("title"),
        "sections/flows.json",
        "title",
    ),
    "a question without a kind": (
        lambda f: question(f, "flows", "ref").pop("$ref"),
        "sections/flows.json",
        "$ref",
    ),
    "a section that is open to any question": (
        lambda f: f["sections/rights.json"].update(additionalProperties=True),
        "sections/rights.json",
        "False",
    ),
    "a section without a description": (
        lambda f: f["sections/rights.json"].pop("description"),
        "sections/rights.json",
        "description",
    ),
    "an item without an id": (
        lambda f: item(f, "flows")["properties"].pop("id"),
        "sections/flows.json",
        "id",
    ),
    "an id that is not the file's name": (
        lambda f: f["sections/rights.json"].update({"$id": "sections/wrong.json"}),
        "sections/rights.json",
        "wrong.json",
    ),
    "a kind that does not exist": (
        lambda f: question(f, "flows", "ref").update({"$ref": "../kinds.json#/$defs/number"}),
        "sections/flows.json",
        "number",
    ),
    "a part of kinds used as a kind": (
        lambda f: question(f, "flows", "ref").update({"$ref": "../kinds.json#/$defs/duration"}),
        "sections/flows.json",
        "duration",
    ),
    "a kind made of one that does not exist": (
        lambda f: f["kinds.json"]["$defs"]["when"]["anyOf"][0].update({"$ref": "#/$defs/date"}),
        "kinds.json",
        "date",
    ),
    "a kind made of itself": (
        lambda f: f["kinds.json"]["$defs"]["other"]["properties"].update(other={"$ref": "#/$defs/other"}),
        "kinds.json",
        "other",
    ),
    "a kind nobody shows or asks": (
        lambda f: f["kinds.json"]["$defs"].update(money={"type": "string"}),
        "kinds.json",
        "no row",
    ),
    "a kind that is gone": (lambda f: f["kinds.json"]["$defs"].pop("phone"), "kinds.json", "phone"),
    "a list to refer to that does not exist": (
        lambda f: question(f, "flows", "from").update({"x-refers": ["partners"]}),
        "sections/flows.json",
        "partners",
    ),
    "a section to refer to that is no list": (
        lambda f: question(f, "flows", "from").update({"x-refers": ["about"]}),
        "sections/flows.json",
        "about",
    ),
    "a reference to nothing": (
        lambda f: question(f, "flows", "from").pop("x-refers"),
        "sections/flows.json",
        "x-refers",
    ),
    "a directory that answers with a text where choices are asked for": (
        lambda f: question(f, "parties", "agency_types").update({"x-directory": "name"}),
        "sections/parties.json",
        "directory",
    ),
    "a word that the directory does not know": (
        lambda f: question(f, "parties", "address").update({"x-directory": "contact"}),
        "sections/parties.json",
        "contact",
    ),
    "a text that refers": (
        lambda f: question(f, "flows", "ref").update({"x-refers": ["parties"]}),
        "sections/flows.json",
        "x-refers",
    ),
    "a vocabulary that does not exist": (
        lambda f: question(f, "flows", "methods").update({"x-choices": "methods"}),
        "sections/flows.json",
        "methods",
    ),
    "a choice without choices": (
        lambda f: question(f, "flows", "frequency").pop("oneOf"),
        "sections/flows.json",
        "choices",
    ),
    "a choice from two places": (
        lambda f: question(f, "flows", "frequency").update({"x-choices": "purposes"}),
        "sections/flows.json",
        "one place",
    ),
    "a text with choices": (
        lambda f: question(f, "flows", "ref").update(oneOf=question(f, "flows", "mode")["oneOf"]),
        "sections/flows.json",
        "no choices",
    ),
    "the same choice twice": (
        lambda f: question(f, "flows", "mode")["oneOf"].append({"const": "push", "title": "Again"}),
        "sections/flows.json",
        "twice",
    ),
    "a message for what cannot fail": (
        lambda f: question(f, "about", "title")["x-messages"].update(minimum="Too small"),
        "sections/about.json",
        "minimum",
    ),
    "a message for an answer nobody has to give": (
        lambda f: question(f, "flows", "ref").update({"x-messages": {"missing": "Enter it"}}),
        "sections/flows.json",
        "missing",
    ),
    "a required question that does not exist": (
        lambda f: item(f, "flows")["required"].append("sender"),
        "sections/flows.json",
        "sender",
    ),
    "a condition on a question of another section": (
        lambda f: item(f, "flows")["allOf"][0].update(
            {"if": {"properties": {"title": {"const": True}}, "required": ["title"]}}
        ),
        "sections/flows.json",
        "no question of this section",
    ),
    "a condition that is true of nothing": (
        lambda f: item(f, "flows")["allOf"][0]["if"].update(required=["notes"]),
        "sections/flows.json",
        "empty object",
    ),
    "a condition that can never be met": (
        lambda f: f["sections/dpia.json"]["allOf"][0]["if"]["properties"]["status"].update(const="no-need"),
        "sections/dpia.json",
        "never",
    ),
    "a branch that asks for a question of another section": (
        lambda f: item(f, "flows")["allOf"][0]["then"]["required"].append("title"),
        "sections/flows.json",
        "title",
    ),
    "a branch that asks for what it hides": (
        lambda f: item(f, "flows")["allOf"][0]["then"].update(properties={"human_review": {"not": {}}}),
        "sections/flows.json",
        "rules it out",
    ),
    "false where a question should be hidden": (
        lambda f: item(f, "flows")["allOf"][0]["else"].update(properties={"human_review": False}),
        "sections/flows.json",
        "dialect",
    ),
    "an item named by a question that does not exist": (
        lambda f: item(f, "flows")["x-name"].append("{sender}"),
        "sections/flows.json",
        "sender",
    ),
    "a first question that starts no page": (
        lambda f: question(f, "about", "title").pop("x-page"),
        "sections/about.json",
        "page",
    ),
    "a question that no answer leads to": (
        lambda f: item(f, "flows")["allOf"][0].update(then={"properties": {"human_review": {"not": {}}}}),
        "agreement-1.json",
        "human_review",
    ),
    "a section without a file": (
        lambda f: f["agreement-1.json"]["properties"].update(costs={"$ref": "sections/costs.json"}),
        "agreement-1.json",
        "costs",
    ),
    "a section that is in no task": (
        lambda f: f["agreement-1.json"]["x-tasks"][0]["sections"].remove("summary"),
        "agreement-1.json",
        "summary",
    ),
    "a section that is in two tasks": (
        lambda f: f["agreement-1.json"]["x-tasks"][0]["sections"].append("flows"),
        "agreement-1.json",
        "flows",
    ),
    "a task with a section that does not exist": (
        lambda f: f["agreement-1.json"]["x-tasks"][0]["sections"].append("costs"),
        "agreement-1.json",
        "costs",
    ),
    "two tasks with one id": (
        lambda f: f["agreement-1.json"]["x-tasks"][1].update(id="about"),
        "agreement-1.json",
        "same id",
    ),
    "a section that may be left out": (
        lambda f: f["agreement-1.json"]["required"].remove("residue"),
        "agreement-1.json",
        "required",
    ),
    "a section that no document has": (
        lambda f: f.update({"sections/costs.json": {**f["sections/training.json"], "$id": "sections/costs.json"}}),
        "sections/costs.json",
        "No document",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_schema_with_a_planted_mistake_is_refused_with_its_place(mistake: str) -> None:
    plant, file, words = MISTAKES[mistake]
    found = [fault for fault in looked_at(plant) if fault.file == file]
    assert any(words in f"{fault.place} {fault.text}" for fault in found), (mistake, looked_at(plant))


def test_a_kind_has_a_row_in_each_of_the_three_tables() -> None:
    without = {kind: row for kind, row in SHOW.items() if kind != "email"}
    assert [str(fault) for fault in looked_at(shown=without)] == [
        "kinds.json: $defs.email: This kind has no row for words (domain/kinds)."
    ]
    more = {**INPUTS, "money": object}
    assert ["money" in fault.text for fault in looked_at(asked=more)] == [True]


def test_a_fault_reads_as_one_line() -> None:
    assert str(Fault("kinds.json", "", "Wrong.")) == "kinds.json: Wrong."
