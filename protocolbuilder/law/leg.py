"""One end of a flow as data protection law sees it: public authority or not, competent or not, under which regime."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from protocolbuilder.law.case import LAW_ENFORCEMENT
from protocolbuilder.law.flow_question import FlowQuestion
from protocolbuilder.law.library import cited, in_force

End = Literal["sender", "recipient"]
Record = Mapping[str, Any]

SAFEGUARDING: Final = frozenset({
    "safeguarding-children", "adult-safeguarding", "domestic-abuse", "modern-slavery", "disclosure-scheme", "mappa",
    "prevent-channel", "allegations-staff", "serious-violence", "emergency",
})
COMPELLING: Final = frozenset({"disclose", "notify"})


@dataclass(frozen=True, slots=True)
class Regime:
    """Under which law one end processes: uk-gdpr, part3, or both, and why. `transfer` is a s.36(4) re-use."""

    name: Literal["uk-gdpr", "part3", "both"]
    transfer: bool
    why: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One end of a flow. `offered` are the records of the provisions that apply to the flow."""

    question: FlowQuestion
    end: End
    regime: Regime
    offered: tuple[Record, ...]

    @property
    def types(self) -> frozenset[str]:
        """Agency types of this end."""
        return self.question.senders if self.end == "sender" else self.question.recipients

    @property
    def other(self) -> frozenset[str]:
        """Agency types of the other end."""
        return self.question.recipients if self.end == "sender" else self.question.senders

    @property
    def public(self) -> bool:
        """Whether this end is a public authority."""
        return any(entry["public_authority"] is True for entry in entries(self.question, self.types))

    @property
    def sectors(self) -> frozenset[str]:
        return self.question.sectors(self.types)

    @property
    def enforcing(self) -> bool:
        """Whether any of it is law enforcement processing."""
        return self.regime.name != "uk-gdpr"

    @property
    def discloses_to_competent(self) -> bool:
        """Whether this end discloses to a competent authority."""
        return self.end == "sender" and competent(self.question, self.other) != "no"

    def wants(self, *purposes: str) -> bool:
        """Whether any of these is among the purposes or above one of them."""
        return bool(self.question.chain & frozenset(purposes))

    def duties(self) -> tuple[Record, ...]:
        """Provisions in force that make the sender disclose or notify. An unconfirmed one does not count yet."""
        if self.end == "recipient":
            return ()
        return tuple(record for record in self.offered if compels(record) and record["status"] == "in-force")

    def waiting(self) -> tuple[Record, ...]:
        """Duties whose commencement nobody has confirmed."""
        return tuple(record for record in self.offered if compels(record) and record["status"] == "unverified")

    def task(self) -> str:
        """The citation of a provision that names a type of this end for one of the purposes, or ""."""
        question = self.question
        for record in question.library.vocabularies["gateways"].values():
            fits = record["status"] == "in-force" and in_force(record, on=question.on)
            here = not question.nation or {"uk", question.nation} & set(record["jurisdictions"])
            named = self.types & frozenset(record["who_may_rely_on"])
            given = record["kind"] in ("mandatory", "implied") and record["trigger"] != "personal"
            if fits and here and named and given and question.chain & frozenset(record["purposes"]):
                return cited(record)
        return ""


def compels(record: Record) -> bool:
    """Whether a provision makes a body disclose or notify: a duty on the agency, not one on a person."""
    return (
        record["kind"] == "mandatory" and record["effect"] in COMPELLING and record["trigger"] != "personal"
    )


def entries(question: FlowQuestion, types: Iterable[str]) -> tuple[Record, ...]:
    """The library's entries of agency types."""
    table = question.library.vocabularies["agency_types"]
    return tuple(table[key] for key in sorted(types) if key in table)


def competent(question: FlowQuestion, types: frozenset[str]) -> Literal["yes", "function", "no"]:
    """Whether a body is a competent authority: listed, for its own enforcement functions only, or not."""
    marks = {entry["part3_competent_authority"] for entry in entries(question, types)}
    if "yes" in marks:
        return "yes"
    return "function" if "function-specific" in marks and question.purposes & LAW_ENFORCEMENT else "no"


def regime(question: FlowQuestion, end: End) -> Regime:
    """The regime of one end. DPA 2018 ss.29 to 31, 36(4)."""
    types, other = question.senders, question.recipients
    if end == "recipient":
        types, other = other, types
    mine, enforcing = competent(question, types), question.purposes & LAW_ENFORCEMENT
    if mine == "no":
        return Regime("uk-gdpr", False, "It is not a competent authority, so the UK GDPR applies.")
    if mine == "function":
        return Regime("both", False, "Part 3 only where it enforces the law itself; otherwise the UK GDPR applies.")
    if not enforcing:
        if end == "sender":
            why = "Information held for law enforcement is used for another purpose: s.36(4), then the UK GDPR."
            return Regime("both", True, why)
        return Regime("uk-gdpr", False, "The purpose is not law enforcement, so the UK GDPR applies.")
    if end == "sender" and competent(question, other) != "yes":
        why = "Law enforcement (s.35); what leaves it for another body's purpose goes by s.36(4) to the UK GDPR."
        return Regime("both", True, why)
    if enforcing != question.purposes:
        return Regime("both", end == "sender", "Some purposes are law enforcement and some are not.")
    return Regime("part3", False, "A competent authority processes for law enforcement, so Part 3 applies.")
