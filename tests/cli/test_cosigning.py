"""Signatories sign with certificates of their own by the command line, their keys elsewhere: here, in openssl."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.cli.test_signing_commands import run
from tests.documents.signers import JO, PEM, SAM, Signer, sealed, signer, trust, unsigned
from tests.documents.tampering import CASES


def laid_out(folder: Path, by: Signer) -> tuple[Path, Path]:
    """The key and the certificates of a signatory in files."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    how = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(by.private.private_bytes(PEM, *how))
    chain = [x509.load_der_x509_certificate(one).public_bytes(PEM) for one in (by.certificate, *by.chain)]
    certificate.write_bytes(b"".join(chain))
    return key, certificate


def cosign(folder: Path, by: Signer, file: Path, *more: object) -> Path:
    folder.mkdir()
    key, certificate = laid_out(folder, by)
    state, bytes_, value, out = (folder / name for name in ("state", "bytes", "value", "signed.docx"))
    done = run("signature", "prepare", file, "--certificate", certificate, "--to-be-signed", bytes_, "-o", state, *more)
    assert done.exit_code == 0, done.output
    subprocess.run(["openssl", "dgst", "-sha256", "-sign", key, "-out", value, bytes_], check=True)
    done = run("signature", "finish", state, "--value", value, "-o", out)
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture
def issued(tmp_path: Path) -> Path:
    (tmp_path / "ca.pem").write_bytes(b"".join(trust()))
    place = tmp_path / "issued.docx"
    place.write_bytes(sealed())
    return place


def test_two_sign_apart_on_their_lines_and_their_copies_become_one(tmp_path: Path, issued: Path) -> None:
    ca = ["--ca", tmp_path / "ca.pem", "--instance", tmp_path]
    one = cosign(tmp_path / "one", signer(JO.name), issued, "--line", JO.name)
    other = cosign(tmp_path / "other", signer(SAM.name, kind="rsa"), issued, "--line", SAM.setup_id, "--role", "SIRO")
    assert run("signature", "compare", issued, one, *ca).exit_code == 0
    assert run("signature", "merge", one, other, "-o", tmp_path / "whole.docx").exit_code == 0
    said = json.loads(run("verify", tmp_path / "whole.docx", "--expect", 3, "--json", *ca).output)
    assert said["accepted"], said
    assert [row["line"] and row["line"]["name"] for row in said["signatures"]] == [None, JO.name, SAM.name]
    assert said["signatures"][2]["role"] == "SIRO"


def test_what_comes_back_as_another_text_exits_1_with_the_reason(tmp_path: Path, issued: Path) -> None:
    (tmp_path / "back.docx").write_bytes(CASES["a byte of the document"][0]())
    done = run("signature", "compare", issued, tmp_path / "back.docx", "--instance", tmp_path)
    assert done.exit_code == 1 and "The part word/document.xml is another one." in done.output


def test_lines_are_listed_with_their_ids(tmp_path: Path, issued: Path) -> None:
    assert run("signature", "lines", issued).output.splitlines()[1] == f"{SAM.setup_id} Sam Hill, Chief officer"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("prepare", "{file}", "--certificate", "{file}", "--to-be-signed", "{out}", "-o", "{out}"),
            "certificate as PEM",
        ),
        (("finish", "{file}", "--value", "{file}", "-o", "{out}"), "not what “signature prepare” wrote"),
        (("merge", "{text}", "-o", "{out}"), "not a Word file"),
        (("lines", "{text}"), "not a Word file"),
    ],
)
def test_what_cannot_be_read_exits_2_with_one_line(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "file.docx").write_bytes(unsigned())
    (tmp_path / "text").write_text("text")
    places = {"file": tmp_path / "file.docx", "text": tmp_path / "text", "out": tmp_path / "out"}
    done = run("signature", *(word.format(**places) for word in words))
    assert done.exit_code == 2 and told in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["certificate", "docx", "signature"])
def test_a_state_that_was_altered_signs_nothing(tmp_path: Path, issued: Path, name: str) -> None:
    cosign(tmp_path / "one", signer(JO.name), issued)
    state = tmp_path / "one" / "state"
    told = json.loads(state.read_bytes())
    for altered in ("", "PHg+PC94Pg==", told["certificate" if name != "certificate" else "docx"]):
        state.write_text(json.dumps({**told, name: altered}))
        done = run("signature", "finish", state, "--value", tmp_path / "one" / "value", "-o", tmp_path / "out.docx")
        assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.docx").exists()


def test_a_line_that_is_not_there_is_told(tmp_path: Path, issued: Path) -> None:
    _, certificate = laid_out(tmp_path, signer(JO.name))
    out = ["--to-be-signed", tmp_path / "bytes", "-o", tmp_path / "state"]
    done = run("signature", "prepare", issued, "--certificate", certificate, "--line", "Nobody", *out)
    assert done.exit_code == 2 and "no signature line called “Nobody”" in done.stderr
