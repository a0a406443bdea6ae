"""Word files are signed as Word signs them, and are signed only when they show everybody the same."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from protocolbuilder import catalogue
from protocolbuilder.documents import package, sealed_package, sealing, signature_lines
from protocolbuilder.documents.redline import redline
from protocolbuilder.documents.relations import relate
from protocolbuilder.documents.sealing_lint import lint
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.verifying import verify
from protocolbuilder.errors import BadFile
from tests.documents import signers
from tests.documents.made import as_matrix, docx
from tests.documents.signers import JO, NOW, SAM, cosigned, seal, sealed, signer, trust, unsigned
from tests.law.filled import filled

DS = "{http://www.w3.org/2000/09/xmldsig#}"
SAID = Statement(NOW)


def signature(file: bytes, number: int = 1) -> Any:
    return etree.fromstring(package.read_own(file)[f"_xmlsignatures/sig{number}.xml"])


def with_text(markup: str, *, name: str = package.WORD) -> bytes:
    """The unsigned file with some markup in a paragraph of its own."""
    parts = dict(package.read_own(unsigned()))
    begin = parts[name].index(b"<w:body>") + len(b"<w:body>") if name == package.WORD else parts[name].index(b"<w:p>")
    parts[name] = parts[name][:begin] + f"<w:p>{markup}</w:p>".encode() + parts[name][begin:]
    return package.write(parts)


def test_a_sealed_file_is_accepted() -> None:
    report = verify(sealed(), trust=trust(), at=NOW, expected=1)
    assert report.accepted, report.all_problems
    one = report.signatures[0]
    assert (one.by, one.vouched_by, one.claimed, one.role) == ("Northshire seal", "Northshire CA", NOW, "Seal")
    assert (one.comment, one.trusted_at, one.left_out) == ("Issued as version 1", None, ())
    assert report.notes[2:] == (
        f"The signature line of {JO.name} is not signed.", f"The signature line of {SAM.name} is not signed.",
    )  # fmt: skip


def test_a_seal_and_three_signatures_are_accepted_and_each_names_its_line() -> None:
    third = sealing.sealed(cosigned(), signer(SAM.name), said=Statement(NOW, setup_id=SAM.setup_id, text=SAM.name))
    fourth = sealing.sealed(third, signer("A trustee", kind="rsa"), said=SAID)
    report = verify(fourth, trust=trust(), at=NOW, expected=4)
    assert report.accepted, report.all_problems
    assert [one.line for one in report.signatures] == [None, JO, SAM, None]
    assert [one.by for one in report.signatures] == ["Northshire seal", JO.name, SAM.name, "A trustee"]
    assert "LibreOffice" in report.notes[-1]


def test_the_parts_that_were_signed_are_the_same_bytes_after_each_signature() -> None:
    before = package.read_own(unsigned())
    after = package.read_own(cosigned())
    changed = {name for name in after if after[name] != before.get(name)}
    assert {name for name in changed if not name.startswith("_xmlsignatures/")} == {package.TYPES, "_rels/.rels"}


def test_a_signature_is_written_as_word_writes_it() -> None:
    root = signature(cosigned(), 2)
    assert [child.tag.removeprefix(DS) for child in root] == [
        "SignedInfo", "SignatureValue", "KeyInfo", "Object", "Object", "Object",
    ]  # fmt: skip
    assert [row.get("URI") for row in root[0].iter(f"{DS}Reference")] == [
        "#idPackageObject", "#idOfficeObject", "#idSignedProperties",
    ]  # fmt: skip
    content = package.read_own(cosigned())["_xmlsignatures/sig2.xml"]
    assert b"</mdssi:RelationshipReference>" not in content
    assert b'2000/09/xmldsig#"/>' not in content
    assert content.count(b"</Transform>") == content.count(b"RelationshipTransform")
    assert b'c14n-20010315"/>' in content


def test_everything_that_is_reached_is_signed() -> None:
    rows = [row.get("URI", "").partition("?")[0] for row in signature(sealed()).iter(f"{DS}Reference")]
    aside = {package.TYPES, "docProps/core.xml"}
    assert {row for row in rows if row.startswith("/")} == {f"/{name}" for name in package.read_own(unsigned())} - {
        f"/{name}" for name in aside
    }


def test_the_same_signature_is_made_of_the_same_things() -> None:
    assert sealing.sealed(unsigned(), seal(), said=SAID) == sealing.sealed(unsigned(), seal(), said=SAID)


def test_a_key_may_be_elsewhere_and_the_wrong_one_is_found_out() -> None:
    prepared = sealing.prepare(unsigned(), certificate=seal().certificate, chain=seal().chain, said=SAID)
    assert verify(sealing.finish(prepared, seal().sign(prepared.to_be_signed)), trust=trust(), at=NOW).accepted
    for value in (b"", b"\0" * 256, signer("Other", kind="rsa").sign(prepared.to_be_signed), seal().sign(b"else")):
        with pytest.raises(BadFile, match="not made by the key of the certificate"):
            sealing.finish(prepared, value)


def test_a_certificate_that_is_over_signs_nothing() -> None:
    with pytest.raises(BadFile, match="not valid at the time"):
        sealing.sealed(unsigned(), seal(), said=replace(SAID, at=NOW + timedelta(days=3650)))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Statement(NOW, comment="x" * 256), "255 characters"),
        (Statement(NOW, text="x" * 101), "100"),
        (Statement(NOW, comment="two\nlines"), "one line each"),
        (Statement(NOW, setup_id="{AAAAAAAA-0000-0000-0000-000000000000}"), "not in the Word file"),
    ],
)
def test_what_word_has_no_room_for_is_not_signed(said: Statement, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        sealing.sealed(unsigned(), seal(), said=said)


def field(told: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{told}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1 January 2020</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


SPLIT = field(" DA</w:instrText></w:r><w:r><w:instrText>TE ")
CHANGING = {
    "a date field": (field(r' DATE \@ "d MMMM yyyy" '), "a field (DATE)"),
    "a date field in pieces": (SPLIT, "a field (DATE)"),
    "a simple field": ('<w:fldSimple w:instr="TIME"><w:r><w:t>1</w:t></w:r></w:fldSimple>', "a field (TIME)"),
    "the name of the file": (field("FILENAME"), "a field (FILENAME)"),
    "the name of the reader": (field("USERNAME"), "a field (USERNAME)"),
    "a property": (field("DOCPROPERTY Title"), "a field (DOCPROPERTY)"),
    "text from elsewhere": (field('INCLUDETEXT "c:\\x.docx"'), "a field (INCLUDETEXT)"),
    "a condition": (field('IF 1 = 1 "yes" "no"'), "a field (IF)"),
    "a field in a field": (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>' + field("PAGE")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>', "a field (within a field)",
    ),
    "a day block": ("<w:r><w:dayLong/></w:r>", "a date (dayLong)"),
    "hidden text": ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>", "is hidden"),
    "inserted text": ('<w:ins w:id="1" w:author="x"><w:r><w:t>x</w:t></w:r></w:ins>', "tracked changes"),
    "deleted text": ('<w:del w:id="1" w:author="x"><w:r><w:delText>x</w:delText></w:r></w:del>', "tracked changes"),
    "a comment": ('<w:r><w:commentReference w:id="1"/></w:r>', "comments"),
    "an object": ("<w:r><w:object/></w:r>", "another file or an object (object)"),
    "another file": ('<w:altChunk xmlns:r="x" r:id="rId9"/>', "another file or an object (altChunk)"),
    "a data binding": (
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="{0}"/></w:sdtPr></w:sdt>', "a data binding",
    ),
    "alternatives": (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"/>', "alternatives",
    ),
    "a picture from elsewhere": (
        '<w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="https://x.example/y.png"/></w:pict></w:r>',
        "a picture from elsewhere",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGING)
def test_a_text_that_may_change_by_itself_is_not_signed(what: str) -> None:
    markup, words = CHANGING[what]
    with pytest.raises(BadFile, match="cannot be signed") as refused:
        sealing.sealed(with_text(markup), seal(), said=SAID)
    assert words in refused.value.text


def test_a_changing_footer_is_not_signed_either() -> None:
    with pytest.raises(BadFile, match="DATE"):
        sealing.sealed(with_text(field("DATE"), name="word/footer1.xml"), seal(), said=SAID)


def test_page_numbers_contents_and_what_is_shown_are_no_fault() -> None:
    fine = field(" PAGE ") + field(r' TOC \o "1-1" \h ') + '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>x</w:t></w:r>'
    assert lint(sealed_package.read(with_text(fine))) == ()


@pytest.mark.parametrize(
    ("kind", "target", "mode", "words"),
    [
        ("attachedTemplate", "evil.dotx", "", "another file or an object (attachedTemplate)"),
        ("comments", "comments.xml", "", "comments"),
        ("hyperlink", "notice.html", "External", "another place on another machine"),
        ("hyperlink", "file:///c:/notice.html", "External", "another place on another machine"),
    ],
)
def test_what_a_file_leads_to_is_looked_at(kind: str, target: str, mode: str, words: str) -> None:
    parts = dict(package.read_own(unsigned()))
    name = "word/_rels/document.xml.rels"
    full = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    id_ = relate(parts, name, full, target)
    if mode:
        parts[name] = parts[name].replace(f'Id="{id_}"'.encode(), f'Id="{id_}" TargetMode="{mode}"'.encode())
    else:
        parts[f"word/{target}"] = b"<x/>"
    assert any(words in text for text in lint(sealed_package.read(package.write(parts))))


def test_relationships_with_blanks_are_not_signed() -> None:
    parts = dict(package.read_own(unsigned()))
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"<Relationship ", b"\n  <Relationship ")
    with pytest.raises(BadFile, match="programs sign differently"):
        sealing.sealed(package.write(parts), seal(), said=SAID)


@pytest.mark.parametrize("name", [one.name for one in catalogue.patterns()])
def test_what_we_print_can_be_signed(name: str) -> None:
    agreement = filled(name)
    files = [docx(agreement)] + ([as_matrix(agreement, "docx")] if "flows" in agreement.answers else [])
    for file in files:
        assert lint(sealed_package.read(file)) == ()


def test_signature_lines_name_who_signs_and_are_found_again() -> None:
    assert signature_lines.lines(package.read_own(unsigned())) == (JO, SAM)
    with pytest.raises(BadFile, match="already"):
        signature_lines.placed(unsigned(), (JO,))


def test_a_signature_on_a_line_carries_what_the_line_then_looks_like() -> None:
    valid, invalid = signature_lines.pictures(JO, typed="Jo O’Neill", day="25 November 2026")
    said = Statement(NOW, setup_id=JO.setup_id, text="Jo O’Neill", valid=valid, invalid=invalid)
    made = sealing.sealed(unsigned(), signer(JO.name), said=said)
    report = verify(made, trust=trust(), at=NOW)
    assert report.accepted, report.all_problems
    assert (report.signatures[0].text, report.signatures[0].line) == ("Jo O’Neill", JO)
    ids = [row.get("URI") for row in signature(made)[0].iter(f"{DS}Reference")]
    assert ids[3:] == ["#idValidSigLnImg", "#idInvalidSigLnImg"]


def test_a_signed_file_is_still_a_word_file_of_ours() -> None:
    from protocolbuilder.documents import embed

    assert embed.take(cosigned()) == embed.take(unsigned())
    with zipfile.ZipFile(io.BytesIO(cosigned())) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == package.TYPES


def test_a_redline_of_signed_files_carries_no_signature_and_is_not_signed() -> None:
    made = redline(sealed(), cosigned(), author="Jo", at=NOW)
    assert not [name for name in package.read(made) if "signature" in name]
    assert b"digital-signature" not in package.read(made)[package.TYPES] + package.read(made)["_rels/.rels"]
    with pytest.raises(BadFile, match="redline"):
        sealing.sealed(made, seal(), said=SAID)


def test_a_file_is_what_it_was_without_its_signatures() -> None:
    assert sealed_package.without_signatures(package.read(cosigned())) == package.read(unsigned())


def test_a_time_stamp_is_a_trusted_time(tmp_path: Any) -> None:
    made = sealing.sealed(unsigned(), seal(), said=SAID, token=signers.stamper(tmp_path))
    report = verify(made, trust=trust(), at=NOW)
    assert report.accepted, report.all_problems
    one = report.signatures[0]
    assert one.time_by == "Northshire clock"
    assert one.trusted_at is not None and abs(one.trusted_at - NOW) < timedelta(hours=1)
