"""The single message of a partnership, as the documents of an agreement print it."""

from __future__ import annotations

from typing import Final

from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.agreement import Agreement, get
from protocolbuilder.domain.effective import Parent

ADDRESS: Final = "single_message.message"


def own_message(agreement: Agreement, parent: Parent | None) -> str:
    """That of its protocol, whose wording is locked, else the agreement's own; "" where neither says one."""
    for one in (parent.agreement if parent else agreement, agreement):
        found = get(one, ADDRESS)
        if isinstance(found, str) and found:
            return found
    return ""


def message(agreement: Agreement, parent: Parent | None, stamp: Stamp) -> Words:
    """Its own, else the partnership's as it was when the document was stamped, unchanged; "" where there is none."""
    said = own_message(agreement, parent) or stamp.message
    return Words(said) if said else Words()
