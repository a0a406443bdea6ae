"""The matrix as a spreadsheet: xlsx with one sheet a view, or one csv with a line for each cell of each view.

Texts stay texts: nothing a person wrote can become a formula or a link.
"""

from __future__ import annotations

import csv as lines
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from io import BytesIO, StringIO
from typing import Any, Final

import xlsxwriter

from protocolbuilder.documents import cells, package
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.cells import AXES, TITLES, Matrix
from protocolbuilder.documents.context import printed
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.word import host_of, title_of
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import View, rows_of
from protocolbuilder.domain.participation import standings
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library

SHEETS: Final[Mapping[str, str]] = {
    "agencies": "Who shares with whom",
    "recipients": "Information and recipients",
    "purposes": "Purposes and powers",
}
LONGEST: Final = 32_767  # characters that a cell of a spreadsheet holds
CUT: Final = " … (longer than a cell can hold: see the Word file)"
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx(schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp) -> bytes:
    """A workbook: a sheet for each view, the flows with all their answers, and what the marks mean."""
    found = cells.compute(schema, agreement, library)
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        at = stamp.at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties(
            {"title": title_of(agreement), "author": host_of(schema, agreement, library), "created": at}
        )
        styles = _styles(book)
        for view in found.views.values():
            rows = list(_grid(found, view))
            _sheet(book, SHEETS[view.id], rows, styles=styles, widths=[34] + [30] * (len(rows[0]) - 1))
        flows = list(_flows(schema, agreement, found))
        _sheet(book, "Flows", flows, styles=styles, widths=[10] + [30] * (len(flows[0]) - 1))
        standing = list(_standings(schema, agreement, found))
        _sheet(book, "Standing of each partner", standing, styles=styles, widths=[34, 30, 60])
        about = [("Mark", "Meaning"), *found.used(), ("Reference", stamp.reference), ("Version", stamp.version)]
        about += [("Law library", stamp.library), ("Data fingerprint (SHA-256)", stamp.fingerprint)]
        _sheet(book, "Marks and version", about, styles=styles, widths=[34, 90])
    return package.write(package.read_own(out.getvalue()))


def csv(schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet reads accents. A text that starts like a formula gets a '."""
    found = cells.compute(schema, agreement, library)
    out = StringIO()
    writer = lines.writer(out)
    writer.writerow(("View", "Row", "Column", "Information", "Legal powers", "Flows"))
    for view in found.views.values():
        for (row, column), cell in _ordered(view):
            said = (found.items(cell), "\n".join(found.powers(cell)), found.flows(cell))
            writer.writerow([safe(text) for text in (TITLES[view.id], found.name(row), found.name(column), *said)])
    head, *flows = _flows(schema, agreement, found)
    for flow in flows:
        for title, words in zip(head[1:], flow[1:], strict=True):
            if words:
                writer.writerow([safe(text) for text in ("Flows", flow[0], title, words, "", flow[0])])
    for partner, role, acts in list(_standings(schema, agreement, found))[1:]:
        writer.writerow([safe(part) for part in ("Standing of each partner", partner, role, acts, "", "")])
    for title, text in (("Reference", stamp.reference), ("Version", stamp.version), ("SHA-256", stamp.digest)):
        writer.writerow([safe(part) for part in ("Document", title, "", text, "", "")])
    return out.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """A text that a spreadsheet takes for a formula, with an apostrophe before it."""
    return f"'{text}" if text.startswith(_RISKY) else text


def _ordered(view: View) -> Iterator[tuple[tuple[str, str], Any]]:
    for row in view.rows:
        for column in view.columns:
            if (row, column) in view.cells:
                yield (row, column), view.cells[row, column]


def _grid(found: Matrix, view: View) -> Iterator[Sequence[str]]:
    row_title, column_title = AXES[view.id]
    yield (f"{row_title} ↓  {column_title} →", *(found.name(column) for column in view.columns))
    for row in view.rows:
        yield (found.name(row), *(_said(found, view, row, column) for column in view.columns))


def _said(found: Matrix, view: View, row: str, column: str) -> str:
    cell = view.cells.get((row, column))
    if cell is None:
        return ""
    parts = [f"Flows: {found.flows(cell)}"]
    if view.id == "agencies":
        parts.append(f"Information: {found.items(cell)}")
    parts += [found.marks(cell)] if view.id == "purposes" else found.powers(cell)
    return "\n".join(parts)


def _standings(schema: Schema, agreement: Agreement, found: Matrix) -> Iterator[Sequence[str]]:
    yield ("Partner", "Role", "What it has done so far")
    for one in standings(schema, agreement, found.names):
        yield (found.name(one.party), one.role or NOT_STATED, "\n".join(one.acts) or NOT_STATED)


def _flows(schema: Schema, agreement: Agreement, found: Matrix) -> Iterator[Sequence[str]]:
    questions = schema.sections["flows"].questions
    yield ("Flow", *(question.title for question in questions.values()))
    for flow in rows_of(agreement, "flows"):
        words = (
            "\n".join(printed(question, flow[key], found.names)) if key in flow else ""
            for key, question in questions.items()
        )
        yield (found.labels[flow["id"]], *words)


def _styles(book: Any) -> Mapping[str, Any]:
    plain = {
        "text_wrap": True,
        "valign": "top",
        "font_name": "Arial",
        "font_size": 11,
        "border": 1,
        "border_color": "#B1B4B6",
    }
    return {"cell": book.add_format(plain), "head": book.add_format({**plain, "bold": True, "bg_color": "#F3F2F1"})}


def _sheet(
    book: Any, name: str, rows: Sequence[Sequence[str]], *, styles: Mapping[str, Any], widths: Sequence[int]
) -> None:
    """One sheet: first row and column are headers and stay in view; printed on landscape A4, one page wide."""
    page = book.add_worksheet(name)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if text:
                kept = text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT
                page.write_string(at, column, kept, styles["head" if not at or not column else "cell"])
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)
