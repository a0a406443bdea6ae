"""Where an administrator registers the sign-in of their own organisation (OpenID Connect), or takes it away."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.settings import is_this_machine
from protocolbuilder.store import providers
from protocolbuilder.store.providers import Provider
from protocolbuilder.store.security_events import record
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts_onward import Page
from protocolbuilder.web.accounts_providers import return_address, sealed
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("accounts_registration", __name__)
LONGEST = 500


@blueprint.route("/settings/own-sign-in", methods=["GET", "POST"])
def own() -> Page:
    signed = here.signed()
    if signed is None or signed.organisation is None:
        abort(403)
    stands = providers.of_organisation(session(), signed.organisation.id)
    if request.method != "POST":
        return _page(signed.organisation, stands, wrong={})
    if request.form.get("act") == "remove":
        if providers.drop(session(), signed.organisation.id):
            _record("sign-in:provider-removed", signed)
            flash("People of your organisation sign in with their own accounts here from now on.")
        return redirect(url_for(".own"), 303)
    said = {name: request.form.get(name, "").strip()[:LONGEST] for name in ("issuer", "client", "secret", "acr")}
    wrong = _faults(said, stands)
    if not wrong and any(
        one.issuer == said["issuer"] for one in providers.every(session()) if one.organisation != signed.organisation.id
    ):
        wrong["issuer"] = "Another organisation uses this issuer. Enter the one of your own tenant"
    if wrong:
        return _page(signed.organisation, stands, wrong=wrong), 422
    secret = sealed(said["secret"]) if said["secret"] else stands.secret if stands else ""
    kept = Provider(signed.organisation.id, said["issuer"], said["client"], secret, said["acr"])
    providers.keep(session(), kept, at=now())
    _record("sign-in:provider-changed", signed)
    flash("The sign-in of your organisation is registered. Each person connects it once, on Your account.")
    return redirect(url_for(".own"), 303)


def _faults(said: dict[str, str], stands: Provider | None) -> dict[str, str]:
    wrong = {}
    where = urlsplit(said["issuer"])
    nearby = where.scheme == "http" and is_this_machine(where.hostname or "") and not running().settings.is_https
    if not (where.scheme == "https" or nearby) or not where.hostname or where.query or where.fragment or where.username:
        wrong["issuer"] = "Enter the issuer as its https address, like https://login.example.org/tenant"
    elif "{" in said["issuer"] or where.path.rstrip("/").rpartition("/")[0] in ("/common", "/organizations"):
        wrong["issuer"] = "Enter the issuer of your own tenant, not one that many organisations share"
    if not said["client"]:
        wrong["client"] = "Enter the client ID that your identity team gave to this service"
    if not said["secret"] and stands is None:
        wrong["secret"] = "Enter the client secret that belongs to it"  # noqa: S105 # words about one
    return wrong


def _page(organisation: Organisation, stands: Provider | None, *, wrong: dict[str, str]) -> str:
    """The secret is never shown again."""
    said = {name: request.form.get(name, getattr(stands, name, "")) for name in ("issuer", "client", "acr")}
    return render_template(
        "own_sign_in.html", organisation=organisation, stands=stands, said=said, wrong=wrong, back=return_address()
    )


def _record(what: str, signed: here.Signed) -> None:
    organisation = signed.organisation.id if signed.organisation else ""
    record(session(), what, {"organisation": organisation}, by=signed.person.id, at=now())
