"""Passkeys (WebAuthn). The browser's script only asks the authenticator and puts its answer into a form of the page;
what it says is checked here. A challenge works once and for five minutes."""

from __future__ import annotations

import json
import logging
import secrets
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from protocolbuilder.store import accounts, people, sign_in_codes
from protocolbuilder.store.accounts import Account, Passkey
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import digest
from protocolbuilder.web.accounts_factors import after_new_factor, first, may_change, told
from protocolbuilder.web.accounts_onward import Page, go_on, onward
from protocolbuilder.web.accounts_sign_in import again_page, sign_in_page
from protocolbuilder.web.accounts_ways import passkeys_work_here, site
from protocolbuilder.web.limiting import take
from protocolbuilder.web.running import now, session

blueprint = Blueprint("accounts_passkeys", __name__)
_log = logging.getLogger(__name__)
LASTS: Final = timedelta(minutes=5)
VERIFIED: Final = UserVerificationRequirement.REQUIRED
"""The device asks for its PIN or a finger: so a passkey is two factors at once."""
WRONG: Final = "This passkey could not be used. Try again, or sign in another way"
NAME: Final = 60


@blueprint.post("/sign-in/passkey/options")
def asked() -> Response:
    """What the browser needs to ask for any passkey of ours; it names nobody."""
    challenge = _challenge("sign in")
    known = _known(_account())
    options = webauthn.generate_authentication_options(
        rp_id=_rp(), challenge=challenge, user_verification=VERIFIED, allow_credentials=known or None
    )
    return Response(webauthn.options_to_json(options), mimetype="application/json")


@blueprint.post("/sign-in/passkey")
def sign_in() -> Page:
    """From nothing, as the second factor, or again: the passkey must be of whoever is here already."""
    take("passkey or provider")
    way, found = onward(), here.here()
    passkey = _verified(request.form.get("answer", ""))
    person = people.load(session(), passkey.person) if passkey else None
    mine = found is None or (passkey is not None and passkey.person == found.person.id)
    if passkey is None or person is None or not person.active or not mine:
        _log.warning("sign-in refused", extra={"method": "passkey"})
        page = again_page(way, wrong=WRONG) if found else sign_in_page(way, wrong=WRONG)
        return page, 422
    if found is None:
        here.begin_whole(person.id, by="passkey")
    else:
        here.rise("passkey")
    _log.info("signed in", extra={"method": "passkey"})
    return go_on(way)


@blueprint.post("/account/passkeys/options")
def new_options() -> Response:
    allowed = may_change()
    if allowed is None:
        abort(403)
    found, account = allowed
    options = webauthn.generate_registration_options(
        rp_id=_rp(), rp_name="protocolbuilder", user_id=account.handle.encode(),
        user_name=found.person.email or found.person.name, user_display_name=found.person.name,
        challenge=_challenge(f"add {account.person}"), exclude_credentials=_known(account),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
    )  # fmt: skip
    return Response(webauthn.options_to_json(options), mimetype="application/json")


@blueprint.post("/account/passkeys")
def add() -> Page:
    allowed = may_change()
    if allowed is None:
        return first()
    found, account = allowed
    answer = _read(request.form.get("answer", ""))
    if not answer:  # the second factor was asked for before the browser could ask for a passkey
        return render_template("passkey_new.html", name=request.form.get("name", ""), way=onward())
    challenge = _spent(answer, f"add {account.person}")
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=_rp(), expected_origin=site(),
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        flash("The passkey could not be added. Nothing was changed: try again.")
        return redirect(url_for("accounts_factors.choose" if here.half() else "accounts_page.account"), 303)
    name = " ".join(request.form.get("name", "").split())[:NAME] or here.device()
    carried = tuple(one for one in answer.get("response", {}).get("transports", ()) if isinstance(one, str))
    key = Passkey(
        bytes_to_base64url(made.credential_id), account.person, name, made.credential_public_key, made.sign_count,
        tuple(one for one in carried if one in {kind.value for kind in AuthenticatorTransport}), now(), None,
    )  # fmt: skip
    if accounts.passkey(session(), key.id) is not None:
        abort(409)
    accounts.add_passkey(session(), key)
    told(found.person, f"a passkey was added ({name})")
    return after_new_factor(account, onward(), by="passkey")


@blueprint.post("/account/passkeys/remove")
def remove() -> Page:
    """One second factor always stays."""
    allowed = may_change()
    if allowed is None:
        return first()
    found, account = allowed
    if len(account.passkeys) == 1 and not account.totp:
        flash("Set up an authenticator app or another passkey first: everybody keeps one second factor.")
    elif accounts.drop_passkey(session(), request.form.get("passkey", ""), person=account.person):
        told(found.person, "a passkey was removed")
        flash("The passkey is removed.")
    return redirect(url_for("accounts_page.account"), 303)


def _verified(text: str) -> Passkey | None:
    """The passkey that answered our challenge as it should."""
    answer = _read(text)
    known = accounts.passkey(session(), str(answer.get("id", "")))
    challenge = _spent(answer, "sign in")
    if known is None:
        return None
    try:
        seen = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=_rp(), expected_origin=site(),
            credential_public_key=known.public_key, credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    accounts.used_passkey(session(), known.id, sign_count=seen.new_sign_count, at=now())
    return known


def _challenge(purpose: str) -> bytes:
    if not passkeys_work_here():
        abort(404)
    made = secrets.token_bytes(32)
    named = digest(f"passkey {purpose}", bytes_to_base64url(made))
    sign_in_codes.make(session(), "passkey", named, at=now(), lasts=LASTS)
    return made


def _spent(answer: dict[str, Any], purpose: str) -> bytes:
    """The challenge that the answer is for, if it was ours and not used yet; else one that no answer fits."""
    try:
        told = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        challenge = str(told["challenge"])
        ours = sign_in_codes.spend(session(), "passkey", digest(f"passkey {purpose}", challenge), at=now())
        return base64url_to_bytes(challenge) if ours else secrets.token_bytes(32)
    except (ValueError, KeyError, TypeError):
        return secrets.token_bytes(32)


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _account() -> Account | None:
    found = here.here()
    return accounts.of_person(session(), found.person.id) if found else None


def _known(account: Account | None) -> list[PublicKeyCredentialDescriptor]:
    keys = account.passkeys if account else ()
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.id), transports=[AuthenticatorTransport(one) for one in key.transports]
        )
        for key in keys
    ]


def _rp() -> str:
    return urlsplit(site()).hostname or ""
