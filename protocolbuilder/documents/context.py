"""What a Word template may say: every address of the schema in words, and a few names beside them.

`{{ about.title }}` is an answer; `{%p for flow in flows %}{{ flow.methods }}` the answers of each item. An answer that
is not stated is empty and false in a condition. `shape` lists every name, for the check of templates.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents.answers import NOT_STATED, Answers, Items, Row, with_usual
from protocolbuilder.documents.beside import Beside, beside
from protocolbuilder.documents.inheriting import Alone, Marks
from protocolbuilder.documents.single_message import message
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.words import NOTHING, Words
from protocolbuilder.domain.agreement import ABSENT, Agreement
from protocolbuilder.domain.journey import relevant, required
from protocolbuilder.domain.kinds import Names, day_in_words, shown_each
from protocolbuilder.domain.matrix import references, rows_of
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.schema import Question, Schema, Section
from protocolbuilder.law.glossary import Entry, used_in
from protocolbuilder.law.library import Library

TOGETHER: Final = ("choices", "references")  # kinds whose entries are names: they share a line
OFTEN: Final = frozenset({*TOGETHER, "choice", "yes_no", "deadline", "period", "day", "when", "reference"})
WRONG_SHAPE: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(slots=True)
class Numbers:
    """Numbers headings as they are printed, so that a section that vanishes leaves no gap."""

    _counts: dict[str, int] = field(default_factory=lambda: {"section": 0, "part": 0, "appendix": 0})
    here: str = ""
    """The latest that was given, as a text refers to it: `section 9.1`, `appendix C`."""

    def section(self) -> str:
        self._counts["section"] += 1
        self._counts["part"] = 0
        number = str(self._counts["section"])
        self.here = f"section {number}"
        return number

    def part(self) -> str:
        self._counts["part"] += 1
        number = f"{self._counts['section']}.{self._counts['part']}"
        self.here = f"section {number}"
        return number

    def appendix(self) -> str:
        """Appendix A to Z, then A2 and so on."""
        round_, letter = divmod(self._counts["appendix"], 26)
        self._counts["appendix"] += 1
        sign = chr(ord("A") + letter) + (str(round_ + 1) if round_ else "")
        self.here = f"appendix {sign}"
        return sign


class PrintedNames(AgreementNames):
    """As on screen, but a flow is called by its number in the document: `Flow 7`."""

    def __init__(self, schema: Schema, agreement: Agreement, library: Library) -> None:
        super().__init__(schema, agreement, library)
        self._labels = references(agreement)

    def item(self, item_id: str) -> str:
        label = self._labels.get(item_id)
        if label:
            return f"Flow {label}"
        try:
            return super().item(item_id)
        except WRONG_SHAPE:  # an answer that makes up the name is wrong, as a draft's may be
            return item_id


def context(
    schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp, named: frozenset[str],
    marks: Marks | None = None,
) -> dict[str, Any]:  # fmt: skip
    """All that a template may say. `named` are the addresses without item ids that the template names itself; `marks`
    says what of the agreement is printed and where it comes from."""
    told = marks or Alone(agreement)
    agreement = told.printed
    maker = _maker(schema, told, library, stamp=stamp, named=named)
    made: dict[str, Any] = {key: maker.section(section) for key, section in schema.sections.items()}
    made |= {"stamp": stamp, "number": Numbers(), "not_stated": NOT_STATED, "unstated": _unstated(schema, told.whole)}
    made |= {"under": told.above, "message": message(told.whole, told.parent, stamp)}
    made["flags"] = [
        Said(place=maker.place(address), text=Words(text))
        for address, texts in sorted(agreement.flags.items())  # the file that travels inside has them in this order
        for text in texts
    ]
    terms = used_in(schema, agreement, library, whole=told.whole)
    made["library_terms"] = [Said(name=Words(one.name), meaning=Words(_meaning(one))) for one in terms]
    made["accepted"] = [_accepted(row, maker) for row in agreement.accepted]
    return made


def one_section(
    schema: Schema, agreement: Agreement, library: Library, *, section: str, stamp: Stamp, named: frozenset[str]
) -> Answers | Items:
    """One section of `context` by itself."""
    return _maker(schema, Alone(agreement), library, stamp=stamp, named=named).section(schema.sections[section])


def _maker(schema: Schema, marks: Marks, library: Library, *, stamp: Stamp, named: frozenset[str]) -> _Maker:
    agreement, names = marks.printed, PrintedNames(schema, marks.whole, library)
    more = beside(agreement, library, names, on=stamp.at.date())
    return _Maker(schema, agreement, names, named, _silent(agreement), more, marks)


@dataclass(frozen=True, slots=True)
class _Maker:
    schema: Schema
    agreement: Agreement
    names: Names
    named: frozenset[str]
    silent: Mapping[str, Collection[str]]
    more: Mapping[str, Beside]
    marks: Marks
    made: dict[Any, tuple[Words, Row | None]] = field(default_factory=dict)

    def section(self, section: Section) -> Answers | Items:
        found = self.agreement.answers.get(section.id)
        mark = self.marks.mark(section, self.names.item)
        if not section.is_list:
            said = found if isinstance(found, Mapping) else {}
            return self.marks.shortened(section, self.answers(section, said, section.id, {"inherited": mark}))
        rows = rows_of(self.agreement, section.id)
        made = with_usual(section, tuple(self.item(section, row) for row in rows))
        return dataclasses.replace(made, does_not_apply=self.reason(section.id), inherited=mark)

    def item(self, section: Section, row: Mapping[str, Any]) -> Answers:
        known = {"id": row["id"], "called": Words(self.names.item(row["id"]))}
        if section.id in self.more:
            known |= self.more[section.id](row)
        return self.answers(section, row, f"{section.id}.{row['id']}", known)

    def answers(self, section: Section, found: Mapping[str, Any], address: str, known: dict[str, Any]) -> Answers:
        rows: dict[str, Row] = {}
        words = {**known, **dict.fromkeys(section.questions, NOTHING)}
        silent = self.silent.get(address, frozenset())
        for key, question in section.questions.items():
            if key in silent:
                reason = self.reason(f"{address}.{key}")
                words[key], row = self.new_answer(question, found.get(key, ABSENT), reason)
            elif key in found:
                words[key], row = self.answer(question, found[key])
            else:
                continue
            if row:
                rows[key] = row
        return Answers(words, rows, _own_names(section, self.named), self.reason(address))

    def answer(self, question: Question, value: Any) -> tuple[Words, Row | None]:
        """An answer in words. Made once where many items say the same."""
        if question.kind not in OFTEN or not _is_plain(value):
            return self.new_answer(question, value, NOTHING)
        once = (question, tuple(value) if isinstance(value, list) else value)
        made = self.made.get(once)
        if made is None:
            made = self.made[once] = self.new_answer(question, value, NOTHING)
        return made

    def new_answer(self, question: Question, value: Any, reason: Words) -> tuple[Words, Row | None]:
        """An answer in words, with why there is none or not more."""
        each = printed(question, value, self.names) if value is not ABSENT else ()
        between = "; " if question.kind in TOGETHER else "\n"
        words = Words(*each, reason, between=between) if reason else Words(*each, between=between)
        return words, Row.of(question, words) if words else None

    def reason(self, address: str) -> Words:
        reason = self.agreement.does_not_apply.get(address, "")
        return Words(f"Does not apply, because {reason}") if reason else NOTHING

    def place(self, address: str) -> Words:
        """`Flows, Police to Council: Name, How often` for `flows.k3f9.frequency`."""
        section_id, *rest = address.split(".")
        section = self.schema.sections.get(section_id)
        if section is None:
            return Words(address)
        parts = [section.title]
        if section.is_list and rest:
            parts.append(self.names.item(rest.pop(0)))
        parts += [section.questions[key].title if key in section.questions else key for key in rest]
        return Words(", ".join(parts))


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, bool)) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _silent(agreement: Agreement) -> Mapping[str, Collection[str]]:
    """The questions that do not apply, by the address of their section or item."""
    found: dict[str, set[str]] = {}
    for address in agreement.does_not_apply:
        within, _, key = address.rpartition(".")
        found.setdefault(within, set()).add(key)
    return found


@lru_cache(maxsize=512)
def _own_names(section: Section, named: frozenset[str]) -> frozenset[str]:
    """The questions of a section that the template names."""
    return frozenset(key for key in section.questions if f"{section.id}.{key}" in named)


def printed(question: Question, value: Any, names: Names) -> tuple[str, ...]:
    """A wrong answer, which a draft may hold, is printed as it is."""
    try:
        found: tuple[Any, ...] = shown_each(question, value, names)
    except WRONG_SHAPE:
        found = (value,)
    return tuple(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in found)


def _accepted(row: Mapping[str, str], maker: _Maker) -> Said:
    made = {key: Words(str(row.get(key, ""))) for key in ("rule", "text", "by", "at", "reason")}
    with suppress(ValueError):
        made["at"] = Words(day_in_words(made["at"][:10]))
    return Said(**made, place=maker.place(str(row.get("address", ""))))


def _meaning(entry: Entry) -> str:
    """What a term means, with the other names that this document has for it."""
    also = f" Also called here: {', '.join(entry.names)}." if entry.names else ""
    return f"{entry.meaning.rstrip('.')}.{also}"


def _unstated(schema: Schema, agreement: Agreement) -> list[Said]:
    """Sections that are asked for and say nothing at all."""
    shown = relevant(schema, agreement)
    return [
        Said(title=section.title)
        for key, section in schema.sections.items()
        if key in shown
        and not agreement.answers.get(key)
        and key not in agreement.does_not_apply
        and (section.least if section.is_list else required(section, {}))
    ]
