"""The columns that a table states, set right after its cells were repeated or left out: the same as docxtpl does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

FILTER: Final = "with_grid"  # the name of the filter around a table whose columns may change
_TABLE: Final = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_GRID: Final = re.compile(r"<w:tblGrid>.*?</w:tblGrid>", re.DOTALL)
_COLUMN: Final = re.compile(r'<w:gridCol\b[^>]*?\bw:w="([\d.]+)"[^>]*/>')
_CELL: Final = re.compile(r"<w:tc[ >]")
_SPAN: Final = re.compile(r'<w:gridSpan\b[^>]*?\bw:val="(\d+)"')
_CELLS: Final = re.compile(r"<w:tc[ >].*?</w:tc>", re.DOTALL)


def marked_grids(source: str) -> str:
    """The XML of a template with the filter around each table whose columns depend on what is filled in."""

    def table(hit: re.Match[str]) -> str:
        return hit[0] if _is_fixed(hit[0]) else f"{{% filter {FILTER} %}}{hit[0]}{{% endfilter %}}"

    return _TABLE.sub(table, source)


def _is_fixed(table: str) -> bool:
    """Whether the table has a row in any case, and every row fills the columns that are stated."""
    count, surely = len(_COLUMN.findall(table)), False
    rows = table.split("</w:tr>")
    for place, row in enumerate(rows[:-1]):
        between = _CELLS.sub("", row[row.rfind("<w:tr") :])
        if "{" in between or _wide(row) != count:
            return False
        before = "".join(rows[:place]) + row
        surely = surely or len(re.findall(r"\{%-? *(?:for|if) ", before)) == len(re.findall(r"\{%-? *end", before))
    return surely


def with_grid(table: str) -> str:
    """The XML of one table with as many columns stated as its longest row has. Its whole width is kept."""
    grid = _GRID.search(table)
    if grid is None:
        return table
    rows = table.split("</w:tr>")[:-1]
    stated = [float(one) for one in _COLUMN.findall(grid[0])]
    widths = list(_as_many(stated, max((len(_CELL.findall(row)) for row in rows), default=0)))
    widths = list(_no_more(widths, max(map(_wide, rows), default=0)))
    if widths == stated:
        return table
    columns = "".join(f'<w:gridCol w:w="{int(one)}"/>' for one in widths)
    return f"{table[: grid.start()]}<w:tblGrid>{columns}</w:tblGrid>{table[grid.end() :]}"


def _wide(row: str) -> int:
    """How many columns the cells of a row take."""
    return len(_CELL.findall(row)) + sum(int(one) - 1 for one in _SPAN.findall(row))


def _as_many(widths: list[float], cells: int) -> Iterator[float]:
    """The columns, and new ones of middling width for the cells that have none."""
    more, whole = cells - len(widths), sum(widths)
    if more <= 0 or not whole:
        yield from widths
        return
    old, new = whole / len(widths), whole / cells
    for width in widths:
        yield int(width * new / old)
    for _ in range(more):
        yield int(new)


def _no_more(widths: list[float], cells: int) -> Iterator[float]:
    """The columns that have cells. They share the width of the others."""
    over = len(widths) - cells
    if over <= 0:
        yield from widths
        return
    gained = int(sum(widths[cells:]) / cells) if cells else 0
    for width in widths[:cells]:
        yield int(width + gained)
