"""Reads a Word file that came back as one long line of characters, each with who inserted or deleted it.

What was inserted, what was deleted and what stayed all stand in the line, so that one place in it is one place in every
view of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from protocolbuilder.documents import package, visible
from protocolbuilder.documents.returned_line import END, Line, Para, Run, Tracked
from protocolbuilder.documents.visible import FALLBACK, ParagraphText, W
from protocolbuilder.errors import BadFile

LONGEST_NAME: Final = 200
_INSERTED: Final = {f"{W}ins": "", f"{W}moveTo": "to"}
_DELETED: Final = {f"{W}del": "", f"{W}moveFrom": "from"}
_TRACKED: Final = {**_INSERTED, **_DELETED}
_FORMATTING: Final = tuple(
    f"{W}{name}Change" for name in ("rPr", "pPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "tblPrEx", "numbering")
)
_PASSED: Final = frozenset({f"{W}tblPr", f"{W}tblGrid", f"{W}sectPr", f"{W}sdtPr", f"{W}sdtEndPr", FALLBACK})


def lines(parts: Mapping[str, bytes]) -> tuple[Line, list[Line]]:
    """The body, and every header, footer and part of notes that says something, each once. Raises BadFile."""
    styles = visible.style_names(parts)
    try:
        body = _Reader(styles).read(package.parse(parts, package.WORD))
        around = [
            _Reader(styles).read(package.parse(parts, name))
            for name in sorted(parts)
            if name.startswith(("word/header", "word/footer", "word/footnotes", "word/endnotes"))
            and name.endswith(".xml")
        ]
    except RecursionError as error:
        raise BadFile("The Word file is nested too deeply. It was not read.") from error
    found: dict[tuple[str, tuple[Run, ...]], Line] = {}
    for line in around:
        if line.text.replace(END, "").strip():
            found.setdefault((line.text, tuple(line.runs)), line)
    return body, list(found.values())


def formatting(parts: Mapping[str, bytes]) -> int:
    """How many tracked changes are of looks only."""
    names = [name for name in parts if name.startswith(("word/document", "word/header", "word/footer"))]
    return sum(
        1 for name in names if name.endswith(".xml") for _ in package.parse(parts, name).iter(*_FORMATTING)
    )


class _Reader:
    def __init__(self, styles: Mapping[str, str]) -> None:
        self.styles = styles
        self.line = Line()
        self.tracked: tuple[Tracked, ...] = ()
        self.row = self.rows = self.cell = self.cells = 0
        self.text = _Text(self)

    def read(self, root: Any) -> Line:
        self.blocks(root)
        return self.line

    @contextmanager
    def under(self, tracked: Sequence[Tracked]) -> Iterator[None]:
        before = self.tracked
        self.tracked = (*before, *tracked)
        yield
        self.tracked = before

    def blocks(self, parent: Any) -> None:
        """The same paragraphs in the same order as `visible.blocks`."""
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str) or tag in _PASSED:
                continue
            if tag == f"{W}p":
                self.paragraph(child)
            elif tag == f"{W}tr":
                self.table_row(child)
            elif tag == f"{W}tc":
                self.table_cell(child)
            elif tag in _TRACKED:
                with self.under([_tracked(child)]):
                    self.blocks(child)
            elif not self.comment(child, tag):
                self.blocks(child)

    def table_row(self, row: Any) -> None:
        before, self.rows = self.row, self.rows + 1
        self.row = self.rows
        with self.under(_marks(row.find(f"{W}trPr"))):
            self.blocks(row)
        self.row = before

    def table_cell(self, cell: Any) -> None:
        before, self.cells = self.cell, self.cells + 1
        self.cell = self.cells
        self.blocks(cell)
        self.cell = before

    def paragraph(self, element: Any) -> None:
        start, chunks = self.line.length, len(self.line.chunks)
        for said in self.text.of(element):
            self.line.add(said, self.tracked)
        if element.find(f".//{W}hyperlink[@{W}anchor]") is not None:
            self.line.cut(chunks, visible.PAGE_OF_ENTRY)
        props = element.find(f"{W}pPr")
        style = props.find(f"{W}pStyle") if props is not None else None
        name = self.styles.get(style.get(f"{W}val"), "").lower() if style is not None else ""
        is_heading = name.startswith(("heading", "title"))
        self.line.paras.append(Para(start, self.line.length, self.row, self.cell, is_heading))
        with self.under(_marks(props.find(f"{W}rPr") if props is not None else None)):
            self.line.add(END, self.tracked)
        for box in element.iter(f"{W}txbxContent"):
            if not any(above.tag == FALLBACK for above in box.iterancestors()):
                self.blocks(box)

    def comment(self, child: Any, tag: str) -> bool:
        """Notes where a comment starts, ends or stands."""
        if tag == f"{W}commentRangeStart":
            self.line.open(child.get(f"{W}id", ""))
        elif tag == f"{W}commentRangeEnd":
            self.line.close(child.get(f"{W}id", ""))
        elif tag == f"{W}commentReference":
            self.line.open(child.get(f"{W}id", ""))
        else:
            return False
        return True


class _Text(ParagraphText):
    """The text of a paragraph, deleted text too, while the reader keeps track of what was changed and by whom."""

    def __init__(self, reader: _Reader) -> None:
        super().__init__()
        self.reader = reader

    def step(self, child: Any, tag: Any) -> Iterator[str]:
        if tag in _TRACKED:
            with self.reader.under([_tracked(child)]):
                yield from self.of(child)
        elif tag == f"{W}delText":
            if not self.hidden:
                yield (child.text or "").replace(END, " ")
        elif isinstance(tag, str) and self.reader.comment(child, tag):
            return
        else:
            for said in super().step(child, tag):
                yield said.replace(END, " ")


def _marks(props: Any) -> list[Tracked]:
    """What was tracked of a whole row, or of the end of a paragraph."""
    return [_tracked(child) for child in props if child.tag in _TRACKED] if props is not None else []


def _tracked(element: Any) -> Tracked:
    return Tracked(
        element.tag in _INSERTED, named(element.get(f"{W}author", "")), moment(element.get(f"{W}date", "")),
        _TRACKED[element.tag],
    )  # fmt: skip


def named(text: str) -> str:
    """A name from a file on one line, without what no page shows."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_NAME]


def moment(text: str) -> str:
    """`2026-11-20T14:05` of a moment as a program wrote it, in its own time; "" for anything else."""
    kept = text[:16]
    fits = len(kept) == 16 and all(
        c.isascii() and c.isdigit() if pattern == "0" else c == pattern
        for c, pattern in zip(kept, "0000-00-00T00:00", strict=True)
    )
    return kept if fits else ""
