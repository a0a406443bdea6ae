"""The policy decides as its table says: every cell of the file, and the cells that people were promised, by hand."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from protocolbuilder import catalogue
from protocolbuilder.domain.permission import Verdict, acting_roles, decide, open_to_anyone, read, relations_of
from protocolbuilder.errors import BadSchema

POLICY = catalogue.policy()
FILE: Mapping[str, Any] = yaml.safe_load((catalogue.data_dir("schemas") / "policy.yaml").read_text("utf-8"))
COLUMNS = ("signatory", "reviewer", "igm", "publisher", "trainer", "admin", "auditor")
ROLES = (*COLUMNS, "dpo", "caldicott", "siro", "dsl", "spoc")
RELATIONS = ("owner", "party", "former", "invitee", "stranger")
STATES = ("draft", "consultation", "issued", "discarded")
VERBS = [f"{name}:{verb}" for name, told in FILE["objects"].items() for verb in told["verbs"]]

# What people were promised, written here by hand: O, P and F as in the file, "-" nobody. In the order of COLUMNS, in a
# state in which the thing can be done.
PROMISED = {
    ("register:list", ""): "OP OPF OPF OP O O OF",
    ("agreement:create", ""): "- - O - - - -",
    ("agreement:import", ""): "- - O - - - -",
    ("draft:read", "draft"): "- O O O - - O",
    ("draft:read", "consultation"): "P OP OP OP - - O",
    ("draft:update", "draft"): "- - O - - - -",
    ("draft:update", "consultation"): "- - O - - - -",
    ("draft:discard", "draft"): "- - O - - - -",
    ("draft:put back", "discarded"): "- - O - - - -",
    ("version:issue", "draft"): "- - O - - - -",
    ("version:read", "issued"): "OPF OPF OPF OP - - OF",
    ("version:change", "issued"): "- - - - - - -",
    ("version:delete", "issued"): "- - - - - - -",
    ("redline:read", "issued"): "OP OP OP OP - - O",
    ("matrix:read", "draft"): "- O O O O - O",
    ("matrix:read", "consultation"): "P OP OP OP O - O",
    ("returned file:take in", "draft"): "- - O - - - -",
    ("finding:accept", "draft"): "- - O - - - -",
    ("consultation:open", "draft"): "- - O - - - -",
    ("consultation:close", "consultation"): "- - O - - - -",
    ("comment:create", "consultation"): "OP OP OP - - - -",
    ("comment:read", "consultation"): "OPF OPF OPF OP - - OF",
    ("comment:read", "issued"): "OPF OPF OPF OP - - OF",
    ("comment:answer", "issued"): "O O O - - - -",
    ("comment:resolve", "consultation"): "- - O - - - -",
    ("advice:respond", "draft"): "- - O - - - -",
    ("views:record", "draft"): "- - O - - - -",
    ("history:write", "issued"): "- - - - - - -",
    ("history:delete", "issued"): "- - - - - - -",
    ("contact:change", ""): "- - O - - O -",
    ("partnership:change", ""): "- - O - - O -",
    ("partnership:sign off", ""): "OP - - - - - -",
    ("settings:read", ""): "- - - - - O -",
    ("house style:change", ""): "- - - - - O -",
    ("organisation:change", ""): "- - - - - O -",
    ("any organisation:add", ""): "- - - - - O -",
    ("any organisation:remove", ""): "- - - - - O -",
    ("sponsored body:add", ""): "- - - - - O -",
    ("assurance:read", ""): "OP OP OP OP OP OP OP",
    ("assurance:change", ""): "- - - - - O -",
    ("job:decide", ""): "- - - - - O -",
}
LETTERS = dict(zip("OPFIN", RELATIONS, strict=True))


def as_the_file_says(key: str, role: str, relation: str, state: str) -> bool:
    """One cell, read from the file again and in another way than the program does."""
    name, verb = key.split(":")
    told = FILE["objects"][name]["verbs"][verb]
    letter = next(one for one, word in LETTERS.items() if word == relation)
    for one in {"anyone", "person", role, FILE["acts as"].get(role, role)}:
        if (cell := told["may"].get(one, "")) == "Y" or letter in cell:
            limits = told.get("states", list(STATES))
            allowed = limits.get(letter, STATES) if isinstance(limits, dict) else limits
            if state == "" or state in allowed:
                return True
    return False


@pytest.mark.parametrize("key", VERBS)
def test_every_cell_of_the_policy_decides_as_it_is_written(key: str) -> None:
    name = key.split(":")[0]
    seen_by = FILE["objects"][name].get("seen by", [one for one in VERBS if one.startswith(f"{name}:")])
    for role, relation, state in itertools.product(ROLES, RELATIONS, STATES):
        expected: Verdict = "forbidden"
        if as_the_file_says(key, role, relation, state):
            expected = "allowed"
        elif not any(as_the_file_says(seen, role, relation, state) for seen in seen_by):
            expected = "invisible"
        elif as_the_file_says(key, role, relation, ""):
            expected = "wrong state"
        found = decide(POLICY, key, roles={role}, relation=relation, state=state)
        assert found == expected, (key, role, relation, state)


@pytest.mark.parametrize(("key", "state"), PROMISED)
def test_people_have_what_they_were_promised(key: str, state: str) -> None:
    for role, cell in zip(COLUMNS, PROMISED[key, state].split(), strict=True):
        for letter, relation in LETTERS.items():
            found = decide(POLICY, key, roles={role}, relation=relation, state=state)
            assert (found == "allowed") == (letter in cell), (key, role, relation, found)


def test_what_is_not_seen_is_not_found_and_what_is_seen_may_be_refused() -> None:
    def found(role: str, relation: str, state: str, key: str = "draft:update") -> Verdict:
        return decide(POLICY, key, roles={role}, relation=relation, state=state)

    assert found("igm", "stranger", "draft") == "invisible"
    assert found("igm", "party", "draft") == "invisible"
    assert found("igm", "party", "consultation") == "forbidden"
    assert found("auditor", "owner", "draft") == "forbidden"
    assert found("igm", "owner", "discarded") == "wrong state"
    assert found("igm", "owner", "consultation", "version:issue") == "wrong state"
    assert found("igm", "former", "issued", "version:read") == "allowed"
    assert found("publisher", "former", "issued", "version:read") == "invisible"


def test_no_role_opens_nothing_of_an_agreement() -> None:
    for key, rule in POLICY.rules.items():
        if rule.of == "agreement":
            for relation, state in itertools.product(RELATIONS, STATES):
                assert decide(POLICY, key, roles=(), relation=relation, state=state) == "invisible", key


def test_a_data_protection_officer_reads_as_a_reviewer_and_a_siro_by_that_alone_reads_nothing() -> None:
    assert acting_roles(POLICY, {"dpo"}) >= {"reviewer", "person"}
    assert decide(POLICY, "draft:read", roles={"dpo"}, relation="owner", state="draft") == "allowed"
    assert decide(POLICY, "draft:read", roles={"siro"}, relation="owner", state="draft") == "invisible"


def test_only_what_watches_the_program_and_its_first_page_need_no_sign_in() -> None:
    found = {key for key in POLICY.rules if open_to_anyone(POLICY, key)}
    assert found == {"program:look", "sign-in:begin", "sign-in:go on", "sign-in:set up a second factor"}


def test_a_list_holds_what_its_reader_may_read() -> None:
    assert relations_of(POLICY, "draft:read", roles={"igm"}, state="draft") == {"owner"}
    assert relations_of(POLICY, "draft:read", roles={"igm"}, state="consultation") == {"owner", "party"}
    assert relations_of(POLICY, "version:read", roles={"auditor"}, state="issued") == {"owner", "former"}
    assert relations_of(POLICY, "version:read", roles={"trainer", "spoc"}, state="issued") == frozenset()


def small(**verb: Any) -> dict[str, Any]:
    return {
        "roles": {"igm": "manager"}, "relations": {"O": "owner"}, "states": {"draft": ""},
        "objects": {
            "draft": {"of": "agreement", "verbs": {"read": {"may": {"igm": "O"}, "reads": ["a.b"]}, "act": verb}},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ({}, "it does not say who may"),
        ({"may": {"igm": "OX"}}, "“OX” is no cell"),
        ({"may": {"igm": ""}}, "“” is no cell"),
        ({"may": {"chief": "O"}}, "“chief” is no role, state or rule"),
        ({"may": {"igm": "O"}, "states": ["ended"]}, "“ended” is no role, state or rule"),
        ({"may": {"igm": "O"}, "state": ["draft"]}, "“state” is no word of this file"),
        ({"may": {"igm": "O"}, "asks": ["a.b"]}, "a.b is under draft:read already"),
    ],
)
def test_a_mistake_in_the_file_is_named(verb: dict[str, Any], told: str) -> None:
    with pytest.raises(BadSchema) as error:
        read(small(**verb))
    assert "policy.yaml is wrong at draft:act" in error.value.text and told in error.value.text
