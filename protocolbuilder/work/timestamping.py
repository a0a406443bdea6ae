"""Asks the time-stamp authority (RFC 3161) for its word that a signature is there now. Without one, or while it does
not answer, a signature is made all the same and has no trusted time, which each verdict on it says."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

import requests
from cryptography import x509

from protocolbuilder.documents.sealed_trust import trusted
from protocolbuilder.documents.timestamps import ANSWERED_AS, ASKED_AS, LONGEST, ask, available
from protocolbuilder.errors import BadFile, BadKey
from protocolbuilder.settings import Settings

TO_CONNECT, TO_ANSWER = 5.0, 15.0  # seconds
PIECE: Final = 8_192

_log = logging.getLogger(__name__)


def stamper(settings: Settings) -> Callable[[bytes], bytes | None] | None:
    """What gives the time-stamp token (DER) over some bytes, or None when it cannot be had now. None where no authority
    is set. Raises BadKey where its certificates cannot be read, or what reads its answers is not installed."""
    if not settings.tsa_url:
        return None
    if not available():
        raise BadKey("PB_TSA_URL is set, and the package rfc3161-client, which reads time-stamps, is not installed.")
    try:
        authorities = trusted([settings.tsa_ca.read_bytes()]) if settings.tsa_ca else ()
    except (OSError, BadFile) as error:
        raise BadKey(f"PB_TSA_CA names no file of certificates as PEM: {settings.tsa_ca}") from error
    return lambda content: _token(settings.tsa_url, content, authorities)


def _token(url: str, content: bytes, authorities: Sequence[x509.Certificate]) -> bytes | None:
    asked = ask(content)
    try:
        return asked.token(_posted(url, asked.query), authorities)
    except (requests.RequestException, BadFile) as error:
        _log.warning("no time-stamp", extra={"kind": type(error).__name__})
        return None


def _posted(url: str, query: bytes) -> bytes:
    """The answer. Raises BadFile for another one than a time-stamp, or one that takes too long."""
    until = time.monotonic() + TO_ANSWER
    sent = {"Content-Type": ASKED_AS, "Accept": ANSWERED_AS}
    found = bytearray()
    with requests.post(
        url, data=query, headers=sent, timeout=(TO_CONNECT, TO_ANSWER), allow_redirects=False, stream=True
    ) as answer:
        if answer.status_code != requests.codes.ok:
            raise BadFile(f"The time-stamp authority answered {answer.status_code}.")
        for piece in answer.iter_content(PIECE):
            found += piece
            if len(found) > LONGEST or time.monotonic() > until:
                raise BadFile("The time-stamp authority’s answer is too long, or took too long.")
    return bytes(found)
