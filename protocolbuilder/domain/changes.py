"""What changed between two agreements of one schema, address by address, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.kinds import Names, shown
from protocolbuilder.domain.schema import Schema, Section


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` is "" when it was added, `after` is "" when it was taken away; both are words."""

    address: str
    title: str
    before: str
    after: str


def changes(schema: Schema, before: Agreement, after: Agreement, names: tuple[Names, Names]) -> tuple[Change, ...]:
    """Every question whose answer differs, in schema order. `names` are those of `before` and of `after`."""
    found: list[Change] = []
    for key, section in schema.sections.items():
        old, new = before.answers.get(key), after.answers.get(key)
        if old == new:
            continue
        if section.is_list:
            found.extend(_in_list(section, old or [], new or [], names))
        else:
            found.extend(_in_object(section, key, section.title, old or {}, new or {}, names))
    found.extend(_statements(before, after))
    return tuple(found)


def _in_list(section: Section, old: list[Any], new: list[Any], names: tuple[Names, Names]) -> Iterator[Change]:
    earlier, later = ({item["id"]: item for item in items} for items in (old, new))
    for item_id in [*earlier, *(key for key in later if key not in earlier)]:
        side = names[1] if item_id in later else names[0]
        title = f"{section.one}: {side.item(item_id)}"
        yield from _in_object(
            section, f"{section.id}.{item_id}", title, earlier.get(item_id, {}), later.get(item_id, {}), names
        )


def _in_object(
    section: Section,
    address: str,
    title: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    names: tuple[Names, Names],
) -> Iterator[Change]:
    for key, question in section.questions.items():
        if old.get(key) != new.get(key):
            words = [
                shown(question, side[key], name) if key in side else ""
                for side, name in zip((old, new), names, strict=True)
            ]
            yield Change(f"{address}.{key}", f"{title}: {question.title}", *words)


def _statements(before: Agreement, after: Agreement) -> Iterator[Change]:
    for address in sorted({*before.does_not_apply, *after.does_not_apply}):
        old, new = before.does_not_apply.get(address, ""), after.does_not_apply.get(address, "")
        if old != new:
            yield Change(address, "Does not apply, because", old, new)
