"""Where a filled table may break over pages: a short row stays whole, a long one may go on overleaf."""

from __future__ import annotations

from typing import Any, Final

from protocolbuilder.documents.visible import W

WHOLE: Final = 7  # lines of a row that is not torn apart
CHARACTER: Final = 112  # twips that a character of a cell takes, on average, at 10 or 11 points


def let_long_rows_break(root: Any) -> None:
    """Takes the mark “do not break over pages” off the rows that look longer than `WHOLE` lines."""
    for row in list(root.iter(f"{W}tr")):
        mark = row.find(f"{W}trPr/{W}cantSplit")
        if mark is not None and max(map(_lines, row.iterfind(f"{W}tc")), default=0) > WHOLE:
            mark.getparent().remove(mark)


def _lines(cell: Any) -> int:
    """About how many lines the text of a cell takes in its width."""
    width = cell.find(f"{W}tcPr/{W}tcW")
    across = max(1, int(width.get(f"{W}w", "0")) // CHARACTER) if width is not None else 1
    found = 0
    for paragraph in cell.iterfind(f"{W}p"):
        said = "".join("\n" if one.tag == f"{W}br" else one.text or "" for one in paragraph.iter(f"{W}t", f"{W}br"))
        found += sum(-(-len(line) // across) for line in said.split("\n"))
    return found
