"""What a Word file that is signed may not hold: whatever shows another text to another reader or on another day.

A signature over such a file stays right while the text changes. Fields are allowed by name: page numbers, contents,
references within the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents import package
from protocolbuilder.documents.embed import REDLINE, properties
from protocolbuilder.documents.sealed_package import OFFICE, Package, is_rels, plain_relations
from protocolbuilder.errors import BadFile

FIELDS: Final = frozenset(
    {"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "TOC", "REF", "NOTEREF", "HYPERLINK", "SEQ", "STYLEREF",
     "SYMBOL", "TC", "XE"}
)  # fmt: skip
LINKS: Final = ("http://", "https://", "mailto:", "tel:")
_WORD: Final = re.compile(
    r"\{(http://schemas\.openxmlformats\.org/wordprocessingml/|http://purl\.oclc\.org/ooxml/wordprocessingml/"
    r"|http://schemas\.microsoft\.com/office/word/)"
)
_TRACKED: Final = frozenset(
    {"ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange", "sectPrChange",
     "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange", "numberingChange"}
)  # fmt: skip
_DAYS: Final = frozenset({"dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong"})
_HELD: Final = frozenset({"object", "altChunk", "subDoc", "control"})
_KINDS: Final = re.compile(
    r"/(oleObject|package|control|aFChunk|subDocument|frame|attachedTemplate|mailMergeSource|mailMergeHeaderSource"
    r"|recipientData|attachedToolbars|vbaProject)$",
    re.IGNORECASE,
)
_COMMENTS: Final = re.compile(r"/comments(Extended|Ids|Extensible)?$")
_ENCODINGS: Final = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "ASCII", "US-ASCII"})
_HIDING: Final = frozenset({"vanish", "specVanish"})
_COMMENTED: Final = frozenset({"commentReference", "commentRangeStart"})
_FILLED: Final = frozenset({"attachedTemplate", "mailMerge"})
_SAYING: Final = _TRACKED | _DAYS | _HELD | _HIDING | _COMMENTED | _FILLED
_OF_FIELDS: Final = frozenset({"fldSimple", "instrText", "fldChar"})
_OFF: Final = frozenset({"0", "false", "off"})
_TWO_TEXTS: Final = "The text holds tracked changes, which are neither taken nor refused."
_HAS_COMMENTS: Final = "The text holds comments."
_OTHER_FILE: Final = "The file holds another file or an object ({}), which shows what it likes."


def lint(found: Package) -> tuple[str, ...]:
    """What is wrong, a sentence each, none twice."""
    said, aside = [*_of_relations(found)], found.of_signatures() | {package.TYPES}
    for name in found.parts:
        if name in aside or is_rels(name) or not found.type_of(name).endswith(("xml", "vmlDrawing")):
            continue
        try:
            root = package.parse(found.parts, name)
        except BadFile as error:
            said.append(error.text)
            continue
        if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in _ENCODINGS:
            said.append(f"The part {name} is written in an encoding that not every program reads.")
        said += _of_elements(root)
    if REDLINE in properties(found.parts):
        said.append("The file is a redline: it shows two texts at once.")
    return tuple(dict.fromkeys(said))


def _of_relations(found: Package) -> Iterator[str]:
    for name, rows in found.relations.items():
        if not plain_relations(found.parts, name):
            yield f"The relationships in {name} are written in a way that programs sign differently: save it in Word."
        for one in rows:
            if hit := _KINDS.search(one.kind):
                yield _OTHER_FILE.format(hit[1])
            if _COMMENTS.search(one.kind):
                yield _HAS_COMMENTS
            if not one.part and not one.target.casefold().startswith(LINKS):
                yield f"The text links to “{one.target[:60]}”, which is another place on another machine."
            if one.kind.startswith("http://purl.oclc.org/ooxml/") and one.kind.endswith("/officeDocument"):
                yield f"The main document is of a kind that Word does not sign ({OFFICE})."


@cache
def _names(tag: str) -> tuple[str, str]:
    """The local name of an element, and the same where it is of WordprocessingML, in whichever of its namespaces."""
    name = tag.rpartition("}")[2]
    return name, name if _WORD.match(tag) else ""


def _of_elements(root: Any) -> Iterator[str]:
    """What elements say, one by one, and fields by what each is told, however Word splits it over runs."""
    fields = _Fields()
    for element in root.iter(etree.Element):
        name, of_word = _names(element.tag)
        if of_word in _SAYING:
            yield from _of_word(element, of_word)
        elif of_word in _OF_FIELDS:
            yield from fields.met(element, of_word)
        elif name == "AlternateContent":
            yield "The text holds alternatives, of which different programs show different ones."
        elif name == "dataBinding":
            yield "The text holds a data binding: programs show what is stored elsewhere in the file instead."
        elif name == "OLEObject":
            yield _OTHER_FILE.format(name)
        elif name in ("imagedata", "fill") and any(key.rpartition("}")[2] in ("src", "href") for key in element.attrib):
            yield "The text shows a picture from elsewhere."


def _of_word(element: Any, name: str) -> Iterator[str]:
    if name in _HIDING:
        if not any(value.casefold() in _OFF for value in element.values()):
            yield "The text, or a style of it, is hidden: some readers see it and others do not."
    elif name in _TRACKED:
        yield _TWO_TEXTS
    elif name in _HELD:
        yield _OTHER_FILE.format(name)
    elif name in _DAYS:
        yield f"The text holds a date ({name}) that shows another day when it is another day."
    elif name in _COMMENTED:
        yield _HAS_COMMENTS
    else:
        yield f"The text is filled in from another file ({name})."


class _Fields:
    """The fields that are open: what each has been told so far, None once it shows its result."""

    def __init__(self) -> None:
        self._open: list[list[str] | None] = []

    def met(self, element: Any, name: str) -> Iterator[str]:
        if name == "fldSimple":
            yield from self._told(_value(element, "instr"))
        elif name == "instrText":
            if self._open and self._open[-1] is not None:
                self._open[-1].append("".join(element.itertext()))
            else:
                yield _changing("of no name")
        elif (kind := _value(element, "fldCharType")) == "begin":
            if any(one is not None for one in self._open):
                yield _changing("within a field")
            self._open.append([])
        elif kind in ("separate", "end") and self._open:
            told = self._open.pop()
            if told is not None:
                yield from self._told("".join(told))
            if kind == "separate":
                self._open.append(None)

    def _told(self, words: str) -> Iterator[str]:
        name = (words.split() or [""])[0].upper()
        if any(one is not None for one in self._open):
            yield _changing("within a field")
        elif name not in FIELDS:
            yield _changing(name[:20] or "of no name")


def _changing(name: str) -> str:
    return f"The text holds a field ({name}) that may show something else on another day or another machine."


def _value(element: Any, name: str) -> str:
    """An attribute of WordprocessingML, in whichever of its namespaces."""
    return next((str(value) for key, value in element.items() if key.rpartition("}")[2] == name), "")
