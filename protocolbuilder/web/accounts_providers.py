"""Signing in at one's own organisation (OpenID Connect, by Authlib): one registration for each organisation. Somebody
is who issuer and subject say together; no address of mail ties anybody to an account."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

import flask
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from cryptography.fernet import Fernet, InvalidToken
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from joserfc.errors import JoseError

from protocolbuilder.store import memberships, organisations, people, providers, sign_in_codes
from protocolbuilder.store.engine import reading
from protocolbuilder.store.providers import Provider
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import digest, fernet_key
from protocolbuilder.web.accounts_factors import told
from protocolbuilder.web.accounts_onward import Onward, Page, go_on, onward
from protocolbuilder.web.accounts_sign_in import again_page, sign_in_page
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.limiting import take
from protocolbuilder.web.running import keep_so_far, now, running, session

blueprint = Blueprint("accounts_providers", __name__, url_prefix="/sign-in/organisation")
_log = logging.getLogger(__name__)
LASTS: Final = timedelta(minutes=10)
PATIENCE: Final = 10.0
"""Seconds a provider may take for one answer."""
REFUSED: Final = (
    "Your organisation’s sign-in did not confirm who you are. Nothing was changed: try again, or sign in another way"
)
AWAY: Final = "Your organisation’s sign-in cannot be reached at the moment. Try again later, or sign in another way"
Purpose = Literal["sign in", "again", "connect"]


class Refused(Exception):
    """What came back does not prove who somebody is. The text is for the log and names nobody."""


FAULTS: Final = (AuthlibBaseError, JoseError, requests.RequestException, Refused, RuntimeError, ValueError, KeyError)


@dataclass(frozen=True, slots=True)
class Pending:
    """What was asked of a provider, and has not come back yet."""

    organisation: str
    purpose: Purpose
    nonce: str
    verifier: str
    to: str
    kept: str
    files: bool


@blueprint.post("/<organisation>")
def leave(organisation: str) -> Page:
    return _leave(organisation, "again" if here.signed() else "sign in")


@blueprint.post("/<organisation>/connect")
def connect(organisation: str) -> Page:
    """To the account of whoever is signed in."""
    return _leave(organisation, "connect")


def _leave(organisation: str, purpose: Purpose) -> Page:
    """A page with the way to the provider: a form of ours may lead to no other site by itself."""
    take("passkey or provider")
    way, signed, provider = onward(), here.signed(), _registered(organisation)
    if provider is None:
        abort(404)
    client = _client(provider)
    more = {"acr_values": provider.acr} if provider.acr else {}
    more |= {"prompt": "login", "max_age": "0"} if purpose != "sign in" else {}
    try:
        _is_itself(client, provider)
        begun = client.create_authorization_url(return_address(), **more)
    except FAULTS as error:
        _log.warning("provider does not answer: %s", type(error).__name__)
        return (again_page(way, wrong=AWAY) if signed else sign_in_page(way, wrong=AWAY)), 503
    pending = {"organisation": organisation, "purpose": purpose, "nonce": begun["nonce"]}
    carried = {"to": way.to, "kept": way.kept, "files": way.files}
    about = json.dumps({**pending, **carried, "verifier": begun["code_verifier"]})
    sign_in_codes.make(session(), "provider", digest("provider", begun["state"]), at=now(), lasts=LASTS, about=about)
    flask.session["provider"] = digest("browser", begun["state"])
    body = organisations.load(session(), organisation)
    return render_template("provider_leave.html", organisation=body, url=begun["url"], way=way)


@blueprint.get("/return")
def came_back() -> Page:
    """Reading spends nothing; one press goes on, and takes what came back out of the address."""
    sent = {name: request.args.get(name, "") for name in ("code", "state", "iss", "error")}
    return render_template("provider_return.html", sent=sent)


@blueprint.post("/return")
def settle() -> Page:
    state = request.form.get("state", "")
    ours = flask.session.pop("provider", "")
    code = sign_in_codes.spend(session(), "provider", digest("provider", state), at=now()) if state else None
    keep_so_far()
    if code is None or not hmac.compare_digest(ours, digest("browser", state)):
        return _refused("state", onward())
    pending = Pending(**json.loads(code.about))
    way = Onward(pending.to, pending.kept, pending.files)
    provider = _registered(pending.organisation)
    if provider is None:
        return _refused("provider", way)
    try:
        subject = _subject(provider, pending, request.form)
    except FAULTS as error:
        return _refused(f"refused: {error}" if isinstance(error, Refused) else type(error).__name__, way)
    return _known(provider, pending, subject)


def _known(provider: Provider, pending: Pending, subject: str) -> Page:
    signed, way = here.signed(), Onward(pending.to, pending.kept, pending.files)
    if pending.purpose == "connect":
        if signed is None or not providers.tie(
            session(), provider.issuer, subject, person=signed.person.id, at=now()
        ):
            return _refused("tie", way)
        told(signed.person, "signing in at your own organisation was connected")
        here.rise("organisation")
        flash("Your organisation’s sign-in is connected to your account.")
        return redirect(url_for("accounts_page.account"), 303)
    found = providers.person_of(session(), provider.issuer, subject)
    person = people.by_id(session(), [found]).get(found) if found else None
    of = {one.organisation for one in memberships.now_of(session(), person.id)} if person else set()
    if person is None or not person.active or provider.organisation not in of:
        return _refused("unknown", way)
    if pending.purpose == "again":
        if signed is None or signed.person.id != person.id:
            return _refused("another person", way)
        here.rise("organisation")
    else:
        here.begin_whole(person.id, by="organisation")
    _log.info("signed in", extra={"method": "provider"})
    return go_on(way)


def _subject(provider: Provider, pending: Pending, sent: Mapping[str, str]) -> str:
    """Who the provider says it is. Raises Refused, or what Authlib raises."""
    if sent.get("error") or not sent.get("code"):
        raise Refused("no code")
    client = _client(provider)
    metadata = _is_itself(client, provider)
    named = sent.get("iss", "")
    if (named or metadata.get("authorization_response_iss_parameter_supported")) and named != provider.issuer:
        raise Refused("issuer of the answer")
    token = client.fetch_access_token(redirect_uri=return_address(), code=sent["code"], code_verifier=pending.verifier)
    options = {"iss": {"essential": True, "value": provider.issuer}, "sub": {"essential": True}}
    claims = client.parse_id_token(token, nonce=pending.nonce, claims_options=options)
    if not claims or claims.get("nonce") != pending.nonce:
        raise Refused("nonce")
    if provider.acr and claims.get("acr") != provider.acr:
        raise Refused("acr")
    if pending.purpose != "sign in" and now().timestamp() - float(claims.get("auth_time", 0)) > LASTS.total_seconds():
        raise Refused("auth_time")
    return str(claims["sub"])


def _registered(organisation: str) -> Provider | None:
    """Read apart: nobody waits for a lock of ours while another machine is asked."""
    with reading(running().database) as quiet:
        return providers.of_organisation(quiet, organisation)


def _refused(why: str, way: Onward) -> Page:
    _log.warning("sign-in refused", extra={"method": "provider", "why": why})
    return (again_page(way, wrong=REFUSED) if here.signed() else sign_in_page(way, wrong=REFUSED)), 422


def _client(provider: Provider) -> Any:
    return FlaskOAuth2App(
        FlaskIntegration("provider"), name="provider", client_id=provider.client, client_secret=opened(provider),
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": PATIENCE},
    )  # fmt: skip


def _is_itself(client: Any, provider: Provider) -> Mapping[str, Any]:
    """Its discovery document must name the very issuer that was registered (OpenID Connect Discovery 4.3)."""
    metadata: Mapping[str, Any] = client.load_server_metadata()
    if metadata.get("issuer") != provider.issuer:
        raise Refused("issuer")
    return metadata


def return_address() -> str:
    return site() + url_for("accounts_providers.came_back")


def sealed(secret: str) -> str:
    """The secret of a registration, as it is stored."""
    return Fernet(fernet_key()).encrypt(secret.encode()).decode()


def opened(provider: Provider) -> str:
    try:
        return Fernet(fernet_key()).decrypt(provider.secret.encode()).decode()
    except InvalidToken:
        raise Refused("the key of this copy was changed") from None
