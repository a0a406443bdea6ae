"""The keys of this copy: one that seals Word files, with its certificate, and one that signs the trail of events.

They are made on first use in the instance folder (keys/, mode 0700; files 0600), or read from where a setting says. RSA
of 3,072 bits unless `seal_algorithm` says otherwise: it is what every Word that verifies signatures at all can verify.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import NameOID

from protocolbuilder.errors import BadKey
from protocolbuilder.settings import Settings

FOLDER: Final = "keys"
SEAL, CERTIFICATE, TRAIL = "seal.pem", "seal-certificate.pem", "trail.pem"
YEARS: Final = 10  # that a certificate which the key makes for itself lasts
BITS, LEAST_BITS = 3_072, 2_048  # of an RSA key that is made, and of one that is given
UNNAMED: Final = "This copy of protocolbuilder"
_LONGEST_NAME: Final = 64  # characters that a certificate has room for
_P256: Final = 32  # bytes of each number of a P-256 signature
_HIDDEN: Final = '",+;<>\\=#/'
_PEM: Final = serialization.Encoding.PEM
_DER: Final = serialization.Encoding.DER

Algorithm = Literal["rsa-sha256", "ecdsa-sha256"]
SealPrivate = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class SealKey:
    """`certificate` and `chain` (those above it, nearest first) as DER."""

    certificate: bytes
    chain: tuple[bytes, ...]
    algorithm: Algorithm
    _private: SealPrivate = field(repr=False, compare=False)

    def sign(self, content: bytes) -> bytes:
        """PKCS#1 v1.5 over SHA-256 for RSA; for ECDSA the two numbers r and s, 32 bytes each, not DER."""
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(content, padding.PKCS1v15(), hashes.SHA256())
        r, s = utils.decode_dss_signature(self._private.sign(content, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_P256) + s.to_bytes(_P256)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal: what people compare by telephone."""
        return sha256(self.certificate).hexdigest()


@dataclass(frozen=True, slots=True)
class TrailKey:
    """`id`: the first 16 hexadecimal digits of the SHA-256 of `public`, the 32 bytes of an Ed25519 key."""

    id: str
    public: bytes
    _private: ed25519.Ed25519PrivateKey = field(repr=False, compare=False)

    def sign(self, content: bytes) -> bytes:
        """64 bytes."""
        return self._private.sign(content)


def seal_key(settings: Settings, *, at: datetime, organisation: str = "") -> SealKey:
    """The key that seals, with its certificate; both are made when there are none. `organisation` is who runs this
    copy: it stands in a certificate that is made now. Raises BadKey, one line, for what cannot be used."""
    private = _seal_private(settings)
    place = settings.seal_certificate or settings.instance / FOLDER / CERTIFICATE
    if not settings.seal_certificate and not place.exists():
        _keep(place, _own_certificate(private, at, organisation).public_bytes(_PEM))
    found = _certificates(place)
    if found[0].public_key() != private.public_key():
        raise BadKey(f"The first certificate in {place} is not that of the key that seals.")
    if not found[0].not_valid_before_utc <= at <= found[0].not_valid_after_utc:
        raise BadKey(f"The certificate in {place} is not valid today.")
    algorithm: Algorithm = "rsa-sha256" if isinstance(private, rsa.RSAPrivateKey) else "ecdsa-sha256"
    first, *rest = (one.public_bytes(_DER) for one in found)
    return SealKey(first, tuple(rest), algorithm, private)


def trail_key(settings: Settings) -> TrailKey:
    """The key that signs the trail; made when there is none. Raises BadKey, one line, for what cannot be used."""
    place = settings.trail_key or settings.instance / FOLDER / TRAIL
    if not settings.trail_key and not place.exists():
        _keep(place, _pem(ed25519.Ed25519PrivateKey.generate()))
    found = _private(place)
    if not isinstance(found, ed25519.Ed25519PrivateKey):
        raise BadKey(f"{place} holds no Ed25519 key, which the trail needs.")
    public = found.public_key().public_bytes_raw()
    return TrailKey(sha256(public).hexdigest()[:16], public, found)


def trail_public(settings: Settings) -> bytes:
    """The public half of the key that signs the trail, 32 bytes, without making any; empty where there is none yet."""
    place = settings.trail_key or settings.instance / FOLDER / TRAIL
    return trail_key(settings).public if settings.trail_key or place.exists() else b""


def own_certificates(settings: Settings) -> tuple[bytes, ...]:
    """The certificates of the seal as PEM, the seal's first, without making any; none where there are none yet."""
    place = settings.seal_certificate or settings.instance / FOLDER / CERTIFICATE
    if not settings.seal_certificate and not place.exists():
        return ()
    return tuple(one.public_bytes(_PEM) for one in _certificates(place))


def certificate_request(settings: Settings, *, organisation: str) -> bytes:
    """PEM of a request for a certificate of the key that seals, for an authority of the operator's own. What the
    authority answers, with the certificates above it, goes where PB_SEAL_CERTIFICATE says."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(_name(organisation))
    builder = builder.add_extension(_usage(), critical=True)
    return builder.sign(_seal_private(settings), hashes.SHA256()).public_bytes(_PEM)


def faults(settings: Settings) -> tuple[str, ...]:
    """What is wrong with the keys that there are, a line each. Nothing is made."""
    folder, found = settings.instance / FOLDER, []
    for given, name in ((settings.seal_key, SEAL), (settings.trail_key, TRAIL)):
        place = given or folder / name
        if given or place.exists():
            try:
                _private(place)
            except BadKey as error:
                found.append(error.text)
    try:
        own_certificates(settings)
    except BadKey as error:
        found.append(error.text)
    return tuple(found)


def plain_name(organisation: str) -> str:
    """A name as it may stand in a certificate: programs write commas, quotes and plus signs there in different ways,
    and a signature that names its issuer otherwise than another program does is refused by it."""
    kept = "".join(" " if mark in _HIDDEN or not mark.isprintable() else mark for mark in organisation)
    return " ".join(kept.split())[:_LONGEST_NAME].strip() or UNNAMED


def _seal_private(settings: Settings) -> SealPrivate:
    place = settings.seal_key or settings.instance / FOLDER / SEAL
    if not settings.seal_key and not place.exists():
        curved = settings.seal_algorithm == "ecdsa-p256"
        made = ec.generate_private_key(ec.SECP256R1()) if curved else rsa.generate_private_key(65537, BITS)
        _keep(place, _pem(made))
    found = _private(place)
    if isinstance(found, rsa.RSAPrivateKey) and found.key_size >= LEAST_BITS:
        return found
    if isinstance(found, ec.EllipticCurvePrivateKey) and isinstance(found.curve, ec.SECP256R1):
        return found
    raise BadKey(f"{place} holds neither an RSA key of at least {LEAST_BITS} bits nor one on the curve P-256.")


def _private(place: Path) -> object:
    """The private key in a file that nobody else can read, in a folder that nobody else can write to."""
    try:
        with place.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read()
        folder = place.resolve().parent.stat()
    except OSError as error:
        raise BadKey(f"The key {place} cannot be read: {error.strerror}.") from error
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadKey(f"The key {place} is open to others. Make it yours alone: chmod 600 {place}")
    if folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not folder.st_mode & stat.S_ISVTX:
        raise BadKey(f"The folder of the key {place} can be written to by others: chmod 700 {place.parent}")
    try:
        return serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(f"{place} holds no private key as PEM without a password.") from error


def _certificates(place: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(place.read_bytes())
    except OSError as error:
        raise BadKey(f"The certificate {place} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadKey(f"{place} holds no certificate as PEM.") from error


def _keep(place: Path, content: bytes) -> None:
    """All of the file or nothing, on the disk before anything is done with it, and never over one that is there: of two
    who make one at once both use the first."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(waiting, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(waiting, place)
    except FileExistsError:
        pass
    finally:
        waiting.unlink()
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _pem(private: SealPrivate | ed25519.Ed25519PrivateKey) -> bytes:
    return private.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _name(organisation: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, plain_name(organisation))])


def _usage() -> x509.KeyUsage:
    """It signs, and what it signs is meant; it vouches for no other certificate."""
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _own_certificate(private: SealPrivate, at: datetime, organisation: str) -> x509.Certificate:
    name = _name(organisation)
    begins = at.replace(microsecond=0) - timedelta(minutes=5)  # clocks of readers differ
    return (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins).not_valid_after(begins + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )  # fmt: skip
