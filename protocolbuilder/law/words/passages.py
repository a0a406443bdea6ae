"""Every text of an agreement that a person wrote, with its address and the manner in which it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.schema import Schema, Section
from protocolbuilder.law.words.found import Manner

FREE: Final = frozenset({"line", "prose", "lines"})
OWN_LABELS: Final = ("other", "until", "set_by", "event")
NAMES: Final = frozenset(
    {
        "about.title",
        "about.kind",
        "about.tier",
        "about.reference",
        "about.version",
        "about.parent",
        "about.theme",
        "about.area",
        "about.partnership",
        "parties.name",
        "parties.ico_registration",
        "parties.identifiers",
        "parties.address",
        "parties.former_names",
        "others.name",
        "others.where",
        "others.contract",
        "contacts.name",
        "contacts.post",
        "documents.title",
        "gateways.as_printed",
        "gateways.legal_advice",
        "gateways.inherited_from",
        "bases.title",
        "bases.as_printed",
        "bases.other_law",
        "bases.approval",
        "bases.legal_advice",
        "exceptions.provision",
        "flows.ref",
        "flows.inherited_from",
        "items.code",
        "items.source_system",
        "glossary.term",
        "residue.from",
        "retention.as_printed",
        "participation.route",
        "participation.evidence",
        "dpia.reference",
        "rights.contact",
        "complaints.contact",
        "exceptions.owner",
        "review.owner",
        "escalation_steps.to",
        "international.where",
    }
)
ACCOUNTS: Final = frozenset(
    {
        "purposes.title",
        "purposes.statement",
        "purposes.outcome",
        "purposes.necessity",
        "purposes.alternatives",
        "purposes.threshold",
        "flows.necessity",
        "flows.method_reason",
        "flows.volume",
        "flows.relevance",
        "flows.notes",
        "risks.risk",
        "items.name",
        "items.notes",
        "gateways.explanation",
        "gateways.stated_reason",
        "bases.explanation",
        "bases.at_risk_test",
        "bases.strict_necessity",
        "glossary.meaning",
        "about.covers",
        "about.does_not_cover",
        "about.also_covers",
        "parties.notes",
        "others.notes",
        "dpia.dpo_view",
        "dpia.reason",
        "exceptions.reason",
        "retention.trigger",
        "retention.condition",
        "subjects.notes",
        "subjects.age_range",
        "publication.withheld",
        "summary.benefits",
        "summary.not_sharing",
        "gateways.provision",
        "bases.art6",
        "flow_roles.event",
    }
)
PUBLIC: Final = frozenset({"summary.text", "single_message.message"})


@dataclass(frozen=True, slots=True)
class Passage:
    """One text: the address of its question, how it speaks, and its words."""

    address: str
    manner: Manner
    text: str


def passages(schema: Schema, agreement: Agreement) -> tuple[Passage, ...]:
    """Every text a person wrote, in the order of the agreement: answers in words, labels of one's own for a choice
    or a time, and last the reasons why something does not apply."""
    found = [
        Passage(f"{place}.{key}", manner_of(f"{section.id}.{key}"), text)
        for section in schema.sections.values()
        for place, row in _rows(section, agreement)
        for key, value in row.items()
        if key in section.questions
        for text in _texts(section.questions[key].kind, value)
    ]
    said = [Passage(address, "account", reason) for address, reason in agreement.does_not_apply.items() if reason]
    return tuple(found + said)


def manner_of(question: str) -> Manner:
    """How the answers to a question (`section.question`) speak. What is not listed says who does what."""
    if question in NAMES:
        return "name"
    if question in ACCOUNTS:
        return "account"
    return "public" if question in PUBLIC else "clause"


def _rows(section: Section, agreement: Agreement) -> Iterator[tuple[str, Mapping[str, Any]]]:
    answers = agreement.answers.get(section.id)
    if isinstance(answers, list):
        yield from ((f"{section.id}.{row['id']}", row) for row in answers)
    elif answers:
        yield section.id, answers


def _texts(kind: str, value: Any) -> Iterator[str]:
    for part in value if isinstance(value, list) else (value,):
        if isinstance(part, str) and kind in FREE:
            yield part
        elif isinstance(part, Mapping):
            yield from (str(part[key]) for key in OWN_LABELS if key in part)
