"""The projector view: the trainer's slides in the browser, of a draft or of an issued version. Without a script it is
one long page; with it, a slide at a time by the arrow keys."""

from __future__ import annotations

from flask import Blueprint, render_template

from protocolbuilder.documents.slides_content import slides
from protocolbuilder.documents.source import Source
from protocolbuilder.errors import NotFound
from protocolbuilder.store import versions
from protocolbuilder.web import making, places
from protocolbuilder.web.opened import Opened, open_draft, open_issued
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import session

blueprint = Blueprint("presenting", __name__)


@blueprint.get("/agreements/<ref>/present")
def draft(ref: str) -> str:
    """The slides of the draft as it stands. Raises NotFound for a document without flows."""
    opened = open_draft(ref)
    return _page(opened, making.source_of(opened, making.draft_stamp(opened)))


@blueprint.get("/agreements/<ref>/versions/<int:number>/present")
def version(ref: str, number: int) -> str:
    """The slides of an issued version; they say so when a newer one has been issued. Raises NotFound."""
    opened = open_issued(ref, number)
    return _page(opened, making.source_of_version(opened, versions.version(session(), ref, number, of=reach())))


def _page(opened: Opened, source: Source) -> str:
    if "flows" not in source.schema.sections:
        raise NotFound("A document without flows has no slides.")
    return render_template(
        "present.html", slides=slides(source), stamp=source.stamp, title=source.title or opened.title,
        back=places.home(opened.ref),
    )  # fmt: skip
