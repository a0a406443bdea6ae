"""What a comparison sees of a Word file: paragraphs in pieces, tables in rows and cells, fields whole.

Each has a `key` that is equal for what is equal, and the words by which it is known when it was edited.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from protocolbuilder.documents.visible import W
from protocolbuilder.domain.wording import WORD


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of one paragraph: `text`, or `runs` that stay whole (a picture, a break, a field).

    `look` is the run's rPr or None, `link` the w:hyperlink around it or None; `key` is equal for equal pieces, wherever
    they lead; `field` is the bookmark that a field refers to, or "".
    """

    text: str
    key: Hashable
    look: Any
    link: Any
    runs: tuple[Any, ...] = ()
    field: str = ""

    @property
    def leads_to(self) -> tuple[str, str]:
        """The bookmarks that its link and its field lead to within the text, "" for none."""
        return (self.link.get(f"{W}anchor", "") if self.link is not None else "", self.field)


@dataclass(eq=False)
class _Keyed:
    element: Any
    key: Hashable = None


@dataclass(eq=False)
class Para(_Keyed):
    """`props` is pPr without section, `section` the w:sectPr that ends here, each None where there is none."""

    props: Any = None
    look: Hashable = None
    section: Any = None
    pieces: list[Piece] = field(default_factory=list)

    @cached_property
    def tokens(self) -> list[Piece]:
        """The pieces, cut into words, blanks and marks."""
        found: list[Piece] = []
        for piece in self.pieces:
            if piece.runs:
                found.append(piece)
            else:
                found += [Piece(word, (word, piece.key), piece.look, piece.link) for word in WORD.findall(piece.text)]
        return found

    @cached_property
    def words(self) -> list[str]:
        return re.findall(r"\w+", "".join(piece.text if not piece.runs else " " for piece in self.pieces).lower())

    @property
    def bookmarks(self) -> list[Any]:
        return [child for child in self.element if child.tag == f"{W}bookmarkStart"]


@dataclass(eq=False)
class Cell(_Keyed):
    look: Hashable = None
    blocks: list[Block] = field(default_factory=list)


@dataclass(eq=False)
class Row(_Keyed):
    """`shape` says how many columns each cell spans: only rows of one shape are compared cell by cell."""

    cells: list[Cell] = field(default_factory=list)
    shape: Hashable = None
    look: Hashable = None

    @cached_property
    def words(self) -> list[str]:
        return [word for cell in self.cells for block in cell.blocks for word in block.words]


@dataclass(eq=False)
class Table(_Keyed):
    """`looks`: its properties and its columns."""

    looks: tuple[Hashable, Hashable] = (None, None)
    rows: list[Row] = field(default_factory=list)

    @cached_property
    def words(self) -> list[str]:
        return [word for row in self.rows for word in row.words]


@dataclass(eq=False)
class Group(_Keyed):
    """Paragraphs that one field spans, such as the list of contents. `opening` and `closing` are its own runs, taken
    off the first and the last paragraph; empty where the field does not begin and end with them."""

    paras: list[Para] = field(default_factory=list)
    opening: tuple[Any, ...] = ()
    closing: tuple[Any, ...] = ()

    @cached_property
    def words(self) -> list[str]:
        return [word for para in self.paras for word in para.words]


Block = Para | Table | Group
