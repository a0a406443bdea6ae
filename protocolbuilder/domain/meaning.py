"""What the keywords of JSON Schema cannot say about one answer: characters, vocabularies, other lists, real dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, Protocol

from protocolbuilder.domain.messages import wrong
from protocolbuilder.domain.problems import Problem
from protocolbuilder.domain.reading import forbidden_character
from protocolbuilder.domain.schema import Question

DAY_KINDS: Final = frozenset({"day", "when"})


class Vocabularies(Protocol):
    """What says whether an id is an entry of a vocabulary: the law library."""

    def has(self, vocabulary: str, value: str) -> bool:
        """Whether the vocabulary holds this id."""


def meaning(
    question: Question, address: str, value: Any, items: Mapping[str, frozenset[str]], library: Vocabularies
) -> Iterator[Problem]:
    """What the schema's keywords cannot say: characters, entries of vocabularies, items of other lists, real dates."""
    for text in _texts(value):
        name = forbidden_character(text)
        if name:
            yield Problem(
                address,
                "wrong",
                f"“{question.title}” holds a character that cannot be kept: {name}.",
                "Type the text again without it.",
            )
            return
    parts = value if isinstance(value, list) else [value]
    if question.kind in ("choices", "references"):
        twice = [part for part, count in Counter(map(repr, parts)).items() if count > 1]
        if twice:
            yield Problem(address, "wrong", f"“{question.title}” holds the same entry twice.", "Take one of them away.")
    if question.vocabulary:
        for part in parts:
            if isinstance(part, str) and not library.has(question.vocabulary, part):
                yield Problem(
                    address,
                    "wrong",
                    f"“{part}” is not in the law library’s list for “{question.title}”.",
                    "Select an entry of the list, or enter it as other.",
                )
    if question.refers:
        known = frozenset[str]().union(*(items.get(key, frozenset()) for key in question.refers))
        for part in parts:
            if part not in known or address.split(".")[-2] == part:
                yield Problem(
                    address,
                    "wrong",
                    f"“{question.title}” names “{part}”, which is not in this document.",
                    "Select from what is there, or add it first.",
                )
    if question.kind in DAY_KINDS and isinstance(value, str) and not _is_day(value):
        yield wrong(address, question, "format")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _is_day(value: str) -> bool:
    year, *rest = (int(part) for part in value.split("-"))
    try:
        date(year, *[*rest, 1, 1][:2])
    except ValueError:
        return False
    return True
