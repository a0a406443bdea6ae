"""The matrix as a spreadsheet: xlsx with one sheet a view, or one csv with a line for each cell of each view.

Texts stay texts: nothing a person wrote can become a formula or a link.
"""

from __future__ import annotations

import csv as lines
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any, Final

import xlsxwriter

from protocolbuilder.documents import cells, package
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.cells import AXES, RESTRICTED, TITLES, Matrix
from protocolbuilder.documents.context import printed
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.word import host_of, title_of
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import View, rows_of
from protocolbuilder.domain.participation import standings
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library
from protocolbuilder.law.restrictions import restrictions

SHEETS: Final[Mapping[str, str]] = {
    "agencies": "Who shares with whom",
    "recipients": "Information and recipients",
    "purposes": "Purposes and powers",
}
LIMITED: Final = " (restricted by law)"
LONGEST: Final = 32_767  # characters that a cell of a spreadsheet holds
CUT: Final = " … (longer than a cell can hold: see the Word file)"
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # full-width: some read them so
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


Page = tuple[Sequence[Sequence[str]], Sequence[int]]
"""The rows of a sheet, the first of them headers, and the widths of its columns in characters."""


def xlsx(schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp) -> bytes:
    """A workbook: a sheet for each view, the flows with all their answers, and what the marks mean."""
    found = cells.compute(schema, agreement, library)
    limited = _limited(agreement, library, stamp)
    pages: dict[str, Page] = {}
    for view in found.views.values():
        rows = list(_grid(found, view, limited))
        pages[SHEETS[view.id]] = rows, [34] + [30] * (len(rows[0]) - 1)
    flows = list(_flows(schema, agreement, found))
    pages["Flows"] = flows, [10] + [30] * (len(flows[0]) - 1)
    pages["Standing of each partner"] = list(_standings(schema, agreement, found)), [34, 30, 60]
    restricted = list(_restricted(found, agreement, library, stamp=stamp))
    if len(restricted) > 1:
        pages["Restricted by law"] = restricted, [60, 60, 30]
    about = [("Mark", "Meaning"), *found.used(), ("Reference", stamp.reference or NOT_STATED)]
    about += [("Version", stamp.version)]
    about += [("Law library", stamp.library), ("Data fingerprint (SHA-256)", stamp.fingerprint)]
    pages["Marks and version"] = about, [34, 90]
    return workbook(pages, title=title_of(agreement), author=host_of(schema, agreement, library), at=stamp.at)


def workbook(pages: Mapping[str, Page], *, title: str, author: str, at: datetime) -> bytes:
    """A sheet for each page, by its name. The same pages give the same bytes. `at`: aware UTC."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": title, "author": author, "created": at.astimezone(UTC).replace(tzinfo=None)})
        styles = _styles(book)
        for name, (rows, widths) in pages.items():
            _sheet(book, name, rows, styles=styles, widths=widths)
    return package.write(package.read_own(out.getvalue()))


def csv(schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp) -> bytes:
    """UTF-8 with a byte order mark, so that a spreadsheet reads accents. A text that starts like a formula gets a '."""
    found = cells.compute(schema, agreement, library)
    out = StringIO()
    writer = lines.writer(out)
    writer.writerow(("View", "Row", "Column", "Information", "Legal powers", "Flows"))
    limited = _limited(agreement, library, stamp)
    for view in found.views.values():
        for (row, column), cell in _ordered(view):
            said = (_items(found, cell.items, limited), "\n".join(found.powers(cell)), found.flows(cell))
            named = _items(found, (row,), limited)
            writer.writerow([safe(text) for text in (TITLES[view.id], named, found.name(column), *said)])
    for law, items, flows in list(_restricted(found, agreement, library, stamp=stamp))[1:]:
        writer.writerow([safe(text) for text in (RESTRICTED, law, "", items, "", flows)])
    head, *listed = _flows(schema, agreement, found)
    for flow in listed:
        for title, words in zip(head[1:], flow[1:], strict=True):
            if words:
                writer.writerow([safe(text) for text in ("Flows", flow[0], title, words, "", flow[0])])
    for partner, role, acts in list(_standings(schema, agreement, found))[1:]:
        writer.writerow([safe(part) for part in ("Standing of each partner", partner, role, acts, "", "")])
    stamped = {"Reference": stamp.reference or NOT_STATED, "Version": stamp.version, "SHA-256": stamp.digest}
    for title, text in stamped.items():
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


def _limited(agreement: Agreement, library: Library, stamp: Stamp) -> frozenset[str]:
    """The items of information that the law restricts."""
    return frozenset(restrictions(agreement, library, on=stamp.at.date()))


def _items(found: Matrix, ids: Sequence[str], limited: frozenset[str]) -> str:
    """Items by name, with a mark on those that the law restricts."""
    return "; ".join(f"{found.name(one)}{LIMITED if one in limited else ''}" for one in ids) or NOT_STATED


def _restricted(
    found: Matrix, agreement: Agreement, library: Library, *, stamp: Stamp
) -> Iterator[Sequence[str]]:
    yield ("Law that restricts it", "Information", "Flows that carry it")
    for law, items, flows in cells.restricted(found, agreement, library, on=stamp.at.date()):
        yield (law, "; ".join(items), ", ".join(flows))


def _grid(found: Matrix, view: View, limited: frozenset[str]) -> Iterator[Sequence[str]]:
    row_title, column_title = AXES[view.id]
    yield (f"{row_title} ↓  {column_title} →", *(found.name(column) for column in view.columns))
    for row in view.rows:
        said = (_said(found, view, (row, column), limited) for column in view.columns)
        yield (_items(found, (row,), limited), *said)


def _said(found: Matrix, view: View, key: tuple[str, str], limited: frozenset[str]) -> str:
    cell = view.cells.get(key)
    if cell is None:
        return ""
    parts = [f"Flows: {found.flows(cell)}"]
    if view.id == "agencies":
        parts.append(f"Information: {_items(found, cell.items, limited)}")
    parts += [found.words(cell)] if view.id == "purposes" else found.powers(cell)
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
