"""What a person who cannot see a Word file well, or at all, would stumble over in it: a lint of our own output.

It reads the parts of a file and says what is wrong with them; it changes nothing. Sources: WCAG 2.2 AA as it applies to
documents (EN 301 549, clause 10), PDF/UA-1 for what a PDF made of the file needs, and 12 points as the least size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.documents import package
from protocolbuilder.documents.accessible_look import Shown, faint, small
from protocolbuilder.documents.accessible_tables import table_faults, words
from protocolbuilder.documents.visible import FALLBACK, W, style_names

LANGUAGES: Final = ("en-GB", "cy-GB")
LONG: Final = 30_000  # characters of text, about ten pages of ours
STYLES: Final = "word/styles.xml"
CORE: Final = "docProps/core.xml"
TEXTS: Final = re.compile(r"word/(document|(header|footer|footnotes|endnotes)\d*)\.xml")
"""The parts that hold text: body, headers, footers and notes."""
NUMBERED: Final = re.compile(r"heading ([1-9])")
TYPED: Final = re.compile(r"^\s*([•·‣▪●○◦*]|[-–—](?=\s)|o(?=\s\S))\s*\S")
DOUBLED: Final = re.compile(r"\S  +\S")
EMPTY_WORDS: Final = frozenset({"", "here", "click here", "link", "this link", "this", "more", "read more"})
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True, slots=True)
class Fault:
    """`place`: the words nearest to it, or the name of a part; `text`: one sentence."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True)
