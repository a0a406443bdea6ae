"""A schema file read once into values: tasks, sections, questions. Everything else asks these, not the JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from protocolbuilder.errors import BadAddress, BadSchema

OTHER = "kinds.json#/$defs/other"


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One question. `choices` are those written in the schema; `vocabulary` names those of the law library;
    `refers` names the list sections whose items are the choices. `inherit` is "own" where no protocol answers it."""

    id: str
    kind: str
    title: str
    description: str
    choices: tuple[tuple[str, str], ...]
    other_allowed: bool
    vocabulary: str
    refers: tuple[str, ...]
    source: str
    inherit: str
    starts_page: bool
    messages: Mapping[str, str]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One section. For a list section `questions`, `name` and `shape` are those of one item, `one` its title."""

    id: str
    title: str
    description: str
    is_list: bool
    one: str
    questions: Mapping[str, Question]
    name: tuple[str, ...]
    inherit: str
    least: int
    messages: Mapping[str, str]
    raw: Mapping[str, Any]

    @property
    def shape(self) -> Mapping[str, Any]:
        """The JSON Schema of the object that holds the answers: the section, or one item of it."""
        shape: Mapping[str, Any] = self.raw["items"] if self.is_list else self.raw
        return shape


@dataclass(frozen=True, slots=True)
class Task:
    """One entry of the task list: a title and the sections it covers, in order."""

    id: str
    title: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """One kind of document, `agreement-1` or `protocol-1`. `load` gives any schema file by its name."""

    id: str
    title: str
    tasks: tuple[Task, ...]
    sections: Mapping[str, Section]
    load: Callable[[str], Mapping[str, Any]]


def read(name: str, load: Callable[[str], Mapping[str, Any]]) -> Schema:
    """The schema in the file `name.json`. `load('sections/flows.json')` gives the JSON of a file. Raises BadSchema."""
    raw = load(f"{name}.json")
    try:
        sections = {key: section(key, load(ref["$ref"])) for key, ref in raw["properties"].items()}
        tasks = tuple(Task(t["id"], t["title"], tuple(t["sections"])) for t in raw["x-tasks"])
    except KeyError as error:
        raise BadSchema(f"{name}.json lacks {error}.") from error
    return Schema(name, raw["title"], tasks, MappingProxyType(sections), load)


def section(key: str, raw: Mapping[str, Any]) -> Section:
    """One section from the JSON of its file."""
    is_list = raw["type"] == "array"
    shape = raw["items"] if is_list else raw
    questions = {
        name: question(name, body) for name, body in shape["properties"].items() if not (is_list and name == "id")
    }
    return Section(
        key,
        raw["title"],
        raw.get("description", ""),
        is_list,
        shape["title"] if is_list else "",
        MappingProxyType(questions),
        tuple(shape.get("x-name", ())),
        raw.get("x-inherit", "replace"),
        raw.get("minItems", 0),
        raw.get("x-messages", {}),
        raw,
    )


def question(key: str, raw: Mapping[str, Any]) -> Question:
    """One question from its JSON."""
    rows = raw.get("oneOf") or raw.get("items", {}).get("oneOf") or ()
    choices = tuple((row["const"], row["title"]) for row in rows if "const" in row)
    other = "x-choices" in raw or any(row.get("$ref", "").endswith(OTHER) for row in rows)
    return Question(
        key,
        raw["$ref"].rsplit("/", 1)[-1],
        raw["title"],
        raw.get("description", ""),
        choices,
        other,
        raw.get("x-choices", ""),
        tuple(raw.get("x-refers", ())),
        raw.get("x-source", ""),
        raw.get("x-inherit", ""),
        bool(raw.get("x-page")),
        raw.get("x-messages", {}),
        raw,
    )


def question_at(schema: Schema, address: str) -> Question:
    """The question that an address ends in: `about.title`, `flows.k3f9.method`. Raises BadAddress."""
    parts = address.split(".")
    found = schema.sections.get(parts[0])
    if found is None or len(parts) != (3 if found.is_list else 2) or parts[-1] not in found.questions:
        raise BadAddress(address)
    return found.questions[parts[-1]]


def list_sections(schema: Schema) -> Mapping[str, bool]:
    """Each section id, and whether it is a list section: what `agreement.new` asks for."""
    return {key: found.is_list for key, found in schema.sections.items()}
