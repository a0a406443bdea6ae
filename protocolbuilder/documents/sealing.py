"""Signs a Word file: a package signature with the properties of XAdES-EPES, as Word makes them and verifies them.

In two steps, so that the key may live elsewhere (a smart card, another machine): `prepare` says which bytes are to be
signed, `finish` puts what came back into the file. A signed file is only added to; earlier signatures stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname
from typing import Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from protocolbuilder.documents import package
from protocolbuilder.documents.relations import declare, declare_extension, relate
from protocolbuilder.documents.sealed_cover import canonical, whole
from protocolbuilder.documents.sealed_package import (
    ORIGIN,
    ORIGIN_TYPE,
    SIGNATURE,
    SIGNATURE_TYPE,
    TOP,
    Package,
    read,
    rels_of,
)
from protocolbuilder.documents.sealing_lint import lint
from protocolbuilder.documents.sealing_xml import NAMES, Statement, serialised, signature, with_value
from protocolbuilder.documents.signature_lines import lines
from protocolbuilder.errors import BadFile

FOLDER, ORIGIN_NAME = "_xmlsignatures", "origin.sigs"
LONGEST_COMMENT, LONGEST_TEXT = 255, 100  # characters that Word has room for
LEAST_BITS: Final = 2_048
_SHA256: Final = hashes.SHA256()


class Signer(Protocol):
    """A key with its certificates, as DER. `algorithm` is "rsa-sha256" or "ecdsa-sha256", `sign` as `finish` wants."""

    @property
    def certificate(self) -> bytes: ...
    @property
    def chain(self) -> tuple[bytes, ...]: ...
    def sign(self, content: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """`to_be_signed`: what the key signs over SHA-256. The rest is the state until `finish`: all of it may be kept."""

    to_be_signed: bytes
    certificate: bytes
    docx: bytes
    signature: bytes


def prepare(docx: bytes, *, certificate: bytes, chain: Sequence[bytes] = (), said: Statement) -> Prepared:
    """What a signature over the whole file will be. Certificates as DER, `chain` nearest first.

    Raises BadFile, one clear line, for a file that shows different things to different readers or on different days,
    for a signature line that is not in it, and for a certificate that cannot sign it.
    """
    found = read(docx)
    if faults := lint(found):
        raise BadFile(f"The Word file cannot be signed. {faults[0]}")
    _refuse(found, said)
    cover = whole(found)
    if set(cover.parts) & found.of_signatures():
        raise BadFile("The Word file cannot be signed: its text leads to a signature.")
    method = method_of(certificate, said)
    root = signature(found, cover, certificates=(certificate, *chain), method=method, said=said)
    info = canonical(root.find("ds:SignedInfo", NAMES))
    return Prepared(info, certificate, docx, serialised(root))


def finish(prepared: Prepared, value: bytes, token: bytes | None = None) -> bytes:
    """The signed file. `value` is PKCS#1 v1.5 for RSA; for ECDSA the numbers r and s, each as wide as the curve's.
    `token`: a time-stamp token (DER) over `stamped(prepared, value)`. Raises BadFile for the value of another key."""
    root = package.parse({"": prepared.signature}, "")
    info = root.find("ds:SignedInfo", NAMES)
    own = x509.load_der_x509_certificate(prepared.certificate)
    if info is None or not is_signed(own, value, canonical(info)):
        raise BadFile("The signature was not made by the key of the certificate, or not over this file.")
    with_value(root, value, token)
    return with_signature(prepared.docx, serialised(root))


def stamped(prepared: Prepared, value: bytes) -> bytes:
    """What a time-stamp of the signature is over: its SignatureValue as canonical XML."""
    root = package.parse({"": prepared.signature}, "")
    with_value(root, value, None)
    return canonical(root.find("ds:SignatureValue", NAMES))


def sealed(
    docx: bytes, key: Signer, *, said: Statement, token: Callable[[bytes], bytes | None] | None = None
) -> bytes:
    """The file signed by a key that is at hand. `token` asks for the time-stamp token over some bytes, and gives None
    when it cannot be had now."""
    prepared = prepare(docx, certificate=key.certificate, chain=key.chain, said=said)
    value = key.sign(prepared.to_be_signed)
    return finish(prepared, value, token(stamped(prepared, value)) if token else None)


def method_of(certificate: bytes, said: Statement) -> str:
    """How the key of a certificate signs. Raises BadFile where it should not, or not at that time."""
    read_ = x509.load_der_x509_certificate(certificate)
    if not read_.not_valid_before_utc <= said.at <= read_.not_valid_after_utc:
        raise BadFile("The certificate is not valid at the time of signing.")
    key = read_.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_BITS:
        return "rsa-sha256"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in ("secp256r1", "secp384r1", "secp521r1"):
        return "ecdsa-sha256"
    raise BadFile("The key of the certificate is of a kind that Word does not sign with.")


def is_signed(
    certificate: x509.Certificate, value: bytes, content: bytes, *, by: hashes.HashAlgorithm = _SHA256
) -> bool:
    """Was this value made over this content, digested `by`, with the key of this certificate?"""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, content, padding.PKCS1v15(), by)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey) and len(value) == 2 * (wide := (key.key_size + 7) // 8):
            numbers = int.from_bytes(value[:wide]), int.from_bytes(value[wide:])
            key.verify(utils.encode_dss_signature(*numbers), content, ec.ECDSA(by))
            return True
    except (InvalidSignature, ValueError):
        return False
    return False


def fixed_width(certificate: bytes, value: bytes) -> bytes:
    """A value as `finish` wants it, also where a program made it of a key on a curve and wrote its numbers as DER."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or len(value) == 2 * (wide := (key.key_size + 7) // 8):
        return value
    try:
        return b"".join(number.to_bytes(wide) for number in utils.decode_dss_signature(value))
    except (ValueError, OverflowError):
        return value


def _refuse(found: Package, said: Statement) -> None:
    if not all(text.isprintable() for text in (said.comment, said.role, said.text)):
        raise BadFile("The comment, role and name of a signature are one line each.")
    if len(said.comment) > LONGEST_COMMENT or len(said.text) > LONGEST_TEXT:
        raise BadFile(f"The comment may have {LONGEST_COMMENT} characters and the name {LONGEST_TEXT}.")
    if said.setup_id and said.setup_id.upper() not in {one.setup_id for one in lines(found.parts)}:
        raise BadFile("The signature line is not in the Word file.")


def with_signature(docx: bytes, content: bytes) -> bytes:
    """The file with one more signature part. What is signed already is carried over byte for byte."""
    parts = dict(package.read(docx))
    place = next((one.part for one in read(docx).relations[TOP] if one.kind == ORIGIN), "")
    if not place:
        place = f"{FOLDER}/{ORIGIN_NAME}"
        parts[place] = b""
        relate(parts, TOP, ORIGIN, place)
        declare_extension(parts, "sigs", ORIGIN_TYPE)
    folder = dirname(place)
    number = next(one for one in range(1, package.MEMBERS) if f"{folder}/sig{one}.xml" not in parts)
    name = f"{folder}/sig{number}.xml"
    parts[name] = content
    relate(parts, rels_of(place), SIGNATURE, basename(name))
    declare(parts, {f"/{name}": SIGNATURE_TYPE})
    return package.write(parts)
