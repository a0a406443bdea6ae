"""The blocks of two texts as one, with what was inserted and deleted marked: paragraphs, tables, rows, cells, fields.

The last paragraph of a body or cell has an end that can be neither inserted nor deleted, for something must stand
last. So where paragraphs are added or taken away at the end, the mark moves to the end of the paragraph before, and
what was deleted last shares a paragraph with what was inserted first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.documents.redline_marks import Mark, Marks, props_of
from protocolbuilder.documents.redline_pairs import Op, blocks_alike, ops, rows_alike
from protocolbuilder.documents.redline_shape import Block, Group, Para, Row, Table
from protocolbuilder.documents.redline_words import Carry, content
from protocolbuilder.documents.visible import W

_BOOKMARKS: Final = (f"{W}bookmarkStart", f"{W}bookmarkEnd")


@dataclass(frozen=True, slots=True)
class Sections:
    """What is to be done with a section that ends in a paragraph: kept from old to new, inserted, deleted."""

    kept: Callable[[Any, Any], None]
    inserted: Callable[[Any], None]
    deleted: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Blocks:
    """One part compared. `named` gathers what the bookmarks of the old text are called in the new one;
    `with_looks`: both follow the same styles, so that formatting is compared too."""

    marks: Marks
    carry: Carry
    sections: Sections
    named: dict[str, str]
    with_looks: bool

    def merged(self, old: Sequence[Block], new: Sequence[Block]) -> list[Any]:
        """The elements of a body, cell, header or footer. Both hold at least one block."""
        found = ops(old, new, blocks_alike)
        last = max((n for n, op in enumerate(found) if op.old is not None and op.new is not None), default=-1)
        if last == len(found) - 1 or not (_is_plain(old[-1]) and _is_plain(new[-1])):
            return self._each(found)
        gone = [op.old for op in found[last + 1 :] if op.new is None]
        came = [op.new for op in found[last + 1 :] if op.old is None]
        if gone and came:
            return [*self._each(found[: last + 1]), *self._instead(gone, came)]
        meeting, rest = found[last], gone or came
        if _is_plain(meeting.new) and all(map(_is_plain, rest)):
            return [*self._each(found[:last]), *self._longer(meeting, rest, "del" if gone else "ins")]
        return [*self._each(found[:last]), *self._instead([meeting.old, *gone], [meeting.new, *came])]

    def _longer(self, meeting: Op, rest: Sequence[Para], mark: Mark) -> list[Any]:
        """Paragraphs that stand after the last one that both hold, in the new text only or in the old one only."""
        [kept] = self._one(meeting)
        self.marks.paragraph_mark(kept, mark)
        between = [element for para in rest[:-1] for element in self._alone(para, mark)]
        final = rest[-1].element if mark == "ins" else self.carry(rest[-1].element)
        self.marks.content(final, mark)
        if mark == "ins":
            self._look(final, meeting.old, rest[-1])
        else:
            self._dress(final, meeting.new)
            self._look(final, rest[-1], meeting.new)
        return [kept, *between, final]

    def _instead(self, gone: Sequence[Block], came: Sequence[Block]) -> list[Any]:
        """Other blocks at the end of both, of which nothing is alike."""
        old, new = gone[-1], came[-1]
        assert isinstance(old, Para) and isinstance(new, Para)
        if len(came) == 1 or not all(map(_is_plain, came)):
            return [*self._each(ops(gone[:-1], came[:-1], blocks_alike)), self._para(old, new)]
        deleted = [element for block in gone[:-1] for element in self._alone(block, "del")]
        first = came[0]
        assert isinstance(first, Para)
        shared = self._para(old, first)
        self.marks.paragraph_mark(shared, "ins")
        between = [element for block in came[1:-1] for element in self._alone(block, "ins")]
        self.marks.content(new.element, "ins")
        self._look(new.element, old, new)
        return [*deleted, shared, *between, new.element]

    def _each(self, found: Sequence[Op]) -> list[Any]:
        """In order; what leads to other paragraphs is made when it is known what became of those."""
        made: list[list[Any]] = [[] if _leads(op) else self._one(op) for op in found]
        for place, op in enumerate(found):
            if _leads(op):
                made[place] = self._one(op)
        return [element for elements in made for element in elements]

    def _one(self, op: Op) -> list[Any]:
        if op.old is None:
            return self._alone(op.new, "ins")
        if op.new is None:
            return self._alone(op.old, "del")
        if op.same and self._lead_alike(op.old, op.new) and not _loses_bookmarks(op):
            self._note_all(op.old, op.new)
            return [para.element for para in op.new.paras] if isinstance(op.new, Group) else [op.new.element]
        if isinstance(op.new, Table):
            return [self._table(op.old, op.new)]
        if isinstance(op.new, Group):
            return self._group(op.old, op.new)
        return [self._para(op.old, op.new)]

    def _lead_alike(self, old: Block, new: Block) -> bool:
        """Whether the links of two equal blocks lead to paragraphs that became each other."""
        if isinstance(new, Table):
            return True
        return [self.named.get(one, one) for one in _anchors(old)] == _anchors(new)

    def _alone(self, block: Block, mark: Mark) -> list[Any]:
        """A block that only one of the two holds."""
        if isinstance(block, Table):
            return [self.marks.table(block.element if mark == "ins" else self.carry(block.element), mark)]
        made = []
        for para in block.paras if isinstance(block, Group) else [block]:
            if para.section is not None:
                (self.sections.inserted if mark == "ins" else self.sections.deleted)(para.section)
            made.append(self.marks.paragraph(para.element if mark == "ins" else self.carry(para.element), mark))
        return made

    def _para(self, old: Para, new: Para) -> Any:
        """A paragraph that both hold, its words compared."""
        self._note(old, new)
        starts, ends = ([one for one in new.element if one.tag == tag] for tag in _BOOKMARKS)
        inside = content(old, new, self.marks, self.carry, named=self.named)
        for child in list(new.element):
            if child is not new.props:
                new.element.remove(child)
        lost = [self.carry(mark.__copy__()) for mark in old.bookmarks[len(starts) :]]
        closed = [mark.makeelement(_BOOKMARKS[1], {f"{W}id": mark.get(f"{W}id")}) for mark in lost]
        new.element.extend([*starts, *lost, *inside, *closed, *ends])
        self._look(new.element, old, new)
        return new.element

    def _look(self, element: Any, old: Para, new: Para) -> None:
        """Marks that the paragraph looked as `old`; it looks as `new`."""
        if self.with_looks and old.look != new.look:
            before = self.carry(old.props.__copy__()) if old.props is not None else None
            self.marks.looks(props_of(element), before, name="pPr")

    def _dress(self, element: Any, new: Para) -> None:
        """Gives a deleted paragraph the properties of the one whose end it now is."""
        props = element.find(f"{W}pPr")
        if props is not None:
            element.remove(props)
        fresh = props_of(element)
        for child in new.props if new.props is not None else ():
            if child.tag not in (f"{W}rPr", f"{W}sectPr", f"{W}pPrChange"):
                fresh.append(child.__copy__())

    def _note_all(self, old: Any, new: Any) -> None:
        if isinstance(new, Para):
            self._note(old, new)
        elif isinstance(new, Group):
            for one, two in zip(old.paras, new.paras, strict=True):
                self._note(one, two)
        else:
            for one, two in zip(old.rows, new.rows, strict=True):
                self._note_row(one, two)

    def _note_row(self, old: Row, new: Row) -> None:
        for one, two in zip(old.cells, new.cells, strict=True):
            for block, other in zip(one.blocks, two.blocks, strict=True):
                self._note_all(block, other)

    def _note(self, old: Para, new: Para) -> None:
        """What is known of a paragraph that both hold: its bookmarks, and the section that ends in it."""
        for one, two in zip(old.bookmarks, new.bookmarks, strict=False):
            self.named[one.get(f"{W}name", "")] = two.get(f"{W}name", "")
        if old.section is not None and new.section is not None:
            self.sections.kept(old.section, new.section)

    def _group(self, old: Group, new: Group) -> list[Any]:
        """A field over paragraphs: its own runs stay as they are, its entries are compared."""
        for run in (*old.opening, *old.closing, *new.opening, *new.closing):
            run.getparent().remove(run)
        made = self.merged(old.paras, new.paras)
        at = sum(child.tag in (f"{W}pPr", _BOOKMARKS[0]) for child in made[0])
        made[0][at:at] = new.opening
        made[-1].extend(new.closing)
        return made

    def _table(self, old: Table, new: Table) -> Any:
        found = ops(old.rows, new.rows, rows_alike)
        for row in new.rows:
            new.element.remove(row.element)
        new.element.extend([self._row(op) for op in found])
        for name, before, after in zip(("tblPr", "tblGrid"), old.looks, new.looks, strict=True):
            if self.with_looks and before != after:
                self._changed(old.element, new.element, name)
        return new.element

    def _row(self, op: Op) -> Any:
        if op.old is None:
            return self.marks.row(op.new.element, "ins")
        if op.new is None:
            return self.marks.row(self.carry(op.old.element), "del")
        if op.same:
            self._note_row(op.old, op.new)
            return op.new.element
        for one, two in zip(op.old.cells, op.new.cells, strict=True):
            made = self.merged(one.blocks, two.blocks) if one.blocks and two.blocks else []
            for child in list(two.element):
                if child.tag != f"{W}tcPr":
                    two.element.remove(child)
            two.element.extend(made)
            if self.with_looks and one.look != two.look:
                self._changed(one.element, two.element, "tcPr")
        if self.with_looks and op.old.look != op.new.look:
            self._changed(op.old.element, op.new.element, "trPr")
        return op.new.element

    def _changed(self, old: Any, new: Any, name: str) -> None:
        """Marks that properties of a table, row or cell were others."""
        before, now = old.find(f"{W}{name}"), new.find(f"{W}{name}")
        if now is None:
            now = new.makeelement(f"{W}{name}")
            new.insert(0, now)
        self.marks.looks(now, self.carry(before.__copy__()) if before is not None else None, name=name)


def _anchors(block: Any) -> list[str]:
    """Where the links and fields of a paragraph or of a list of contents lead within the text, each once."""
    paras = block.paras if isinstance(block, Group) else [block] if isinstance(block, Para) else []
    return list(dict.fromkeys(one for para in paras for piece in para.pieces for one in piece.leads_to if one))


def _leads(op: Op) -> bool:
    return any(_anchors(op.old)) or any(_anchors(op.new))


def _loses_bookmarks(op: Op) -> bool:
    return isinstance(op.new, Para) and len(op.old.bookmarks) > len(op.new.bookmarks)


def _is_plain(block: Any) -> bool:
    """A paragraph in which no section ends."""
    return isinstance(block, Para) and block.section is None
