"""Who may do what, by `schemas/policy.yaml`: roles, what the organisation is to the thing, and the thing's state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from protocolbuilder.errors import BadSchema

Verdict = Literal["allowed", "forbidden", "invisible", "wrong state"]
Kind = Literal["reads", "asks", "does"]
KINDS: Final[tuple[Kind, ...]] = ("reads", "asks", "does")
SCOPES: Final = ("everyone", "own", "copy", "agreement", "organisation", "partnership")
EVERYBODY: Final = "anyone"
SIGNED_IN: Final = "person"


@dataclass(frozen=True, slots=True)
class Rule:
    """One verb of one object. `may`: role -> relations; `states`: relation -> states, where they are limited, and "role
    relation" -> those of that role alone. `grave`: its acts ask for the second factor again."""

    key: str
    of: str
    seen_by: tuple[str, ...]
    may: Mapping[str, frozenset[str]]
    states: Mapping[str, frozenset[str]]
    grave: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """`routes`: (name of a route, "GET" or "POST") -> (key of its rule, what it does there). `documents`: `draft` or
    `version` -> document of the family, or `every`, -> key of the rule that it needs."""

    roles: Mapping[str, str]
    acts_as: Mapping[str, str]
    relations: tuple[str, ...]
    states: Mapping[str, str]
    rules: Mapping[str, Rule]
    routes: Mapping[tuple[str, str], tuple[str, Kind]]
    documents: Mapping[str, Mapping[str, str]]


def read(values: Mapping[str, Any]) -> Policy:
    """The policy of a parsed file. Raises BadSchema, and says where the file is wrong."""
    letters: Mapping[str, str] = values.get("relations", {})
    rules: dict[str, Rule] = {}
    routes: dict[tuple[str, str], tuple[str, Kind]] = {}
    for name, told in values.get("objects", {}).items():
        for verb, said in told.get("verbs", {}).items():
            rule = _rule(f"{name}:{verb}", told, said, letters=letters)
            rules[rule.key] = rule
            for kind in KINDS:
                for route in said.get(kind, ()):
                    place = (route, "POST" if kind == "does" else "GET")
                    if place in routes:
                        raise _wrong(rule.key, f"{route} is under {routes[place][0]} already")
                    routes[place] = (rule.key, kind)
    policy = Policy(
        roles=values.get("roles", {}),
        acts_as=values.get("acts as", {}),
        relations=tuple(letters.values()),
        states=values.get("states", {}),
        rules=rules,
        routes=routes,
        documents=values.get("documents", {}),
    )
    _refuse_unknown(policy)
    return policy


def _rule(key: str, told: Mapping[str, Any], said: Mapping[str, Any], *, letters: Mapping[str, str]) -> Rule:
    if strange := set(told) - {"of", "seen by", "verbs"} | set(said) - {"may", "states", "grave", *KINDS}:
        raise _wrong(key, f"“{min(strange)}” is no word of this file")
    if "may" not in said:
        raise _wrong(key, "it does not say who may")
    if told.get("of") not in SCOPES:
        raise _wrong(key, f"“of” is one of {', '.join(SCOPES)}")
    may = {role: _relations(key, cell, letters=letters) for role, cell in said["may"].items()}
    limits = said.get("states", {})
    by_letter = limits if isinstance(limits, Mapping) else dict.fromkeys(letters, limits)
    states = {
        f"{role} {relation}".strip(): frozenset(some)
        for (role, _, letter), some in ((word.rpartition(" "), some) for word, some in by_letter.items())
        for relation in _relations(key, letter, letters=letters)
    }
    seen_by = tuple(told.get("seen by", (f"{key.split(':')[0]}:{verb}" for verb in told["verbs"])))
    if said.get("grave", True) is not True:
        raise _wrong(key, "“grave” is true, or left out")
    return Rule(key, told["of"], seen_by, may, states, "grave" in said)


def _relations(key: str, cell: str, *, letters: Mapping[str, str]) -> frozenset[str]:
    if cell == "Y":
        return frozenset(letters.values())
    if not isinstance(cell, str) or not cell or set(cell) - set(letters):
        raise _wrong(key, f"“{cell}” is no cell: write letters of {', '.join(letters)}, or Y")
    return frozenset(letters[letter] for letter in cell)


