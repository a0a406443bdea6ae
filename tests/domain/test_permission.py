"""The policy decides as its table says: every cell of the file, and the cells that people were promised, by hand."""

import copy
import itertools
import os
from collections.abc import Collection, Mapping
from typing import Any

import pytest
import yaml

from protocolbuilder import catalogue
from protocolbuilder.documents.family import FAMILY
from protocolbuilder.domain.permission import (
    Policy,
    Verdict,
    acting_roles,
    decide,
    open_to_anyone,
    read,
    relations_of,
    rule_of_document,
)
from protocolbuilder.errors import BadSchema
from tests.domain.promised import COLUMNS, OPEN, PROMISED

POLICY = catalogue.policy()
FILE: Mapping[str, Any] = yaml.safe_load((catalogue.data_dir("schemas") / "policy.yaml").read_text("utf-8"))
ROLES = (*COLUMNS, "dsl")
RELATIONS = ("owner", "party", "former", "invitee", "stranger")
STATES = ("draft", "consultation", "issued", "discarded")
VERBS = [f"{name}:{verb}" for name, told in FILE["objects"].items() for verb in told["verbs"]]

LETTERS = dict(zip("OPFIN", RELATIONS, strict=True))


def as_the_file_says(key: str, role: str, relation: str, state: str) -> bool:
    """One cell, read from the file again and in another way than the program does."""
    name, verb = key.split(":")
    told = FILE["objects"][name]["verbs"][verb]
    letter = next(one for one, word in LETTERS.items() if word == relation)
    for one in {"anyone", "person", role, FILE["acts as"].get(role, role)}:
        if (cell := told["may"].get(one, "")) == "Y" or letter in cell:
            limits = told.get("states", list(STATES))
            allowed = limits
            if isinstance(limits, dict):
                allowed = limits.get(f"{one} {letter}", limits.get(letter, STATES))
            if state == "" or state in allowed:
                return True
    return False


@pytest.mark.asvs("V8.1.1")
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


def broken(policy: Policy, keys: Collection[str] = ()) -> list[str]:
    """Cells, of these rules or of all, that the policy decides otherwise than people were promised."""
    asked = keys or policy.rules
    found = [f"{key}: anyone" for key in asked if open_to_anyone(policy, key) != (key in OPEN)]
    for (key, states), cells in PROMISED.items():
        if key not in asked:
            continue
        in_states = STATES if states == "every" else states.split() or [""]
        for (role, cell), (letter, relation), state in itertools.product(
            zip(COLUMNS, cells.split(), strict=True), LETTERS.items(), in_states
        ):
            verdict = decide(policy, key, roles={role}, relation=relation, state=state)
            if (verdict == "allowed") != (letter in cell or cell == "Y"):
                found.append(f"{key}: {role} of {relation}, {state}: {verdict}")
    return found


@pytest.mark.asvs("V8.1.1")
def test_people_have_what_they_were_promised_and_no_more() -> None:
    assert broken(POLICY) == []


def test_every_rule_is_promised_in_every_state() -> None:
    for key, rule in POLICY.rules.items():
        told = [states for one, states in PROMISED if one == key]
        named = [state for states in told for state in (STATES if states == "every" else states.split())]
        assert sorted(named) == (sorted(STATES) if rule.of == "agreement" else []) and told, key
    assert {key for key, _ in PROMISED} == set(POLICY.rules)


WIDER = {f"{key} {role} {letter}" for key in VERBS for role in FILE["roles"] for letter in LETTERS}
EVERY = 1 if os.environ.get("PB_THOROUGH") else 60


@pytest.mark.asvs("V8.1.1")
def test_a_rule_that_is_wider_by_one_letter_or_in_one_state_more_is_told() -> None:
    """Every letter that is not there, in every cell of every rule; every limit of states, one after the other."""
    tried = 0
    for one in sorted(WIDER)[::EVERY]:
        name, role, letter = one.rsplit(" ", 2)
        changed = copy.deepcopy(FILE)
        may = changed["objects"][name.split(":")[0]]["verbs"][name.split(":")[1]]["may"]
        held = {"anyone"} if role == "anyone" else {"anyone", "person", role, FILE["acts as"].get(role, role)}
        if any(may.get(one) == "Y" or letter in may.get(one, "") for one in held):
            continue  # it is allowed already, by a role that everybody has or that this one acts as
        may[role] = "".join(sorted({*may.get(role, ""), letter}))
        tried += 1
        assert broken(read(changed), {name}), f"nobody is told of {one}"
    for name, state in itertools.product(VERBS, STATES):
        changed = copy.deepcopy(FILE)
        verb = changed["objects"][name.split(":")[0]]["verbs"][name.split(":")[1]]
        if _add(verb, state):
            tried += 1
            assert broken(read(changed), {name}), f"nobody is told of {name} in {state}"
    print(f"{tried} rules were widened, and each was told")
    assert tried > 2_000 // EVERY


