"""Which provisions fit a flow: those that apply, those that nearly do and why not, and what limits them.

Six tests, each answered from the record alone: who relies, towards whom, for what purpose, in which nation, on what
day, and whether a limit on data shuts the provision. Whether a provision is *enough* is for a person to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from protocolbuilder.law import offer_words as words
from protocolbuilder.law.carve_outs import shut_by
from protocolbuilder.law.flow_question import FlowQuestion
from protocolbuilder.law.library import Library, in_force
from protocolbuilder.law.limits import bears_on
from protocolbuilder.law.open_bases import Base, Regime, bases, regime

Test = Literal["relier", "recipient", "purpose", "nation", "date", "carve-out"]
Record = Mapping[str, Any]

GENERAL: Final = frozenset({
    "lga-1972-s111", "localism-2011-s1", "lgewa-2021-s24", "lgsa-2003-s20", "lga-2000-s2", "nhsa-2006-s82",
})
LIMITS: Final = frozenset({"restriction", "condition"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A provision that fits. `says` is the only wording of its force: a duty to co-operate is none to disclose.

    `not_verified` is "" or the words that must stand beside it wherever it is shown. `conditions` are provisos in the
    words of the record; `data_limit` is prose that no test reads. `general` marks a fallback power.
    """

    id: str
    citation: str
    title: str
    kind: str
    effect: str | None
    trigger: str | None
    says: str
    status: str
    verified: bool
    not_verified: str
    nations: tuple[str, ...]
    reason: str
    conditions: tuple[str, ...]
    data_limit: str
    note: str
    request_led: bool
    personal: bool
    general: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A provision that fails exactly one test, or that a limit on data shuts. `why` says so in plain words."""

    id: str
    citation: str
    title: str
    kind: str
    says: str
    status: str
    verified: bool
    not_verified: str
    nations: tuple[str, ...]
    fails: Test
    why: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The answer. Specific provisions come before general powers; `nearly` ends with `other_nations`."""

    library: str
    apply: tuple[Entry, ...]
    nearly: tuple[Near, ...]
    other_nations: tuple[Near, ...]
    restrictions: tuple[Entry, ...]
    conditions: tuple[Entry, ...]
    regimes: Mapping[str, Regime]
    bases: Mapping[str, tuple[Base, ...]]


def offer(
    library: Library,
    *,
    senders: Iterable[str],
    recipients: Iterable[str],
    purposes: Iterable[str],
    categories: Iterable[str],
    nation: str,
    on: date,
) -> Offer:
    """What the library offers one flow between two bodies on a day.

    Types, purposes and categories are ids of the library; several types are those of one body, such as a council.
    `nation` is england, wales, scotland or northern-ireland, or "" to leave the nation untested.
    """
    return answer(FlowQuestion(
        library, frozenset(senders), frozenset(recipients), frozenset(purposes), frozenset(categories), nation, on
    ))  # fmt: skip


def answer(question: FlowQuestion) -> Offer:
    """The same, of a question that may also say what a flow of an agreement says of people."""
    library = question.library
    records = sorted(library.vocabularies["gateways"].values(), key=lambda record: record["id"] in GENERAL)
    powers = [record for record in records if record["kind"] not in LIMITS]
    limits = [record for record in records if record["kind"] in LIMITS and bears_on(record, question)]
    apply = tuple(_entry(record, question) for record in powers if not failing(record, question))
    nearly = [near for record in powers if (near := _near(record, question))]
    elsewhere = tuple(near for near in nearly if near.fails == "nation")
    legally_open = tuple(library.vocabularies["gateways"][entry.id] for entry in apply)
    return Offer(
        library.version, apply, (*(near for near in nearly if near.fails != "nation"), *elsewhere), elsewhere,
        tuple(_entry(record, question) for record in limits if record["kind"] == "restriction"),
        tuple(_entry(record, question) for record in limits if record["kind"] == "condition"),
        {end: regime(question, end) for end in ("sender", "recipient")},
        {end: bases(question, end, offered=legally_open) for end in ("sender", "recipient")},
    )


def failing(record: Record, question: FlowQuestion) -> tuple[Test, ...]:
    """The tests that fail, in the order in which they are told. A limit on data counts only where all else fits."""
    failed = tuple(name for name, fits in TESTS.items() if not fits(record, question))
    return failed or (("carve-out",) if shut_by(record["id"], question) else ())


def _relier(record: Record, question: FlowQuestion) -> bool:
    return _among(question.senders, record["who_may_rely_on"])


def _recipient(record: Record, question: FlowQuestion) -> bool:
    return _among(question.recipients, record["may_disclose_to"])


def _among(types: frozenset[str], listed: Iterable[str]) -> bool:
    named = frozenset(listed)
    return "any" in named or bool(types & named)


def _purpose(record: Record, question: FlowQuestion) -> bool:
    return bool(question.chain & frozenset(record["purposes"]))


def _nation(record: Record, question: FlowQuestion) -> bool:
    return not question.nation or bool({"uk", question.nation} & set(record["jurisdictions"]))


def _date(record: Record, question: FlowQuestion) -> bool:
    return record["status"] in ("in-force", "unverified") and in_force(record, on=question.on)


TESTS: Final[Mapping[Test, Callable[[Record, FlowQuestion], bool]]] = {
    "relier": _relier, "recipient": _recipient, "purpose": _purpose, "nation": _nation, "date": _date,
}


def _near(record: Record, question: FlowQuestion) -> Near | None:
    failed = failing(record, question)
    if len(failed) != 1:
        return None
    why = words.why_not(failed[0], record, question)
    return Near(
        record["id"], record["citation"], record["title"], record["kind"], words.says(record), record["status"],
        record["verified"], words.not_verified(record), tuple(record["jurisdictions"]), failed[0], why,
    )


def _entry(record: Record, question: FlowQuestion) -> Entry:
    return Entry(
        record["id"], record["citation"], record["title"], record["kind"], record["effect"], record["trigger"],
        words.says(record), record["status"], record["verified"], words.not_verified(record),
        tuple(record["jurisdictions"]), words.reason(record, question),
        words.conditions(record, general=GENERAL), record["data_limit"] or "", record["notes"] or "",
        record["trigger"] == "request", record["trigger"] == "personal", record["id"] in GENERAL,
    )
