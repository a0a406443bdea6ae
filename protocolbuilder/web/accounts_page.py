"""A person's own account: how they sign in, and where they are signed in now."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.store import accounts, providers, sessions
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts_onward import Page
from protocolbuilder.web.accounts_ways import passkeys_work_here
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.running import now, session

blueprint = Blueprint("accounts_page", __name__, url_prefix="/account")


@blueprint.get("")
def account() -> Page:
    found = here.here()
    if found is None or here.signed() is None:
        return redirect(url_for("accounts_sign_in.ask", next="/account"), 303)
    mine, organisation = accounts.of_person(session(), found.person.id), found.organisation
    idle = here.idle_of(found.roles)
    provider = providers.of_organisation(session(), organisation.id) if organisation else None
    issuers = {one.issuer for one in providers.of_person(session(), found.person.id)}
    return render_template(
        "account.html", found=found, account=mine, passkeys=passkeys_work_here(),
        sessions=sessions.of_person(session(), found.person.id, at=now(), idle=idle), idle=idle, provider=provider,
        tied=provider is not None and provider.issuer in issuers,
    )  # fmt: skip


@blueprint.post("/sessions/end")
def end_session() -> Response:
    """One of theirs, or all but this one."""
    found = here.here()
    if found is None or here.signed() is None:
        abort(401)
    number = request.form.get("session", type=whole_number)
    if "session" not in request.form:
        ended = sessions.end_all(
            session(), found.person.id, why="ended by the person", at=now(), but=found.sign_in.number
        )
        flash(f"You are signed out everywhere else ({ended} {'place' if ended == 1 else 'places'}).")
    elif number == found.sign_in.number:
        here.end()
        return redirect(url_for("accounts_sign_in.ask"), 303)
    elif sessions.end(session(), number or 0, person=found.person.id, why="ended by the person", at=now()):
        flash("That session is ended.")
    return redirect(url_for(".account"), 303)
