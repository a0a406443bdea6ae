"""Looks for mistakes in the schemas themselves, before anybody meets them in a form.

`files` are the JSON of everything under `schemas/` by name (`kinds.json`, `sections/flows.json`, `agreement-1.json`,
`dialect.json`). What a keyword may be is said by `dialect.json`; here is what no keyword can say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonschema import Draft202012Validator

from protocolbuilder.domain.directory import FIELDS
from protocolbuilder.domain.naming import VARIABLE
from protocolbuilder.domain.reach import unreachable
from protocolbuilder.domain.schema import read

KINDS: Final = "kinds.json"
PARTS: Final = frozenset({"id", "other", "duration"})
"""Definitions of kinds.json that other kinds are made of, and that no question may have."""
REFERRING: Final = frozenset({"reference", "references"})
CHOOSING: Final = frozenset({"choice", "choices"})

Files = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: the file, the place in it (dots between keys), and what is wrong."""

    file: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.text}" if self.place else f"{self.file}: {self.text}"


def faults(
    files: Files, *, vocabularies: Iterable[str], shown: Iterable[str], asked: Iterable[str]
) -> tuple[Fault, ...]:
    """Every mistake, file by file. `shown` are the kinds that have words, `asked` those that have an input.

    A file that breaks the dialect is not looked at further.
    """
    broken = tuple(_against_dialect(files)) or tuple(_loose_kinds(files[KINDS]["$defs"]))
    if broken:
        return broken
    known, kinds = frozenset(vocabularies), frozenset(files[KINDS]["$defs"]) - PARTS
    found = [*_ids(files), *_kinds(kinds, frozenset(shown), frozenset(asked)), *_documents(files)]
    for name, raw in _sections(files).items():
        found += _section(name, raw, files, kinds, known)
    return tuple(found) if found else tuple(_unreachable(files))


def _sections(files: Files) -> Files:
    return {name: raw for name, raw in files.items() if name.startswith("sections/")}


def _roots(files: Files) -> Files:
    return {name: raw for name, raw in files.items() if "x-tasks" in raw}


def _against_dialect(files: Files) -> Iterator[Fault]:
    dialect = files["dialect.json"]
    for name, raw in files.items():
        if name == "dialect.json":
            continue
        shape = "kinds" if name == KINDS else "document"
        if name.startswith("sections/"):
            shape = "list_section" if raw.get("type") == "array" else "object_section"
        judge = Draft202012Validator({"$ref": f"#/$defs/{shape}", "$defs": dialect["$defs"]})
        for error in judge.iter_errors(raw):
            place = ".".join(map(str, error.absolute_path))
            yield Fault(name, place, f"The dialect does not allow this: {error.message[:200]}")


def _loose_kinds(definitions: Mapping[str, Any]) -> Iterator[Fault]:
    """Kinds made of kinds that are not there, or of themselves."""
    for name, kind in definitions.items():
        waiting, seen = [kind], {name}
        while waiting:
            part = waiting.pop()
            waiting += [*part.get("anyOf", ()), *part.get("properties", {}).values()]
            waiting += [part["items"]] if "items" in part else []
            target = part.get("$ref", "").rsplit("/", 1)[-1]
            if target == name or (target and target not in definitions):
                yield Fault(KINDS, f"$defs.{name}", f"It is made of “{target}”, which is not another kind there is.")
            elif target and target not in seen:
                seen.add(target)
                waiting.append(definitions[target])


def _ids(files: Files) -> Iterator[Fault]:
    for name, raw in files.items():
        if raw.get("$id") != name:
            yield Fault(name, "$id", f"It says “{raw.get('$id')}”, but the file is “{name}”.")


def _kinds(kinds: frozenset[str], shown: frozenset[str], asked: frozenset[str]) -> Iterator[Fault]:
    for where, rows in (("words (domain/kinds)", shown), ("an input (web/forms)", asked)):
        for kind in sorted(kinds - rows):
            yield Fault(KINDS, f"$defs.{kind}", f"This kind has no row for {where}.")
        for kind in sorted(rows - kinds):
            yield Fault(KINDS, "$defs", f"The kind “{kind}” has a row for {where}, and none here.")


def _documents(files: Files) -> Iterator[Fault]:
    used: set[str] = set()
    for name, raw in _roots(files).items():
        for key, ref in raw["properties"].items():
            used.add(ref["$ref"])
            if ref["$ref"] not in files:
                yield Fault(name, f"properties.{key}", f"There is no file “{ref['$ref']}”.")
            elif ref["$ref"] != f"sections/{key}.json":
                yield Fault(name, f"properties.{key}", f"A section is called as its file is: “{ref['$ref']}”.")
        if set(raw["required"]) != set(raw["properties"]):
            yield Fault(name, "required", "Every section is required, empty if need be, and nothing else is.")
        told = [section for task in raw["x-tasks"] for section in task["sections"]]
        for key in sorted({*told, *raw["properties"]}):
            if told.count(key) != 1 or key not in raw["properties"]:
                yield Fault(name, "x-tasks", f"Each section stands in exactly one task; “{key}” does not.")
        if len({task["id"] for task in raw["x-tasks"]}) != len(raw["x-tasks"]):
            yield Fault(name, "x-tasks", "Two tasks have the same id.")
    for name in sorted(set(_sections(files)) - used):
        yield Fault(name, "", "No document has this section.")


