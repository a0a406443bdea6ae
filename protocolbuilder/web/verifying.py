"""The page that judges a signed Word file. The file is looked at and not kept; nothing is changed."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from flask import Blueprint, render_template, request

from protocolbuilder import keys
from protocolbuilder.documents import package
from protocolbuilder.documents.sealed_trust import trusted
from protocolbuilder.documents.verifying import NO_TRUSTED_TIME, Report, verify
from protocolbuilder.errors import BadFile
from protocolbuilder.web.running import now, running
from protocolbuilder.web.uploads import uploaded

blueprint = Blueprint("verifying", __name__)

MOST_SIGNERS: Final = 1_000
LARGEST_TRUST: Final = 200_000  # characters of certificates


@blueprint.get("/verify")
def ask() -> str:
    """Which file, how many must have signed, and whom else to trust."""
    return _page()


@blueprint.post("/verify")
def judge() -> str | tuple[str, int]:
    """The verdict, on the same page."""
    said = {name: request.form.get(name, "").strip() for name in ("expected", "certificates")}
    wrong: dict[str, str] = {}
    if said["expected"] and not _is_count(said["expected"]):
        wrong["expected"] = "How many must have signed is a whole number, such as 4"
    try:
        trust = _trust(said["certificates"])
    except BadFile:
        wrong["certificates"], trust = "These certificates cannot be read", []
    try:
        content, _ = uploaded(most=package.PACKED)
        if not content:
            wrong["file"] = "Select a Word file"
        if wrong:
            return _page(wrong=wrong, said=said), 422
        expected = int(said["expected"]) if said["expected"] else None
        report = verify(content, trust=trust, at=now(), expected=expected)
    except BadFile as error:
        return _page(wrong={**wrong, "file": error.text.rstrip(".")}, said=said), 422
    return _page(said=said, report=report, digest=sha256(content).hexdigest())


def _is_count(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 5 and int(words) <= MOST_SIGNERS


def _trust(certificates: str) -> list[bytes]:
    """The seal of this copy, and what was pasted. Raises BadFile for what holds none."""
    own = list(keys.own_certificates(running().settings)[:1])
    if not certificates:
        return own
    pem = certificates[:LARGEST_TRUST].encode("ascii", "replace")
    trusted([pem])
    return [*own, pem]


def _page(
    *, wrong: dict[str, str] | None = None, said: dict[str, str] | None = None, report: Report | None = None,
    digest: str = "",
) -> str:  # fmt: skip
    return render_template(
        "verify.html", wrong=wrong or {}, said=said or {}, report=report, digest=digest,
        no_trusted_time=NO_TRUSTED_TIME, place="verify",
    )  # fmt: skip