def _refuse_unknown(policy: Policy) -> None:
    for rule in policy.rules.values():
        limited = {word.rpartition(" ")[0] for word in rule.states} - {""}
        roles, states = {*rule.may, *limited} - set(policy.roles), frozenset[str]().union(*rule.states.values())
        if strange := roles | (states - set(policy.states)) | (set(rule.seen_by) - set(policy.rules)):
            raise _wrong(rule.key, f"“{min(strange)}” is no role, state or rule of this file")
    for of, needs in policy.documents.items():
        if strange := set(needs.values()) - set(policy.rules):
            raise _wrong(f"documents of a {of}", f"“{min(strange)}” is no rule of this file")
    if strange := set(policy.acts_as.values()) - set(policy.roles):
        raise _wrong("acts as", f"“{min(strange)}” is no role of this file")


def _wrong(key: str, what: str) -> BadSchema:
    return BadSchema(f"policy.yaml is wrong at {key}: {what}.")


def decide(policy: Policy, key: str, *, roles: Collection[str], relation: str | None, state: str = "") -> Verdict:
    """`roles` of a person who is signed in; `relation` of their organisation, None where it is to nothing yet (a list,
    something new); `state` of the agreement, "" where there is none. Raises KeyError for a rule that is not there."""
    rule, acting = policy.rules[key], acting_roles(policy, roles)
    if _open(rule, acting, relation=relation, state=state):
        return "allowed"
    if not any(_open(policy.rules[seen], acting, relation=relation, state=state) for seen in rule.seen_by):
        return "invisible"
    return "wrong state" if _open(rule, acting, relation=relation, state=None) else "forbidden"


def acting_roles(policy: Policy, roles: Collection[str]) -> frozenset[str]:
    """The roles of a person who is signed in, with what their named functions may do."""
    return frozenset({EVERYBODY, SIGNED_IN, *roles, *(policy.acts_as[one] for one in roles if one in policy.acts_as)})


def open_to_anyone(policy: Policy, key: str) -> bool:
    """Without signing in."""
    return EVERYBODY in policy.rules[key].may


def rule_of_document(policy: Policy, what: str, *, of: str) -> str:
    """The rule that a document of the family (`review`) needs, of a `draft` or a `version`."""
    needs = policy.documents[of]
    return needs.get(what, needs["every"])


def relations_of(policy: Policy, key: str, *, roles: Collection[str], state: str) -> frozenset[str]:
    """The relations in which somebody with these roles may do it in that state: what a list may hold for them."""
    rule, acting = policy.rules[key], acting_roles(policy, roles)
    return frozenset(one for one in policy.relations if _open(rule, acting, relation=one, state=state))


def _open(rule: Rule, acting: Collection[str], *, relation: str | None, state: str | None) -> bool:
    for role in acting:
        for one in rule.may.get(role, ()):
            fits = relation is None or relation == one
            states = rule.states.get(f"{role} {one}", rule.states.get(one))
            if fits and (not state or states is None or state in states):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may find, for the conditions of the store: (relation, state) in which they read a draft, relations
    in which they read versions, those in which issued agreements are listed for them, relations to an organisation in
    which they read its assurance, and those in which they read comments. A former partner reads, and finds, what was
    issued and said before it left."""

    organisation: str
    drafts: frozenset[tuple[str, str]]
    versions: frozenset[str]
    listed: frozenset[str]
    assurances: frozenset[str]
    comments: frozenset[str]


def reach(policy: Policy, organisation: str, *, roles: Collection[str], drafts: str = "draft:read") -> Reach:
    """The reach of these roles in an organisation. `drafts`: the rule by which drafts are found, for one page."""

    def relations(key: str, state: str = "issued") -> frozenset[str]:
        return relations_of(policy, key, roles=roles, state=state)

    return Reach(
        organisation,
        frozenset((one, state) for state in policy.states for one in relations(drafts, state)),
        relations("version:read") | relations("version:teach"),
        relations("register:list"),
        relations("assurance:read"),
        relations("comment:read"),
    )
