"""What a draft stands under, and what it says in effect: its own answers, and its protocol's where it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from protocolbuilder import catalogue
from protocolbuilder.documents.inheriting import named, short
from protocolbuilder.documents.numbering import placed
from protocolbuilder.domain.agreement import Agreement, get
from protocolbuilder.domain.effective import Effective, Parent
from protocolbuilder.domain.inherit import effective
from protocolbuilder.domain.problems import Problem
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import NotFound
from protocolbuilder.law.library import Library
from protocolbuilder.store.parents import Above, Step, above
from protocolbuilder.web.running import session

CHOSEN = "about.parent_here"
OTHER_WAYS = "Select another one, or name the document in words instead."


@dataclass(frozen=True, slots=True)
class Stands:
    """`under`: the versions, nearest first, or none; `before`: those that its own latest version stands under.
    `problem`: why nothing is taken over from what was chosen."""

    effective: Effective
    under: tuple[Step, ...] = ()
    before: tuple[Step, ...] = ()
    problem: Problem | None = None

    @property
    def parent(self) -> Parent | None:
        return self.effective.parent

    @property
    def link(self) -> str:
        """The page of the version whose text is taken over, or ""."""
        return f"/agreements/{self.parent.ref}/versions/{self.parent.number}" if self.parent else ""

    @property
    def name(self) -> str:
        """`Northshire protocol, version 2`, or ""."""
        return named(self.parent) if self.parent else ""

    @property
    def older(self) -> int:
        """The version that the latest version of the agreement stands under, where a newer one is issued; else 0."""
        known = self.before and self.under and self.before[0].ref == self.under[0].ref
        return self.before[0].number if known and self.before[0].number < self.under[0].number else 0

    @property
    def sections_left_out(self) -> tuple[str, ...]:
        """The titles of the sections of the parent in which something names what is not here."""
        found = (address.split(".")[0] for address in self.effective.left_out)
        return tuple(dict.fromkeys(self.parent.schema.sections[key].title for key in found)) if self.parent else ()

    @property
    def short(self) -> str:
        return short(self.parent) if self.parent else ""

    def mark(self, section_id: str) -> str:
        """`As the protocol, section 9.1`, or `In part as …`, where answers of a section are taken over; else ""."""
        kinds = self.effective.of_section(section_id)
        if self.parent is None or not kinds & {"inherited", "conflict"}:
            return ""
        place = f"{self.short}, {self.parent.place(section_id)}"
        return f"As {place}" if kinds == {"inherited"} else f"In part as {place}"

    def where(self, address: str) -> str:
        """`As Northshire protocol, version 2, section 9.1`, where the text at an address is taken over; else ""."""
        if self.parent is None or not self.effective.inherited(address):
            return ""
        return f"As {self.name}, {self.parent.place(address.split('.')[0])}"


def standing(ref: str, schema: Schema, agreement: Agreement, library: Library) -> Stands:
    """One statement where something was chosen to stand under, none otherwise."""
    chosen = get(agreement, CHOSEN)
    if not isinstance(chosen, Mapping) or not isinstance(chosen.get("ref"), str):
        return Stands(Effective(agreement, agreement))
    found = above(session(), chosen["ref"], asking=ref)
    if told := _told(ref, found):
        name = f"“{chosen.get('title', '')}” ({chosen['ref']})".replace("“” ", "")
        alone = Effective(agreement, agreement)
        return Stands(alone, problem=Problem(CHOSEN, "wrong", told.format(name=name), OTHER_WAYS))
    if found is None:
        raise NotFound(f"There is no agreement {chosen['ref']}.")
    parent = _parent(replace(found, before=()), library)
    return Stands(effective(schema, agreement, parent), (found.step, *found.under), found.before)


def _told(ref: str, found: Above | None) -> str:
    """Why nothing can be taken over from it, or ""."""
    if found is None:
        return "{name} is not in this register, so nothing is taken over from it."
    if found.ref == ref or any(step.ref == ref for step in found.under):
        return "{name} stands under this agreement, so this agreement cannot stand under it."
    if found.discarded:
        return "{name} has been discarded, so nothing is taken over from it."
    if found.number is None:
        return "{name} has no issued version yet, so nothing is taken over from it."
    return ""


def as_issued(schema: Schema, agreement: Agreement, under: tuple[Step, ...], library: Library) -> Effective:
    """What an issued version says in effect: with the version above it of that time. One statement where there is one.

    Raises NotFound when that is not kept.
    """
    if not under:
        return Effective(agreement, agreement)
    found = above(session(), under[0].ref, under[0].number)
    if found is None or found.number is None:
        raise NotFound(f"There is no version {under[0].number} of {under[0].ref}.")
    return effective(schema, agreement, _parent(found, library))


@lru_cache(maxsize=16)
def _parent(found: Above, library: Library) -> Parent:
    """Read once: a version never changes."""
    parent = Parent(found.ref, found.number or 0, catalogue.schema(found.schema), found.agreement())
    return placed(parent, library)
