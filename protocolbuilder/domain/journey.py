"""The way through the questions, derived from schema and answers on each request and never stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement, get, reason_not_applying
from protocolbuilder.domain.problems import Problem
from protocolbuilder.domain.schema import Question, Schema, Section, Task

HIDDEN: Final[Mapping[str, Any]] = {"not": {}}


@dataclass(frozen=True, slots=True)
class Page:
    """One form answered by one POST: some questions of a section, or of one item of a list section.

    `name` is the id of its first question, `item` is "" for a section that is no list.
    """

    section: str
    item: str
    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class SectionStatus:
    """Where a section stands. `status` is one of STATUSES; `items` counts the items of a list section."""

    section: Section
    status: str
    items: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """Where a task stands, with the sections of it that are shown."""

    task: Task
    status: str
    sections: tuple[SectionStatus, ...]


STATUSES: Final = (
    "not started",
    "in progress",
    "completed",
    "there is a problem",
    "does not apply",
    "optional",
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One if/then/else of a section: the question it looks at, the values that make it true, and what follows."""

    question: str
    values: tuple[Any, ...]
    then_needed: frozenset[str]
    then_hidden: frozenset[str]
    else_needed: frozenset[str]
    else_hidden: frozenset[str]


@cache
def _rules(section: Section) -> tuple[_Rule, ...]:
    return tuple(_rule(branch) for branch in section.shape.get("allOf", ()))


def _rule(branch: Mapping[str, Any]) -> _Rule:
    ((question, test),) = branch["if"]["properties"].items()
    values = tuple(test["enum"]) if "enum" in test else (test["const"],)
    sides = []
    for side in (branch.get("then", {}), branch.get("else", {})):
        sides.append(frozenset(side.get("required", ())))
        sides.append(frozenset(key for key, body in side.get("properties", {}).items() if body == HIDDEN))
    return _Rule(question, values, *sides)


