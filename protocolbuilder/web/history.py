"""What was issued and done: versions with the files as they were kept, and events."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from protocolbuilder.store import parents, partnership, signing_asking, versions
from protocolbuilder.store.events import SHARED, events
from protocolbuilder.store.register import title_of
from protocolbuilder.web import looks, making
from protocolbuilder.web.opened import open_issued
from protocolbuilder.web.permission import left_at, may, reach
from protocolbuilder.web.running import session

blueprint = Blueprint("history", __name__)


@blueprint.get("/agreements/<ref>/history")
def history(ref: str) -> str:
    """What was done is told whole to whoever keeps the agreement, to partners what is shared with them."""
    opened, told, left = open_issued(ref), () if may("history:read whole") else SHARED, left_at(ref)
    done = [event for event in events(session(), ref, only=told) if left is None or event.at <= left]
    return render_template(
        "history.html", opened=opened, versions=versions.versions(session(), ref, of=reach()),
        events=tuple(reversed(done)), place="agreements",
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/versions/<int:number>")
def version(ref: str, number: int) -> str:
    opened = open_issued(ref, number)
    found = versions.version(session(), ref, number, of=reach())
    stood = parents.above(session(), found.under[0].ref, of=reach()) if found.under else None
    called = title_of(stood.agreement()) if stood and stood.number else ""
    return render_template(
        "version.html", opened=opened, version=found, stood=stood, called=called, look=looks.name_of(found),
        message_now=partnership.message(session()) if found.message else "", place="agreements",
        to_ask=opened.draft.issued == number and bool(signing_asking.to_invite(session(), ref, number)),
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/versions/<int:number>/<name>")
def file(ref: str, number: int, name: str) -> Response:
    """The bytes that were kept when the version was issued. They are never made again."""
    kept = versions.document(session(), ref, number, name, of=reach())
    return making.sent(kept.name, kept.media_type, kept.content)
