"""A Word file of ours that came back from a partner, read against what is known to have gone out."""

from __future__ import annotations

from datetime import date

from protocolbuilder import catalogue
from protocolbuilder.documents import returned
from protocolbuilder.documents.returned import Returned
from protocolbuilder.documents.returned_claim import Claim, claimed
from protocolbuilder.documents.stamp import Stamp, spoken
from protocolbuilder.documents.stock import SHIPPED, Stock
from protocolbuilder.domain.agreement import Agreement, digest
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadFile
from protocolbuilder.intake.door import library_of, parent_of
from protocolbuilder.law.overlay import Overlay

__all__ = ["Claim", "Returned", "claimed", "read", "refuse_another"]


def read(
    content: bytes, claim: Claim, agreement: Agreement, *, stamp: Stamp, printed: bytes, overlay: Overlay, on: date,
    stock: Stock = SHIPPED,
) -> Returned:  # fmt: skip
    """What was done to it. `agreement` and `stamp` are those that went out, `printed` the file itself or b"",
    `stock` the Word templates of this copy. Raises BadFile, one clear line."""
    schema = catalogue.schema(agreement.schema)
    parent = parent_of(claim.origin.above) if claim.origin else None
    library = library_of(stamp, overlay, on)
    template = stock.plain(schema.id, schema)
    return returned.read(
        content, schema, agreement, library, stamp, printed=printed, parent=parent, template=template
    )


def refuse_another(claim: Claim, agreement: Agreement) -> None:
    """Raises BadFile when what the file was made from is not what is kept here under its reference and number."""
    if claim.digest == digest(agreement):
        return
    schema, held = catalogue.schema(agreement.schema), claim.origin.agreement if claim.origin else None
    if held is None or _by_id(schema, held) != _by_id(schema, agreement):
        raise BadFile(
            f"The file says that it is {claim.ref}, {spoken(claim.version)}, but what is inside it is not what is kept "
            "here under that. It may come from another copy of this program. Import it as a new draft instead."
        )


def _by_id(schema: Schema, agreement: Agreement) -> Agreement:
    """The agreement with the items of each list in the order of their ids: a draft is kept as its edits, and an older
    one of them may come back with its items in another order."""
    answers = {
        key: sorted(said, key=lambda row: str(row.get("id", ""))) if schema.sections[key].is_list else said
        for key, said in agreement.answers.items() if key in schema.sections
    }  # fmt: skip
    return Agreement(
        agreement.schema, agreement.library, answers, agreement.does_not_apply, agreement.flags, agreement.accepted
    )
