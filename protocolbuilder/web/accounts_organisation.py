"""Somebody who is in several organisations says for which one they are here, after signing in and whenever they switch.
The session keeps it; until it is said, they have the roles of none."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder import catalogue
from protocolbuilder.domain.people import ROLES
from protocolbuilder.domain.permission import open_to_anyone
from protocolbuilder.store import organisations
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts_onward import Onward, Page, go_on, interrupted, onward
from protocolbuilder.web.accounts_sign_in import sign_in_page
from protocolbuilder.web.permission import rule_asked
from protocolbuilder.web.running import session

blueprint = Blueprint("accounts_organisation", __name__, url_prefix="/account/organisation")


def ask_for_organisation(app: Flask) -> None:
    """Before anything else of a request is decided. What was sent is carried through the question."""

    @app.before_request
    def ask_first() -> Page | tuple[dict[str, str], int] | None:
        if request.endpoint is None or (request.blueprint or "").startswith("accounts_"):
            return None
        found = None if open_to_anyone(catalogue.policy(), rule_asked()) else here.here()
        if found is None or not found.must_choose:
            return None
        if request.accept_mimetypes.best == "application/json":
            return {"detail": "Say first for which organisation you are here."}, 403
        way = interrupted()
        return (_page(found, way), 403) if request.method == "POST" else redirect(way.at(f"{blueprint.name}.ask"), 303)


@blueprint.get("")
def ask() -> Page:
    found = here.here()
    if found is None or here.signed() is None:
        return sign_in_page(onward())
    return _page(found, onward())


@blueprint.post("")
def choose() -> Page | Response:
    found, way = here.here(), onward()
    if found is None or here.signed() is None:
        return sign_in_page(way)
    wanted = request.form.get("organisation", "")
    if wanted not in {one.organisation for one in found.memberships}:
        return _page(found, way, wrong="Select an organisation"), 422
    if found.organisation is None or found.organisation.id != wanted:
        here.choose(wanted)
        flash(f"You are here for {organisations.load(session(), wanted).name}.")
    return go_on(way)


def _page(found: here.Here, way: Onward, *, wrong: str = "") -> str:
    known = organisations.by_id(session())
    choices = [
        (known[one.organisation], ", ".join(name for role, name in ROLES.items() if role in one.roles))
        for one in found.memberships if one.organisation in known
    ]  # fmt: skip
    return render_template("organisation_choose.html", way=way, choices=choices, now=found.organisation, wrong=wrong)
