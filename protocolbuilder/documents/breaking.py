"""Where a filled table may break over pages: a short row stays whole, a long one that is no heading may go on overleaf,
and the last row does not stand alone under heads that are repeated.

A value that takes more room than its cell has is marked with `MARK` while it is filled in, so that only such cells are
measured. No answer can hold that character: control characters are refused where answers come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final

from protocolbuilder.documents.structure import start_of

MARK: Final = "\x01"
FILTER: Final = "room"  # the name of the filter that marks a value which is longer than the number it is given
WHOLE: Final = 14  # lines of a row that is not torn apart
WHOLE_ACROSS: Final = 9  # the same in a table that is as wide as a page that lies across, which has fewer lines
ACROSS: Final = 12_000  # twips: wider than any table of an upright page
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
_TABLE: Final = "<w:tbl>"
_TABLE_END: Final = "</w:tbl>"
_STYLE: Final = re.compile(r'<w:pStyle w:val="[^"]*"/>(?!<w:keepNext)')
_VALUE: Final = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_LOOP: Final = re.compile(r"\{%-? *for ")
_STATEMENT: Final = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)


def marked_cells(source: str) -> str:
    """The XML of a template that says, of each value in a row that stays whole, how many characters have room there."""

    def row(hit: re.Match[str]) -> str:
        may_break = WHOLE_ROW in hit[0] and HEADS not in hit[0]
        whole = _whole(hit[0])
        return _CELL.sub(lambda cell: _marked(cell[0], whole), hit[0]) if may_break else hit[0]

    return _ROW.sub(row, source)


def _whole(row: str) -> int:
    """The lines of a row that stays whole, by the width of its cells."""
    return WHOLE_ACROSS if sum(map(int, _WIDTH.findall(row))) > ACROSS else WHOLE


def _marked(cell: str, whole: int) -> str:
    """A cell where something is repeated is measured in any case."""
    values = len(_VALUE.findall(cell))
    said = len(_TAG.sub("", _STATEMENT.sub("", cell)))
    room = ((whole - len(_LINE_END.findall(cell))) * _across(cell) - said) // max(values, 1)
    if room < 0 or _LOOP.search(cell):
        return cell.replace(">", f">{MARK}", 1)
    return _VALUE.sub(rf"{{{{ (\1)|{FILTER}({room}) }}}}", cell)


def let_long_rows_break(xml: str) -> str:
    """Takes the mark “do not break over pages” off the rows that look longer than a whole one, and all of `MARK`."""
    kept, done, searched, row, row_end, whole = [], 0, 0, -1, -1, WHOLE
    at = xml.find(MARK)
    while at >= 0:
        if at >= row_end:
            row = xml.rfind(WHOLE_ROW, searched, at)
            row_end = xml.find("</w:tr>", row) if row >= 0 else -1
            whole = _whole(xml[row:row_end]) if row >= 0 else WHOLE
        searched, after = at, at + 1
        if at < row_end:
            after = xml.find("</w:tc>", at)
            if _is_long(xml[start_of(xml, "<w:tc", at) : after], whole):
                kept.append(xml[done:row])
                done, after = xml.find("/>", row) + 2, row_end
        at = xml.find(MARK, after)
    return "".join((*kept, xml[done:])).replace(MARK, "")


def keep_last_rows_together(pieces: Iterable[str]) -> Iterator[str]:
    """The same pieces, cut elsewhere: in each table of three rows or more the last row but one stays with the last.

    A row that may break over pages says so no more than before. Each piece ends where a row or a paragraph does.
    """
    rest = ""
    for piece in pieces:
        text = f"{rest}{piece}"
        cut = _open_rows(text)
        yield _kept_together(text[:cut])
        rest = text[cut:]
    yield _kept_together(rest)


def _open_rows(text: str) -> int:
    """Where the last three rows start of a table that has not ended, or all of it; the end of the text for none."""
    table = text.rfind(_TABLE)
    if table < text.rfind(_TABLE_END) or (table < 0 and "<w:tr" not in text):
        return len(text)
    at = len(text)
    for _ in range(3):
        row = start_of(text, "<w:tr", at)
        if row < table or row < 0:
            return max(table, 0)
        at = row
    return at


def _kept_together(xml: str) -> str:
    kept, done, end = [], 0, xml.find(_TABLE_END)
    while end >= 0:
        last = start_of(xml, "<w:tr", end)
        row = start_of(xml, "<w:tr", last) if last >= 0 else -1
        first = start_of(xml, "<w:tr", row) if row >= 0 else -1
        inside = xml[first:last] if first >= 0 else ""
        if inside and HEADS not in inside and _TABLE_END not in inside and WHOLE_ROW in xml[row:last]:
            kept += [xml[done:row], _STYLE.sub(r"\g<0><w:keepNext/>", xml[row:last])]
            done = last
        end = xml.find(_TABLE_END, end + 1)
    return "".join((*kept, xml[done:]))


def _is_long(cell: str, whole: int) -> bool:
    """Whether the text of a cell takes more than so many lines in its width, as far as can be told."""
    across, texts = _across(cell), cell.count("<w:t ")
    lines = cell.count("</w:p>") + cell.count("<w:br")
    if (len(cell) - texts * MARKUP) // across + lines <= whole:
        return False
    if len("".join(_TEXT.findall(cell))) // across + lines <= whole:
        return False
    each = (line for paragraph in cell.split("</w:p>") for line in paragraph.split("<w:br"))
    said = (unescape("".join(_TEXT.findall(line)).replace(MARK, "")) for line in each)
    return sum(-(-len(line) // across) for line in said) > whole


def _across(cell: str) -> int:
    """How many characters a line of a cell holds."""
    width = _WIDTH.search(cell)
    return max(1, int(width[1]) // CHARACTER) if width else 1
