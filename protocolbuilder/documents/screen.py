"""The matrix on screen: plain tables with captions and headers, each cell leading to its flows and powers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup, escape

from protocolbuilder.documents import cells
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.cells import AXES, RESTRICTED, TITLES, Matrix
from protocolbuilder.domain import matrix
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import Cell, View
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library

Link = Callable[[str], str]

CELL: Final = Markup('<td class="govuk-table__cell">{}</td>')
HEADER: Final = Markup('<th scope="{}" class="govuk-table__header">{}</th>')
ROW: Final = Markup('<tr class="govuk-table__row">{}</tr>')
TABLE: Final = Markup(
    '<div class="pb-matrix" role="region" aria-label="{}" tabindex="0"><table class="govuk-table">'
    '<caption class="govuk-table__caption govuk-table__caption--m">{}</caption>'
    '<thead class="govuk-table__head">{}</thead><tbody class="govuk-table__body">{}</tbody></table></div>'
)


PAGE: Final = Markup(
    '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title><style>'
    "body{{font-family:sans-serif}}table{{border-collapse:collapse;margin:1em 0}}"
    "th,td{{border:1px solid;padding:.3em;text-align:left}}</style></head><body><h1>{title}</h1>\n"
)


def page(schema: Schema, agreement: Agreement, library: Library, *, title: str, on: date) -> str:
    """All views, what the law restricts on a day and what the marks mean: a page of its own, with nothing to fetch."""
    found = cells.compute(schema, agreement, library)
    limited = [
        (law, "; ".join(items), ", ".join(flows))
        for law, items, flows in cells.restricted(found, agreement, library, on=on)
    ]
    kept = [_rows(RESTRICTED, ("Law", "Information", "Flows"), limited)] if limited else []
    tables = "\n".join([*(table(found, view) for view in found.views), *kept, marks(found)])
    return f"{PAGE.format(title=title)}{tables}\n</body></html>\n"


def table(
    found: Matrix,
    view: str,
    *,
    link: Link = lambda address: "",
    rows: Collection[str] = (),
    columns: Collection[str] = (),
) -> str:
    """One view ("agencies", "recipients", "purposes") as a table. `link` gives the address of a page for `flows.k3f9`
    or `gateways.g1`, or "" for none. `rows` and `columns` (ids) narrow the view; empty keeps all."""
    seen = matrix.narrow(found.views[view], rows=rows, columns=columns)
    row_title, column_title = AXES[view]
    corner = f"{row_title} (down), {column_title.lower()} (across)"
    head = [HEADER.format("col", corner), *(HEADER.format("col", found.name(column)) for column in seen.columns)]
    body = Markup("").join(_line(found, seen, row, link) for row in seen.rows)
    return str(TABLE.format(TITLES[view], TITLES[view], ROW.format(Markup("").join(head)), body))


def marks(found: Matrix) -> str:
    """What the marks mean, as a table."""
    return _rows("What the marks mean", ("Mark", "Meaning"), found.used())


def _rows(title: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose rows start with a header."""
    head = Markup("").join(HEADER.format("col", text) for text in titles)
    body = Markup("").join(
        ROW.format(HEADER.format("row", first) + Markup("").join(map(CELL.format, rest))) for first, *rest in rows
    )
    return str(TABLE.format(title, title, ROW.format(head), body))


def _line(found: Matrix, view: View, row: str, link: Link) -> Markup:
    parts = [HEADER.format("row", found.name(row))]
    for column in view.columns:
        cell = view.cells.get((row, column))
        parts.append(CELL.format(Markup("").join(_pieces(found, view, cell, link)) if cell else ""))
    return ROW.format(Markup("").join(parts))


def _pieces(found: Matrix, view: View, cell: Cell, link: Link) -> Iterator[Markup]:
    if view.id == "agencies":
        yield Markup("<div>{}</div>").format(found.items(cell))
    for power in cell.powers:
        name = "" if view.id == "purposes" else _to(found.name(power.gateway), link(f"gateways.{power.gateway}")) + ": "
        yield Markup("<div>{}<strong>{}</strong></div>").format(name, power.words)
    if not cell.powers:
        yield Markup("<div>{}: {}</div>").format("Legal power", NOT_STATED)
    flows = Markup(", ").join(_to(found.labels[flow], link(f"flows.{flow}")) for flow in cell.flows)
    yield Markup("<div>Flows {}</div>").format(flows)


def _to(text: str, href: str) -> Markup:
    return Markup('<a class="govuk-link" href="{}">{}</a>').format(href, text) if href else escape(text)
