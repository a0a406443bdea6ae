"""How a person proves who they are: their password, authenticator app and recovery codes, changed by themselves."""

from __future__ import annotations

import secrets

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for

from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import accounts, mail_secrets, sessions
from protocolbuilder.store.accounts import Account
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import (
    app_address,
    authenticator,
    digest,
    digits,
    hashed,
    is_password,
    new_recovery_codes,
    password_fault,
    picture,
    tell,
)
from protocolbuilder.web.accounts_onward import Onward, Page, interrupted, onward
from protocolbuilder.web.accounts_sign_in import sign_in_page
from protocolbuilder.web.accounts_ways import passkeys_work_here
from protocolbuilder.web.limiting import take
from protocolbuilder.web.running import now, session

blueprint = Blueprint("accounts_factors", __name__, url_prefix="/account")


def may_change() -> tuple[here.Here, Account] | None:
    """Whoever is wholly signed in, or for the first time and has no second factor yet. Raises NotFound for a sample
    person, who has nothing to prove who they are with."""
    found = here.here()
    account = accounts.of_person(session(), found.person.id) if found else None
    if found is None or (account is None and found.sign_in.stage == "half"):
        return None
    if account is None:
        raise NotFound("There is no way to sign in that could be changed here.")
    return None if found.sign_in.stage == "half" and account.has_second_factor else (found, account)


def first() -> Page:
    """Signing in, which stands between whoever asks and the change."""
    way = interrupted()
    return (sign_in_page(way), 401) if way.kept else redirect(way.at("accounts_sign_in.ask"), 303)


@blueprint.get("/second-factor")
def choose() -> Page:
    """At the first sign-in: an app or a passkey. Nobody with a password goes on without one of them."""
    if may_change() is None:
        return first()
    return render_template("second_factor_choose.html", way=onward(), passkeys=passkeys_work_here())


@blueprint.route("/authenticator", methods=["GET", "POST"])
def app() -> Page:
    allowed = may_change()
    if allowed is None:
        return first()
    found, account = allowed
    secret, way = _new_secret(), onward()
    if request.method != "POST" or "code" not in request.form:
        return _app_page(way, found.person, secret)
    take("second factor", of=account.person)
    step = authenticator().step(digits(request.form.get("code", "")), secret, after=-1, at=now())
    if step is None:
        return _app_page(way, found.person, secret, wrong="Enter the six digits that your app shows now"), 422
    accounts.set_totp(session(), account.person, secret=secret, counter=step)
    flask.session.pop("new_app", None)
    told(found.person, "an authenticator app was set up")
    return after_new_factor(account, way, by="authenticator")


@blueprint.post("/authenticator/remove")
def remove_app() -> Page:
    """Only beside a passkey: one second factor always stays."""
    allowed = may_change()
    if allowed is None:
        return first()
    found, account = allowed
    if not account.passkeys:
        flash("Add a passkey first: everybody keeps one second factor.")
    else:
        accounts.set_totp(session(), account.person, secret="", counter=-1)
        told(found.person, "your authenticator app was removed")
        flash("The authenticator app is removed.")
    return redirect(url_for("accounts_page.account"), 303)


@blueprint.post("/recovery-codes")
def recovery() -> Page:
    """New codes instead of the old ones, shown once."""
    allowed = may_change()
    if allowed is None:
        return first()
    found, account = allowed
    if not account.has_second_factor:
        raise Frozen("Recovery codes stand in for a second factor. Add an app or a passkey first.")
    told(found.person, "new recovery codes were made, and the old ones no longer work")
    return _codes_page(account, Onward("/account"))


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> Page:
    allowed = may_change()
    if allowed is None:
        return first()
    found, account = allowed
    if not account.password:
        raise NotFound("You sign in without a password here.")
    if request.method != "POST":
        return render_template("password_change.html", person=found.person, wrong={})
    take("sign-in", of=found.person.email)
    wrong = {}
    if not is_password(account, request.form.get("current", "")):
        wrong["current"] = "Enter the password that you have now"
    new = request.form.get("password", "")
    if fault := password_fault(new, about=about(found)):
        wrong["password"] = fault
    if wrong:
        return render_template("password_change.html", person=found.person, wrong=wrong), 422
    set_password(account, found.person, new, but=found.sign_in.number)
    here.rise()
    flash("Your password is changed. Everywhere else you were signed in you are signed out.")
    return redirect(url_for("accounts_page.account"), 303)


def set_password(account: Account, person: Person, new: str, *, but: int = 0) -> None:
    """All sessions but one end, links for a new one are dead, and the person is told."""
    at = now()
    mail_secrets.withdraw(session(), Secret("reset", person.id), at=at)
    accounts.set_password(session(), person.id, password=hashed(new), uniquifier=secrets.token_hex(16), at=at)
    sessions.end_all(session(), person.id, why="password changed", at=at, but=but)
    told(person, "your password was changed")


def told(person: Person, what: str) -> None:
    """A change of how a person signs in is never silent."""
    tell(person.email, "How you sign in was changed", "factor_changed", person=person, what=what, at=now())


def about(found: here.Here) -> tuple[str, ...]:
    """Words about a person that make a password easy to guess."""
    organisation = found.organisation
    names = (organisation.name, organisation.short) if organisation else ()
    return (found.person.name, found.person.post, found.person.email.partition("@")[0], *names)


def after_new_factor(account: Account, way: Onward, *, by: here.Proof) -> Page:
    """Who was half signed in now is wholly. Recovery codes are made with the first factor, and shown once."""
    here.rise(by)
    if account.has_second_factor:
        flash("Your second factor is added.")
        return redirect(url_for("accounts_page.account"), 303)
    return _codes_page(account, way)


def _codes_page(account: Account, way: Onward) -> str:
    codes = new_recovery_codes()
    accounts.set_recovery_codes(session(), account.person, [digest("recovery", digits(code)) for code in codes])
    return render_template("recovery_codes.html", codes=codes, way=way)


def _new_secret() -> str:
    """The secret of an app that is being set up waits, encrypted, in the browser's signed cookie."""
    if "new_app" not in flask.session:
        flask.session["new_app"] = authenticator().generate_totp_secret()
    return str(flask.session["new_app"])


def _app_page(way: Onward, person: Person, secret: str, *, wrong: str = "") -> str:
    address = app_address(secret, whose=person.email or person.name)
    return render_template(
        "authenticator.html", way=way, wrong=wrong, picture=picture(address), address=address,
        key=authenticator().get_totp_pretty_key(secret),
    )  # fmt: skip

