"""What was done to a signed Word file is found, and said in the right words."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from protocolbuilder.documents import package, sealing
from protocolbuilder.documents.sealed_cover import LEFT_OUT_BY_WORD, whole
from protocolbuilder.documents.sealed_package import read
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.documents.verifying import NO_TRUSTED_TIME, verify
from protocolbuilder.errors import BadFile
from tests.documents.signers import (
    JO,
    NOW,
    SAM,
    cosigned,
    seal,
    sealed,
    self_signed,
    signed_anyway,
    signer,
    trust,
    unsigned,
)
from tests.documents.tampering import CASES, SIG1, SIG2, same_again, stamped_again, with_parts


def refused(file: bytes, *, expected: int | None = None) -> str:
    """Everything that is said against a file. Fails where it is accepted."""
    try:
        report = verify(file, trust=trust(), at=NOW, expected=expected)
    except BadFile as error:
        return error.text
    assert not report.accepted
    return "\n".join(report.all_problems)


@pytest.mark.parametrize("what", CASES)
def test_a_file_that_was_tampered_with_is_refused(what: str) -> None:
    make, words = CASES[what]
    assert words in refused(make())


def test_what_tampering_starts_from_is_accepted() -> None:
    report = verify(cosigned(), trust=trust(), at=NOW, expected=2)
    assert report.accepted, report.all_problems


def test_a_signature_that_is_missing_is_found_by_who_knows_how_many_there_must_be() -> None:
    assert verify(sealed(), trust=trust(), at=NOW).accepted
    told = refused(sealed(), expected=2)
    assert told == f"2 signatures were expected, and the file holds those of 1. Not signed: {JO.name}, {SAM.name}."


def test_one_signature_shown_twice_does_not_count_as_two() -> None:
    told = refused(with_parts(same_again)(), expected=2)
    assert "Two of the signatures are the same one." in told and "holds those of 1" in told


def test_one_person_who_signs_twice_does_not_count_as_two() -> None:
    twice = sealing.sealed(sealed(), seal(), said=Statement(NOW))
    assert verify(twice, trust=trust(), at=NOW).accepted
    assert "holds those of 1" in refused(twice, expected=2)


def test_a_time_stamp_of_another_signature_is_refused(tmp_path: Path) -> None:
    assert "The time-stamp is of another signature." in refused(stamped_again(tmp_path))


def test_a_time_stamp_that_was_altered_is_refused(tmp_path: Path) -> None:
    assert "The time-stamp is" in refused(stamped_again(tmp_path, alter=lambda one: one[:-1] + b"\0"))
    assert "cut off" in refused(stamped_again(tmp_path, alter=lambda one: b""))
    assert "The time-stamp is" in refused(stamped_again(tmp_path, alter=lambda one: b"0" * 100))


def test_a_time_stamp_of_nobody_who_is_trusted_is_refused(tmp_path: Path) -> None:
    from tests.documents.signers import stamper

    made = sealing.sealed(unsigned(), seal(), said=Statement(NOW), token=stamper(tmp_path))
    report = verify(made, trust=trust()[:1], at=NOW)
    assert report.signatures[0].trusted_at is None
    assert "nobody you trust vouches for the authority that made it" in "".join(report.all_problems)


def test_a_certificate_that_ended_after_a_trusted_time_still_holds(tmp_path: Path) -> None:
    from tests.documents.signers import stamper

    made = sealing.sealed(unsigned(), seal(), said=Statement(NOW), token=stamper(tmp_path))
    later = NOW + timedelta(days=3000)
    assert verify(made, trust=trust(), at=later).accepted
    assert "no trusted time" in "".join(verify(sealed(), trust=trust(), at=later).all_problems)


def test_a_certificate_may_itself_be_trusted() -> None:
    own = self_signed("Northshire Council")
    made = sealing.sealed(unsigned(), own, said=Statement(NOW))
    assert verify(made, trust=(own.pem,), at=NOW, expected=1).accepted
    assert not verify(made, trust=(), at=NOW).accepted
    assert not verify(made, trust=trust(), at=NOW).accepted


def test_a_certificate_for_mail_is_one_for_signing() -> None:
    by = signer(JO.name, purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    assert verify(sealing.sealed(unsigned(), by, said=Statement(NOW)), trust=trust(), at=NOW).accepted


def test_a_signer_of_one_authority_vouches_for_nobody_else() -> None:
    """A person's certificate that is trusted is no authority: it cannot make others trusted."""
    person = signer("Jo")
    assert not verify(cosigned(), trust=(person.pem,), at=NOW).accepted


