"""The Word file of a version as it goes out: with a line for each signatory who would rather sign in Word, and sealed
by the organisation that runs this copy. Its bytes are made once and kept: a seal says when it was made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from protocolbuilder.documents.sealing import Signer, sealed
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.signature_lines import SignatureLine, placed, setup_id
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.signing import signatories

ROLE: Final = "Seal of the organisation that keeps this agreement"


def issued(docx: bytes, key: Signer, agreement: Agreement, *, ref: str, number: int, at: datetime) -> bytes:
    """Raises BadFile, one clear line, where the file shows other things to other readers or on other days, as one of an
    operator's own template may: that is never sealed."""
    lines = tuple(lines_of(agreement, ref=ref, number=number))
    said = Statement(at, comment=f"Issued as version {number} of {ref}", role=ROLE)
    return sealed(placed(docx, lines) if lines else docx, key, said=said)


def lines_of(agreement: Agreement, *, ref: str, number: int) -> Iterable[SignatureLine]:
    """A line for each partner that names its signatory. No address of mail: every partner reads the file."""
    called = {row["id"]: str(row.get("name", "")) for row in rows_of(agreement, "parties")}
    for one in signatories(agreement):
        if one.name:
            post = ", ".join(filter(None, (one.post, called.get(one.party, ""))))
            yield SignatureLine(setup_id(ref, str(number), one.party), one.name, post)
