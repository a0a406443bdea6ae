"""Time-stamps after RFC 3161: a third party's word that a signature was there at a time. Optional.

Asking for one and reading one needs `rfc3161-client` (the extra "timestamps"). Without it a time-stamp in a file is
said not to be checked, and never believed. Nothing here goes to the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509

from protocolbuilder.documents.sealed_trust import name_of
from protocolbuilder.errors import BadFile

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest

LONGEST: Final = 100_000  # bytes of a token
ASKED_AS: Final = "application/timestamp-query"
ANSWERED_AS: Final = "application/timestamp-reply"
_GRANTED: Final = bytes((0x30, 0x03, 0x02, 0x01, 0x00))  # PKIStatusInfo: granted


@dataclass(frozen=True, slots=True)
class Trusted:
    """When, and who says so."""

    at: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Asked:
    """`query`: what is posted to the authority as ASKED_AS."""

    query: bytes
    content: bytes
    _request: TimeStampRequest

    def token(self, reply: bytes, authorities: Sequence[x509.Certificate]) -> bytes:
        """The time-stamp token (DER) in a reply, checked. Raises BadFile, one clear line."""
        from rfc3161_client import VerifierBuilder, decode_timestamp_response

        try:
            response = decode_timestamp_response(reply)
            _verify(response, self.content, authorities, VerifierBuilder.from_request(self._request))
            return bytes(response.time_stamp_token())
        except Exception as error:
            raise BadFile(f"The time-stamp authority’s answer cannot be used: {error}") from error


def available() -> bool:
    """Is what reads time-stamps installed?"""
    return find_spec("rfc3161_client") is not None


def ask(content: bytes) -> Asked:
    """A request for a time-stamp over this content, with a number used once. Raises BadFile where it cannot be made."""
    if not available():
        raise BadFile("Time-stamps need the package rfc3161-client, which is not installed.")
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return Asked(request.as_bytes(), content, request)


def checked(token: bytes, content: bytes, authorities: Sequence[x509.Certificate]) -> Trusted:
    """The time that a token states over this content. Raises BadFile, one clear line, for one not to be relied on."""
    if not available():
        raise BadFile("The time-stamp was not checked: the package rfc3161-client is not installed.")
    if len(token) > LONGEST:
        raise BadFile("The time-stamp is larger than one can be.")
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    try:
        response = decode_timestamp_response(_answer(token))
        states = response.tst_info
        _verify(response, content, authorities, VerifierBuilder())
    except Exception as error:
        told = str(error)
        if "Mismatch between messages" in told:
            raise BadFile("The time-stamp is of another signature.") from error
        raise BadFile(f"The time-stamp is not to be relied on: {_reason(told, bool(authorities))}.") from error
    return Trusted(states.gen_time, _authority(response))


def _verify(response: Any, content: bytes, authorities: Sequence[x509.Certificate], builder: Any) -> None:
    for one in authorities:
        builder = builder.add_root_certificate(one)
    builder.build().verify_message(response, content)


def _reason(told: str, given: bool) -> str:
    if not given or "ertificat" in told:
        return "nobody you trust vouches for the authority that made it"
    return "it is damaged, or was altered"


def _authority(response: Any) -> str:
    """The name of the one whose certificate made the token, which was checked before."""
    maker = next(iter(response.signed_data.signer_infos))
    for content in response.signed_data.certificates:
        one = x509.load_der_x509_certificate(bytes(content))
        if (one.issuer, one.serial_number) == (maker.issuer, maker.serial_number):
            return name_of(one.subject)
    return "an authority"


def _answer(token: bytes) -> bytes:
    """A token as the reply that it once came in, which is what can be read: SEQUENCE {granted, token}."""
    inside = _GRANTED + token
    size = len(inside)
    if size < 0x80:
        return bytes((0x30, size)) + inside
    wide = (size.bit_length() + 7) // 8
    return bytes((0x30, 0x80 | wide)) + size.to_bytes(wide) + inside


