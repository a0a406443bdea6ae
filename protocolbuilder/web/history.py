"""What was issued and done: versions with the files as they were kept, events, and what changed between two."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.changes import changes
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.errors import NotFound
from protocolbuilder.store import versions
from protocolbuilder.store.events import events
from protocolbuilder.web import making
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import session

blueprint = Blueprint("history", __name__)

DRAFT = "draft"


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
    return render_template("version.html", opened=opened, version=found, place="agreements")


@blueprint.get("/agreements/<ref>/versions/<int:number>/<name>")
def file(ref: str, number: int, name: str) -> Response:
    """The bytes that were kept when the version was issued. They are never made again."""
    kept = versions.document(session(), ref, number, name)
    return making.sent(kept.name, kept.media_type, kept.content)


@blueprint.get("/agreements/<ref>/compare")
def compare(ref: str) -> str:
    """`?before=` and `?after=`: a version's number, or `draft`. Without them, the latest version and the draft."""
    opened = open_draft(ref)
    latest = str(opened.draft.issued or DRAFT)
    before, after = request.args.get("before", latest), request.args.get("after", DRAFT)
    one, two = _agreement(opened, before), _agreement(opened, after)
    if one.schema != two.schema:
        raise NotFound("These two are different kinds of document, so they cannot be compared.")
    names = (_names(opened, one), _names(opened, two))
    sides = [DRAFT, *(str(number) for number in range(opened.draft.issued or 0, 0, -1))]
    return render_template(
        "compare.html", opened=opened, before=before, after=after, sides=sides, place="agreements",
        changes=changes(opened.schema, one, two, names),
    )  # fmt: skip


def _agreement(opened: Opened, side: str) -> Agreement:
    """Raises NotFound."""
    if side == DRAFT:
        return opened.agreement
    if not (side.isascii() and side.isdigit() and len(side) < 9):
        raise NotFound(f"There is no version “{side[:20]}” of {opened.ref}.")
    return versions.issued_agreement(session(), opened.ref, int(side))


def _names(opened: Opened, agreement: Agreement) -> AgreementNames:
    return AgreementNames(opened.schema, agreement, opened.library)
