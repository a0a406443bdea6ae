"""A draft being filled from a file: items get short ids in the order they are met (p1, p2, f1, …)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.agreement import ABSENT, Agreement, new
from protocolbuilder.domain.matching import forms, normal, plain, without_brackets
from protocolbuilder.domain.schema import Question, Schema, list_sections, question_at
from protocolbuilder.law.library import Library

LETTERS: Final[Mapping[str, str]] = {
    "parties": "p", "others": "o", "contacts": "c", "purposes": "pu", "subjects": "s", "items": "i", "gateways": "g",
    "bases": "b", "flows": "f", "flow_roles": "fr", "retention": "k", "residue": "t",
}
WHOLE_TEXTS: Final = frozenset({"line", "prose", "url"})
"""Kinds that hold one text; the others hold their words as a line: a label of other, an event, one of several lines."""
UK: Final = re.compile(r"\b(?:england|wales|scotland|northern ireland|united kingdom|uk|britain)\b", re.IGNORECASE)

Entries = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Match:
    """A printed text that was recognised as an entry of the law library or as a choice of the schema.

    `words` is what the entry is called, with what nobody has checked of it.
    """

    address: str
    printed: str
    entry: str
    words: str


class Draft:
    """The agreement that grows while a file is read. `end` gives it as a value."""

    def __init__(self, schema: Schema, library: Library) -> None:
        self.schema = schema
        self.library = library
        self.matches: list[Match] = []
        empty = new(schema.id, library=library.version, sections=list_sections(schema))
        self._answers: dict[str, Any] = dict(empty.answers)
        self._flags: dict[str, tuple[str, ...]] = {}
        self._named: dict[tuple[str, str], str] = {}
        self._partners: dict[str, list[str]] = {}
        self._forms: dict[tuple[str, str], Mapping[str, str]] = {}
        self._counted_up = _single(library.vocabularies["data_categories"], _counted)

    def answer(self, section: str, question: str, value: Any) -> None:
        """An answer of a section that is no list."""
        self._answers[section][question] = value

    def add(self, section: str, answers: Mapping[str, Any]) -> str:
        """A new item at the end of a list section. Gives its id."""
        item_id = f"{LETTERS[section]}{len(self._answers[section]) + 1}"
        self._answers[section].append({"id": item_id, **answers})
        name = answers.get("statement" if section == "purposes" else "name")
        if name is not None:
            self._named.setdefault((section, name), item_id)
        if section == "parties":
            for form in {normal(answers["name"]), normal(without_brackets(answers["name"]))}:
                self._partners.setdefault(form, []).append(item_id)
        return item_id

    def partners_like(self, name: str) -> list[str]:
        """Ids of the partners whose name, or name without a remark in brackets at its end, looks like this one."""
        return self._partners.get(normal(name), [])

    def named(self, section: str, name: str) -> str:
        """The id of the first item of exactly this name (of a purpose: this statement), or ""."""
        return self._named.get((section, name), "")

    def items(self, section: str) -> list[dict[str, Any]]:
        """The items of a list section so far. They may be added to."""
        found: list[dict[str, Any]] = self._answers[section]
        return found

    def flag(self, address: str, text: str) -> None:
        """Carry 'as printed, looks wrong' at an address. Nothing is corrected."""
        self._flags[address] = (*self._flags.get(address, ()), text)

    def fits(self, section: str, question: str, text: str) -> bool:
        """Whether a text can stand as it is in a question: the length and the form that its kind allows."""
        name = self.question(section, question).kind
        kind = self.schema.load("kinds.json")["$defs"][name if name in WHOLE_TEXTS else "line"]
        return kind["minLength"] <= len(text) <= kind["maxLength"] and re.search(kind["pattern"], text) is not None

    def question(self, section: str, question: str) -> Question:
        """A question of the schema."""
        return self.schema.sections[section].questions[question]

    def choice(self, section: str, question: str, printed: str) -> str:
        """The id of the choice that the printed words plainly are, from the question's own or the library's, or ""."""
        place = (section, question)
        if place not in self._forms:
            self._forms[place] = self._known_forms(self.question(section, question))
        return self._forms[place].get(plain(printed), "")

    def _known_forms(self, asked: Question) -> Mapping[str, str]:
        if not asked.vocabulary:
            return forms(asked.choices)
        entries = self.library.vocabularies[asked.vocabulary]
        named = forms((key, str(entry.get("label", key))) for key, entry in entries.items())
        return {**_single(entries, _other_words), **named}

    def chosen(self, section: str, question: str, printed: str) -> Any:
        """The value of a choice for printed words: an id of the list, else the words themselves as other."""
        return self.choice(section, question, printed) or {"other": printed}

    def category(self, name: str) -> str:
        """The data category that a name plainly is: its title, or one of the things its title counts up."""
        return self.choice("items", "category", name) or self._counted_up.get(plain(name), "")

    def filed_class(self, words: str) -> Any:
        """The class of information for the words that a document filed it under, 'special category' for one."""
        return self.choice("items", "class_filed", f"{words} data") or self.chosen("items", "class_filed", words)

    def stated(self, section: str, question: str) -> Any:
        """An answer of a section that is no list, or ABSENT."""
        return self._answers[section].get(question, ABSENT)

    @property
    def outside_uk(self) -> bool:
        """Whether every nation that is stated is plainly none of the United Kingdom: Jersey, for one."""
        nations = self.stated("about", "nations")
        return nations is not ABSENT and not any(isinstance(each, str) or UK.search(each["other"]) for each in nations)

    def matched(self, address: str, printed: str, entry: str) -> None:
        """Report that words were recognised."""
        question = question_at(self.schema, address)
        known = self.library.label(question.vocabulary, entry) if question.vocabulary else entry
        self.matches.append(Match(address, printed, entry, dict(question.choices).get(entry, known)))

    def end(self) -> Agreement:
        """The agreement as filled."""
        return Agreement(self.schema.id, self.library.version, self._answers, {}, self._flags)


def _single(entries: Entries, words: Callable[[Mapping[str, Any]], Iterable[str]]) -> dict[str, str]:
    """The `plain` words of entries that belong to one entry only, with its id."""
    found: dict[str, set[str]] = {}
    for key, entry in entries.items():
        for word in words(entry):
            found.setdefault(plain(word), set()).add(key)
    return {word: next(iter(keys)) for word, keys in found.items() if word and len(keys) == 1}


def _other_words(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Synonyms, and examples, which semicolons part."""
    return (*entry.get("synonyms", ()), *str(entry.get("examples") or "").split(";"))


def _counted(entry: Mapping[str, Any]) -> list[str]:
    """What a title with commas counts up."""
    return entry["label"].split(",") if "," in entry["label"] else []
