"""Whom to ask: the contacts of each partner, and plainly that nobody is named where a post is vacant."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.context import printed as in_words
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import rows_of

NO_ONE: Final = "No one named yet"
REACHED: Final = ("name", "post", "email", "telephone")
SIGNS: Final = "signatory"
FOR_STAFF: Final = (
    "dsl",
    "named-professional",
    "designated-health",
    "mash-manager",
    "spoc",
    "caldicott-guardian",
    "dpo",
)
FOR_PEOPLE: Final = ("dpo", "spoc", "dsl")


def staff_contacts(source: Source) -> list[Said]:
    """Each partner that acts for itself, with everyone whom staff can ask; those who only sign are left out."""
    return [_partner(source, row, skip=SIGNS, order=FOR_STAFF) for row in rows_of(source.agreement, "parties")]


def people_contacts(source: Source) -> list[Said]:
    """Each partner with the one whom a family can ask: who looks after data, else its point of contact."""
    made = []
    for row in rows_of(source.agreement, "parties"):
        one = _partner(source, row, skip=SIGNS, order=FOR_PEOPLE)
        one.contacts = [each for each in one.contacts if each.function_id in FOR_PEOPLE][:1] or _vacant()
        made.append(one)
    return made


def _partner(source: Source, row: Mapping[str, Any], *, skip: str, order: tuple[str, ...]) -> Said:
    """A department that names nobody is asked through the partner that it is part of."""
    parties = {one["id"]: one for one in rows_of(source.agreement, "parties")}
    mine: list[Mapping[str, Any]] = []
    asked: str | None = row["id"]
    while not mine and asked in parties:  # each once: two may be said to be part of each other
        every = [one for one in rows_of(source.agreement, "contacts") if one.get("of") == asked]
        mine = [one for one in every if one.get("function") != skip and any(one.get(key) for key in REACHED)]
        asked = parties.pop(asked).get("part_of")
    mine.sort(key=lambda one: order.index(one["function"]) if one.get("function") in order else len(order))
    return Said(
        partner=Words(source.names.item(row["id"])), contacts=[_contact(source, one) for one in mine] or _vacant()
    )


def _contact(source: Source, row: Mapping[str, Any]) -> Said:
    asked = source.schema.sections["contacts"].questions
    said = {key: ", ".join(in_words(asked[key], row[key], source.names)) for key in asked if row.get(key)}
    who = ", ".join(said[key] for key in ("name", "post") if key in said)
    reach = ", ".join(said[key] for key in ("telephone", "email") if key in said)
    function = row.get("function")
    return Said(
        function_id=function if isinstance(function, str) else "", function=Words(said.get("function", "")),
        who=Words(who or NO_ONE), reach=Words(reach), post=Words(said.get("post") or said.get("function") or NO_ONE),
        first=Words(said.get("telephone") or said.get("email") or ""),
    )


def _vacant() -> list[Said]:
    empty = dict.fromkeys(("function", "reach", "first"), Words())
    return [Said(function_id="", who=Words(NO_ONE), post=Words(NO_ONE), **empty)]