def test_a_signature_made_in_word_may_leave_out_the_data_where_the_seal_covers_them() -> None:
    """Word's own signatures cover neither custom XML nor custom properties."""

    def in_word(file: bytes) -> bytes:
        as_word = whole(read(file), without=LEFT_OUT_BY_WORD)
        assert as_word.relations["_rels/.rels"] == ("rId1",)
        return signed_anyway(file, signer(JO.name), cover=as_word)

    report = verify(in_word(sealed()), trust=trust(), at=NOW, expected=2)
    assert report.accepted, report.all_problems
    assert report.signatures[0].left_out == () and "the part customXml/item1.xml" in report.signatures[1].left_out
    assert "No signature covers the part customXml/item1.xml." in refused(in_word(unsigned()))


def test_properties_may_change_and_are_said_to_be_no_part_of_it() -> None:
    def retitled(parts: dict[str, bytes]) -> None:
        parts["docProps/core.xml"] = parts["docProps/core.xml"].replace(b"title>", b"title>Other ", 1)

    report = verify(with_parts(retitled)(), trust=trust(), at=NOW, expected=2)
    assert report.accepted
    assert "properties of the file are covered by no signature" in report.notes[0]


def test_a_file_without_signatures_is_not_accepted() -> None:
    assert refused(unsigned()) == "The file is not signed."
    assert refused(unsigned(), expected=1).startswith("1 signature was expected, and the file holds those of 0.")


@pytest.mark.parametrize("number", range(8))
def test_a_signature_part_cut_anywhere_is_refused_and_nothing_breaks(number: int) -> None:
    parts = dict(package.read_own(cosigned()))
    for name, cut in ((SIG1, b">"), (SIG2, b"<")):
        pieces = parts[name].split(cut)
        at = (number * 37 + 5) % len(pieces)
        told = refused(package.write({**parts, name: cut.join(pieces[:at] + pieces[at + 1 :])}))
        assert told and "Traceback" not in told


def test_a_file_made_to_take_long_is_refused_and_few_of_its_faults_are_told() -> None:
    parts = dict(package.read_own(cosigned()))
    name = "word/_rels/document.xml.rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"

    def with_links(count: int) -> bytes:
        row = b'<Relationship Id="x%d" Type="%b" Target="https://x.example/%d" TargetMode="External"/>'
        rows = b"".join(row % (number, kind, number) for number in range(count))
        return package.write({**parts, name: parts[name].replace(b"</Relationships>", rows + b"</Relationships>")})

    report = verify(with_links(99), trust=trust(), at=NOW)
    assert len(report.problems) == 41 and report.problems[-1] == "And 59 more."
    assert refused(with_links(20_000)) == "The Word file holds more than 20000 relationships."
    filling = b64encode(b"".join(sha256(bytes((one % 256, one // 256))).digest() for one in range(50_000)))
    large = {**parts, SIG1: parts[SIG1].replace(b"<SignatureValue>", b"<SignatureValue>" + filling)}
    assert "The signature is larger than one can be." in refused(package.write(large))


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" * 9, b"%PDF-1.7", b"<html/>", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_word_file_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(BadFile) as error:
        verify(content, trust=(), at=NOW)
    assert "\n" not in error.value.text


def test_without_trusted_time_it_is_said_whose_word_it_rests_on() -> None:
    assert "rests on the word of whoever signed" in NO_TRUSTED_TIME
