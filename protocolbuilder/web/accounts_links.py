"""Links that are sent by mail: to who forgot their password, and (in `joining`) to who is asked to join. A link is made
when its mail is sent, works once, and reading its page spends nothing. A reset leaves the second factor as it was."""

from __future__ import annotations

import secrets
from typing import Any, Final

import flask
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain.letter import Secret, SecretKind
from protocolbuilder.domain.people import Person, clean_email, email_fault
from protocolbuilder.errors import NotFound
from protocolbuilder.store import (
    accounts,
    mail_secrets,
    memberships,
    organisations,
    people,
    security_events,
    sign_in_codes,
)
from protocolbuilder.store.accounts import Account
from protocolbuilder.store.sign_in_codes import Code
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import digest, password_fault, tell
from protocolbuilder.web.accounts_factors import set_password
from protocolbuilder.web.accounts_onward import Page
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.limiting import take
from protocolbuilder.web.running import now, session

blueprint = Blueprint("accounts_links", __name__, url_prefix="/sign-in")
DEAD: Final = "This link does not work, or no longer does. Ask for a new one: each works once, for a short time."


def account_of(person: Person) -> Account:
    return accounts.open_for(session(), person.id, uniquifier=secrets.token_hex(16), handle=secrets.token_hex(16))


@blueprint.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> Page:
    """The same answer whoever is named, after the same work: for who has no password a mail to somebody else is written
    and taken back."""
    if request.method != "POST":
        return render_template("sign_in_forgotten.html", wrong="", email="")
    email = clean_email(request.form.get("email", ""))
    if fault := email_fault(email):
        return render_template("sign_in_forgotten.html", wrong=fault, email=request.form.get("email", "")), 422
    take("reset", of=email)
    person = people.by_email(session(), email)
    theirs = person.id if person is not None and person.active and not person.sample else ""
    found = accounts.with_password(session(), theirs)
    known = person if person is not None and found == theirs else None
    about = {"person": known.id} if known else {}
    security_events.record(session(), "sign-in:reset-asked", about, by="", at=now())
    if found:
        with session().begin_nested() as written:
            to = known or Person(found, "Somebody", "", email)
            send_link(to, "reset", "accounts_links.land", subject="Choose a new password")
            if known is None:
                written.rollback()
    return render_template("sign_in_sent.html", email=email)


@blueprint.get("/link/<token>")
def land(token: str) -> Page:
    return landed("reset", token, to="accounts_links.link")


@blueprint.route("/link", methods=["GET", "POST"])
def link() -> Page:
    code, person = meant("reset")
    if not person.active:
        raise NotFound(DEAD)
    if request.method != "POST":
        return render_template("password_choose.html", person=person, wrong="")
    new = request.form.get("password", "")
    if fault := password_fault(new, about=guessable(person)):
        return render_template("password_choose.html", person=person, wrong=fault), 422
    spend(code, "reset")
    set_password(account_of(person), person, new)
    here.end()
    return redirect(url_for("accounts_sign_in.ask"), 303)


def send_link(
    person: Person, kind: SecretKind, endpoint: str, *, subject: str, about: str = "", **words: Any
) -> None:
    """By mail; the token is put behind the address of the endpoint when the mail is sent. Earlier ones stop working."""
    before = site() + url_for(endpoint, token="-").removesuffix("-")  # noqa: S106 # no token
    secret = Secret(kind, person.id, before, about)
    tell(person.email, subject, kind, secret=secret, person=person, site=site(), **words)


def landed(kind: SecretKind, token: str, *, to: str) -> Response:
    """Takes the token out of the address. Reading spends nothing: a scanner of mails that opens a link does no harm."""
    flask.session[f"{kind} link"] = token
    return redirect(url_for(to), 303)


def meant(kind: SecretKind) -> tuple[Code, Person]:
    """What the link that this browser opened last is for. Raises NotFound when it does not work, or no longer."""
    token = str(flask.session.get(f"{kind} link", ""))
    code = sign_in_codes.look(session(), kind, digest(kind, token), at=now()) if token else None
    if code is None or code.person is None:
        raise NotFound(DEAD)
    return code, people.load(session(), code.person)


def spend(code: Code, kind: SecretKind) -> None:
    """The link, and whatever else was sent for the same. Raises NotFound: somebody else was first."""
    token = str(flask.session.pop(f"{kind} link", ""))
    if sign_in_codes.spend(session(), kind, digest(kind, token), at=now()) is None:
        raise NotFound(DEAD)
    mail_secrets.withdraw(session(), Secret(kind, code.person or "", about=code.about), at=now())


def guessable(person: Person) -> tuple[str, ...]:
    """Words about a person that make a password easy to guess."""
    names = [organisations.load(session(), one.organisation) for one in memberships.now_of(session(), person.id)]
    told = [word for one in names for word in (one.name, one.short)]
    return (person.name, person.post, person.email.partition("@")[0], *told)
