"""The trail of an agreement: what was done in its signing, to be read by its owner's people, and to be taken along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, render_template

from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.domain.signing import METHODS, REASONS
from protocolbuilder.domain.trail import Event
from protocolbuilder.store import trail
from protocolbuilder.store.trail import Line
from protocolbuilder.web.making import sent
from protocolbuilder.web.opened import open_draft
from protocolbuilder.web.running import session
from protocolbuilder.web.words import iso_day

blueprint = Blueprint("trail", __name__)

EVENTS: Final[Mapping[Event, str]] = {
    "agreement.created": "Agreement made",
    "agreement.issued": "Version issued",
    "agreement.approved": "Approved by a board or committee",
    "agreement.completed": "All have signed",
    "agreement.amended": "Agreement amended",
    "agreement.superseded": "Older version no longer signed",
    "agreement.withdrawn": "Partner withdrew",
    "document.rendered": "Document made",
    "document.opened": "Link opened",
    "document.viewed": "Document shown",
    "signatory.added": "Signatory added",
    "signatory.changed": "Address of a signatory put right",
    "signatory.removed": "Signatory removed",
    "signatory.away": "Signatory away",
    "invitation.sent": "Asked to sign",
    "invitation.bounced": "Mail came back",
    "invitation.reminded": "Reminded",
    "invitation.expired": "Last day passed",
    "invitation.cancelled": "Asked no longer",
    "signatory.authenticated": "Showed who they are",
    "authentication.failed": "Wrong code entered",
    "consent.given": "Consent given",
    "signatory.signed": "Signed",
    "signatory.declined": "Declined",
    "signatory.delegated": "Passed on",
    "signature.recorded": "Signature on paper recorded",
    "signature.imported": "Signature of a file taken in",
    "seal.applied": "Sealed",
    "timestamp.obtained": "Time-stamp obtained",
    "copy.delivered": "Copy delivered",
    "key.rotated": "Key changed",
}
SAYS: Final = (
    ("version", "Version {}"), ("party", "for {}"), ("signed_by", "{}"), ("intent", "“{}”"),
    ("level", "level {}"), ("method", "by {}"), ("reservation", "with the reservation: {}"),
    ("authority", "authority: {}"), ("body", "{}"), ("minute", "{}"), ("day", "on {}"), ("due", "last day {}"),
    ("why", "{}"), ("note", "{}"), ("until", "until {}"), ("receipt", "receipt {}"),
)  # fmt: skip
"""What a line says besides -> in which words. The rest is for who checks the file."""
DAYS: Final = ("day", "due", "until")


@dataclass(frozen=True, slots=True)
class Told:
    """A line in words."""

    seq: int
    at: datetime
    what: str
    by: str
    words: str
    about: str


@blueprint.get("/agreements/<ref>/trail")
def show(ref: str) -> str:
    opened, lines = open_draft(ref, by="trail:read"), trail.lines(session(), ref)
    called = {row["id"]: str(row.get("name", row["id"])) for row in rows_of(opened.says, "parties")}
    told = tuple(_told(line, called) for line in reversed(lines))
    return render_template("trail.html", opened=opened, told=told, head=trail.head(session(), ref), place="agreements")


@blueprint.get("/agreements/<ref>/trail.jsonl")
def file(ref: str) -> Response:
    """The lines as they stand, byte for byte."""
    open_draft(ref, by="trail:read")
    content = b"".join(line + b"\n" for line in trail.raw(session(), ref))
    return sent(f"{ref}-trail.jsonl", "application/x-ndjson", content)


def _told(line: Line, called: Mapping[str, str]) -> Told:
    """`called`: partner -> its name."""
    said = line.said
    actor = said["actor"]
    by = ", ".join(word for word in (actor["name"], actor["organisation"]) if word) or "The program by itself"
    about = ", ".join(line.details[key] for key in ("name", "post") if line.details.get(key))
    at = datetime.fromisoformat(said["time"])
    return Told(line.seq, at, EVENTS[line.event], by, ". ".join(_words(said["data"], called)), about)


def _words(data: Mapping[str, Any], called: Mapping[str, str]) -> list[str]:
    said = {key: iso_day(value) if key in DAYS else value for key, value in data.items()}
    said["party"] = called.get(data.get("party", ""), data.get("organisation") or data.get("party", ""))
    said["method"], said["intent"] = METHODS.get(data.get("method", ""), ""), str(data.get("intent", "")).rstrip(".")
    found = [words.format(said[key]) for key, words in SAYS if said.get(key)]
    if reason := REASONS.get(data.get("reason", "")):
        found.append(reason)
    found += [f"On {one['address'] or 'the whole'}: {one['text']}" for one in data.get("comments", ())]
    return [one[:1].upper() + one[1:] for one in found]
