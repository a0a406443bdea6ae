"""Copies signed apart become one file, and what was signed elsewhere is taken only if it is the issued text."""

import pytest

from protocolbuilder.documents import package, sealing
from protocolbuilder.documents.counterparts import imported, merge
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.verifying import verify
from protocolbuilder.errors import BadFile
from tests.documents.signers import JO, NOW, SAM, cosigned, sealed, self_signed, signed_anyway, signer, trust, unsigned
from tests.documents.tampering import CASES


def by_sam() -> bytes:
    return sealing.sealed(sealed(), signer(SAM.name), said=Statement(NOW, setup_id=SAM.setup_id, text=SAM.name))


def test_two_copies_become_one_with_each_signature_once() -> None:
    made = merge((cosigned(), by_sam(), cosigned()))
    report = verify(made, trust=trust(), at=NOW, expected=3)
    assert report.accepted, report.all_problems
    assert [one.by for one in report.signatures] == ["Northshire seal", JO.name, SAM.name]
    assert merge((cosigned(),)) == cosigned()


def test_copies_may_be_packed_in_another_way_and_have_other_properties() -> None:
    parts = dict(package.read_own(by_sam()))
    parts["docProps/core.xml"] = parts["docProps/core.xml"].replace(b"title>", b"title>Other ", 1)
    assert verify(merge((cosigned(), package.write(parts))), trust=trust(), at=NOW, expected=3).accepted


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("a byte of the document", "The part word/document.xml is another one."),
        ("a link changed", "leads to is something else"),
        ("what a part is", "The part word/styles.xml is another one."),
        ("a part added that nothing leads to", "It holds a part more: word/evil.xml."),
        ("a part taken out, and what led to it", "It lacks the part word/footer2.xml."),
    ],
)
def test_a_copy_of_another_text_is_not_put_together_with_it(what: str, words: str) -> None:
    with pytest.raises(BadFile, match="Copy 2 is not a copy of the first") as refused:
        merge((sealed(), CASES[what][0]()))
    assert words in refused.value.text
    assert any(words in text for text in imported(sealed(), CASES[what][0](), trust=trust(), at=NOW)[1])


def test_what_was_signed_elsewhere_is_taken_when_it_is_the_issued_text() -> None:
    report, faults = imported(sealed(), by_sam(), trust=trust(), at=NOW)
    assert faults == ()
    assert [one.line for one in report.signatures] == [None, SAM]


def test_what_comes_back_unsigned_without_the_seal_or_by_a_stranger_is_not_taken() -> None:
    assert "Nobody has signed it since it was issued." in imported(sealed(), sealed(), trust=trust(), at=NOW)[1]
    alone = sealing.sealed(unsigned(), signer(SAM.name), said=Statement(NOW))
    assert "A signature that the file was issued with is no longer in it." in imported(
        sealed(), alone, trust=trust(), at=NOW
    )[1]
    stranger = signed_anyway(sealed(), self_signed(SAM.name))
    assert any("Nobody you trust vouches" in text for text in imported(sealed(), stranger, trust=trust(), at=NOW)[1])


def test_there_must_be_a_copy() -> None:
    with pytest.raises(BadFile, match="no copy"):
        merge(())
