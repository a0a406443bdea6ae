"""Recognises what a file is (an agreement of ours, plain facts, our own Word file) and makes a draft of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.effective import Parent
from protocolbuilder.domain.reading import agreement_from, json_values
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadFile, NotFound
from protocolbuilder.intake import facts
from protocolbuilder.intake.draft import Match
from protocolbuilder.law.library import Library, effective
from protocolbuilder.law.overlay import Overlay

if TYPE_CHECKING:
    from protocolbuilder.documents.embed import Difference
    from protocolbuilder.documents.embed_parent import Above
    from protocolbuilder.documents.returned_items import Item
    from protocolbuilder.documents.stamp import Stamp
    from protocolbuilder.documents.stock import Stock

FACTS_BECOME: Final = "agreement-1"
FOREIGN: Final[Mapping[bytes, str]] = {
    b"%PDF": "This is a PDF.",
    b"\xd0\xcf\x11\xe0": "This is an old or encrypted Office file.",
    b"{\\rtf": "This is an RTF file.",
    b"<?xml": "This is an XML file.",
    b"<!DOC": "This is a web page.",
    b"\x89PNG": "This is a picture.",
}
TAKEN: Final = "Import an agreement as JSON, plain facts as JSON, or a Word file made by this product."


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in. `placed`, `residue`, `not_stated` and `matches` are told of facts; `differences` of a Word file:
    places where its visible text no longer is what its data would print, and `items`: what was changed, commented and
    edited in it, each on its question."""

    kind: Literal["agreement", "facts", "word"]
    agreement: Agreement
    placed: int = 0
    residue: int = 0
    not_stated: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    differences: tuple[Difference, ...] = ()
    items: tuple[Item, ...] = ()


def take(content: bytes, *, overlay: Overlay = (), on: date = date.max, stock: Stock | None = None) -> Taken:
    """The draft in the bytes of a file of any kind that is known, recognised by its content and not by its name.

    `overlay` holds what was recorded on the law library, `on` is the day: local entries are recognised in facts, and
    a Word file is compared with what the library of its own version prints by the templates of `stock` (None: by the
    shipped ones). Raises BadFile with one clear line;
    nothing is taken then.
    """
    for start, words in FOREIGN.items():
        if content.startswith(start):
            raise BadFile(f"{words} {TAKEN}")
    if content.startswith(b"PK\x03\x04"):
        return _office(content, overlay, on, stock)
    values = json_values(content)
    if facts.is_facts(values):
        made = facts.read(values, catalogue.schema(FACTS_BECOME), _library(overlay, on))
        return Taken("facts", made.agreement, made.placed, made.residue, made.not_stated, made.matches)
    if not isinstance(values, dict) or not {"schema", "answers"} & set(values):
        raise BadFile(f"This JSON is neither an agreement nor plain facts of one. {TAKEN}")
    return Taken("agreement", _of_ours(agreement_from(values)))


def _of_ours(found: Agreement) -> Agreement:
    """The same agreement, when its schema is one of ours and each section and question is one of the schema.

    Sections that the file leaves out are added, empty. Answers are not judged; `domain.check` does that.
    """
    try:
        schema = catalogue.schema(found.schema)
    except NotFound as error:
        raise BadFile(error.text) from error
    for key, section in schema.sections.items():
        if key in found.answers and isinstance(found.answers[key], list) != section.is_list:
            expected = "an array of objects with an id" if section.is_list else "an object"
            raise BadFile(f"“answers.{key}” has the wrong form: expected {expected}.")
    _known(schema, found)
    whole = {key: [] if section.is_list else {} for key, section in schema.sections.items()} | dict(found.answers)
    return Agreement(found.schema, found.library, whole, found.does_not_apply, found.flags, found.accepted)


def _known(schema: Schema, agreement: Agreement) -> None:
    for key, answers in agreement.answers.items():
        if key not in schema.sections:
            raise BadFile(f"“answers.{key}” is not a section of {schema.id}.")
        for part in answers if isinstance(answers, list) else [answers]:
            for question in part:
                if question not in schema.sections[key].questions and question != "id":
                    raise BadFile(f"“{question}” is not a question of the section “{key}” of {schema.id}.")


def _office(content: bytes, overlay: Overlay, on: date, stock: Stock | None) -> Taken:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise BadFile(f"The file is damaged: its zip archive cannot be read. {TAKEN}") from error
    if "xl/workbook.xml" in names:
        raise BadFile(f"This is a spreadsheet. {TAKEN}")
    if "word/document.xml" not in names:
        raise BadFile(f"This is a zip archive, not a Word file. {TAKEN}")
    return _word(content, overlay, on, stock)


def _library(overlay: Overlay, on: date, *, version: str = "") -> Library:
    """The library with the records, those that a version of it held ("2026.11+3": three) or all of them."""
    start, _, records = version.partition("+")
    held = int(records) if records.isdigit() and len(records) < 9 else 0
    known = overlay[:held] if start == catalogue.LIBRARY_VERSION else overlay
    return effective(catalogue.library(), known, on=on)


def library_of(stamp: Stamp, overlay: Overlay, on: date) -> Library:
    """The library that a Word file of ours was printed with. A draft is stamped with its last save, not with the day it
    was printed: `on` counts for it."""
    return _library(overlay, stamp.at.date() if stamp.version.isdigit() else on, version=stamp.library)


def _word(content: bytes, overlay: Overlay, on: date, stock: Stock | None) -> Taken:
    from protocolbuilder.documents import embed, returned, word

    origin = embed.origin(content)
    found = _of_ours(origin.agreement)
    schema, library = catalogue.schema(found.schema), library_of(origin.stamp, overlay, on)
    parent = parent_of(origin.above)
    template = stock.plain(schema.id, schema) if stock else b""
    expected = word.visible_parts(schema, found, library, stamp=origin.stamp, template=template, parent=parent)
    items = returned.read(content, schema, found, library, origin.stamp, parent=parent, template=template).items
    return Taken("word", found, differences=embed.differences(content, expected), items=items)


def parent_of(above: Above | None) -> Parent | None:
    """What the agreement in a Word file stood under. Raises BadFile."""
    if above is None:
        return None
    agreement = _of_ours(above.agreement)
    return Parent(above.ref, above.number, catalogue.schema(agreement.schema), agreement, above.places)
