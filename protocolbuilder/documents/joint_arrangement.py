"""The arrangement between joint controllers: who does what towards the people the information is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.controllers import answer, case_of, joint_ids, kinds_of, people_of, posts, single
from protocolbuilder.documents.guides_plain import listed
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import flows_in_brief, ids, references, rows_of
from protocolbuilder.law.case import Case
from protocolbuilder.law.parts import Flow

TEMPLATE: Final = "joint-arrangement-1"
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    "partners": rows("name", "contact"),
    "activities": rows("purpose", "flows", "kinds", "people"),
    "duties": rows("duty", "who", "notes"),
    "answers": rows("label", "words"),
    "contact": TEXT,
    "together": TEXT,
}
"""Every name that `joint-arrangement-1.docx` may say."""
ALL: Final = "All joint controllers"
ANSWERS: Final = (
    "rights.contact", "rights.lead", "rights.hand_over", "rights.objection", "complaints.procedure",
    "complaints.contact", "transparency.how", "transparency.recipient_tells", "breaches.report_to",
    "breaches.report_within", "breaches.steps", "security.access", "accuracy.corrections", "term.exit",
    "term.liability",
)  # fmt: skip


def lacking(source: Source) -> str:
    """Why there is no such arrangement, or ""."""
    if not source.schema.id.startswith("agreement"):
        return "This is a protocol, and it is made of an agreement only."
    if not joint_ids(case_of(source)):
        return "No partner is a joint controller, so there is no arrangement between joint controllers to print."
    return ""


def render(source: Source) -> bytes:
    """The arrangement as a Word file."""
    case = case_of(source)
    joint = joint_ids(case)
    partners = [
        Said(name=Words(source.names.item(one)), contact=Words(posts(source, (one,), "dpo"))) for one in joint
    ]
    said = {
        "partners": partners, "activities": list(_activities(source, case, frozenset(joint))),
        "duties": list(_duties(source, frozenset(joint))), "answers": list(_answers(source)),
        "contact": Words(single(source, "rights.contact")),
        "together": Words(listed([source.names.item(one) for one in joint])),
    }  # fmt: skip
    return printed(source, TEMPLATE, said, called="arrangement between joint controllers")


def _activities(source: Source, case: Case, joint: frozenset[str]) -> Iterator[Said]:
    """What they do together: the flows between any of them, by purpose."""
    labels, found = references(source.agreement), dict[str, list[Flow]]()
    for flow in case.flows:
        if joint & {party.id for party in flow.ends}:
            for purpose in ids(flow.row, "purposes") or ("",):
                found.setdefault(purpose, []).append(flow)
    for purpose, flows in found.items():
        yield Said(
            purpose=Words(source.names.item(purpose) if purpose else ""),
            flows=Words(flows_in_brief(labels, [flow.id for flow in flows])),
            kinds=Words(*kinds_of(source, flows), between="; "), people=Words(*people_of(source, flows), between="; "),
        )  # fmt: skip


def _duties(source: Source, joint: frozenset[str]) -> Iterator[Said]:
    """Each duty with who does it; a duty that nobody has is printed too."""
    question = source.schema.sections["joint_duties"].questions["duty"]
    rows_found = rows_of(source.agreement, "joint_duties")
    for value, label in question.choices:
        mine = [row for row in rows_found if row.get("duty") == value]
        yield Said(
            duty=Words(label), notes=Words(*(str(row["notes"]) for row in mine if "notes" in row)),
            who=Words(*dict.fromkeys(_who(source, row, joint) for row in mine), between="; "),
        )  # fmt: skip
    known = [value for value, _ in question.choices]
    for row in rows_found:
        if row.get("duty") not in known:
            label = "; ".join(in_words(question, row["duty"], source.names)) if "duty" in row else ""
            who = _who(source, row, joint)
            yield Said(duty=Words(label), who=Words(who), notes=Words(str(row.get("notes", ""))))


def _who(source: Source, row: Mapping[str, Any], joint: frozenset[str]) -> str:
    return ALL if set(ids(row, "party")) == joint and len(joint) > 1 else answer(source, "joint_duties", row, "party")


def _answers(source: Source) -> Iterator[Said]:
    """What the agreement says that bears on the duties, each under its question."""
    for address in ANSWERS:
        section, key = address.split(".")
        yield Said(
            label=Words(source.schema.sections[section].questions[key].title), words=Words(single(source, address))
        )