class Read:
    """A file as the rules read it. `texts` are the roots of body, headers, footers and notes by part name."""

    parts: Mapping[str, bytes]
    texts: Mapping[str, Any]
    names: Mapping[str, str]
    shown: Shown

    @property
    def body(self) -> Any:
        return self.texts[package.WORD]

    def style(self, paragraph: Any) -> str:
        """The name of a paragraph's style in lower case."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return self.names.get(style.get(f"{W}val", ""), "").lower() if style is not None else "normal"


Rule = Callable[[Read], Iterator[Fault]]


def faults(parts: Mapping[str, bytes], *, rules: Mapping[str, Rule] | None = None) -> tuple[Fault, ...]:
    """Every fault of a Word file, given as its parts. `rules`: some of `RULES` only. Raises BadFile for broken XML."""
    texts = {
        name: package.parse(parts, name)
        for name in parts
        if TEXTS.fullmatch(name)
    }
    read = Read(parts, texts, style_names(parts), Shown(parts))
    return tuple(fault for rule in (RULES if rules is None else rules).values() for fault in rule(read))


def _title(read: Read) -> Iterator[Fault]:
    core = package.parse(read.parts, CORE) if CORE in read.parts else None
    said = {name: (core.findtext(f"{_DC}{name}") or "").strip() if core is not None else "" for name in _ABOUT}
    yield from (Fault("", f"The file’s properties state no {name}.") for name, text in said.items() if not text)
    if said["language"] not in ("", *LANGUAGES):
        yield Fault("", f"The language of the file is “{said['language']}”.")


_ABOUT: Final = ("title", "language")


def _language(read: Read) -> Iterator[Fault]:
    usual = read.shown.styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    if usual is None or usual.get(f"{W}val") not in LANGUAGES:
        yield Fault(STYLES, "The text has no language.")
    for name, root in read.texts.items():
        stated = {one.get(f"{W}val") for one in root.iter(f"{W}lang") if one.get(f"{W}val")}
        yield from (Fault(name, f"A text is marked as “{one}”.") for one in sorted(stated - set(LANGUAGES)))


def _headings(read: Read) -> Iterator[Fault]:
    before, found = 0, False
    for paragraph in read.body.iter(f"{W}p"):
        level = NUMBERED.fullmatch(read.style(paragraph))
        if level is None:
            continue
        said, now, found = words(paragraph), int(level[1]), True
        if not said:
            yield Fault(f"heading {now}", "A heading has no words.")
        elif now > before + 1:
            yield Fault(said, f"The heading is of level {now} and follows one of level {before or 'none'}.")
        before = now
    if not found and len(read.body.findall(f".//{W}p")) > len(read.body.findall(f".//{W}tbl//{W}p")) + SOME:
        yield Fault("", "The document has no headings.")


SOME: Final = 12  # paragraphs of a page without headings


def _pictures(read: Read) -> Iterator[Fault]:
    for name, root in read.texts.items():
        for one in root.iter(f"{_WP}docPr"):
            if not one.get("descr", "").strip():
                yield Fault(name, f"The picture “{one.get('name', '')}” has no text in its place.")
        for shape in root.iter(f"{_VML}shape"):
            inside = any(above.tag == FALLBACK for above in shape.iterancestors())
            if shape.find(f"{_VML}imagedata") is not None and not inside and not shape.get("alt", "").strip():
                yield Fault(name, "A picture has no text in its place.")


def _tables(read: Read) -> Iterator[Fault]:
    for table in read.body.iter(f"{W}tbl"):
        place, found = table_faults(table)
        yield from (Fault(place, text) for text in found)


def _empty(read: Read) -> Iterator[Fault]:
    """The format wants a paragraph in each cell, between tables, after a table that ends a cell, at the end, and where
    the page changes. Every other empty one is read out as blank."""
    before = ""
    for paragraph in read.body.iter(f"{W}p"):
        said = words(paragraph)
        if not said and not _needed(paragraph):
            yield Fault(before or "the start", "An empty paragraph follows, where space belongs in a style.")
        before = said or before


def _needed(paragraph: Any) -> bool:
    before, after = _beside(paragraph, -1), _beside(paragraph, 1)
    alone = before in ("", "tcPr") and not after
    apart = after == "sectPr" or (before == "tbl" and after in ("", "tbl"))
    holds = paragraph.find(f"{W}pPr/{W}sectPr") is not None or next(paragraph.iter(*_HOLDING), None) is not None
    return alone or apart or holds


_HOLDING: Final = (f"{W}drawing", f"{W}pict", f"{W}object", f"{W}br", f"{W}fldChar", f"{W}sdt", f"{W}sym")


def _beside(paragraph: Any, way: int) -> str:
    found = paragraph.getprevious() if way < 0 else paragraph.getnext()
    while found is not None and found.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd", f"{W}proofErr"):
        found = found.getprevious() if way < 0 else found.getnext()
    return "" if found is None else str(found.tag).removeprefix(W)


def _sizes(read: Read) -> Iterator[Fault]:
    for root in read.texts.values():
        yield from (Fault(said, f"The text is of {size / 2:g} points.") for said, size in small(read.shown, root))


def _contrast(read: Read) -> Iterator[Fault]:
    for root in read.texts.values():
        for said, ratio in faint(read.shown, root):
            yield Fault(said, f"The text stands out {ratio:.1f} to 1 from what is behind it.")


def _contents(read: Read) -> Iterator[Fault]:
    length = sum(len(text.text or "") for text in read.body.iter(f"{W}t"))
    if length > LONG and not has_contents(read.parts):
        yield Fault("", f"The document has {length} characters and no list of contents.")


def has_contents(parts: Mapping[str, bytes]) -> bool:
    """Whether the body holds a field that lists the contents."""
    told = package.parse(parts, package.WORD).iter(f"{W}instrText", f"{W}fldSimple")
    return any((one.text or one.get(f"{W}instr") or "").split()[:1] == ["TOC"] for one in told)


def _links(read: Read) -> Iterator[Fault]:
    for name, root in read.texts.items():
        for link in root.iter(f"{W}hyperlink"):
            if words(link).lower().strip(" .") in EMPTY_WORDS:
                yield Fault(name, f"A link says only “{words(link)}”.")


def _lists(read: Read) -> Iterator[Fault]:
    for paragraph in read.body.iter(f"{W}p"):
        if TYPED.match(words(paragraph)) and not read.shown.listed(paragraph):
            yield Fault(words(paragraph)[:80], "The sign of a list is typed; a list of Word’s own is read as one.")


def _spaces(read: Read) -> Iterator[Fault]:
    for root in read.texts.values():
        for paragraph in root.iter(f"{W}p"):
            if DOUBLED.search(words(paragraph)):
                yield Fault(words(paragraph)[:80], "A space is doubled.")


OF_FORM: Final[Mapping[str, Rule]] = {
    "title": _title, "language": _language, "headings": _headings, "pictures": _pictures, "tables": _tables,
    "empty paragraphs": _empty, "sizes": _sizes, "contrast": _contrast, "contents": _contents,
}  # fmt: skip
"""What the program answers for, whatever people write."""
OF_WORDS: Final[Mapping[str, Rule]] = {"links": _links, "lists": _lists, "spaces": _spaces}
"""What depends on the words of the text too, which may be somebody’s own."""
RULES: Final[Mapping[str, Rule]] = {**OF_FORM, **OF_WORDS}