def _section(
    name: str, raw: Mapping[str, Any], files: Files, kinds: frozenset[str], known: frozenset[str]
) -> Iterator[Fault]:
    listed = raw["type"] == "array"
    shape, place = (raw["items"], "items.") if listed else (raw, "")
    questions = {key: body for key, body in shape["properties"].items() if not (listed and key == "id")}
    lists = {key for root in _roots(files).values() for key, ref in root["properties"].items()
             if files.get(ref["$ref"], {}).get("type") == "array"}
    hidden = {key for branch in shape.get("allOf", ()) for side in ("then", "else")
              for key in branch.get(side, {}).get("properties", ())}
    needed = {*shape["required"], *(key for branch in shape.get("allOf", ()) for side in ("then", "else")
                                    for key in branch.get(side, {}).get("required", ()))}
    for key, body in questions.items():
        for text in _question(body, files, kinds, known, lists, needed=key in needed, hidden=key in hidden):
            yield Fault(name, f"{place}properties.{key}", text)
    for key in shape["required"]:
        if key not in shape["properties"]:
            yield Fault(name, f"{place}required", f"There is no question “{key}”.")
    if not next(iter(questions.values())).get("x-page"):
        yield Fault(name, f"{place}properties", "The first question starts a page.")
    for number, template in enumerate(shape.get("x-name", ())):
        for key in VARIABLE.findall(template):
            if key not in questions:
                yield Fault(name, f"{place}x-name.{number}", f"There is no question “{key}” to name the item by.")
    for number, branch in enumerate(shape.get("allOf", ())):
        for text in _branch(branch, questions):
            yield Fault(name, f"{place}allOf.{number}", text)


def _question(
    body: Mapping[str, Any], files: Files, kinds: frozenset[str], known: frozenset[str], lists: set[str],
    *, needed: bool, hidden: bool,
) -> Iterator[str]:
    kind = body["$ref"].rsplit("/", 1)[-1]
    if kind not in kinds:
        yield f"There is no kind “{kind}” that a question may have."
        return
    inline = {"choice": "oneOf" in body, "choices": "items" in body}
    sources = [inline.get(kind, False), "x-choices" in body]
    if kind in CHOOSING and sources.count(True) != 1:
        yield "Its choices come from one place: “oneOf” (several: “items.oneOf”), or “x-choices”."
    if ("oneOf" in body and kind != "choice") or ("items" in body and kind != "choices"):
        yield f"A question of the kind “{kind}” has no choices of this form."
    if "x-choices" in body and kind not in CHOOSING:
        yield f"A question of the kind “{kind}” has no choices."
    if "x-choices" in body and body["x-choices"] not in known:
        yield f"There is no vocabulary “{body['x-choices']}”."
    if (kind in REFERRING) != ("x-refers" in body):
        yield "A question has “x-refers” when its kind is a reference, and only then."
    asked = FIELDS.get(body.get("x-directory", ""))
    if asked and (kind, body.get("x-choices", "")) != (asked.kind, asked.vocabulary):
        yield "What the directory says to it is no answer of its kind, or of its vocabulary."
    for section in body.get("x-refers", ()):
        if section not in lists:
            yield f"There is no list section “{section}” to refer to."
    ids = [row["const"] for row in (*body.get("oneOf", ()), *body.get("items", {}).get("oneOf", ())) if "const" in row]
    for twice in sorted({key for key in ids if ids.count(key) > 1}):
        yield f"The choice “{twice}” stands twice."
    can_fail = _keywords(files[KINDS]["$defs"], files[KINDS]["$defs"][kind]) | ({"oneOf"} if ids else set())
    can_fail |= ({"missing"} if needed else set()) | ({"not"} if hidden else set())
    for keyword in body.get("x-messages", ()):
        if keyword not in can_fail:
            yield f"The message for “{keyword}” can never be shown: that cannot fail here."


def _keywords(definitions: Mapping[str, Any], kind: Mapping[str, Any]) -> set[str]:
    """The keywords of a kind that an answer can fail, with those of the kinds it is made of."""
    found = set(kind) - {"title", "properties", "$ref", "items"}
    parts = [*kind.get("anyOf", ()), *kind.get("properties", {}).values()]
    parts += [kind["items"]] if "items" in kind else []
    if "$ref" in kind:
        parts.append(definitions[kind["$ref"].rsplit("/", 1)[-1]])
    for part in parts:
        found |= _keywords(definitions, part)
    return found


def _branch(branch: Mapping[str, Any], questions: Mapping[str, Any]) -> Iterator[str]:
    ((asked, test),) = branch["if"]["properties"].items()
    if branch["if"]["required"] != [asked]:
        yield f"Without “required” the condition is true of an empty object: name “{asked}” there."
    for side in ("then", "else"):
        named = branch.get(side, {})
        for key in (*named.get("required", ()), *named.get("properties", ())):
            if key not in questions:
                yield f"“{side}” names “{key}”, which is no question of this section."
        if set(named.get("required", ())) & set(named.get("properties", ())):
            yield f"“{side}” asks for a question and rules it out."
    if asked not in questions:
        yield f"“if” looks at “{asked}”, which is no question of this section."
        return
    body = questions[asked]
    possible = {row.get("const") for row in body.get("oneOf", ())}
    if body["$ref"].endswith("/yes_no"):
        possible = {True, False}
    for value in test.get("enum", [test.get("const")]):
        if value not in possible:
            yield f"“if” waits for “{asked}” to be “{value}”, which it can never be."


def _unreachable(files: Files) -> Iterator[Fault]:
    for name in _roots(files):
        schema = read(name.removesuffix(".json"), files.__getitem__)
        for address in unreachable(schema):
            yield Fault(name, address, "No page of the wizard ever asks this.")
