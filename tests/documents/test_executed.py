"""The executed copy and the certificate show every signature, in whatever program and wherever a page ends."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfReader

from protocolbuilder import catalogue
from protocolbuilder.documents import embed, package, visible, word
from protocolbuilder.documents.certificate import certificate
from protocolbuilder.documents.executed import executed
from protocolbuilder.documents.issued import issued
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import digest
from protocolbuilder.domain.signing import CONSENT, Receipt, intent
from protocolbuilder.domain.signing_record import Kept, SigningRecord
from protocolbuilder.domain.trail import Head
from protocolbuilder.errors import BadFile
from tests.documents.signers import NOW, seal
from tests.second_reader import SecondReader
from tests.store.signed import said

REF = "ISA-2026-0001"


def issued_file() -> bytes:
    agreed = said()
    stamp = Stamp(REF, "1", digest(agreed), agreed.library, NOW)
    printed = word.render("agreement", catalogue.schema(agreed.schema), agreed, catalogue.library(), stamp)
    return issued(printed, seal(), agreed, ref=REF, number=1, at=NOW)


def record(content: bytes) -> SigningRecord:
    """All twelve signed, electronically."""
    agreed, name = said(), f"{REF}-version-1.docx"
    parties = {row["id"]: row["name"] for row in agreed.answers["parties"]}
    receipts = tuple(
        Receipt(
            f"{number:032x}", number, REF, 1, party, called, f"Person {number}, Chief executive", "strong", "passkey",
            intent(f"Person {number}", "Chief executive", called), CONSENT, "", "", name, sha256(content).hexdigest(),
            digest(agreed), NOW + timedelta(minutes=number), Head(number, "a" * 64), "", "",
        )
        for number, (party, called) in enumerate(parties.items(), start=1)
    )  # fmt: skip
    return SigningRecord(
        REF, 1, "Sharing & “caring” <here>", agreed.schema, agreed.library, digest(agreed), NOW, "Ada Jones",
        (Kept(name, sha256(content).hexdigest(), len(content)),), parties, receipts, {}, {}, (), (), (), (),
        NOW + timedelta(hours=1), Head(14, "b" * 64), {"0" * 16: "c" * 64}, "d" * 64,
    )  # fmt: skip


def test_no_signature_is_lost_where_a_page_ends(second_reader: SecondReader) -> None:
    """LibreOffice has left out rows that may not break, after the first page of a table."""
    content = issued_file()
    whole = record(content)
    for made in (certificate(whole, key=seal(), at=NOW), executed(content, whole, key=seal(), at=NOW)):
        shown = "".join(page.extract_text() for page in PdfReader(BytesIO(second_reader.to_pdf(made))).pages)
        assert shown.count("Receipt") == 12


def test_an_executed_copy_is_taken_for_no_agreement_to_go_on_with() -> None:
    content = issued_file()
    made = executed(content, record(content), key=seal(), at=NOW)
    with pytest.raises(BadFile, match="is the executed copy of ISA-2026-0001, version 1"):
        embed.take(made)
    assert embed.properties(package.read(made))[embed.EXECUTED] == f"{REF}, version 1"


def test_a_text_without_a_table_of_signatures_gets_one_at_its_end() -> None:
    content = issued_file()
    parts = dict(package.read_own(content))
    parts[package.WORD] = parts[package.WORD].replace(b'<w:tblCaption w:val="Signatures"/>', b"")
    made = executed(package.write(parts), record(content), key=seal(), at=NOW)
    told = visible.texts(package.read(made))
    assert "Person 12" in told[-12:] or any("Person 12" in one for one in told[-60:])


def test_nobody_named_and_nothing_asked_still_makes_both() -> None:
    content = issued_file()
    empty = replace(record(content), receipts=(), completed_at=None, missing=("p1",), keys={}, seal="", title="")
    told = "\n".join(visible.texts(package.read(certificate(empty, key=seal(), at=NOW))))
    assert "Nobody has signed yet." in told and "Title not stated" in told and "issued without a seal" in told
    copy = "\n".join(visible.texts(package.read(executed(content, empty, key=seal(), at=NOW))))
    assert "This is no executed copy" in copy and "Not signed yet" in copy
