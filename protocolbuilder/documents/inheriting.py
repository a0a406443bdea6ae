"""An agreement under a protocol as it is printed: whole, each section marked with where it comes from, or only what it
adds and changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace as Said
from typing import Any, Final, Literal, Protocol

from protocolbuilder.documents.answers import Answers, Row
from protocolbuilder.documents.words import NOTHING, Words
from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.effective import Effective, Parent
from protocolbuilder.domain.journey import required
from protocolbuilder.domain.schema import Schema, Section

NONE_ABOVE: Final = Said(name=NOTHING, fingerprint=NOTHING, note=NOTHING)
LONGEST_NAME: Final = 80


ALWAYS: Final = frozenset({"principles"})
"""Printed in full in every document: that nothing here stops or delays sharing that protects someone."""
_WHOLE: Final = (
    "This document takes common rules over from {title}, called “{short}” here. "
    "Each section says what of it comes from there."
)
_DELTA: Final = (
    "This document prints only what this agreement adds to {title}, called “{short}” here, or says otherwise. "
    "Read it together with that document: where a section says “as {short}”, the text there stands."
)


class Marks(Protocol):
    """What a document says of where its text comes from. `whole` is what holds, `printed` what of it is printed."""

    @property
    def whole(self) -> Agreement: ...

    @property
    def printed(self) -> Agreement: ...

    @property
    def parent(self) -> Parent | None: ...

    @property
    def above(self) -> Any:
        """Name, fingerprint and note about what it stands under, each empty when that is nothing."""

    def mark(self, section: Section, name: Any) -> Any:
        """Stands at the start of a section. `name` gives the name of an item by its id."""

    def shortened(self, section: Section, answers: Answers) -> Answers:
        """The answers of a section that is no list, as they are printed."""


class Alone:
    """A document that stands under nothing, or whose protocol is not at hand."""

    above = NONE_ABOVE
    parent: Parent | None = None

    def __init__(self, agreement: Agreement) -> None:
        self.whole = self.printed = agreement

    def mark(self, section: Section, name: Any) -> Words:
        return NOTHING

    def shortened(self, section: Section, answers: Answers) -> Answers:
        return answers


@dataclass(frozen=True, slots=True)
class Under:
    """`what`: everything with the text of the protocol, or the delta."""

    schema: Schema
    effective: Effective
    parent: Parent
    what: Literal["all", "delta"]
    whole: Agreement
    printed: Agreement

    @property
    def above(self) -> Said:
        """What it stands under."""
        parent = self.parent
        title = f"{named(parent)}{f' ({parent.ref})' if parent.ref else ''}"
        note = _WHOLE if self.what == "all" else _DELTA
        said = Words(note.format(title=title, short=short(parent)))
        return Said(name=Words(title), fingerprint=Words(_fingerprint(parent.agreement)), note=said)

    def mark(self, section: Section, name: Any) -> Words:
        """`As the protocol, section 9.1.`, with what is said otherwise."""
        return Words(mark(self.schema, self.effective, section, name))

    def shortened(self, section: Section, answers: Answers) -> Answers:
        """In a delta, an answer of the parent is not repeated: one that each document must give says where it stands,
        any other is named at the start of the section."""
        taken = "inherited" in self.effective.of_section(section.id)
        if self.what == "all" or section.id in ALWAYS or not taken:
            return answers
        rows, words, needed = dict(answers.rows), dict(answers.words), required(section, {})
        there = Words(f"As {short(self.parent)}, {self.parent.place(section.id)}.")
        for key in answers.rows:
            if not self.effective.inherited(f"{section.id}.{key}"):
                continue
            words[key] = there if key in needed else NOTHING
            if key in needed:
                rows[key] = Row.of(section.questions[key], there)
            else:
                del rows[key]
        return Answers(words, rows, answers.named, answers.does_not_apply, answers.alike)


def under(schema: Schema, effective: Effective, what: Literal["all", "delta"]) -> Marks:
    """How an agreement is printed. Without a parent it prints what it says itself."""
    if effective.parent is None:
        return Alone(effective.own)
    whole = effective.agreement
    printed = whole if what == "all" else _delta(schema, effective)
    return Under(schema, effective, effective.parent, what, whole, printed)


def _delta(schema: Schema, effective: Effective) -> Agreement:
    """What holds, without the items and whole sections that are the parent's."""
    kept: dict[str, Any] = {}
    for key in schema.sections:
        found = effective.agreement.answers.get(key)
        if key in ALWAYS:
            continue
        if isinstance(found, list):
            kept[key] = [item for item in found if not effective.inherited(f"{key}.{item['id']}")]
        elif effective.of_section(key) == {"inherited"}:
            kept[key] = {}
    reasons = {at: why for at, why in effective.agreement.does_not_apply.items() if not effective.inherited(at)}
    whole = effective.agreement
    return replace(whole, answers={**whole.answers, **kept}, does_not_apply=reasons, accepted=effective.own.accepted)


def mark(schema: Schema, effective: Effective, section: Section, name: Any) -> str:
    """Where the text of a section comes from, in one line; "" when it is all the agreement's own."""
    parent, kinds = effective.parent, effective.of_section(section.id)
    if parent is None or not kinds & {"inherited", "conflict"}:
        return ""
    where = f"s {short(parent)}, {parent.place(section.id)}"
    taken = [at for at, one in effective.origins.items() if at.split(".")[0] == section.id and one.kind == "inherited"]
    said = f"A{where}." if kinds <= {"inherited", "conflict"} else f"A{where}: {_listed(section, taken, name)}."
    refused = [one.address for one in effective.conflicts if one.address.split(".")[0] == section.id]
    if refused:
        said += f" What this agreement says about {_listed(section, refused, name)} does not stand: it is fixed there."
    return said


def _listed(section: Section, addresses: list[str], name: Any) -> str:
    """The titles of questions or the names of items, each once, in quotes."""
    found = dict.fromkeys(_called(section, address, name) for address in addresses)
    *most, last = (f"“{one}”" for one in found)
    return f"{', '.join(most)} and {last}" if most else last


def _called(section: Section, address: str, name: Any) -> str:
    _, *rest = address.split(".")
    if not rest:
        return section.title
    if section.is_list:
        said = str(name(rest[0]))
        return said if len(said) <= LONGEST_NAME else said[: LONGEST_NAME - 1].rstrip() + "…"
    return section.questions[rest[0]].title if rest[0] in section.questions else rest[0]


def short(parent: Parent) -> str:
    """How a text calls what it stands under."""
    return "the protocol" if parent.schema.id.startswith("protocol") else "the agreement above it"


def named(parent: Parent) -> str:
    """`Northshire information sharing protocol, version 2`."""
    return f"{parent.name or short(parent)}, version {parent.number}" if parent.number else parent.name or short(parent)


def _fingerprint(agreement: Agreement) -> str:
    found = digest(agreement)
    return " ".join(found[n : n + 4] for n in range(0, len(found), 4))
