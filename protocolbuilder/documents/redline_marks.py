"""The markup of tracked changes: who changed what and when, on runs, paragraph marks, rows and formatting.

What the schema of Word files asks: w:ins and w:del come first in the rPr of a paragraph mark and last in trPr; deleted
text is w:delText; w:hyperlink stands outside the mark, so the runs within it are marked; every mark has its own id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final, Literal

from lxml import etree

from protocolbuilder.documents.visible import W

Mark = Literal["ins", "del"]

_DELETED: Final = {f"{W}t": f"{W}delText", f"{W}instrText": f"{W}delInstrText"}
FIRST: Final = 1_000_001  # above the numbers of bookmarks, which are counted with those of changes
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_FURNITURE: Final = frozenset({f"{W}headerReference", f"{W}footerReference"})
_NOT_IN_CHANGE: Final = frozenset({f"{W}rPr", f"{W}sectPr", f"{W}pPrChange"})


@dataclass(slots=True)
class Marks:
    """`author` is at least one character, `at` aware UTC; ids count up over the whole file."""

    author: str
    at: datetime
    _numbers: Iterator[int] = field(default_factory=lambda: count(FIRST))

    def new(self, name: str) -> Any:
        """An empty mark: `ins`, `del`, `pPrChange` and so on."""
        said = {f"{W}id": str(next(self._numbers))}
        if name != "tblGridChange":  # the schema gives it no author
            at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            said |= {f"{W}author": self.author, f"{W}date": at}
        return etree.Element(f"{W}{name}", said)

    def run(self, mark: Mark, runs: list[Any]) -> Any:
        """The runs, marked."""
        made = self.new(mark)
        for run in runs:
            made.append(as_deleted(run) if mark == "del" else run)
        return made

    def paragraph_mark(self, paragraph: Any, mark: Mark) -> None:
        """Marks the end of a paragraph, so that refusing or taking it joins what stands before and after."""
        props = props_of(paragraph)
        look = props.find(f"{W}rPr")
        if look is None:
            look = etree.Element(f"{W}rPr")
            after = next((one for one in props if one.tag in (f"{W}sectPr", f"{W}pPrChange")), None)
            if after is None:
                props.append(look)
            else:
                after.addprevious(look)
        look.insert(0, self.new(mark))

    def paragraph(self, paragraph: Any, mark: Mark) -> Any:
        """The whole paragraph, its end included."""
        self.content(paragraph, mark)
        self.paragraph_mark(paragraph, mark)
        return paragraph

    def content(self, paragraph: Any, mark: Mark) -> None:
        """Everything in the paragraph but its end. What stands in links is marked within them."""
        for parent in [paragraph, *paragraph.iterfind(f"{W}hyperlink")]:
            gathered: list[Any] = []
            for child in [*parent, None]:
                if child is not None and child.tag == f"{W}r":
                    gathered.append(child)
                elif gathered:
                    before = gathered[0].getprevious()
                    at = 0 if before is None else parent.index(before) + 1
                    parent.insert(at, self.run(mark, gathered))
                    gathered = []

    def table(self, table: Any, mark: Mark) -> Any:
        for row in table.iterfind(f"{W}tr"):
            self.row(row, mark)
        return table

    def row(self, row: Any, mark: Mark) -> Any:
        """The row and every paragraph in it, tables within it too."""
        props = row.find(f"{W}trPr")
        if props is None:
            props = etree.Element(f"{W}trPr")
            before = row.find(f"{W}tblPrEx")
            row.insert(0 if before is None else row.index(before) + 1, props)
        props.append(self.new(mark))
        for cell in row.iterfind(f"{W}tc"):
            for child in cell:
                if child.tag == f"{W}p":
                    self.paragraph(child, mark)
                elif child.tag == f"{W}tbl":
                    self.table(child, mark)
        return row

    def looks(self, now: Any, before: Any, *, name: str) -> None:
        """Says in `now` how it was `before`: elements of this name (pPr, tblPr, tcPr …), or None for nothing."""
        change = self.new(f"{name}Change")
        was = etree.SubElement(change, f"{W}{name}")
        left_out = _NOT_IN_CHANGE if name == "pPr" else _FURNITURE | {f"{W}ins", f"{W}del"}
        for child in before if before is not None else ():
            if child.tag not in left_out:
                was.append(child.__copy__())
        now.append(change)


def props_of(paragraph: Any) -> Any:
    """The pPr of a paragraph, made where there is none."""
    props = paragraph.find(f"{W}pPr")
    if props is None:
        props = etree.Element(f"{W}pPr")
        paragraph.insert(0, props)
    return props


def as_deleted(run: Any) -> Any:
    """The run with its text as deleted text."""
    for child in run:
        if child.tag in _DELETED:
            child.tag = _DELETED[child.tag]
            child.set(_SPACE, "preserve")
    return run
