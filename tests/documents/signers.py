"""Keys, certificates and a time-stamp authority for tests of signed Word files, and one such file to start from."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from protocolbuilder.documents import package, sealed_cover, sealed_package, sealing, timestamps
from protocolbuilder.documents.relations import relate
from protocolbuilder.documents.sealed_cover import Cover
from protocolbuilder.documents.sealing_xml import Statement, serialised, signature, with_value
from protocolbuilder.documents.signature_lines import SignatureLine, placed, setup_id
from tests.documents.made import docx
from tests.law.filled import filled

NOW = datetime.now(UTC).replace(microsecond=0)
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
JO = SignatureLine(setup_id("PB-2026-0001", "1", "p1"), "Jo O’Neill & Co", "Director “North”", "jo@northshire.example")
SAM = SignatureLine(setup_id("PB-2026-0001", "1", "p2"), "Sam Hill", "Chief officer", "sam@northshire.example")


@dataclass(frozen=True, slots=True)
class Signer:
    certificate: bytes
    chain: tuple[bytes, ...]
    private: Any

    def sign(self, content: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(content, padding.PKCS1v15(), hashes.SHA256())
        r, s = utils.decode_dss_signature(self.private.sign(content, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    @property
    def pem(self) -> bytes:
        return x509.load_der_x509_certificate(self.certificate).public_bytes(PEM)

    @property
    def issuer_pem(self) -> bytes:
        return x509.load_der_x509_certificate(self.chain[-1]).public_bytes(PEM)


def certificate(
    name: str, public: Any, issuer: x509.Name, by: Any, *, extra: tuple[tuple[Any, bool], ...] = (),
    ca: bool = False, days: tuple[int, int] = (-1, 365),
) -> x509.Certificate:  # fmt: skip
    begins, ends = (NOW + timedelta(days=day) for day in days)
    builder = x509.CertificateBuilder().subject_name(called(name)).issuer_name(issuer).public_key(public)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    builder = builder.add_extension(
        x509.KeyUsage(
            digital_signature=not ca, content_commitment=not ca, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
        ), critical=True,
    )  # fmt: skip
    if ca:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    else:
        key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
        builder = builder.add_extension(key_id, critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(by, hashes.SHA256())


def called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@cache
def authority(name: str = "Northshire CA") -> tuple[Any, bytes]:
    """A private key and its certificate (DER)."""
    private = ec.generate_private_key(ec.SECP256R1())
    return private, certificate(name, private.public_key(), called(name), private, ca=True).public_bytes(DER)


@cache
def signer(
    name: str, *, kind: str = "ec", days: tuple[int, int] = (-1, 365), by: str = "Northshire CA", purpose: Any = None
) -> Signer:
    private: Any = (
        rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    )
    above, own = authority(by)
    extra = ((x509.ExtendedKeyUsage([purpose]), False),) if purpose else ()
    made = certificate(name, private.public_key(), called(by), above, days=days, extra=extra)
    return Signer(made.public_bytes(DER), (own,), private)


@cache
def self_signed(name: str) -> Signer:
    private = ec.generate_private_key(ec.SECP256R1())
    made = certificate(name, private.public_key(), called(name), private)
    return Signer(made.public_bytes(DER), (), private)


def seal() -> Signer:
    return signer("Northshire seal", kind="rsa")


def trust() -> tuple[bytes, ...]:
    """The authority of all signers and that of the time-stamps, as PEM."""
    return seal().issuer_pem, x509.load_der_x509_certificate(tsa_authority()[1]).public_bytes(PEM)


def tsa_authority() -> tuple[Any, bytes]:
    return authority("Northshire time")


@cache
def unsigned() -> bytes:
    """An agreement with two signature lines, a picture and a link that leads outside."""
    parts = dict(package.read_own(placed(docx(filled("protocol")), (JO, SAM))))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    name = "word/_rels/document.xml.rels"
    relation = relate(parts, name, kind, "https://northshire.example/notice")
    plain, outside = f'Id="{relation}"'.encode(), f'Id="{relation}" TargetMode="External"'.encode()
    parts[name] = parts[name].replace(plain, outside)
    return package.write(parts)


@cache
def sealed() -> bytes:
    said = Statement(NOW, comment="Issued as version 1", role="Seal")
    return sealing.sealed(unsigned(), seal(), said=said)


@cache
def cosigned() -> bytes:
    """Sealed, and signed by Jo on her line."""
    said = Statement(NOW, setup_id=JO.setup_id, text=JO.name)
    return sealing.sealed(sealed(), signer(JO.name), said=said)


def stamper(folder: Path, *, name: str = "Northshire clock") -> Callable[[bytes], bytes]:
    """A time-stamp authority by `openssl ts`: gives the token over some content."""
    private = ec.generate_private_key(ec.SECP256R1())
    above, _ = tsa_authority()
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    own = certificate(name, private.public_key(), called("Northshire time"), above, extra=((usage, True),))
    key = private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.key").write_bytes(key)
    (folder / "tsa.pem").write_bytes(own.public_bytes(PEM))
    (folder / "serial").write_text("01")
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=one\n[one]\n" f"serial={folder}/serial\nsigner_cert={folder}/tsa.pem\n"
        f"signer_key={folder}/tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n"
    )

    def token(content: bytes) -> bytes:
        asked = timestamps.ask(content)
        (folder / "query").write_bytes(asked.query)
        words = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"]
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
        return asked.token((folder / "reply").read_bytes(), [x509.load_der_x509_certificate(tsa_authority()[1])])

    return token


def signed_anyway(file: bytes, by: Signer, *, said: Statement | None = None, cover: Cover | None = None) -> bytes:
    """Signed as a program would that does not look at what it signs, or signs a part of it only."""
    found, said = sealed_package.read(file), said or Statement(NOW)
    root = signature(
        found, cover or sealed_cover.whole(found), certificates=(by.certificate, *by.chain),
        method=sealing.method_of(by.certificate, said), said=said,
    )  # fmt: skip
    info = sealed_cover.canonical(root[0])
    with_value(root, by.sign(info), None)
    return sealing.with_signature(file, serialised(root))
