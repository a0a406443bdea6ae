"""The one place where files are taken from requests: each goes to the malware scanner first, where there is one."""

from __future__ import annotations

import base64
import binascii
import logging
import re
from typing import Final

from flask import request

from protocolbuilder.errors import BadFile
from protocolbuilder.intake.scanner import Scanner
from protocolbuilder.settings import Settings
from protocolbuilder.store import security_events
from protocolbuilder.store.space import Share
from protocolbuilder.web.access import visitor
from protocolbuilder.web.running import keep_so_far, now, running, session

MEGABYTE: Final = 1_000_000

_log = logging.getLogger(__name__)


def share() -> Share:
    """What each organisation of this copy may keep."""
    settings = running().settings
    return Share(settings.space_mb * MEGABYTE, settings.space_files)


def scanner(settings: Settings) -> Scanner | None:
    """None where none is set."""
    return Scanner(settings.scanner, settings.scanner_timeout) if settings.scanner else None


def uploaded(*, most: int = -1, name_field: str = "") -> tuple[bytes, str]:
    """The file that was selected, and what its sender calls it: no more of it than `most` bytes and one. Else the one
    that a page with a mistake carries along, under the name in the field `name_field`. Empty where none came.

    Raises BadFile when the scanner finds something in it, which is a security event; Unchecked when it does not say.
    """
    sent = request.files.get("file")
    content = sent.read(most + 1 if most >= 0 else -1) if sent else b""
    name = (sent.filename or "") if sent else ""
    if not content and name_field:
        content, name = _carried(), request.form.get(name_field, "")
    if content:
        _look_at(content)
    return content, name


def _carried() -> bytes:
    try:
        return base64.b64decode(request.form.get("carried", ""), validate=True)
    except binascii.Error:
        return b""


def _look_at(content: bytes) -> None:
    """Nobody waits for the scanner: what the request wrote before is kept, and its lock given back."""
    scans = scanner(running().settings)
    if scans is None:
        return
    keep_so_far()
    if found := scans.found(content):
        _refused(found)
        raise BadFile(f"The malware scanner found “{found[:80]}” in the file. It was not taken")


def _refused(found: str) -> None:
    """Kept though the answer will be an error. The name of what was found is the scanner's, and told as a word."""
    there = visitor()
    about = {"way": str(request.endpoint), "found": re.sub(r"[^A-Za-z0-9._-]", "-", found)[:64]}
    security_events.record(session(), "file:refused", about, by=there.person.id if there else "", at=now())
    keep_so_far()
    _log.warning("file refused", extra={"method": "malware scanner"})
