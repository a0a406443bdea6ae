"""The protocol matrix as a file or on screen: Word, xlsx, csv, HTML. Everything is computed from the flows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace as Said
from typing import Any, Final, Literal

from protocolbuilder.documents import cells, screen, sheet, templates
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.cells import Matrix
from protocolbuilder.documents.context import Numbers, one_section
from protocolbuilder.documents.keeping import flows_named
from protocolbuilder.documents.shape import NUMBER, STAMP, TEXT, Shape, agreement_shape, rows
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.word import host_of, printed, title_of
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import Cell, in_brief
from protocolbuilder.domain.participation import standings
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.library import Library

As = Literal["docx", "xlsx", "csv", "html"]
TEMPLATE: Final = "matrix-1"
ACROSS: Final = 8  # columns of a grid that stay readable on a landscape page


def render(
    schema: Schema, agreement: Agreement, library: Library, stamp: Stamp, *, as_: As, template: bytes = b""
) -> bytes:
    """The matrix in one format. The same input gives the same bytes. `template`: another Word template."""
    if as_ == "docx":
        source = template or templates.load(TEMPLATE)
        title = f"{title_of(agreement)}: protocol matrix".removeprefix(": ")
        words = said(schema, agreement, library, stamp=stamp, template=source)
        return printed(source, words, title=title, author=host_of(schema, agreement, library), stamp=stamp)
    if as_ == "html":
        return screen.page(
            schema, agreement, library, title=title_of(agreement) or "Protocol matrix", on=stamp.at.date()
        ).encode()
    write = sheet.xlsx if as_ == "xlsx" else sheet.csv
    return write(schema, agreement, library, stamp=stamp)


def shape(schema: Schema) -> Mapping[str, Shape]:
    """Every name that `matrix-1.docx` may say."""
    powers = Shape(element=Shape(dict.fromkeys(("gateway", "words"), TEXT)))
    cell = Shape(element=Shape({"marks": TEXT, "flows": TEXT}))
    grid = Shape({"columns": rows("name"), "rows": Shape(element=Shape({"name": TEXT, "cells": cell}))})
    exchange = Shape({"to": TEXT, "items": TEXT, "powers": powers, "flows": TEXT})
    return {
        "title": TEXT,
        "stamp": STAMP,
        "number": NUMBER,
        "not_stated": TEXT,
        "marks": rows("mark", "meaning"),
        "grids": Shape(element=grid),
        "senders": Shape(element=Shape({"name": TEXT, "exchanges": Shape(element=exchange)})),
        "information": Shape(element=Shape({"number": TEXT, "item": TEXT, "groups": rows("to", "flows")})),
        "purpose_powers": Shape(element=Shape({"purpose": TEXT, "powers": rows("gateway", "marks", "flows")})),
        "restricted": rows("law", "items_", "flows"),
        "standings": rows("partner", "role", "acts"),
        "flows": agreement_shape(schema)["flows"],
    }


def said(schema: Schema, agreement: Agreement, library: Library, *, stamp: Stamp, template: bytes) -> dict[str, Any]:
    """What `shape` names, in words."""
    found = cells.compute(schema, agreement, library)
    named = _named(template, schema)
    return {
        "stamp": stamp,
        "number": Numbers(),
        "not_stated": NOT_STATED,
        "flows": one_section(schema, agreement, library, section="flows", stamp=stamp, named=named),
        "title": Words(title_of(agreement)),
        "marks": [Said(mark=mark, meaning=meaning) for mark, meaning in found.used()],
        "grids": _grids(found),
        "senders": _senders(found),
        "information": _information(found),
        "purpose_powers": _purposes(found),
        "restricted": _restricted(found, agreement, library, stamp=stamp),
        "standings": [
            Said(partner=Words(found.name(one.party)), role=Words(one.role), acts=Words(*one.acts))
            for one in standings(schema, agreement, found.names)
        ],
    }


@lru_cache(maxsize=32)
def _named(template: bytes, schema: Schema) -> frozenset[str]:
    return templates.named(template, shape(schema))


def _restricted(found: Matrix, agreement: Agreement, library: Library, *, stamp: Stamp) -> list[Said]:
    """What the law restricts of the information that travels, with the flows that carry it."""
    return [
        Said(law=Words(law), items_=Words(*items, between="; "), flows=Words(in_brief(flows)))
        for law, items, flows in cells.restricted(found, agreement, library, on=stamp.at.date())
    ]


def _grids(found: Matrix) -> list[Said]:
    view = found.views["agencies"]
    made = []
    for row_ids, column_ids in cells.bands(view, ACROSS):
        lines = []
        for row in row_ids:
            line = [view.cells.get((row, column)) for column in column_ids]
            said = [
                Said(marks=Words(found.marks(cell)), flows=Words(found.flows_in_brief(cell)))
                if cell
                else Said(marks=Words(), flows=Words())
                for cell in line
            ]
            lines.append(Said(name=Words(found.name(row)), cells=said))
        made.append(Said(columns=[Said(name=Words(found.name(column))) for column in column_ids], rows=lines))
    return made


def _senders(found: Matrix) -> list[Said]:
    view = found.views["agencies"]
    made = []
    for row in cells.filled_rows(view):
        exchanges = [
            Said(
                to=Words("; ".join(map(found.name, columns))),
                items=Words(found.brief(cell)),
                powers=[
                    Said(gateway=Words(found.name(power.gateway)), words=Words(power.words))
                    for power in cell.powers
                ],
                flows=Words(found.flows_in_brief(cell)),
            )
            for columns, cell in cells.groups(view, row)
        ]
        made.append(Said(name=Words(found.name(row)), exchanges=exchanges))
    return made


def _information(found: Matrix) -> list[Said]:
    """Each kind of information with the groups of recipients that get it in the same flows."""
    view = found.views["recipients"]
    return [
        Said(
            number=Words(found.order.number(row)),
            item=Words(found.name(row)),
            groups=[
                Said(to=Words("; ".join(map(found.name, columns))), flows=Words(_in_flows(found, cell)))
                for columns, cell in cells.groups(view, row)
            ],
        )
        for row in view.rows
    ]


def _purposes(found: Matrix) -> list[Said]:
    """Each purpose with the powers that it meets in a flow."""
    view = found.views["purposes"]
    return [
        Said(
            purpose=Words(found.name(row)),
            powers=[
                Said(
                    gateway=Words(found.name(column)),
                    marks=Words(found.words(view.cells[row, column])),
                    flows=Words(_in_flows(found, view.cells[row, column])),
                )
                for column in view.columns
                if (row, column) in view.cells
            ],
        )
        for row in cells.filled_rows(view)
    ]


def _in_flows(found: Matrix, cell: Cell) -> str:
    """`flow 3`, `flows 1 to 6, 8 and 10`."""
    return flows_named(found.labels, cell.flows).replace("F", "f", 1)
