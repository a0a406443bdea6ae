"""A Word file as HTML for the browser: the same paragraphs and cells in the same order, nothing added, all escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from markupsafe import escape

from protocolbuilder.documents.visible import Block, Paragraph, Table, TableRow, blocks

TAGS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("h1", "govuk-heading-xl"),
    "subtitle": ("p", "govuk-body-l"),
    "toc heading": ("h2", "govuk-heading-l"),
    "heading 1": ("h2", "govuk-heading-l"),
    "heading 2": ("h3", "govuk-heading-m"),
    "heading 3": ("h4", "govuk-heading-s"),
    "question": ("p", "govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1"),
    "caption": ("p", "govuk-body govuk-!-font-weight-bold"),
    "note": ("p", "govuk-inset-text"),
}
LISTED: Final = ("list bullet", "toc 1")


def to_html(parts: Mapping[str, bytes]) -> str:
    """The body of a Word file, given as its parts, as an HTML fragment. Headings start at h1, the document's title."""
    found = [block for block in blocks(parts) if not (isinstance(block, Paragraph) and not block.text.strip())]
    out: list[str] = []
    for kind, group in groupby(enumerate(found), key=lambda pair: _kind(found, pair[0])):
        members = [block for _, block in group]
        if kind in LISTED:
            out.append(_list(members, kind))
        elif kind == "table":
            out += [_table(block, None) for block in members if isinstance(block, Table)]
        elif kind == "captioned":
            out += _captioned(members)
        else:
            out += [_paragraph(block) for block in members if isinstance(block, Paragraph)]
    return "\n".join(out)


def _kind(found: list[Block], place: int) -> str:
    block = found[place]
    before = found[place - 1] if place else None
    after = found[place + 1] if place + 1 < len(found) else None
    if isinstance(block, Table):
        return "captioned" if _is_caption(before) else "table"
    if _is_caption(block) and isinstance(after, Table):
        return "captioned"
    return block.style.lower() if block.style.lower() in LISTED else "paragraph"


def _is_caption(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and block.style.lower() == "caption"


def _captioned(members: list[Block]) -> list[str]:
    out, caption = [], None
    for block in members:
        if isinstance(block, Table):
            out.append(_table(block, caption))
            caption = None
        else:
            caption = block
    return out


def _paragraph(block: Paragraph) -> str:
    tag, css = TAGS.get(block.style.lower(), ("p", "govuk-body"))
    anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
    return f'<{tag} class="{css}"{anchor}>{_text(block)}</{tag}>'


def _list(members: Iterable[Block], kind: str) -> str:
    css = "govuk-list" if kind == "toc 1" else "govuk-list govuk-list--bullet"
    rows = []
    for block in members:
        if isinstance(block, Paragraph):
            inner = _text(block)
            if block.leads_to:
                inner = f'<a class="govuk-link" href="#{escape(block.leads_to)}">{inner}</a>'
            rows.append(f"<li>{inner}</li>")
    return f'<ul class="{css}">{"".join(rows)}</ul>'


def _table(table: Table, caption: Paragraph | None) -> str:
    head = [row for row in table.rows if row.is_header]
    body = [row for row in table.rows if not row.is_header]
    label = "" if caption else f' aria-label="{escape(table.caption)}"'
    parts = [f'<table class="govuk-table"{label}>']
    if caption:
        parts.append(f'<caption class="govuk-table__caption govuk-table__caption--m">{_text(caption)}</caption>')
    if head:
        parts.append(f'<thead class="govuk-table__head">{"".join(_row(row, labelled=False) for row in head)}</thead>')
    rows = "".join(_row(row, labelled=table.labelled) for row in body)
    return "".join([*parts, f'<tbody class="govuk-table__body">{rows}</tbody></table>'])


def _row(row: TableRow, *, labelled: bool) -> str:
    cells = []
    for place, cell in enumerate(row.cells):
        inner = "".join(f"<div>{_text(paragraph)}</div>" for paragraph in cell if paragraph.text.strip())
        if row.is_header:
            cells.append(f'<th scope="col" class="govuk-table__header">{inner}</th>')
        elif labelled and not place:
            cells.append(f'<th scope="row" class="govuk-table__header">{inner}</th>')
        else:
            cells.append(f'<td class="govuk-table__cell">{inner}</td>')
    return f'<tr class="govuk-table__row">{"".join(cells)}</tr>'


def _text(paragraph: Paragraph) -> str:
    return str(escape(paragraph.text)).replace("\n", "<br>")
