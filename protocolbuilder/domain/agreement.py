"""An agreement as a value: envelope, answers, and the addresses that lead into them.

The file is `{"schema", "library", "answers", "does_not_apply", "flags", "accepted"}`. In `answers` a section is an
object and a list section an array of objects with an `id`. An address is the path with the item's id in place of
its index: `about.title`, `flows.k3f9.method`, `flows.k3f9`, `flows`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal


class _Absent:
    """The value of a question that has no answer: *not stated*. False in a condition."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Agreement:
    """`answers` is never changed in place; every change makes a new value that shares what did not change."""

    schema: str
    library: str
    answers: Mapping[str, Any]
    does_not_apply: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accepted: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One change at one address. `value` ABSENT takes the answer, the item or the statement away.

    `what` says which part of the file: the answer, the reason why it does not apply, a flag (a tuple of texts), or that
    a warning of the review is accepted (its row, at `acceptance_address`).
    """

    address: str
    value: Any
    what: Literal["answer", "does_not_apply", "flag", "accepted"] = "answer"


def new(schema_id: str, *, library: str, sections: Mapping[str, bool]) -> Agreement:
    """An empty agreement. `sections` maps each section id to whether it is a list section."""
    return Agreement(schema_id, library, {name: [] if is_list else {} for name, is_list in sections.items()})


def get(agreement: Agreement, address: str) -> Any:
    """The answer at an address, or ABSENT. An address that leads nowhere is ABSENT too."""
    section, *rest = address.split(".")
    value: Any = agreement.answers.get(section, ABSENT)
    if isinstance(value, list):
        if not rest:
            return value
        value = next((item for item in value if item.get("id") == rest[0]), ABSENT)
        rest = rest[1:]
    for part in rest:
        value = value.get(part, ABSENT) if isinstance(value, Mapping) else ABSENT
    return value


def put(agreement: Agreement, address: str, value: Any) -> Agreement:
    """The agreement with `value` at `address`. ABSENT removes. `flows.k3f9` with an object adds or replaces the item.

    A question of an item that does not exist is not created: the agreement comes back unchanged.
    """
    section, *rest = address.split(".")
    answers = dict(agreement.answers)
    current = answers.get(section)
    if not rest:
        answers[section] = value if value is not ABSENT else ([] if isinstance(current, list) else {})
    elif isinstance(current, list):
        answers[section] = _put_item(current, rest, value)
    else:
        answers[section] = _put_key(current or {}, rest[0], value)
    return replace(agreement, answers=answers)


def _put_item(items: list[Any], rest: list[str], value: Any) -> list[Any]:
    item_id, *question = rest
    place = next((n for n, item in enumerate(items) if item.get("id") == item_id), None)
    if question:
        return (
            items
            if place is None
            else [*items[:place], _put_key(items[place], question[0], value), *items[place + 1 :]]
        )
    if value is ABSENT:
        return [item for item in items if item.get("id") != item_id]
    whole = {"id": item_id, **value}
    return [*items, whole] if place is None else [*items[:place], whole, *items[place + 1 :]]


def _put_key(section: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    if value is ABSENT:
        return {k: v for k, v in section.items() if k != key}
    return {**section, key: value}


def say_does_not_apply(agreement: Agreement, address: str, reason: Any) -> Agreement:
    """Record that a section, item or question does not apply, and why. ABSENT takes the statement back."""
    return replace(agreement, does_not_apply=_put_key(agreement.does_not_apply, address, reason))


def acceptance_address(rule: str, address: str) -> str:
    """Where the acceptance of what a rule found at an address stands: `R72@retention.r1.source`."""
    return f"{rule}@{address}"


def accepted_at(agreement: Agreement, address: str) -> Any:
    """The row of an acceptance, by its `acceptance_address`, or ABSENT."""
    rows = (row for row in agreement.accepted if _acceptance_of(row) == address)
    return next(rows, ABSENT)


def _acceptance_of(row: Mapping[str, str]) -> str:
    return acceptance_address(row.get("rule", ""), row.get("address", ""))


def _accept(agreement: Agreement, address: str, row: Any) -> Agreement:
    kept = tuple(one for one in agreement.accepted if _acceptance_of(one) != address)
    return replace(agreement, accepted=kept if row is ABSENT else (*kept, row))


def apply(agreement: Agreement, edit: Edit) -> Agreement:
    """The agreement after one edit."""
    if edit.what == "accepted":
        return _accept(agreement, edit.address, edit.value)
    if edit.what == "does_not_apply":
        return say_does_not_apply(agreement, edit.address, edit.value)
    if edit.what == "flag":
        return replace(agreement, flags=_put_key(agreement.flags, edit.address, edit.value))
    return put(agreement, edit.address, edit.value)


def stated(agreement: Agreement, edit: Edit) -> Any:
    """What the agreement holds now where the edit would write, or ABSENT."""
    if edit.what == "accepted":
        return accepted_at(agreement, edit.address)
    if edit.what == "does_not_apply":
        return agreement.does_not_apply.get(edit.address, ABSENT)
    if edit.what == "flag":
        return agreement.flags.get(edit.address, ABSENT)
    return get(agreement, edit.address)


def reason_not_applying(agreement: Agreement, address: str) -> str:
    """Why this address, or what it stands under, does not apply. Empty when it was not said."""
    parts = address.split(".")
    for length in range(len(parts), 0, -1):
        reason = agreement.does_not_apply.get(".".join(parts[:length]))
        if reason:
            return reason
    return ""


def overlap(one: str, other: str) -> bool:
    """Whether two addresses touch the same answer: they are equal, or one stands under the other."""
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


def as_file(agreement: Agreement) -> dict[str, Any]:
    """The envelope as plain JSON values, keys in the order a person reads them."""
    return {
        "schema": agreement.schema,
        "library": agreement.library,
        "answers": agreement.answers,
        "does_not_apply": dict(agreement.does_not_apply),
        "flags": {address: list(texts) for address, texts in agreement.flags.items()},
        "accepted": [dict(row) for row in agreement.accepted],
    }


def canonical(agreement: Agreement) -> bytes:
    """Canonical JSON (keys sorted, arrays in order, no spaces, UTF-8): equal agreements give equal bytes."""
    return json.dumps(as_file(agreement), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def digest(agreement: Agreement) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal characters."""
    return hashlib.sha256(canonical(agreement)).hexdigest()


def to_json(agreement: Agreement) -> str:
    """The file as people may read it: indented, in reading order, ending in a newline."""
    return json.dumps(as_file(agreement), ensure_ascii=False, indent=1) + "\n"
