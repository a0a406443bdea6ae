"""Fills a Word template: what docxtpl would make of it, but each template is read, patched and compiled once.

Always escaped, strict about names, sandboxed. A document costs one run of Jinja and a pass over the text it made; the
parts that hold no variables keep the packed bytes they had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from threading import Lock
from types import SimpleNamespace
from typing import Any, Final

from docx import Document
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.compiler import CodeGenerator
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.answers import Answers, Items, Row, Rows
from protocolbuilder.documents.breaking import FILTER as ROOM
from protocolbuilder.documents.breaking import MARK, marked_cells
from protocolbuilder.documents.listing import listed
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.structure import Structure, in_pieces, structure
from protocolbuilder.documents.table_grid import FILTER as GRID
from protocolbuilder.documents.table_grid import marked_grids, with_grid
from protocolbuilder.documents.visible import style_names
from protocolbuilder.documents.words import Several, Words
from protocolbuilder.errors import BadSchema

OURS: Final = frozenset({Answers, Items, Row, Rows, Words, Several, Stamp, SimpleNamespace})  # nothing within
DECLARATION: Final = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
PIECE: Final = 4_000  # texts and stretches of XML that are handled together
FURNITURE: Final = ("/header", "/footer", "/footnotes")
_PICTURE_ID: Final = re.compile(r'(<wp:docPr\b[^>]*?\bid=")[^"]*')
_NO_CHARACTER: Final = re.compile("[\x00-\x06\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # \a, \t and \f are signs


class _Code(CodeGenerator):
    """Writes what is printed through `Environment.escaped`, and the filter `room` as its second argument."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write("environment.escaped(")

    def visit_Filter(self, node: Any, frame: Any) -> None:
        if node.name != ROOM:
            super().visit_Filter(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f", {node.args[0].value}")

    def _output_child_post(self, node: Any, frame: Any, finalize: Any) -> None:
        self.write(")")


class Environment(SandboxedEnvironment):
    """Jinja in a sandbox. The attributes of our own values are looked up straight away."""

    code_generator_class = _Code

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.escaped: Callable[..., str] = escaped
        self.filters |= {GRID: with_grid, ROOM: escaped}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) in OURS and attribute[0] != "_":
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)


def escaped(value: Any, room: int = 0) -> str:
    """A value as XML text. One with more characters than there is room for has a mark before it (see `breaking`)."""
    text = str(value)  # an undefined value raises here
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace('"', "&#34;").replace("'", "&#39;")
    if text.isprintable():
        return MARK + text if 0 < room < len(text) else text
    if _NO_CHARACTER.search(text):
        raise BadSchema("The Word file cannot be made: a text holds a character that no Word file can hold.")
    return MARK + text if room and (len(text) > room or "\n" in text or "\a" in text) else text


ENVIRONMENT: Final = Environment()


@lru_cache(maxsize=64)
def patched(xml: str) -> str:
    """The XML with its tags joined where Word split them over runs, and whole rows and paragraphs made statements.

    Each paragraph starts a line, so that the line of an error says which.
    """
    joined: str = DocxTemplate.patch_xml(None, xml)
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", joined)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part with variables. `structure` is what is known of its XML before any document is made."""

    template: Template
    structure: Structure
    pictures: bool

    def made(self, said: Mapping[str, Any]) -> Iterator[str]:
        """The XML of the part in pieces of whole rows and paragraphs, long values marked. Raises BadSchema."""
        count = _Count()
        try:
            for piece in in_pieces(self.template.generate(said), PIECE if self.structure.balanced else None):
                xml = listed(piece, self.structure)
                if not self.structure.balanced:
                    etree.fromstring(xml.replace(MARK, ""))
                yield _PICTURE_ID.sub(count, xml) if self.pictures else xml
        except (TemplateError, etree.XMLSyntaxError) as error:
            raise BadSchema(f"The Word template cannot be filled: {error}") from error


class _Count:
    """Numbers pictures, as docxtpl does."""

    def __init__(self) -> None:
        self.at = 1000

    def __call__(self, hit: re.Match[str]) -> str:
        self.at += 1
        return f"{hit[1]}{self.at}"


@dataclass(frozen=True, slots=True)
class Ready:
    """A template made ready. `parts` are those without variables, `packed` the same as they stand in a zip file."""

    parts: Mapping[str, bytes]
    packed: Mapping[str, package.Packed]
    templates: Mapping[str, _Part]
    styles: Mapping[str, str]

    def settled(self, parts: Mapping[str, bytes]) -> dict[str, bytes | package.Packed]:
        """The parts of a document, those of the template as they stand in a zip file."""
        return {name: self.packed[name] if part is self.parts.get(name) else part for name, part in parts.items()}


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled template. `body` is the XML of the document in pieces, made while they are asked for, with long values
    marked; `parts` are all the others."""

    body: Iterator[str]
    parts: Mapping[str, bytes]
    styles: Mapping[str, str]


def fill(template: bytes, said: Mapping[str, Any]) -> Filled:
    """The filled template. Raises BadSchema with the template's own fault, which `templates.check` finds before; the
    body raises it when that place is reached."""
    ready = prepared(template)
    others = {
        name: DECLARATION + "".join(part.made(said)).replace(MARK, "").encode()
        for name, part in ready.templates.items()
        if name != package.WORD
    }
    return Filled(ready.templates[package.WORD].made(said), {**ready.parts, **others}, ready.styles)


_ONE_AT_A_TIME: Final = Lock()


def prepared(template: bytes) -> Ready:
    """The template made ready, the first time it is asked for. Raises BadSchema."""
    with _ONE_AT_A_TIME:
        return _prepared(template)


@lru_cache(maxsize=48)
def _prepared(template: bytes) -> Ready:
    out = BytesIO()
    try:
        document = Document(BytesIO(template))
        document.save(out)
    except Exception as error:
        raise BadSchema("The file is not a Word template.") from error
    parts = package.read_own(out.getvalue())
    found = dict(_templates(document, parts))
    still = {name: content for name, content in parts.items() if name not in found}
    return Ready(still, {name: package.packed(each) for name, each in still.items()}, found, style_names(parts))


def _templates(document: Any, parts: Mapping[str, bytes]) -> Iterator[tuple[str, _Part]]:
    """The body, and the headers, footers and footnotes that hold variables."""
    related = [relation for relation in document.part.rels.values() if relation.reltype.endswith(FURNITURE)]
    for name in (package.WORD, *(str(relation.target_part.partname)[1:] for relation in related)):
        xml = etree.tostring(package.parse(parts, name), encoding="unicode")
        if name == package.WORD or "{{" in xml or "{%" in xml:
            source = patched(xml).replace("\n<w:p", "<w:p")
            known = structure(source)
            if name == package.WORD:
                source = marked_cells(marked_grids(source))
            yield name, _Part(ENVIRONMENT.from_string(source), known, "<wp:docPr" in source and name == package.WORD)
