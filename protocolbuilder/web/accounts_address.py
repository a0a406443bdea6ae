"""A person’s e-mail address is changed, by themselves or as an administrator of theirs asked. It changes when the link
is used that went to the new one, and the old one is told before and after. Whether an address is another account’s is
told to nobody but who reads it."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain.letter import Secret, SecretKind
from protocolbuilder.domain.people import Person, clean_email, email_fault
from protocolbuilder.errors import NotFound
from protocolbuilder.store import mail_secrets, people
from protocolbuilder.store.sign_in_codes import Code
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import tell
from protocolbuilder.web.accounts_factors import told
from protocolbuilder.web.accounts_links import DEAD, landed, meant, spend
from protocolbuilder.web.accounts_onward import Page
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.limiting import take
from protocolbuilder.web.running import now, session

blueprint = Blueprint("accounts_address", __name__, url_prefix="/account/e-mail")


@blueprint.route("", methods=["GET", "POST"])
def ask() -> Page:
    signed = here.signed()
    if signed is None:
        abort(401)
    if request.method != "POST":
        return _form(signed.person)
    wanted = clean_email(request.form.get("email", ""))
    fault = "Enter another address than the one you have" if wanted == signed.person.email else email_fault(wanted)
    if fault:
        return _form(signed.person, typed=request.form.get("email", ""), wrong=fault), 422
    take("mailed code", of=signed.person.id)
    send(signed.person, wanted)
    return render_template("address_sent.html", email=wanted, person=signed.person)


@blueprint.get("/link/<token>")
def land(token: str) -> Response:
    return landed("address", token, to="accounts_address.link")


@blueprint.route("/link", methods=["GET", "POST"])
def link() -> Page:
    """Whoever reads the new address need not be signed in here: the change was asked for with a second factor."""
    code, person = meant("address")
    if not person.active or people.by_email(session(), code.about) is not None:
        raise NotFound(DEAD)
    if request.method != "POST":
        return render_template("address_confirm.html", email=code.about, person=person)
    _take(code, "address", person)
    if here.signed() is None:
        return render_template("address_changed.html", email=code.about)
    return redirect(url_for("accounts_page.account"), 303)


@blueprint.get("/asked/<token>")
def land_asked(token: str) -> Response:
    return landed("asked address", token, to="accounts_address.asked")


@blueprint.route("/asked", methods=["GET", "POST"])
def asked() -> Page:
    """What an administrator asked for. Whoever reads the new address must be signed in as the person, by what they
    know and hold: so nobody takes an account over by naming a mailbox of their own."""
    code, person = meant("asked address")
    signed = here.signed()
    if signed is None or signed.person.id != person.id or people.by_email(session(), code.about) is not None:
        raise NotFound(DEAD)
    if request.method != "POST":
        return render_template("address_confirm.html", email=code.about, person=person)
    _take(code, "asked address", person)
    return redirect(url_for("accounts_page.account"), 303)


def _take(code: Code, kind: SecretKind, person: Person) -> None:
    """The person has the new address from now on, and the old one is told."""
    spend(code, kind)
    _withdraw(person)
    mail_secrets.withdraw(session(), Secret("reset", person.id), at=now())
    people.change(session(), replace(person, email=code.about), by=person.id, at=now())
    told(person, "your e-mail address was changed, so that mails no longer come to this one,")
    if here.signed() is not None:
        flash(f"Your e-mail address is now {code.about}.")


def _withdraw(person: Person) -> None:
    kinds: tuple[SecretKind, ...] = ("address", "asked address")
    for kind in kinds:
        mail_secrets.withdraw_all(session(), kind, person=person.id, at=now())


def send(person: Person, wanted: str, *, by: Person | None = None) -> None:
    """The link, to the new address; what was asked for before works no longer. `by`: an administrator of theirs asks.
    Where another account has the address, its owner is told, and nobody else."""
    _withdraw(person)
    subject = "Confirm your e-mail address"
    if (other := people.by_email(session(), wanted)) is not None:
        tell(wanted, subject, "address_taken", person=other, site=site())
    elif by is None:
        tell(wanted, subject, "address_confirm", secret=_link("address", person, wanted), person=person, site=site())
    else:
        secret = _link("asked address", person, wanted)
        tell(wanted, subject, "address_asked", secret=secret, person=person, by=by, site=site())
    who = f"{by.signature}, entered a new e-mail address for you" if by else "a new e-mail address was asked for"
    told(person, f"{who}, which counts once a link that went there is used,")


def _link(kind: SecretKind, person: Person, wanted: str) -> Secret:
    to = ".land_asked" if kind == "asked address" else ".land"
    before = site() + url_for(f"accounts_address{to}", token="-").removesuffix("-")  # noqa: S106 # no token
    return Secret(kind, person.id, before, wanted)


def _form(person: Person, *, typed: str = "", wrong: str = "") -> str:
    return render_template("address_change.html", person=person, typed=typed, wrong=wrong)