def required(section: Section, answers: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the questions that need an answer, given the others."""
    needed = set(section.shape.get("required", ())) - {"id"}
    for rule in _rules(section):
        needed |= rule.then_needed if answers.get(rule.question) in rule.values else rule.else_needed
    return frozenset(needed)


def hidden(section: Section, answers: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the questions that the other answers rule out."""
    out: set[str] = set()
    for rule in _rules(section):
        out |= rule.then_hidden if answers.get(rule.question) in rule.values else rule.else_hidden
    return frozenset(out)


def visible(section: Section, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions that may be asked now, in order."""
    out = hidden(section, answers)
    return tuple(question for key, question in section.questions.items() if key not in out)


def deciding(section: Section) -> frozenset[str]:
    """Ids of the questions that an if/then looks at: their answers change which others are asked."""
    return frozenset(rule.question for rule in _rules(section))


def pages(schema: Schema, agreement: Agreement, section_id: str, item_id: str = "") -> tuple[Page, ...]:
    """The pages of a section, or of one of its items, that have at least one question to ask now."""
    section = schema.sections[section_id]
    found = get(agreement, f"{section_id}.{item_id}" if item_id else section_id)
    answers = found if isinstance(found, Mapping) else {}
    groups: list[list[Question]] = []
    shown = {question.id for question in visible(section, answers)}
    for question in section.questions.values():
        if question.starts_page or not groups:
            groups.append([])
        if question.id in shown:
            groups[-1].append(question)
    return tuple(Page(section_id, item_id, group[0].id, tuple(group)) for group in groups if group)


def walk(schema: Schema, agreement: Agreement, section_id: str, item_id: str = "") -> tuple[Page, ...]:
    """The pages the wizard leads through: those that need an answer or hold one; all of them when none needs any.

    The others are optional throughout. They are reached from the answers of the section or item.
    """
    section = schema.sections[section_id]
    found = get(agreement, f"{section_id}.{item_id}" if item_id else section_id)
    answers = found if isinstance(found, Mapping) else {}
    every, needed = pages(schema, agreement, section_id, item_id), required(section, answers)
    if not needed:
        return every
    wanted = needed | set(answers)
    return tuple(page for page in every if any(question.id in wanted for question in page.questions))


# --- which sections are asked for: each row is a section hidden until an answer calls for it


def _any_flow(key: str, *values: Any) -> Callable[[Agreement], bool]:
    return lambda agreement: any(flow.get(key) in values for flow in agreement.answers.get("flows", ()))


def _any_party_role(*values: str) -> Callable[[Agreement], bool]:
    return lambda agreement: any(party.get("role") in values for party in agreement.answers.get("parties", ()))


def _people_are_sometimes_not_told(agreement: Agreement) -> bool:
    return get(agreement, "transparency.exceptions_used") is True


def _flow_ends_may_be_others(agreement: Agreement) -> bool:
    return _any_flow("mode", "meeting")(agreement) or _any_party_role("processor")(agreement)


def _immediate_flow(agreement: Agreement) -> bool:
    return _any_flow("respond_within", "PT0H")(agreement)


def _intelligence(agreement: Agreement) -> bool:
    labels = (item.get("labels") for item in agreement.answers.get("items", ()))
    return any(isinstance(found, list) and "intelligence" in found for found in labels)  # a file may hold anything


def _assessed_as_risky(agreement: Agreement) -> bool:
    return get(agreement, "dpia.residual_risk") in ("medium", "high")


CALLED_FOR: Final[Mapping[str, Callable[[Agreement], bool]]] = {
    "others": _flow_ends_may_be_others,
    "flow_roles": _any_party_role("controller-and-processor"),
    "joint_duties": _any_party_role("joint"),
    "exceptions": _people_are_sometimes_not_told,
    "risks": _assessed_as_risky,
    "international": _any_flow("outside_uk", True),
    "onward": _intelligence,
    "exceptional": _immediate_flow,
    "participation": lambda agreement: get(agreement, "about.status") in ("in-force", "under-review", "expired"),
    "publication": lambda agreement: bool(get(agreement, "about.url")),
    "glossary": lambda agreement: False,
    "residue": lambda agreement: False,
}


def relevant(schema: Schema, agreement: Agreement) -> frozenset[str]:
    """Ids of the sections that are shown: the usual ones, those an answer calls for, and any that holds something."""
    return frozenset(
        key
        for key in schema.sections
        if key not in CALLED_FOR
        or agreement.answers.get(key)
        or key in agreement.does_not_apply
        or CALLED_FOR[key](agreement)
    )


# --- statuses


def statuses(schema: Schema, agreement: Agreement, problems: Iterable[Problem]) -> tuple[TaskStatus, ...]:
    """Every task with the sections that are shown. Statuses follow from answers and problems alone."""
    shown = relevant(schema, agreement)
    by_section: dict[str, list[Problem]] = {}
    for problem in problems:
        by_section.setdefault(problem.address.split(".")[0], []).append(problem)
    result = []
    for task in schema.tasks:
        rows = tuple(
            section_status(schema.sections[key], agreement, by_section.get(key, ()))
            for key in task.sections
            if key in shown
        )
        result.append(TaskStatus(task, _together(row.status for row in rows), rows))
    return tuple(result)


def section_status(section: Section, agreement: Agreement, problems: Sequence[Problem]) -> SectionStatus:
    """Where one section stands, from its answers and the problems found in it."""
    answers = agreement.answers.get(section.id)
    items = len(answers) if isinstance(answers, list) else 0
    if reason_not_applying(agreement, section.id):
        status = "does not apply"
    elif any(problem.kind == "wrong" for problem in problems):
        status = "there is a problem"
    elif not answers:
        status = "not started" if problems else "optional"
    else:
        status = "in progress" if problems else "completed"
    return SectionStatus(section, status, items, tuple(problems))


def _together(found: Iterable[str]) -> str:
    each = set(found)
    if "there is a problem" in each:
        return "there is a problem"
    if each <= {"completed", "does not apply", "optional"}:
        return "completed"
    return "not started" if each <= {"not started", "does not apply", "optional"} else "in progress"
