"""Writes into every printed answer where it comes from, so that a place in the Word file can be led back to it.

What is printed is not touched: taken away again, the signs leave the very text that `word.visible_parts` prints.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace as Said
from typing import Any, Final, Literal

from protocolbuilder.documents import package
from protocolbuilder.documents.answers import NOT_STATED, Answers, Items, Row, Rows
from protocolbuilder.documents.words import Several, Words
from protocolbuilder.domain.agreement import Agreement, canonical
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadFile

Kind = Literal["answer", "unsaid", "label", "about"]
"""An answer word for word; “Not stated” in its place; the title of its question; something else said of it."""

FREE: Final = tuple(map(chr, range(0xFDD0, 0xFDF0)))
"""Characters that stand for nothing and never will: three of them that no answer holds are the signs."""
BESIDE: Final[Mapping[str, str]] = {
    "senders": "from", "recipients": "to", "information": "items", "only_when_needed": "optional_items",
    "never": "withheld_items", "label": "ref", "marks": "gateways",
}  # fmt: skip
"""What a template says of a flow beside its answers (`documents.beside`), and the question it comes from."""
_UNSAID: Final = re.compile(rb"\{\{ ?(\w+)\.(\w+) or not_stated ?\}\}")
_SAID_UNSAID: Final = rb"{{ \1.\2 or \1.unsaid.\2 }}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a printed text comes from: the address of a question, an item or a section."""

    address: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Unsaid:
    """“Not stated” for each name that an item leaves empty. It has no attributes that a name could be taken for."""

    _said: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self._said.get(name, NOT_STATED)


@dataclass(slots=True)
class Marker:
    """Marks what a template may say. `sources` are those of the signs, in their order."""

    schema: Schema
    agreement: Agreement
    signs: tuple[str, str, str]
    sources: list[Source] = field(default_factory=list)

    def marked(self, said: dict[str, Any]) -> dict[str, Any]:
        """The same as `context.context` gives, every text of the agreement with its signs."""
        made = dict(said)
        for key, section in self.schema.sections.items():
            found = said[key]
            made[key] = self.items(found, key) if section.is_list else self.answers(found, key)
        flagged = [key for key, texts in sorted(self.agreement.flags.items()) for _ in texts]
        made["flags"] = [self.row(row, address) for row, address in zip(said["flags"], flagged, strict=True)]
        accepted = [str(row.get("address", "")) for row in self.agreement.accepted]
        made["accepted"] = [self.row(row, address) for row, address in zip(said["accepted"], accepted, strict=True)]
        return made

    def items(self, items: Items, section: str) -> Items:
        usual = Rows(dataclasses.replace(row, words=self.words(row.words, section, "about")) for row in items.usual)
        each = tuple(self.answers(item, f"{section}.{item.words['id']}") for item in items)
        reason = self.reason(items.does_not_apply, section)
        return dataclasses.replace(items, items_=each, does_not_apply=reason, usual=usual)

    def answers(self, answers: Answers, address: str) -> Answers:
        section = self.schema.sections[address.partition(".")[0]]
        words, unsaid = dict(answers.words), dict[str, str]()
        for key, said in answers.words.items():
            if key in section.questions and said:
                words[key] = self.words(said, f"{address}.{key}", "answer")
            elif key in section.questions:
                unsaid[key] = self.words(Words(NOT_STATED), f"{address}.{key}", "unsaid")
            elif isinstance(said, Words) and said:
                at = f"{address}.{BESIDE[key]}" if key in BESIDE else address
                words[key] = self.words(said, at, "about")
            elif key in BESIDE:
                unsaid[key] = self.words(Words(NOT_STATED), f"{address}.{BESIDE[key]}", "about")
        if "signatories" in words:
            words["signatories"] = self.signatories(words["signatories"], words["id"])
        if "powers" in words:
            words["powers"] = [self.row(power, f"{address}.gateways") for power in words["powers"]]
        rows = {key: self.titled(row, f"{address}.{key}") for key, row in answers.rows.items()}
        alike = {
            key: rows[key].words if key in rows and answers.rows[key].words == usual else usual
            for key, usual in answers.alike.items()
        }
        made = copy.copy(answers)
        made.words = made.__dict__ = {**words, "unsaid": Unsaid(unsaid)}
        made.rows, made.alike = rows, alike
        made.does_not_apply = self.reason(answers.does_not_apply, address)
        return made

    def reason(self, said: str, address: str) -> Words:
        return self.words(Words(said), address, "about") if said else Words()

    def titled(self, row: Row, address: str) -> Row:
        """A question's title and its answer. What ends the title is left outside: `Row.lead` looks at it."""
        end = len(row.title.rstrip("?"))
        title = self.sign(row.title[:end], address, "label") + row.title[end:]
        return Row(title, self.words(row.words, address, "answer"), row.short)

    def signatories(self, people: list[Said], party: str) -> list[Said]:
        """As `beside` made them: the contacts of a partner who sign for it, in order."""
        contacts = [
            row["id"] for row in rows_of(self.agreement, "contacts")
            if row.get("function") == "signatory" and row.get("of") == party
        ]  # fmt: skip
        made = [self.row(one, f"contacts.{key}", "answer") for one, key in zip(people, contacts, strict=False)]
        return made or people

    def row(self, row: Said, address: str, kind: Kind = "about") -> Said:
        """Texts side by side that are said of one address, or are the answers of one item."""
        return Said(**{
            key: self.words(said, f"{address}.{key}" if kind == "answer" else address, kind) if said else said
            for key, said in vars(row).items()
        })  # fmt: skip

    def words(self, words: Words, address: str, kind: Kind) -> Words:
        """An answer as a whole and each of its entries, with their signs."""
        made = str.__new__(Several, self.sign(str(words), address, kind))
        made._each = tuple(self.sign(str(each), address, kind) for each in words.each)
        return made

    def sign(self, text: str, address: str, kind: Kind) -> str:
        opens, numbered, closes = self.signs
        self.sources.append(Source(address, kind))
        return f"{opens}{len(self.sources) - 1}{numbered}{text}{closes}"


def marker(schema: Schema, agreement: Agreement) -> Marker:
    """Raises BadFile for an agreement that uses up the characters that stand for nothing."""
    said = canonical(agreement).decode()
    free = [sign for sign in FREE if sign not in said]
    if len(free) < 3:
        raise BadFile("The agreement holds characters that stand for nothing.")
    return Marker(schema, agreement, (free[0], free[1], free[2]))


def says_unsaid(template: bytes) -> bytes:
    """The template, with “Not stated” told apart by question."""
    parts = package.read_own(template)
    parts[package.WORD] = _UNSAID.sub(_SAID_UNSAID, parts[package.WORD])
    return package.write(parts)
