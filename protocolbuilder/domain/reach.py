"""Which questions the wizard can come to, whatever the other answers are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from protocolbuilder.domain import agreement as agreements
from protocolbuilder.domain.journey import deciding, pages
from protocolbuilder.domain.schema import Schema, Section, list_sections


def unreachable(schema: Schema) -> Iterator[str]:
    """Addresses (without item ids) of questions that no page asks, in the order of the schema."""
    for section in schema.sections.values():
        reached = _reached(schema, section)
        yield from (f"{section.id}.{key}" for key in section.questions if key not in reached)


def _reached(schema: Schema, section: Section) -> set[str]:
    keys = sorted(deciding(section))
    values = [[None, *_values(section, key)] for key in keys]
    empty = agreements.new(schema.id, library="", sections=list_sections(schema))
    address, item = (f"{section.id}.x", "x") if section.is_list else (section.id, "")
    found: set[str] = set()
    for given in product(*values):
        answers = {key: value for key, value in zip(keys, given, strict=True) if value is not None}
        filled = agreements.put(empty, address, answers)
        found |= {question.id for page in pages(schema, filled, section.id, item) for question in page.questions}
    return found


def _values(section: Section, key: str) -> list[Any]:
    question = section.questions[key]
    return [True, False] if question.kind == "yes_no" else [choice for choice, _ in question.choices]
