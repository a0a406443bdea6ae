"""What was issued and done: versions with the files as they were kept, and events."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from protocolbuilder.store import parents, versions
from protocolbuilder.store.events import events
from protocolbuilder.web import looks, making
from protocolbuilder.web.opened import open_draft
from protocolbuilder.web.running import session

blueprint = Blueprint("history", __name__)


@blueprint.get("/agreements/<ref>/history")
def history(ref: str) -> str:
    opened = open_draft(ref)
    return render_template(
        "history.html", opened=opened, versions=versions.versions(session(), ref),
        events=tuple(reversed(events(session(), ref))), place="agreements",
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/versions/<int:number>")
def version(ref: str, number: int) -> str:
    opened = open_draft(ref)
    found = versions.version(session(), ref, number)
    stood = parents.above(session(), found.under[0].ref) if found.under else None
    return render_template(
        "version.html", opened=opened, version=found, stood=stood, look=looks.name_of(found), place="agreements"
    )


@blueprint.get("/agreements/<ref>/versions/<int:number>/<name>")
def file(ref: str, number: int, name: str) -> Response:
    """The bytes that were kept when the version was issued. They are never made again."""
    kept = versions.document(session(), ref, number, name)
    return making.sent(kept.name, kept.media_type, kept.content)
