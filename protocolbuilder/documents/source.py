"""What a document of the family is made from: one agreement as it stood, its library, its stamp, and a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from protocolbuilder.documents import word
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.context import Numbers, PrintedNames
from protocolbuilder.documents.shape import NUMBER, STAMP, TEXT, Shape
from protocolbuilder.documents.single_message import message
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.stock import SHIPPED, Stock
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.consultation import NOTHING, Consulted
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.kinds import day_in_words
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.findings import Finding
from protocolbuilder.law.library import Library

USUAL: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("title", "day", "newer", "not_stated"), TEXT),
    "stamp": STAMP,
    "number": NUMBER,
}
"""The names that every template of the family may say, beside its own. `newer`: the version that replaced it, or ""."""


@dataclass(frozen=True, slots=True)
class Source:
    """`on` is the day in the United Kingdom on which the document is made: the law in force that day is printed.

    `findings`: what the review found and nobody accepted, and `consulted` the advice given, for the reviewer's report.
    `newer`: the number of a newer issued version, or "". `party`: the id of the partner a document is made for, or ""
    for all. `stock`: the Word templates it is made from. `parent`: what it stands under; `agreement` is then what it
    says in effect, and `own` its own answers.
    """

    schema: Schema
    agreement: Agreement
    library: Library
    stamp: Stamp
    on: date
    findings: tuple[Finding, ...] = ()
    newer: str = ""
    party: str = ""
    parent: Parent | None = None
    own: Agreement | None = None
    consulted: Consulted = NOTHING
    stock: Stock = SHIPPED
    _names: list[PrintedNames] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def names(self) -> PrintedNames:
        """The words behind ids, as they are printed; made once, when first asked for."""
        if not self._names:
            self._names.append(PrintedNames(self.schema, self.agreement, self.library))
        return self._names[0]

    def template(self, name: str) -> bytes:
        """The Word template of that name, such as `summary-1`. Raises BadSchema for an operator's with a mistake."""
        return self.stock.load(name, self.schema)

    @property
    def answers(self) -> Agreement:
        """Its own answers: what its data are."""
        return self.own or self.agreement

    @property
    def message(self) -> Words:
        """The single message of the partnership, unchanged; "" where there is none."""
        return message(self.agreement, self.parent, self.stamp)

    @property
    def title(self) -> str:
        """The title of the agreement, or ""."""
        return word.title_of(self.agreement)

    @property
    def host(self) -> str:
        """The name of the partner that keeps the agreement, or ""."""
        return word.host_of(self.schema, self.agreement, self.library)


def usual(source: Source) -> dict[str, Any]:
    """What `USUAL` names, in words."""
    return {
        "title": Words(source.title),
        "day": Words(day_in_words(source.on.isoformat())),
        "newer": Words(source.newer),
        "not_stated": NOT_STATED,
        "stamp": source.stamp,
        "number": Numbers(),
    }


def printed(source: Source, template: str, said: Mapping[str, Any], *, called: str) -> bytes:
    """The Word file of a template, such as `summary-1`, with `usual` and what else it says.

    `called` is what the document is, for the title among its properties: “Sharing in Northshire: summary”.
    """
    title = f"{source.title}: {called}".removeprefix(": ")
    whole = {**usual(source), **said}
    return word.printed(source.template(template), whole, title=title, author=source.host, stamp=source.stamp)
