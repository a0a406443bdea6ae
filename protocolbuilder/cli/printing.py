"""What `render` prints, from a file that is no version of a database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement, digest, get
from protocolbuilder.errors import BadFile


def printed(agreement: Agreement, file: Path, *, what: str, as_: str) -> bytes:
    """The document. It is stamped with the day on which the file was last written, so that one file prints one
    document, byte for byte. Raises BadFile for a combination that does not exist."""
    from protocolbuilder.documents import matrix, word
    from protocolbuilder.documents.stamp import Stamp

    schema, library = catalogue.schema(agreement.schema), catalogue.library()
    day = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    reference = get(agreement, "about.reference")
    stamp = Stamp(str(reference or ""), "draft", digest(agreement), agreement.library or library.version, day)
    form: Any = as_
    if what == "matrix":
        _only(agreement, "agreement-1", what)
        shown: bytes = matrix.render(schema, agreement, library, stamp, as_=form)
        return shown
    if as_ != "docx":
        raise BadFile(f"The {what} is printed as docx only; the matrix as docx, xlsx, csv or html.")
    _only(agreement, f"{what}-1", what)
    kind: Any = what
    document: bytes = word.render(kind, schema, agreement, library, stamp)
    return document


def _only(agreement: Agreement, schema: str, what: str) -> None:
    if agreement.schema != schema:
        raise BadFile(f"The file follows {agreement.schema}: the {what} is printed from a file that follows {schema}.")
