"""A local entry of the law library is approved by a person of a second agency, on a page that shows what it says."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.errors import Forbidden, NotFound
from protocolbuilder.law import approval, shelf
from protocolbuilder.law.offer_words import not_verified
from protocolbuilder.store import overlay
from protocolbuilder.web.access import visitor
from protocolbuilder.web.law import entry_of, refusal
from protocolbuilder.web.library import library
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("law_approval", __name__)


@blueprint.route("/law/<entry>/approve", methods=["GET", "POST"])
def approve(entry: str) -> str | Response:
    _, record = entry_of(entry)
    signed = visitor()
    if signed is None or signed.organisation is None:
        raise Forbidden("Somebody who is signed in for an organisation approves a local entry.")
    agency = signed.organisation
    refused = refusal(entry, person=signed.person.id, organisation=agency.id)
    if record["status"] == approval.WITHDRAWN:
        raise NotFound("Approval is asked for local entries that stand.")
    if request.method == "POST":
        overlay.approve_entry(session(), entry, by=signed.person, agency=agency, at=now(), new_id=running().new_id)
        flash(f"You approved this entry for {agency.name}.")
        return redirect(f"/law/{entry}", 303)
    return render_template(
        "law_approve.html", record=record, agency=agency, refused=refused, does=shelf.does(record),
        does_not=shelf.does_not(record), rows=shelf.rows(library(), record), beware=not_verified(record),
        library=library(), place="law",
    )  # fmt: skip
