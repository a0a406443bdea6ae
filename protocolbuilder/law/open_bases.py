"""Which lawful bases and conditions are open to each end of a flow, what each asks for, and why the others are shut.

Open means that nothing in types, purposes, data, nation and day shuts it; choosing it is for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.law.flow_question import FlowQuestion
from protocolbuilder.law.leg import End, Leg, Regime, regime
from protocolbuilder.law.library import GROUPS, Library, cited
from protocolbuilder.law.offer_words import day
from protocolbuilder.law.opening import OPENING
from protocolbuilder.law.opening_conditions import CONDITIONS

__all__ = ["Base", "Regime", "bases", "regime"]

RULES: Final = {**OPENING, **CONDITIONS}
GDPR: Final = frozenset({"art6", "annex1", "art9", "art10", "sch1"})
NO_CONSENT: Final[Mapping[str, str]] = {
    "must-be-without-consent": "Say why it must be done without consent",
    "cannot-or-unreasonable-or-prejudice": "Say why consent is not sought: it cannot be given, it is not reasonable to "
    "expect, or asking would prejudice the protection",
    "not-reasonable-to-obtain": "Say why consent cannot reasonably be obtained",
    "not-reasonable-and-no-refusal": "Say why consent cannot reasonably be obtained, and that it was not refused",
    "conditional": "Say why consent is not sought",
    "cannot": "Say why consent cannot be given",
    "as-underlying-condition": "Meet what the underlying condition says about consent",
}
POLICY: Final[Mapping[Any, str]] = {
    True: "An appropriate policy document",
    "as-underlying-condition": "The policy document that the underlying condition asks for",
    "not-for-disclosure-to-competent-authority": "An appropriate policy document",
}
SAID_BELOW: Final = frozenset({"req-apd-sch1", "req-apd-part3", "req-cag-ref"})


@dataclass(frozen=True, slots=True)
class Base:
    """A basis or condition. `requires` are ids of the library that must all be met, `requires_any_of` at least one.

    `needs` says in words what a person must write or attach. `not_verified` is "" or the words to show beside it.
    """

    id: str
    group: str
    citation: str
    label: str
    open: bool
    why: str
    requires: tuple[str, ...]
    requires_any_of: tuple[str, ...]
    needs: tuple[str, ...]
    cautions: tuple[str, ...]
    verified: bool
    not_verified: str


def bases(question: FlowQuestion, end: End, *, offered: Iterable[Mapping[str, Any]]) -> tuple[Base, ...]:
    """Every basis that can matter at this end, open and shut, in the order of the library.

    Article 9 is listed when the data are special, Article 10 when criminal, Schedule 1 when either, Schedule 8 when
    sensitive data are processed for law enforcement, confidentiality when the information is confidential or health.
    """
    leg = Leg(question, end, regime(question, end), tuple(offered))
    return tuple(
        _base(entry, vocabulary, leg)
        for vocabulary in _vocabularies(leg)
        for entry in question.library.vocabularies[vocabulary].values()
        if _matters(entry, question)
    )


def _vocabularies(leg: Leg) -> Iterator[str]:
    question = leg.question
    special, criminal = question.holds("special"), question.holds("criminal")
    listed = {
        "art6": True, "annex1": True, "art9": special, "art10": criminal, "sch1": special or criminal, "part3": True,
        "sch8": special and leg.enforcing, "confidentiality": question.holds("confidential") or question.health,
    }
    yield from (name for name, wanted in listed.items() if wanted)


def _matters(entry: Mapping[str, Any], question: FlowQuestion) -> bool:
    return entry["group"] != "sch1-part3" or question.holds("criminal")


def _base(entry: Mapping[str, Any], vocabulary: str, leg: Leg) -> Base:
    is_open, why = _opening(entry, vocabulary, leg)
    checked = "" if entry["verified"] else "Not verified: this entry was not checked against its source."
    return Base(
        entry["id"], entry["group"], entry["citation"], entry["label"], is_open, why, tuple(entry["requires"]),
        tuple(entry["requires_any_of"]), tuple(_needs(entry, leg)), tuple(entry["warnings"]), entry["verified"],
        checked,
    )


def _opening(entry: Mapping[str, Any], vocabulary: str, leg: Leg) -> tuple[bool, str]:
    starts = entry["in_force_from"]
    if starts and leg.question.on.isoformat() < starts:
        return False, f"It is in force only from {day(starts)}."
    if vocabulary in GDPR and leg.regime.name == "part3":
        return False, "This is law enforcement processing under DPA 2018 Part 3, not the UK GDPR."
    if vocabulary in GDPR and leg.public and entry["available_to_public_authority_for_tasks"] is False:
        return False, "A public authority cannot use it for its tasks (Article 6(1), closing words)."
    return RULES[entry["id"]](leg)


def _needs(entry: Mapping[str, Any], leg: Leg) -> Iterator[str]:
    library = leg.question.library
    requirements = library.vocabularies["requirements"]
    for key in entry["requires"]:
        if key in requirements and key not in SAID_BELOW:
            yield str(requirements[key]["label"])
    yield from (cited(found) for found, _ in _among(entry["requires"], library))
    one_of = [
        f"{found['label']}, {cited(found)}" if entry["citation"].startswith(found["citation"]) else cited(found)
        for found, vocabulary in _among(entry["requires_any_of"], library) if _opening(found, vocabulary, leg)[0]
    ]
    if one_of:
        yield f"At least one of: {', '.join(one_of)}"
    policy = entry["apd_required"]
    spared = policy == "not-for-disclosure-to-competent-authority" and leg.discloses_to_competent  # Sch 1 para 10(2)
    if policy in POLICY and not spared:
        yield POLICY[policy]
    without = entry["consent_must_be_impracticable"]
    if without in NO_CONSENT:
        yield NO_CONSENT[without]
    if entry["substantial_public_interest_test"] is True:
        yield "A substantial public interest"
    if entry["group"] == "sch8":
        yield "Why the processing is strictly necessary"
    if "req-cag-ref" in entry["requires"]:
        yield "The reference number of the approval and when it expires"


def _among(keys: Iterable[str], library: Library) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The bases and conditions among these ids, in the library's order, each with its vocabulary."""
    wanted = frozenset(keys)
    for vocabulary in GROUPS:
        yield from ((entry, vocabulary) for key, entry in library.vocabularies[vocabulary].items() if key in wanted)
