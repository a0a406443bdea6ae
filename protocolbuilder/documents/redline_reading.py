"""Reads the blocks of a Word part, made plain before, as a comparison sees them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Final

from lxml import etree

from protocolbuilder.documents.redline_plain import R, field_target, link_target, without_target
from protocolbuilder.documents.redline_shape import Block, Cell, Group, Para, Piece, Row, Table
from protocolbuilder.documents.visible import W

Resolve = Callable[[str], Hashable]
"""What a relationship id of this part leads to."""

_PAGES: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF")
"""Fields of the number of a page, and how many words of each say of which page."""
_NO_LOOK: Final = frozenset(
    f"{W}{name}" for name in ("sectPr", "rPr", "cantSplit", "keepNext", "noProof", "lang", "webHidden")
)
"""What is compared by itself, or is no content: where a page may end follows from the lengths of rows and tables."""
_REFERENCES: Final = frozenset({f"{W}headerReference", f"{W}footerReference"})


class Reader:
    """Reads the blocks of one part. `with_looks`: formatting counts as a difference."""

    def __init__(self, resolve: Resolve, *, with_looks: bool) -> None:
        self._resolve = resolve
        self._with_looks = with_looks
        self._looks: dict[bytes, Hashable] = {}  # by how they are written: a file writes the same ones again and again

    def blocks(self, parent: Any) -> list[Block]:
        """The blocks of a body, cell, header or footer."""
        found: list[Block] = []
        open_field: list[Para] = []
        depth = 0
        for child in parent:
            if child.tag == f"{W}p":
                para = self.para(child)
                depth += _opened(child)
                if depth > 0 or open_field:
                    open_field.append(para)
                    if depth <= 0:
                        found.append(self._group(open_field))
                        open_field, depth = [], 0
                else:
                    found.append(para)
            elif child.tag == f"{W}tbl":
                found.extend(open_field)
                open_field, depth = [], 0
                found.append(self.table(child))
        return [*found, *open_field]

    def para(self, element: Any) -> Para:
        props = element.find(f"{W}pPr")
        section = props.find(f"{W}sectPr") if props is not None else None
        made = Para(element, props=props, section=section, look=self._look(props))
        made.pieces = list(self._pieces(element, None))
        made.key = ("p", made.look, self._section(section), self._merged(made.pieces))
        return made

    def _section(self, section: Any) -> Hashable:
        if section is None:
            return None
        return tuple(self._key(child) for child in section if child.tag not in _REFERENCES)

    def table(self, element: Any) -> Table:
        rows = [self._row(row) for row in element.iterfind(f"{W}tr")]
        looks = (self._look(element.find(f"{W}tblPr")), self._look(element.find(f"{W}tblGrid")))
        return Table(element, ("tbl", looks, tuple(row.key for row in rows)), looks=looks, rows=rows)

    def _row(self, element: Any) -> Row:
        cells = [self._cell(cell) for cell in element.iterfind(f"{W}tc")]
        shape = tuple(_span(cell.element) for cell in cells)
        look = self._look(element.find(f"{W}trPr"))
        return Row(element, (look, tuple(cell.key for cell in cells)), cells=cells, shape=shape, look=look)

    def _cell(self, element: Any) -> Cell:
        blocks = self.blocks(element)
        look = self._look(element.find(f"{W}tcPr"))
        return Cell(element, (look, _span(element), tuple(block.key for block in blocks)), look=look, blocks=blocks)

    def _group(self, paras: list[Para]) -> Group:
        first, last = paras[0].pieces, paras[-1].pieces
        made = Group(paras[0].element, ("group", tuple(para.key for para in paras)), paras=list(paras))
        kinds = [_field_mark(piece) for piece in first]
        if kinds[:1] == ["begin"] and "separate" in kinds and last and _field_mark(last[-1]) == "end":
            until = kinds.index("separate") + 1
            made.opening = tuple(run for piece in first[:until] for run in piece.runs)
            made.closing = last[-1].runs
            del first[:until], last[-1]
            for para in (paras[0], paras[-1]):
                para.key = ("p", para.look, self._section(para.section), self._merged(para.pieces))
        return made

    def _pieces(self, parent: Any, link: Any) -> Iterator[Piece]:
        """A field that begins and ends within the paragraph is one piece; others are kept mark by mark."""
        runs: list[tuple[Any, Any]] = []
        for child in parent:
            if child.tag == f"{W}r":
                runs.append((child, link))
            elif child.tag == f"{W}hyperlink":
                runs += [(run, child) for run in child.iterfind(f"{W}r")]
        at = 0
        while at < len(runs):
            run, around = runs[at]
            end = _field_end(runs, at)
            if end > at:
                whole = tuple(one for one, _ in runs[at : end + 1])
                target = field_target(_instruction(whole))
                yield Piece("", self._field_key(whole), whole[0].find(f"{W}rPr"), around, whole, target)
            else:
                yield from self._of_run(run, around)
            at = max(at, end) + 1

    def _of_run(self, run: Any, link: Any) -> Iterator[Piece]:
        look = run.find(f"{W}rPr")
        key = (self._look(look), link_target(link, self._resolve))
        said = [child for child in run if child.tag != f"{W}rPr"]
        for child in said:
            if child.tag == f"{W}t":
                if child.text:
                    yield Piece(child.text, key, look, link)
            else:
                alone = run if len(said) == 1 else _alone(run, look, child)
                yield Piece("", (key, self._key(child)), look, link, (alone,))

    def _field_key(self, runs: tuple[Any, ...]) -> Hashable:
        """The instruction with its result; the number of a page is no content, nor is the name of a bookmark."""
        said = without_target(_instruction(runs))
        if said.split()[:1] and said.split()[0].upper() in _PAGES:
            return ("field", said)
        kept = [child for run in runs for child in run if child.tag not in (f"{W}rPr", f"{W}instrText")]
        return ("field", said, tuple(self._key(child) for child in kept))

    def _merged(self, pieces: list[Piece]) -> Hashable:
        """The pieces with neighbours of one look joined: how a program cuts its runs is no difference."""
        found: list[Any] = []
        for piece in pieces:
            if not piece.runs and found and found[-1][0] == "t" and found[-1][1] == piece.key:
                found[-1] = ("t", piece.key, found[-1][2] + piece.text)
            else:
                found.append(("a", piece.key) if piece.runs else ("t", piece.key, piece.text))
        return tuple(found)

    def _look(self, props: Any) -> Hashable:
        """How properties look: None where they say nothing, or where looks do not count."""
        if props is None or not self._with_looks:
            return None
        written = etree.tostring(props, with_tail=False)
        if written not in self._looks:
            said = tuple(self._key(child) for child in props if child.tag not in _NO_LOOK)
            self._looks[written] = said or None
        return self._looks[written]

    def _key(self, element: Any) -> Hashable:
        """Tag, attributes with relationships resolved, text and children."""
        said = tuple(sorted(
            (name, self._resolve(value) if name.startswith(R) else value)
            for name, value in element.attrib.items() if not name.endswith(("}rsidR", "}rsidRPr", "}dirty"))
        ))
        text = element.text if element.text and element.text.strip() else ""
        numbered = element.tag.endswith(("}docPr", "}cNvPr"))  # numbers that a program gives to pictures
        if numbered:
            said = tuple(pair for pair in said if pair[0] != "id")
        return (element.tag, said, text, tuple(self._key(child) for child in element if isinstance(child.tag, str)))


def _instruction(runs: tuple[Any, ...]) -> str:
    return "".join(text.text or "" for run in runs for text in run.iter(f"{W}instrText"))


def _alone(run: Any, look: Any, child: Any) -> Any:
    """A run of this child only."""
    made = run.makeelement(run.tag)
    if look is not None:
        made.append(look.__copy__())
    made.append(child.__copy__())
    return made


def _span(cell: Any) -> Hashable:
    props = cell.find(f"{W}tcPr")
    if props is None:
        return "1"
    span, merged = props.find(f"{W}gridSpan"), props.find(f"{W}vMerge")
    return (span.get(f"{W}val") if span is not None else "1", merged.get(f"{W}val", "") if merged is not None else None)


def _opened(paragraph: Any) -> int:
    kinds = [one.get(f"{W}fldCharType") for one in paragraph.iter(f"{W}fldChar")]
    return kinds.count("begin") - kinds.count("end")


def _field_mark(piece: Piece) -> str:
    mark = piece.runs[0].find(f"{W}fldChar") if piece.runs else None
    return mark.get(f"{W}fldCharType", "") if mark is not None else ""


def _field_end(runs: list[tuple[Any, Any]], at: int) -> int:
    """Where the field that begins in this run ends within the paragraph; `at` itself when none does."""
    depth = 0
    for place in range(at, len(runs)):
        for mark in runs[place][0].iterfind(f"{W}fldChar"):
            depth += {"begin": 1, "end": -1}.get(mark.get(f"{W}fldCharType"), 0)
        if depth <= 0:
            return place if place > at else at
    return at
