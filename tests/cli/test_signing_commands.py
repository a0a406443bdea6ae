"""`verify` and `keys` on the command line: 0 accepted, 1 not accepted, 2 with one line for what is no Word file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from protocolbuilder import keys
from protocolbuilder.cli import main
from protocolbuilder.documents import sealing
from protocolbuilder.documents.sealing_xml import Statement
from protocolbuilder.settings import Settings
from tests.documents.signers import JO, NOW, cosigned, trust, unsigned
from tests.documents.tampering import CASES


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    place = tmp_path / "ca.pem"
    place.write_bytes(b"".join(trust()))
    return place


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    place = tmp_path / "signed.docx"
    place.write_bytes(cosigned())
    return place


def test_who_signed_and_when_is_said_in_plain_lines(tmp_path: Path, ca: Path, signed: Path) -> None:
    done = run("verify", signed, "--ca", ca, "--expect", 2, "--instance", tmp_path)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[:2] == [
        "Accepted", "Signature 1: right. Northshire seal, vouched for by Northshire CA",
    ]  # fmt: skip
    assert f"  Signature line of {JO.name}" in done.output
    assert "No trusted time" in done.output
    assert not (tmp_path / "keys").exists()


def test_what_is_not_accepted_exits_1_with_the_reason(tmp_path: Path, ca: Path, signed: Path) -> None:
    missing = run("verify", signed, "--ca", ca, "--expect", 3, "--instance", tmp_path)
    assert missing.exit_code == 1 and "3 signatures were expected" in missing.output
    stranger = run("verify", signed, "--instance", tmp_path)
    assert stranger.exit_code == 1 and "Nobody you trust vouches" in stranger.output
    signed.write_bytes(CASES["a byte of the styles"][0]())
    altered = run("verify", signed, "--ca", ca, "--json", "--instance", tmp_path)
    said = json.loads(altered.output)
    assert altered.exit_code == 1 and said["accepted"] is False
    assert "The part word/styles.xml was altered." in said["signatures"][0]["problems"]


@pytest.mark.parametrize("content", [b"", b"not a Word file", b"PK\x03\x04"])
def test_what_is_no_word_file_exits_2_with_one_line(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "odd.docx"
    place.write_bytes(content)
    done = run("verify", place, "--instance", tmp_path)
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1 and "odd.docx" in done.stderr


def test_a_file_of_certificates_that_holds_none_exits_2(tmp_path: Path, signed: Path) -> None:
    assert run("verify", signed, "--ca", signed, "--instance", tmp_path).exit_code == 2
    assert run("verify", signed, "--ca", tmp_path / "none.pem", "--instance", tmp_path).exit_code == 2


def test_the_seal_of_this_copy_is_trusted_by_it(tmp_path: Path) -> None:
    seal = keys.seal_key(Settings(instance=tmp_path, seal_algorithm="ecdsa-p256"), at=NOW, organisation="Northshire")
    place = tmp_path / "sealed.docx"
    place.write_bytes(sealing.sealed(unsigned(), seal, said=Statement(NOW)))
    assert run("verify", place, "--instance", tmp_path, "--expect", 1).exit_code == 0
    assert run("verify", place, "--instance", tmp_path / "other").exit_code == 1
    shown = json.loads(run("keys", "show", "--instance", tmp_path, "--json").output)
    assert (shown["seal"], shown["fingerprint"]) == ("Northshire", seal.fingerprint)


def test_keys_are_shown_only_when_there_are_some_and_a_request_is_printed(tmp_path: Path) -> None:
    assert run("keys", "show", "--instance", tmp_path).exit_code == 2
    assert not (tmp_path / "keys").exists()
    done = run("keys", "request", "--organisation", "Northshire Council", "--instance", tmp_path)
    assert x509.load_pem_x509_csr(done.output.encode()).subject.rfc4514_string() == "CN=Northshire Council"
