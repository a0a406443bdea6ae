"""Which changes between two agreements touch one partner, and with whom it shares other things than before.

A change touches a partner when the item it stands in names it (a flow from or to it, its contact, what it keeps), or is
what one of its flows rests on or carries. What no partner is named in, such as security or the review, is everyone's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.changes import Change
from protocolbuilder.domain.marks import Provision
from protocolbuilder.domain.matrix import Cell, agencies, ids, rows_of
from protocolbuilder.domain.schema import Schema, Section

BODIES: Final = frozenset({"parties", "others"})
EVERYONES: Final = frozenset({"parties", "others"})
"""Who is a partner, and under what name, concerns every partner."""

Reach = Literal["own", "others", "everyone"]


@dataclass(frozen=True, slots=True)
class Touching:
    """Changes in their order: those that touch the partner, those that are everyone's; how many touch others only."""

    own: tuple[Change, ...]
    everyone: tuple[Change, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a partner sends to or gets from `other` ("" when not stated), before and after; None: nothing."""

    way: Literal["sends", "gets"]
    other: str
    before: Cell | None
    after: Cell | None


def touching(
    schema: Schema, before: Agreement, after: Agreement, found: Iterable[Change], *, party: str
) -> Touching:
    """The changes sorted by whom they touch. `party` is the id of a partner of either agreement."""
    sides = (_Side(schema, before, party), _Side(schema, after, party))
    sorted_: dict[Reach, list[Change]] = {"own": [], "everyone": [], "others": []}
    for change in found:
        section, _, rest = change.address.rpartition("@")[2].partition(".")
        reaches = {side.reach(section, rest.partition(".")[0]) for side in sides} - {None}
        best: Reach = "own" if "own" in reaches else "others" if "others" in reaches else "everyone"
        sorted_[best].append(change)
    return Touching(tuple(sorted_["own"]), tuple(sorted_["everyone"]), len(sorted_["others"]))


class _Side:
    """One of the two agreements, as the partner stands in it."""

    def __init__(self, schema: Schema, agreement: Agreement, party: str) -> None:
        self._schema, self._agreement = schema, agreement
        others = rows_of(agreement, "others")
        stand_in = {row["id"] for row in others if party in (*ids(row, "stands_for"), *ids(row, "works_for"))}
        self._self = {party} | stand_in
        self._rows = {row["id"]: row for section in schema.sections for row in rows_of(agreement, section)}
        flows = schema.sections.get("flows")
        self._flows = {row["id"]: row for row in rows_of(agreement, "flows") if self._self & _ends(flows, row)}
        self._used = set(self._flows) | {one for row in self._flows.values() for one in _refers(flows, row)}
        self._by_others = {one for row in rows_of(agreement, "flows") for one in _refers(flows, row)} - self._used
        self._beside = {end for row in self._flows.values() for end in _ends(flows, row)}

    def reach(self, section: str, item: str) -> Reach | None:
        """Whom an item concerns; None where this side does not hold it."""
        known = self._schema.sections.get(section)
        if known is None or not known.is_list or not item:
            return "everyone"
        row = self._rows.get(item)
        if row is None:
            return None
        if item in self._self or item in self._used:
            return "own"
        if section in EVERYONES:
            return "everyone"
        named = _ends(known, row)
        if named:
            near = self._self | (self._beside if section == "contacts" else set())
            return "own" if named & near else "others"
        if _of_a_class(row):
            return "everyone"
        referred = _refers(known, row)
        if referred & self._used:
            return "own"
        return "others" if referred or item in self._by_others else "everyone"


def _ends(section: Section | None, row: Mapping[str, Any]) -> set[str]:
    """The partners and others that an item names."""
    return _named(section, row, bodies=True)


def _refers(section: Section | None, row: Mapping[str, Any]) -> set[str]:
    """The items that are no partners and that an item refers to."""
    return _named(section, row, bodies=False)


def _named(section: Section | None, row: Mapping[str, Any], *, bodies: bool) -> set[str]:
    questions = section.questions.values() if section is not None else ()
    asked = (one.id for one in questions if one.refers and bool(BODIES & set(one.refers)) is bodies)
    return {found for question in asked for found in ids(row, question)}


def _of_a_class(row: Mapping[str, Any]) -> bool:
    """A lawful basis that is said to hold for all partners, or for a class of them."""
    return row.get("applies_to") not in (None, "named")


def exchanges(
    before: Agreement, after: Agreement, provisions: Mapping[str, Provision], *, party: str
) -> tuple[Exchange, ...]:
    """Where what the partner sends or gets is not what it was: other flows, other information, other powers."""
    old, new = agencies(before, provisions).cells, agencies(after, provisions).cells
    return tuple(
        Exchange(way, other, old.get(key), new.get(key))
        for way, other, key in _keys([*old, *new], party)
        if _content(old.get(key)) != _content(new.get(key))
    )


def _keys(
    keys: Sequence[tuple[str, str]], party: str
) -> Iterator[tuple[Literal["sends", "gets"], str, tuple[str, str]]]:
    found = dict.fromkeys(keys)
    yield from (("sends", key[1], key) for key in found if key[0] == party)
    yield from (("gets", key[0], key) for key in found if key[1] == party and key[0] != party)


def _content(cell: Cell | None) -> Any:
    return cell and (set(cell.items), {(power.gateway, power.words) for power in cell.powers})
