"""Removing the sample: a page that says what goes and what stays, and the act."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from protocolbuilder.domain.sample import first, going, staying
from protocolbuilder.store import sample_removal
from protocolbuilder.web.access import visitor, who
from protocolbuilder.web.running import now, session

blueprint = Blueprint("sample", __name__)


@blueprint.get("/settings/sample")
def ask() -> str:
    """Raises NotFound where there is no sample."""
    removal = sample_removal.found(session())
    return render_template(
        "sample_remove.html", going=going(removal), staying=staying(removal), first=first(removal),
        visitor=visitor(), place="settings",
    )  # fmt: skip


@blueprint.post("/settings/sample/remove")
def remove() -> Response:
    """All of it or nothing. Whoever is of the sample is signed out by it. Raises Frozen where something has to be done
    first."""
    signed = visitor()
    sample_removal.remove(session(), by=signed.person.id if signed else "", signature=who(), at=now())
    flash("The sample was removed.")
    return redirect("/sign-in" if signed is None or signed.person.sample else "/settings", 303)
