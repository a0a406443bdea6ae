"""The starting patterns with local facts of an invented county: agreements that a reviewer finds no error in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import ABSENT, Agreement, get, put, say_does_not_apply
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import RULES, Finding
from protocolbuilder.law.review import may_be_accepted, review, standing

ON: Final = date(2026, 11, 24)
FUNCTIONS: Final = ("dpo", "spoc", "signatory")


@cache
def filled(name: str) -> Agreement:
    """A pattern with names, contacts, registrations and dates. Nothing that the pattern itself should say is added."""
    agreement = catalogue.pattern(name).agreement
    parties = [_named(row, number) for number, row in enumerate(agreement.answers["parties"])]
    agreement = put(agreement, "parties", parties)
    agreement = put(agreement, "contacts", [row for party in parties for row in _contacts(party)])
    for address, value in {
        "about.title": "Northshire agreement",
        "rights.contact": "Data protection officer of Northshire Council",
        "review.next": "2027-11-30",
        "term.start": "2026-12-01",
        "dpia.status": "done",
        "dpia.date": "2026-10-30",
        "dpia.dpo_view": "The data protection officers of the partners advised that the sharing may go ahead.",
        "governance.board": "Northshire safeguarding partners",
    }.items():
        if address.split(".")[0] in catalogue.schema(agreement.schema).sections and get(agreement, address) is ABSENT:
            agreement = put(agreement, address, value)
    return agreement


def _named(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {**row, "name": f"Northshire body {number}", "ico_registration": f"Z{number:07}"}


def _contacts(party: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"c-{function}-{party['id']}"[:32].rstrip("-"), "of": party["id"], "function": function,
            "name": "Sam Example", "post": "Chief officer", "email": "sam@northshire.example",
        }
        for function in FUNCTIONS
    ]


def case(agreement: Agreement, *, on: date = ON) -> Case:
    """The agreement under review against the shipped library."""
    return Case(catalogue.schema(agreement.schema), agreement, catalogue.library(), on=on)


def findings(agreement: Agreement, *, on: date = ON) -> tuple[Finding, ...]:
    """All that the rules find."""
    return review(case(agreement, on=on))


def accepted(agreement: Agreement, *, on: date = ON) -> Agreement:
    """The agreement with every warning that waits accepted, so that nothing of the review stands in its way."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in standing(agreement, findings(agreement, on=on)):
        if may_be_accepted(one):
            places.setdefault((one.rule, one.address), []).append(one.text)
    rows = (
        {
            "rule": rule, "address": address, "by": "Sam Hill, head of service", "at": "2026-11-23T09:00:00Z",
            "reason": "The partnership board knows.", "text": "\n".join(texts),
        }
        for (rule, address), texts in places.items()
    )
    return replace(agreement, accepted=(*agreement.accepted, *rows))


def hits(rule_id: str, agreement: Agreement, *, on: date = ON) -> list[tuple[str, str]]:
    """What one rule finds: (address, severity)."""
    rule = RULES[rule_id]
    return [(hit.address, hit.severity or rule.severity) for hit in rule.find(case(agreement, on=on))]


Change = tuple[str, Any]  # an address with its new answer, or with a function of the old one


@dataclass(frozen=True)
class Pair:
    """Two small changes to a clean pattern: one that trips a rule, one that just does not."""

    rule: str
    trip: tuple[Change, ...]
    finds: tuple[tuple[str, str], ...]  # (address, severity)
    spare: tuple[Change, ...]
    pattern: str = "early-help"
    why: str = ""  # what this pair adds, where a rule has several
    first: tuple[Change, ...] = ()  # what has to change before the pattern is clean of this rule

    def __str__(self) -> str:
        return f"{self.rule} {self.why}".rstrip()


def changed(agreement: Agreement, changes: Iterable[Change]) -> Agreement:
    """The agreement after small changes, one after the other."""
    for address, value in changes:
        if isinstance(value, NotHere):
            agreement = say_does_not_apply(agreement, address, value.reason)
        else:
            agreement = put(agreement, address, value(get(agreement, address)) if callable(value) else value)
    return agreement


@dataclass(frozen=True)
class NotHere:
    """The address does not apply, with the reason."""

    reason: str


def trips(pair: Pair) -> None:
    """The rule finds nothing in the pattern, exactly what is told after the change, nothing after the near one."""
    clean = changed(filled(pair.pattern), pair.first)
    assert hits(pair.rule, clean) == []
    assert hits(pair.rule, changed(clean, pair.trip)) == list(pair.finds)
    assert pair.spare != pair.trip
    assert hits(pair.rule, changed(clean, pair.spare)) == []


def without(*gone: str) -> Callable[[list[str]], Any]:
    """Takes entries out of a list; an empty list is no answer."""
    return lambda old: [one for one in old if one not in gone] or ABSENT


def plus(*more: Any) -> Callable[[Any], list[Any]]:
    """Adds entries to a list."""
    return lambda old: [*(old or []), *more]


def each(**answers: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Gives every item of a list these answers."""
    return lambda old: [{**row, **answers} for row in old]


def only(*ids: str) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Keeps these items of a list."""
    return lambda old: [row for row in old if row["id"] in ids]
