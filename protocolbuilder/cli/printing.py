"""What `render` prints, from a file that is no version of a database."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocolbuilder import catalogue
from protocolbuilder.cli.library import in_use
from protocolbuilder.domain.agreement import Agreement, digest, get
from protocolbuilder.errors import BadFile

if TYPE_CHECKING:
    from protocolbuilder.documents.stamp import Stamp
    from protocolbuilder.law.library import Library


def printed(agreement: Agreement, file: Path, *, what: str, as_: str) -> bytes:
    """The document. It is stamped with the day on which the file was last written, so that one file prints one
    document, byte for byte. Raises BadFile for a combination that does not exist."""
    from protocolbuilder.documents.matrix import render as render_matrix
    from protocolbuilder.documents.stamp import Stamp
    from protocolbuilder.documents.word import render as render_word

    schema, library = catalogue.schema(agreement.schema), in_use()
    day = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    reference = get(agreement, "about.reference")
    stamp = Stamp(str(reference or ""), "draft", digest(agreement), library.version, day)
    form: Any = as_
    if what == "matrix":
        _only(agreement, "agreement-1", what)
        made = render_matrix(schema, agreement, library, stamp, as_=form)
        return _page(made, str(get(agreement, "about.title") or "Protocol matrix")) if as_ == "html" else made
    if as_ != "docx":
        raise BadFile(f"The {what} is printed as docx only; the matrix as docx, xlsx, csv or html.")
    if what == "review":
        return _report(agreement, library, stamp)
    _only(agreement, f"{what}-1", what)
    kind: Any = what
    return render_word(kind, schema, agreement, library, stamp)


def _report(agreement: Agreement, library: Library, stamp: Stamp) -> bytes:
    """The reviewer’s report of today: what is found depends on the law in force that day."""
    from protocolbuilder.documents.review import render
    from protocolbuilder.law.review import review_draft, standing

    schema, today = catalogue.schema(agreement.schema), datetime.now(UTC).date()
    found = standing(agreement, review_draft(schema, agreement, library, on=today, problems=()))
    return render(schema, agreement, library, stamp, findings=found, on=today)


def _page(tables: bytes, title: str) -> bytes:
    """The tables as a page of their own, with ruled cells and nothing to fetch."""
    ruled = "table{border-collapse:collapse;margin:1em 0}th,td{border:1px solid;padding:.3em;text-align:left}"
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>body{{font-family:sans-serif}}{ruled}</style>'
    return f'<!DOCTYPE html>\n<html lang="en-GB"><head>{head}</head><body>\n'.encode() + tables + b"\n</body></html>\n"


def _only(agreement: Agreement, schema: str, what: str) -> None:
    if agreement.schema != schema:
        raise BadFile(f"The file follows {agreement.schema}: the {what} is printed from a file that follows {schema}.")
