"""What `render` prints, from a file that is no version of a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from protocolbuilder import catalogue
from protocolbuilder.cli.library import in_use
from protocolbuilder.cli.terminal import settings_of
from protocolbuilder.domain.agreement import Agreement, digest, get

if TYPE_CHECKING:
    from protocolbuilder.documents.stock import Stock
    from protocolbuilder.domain.effective import Effective, Parent
    from protocolbuilder.law.library import Library


def printed(
    agreement: Agreement, file: Path, *, what: str, as_: str, party: str = "", style: bytes = b"",
    above: Agreement | None = None,
) -> bytes:  # fmt: skip
    """The document, made from the templates of this instance, in the look of a Word file (`style`: its bytes).

    It is stamped with the day on which the file was last written, so that one file prints one document, byte for byte.
    `above`: the protocol it stands under. Raises NotFound and BadFile for what does not exist."""
    from protocolbuilder.documents.family import make
    from protocolbuilder.documents.source import Source
    from protocolbuilder.documents.stamp import LONDON, Stamp
    from protocolbuilder.law.review import review_draft, standing

    schema, library = catalogue.schema(agreement.schema), in_use()
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    today = datetime.now(UTC).astimezone(LONDON).date()
    stamp = Stamp(str(get(agreement, "about.reference") or ""), "draft", digest(agreement), library.version, at)
    under = effective_of(agreement, above, library)
    whole, parent = under.agreement, under.parent
    found = review_draft(schema, whole, library, on=today, problems=()) if what in ("review", "pack") else ()
    source = Source(
        schema, whole, library, stamp, on=today,
        findings=standing(whole, found), party=party, parent=parent, own=agreement,
    )  # fmt: skip
    office = settings_of(instance=None).office
    return make(what, replace(source, stock=stocked(style, source.host)), as_, office=office)


def stocked(style: bytes = b"", organisation: str = "", instance: Path | None = None) -> Stock:
    """The Word templates of an instance, in the look of a Word file (its bytes) where there is one. Raises BadFile."""
    from protocolbuilder.documents.family import shape_of
    from protocolbuilder.documents.house_style import take
    from protocolbuilder.documents.stock import FOLDER, Stock

    folder = settings_of(instance=instance).instance / FOLDER
    return Stock(folder, take(style, organisation) if style else None, shape_of)


def effective_of(agreement: Agreement, above: Agreement | None, library: Library) -> Effective:
    """What an agreement says in effect under a protocol; by itself, where there is none."""
    from protocolbuilder.domain.inherit import effective

    return effective(catalogue.schema(agreement.schema), agreement, _parent(above, library))


def _parent(above: Agreement | None, library: Library) -> Parent | None:
    """A protocol in a file is no version of a database: it has no number, and the reference that it gives itself."""
    from protocolbuilder.documents.numbering import placed
    from protocolbuilder.domain.effective import Parent

    if above is None:
        return None
    parent = Parent(str(get(above, "about.reference") or ""), 0, catalogue.schema(above.schema), above)
    return placed(parent, library)
