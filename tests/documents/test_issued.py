"""The Word file of a version is sealed as it goes out, and what is made of it later is made without the seal."""

import pytest

from protocolbuilder import catalogue
from protocolbuilder.documents import embed, package, returned, visible, word
from protocolbuilder.documents.issued import ROLE, issued, lines_of
from protocolbuilder.documents.signature_lines import lines, setup_id
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.documents.unsigned import unsigned
from protocolbuilder.documents.verifying import verify
from protocolbuilder.domain.agreement import ABSENT, Agreement, digest, put
from protocolbuilder.errors import BadFile
from tests.documents.signers import NOW, seal, trust
from tests.law.filled import filled

REF = "ISA-2026-0001"


def agreement() -> Agreement:
    """Names that are hard to write; two partners name somebody to sign, and the others have no line."""
    whole = put(filled("mash"), "parties.council.name", 'Ynys Môn & "Gŵyr" <Council>')
    first, second, third, *others = (row["id"] for row in whole.answers["contacts"] if row["function"] == "signatory")
    whole = put(whole, f"contacts.{first}.name", "Siân O’Neill-Ó Briain")
    for contact in (second, *others):
        whole = put(whole, f"contacts.{contact}.name", ABSENT)
    return put(whole, f"contacts.{third}.post", "Cadeirydd")


def printed(said: Agreement) -> tuple[bytes, Stamp]:
    stamp = Stamp(REF, "1", digest(said), said.library, NOW)
    return word.render("agreement", catalogue.schema(said.schema), said, catalogue.library(), stamp), stamp


def test_it_is_sealed_with_a_line_for_each_signatory_and_is_still_read_as_ours() -> None:
    said = agreement()
    before, stamp = printed(said)
    made = issued(before, seal(), said, ref=REF, number=1, at=NOW)
    report = verify(made, trust=trust(), at=NOW, expected=1)
    assert report.accepted, report.all_problems
    assert (report.signatures[0].role, report.signatures[0].comment) == (ROLE, f"Issued as version 1 of {REF}")
    placed = lines(package.read(made))
    assert placed == tuple(lines_of(said, ref=REF, number=1)) and len(placed) == 2
    assert placed[0].setup_id == setup_id(REF, "1", "council") and not any(one.email for one in placed)
    assert placed[0].name == "Siân O’Neill-Ó Briain" and placed[0].post.endswith('Ynys Môn & "Gŵyr" <Council>')
    assert embed.take(made) == said
    schema, library = catalogue.schema(said.schema), catalogue.library()
    assert embed.differences(made, word.visible_parts(schema, said, library, stamp=stamp)) == ()
    assert returned.read(made, schema, said, library, stamp).items == ()


def test_what_is_made_of_it_holds_neither_seal_nor_lines() -> None:
    said = agreement()
    before, _ = printed(said)
    made = issued(before, seal(), said, ref=REF, number=1, at=NOW)
    bare = unsigned(made)
    assert visible.texts(package.read(bare)) == visible.texts(package.read(before))
    assert set(package.read(bare)) == set(package.read(before))
    assert b"signatureline" not in package.read(bare)[package.WORD]
    assert verify(bare, trust=trust(), at=NOW).problems == ("The file is not signed.",)
    assert unsigned(bare) is bare and unsigned(before) is before


def test_a_file_that_shows_another_day_tomorrow_is_not_sealed() -> None:
    said = agreement()
    parts = dict(package.read(printed(said)[0]))
    field = b'<w:p><w:fldSimple w:instr="DATE"><w:r><w:t>1 January</w:t></w:r></w:fldSimple></w:p><w:sectPr'
    parts[package.WORD] = parts[package.WORD].replace(b"<w:sectPr", field, 1)
    with pytest.raises(BadFile, match=r"cannot be signed\. The text holds a field"):
        issued(package.write(parts), seal(), said, ref=REF, number=1, at=NOW)
