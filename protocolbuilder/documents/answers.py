"""The answers of a section as a Word template meets them: by name, or row by row, long and short apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from protocolbuilder.documents.words import PARAGRAPH, Words
from protocolbuilder.domain.schema import Question, Section

NOT_STATED: Final = "Not stated"
SHORT: Final = ("choice", "yes_no", "day", "when", "period", "deadline", "line", "reference", "phone", "email")
SHORTEST: Final = 70  # characters of an answer that may share its line with others
LINE: Final = 100  # characters of a list of names that still reads well on one line
FEW: Final = 3  # entries of a list that read well on one line however long they are
ALIKE: Final = ("choice", "yes_no")  # kinds of answers that are often the same in every item
NONE_ALIKE: Final[Mapping[str, Words]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Row:
    """A question's title beside its answer in words. A long list has an entry a line."""

    title: str
    words: Words
    short: bool = False

    @classmethod
    def of(cls, question: Question, words: Words) -> Row:
        short = (
            question.kind in SHORT and len(words) <= SHORTEST and "\n" not in words and PARAGRAPH not in words
        )
        many = len(words.each) > FEW and len(words) > LINE
        return cls(question.title, Words(*words.each) if many else words, short)

    @property
    def lead(self) -> str:
        """The title before an answer on the same line: `How often:`, but `Can people be recognised?`"""
        return self.title if self.title.endswith("?") else f"{self.title}:"


class Rows(tuple[Row, ...]):
    """Rows in the order of the schema. Those in `short` may share one line, each of those in `long` needs its own."""

    __slots__ = ()

    @property
    def short(self) -> tuple[Row, ...]:
        return tuple(row for row in self if row.short)

    @property
    def long(self) -> tuple[Row, ...]:
        return tuple(row for row in self if not row.short)


class Answers:
    """One section, or one item of a list section: what it says is its attributes, beside those below.

    `words`: its questions and what is known of it beside them, by name; `rows`: those that are answered, in order;
    `named`: the questions that the template prints by name; `alike`: what is usual in the list.
    """

    __slots__ = ("__dict__", "alike", "does_not_apply", "named", "rows", "words")

    def __init__(
        self, words: dict[str, Any], rows: Mapping[str, Row], named: frozenset[str], does_not_apply: Words,
        alike: Mapping[str, Words] = NONE_ALIKE,
    ) -> None:  # fmt: skip
        self.__dict__ = words
        self.words = words
        self.rows = rows
        self.named = named
        self.does_not_apply = does_not_apply
        self.alike = alike

    @property
    def answered(self) -> bool:
        return bool(self.rows)

    @property
    def every(self) -> Rows:
        """All answers, in the order of the schema."""
        return Rows(self.rows.values())

    @property
    def rest(self) -> Rows:
        """The answers that the template names nowhere, so that none is lost."""
        return Rows(row for key, row in self.rows.items() if key not in self.named)

    @property
    def unusual(self) -> Rows:
        """The rest without what the list says once for all its items in `usual`."""
        return Rows(row for key, row in self.rows.items() if key not in self.named and row.words != self.alike.get(key))

    def __bool__(self) -> bool:
        return self.answered or bool(self.does_not_apply) or len(self.words.get("inherited", "")) > 0

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Items:
    """A list section: its items in order. `usual`: answers that at least three of four items give, each once.
    `inherited`: which of it comes from the protocol, and from where there."""

    items_: tuple[Answers, ...]
    does_not_apply: str = ""
    usual: Rows = field(default_factory=Rows)
    inherited: str = ""

    def __iter__(self) -> Iterator[Answers]:
        return iter(self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    def __bool__(self) -> bool:
        return bool(self.items_ or self.does_not_apply) or len(self.inherited) > 0

    @property
    def answered(self) -> bool:
        return bool(self.items_)


def with_usual(section: Section, items: tuple[Answers, ...]) -> Items:
    """The items with what is usual among them. An item that does not say what is usual gets a row *not stated*."""
    alike = {
        key: words
        for key, question in section.questions.items()
        if question.kind in ALIKE and not any(key in item.named for item in items)
        for words in [_usual(items, key)]
        if words
    }
    rows = Rows(Row(section.questions[key].title, words, short=True) for key, words in alike.items())
    return Items(tuple(_told(section, item, alike) for item in items), usual=rows)


def _usual(items: tuple[Answers, ...], key: str) -> Words:
    said = Counter(item.words[key] for item in items if item.words.get(key))
    words, count = said.most_common(1)[0] if said else (Words(), 0)
    return words if count > FEW and count * 4 >= len(items) * 3 else Words()


def _told(section: Section, item: Answers, alike: Mapping[str, Words]) -> Answers:
    if not item.rows or not alike:
        return item
    silent = {key: Row(section.questions[key].title, Words(NOT_STATED), short=True) for key in alike}
    rows = {key: found for key in section.questions if (found := item.rows.get(key) or silent.get(key))}
    return Answers(item.words, rows, item.named, item.does_not_apply, alike)
