"""The Word templates: where they are, what they name, and what is wrong with one that a person edited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docx import Document
from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.filling import ENVIRONMENT, FURNITURE, patched
from protocolbuilder.documents.shape import TEXT, Shape, addresses, agreement_shape
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadFile, BadSchema

UNPRINTED: Final[Mapping[str, str]] = {}
"""Addresses (without item ids) that no template prints, each with the reason. None so far: `rest` prints what
a template does not name."""

_PLAIN: Final = (nodes.Const, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand)
_VARIABLE: Final = re.compile(r"\{\{.*?\}\}")
_STATEMENT: Final = re.compile(r"\{%.*?%\}")
_LOOP: Final = Shape(dict.fromkeys(("first", "last", "index"), TEXT))


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong, and where: the template's file name and the text of the paragraph."""

    template: str
    place: str
    text: str


@dataclass(slots=True)
class Reading:
    """What a template says: the addresses it names, those it covers without naming, what is wrong in it."""

    named: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)
    wrong: list[tuple[int, str]] = field(default_factory=list)  # line of the patched XML, text


def folder() -> Path:
    """templates/word of an installed wheel or of a checkout."""
    package = Path(str(files("protocolbuilder")))
    for found in (package / "_data" / "templates" / "word", package.parent / "templates" / "word"):
        if found.is_dir():
            return found
    raise BadSchema("The folder “templates/word” that belongs to the product is missing.")


def load(name: str) -> bytes:
    """The bytes of a template, for example `agreement-1`. Raises BadSchema when there is none."""
    try:
        return (folder() / f"{name}.docx").read_bytes()
    except OSError as error:
        raise BadSchema(f"The Word template “{name}.docx” is missing.") from error


def named(template: bytes, shape: Mapping[str, Shape]) -> frozenset[str]:
    """The addresses that a template prints by name."""
    found: set[str] = set()
    for source in _sources(template):
        found |= _read(source, shape).named
    return frozenset(found)


def check(
    schemas: Iterable[Schema], shapes: Mapping[str, Mapping[str, Shape]], *, where: Path | None = None
) -> tuple[TemplateProblem, ...]:
    """Every problem of every template in a folder. `shapes`: what `matrix-*.docx` may say, under `matrix`, and so on
    (`family.shapes`)."""
    known = tuple(schemas)
    paths = sorted((where or folder()).glob("*.docx"))
    return tuple(problem for path in paths for problem in check_one(path.stem, path.read_bytes(), known, shapes))


def check_one(
    name: str, content: bytes, schemas: Iterable[Schema], shapes: Mapping[str, Mapping[str, Shape]]
) -> tuple[TemplateProblem, ...]:
    """Every problem of one template, called `agreement-1` or `matrix-1`: its schema or shape tells what it may say."""
    schema = next((one for one in schemas if one.id == name), None)
    others = shapes.get(name.rpartition("-")[0])
    file = f"{name}.docx"
    if schema is None and others is None:
        return (TemplateProblem(file, "", f"No schema is called “{name}”."),)
    try:
        package.read(content)
        sources = _sources(content)
    except (BadFile, BadSchema) as error:
        return (TemplateProblem(file, "", error.text),)
    wanted = addresses(schema) if schema else frozenset()
    return tuple(_problems(file, sources, agreement_shape(schema) if schema else others or {}, wanted))


def _problems(
    file: str, sources: Iterable[str], shape: Mapping[str, Shape], wanted: frozenset[str]
) -> Iterator[TemplateProblem]:
    printed: set[str] = set()
    for source in sources:
        reading = _read(source, shape)
        printed |= reading.named | reading.covered
        for line, text in reading.wrong:
            yield TemplateProblem(file, _paragraph(source, line), text)
    for address in sorted(wanted - printed - set(UNPRINTED)):
        yield TemplateProblem(file, "", f"The answer to {address} is printed nowhere.")


def wording(template: bytes) -> tuple[str, ...]:
    """What a template says by itself, paragraph by paragraph; a variable stands as “…”. Raises BadSchema."""
    found = []
    for source in _sources(template):
        for line in _STATEMENT.sub("", _VARIABLE.sub("…", source)).split("\n"):
            text = " ".join(unescape(re.sub(r"<[^>]+>", "", line)).split())
            if any(sign.isalpha() for sign in text):
                found.append(text)
    return tuple(found)


