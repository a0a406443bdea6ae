"""One check for wizard, import and command line: does an agreement fit its schema, its lists and the vocabularies?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from protocolbuilder.domain.agreement import Agreement, reason_not_applying
from protocolbuilder.domain.effective import Conflict, Effective
from protocolbuilder.domain.inlining import inlined
from protocolbuilder.domain.journey import deciding, relevant, required
from protocolbuilder.domain.meaning import Vocabularies, meaning
from protocolbuilder.domain.messages import missing, wrong
from protocolbuilder.domain.problems import Problem
from protocolbuilder.domain.schema import Schema, Section


def check(schema: Schema, agreement: Agreement, library: Vocabularies) -> tuple[Problem, ...]:
    """Every problem of the whole agreement, in the order of the schema."""
    found: list[Problem] = [
        Problem(key, "wrong", f"“{key}” is not a section of this document.", "Remove it.")
        for key in agreement.answers
        if key not in schema.sections
    ]
    found.extend(_repeated_ids(schema, agreement))
    for key in schema.sections:
        found.extend(check_section(schema, agreement, key, library))
    found.extend(_statements(schema, agreement))
    return tuple(found)


def check_effective(schema: Schema, found: Effective, library: Vocabularies) -> tuple[Problem, ...]:
    """Every problem of an agreement under a protocol, in the order of the schema, conflicts with locked wording first.

    What the protocol answers is not missing. What is wrong within the protocol's own text is put right there.
    """
    if found.parent is None:
        return check(schema, found.own, library)
    own = (one for one in check(schema, found.agreement, library) if not found.inherited(one.address))
    return (*(_of_conflict(schema, one) for one in found.conflicts), *own)


def _of_conflict(schema: Schema, conflict: Conflict) -> Problem:
    key, *rest = conflict.address.split(".")
    section = schema.sections[key]
    question = section.questions.get(rest[-1]) if rest else None
    return Problem(
        conflict.address,
        "wrong",
        f"“{question.title if question else section.title}” is fixed by the protocol, and this says something else.",
        "Take it away here, or ask the partner that keeps the protocol to change it.",
    )


def check_section(schema: Schema, agreement: Agreement, section_id: str, library: Vocabularies) -> tuple[Problem, ...]:
    """The problems of one section."""
    section = schema.sections[section_id]
    answers: Any = agreement.answers.get(section_id, [] if section.is_list else {})
    if isinstance(answers, list) != section.is_list:
        return (Problem(section_id, "wrong", f"“{section.title}” has the wrong form.", "Enter the answers again."),)
    asked = section_id in relevant(schema, agreement) and not reason_not_applying(agreement, section_id)
    items = _items_by_section(schema, agreement)
    found: list[Problem] = []
    if section.is_list:
        if asked and len(answers) < section.least:
            text = section.messages.get("minItems", f"Add to “{section.title}”.")
            found.append(Problem(section_id, "missing", text, text))
        for item in answers:
            found.extend(
                _check_object(schema, agreement, section, f"{section_id}.{item['id']}", item, items, library, asked)
            )
    else:
        found.extend(_check_object(schema, agreement, section, section_id, answers, items, library, asked))
    return tuple(found)


def _check_object(
    schema: Schema,
    agreement: Agreement,
    section: Section,
    address: str,
    answers: Mapping[str, Any],
    items: Mapping[str, frozenset[str]],
    library: Vocabularies,
    asked: bool,
) -> Iterator[Problem]:
    if asked and not reason_not_applying(agreement, address):
        needed = required(section, answers)
        for key, question in section.questions.items():
            if key in needed and key not in answers and not reason_not_applying(agreement, f"{address}.{key}"):
                yield missing(f"{address}.{key}", question)
    bad: set[str] = set()
    for error in _errors(schema, section, answers):
        if error.validator == "required" and not error.absolute_path:
            continue
        problem = _problem(section, address, error)
        if problem.address not in bad:
            bad.add(problem.address)
            yield problem
    for key, value in answers.items():
        asked_here = section.questions.get(key)
        if asked_here is not None and f"{address}.{key}" not in bad:
            yield from meaning(asked_here, f"{address}.{key}", value, items, library)


def _errors(schema: Schema, section: Section, answers: Mapping[str, Any]) -> Sequence[ValidationError]:
    judge = _validator(schema, section.id, section.is_list)
    return (
        ()
        if judge.is_valid(answers)
        else sorted(judge.iter_errors(answers), key=lambda error: list(map(str, error.path)))
    )


@cache
def _validator(schema: Schema, section_id: str, is_list: bool) -> Draft202012Validator:
    part = "#/items" if is_list else ""
    return Draft202012Validator(inlined(f"sections/{section_id}.json{part}", schema.load))


def _problem(section: Section, address: str, error: ValidationError) -> Problem:
    """One error of the validator in the words of the product. `error.path` starts at the object of answers."""
    path = list(error.absolute_path)
    if not path:
        unknown = (
            sorted(set(error.instance) - set(section.questions) - {"id"}) if isinstance(error.instance, dict) else []
        )
        name = unknown[0] if unknown else "this"
        return Problem(f"{address}.{name}", "wrong", f"“{name}” is not a question of “{section.title}”.", "Remove it.")
    key = str(path[0])
    question = section.questions.get(key)
    place = f"{address}.{key}"
    if question is None:
        return Problem(
            place,
            "wrong",
            "An id is made of up to 32 small letters, digits and hyphens.",
            "Give the item another id.",
        )
    if error.validator == "not":
        titles = " or ".join(f"“{section.questions[other].title}”" for other in sorted(deciding(section)))
        return Problem(
            place,
            "wrong",
            f"“{question.title}” does not go with another answer here.",
            f"Take this answer away, or change {titles}.",
        )
    return wrong(place, question, str(error.validator))


def _items_by_section(schema: Schema, agreement: Agreement) -> Mapping[str, frozenset[str]]:
    return {
        key: frozenset(item["id"] for item in agreement.answers.get(key, ()) if isinstance(item, Mapping))
        for key, section in schema.sections.items()
        if section.is_list
    }


def _repeated_ids(schema: Schema, agreement: Agreement) -> Iterable[Problem]:
    seen: set[str] = set()
    for key, section in schema.sections.items():
        for item in agreement.answers.get(key, ()) if section.is_list else ():
            if isinstance(item, Mapping) and item["id"] in seen:
                yield Problem(
                    f"{key}.{item['id']}",
                    "wrong",
                    f"The id “{item['id']}” is used twice.",
                    "Give one item another id.",
                )
            if isinstance(item, Mapping):
                seen.add(item["id"])


def _statements(schema: Schema, agreement: Agreement) -> Iterable[Problem]:
    """Problems beside the answers: statements and flags at addresses that do not exist, empty reasons."""
    items = _items_by_section(schema, agreement)
    for address, reason in agreement.does_not_apply.items():
        if not _exists(schema, items, address):
            yield Problem(
                address,
                "wrong",
                f"“{address}” is said not to apply, but is no place in this document.",
                "Take it away.",
            )
        elif not reason.strip():
            yield Problem(address, "wrong", "A reason is needed for what does not apply.", "Enter the reason.")
    for address in agreement.flags:
        if not _exists(schema, items, address):
            yield Problem(
                address,
                "wrong",
                f"A flag stands at “{address}”, which is no place in this document.",
                "Take it away.",
            )


def _exists(schema: Schema, items: Mapping[str, frozenset[str]], address: str) -> bool:
    key, *rest = address.split(".")
    section = schema.sections.get(key)
    if section is None:
        return False
    if section.is_list and rest:
        if rest[0] not in items[key]:
            return False
        rest = rest[1:]
    return not rest or (len(rest) == 1 and rest[0] in section.questions)
