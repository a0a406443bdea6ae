"""Links that let somebody choose a password: sent to who joins, and to who forgot theirs. A link works once; reading
its page spends nothing. A reset leaves the second factor as it was."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import flask
from flask import Blueprint, abort, redirect, render_template, request, url_for

from protocolbuilder.domain.people import Person, clean_email, email_fault
from protocolbuilder.errors import NotFound
from protocolbuilder.store import accounts, memberships, organisations, people, sign_in_codes
from protocolbuilder.store.accounts import Account
from protocolbuilder.store.sign_in_codes import Code, Kind
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import digest, password_fault, tell
from protocolbuilder.web.accounts_factors import set_password
from protocolbuilder.web.accounts_onward import Onward, Page
from protocolbuilder.web.accounts_sign_in import second_page
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.limiting import take
from protocolbuilder.web.running import now, session

blueprint = Blueprint("accounts_links", __name__, url_prefix="/sign-in")
ACTIVATION: Final = timedelta(days=7)
RESET: Final = timedelta(hours=1)
KINDS: Final[tuple[Kind, ...]] = ("activation", "reset")


def invite(person: Person) -> None:
    """Sends somebody of this copy the link with which they choose a password. Earlier links stop working."""
    _send(person, "activation", lasts=ACTIVATION, subject="Your account for information sharing agreements")


def account_of(person: Person) -> Account:
    return accounts.open_for(session(), person.id, uniquifier=secrets.token_hex(16), handle=secrets.token_hex(16))


@blueprint.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> Page:
    """The same answer whoever is named."""
    if request.method != "POST":
        return render_template("sign_in_forgotten.html", wrong="", email="")
    email = clean_email(request.form.get("email", ""))
    if fault := email_fault(email):
        return render_template("sign_in_forgotten.html", wrong=fault, email=request.form.get("email", "")), 422
    take("reset", of=email)
    person = people.by_email(session(), email)
    account = accounts.of_person(session(), person.id) if person else None
    if person is not None and person.active and not person.sample and account is not None and account.password:
        _send(person, "reset", lasts=RESET, subject="Choose a new password")
    return render_template("sign_in_sent.html", email=email)


@blueprint.get("/link/<token>")
def land(token: str) -> Page:
    """Takes the token out of the address. Reading spends nothing: a scanner of mails that opens a link does no harm."""
    flask.session["link"] = token
    return redirect(url_for(".link"), 303)


@blueprint.route("/link", methods=["GET", "POST"])
def link() -> Page:
    token = str(flask.session.get("link", ""))
    code, person = _meant(token)
    if request.method != "POST":
        return _page(code, person)
    new = request.form.get("password", "")
    if fault := password_fault(new, about=_about(person)):
        return _page(code, person, wrong=fault), 422
    if sign_in_codes.spend(session(), code.kind, digest(code.kind, token), at=now()) is None:
        abort(404)
    flask.session.pop("link")
    account = account_of(person)
    set_password(account, person, new)
    if code.kind == "reset":
        here.end()
        return redirect(url_for("accounts_sign_in.ask"), 303)
    here.begin_half(person.id)
    return second_page(Onward("/"), account)


def _send(person: Person, kind: Kind, *, lasts: timedelta, subject: str) -> None:
    token, at = secrets.token_urlsafe(32), now()
    sign_in_codes.void(session(), kind, person=person.id, at=at)
    sign_in_codes.make(session(), kind, digest(kind, token), at=at, lasts=lasts, person=person.id)
    where = site() + url_for("accounts_links.land", token=token)
    tell(person.email, subject, kind, person=person, where=where, until=at + lasts)


def _meant(token: str) -> tuple[Code, Person]:
    """Raises NotFound for a link that does not work, or no longer."""
    for kind in KINDS:
        code = sign_in_codes.look(session(), kind, digest(kind, token), at=now())
        if code is not None and code.person:
            person = people.load(session(), code.person)
            if person.active:
                return code, person
    raise NotFound("This link does not work, or no longer does. Ask for a new one: each works once, for a short time.")


def _page(code: Code, person: Person, *, wrong: str = "") -> str:
    return render_template("password_choose.html", code=code, person=person, wrong=wrong)


def _about(person: Person) -> tuple[str, ...]:
    names = [organisations.load(session(), one.organisation) for one in memberships.now_of(session(), person.id)]
    told = [word for one in names for word in (one.name, one.short)]
    return (person.name, person.post, person.email.partition("@")[0], *told)