@lru_cache(maxsize=32)
def _sources(template: bytes) -> tuple[str, ...]:
    """The patched XML of body, headers, footers and footnotes: of every part that is filled."""
    try:
        document = Document(BytesIO(template))
    except Exception as error:
        raise BadSchema("The file is not a Word template.") from error
    parts = [document.part] + [
        relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype.endswith(FURNITURE)
    ]
    roots = [part.element if hasattr(part, "element") else etree.fromstring(part.blob) for part in parts]
    return tuple(patched(etree.tostring(root, encoding="unicode")) for root in roots)


def _read(source: str, shape: Mapping[str, Shape]) -> Reading:
    reading = Reading()
    try:
        tree = ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        reading.wrong.append((error.lineno, f"This cannot be understood: {error.message}."))
        return reading
    _Walk(reading).block(tree.body, dict(shape))
    return reading


@dataclass(slots=True)
class _Walk:
    """Walks the statements of a template. Scopes are plain dicts from name to shape."""

    reading: Reading

    def block(self, body: Iterable[nodes.Node], scope: dict[str, Shape]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self.value(part, scope, prints=True)
            elif isinstance(node, nodes.If):
                self.value(node.test, scope)
                for branch in (node.body, node.elif_, node.else_):
                    self.block(branch, scope)
            elif isinstance(node, nodes.For):
                self.loop(node, scope)
            else:
                self.refuse(node, f"“{type(node).__name__.lower()}” may not be used in a template.")

    def loop(self, node: nodes.For, scope: dict[str, Shape]) -> None:
        over = self.value(node.iter, scope)
        if not isinstance(node.target, nodes.Name) or node.test or node.recursive or node.else_:
            self.refuse(node, "Only a plain loop may be used: for … in ….")
        elif over is not None and over.element is None:
            self.refuse(node, "This is no list, so nothing can be repeated for it.")
        elif over is not None and over.element is not None:
            self.block(node.body, {**scope, node.target.name: over.element, "loop": _LOOP})

    def value(self, node: nodes.Node, scope: Mapping[str, Shape], *, prints: bool = False) -> Shape | None:
        """The shape of an expression, or None when it was refused. `prints`: its text goes into the document."""
        found = self.shape_of(node, scope, prints=prints)
        if found is not None and prints:
            self.reading.named |= found.prints
            self.reading.covered |= found.covers
        return found

    def shape_of(self, node: nodes.Node, scope: Mapping[str, Shape], *, prints: bool) -> Shape | None:
        if isinstance(node, nodes.Name):
            return scope.get(node.name) or self.refuse(node, f"There is nothing called “{node.name}”.")
        if isinstance(node, nodes.Getattr):
            within = self.value(node.node, scope)
            if within is None or node.attr in within.parts:
                return within and within.parts[node.attr]
            return self.refuse(node, f"There is nothing called “{node.attr}” in “{_written(node.node)}”.")
        if isinstance(node, nodes.Call):
            called = self.value(node.node, scope)
            if called is not None and (not called.called or node.args or node.kwargs):
                return self.refuse(node, "Only number.section(), number.part() and number.appendix() may be called.")
            return called and TEXT
        if isinstance(node, nodes.CondExpr):
            self.value(node.test, scope)
            for part in (node.expr1, node.expr2):
                if part is not None:
                    self.value(part, scope, prints=prints)
            return TEXT
        if isinstance(node, _PLAIN):
            for child in node.iter_child_nodes():
                self.value(child, scope, prints=prints and isinstance(node, (nodes.And, nodes.Or)))
            return TEXT
        return self.refuse(node, f"“{type(node).__name__.lower()}” may not be used in a template.")

    def refuse(self, node: nodes.Node, text: str) -> Shape | None:
        """Notes what is wrong. There is no shape then."""
        self.reading.wrong.append((node.lineno, text))
        return None


def _written(node: Any) -> str:
    return f"{_written(node.node)}.{node.attr}" if isinstance(node, nodes.Getattr) else getattr(node, "name", "…")


def _paragraph(source: str, line: int) -> str:
    """The text of the paragraph on that line, without tags."""
    text = unescape(re.sub(r"<[^>]+>", "", source.split("\n")[line - 1])) if line > 0 else ""
    return " ".join(text.split())[:200]
