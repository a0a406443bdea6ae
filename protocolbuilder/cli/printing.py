"""What `render` prints, from a file that is no version of a database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from protocolbuilder import catalogue
from protocolbuilder.cli.library import in_use
from protocolbuilder.domain.agreement import Agreement, digest, get


def printed(agreement: Agreement, file: Path, *, what: str, as_: str, party: str = "") -> bytes:
    """The document. It is stamped with the day on which the file was last written, so that one file prints one
    document, byte for byte. Raises NotFound and BadFile for what does not exist."""
    from protocolbuilder.documents.family import make
    from protocolbuilder.documents.source import Source
    from protocolbuilder.documents.stamp import LONDON, Stamp
    from protocolbuilder.law.review import review_draft, standing

    schema, library = catalogue.schema(agreement.schema), in_use()
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    today = datetime.now(UTC).astimezone(LONDON).date()
    stamp = Stamp(str(get(agreement, "about.reference") or ""), "draft", digest(agreement), library.version, at)
    found = review_draft(schema, agreement, library, on=today, problems=()) if what in ("review", "pack") else ()
    source = Source(
        schema, agreement, library, stamp, on=today,
        findings=standing(agreement, found), party=party,
    )  # fmt: skip
    return make(what, source, as_)
