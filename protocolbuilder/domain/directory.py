"""What the directory of organisations says to the questions about a partner. Which question asks for what of an entry
is said by `x-directory` in the schema. Nothing is taken over here: answers and entry are laid side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.agreement import ABSENT
from protocolbuilder.domain.organisations import IDENTIFIERS, Identifier, Organisation, cleaned
from protocolbuilder.domain.schema import Question, Section


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an entry says: the kind and vocabulary of a question that can ask for it, and its value."""

    kind: str
    vocabulary: str
    value: Callable[[Organisation], Any]


FIELDS: Final[Mapping[str, Field]] = {
    "name": Field("line", "", lambda body: body.name),
    "agency_types": Field("choices", "agency_types", lambda body: list(body.agency_types)),
    "ico": Field("line", "", lambda body: next((one.value for one in body.identifiers if one.kind == "ico"), "")),
    "identifiers": Field(
        "lines", "", lambda body: [f"{IDENTIFIERS[one.kind]}: {one.value}" for one in body.identifiers
                                   if one.kind != "ico"],
    ),
}  # fmt: skip
"""The words that `x-directory` may be."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that the directory answers otherwise. `answer` is ABSENT where nothing is stated; `entry` what stands
    when the directory's answer is taken: of several lines none that was typed is lost."""

    question: Question
    answer: Any
    entry: Any


def entry(section: Section, organisation: Organisation) -> dict[str, Any]:
    """Question -> what the directory says to it; those to which it says nothing are left out."""
    found = {
        key: FIELDS[question.raw["x-directory"]].value(organisation)
        for key, question in section.questions.items() if "x-directory" in question.raw
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def differences(section: Section, answers: Mapping[str, Any], organisation: Organisation) -> tuple[Difference, ...]:
    """In the order of the questions. What the directory does not say is no difference."""
    found = []
    for key, value in entry(section, organisation).items():
        question, answer = section.questions[key], answers.get(key, ABSENT)
        taken = _added(answer, value) if question.kind == "lines" else value
        if _said(question, answer) != _said(question, taken):
            found.append(Difference(question, answer, taken))
    return tuple(found)


Index = Mapping[tuple[str, str], Sequence[Organisation]]


def index(section: Section, organisations: Iterable[Organisation]) -> Index:
    """(question, answer) -> the organisations of which the directory says that: for ICO numbers and legal names."""
    found: dict[tuple[str, str], list[Organisation]] = {}
    for body in organisations:
        for key, _ in _keys(section, entry(section, body)):
            found.setdefault(key, []).append(body)
    return found


def alike(section: Section, answers: Mapping[str, Any], known: Index) -> tuple[tuple[Organisation, str], ...]:
    """Which organisations a partner may be, each with the title of the question to which both say the same: the ICO
    number, else the legal name. For a person to confirm."""
    found: dict[str, tuple[Organisation, str]] = {}
    for key, title in _keys(section, answers):
        for body in known.get(key, ()):
            found.setdefault(body.id, (body, title))
    return tuple(found.values())


def _keys(section: Section, answers: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    by = {question.raw.get("x-directory"): question for question in section.questions.values()}
    for field, plain in (("ico", _number), ("name", _name)):
        question = by.get(field)
        if question and isinstance(answer := answers.get(question.id), str):
            yield (question.id, plain(answer)), question.title


def _added(answer: Any, value: list[str]) -> list[str]:
    """The lines that were typed, and those of the directory whose number stands in none of them."""
    typed = [] if answer is ABSENT else list(answer)
    plain = [_number(line) for line in typed]
    return [*typed, *(line for line in value if not any(_number(line.rpartition(": ")[2]) in one for one in plain))]


def _said(question: Question, answer: Any) -> Any:
    """The order of choices says nothing."""
    return sorted(map(str, answer)) if question.kind == "choices" and answer is not ABSENT else answer


def _number(text: str) -> str:
    return cleaned(Identifier("ico", text)).value


def _name(text: str) -> str:
    return " ".join(text.replace("&", " and ").casefold().split())
