"""Saying that a draft was checked against the law library as it is now, after seeing what changed since it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as but

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import rows_of
from protocolbuilder.errors import Conflict
from protocolbuilder.law.library import GROUPS
from protocolbuilder.law.overlay import in_words, since
from protocolbuilder.store.agreements import replace
from protocolbuilder.web import places
from protocolbuilder.web.access import who
from protocolbuilder.web.library import library, recorded
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, session

blueprint = Blueprint("law_checked", __name__)


@blueprint.get("/agreements/<ref>/library")
def show(ref: str) -> str:
    """Every record made since on a provision or basis that the draft uses."""
    return _page(open_draft(ref))


def _page(opened: Opened, *, overtaken: str = "") -> str:
    used = set(_used(opened.agreement))
    found = [
        (record.entry, _named(record.entry), in_words(record))
        for record in since(recorded(), opened.agreement.library)
        if record.entry in used
    ]
    return render_template("law_checked.html", opened=opened, found=found, overtaken=overtaken, place="agreements")


def _used(agreement: Agreement) -> Iterator[str]:
    """The ids of provisions and bases that the draft chooses."""
    for row in rows_of(agreement, "gateways"):
        if isinstance(row.get("provision"), str):
            yield row["provision"]
    for row in rows_of(agreement, "bases"):
        for group in GROUPS:
            yield from (one for one in row.get(group, ()) if isinstance(one, str))


def _named(entry: str) -> str:
    vocabulary = next((name for name in ("gateways", *GROUPS) if library().has(name, entry)), "gateways")
    return library().label(vocabulary, entry)


@blueprint.post("/agreements/<ref>/library")
def say(ref: str) -> str | tuple[str, int] | Response:
    """The draft names the library as it is now. The answers stay as they are."""
    opened, version = open_draft(ref), library().version
    seen = request.form.get("seen", type=int) or 0
    if request.form.get("version") != version:
        return _page(opened, overtaken="Somebody recorded something on the law library"), 409
    try:
        replace(
            session(), ref, but(opened.agreement, library=version), seen=seen, by=who(), at=now(),
            note=f"Checked against law library {version}",
        )
    except Conflict:
        return _page(open_draft(ref), overtaken=f"{opened.draft.updated_by} changed the draft"), 409
    flash(f"This draft now says that it was checked against law library {version}.")
    return redirect(places.home(ref), 303)
