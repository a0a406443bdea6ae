"""The appropriate policy document of each controller that needs one, filled in as far as the agreement goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from types import SimpleNamespace as Said
from typing import Final

from protocolbuilder.documents.controllers import (
    Controller,
    basis_words,
    case_of,
    controllers,
    kinds_of,
    posts,
    single,
)
from protocolbuilder.documents.keeping import KEY, Rule, covering, flows_named, keyed, numbers, rules
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import references
from protocolbuilder.law.library import Library
from protocolbuilder.law.parts import Flow, Row, Standing
from protocolbuilder.law.policies import asks_policy

TEMPLATE: Final = "policy-document-1"
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "fair": ("transparency.how", "transparency.recipient_tells"),
    "limited": ("onward.rule", "onward.conditions"),
    "minimal": ("about.does_not_cover", "requests.decision_record"),
    "accurate": ("accuracy.standards", "accuracy.corrections", "accuracy.labels"),
    "secure": ("security.measures", "security.access", "security.encryption", "security.audit", "security.people"),
    "accountable": ("dpia.status", "dpia.date", "dpia.dpo_view", "training.who", "review.audit"),
}
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    **{name: rows("label", "words") for name in ANSWERS},
    "laws": rows("name", "summary", "warnings", "source"),
    "reviewed": TEXT,
    "conditions": rows("basis", "words"),
    "kept": rows(*KEY),
    "controllers": Shape(
        element=Shape({
            **dict.fromkeys(("name", "dpo", "registration", "purposes", "kinds", "relied", "rules"), TEXT),
        })
    ),
}  # fmt: skip
"""Every name that `policy-document-1.docx` may say."""


def lacking(source: Source) -> str:
    """Why nobody needs one, or ""."""
    if not source.schema.id.startswith("agreement"):
        return "This is a protocol, and it is made of an agreement only."
    if not needed(source):
        return "No lawful basis of the agreement asks for an appropriate policy document."
    return ""


def needed(source: Source) -> tuple[str, ...]:
    """The ids of the controllers that need one."""
    return tuple(one.id for one in controllers(dataclasses.replace(source, party="")) if _relying(source, one))


def render(source: Source) -> bytes:
    """The document of every controller that needs one, or of the one of the source, as a Word file."""
    answers = {
        name: [
            Said(label=Words(_title(source, address)), words=Words(single(source, address))) for address in addresses
        ]
        for name, addresses in ANSWERS.items()
    }
    found = [(one, relying) for one in controllers(source) if (relying := _relying(source, one))]
    every = rules(source)
    bases = {row["id"]: row for _, relying in found for row, _ in relying}
    said = {
        **answers, "laws": list(_laws(source.library)), "reviewed": Words(single(source, "review.next")),
        "controllers": [_said(source, one, relying, every) for one, relying in found],
        "conditions": [
            Said(basis=Words(source.names.item(key)), words=Words(*basis_words(source, row)))
            for key, row in bases.items()
        ],
        "kept": keyed(every, (rule for one, relying in found for rule in _kept(one, relying, every))),
    }  # fmt: skip
    return printed(source, TEMPLATE, said, called="appropriate policy document")


def _title(source: Source, address: str) -> str:
    section, key = address.split(".")
    return source.schema.sections[section].questions[key].title


def _laws(library: Library) -> Iterator[Said]:
    """What the law asks of the document, as the library has it."""
    for key in ("req-apd-sch1", "req-apd-part3"):
        entry = library.entry("requirements", key)
        if entry is not None:
            doubt = "" if entry["verified"] else " (not verified)"
            yield Said(
                name=Words(f"{entry['citation']}: {entry['label']}{doubt}"), summary=Words(entry["summary"]),
                warnings=Words(*entry["warnings"], between=" "), source=Words(entry["source"]),
            )  # fmt: skip


Relying = tuple[tuple[Row, tuple[Standing, ...]], ...]


def _relying(source: Source, one: Controller) -> Relying:
    """The bases that ask this controller for the document, each with where it relies on them."""
    case, found = case_of(source), []
    for row in one.bases:
        at = tuple(here for here in one.standings if row in here.bases and asks_policy(case, row, here))
        if at:
            found.append((row, at))
    return tuple(found)


def _flows(relying: Relying) -> tuple[Flow, ...]:
    return tuple({here.flow.id: here.flow for _, at in relying for here in at}.values())


def _kept(one: Controller, relying: Relying, every: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules that this controller keeps to in those flows."""
    what = [key for flow in _flows(relying) for key in (flow.id, *(item["id"] for item in flow.items))]
    return tuple(dict.fromkeys(rule for key in sorted(one.members) for rule in covering(every, what, keeper=key)))


def _said(source: Source, one: Controller, relying: Relying, every: tuple[Rule, ...]) -> Said:
    names, labels, flows = source.names, references(source.agreement), _flows(relying)
    where = ((row["id"], flows_named(labels, [here.flow.id for here in at])) for row, at in relying)
    relied = (f"{names.item(key)} ({named[:1].lower()}{named[1:]})" for key, named in where)
    return Said(
        name=Words(names.item(one.id)), dpo=Words(posts(source, one.members, "dpo")),
        registration=Words(str(one.party.row.get("ico_registration", ""))),
        purposes=Words(*dict.fromkeys(names.item(row["id"]) for flow in flows for row in flow.purposes), between="; "),
        kinds=Words(*kinds_of(source, flows), between="; "), relied=Words(*relied),
        rules=Words(numbers(every, _kept(one, relying, every))),
    )  # fmt: skip
