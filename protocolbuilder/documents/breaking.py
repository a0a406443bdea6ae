"""Where a filled table may break over pages: a short row stays whole, a long one that is no heading may go on overleaf.

A value that takes more room than its cell has is marked with `MARK` while it is filled in, so that only such cells are
measured. No answer can hold that character: control characters are refused where answers come in.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from protocolbuilder.documents.structure import start_of

MARK: Final = "\x01"
FILTER: Final = "room"  # the name of the filter that marks a value which is longer than the number it is given
WHOLE: Final = 14  # lines of a row that is not torn apart
MARKUP: Final = 40  # characters of XML around each text of a cell, at least
CHARACTER: Final = 112  # twips that a character of a cell takes, on average, at 10 or 11 points
WHOLE_ROW: Final = "<w:cantSplit"
HEADS: Final = "<w:tblHeader"  # a row of headings stays whole: it is repeated on each page
_CELL: Final = re.compile(r"<w:tc[ >].*?</w:tc>", re.DOTALL)
_ROW: Final = re.compile(r"<w:tr[ >].*?</w:tr>", re.DOTALL)
_WIDTH: Final = re.compile(r'<w:tcW\b[^>]*?\bw:w="(\d+)"')
_LINE_END: Final = re.compile(r"<w:br\b[^>]*>|</w:p>")
_TEXT: Final = re.compile(r"<w:t(?: [^>]*)?>([^<]*)")
_TAG: Final = re.compile(r"<[^>]*>")
_VALUE: Final = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_LOOP: Final = re.compile(r"\{%-? *for ")
_STATEMENT: Final = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)


def marked_cells(source: str) -> str:
    """The XML of a template that says, of each value in a row that stays whole, how many characters have room there."""

    def row(hit: re.Match[str]) -> str:
        may_break = WHOLE_ROW in hit[0] and HEADS not in hit[0]
        return _CELL.sub(lambda cell: _marked(cell[0]), hit[0]) if may_break else hit[0]

    return _ROW.sub(row, source)


def _marked(cell: str) -> str:
    """A cell where something is repeated is measured in any case."""
    values = len(_VALUE.findall(cell))
    said = len(_TAG.sub("", _STATEMENT.sub("", cell)))
    room = ((WHOLE - len(_LINE_END.findall(cell))) * _across(cell) - said) // max(values, 1)
    if room < 0 or _LOOP.search(cell):
        return cell.replace(">", f">{MARK}", 1)
    return _VALUE.sub(rf"{{{{ (\1)|{FILTER}({room}) }}}}", cell)


def let_long_rows_break(xml: str) -> str:
    """Takes the mark “do not break over pages” off the rows that look longer than `WHOLE` lines, and all of `MARK`."""
    kept, done, searched, row, row_end = [], 0, 0, -1, -1
    at = xml.find(MARK)
    while at >= 0:
        if at >= row_end:
            row = xml.rfind(WHOLE_ROW, searched, at)
            row_end = xml.find("</w:tr>", row) if row >= 0 else -1
        searched, after = at, at + 1
        if at < row_end:
            after = xml.find("</w:tc>", at)
            if _is_long(xml[start_of(xml, "<w:tc", at) : after]):
                kept.append(xml[done:row])
                done, after = xml.find("/>", row) + 2, row_end
        at = xml.find(MARK, after)
    return "".join((*kept, xml[done:])).replace(MARK, "")


def _is_long(cell: str) -> bool:
    """Whether the text of a cell takes more than `WHOLE` lines in its width, as far as can be told."""
    across, texts = _across(cell), cell.count("<w:t ")
    lines = cell.count("</w:p>") + cell.count("<w:br")
    if (len(cell) - texts * MARKUP) // across + lines <= WHOLE:
        return False
    if len("".join(_TEXT.findall(cell))) // across + lines <= WHOLE:
        return False
    each = (line for paragraph in cell.split("</w:p>") for line in paragraph.split("<w:br"))
    said = (unescape("".join(_TEXT.findall(line)).replace(MARK, "")) for line in each)
    return sum(-(-len(line) // across) for line in said) > WHOLE


def _across(cell: str) -> int:
    """How many characters a line of a cell holds."""
    width = _WIDTH.search(cell)
    return max(1, int(width[1]) // CHARACTER) if width else 1
