"""Whose certificate it is: the way from a certificate to one that the reader trusts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from protocolbuilder.errors import BadFile

LEAST_BITS: Final = 2_048
CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
PURPOSES: Final = frozenset(
    {"2.5.29.37.0", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12"}
)
"""What a certificate that says what it is for must be for: anything, people, mail, or documents; servers and
time-stamps are something else."""
DEEPEST: Final = 5  # certificates between the signer's and the one that is trusted


def trusted(pems: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """The certificates in files as PEM. Raises BadFile."""
    try:
        return tuple(one for pem in pems for one in x509.load_pem_x509_certificates(pem))
    except ValueError as error:
        raise BadFile("The file of certificates to trust holds no certificate as PEM.") from error


def name_of(name: x509.Name) -> str:
    """The common name, else the organisation, else all of the name; on one line."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for one in name.get_attributes_for_oid(kind):
            return plain(str(one.value))
    return plain(name.rfc4514_string()) or "nobody"


def plain(words: str) -> str:
    """Words of somebody else on one line, without marks that are not seen or that turn the order of others round."""
    return "".join(mark for mark in " ".join(words.split()) if mark.isprintable())[:200]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, hexadecimal."""
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def untrusted(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    trust: Sequence[x509.Certificate],
    *,
    at: datetime,
) -> tuple[str, ...]:
    """Why a certificate is not to be relied on for a signature at a time, a sentence each.

    A certificate that is itself trusted needs no authority above it. `others` are those that came with it.
    """
    said = [*_unfit(certificate)]
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        ends = certificate.not_valid_after_utc
        said.append(
            f"The certificate of {name_of(certificate.subject)} ended on {ends:%-d %B %Y}, and no trusted time shows"
            " that the signature is older."
            if at > ends
            else f"The certificate of {name_of(certificate.subject)} was not yet valid."
        )
    elif not trust or not _vouched(certificate, others, trust, at):
        said.append(
            f"Nobody you trust vouches that this is the certificate of {name_of(certificate.subject)}: anybody can make"
            " one with that name."
        )
    return tuple(said)


def _vouched(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], trust: Sequence[x509.Certificate], at: datetime
) -> bool:
    if certificate in trust:
        return True
    policy = PolicyBuilder().store(Store(list(trust))).time(at).max_chain_depth(DEEPEST)
    policy = policy.extension_policies(
        ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
    )
    try:
        policy.build_client_verifier().verify(certificate, list(others))
    except VerificationError:
        return False
    return True


def _unfit(certificate: x509.Certificate) -> list[str]:
    """What a certificate must be to sign documents, whoever vouches for it."""
    key, said = certificate.public_key(), []
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_BITS) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES
    )
    if not strong:
        said.append("The key of the certificate is of a kind that is not safe or not known.")
    try:
        usages = [one.value for one in certificate.extensions]
    except (ValueError, x509.DuplicateExtension):
        return [*said, "The certificate is not as it should be."]
    for usage in usages:
        unfit = (
            isinstance(usage, x509.ExtendedKeyUsage) and PURPOSES.isdisjoint(one.dotted_string for one in usage)
        ) or (isinstance(usage, x509.KeyUsage) and not (usage.digital_signature or usage.content_commitment))
        if unfit:
            said.append("The certificate is not one for signing documents.")
    return said