def _add(verb: dict[str, Any], state: str) -> bool:
    """Whether a state was not among those of a verb, for a relation that somebody has."""
    limits = verb.get("states")
    if isinstance(limits, dict):
        held = "".join(verb["may"].values())
        lacking = [letter for letter, some in limits.items() if state not in some and letter[-1] in held]
        for letter in lacking:
            limits[letter] = [*limits[letter], state]
        return bool(lacking)
    if limits is None or state in limits:
        return False
    verb["states"] = [*limits, state]
    return True


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
    assert {key for key in POLICY.rules if open_to_anyone(POLICY, key)} == OPEN


def test_a_list_holds_what_its_reader_may_read() -> None:
    assert relations_of(POLICY, "draft:read", roles={"igm"}, state="draft") == {"owner"}
    assert relations_of(POLICY, "draft:read", roles={"igm"}, state="consultation") == {"owner", "party"}
    assert relations_of(POLICY, "version:read", roles={"auditor"}, state="issued") == {"owner", "former"}
    assert relations_of(POLICY, "version:read", roles={"trainer", "spoc"}, state="issued") == frozenset()


def test_a_trainer_of_a_version_opens_what_is_to_teach_with_and_not_the_agreement_or_its_review() -> None:
    def opens(what: str) -> bool:
        rule = rule_of_document(POLICY, what, of="version")
        return decide(POLICY, rule, roles={"trainer"}, relation="owner", state="issued") == "allowed"

    closed = {what for what in FAMILY if not opens(what)}
    assert closed == {"agreement", "protocol", "delta", "review", "data", "pack"}
    assert rule_of_document(POLICY, "review", of="draft") == "draft:read"
    with pytest.raises(BadSchema, match="documents of a draft"):
        read({**small(may={"igm": "O"}), "documents": {"draft": {"every": "draft:open"}}})


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
        ({"may": {"igm": ["O"]}}, "“['O']” is no cell"),
        ({"may": {"chief": "O"}}, "“chief” is no role, state or rule"),
        ({"may": {"igm": "O"}, "states": ["ended"]}, "“ended” is no role, state or rule"),
        ({"may": {"igm": "O"}, "states": {"chief O": ["draft"]}}, "“chief” is no role, state or rule"),
        ({"may": {"igm": "O"}, "state": ["draft"]}, "“state” is no word of this file"),
        ({"may": {"igm": "O"}, "asks": ["a.b"]}, "a.b is under draft:read already"),
        ({"may": {"igm": "O"}, "grave": False}, "“grave” is true, or left out"),
    ],
)
def test_a_mistake_in_the_file_is_named(verb: dict[str, Any], told: str) -> None:
    with pytest.raises(BadSchema) as error:
        read(small(**verb))
    assert "policy.yaml is wrong at draft:act" in error.value.text and told in error.value.text


def test_a_mistake_about_an_object_or_a_role_is_named() -> None:
    whole = small(may={"igm": "O"})
    for changed, told in (
        ({"objects": {"draft": {**whole["objects"]["draft"], "of": "paper"}}}, "“of” is one of everyone, own, copy"),
        ({"objects": {"draft": {**whole["objects"]["draft"], "seen": []}}}, "“seen” is no word of this file"),
        ({"acts as": {"igm": "chief"}}, "acts as: “chief” is no role of this file"),
    ):
        with pytest.raises(BadSchema, match=told):
            read({**whole, **changed})
    assert read(whole).rules["draft:act"].may == {"igm": {"owner"}}


def test_the_file_is_read_whole() -> None:
    assert read(FILE) == POLICY
    assert {key for key, rule in POLICY.rules.items() if rule.grave} == {
        key for key in VERBS if FILE["objects"][key.split(":")[0]]["verbs"][key.split(":")[1]].get("grave")
    }
