"""The projector view: the trainer's slides in the browser, of a draft or of an issued version. Without a script it is
one long page; with it, a slide at a time by the arrow keys."""

from __future__ import annotations

from flask import Blueprint, render_template

from protocolbuilder.documents.slides_content import slides
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.errors import NotFound
from protocolbuilder.store import versions
from protocolbuilder.web import making, places
from protocolbuilder.web.library import today
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import session

blueprint = Blueprint("presenting", __name__)


@blueprint.get("/agreements/<ref>/present")
def draft(ref: str) -> str:
    """The slides of the draft as it stands. Raises NotFound for a document without flows."""
    opened = open_draft(ref)
    return _page(opened, opened.agreement, making.draft_stamp(opened))


@blueprint.get("/agreements/<ref>/versions/<int:number>/present")
def version(ref: str, number: int) -> str:
    """The slides of an issued version; they say so when a newer one has been issued. Raises NotFound."""
    opened = open_draft(ref)
    found = versions.version(session(), ref, number)
    stamp = Stamp(ref, str(number), found.digest, found.library, found.issued_at)
    latest = opened.draft.issued or number
    newer = str(latest) if latest > number else ""
    return _page(opened, versions.issued_agreement(session(), ref, number), stamp, newer=newer)


def _page(opened: Opened, agreement: Agreement, stamp: Stamp, *, newer: str = "") -> str:
    if "flows" not in opened.schema.sections:
        raise NotFound("A document without flows has no slides.")
    source = Source(opened.schema, agreement, opened.library, stamp, on=today(), newer=newer)
    title = source.title or opened.title
    return render_template(
        "present.html", slides=slides(source), stamp=stamp, title=title, back=places.home(opened.ref)
    )
