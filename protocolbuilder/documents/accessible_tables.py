"""What of a table in a Word file a screen reader needs, and who does not tell colours apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from protocolbuilder.documents.visible import W

PLAIN: Final = ("", "auto", "FFFFFF")


def table_faults(table: Any) -> tuple[str, tuple[str, ...]]:
    """What a table is called, and a sentence for each thing that is wrong with it."""
    caption = _said(table, "tblCaption")
    called = f"the table “{caption}”" if caption else f"the table that starts with “{words(table)[:40]}”"
    return called, (*_named(table), *_headed(table), *_shaped(table))


def _named(table: Any) -> Iterator[str]:
    for name, called in (("tblCaption", "name"), ("tblDescription", "description")):
        if not _said(table, name):
            yield f"It has no {called}."


def _headed(table: Any) -> Iterator[str]:
    lines = table.findall(f"{W}tr")
    heads = [_is_head(line) for line in lines]
    look = table.find(f"{W}tblPr/{W}tblLook")
    if not any(heads) and (look is None or look.get(f"{W}firstColumn") != "1"):
        yield "Neither its first row nor its first column is marked as headings."
    if any(head and not all(heads[:at]) for at, head in enumerate(heads)):
        yield "A row of headings stands below other rows."
    for line in (line for line, head in zip(lines, heads, strict=True) if head):
        if line.find(f"{W}trPr/{W}cantSplit") is None:
            yield "Its row of headings may be torn apart at the end of a page."
        if not all(words(cell) for cell in line.findall(f"{W}tc")):
            yield "A column has no heading."
    if len(lines) <= sum(heads):
        yield "It has no rows."


def _shaped(table: Any) -> Iterator[str]:
    lines = [line.findall(f"{W}tc") for line in table.findall(f"{W}tr")]
    merged = next(table.iter(f"{W}vMerge", f"{W}gridSpan"), None)
    if len({len(line) for line in lines}) > 1 or merged is not None:
        yield "Cells are merged."
    for cell in (cell for line in lines for cell in line):
        shade = cell.find(f"{W}tcPr/{W}shd")
        if shade is not None and shade.get(f"{W}fill", "") not in PLAIN and not words(cell):
            yield "A cell says something by its colour alone."


def _is_head(line: Any) -> bool:
    head = line.find(f"{W}trPr/{W}tblHeader")
    return head is not None and head.get(f"{W}val", "1") not in ("0", "false")


def _said(table: Any, name: str) -> str:
    found = table.find(f"{W}tblPr/{W}{name}")
    return found.get(f"{W}val", "").strip() if found is not None else ""


def words(element: Any) -> str:
    """What an element of a file without tracked changes says, spaces around it left out."""
    return "".join(text.text or "" for text in element.iter(f"{W}t")).strip()
