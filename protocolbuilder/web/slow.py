"""The PDF of a document, and the pack: asked for here, made by a worker, and downloaded when they are made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder import __version__
from protocolbuilder.documents import pdf, slow
from protocolbuilder.documents.frozen import frozen
from protocolbuilder.documents.source import Source
from protocolbuilder.errors import NotFound
from protocolbuilder.store import made
from protocolbuilder.store.jobs import Job
from protocolbuilder.store.made import Asked, Made
from protocolbuilder.store.versions import Version
from protocolbuilder.web import looks, making, toolkit
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.permission import reads_draft_since, refuse_closed
from protocolbuilder.web.running import now, running, session
from protocolbuilder.web.uploads import share
from protocolbuilder.web.words import clock

blueprint = Blueprint("slow", __name__)

LATE: Final = timedelta(minutes=1)
OPEN: Final = ("waiting", "running", "trying again", "stopping")
"""In these states something may change by itself."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a document is. `state`: waiting, running, trying again, stopping, cancelled, failed, made; `said` is that
    in words; `stuck`: nobody seems to work."""

    made: Made
    state: str
    said: str
    stuck: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


# --- of a draft


@blueprint.post("/agreements/<ref>/making")
def ask_of_draft(ref: str) -> Response:
    """Promises the document that is named (`wanted`: `summary.pdf`, and after a space the partner it is for)."""
    opened = open_draft(ref)
    making.refuse_wrong(opened)
    source = making.source_of(opened, making.draft_stamp(opened))
    return redirect(url_for(".of_draft", ref=ref, document=_ask(opened, source)), 303)


@blueprint.get("/agreements/<ref>/making/<int:document>")
def of_draft(ref: str, document: int) -> str | Response:
    """The page that shows how far it is; for a script, the same as JSON."""
    return _show(open_draft(ref), _found(ref, document), place=f"/agreements/{ref}")


@blueprint.post("/agreements/<ref>/making/<int:document>/cancel")
def cancel_of_draft(ref: str, document: int) -> Response:
    _cancel(_found(ref, document))
    return redirect(url_for(".of_draft", ref=ref, document=document), 303)


@blueprint.post("/agreements/<ref>/making/<int:document>/again")
def again_of_draft(ref: str, document: int) -> Response:
    made.go_on(session(), _found(ref, document).id, at=now())
    return redirect(url_for(".of_draft", ref=ref, document=document), 303)


@blueprint.get("/agreements/<ref>/making/<int:document>/download")
def download_of_draft(ref: str, document: int) -> Response:
    return _sent(_found(ref, document))


# --- of an issued version


@blueprint.post("/agreements/<ref>/versions/<int:number>/making")
def ask_of_version(ref: str, number: int) -> Response:
    """The same of a version. What was kept with it is taken as it was kept."""
    opened, issued = toolkit.opened_version(ref, number)
    source = making.source_of_version(opened, issued)
    return redirect(url_for(".of_version", ref=ref, number=number, document=_ask(opened, source, issued=issued)), 303)


@blueprint.get("/agreements/<ref>/versions/<int:number>/making/<int:document>")
def of_version(ref: str, number: int, document: int) -> str | Response:
    opened, issued = toolkit.opened_version(ref, number)
    place = f"/agreements/{ref}/versions/{number}"
    return _show(opened, _found(ref, document, version=number), place=place, issued=issued)


@blueprint.post("/agreements/<ref>/versions/<int:number>/making/<int:document>/cancel")
def cancel_of_version(ref: str, number: int, document: int) -> Response:
    _cancel(_found(ref, document, version=number))
    return redirect(url_for(".of_version", ref=ref, number=number, document=document), 303)


@blueprint.post("/agreements/<ref>/versions/<int:number>/making/<int:document>/again")
def again_of_version(ref: str, number: int, document: int) -> Response:
    made.go_on(session(), _found(ref, document, version=number).id, at=now())
    return redirect(url_for(".of_version", ref=ref, number=number, document=document), 303)


@blueprint.get("/agreements/<ref>/versions/<int:number>/making/<int:document>/download")
def download_of_version(ref: str, number: int, document: int) -> Response:
    return _sent(_found(ref, document, version=number))


# --- of either


def _ask(opened: Opened, source: Source, *, issued: Version | None = None) -> int:
    """Raises NotFound for what is not made of it, and where LibreOffice would have to make it and there is none."""
    kind, _, party = request.form.get("wanted", "").partition(" ")
    refuse_closed(slow.what(kind), of="version" if issued else "draft")
    return promise(source, kind, party=party, draft=opened.draft.number, issued=issued)


def promise(source: Source, kind: str, *, party: str = "", draft: int = 0, issued: Version | None = None) -> int:
    """Of a version, or of the draft of that number. Raises NotFound as the pages do."""
    source, title = replace(source, party=party), slow.title(kind)
    parts = slow.plan(source, kind)
    if slow.needs_office(kind) and not pdf.office(running().settings.office):
        raise NotFound(pdf.LACKING)
    records = [one.id for one in making.records_of(issued)]
    text = frozen(source, records=records, style=looks.number_of(issued))
    named = json.dumps([text, kind, looks.own_templates(), __version__])
    asked = Asked(
        sha256(named.encode()).hexdigest(), source.stamp.reference, None if issued else draft,
        issued.number if issued else None, kind, party, f"{title}, {source.names.item(party)}" if party else title,
        making.called(source, kind, party=party), making.MEDIA[kind.rpartition(".")[2]], len(parts),
    )  # fmt: skip
    return made.ask(session(), asked, frozen=text, at=now(), share=share())


def _found(ref: str, number: int, *, version: int | None = None) -> Made:
    """Raises NotFound, also for a document of something else than the address says, or of a draft before they read it;
    Forbidden for one that they could not have made."""
    found = made.document(session(), number)
    if (found.asked.ref, found.asked.version) != (ref, version):
        raise NotFound(made.GONE)
    if found.asked.draft is not None and not reads_draft_since(ref, found.asked.draft):
        raise NotFound(made.GONE)
    refuse_closed(slow.what(found.asked.kind), of="version" if version else "draft")
    return found


def stage(found: Made) -> Stage:
    """How far it is."""
    job = made.job_of(session(), found.id)
    if found.made_at:
        return Stage(found, "made", "It is made.")
    if found.cancelled_at:
        at_it = job is not None and job.state == "running"
        said = "It stops after the part that is being made." if at_it else "It was cancelled."
        return Stage(found, "stopping" if at_it else "cancelled", said)
    if job is not None and job.state == "dead":
        return Stage(found, "failed", f"It could not be made. {job.error}")
    if job is not None and job.state == "running":
        return Stage(found, "running", "It is being made.")
    return _waiting(found, job)


def _waiting(found: Made, job: Job | None) -> Stage:
    at = now()
    stuck = job is not None and job.not_before < at - LATE
    if job is not None and job.failures:
        said = f"It went wrong. {job.error} It is tried again at {clock(job.not_before)}."
        return Stage(found, "trying again", said, stuck)
    begun = "It goes on in a moment." if found.done else "It waits for its turn."
    return Stage(found, "waiting", begun, stuck)


def _show(opened: Opened, found: Made, *, place: str, issued: Version | None = None) -> str | Response:
    here = stage(found)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(_as_json(here))
    newer = (opened.draft.issued or 0) if issued else opened.draft.number
    moved_on = newer > (found.asked.version or found.asked.draft or 0)
    return render_template(
        "slow.html", opened=opened, stage=here, home=place, edition=made.edition(found.asked), newer=newer,
        moved_on=moved_on, version=issued, works=running().settings.worker, place="agreements",
        wanted=f"{found.asked.kind} {found.asked.party}".strip(),
    )  # fmt: skip


def _as_json(here: Stage) -> Mapping[str, Any]:
    return {
        "state": here.state, "open": here.is_open, "said": here.said, "stuck": here.stuck, "done": here.made.done,
        "parts": here.made.asked.parts,
    }  # fmt: skip


def _cancel(found: Made) -> None:
    made.cancel(session(), found.id, at=now())
    flash("It is made no further. What is made of it is kept, to go on with.")


def _sent(found: Made) -> Response:
    return making.sent(found.asked.name, found.asked.media_type, made.content(session(), found.id))
