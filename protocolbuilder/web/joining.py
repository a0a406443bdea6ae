"""Joining an organisation: its administrator asks somebody by mail, and they accept by the link that only they have."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Person, clean_email
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import accounts, invitations, organisations, people
from protocolbuilder.store.invitations import Invitation
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import hashed, password_fault
from protocolbuilder.web.accounts_links import DEAD, account_of, guessable, landed, meant, send_link, spend
from protocolbuilder.web.accounts_onward import Onward
from protocolbuilder.web.accounts_sign_in import second_page
from protocolbuilder.web.limiting import take
from protocolbuilder.web.people import Answer, choices, faults, mine, role_names, said
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("joining", __name__)
by_link = Blueprint("accounts_joining", __name__)
"""What is reached by the link alone, before anybody is signed in."""


@blueprint.get("/people/invite")
def ask() -> Answer:
    return _form(mine()[1], typed={}, wrong={})


@blueprint.post("/people/invite")
def invite() -> Answer:
    """The person, what they are to be, and the mail that asks them: all of it or nothing."""
    signed, own = mine()
    typed, roles = said(), frozenset(request.form.getlist("roles"))
    person = Person("", typed["name"], typed["post"], clean_email(typed["email"]), typed["telephone"])
    wrong = faults(person, roles, typed["department"], own=own)
    if not person.email:
        wrong["email"] = "Enter the e-mail address that the invitation goes to"
    if not wrong:
        take("invitation sent")
        try:
            made = invitations.invite(
                session(), person, own.id, roles=roles, department=typed["department"], by=signed.person.id, at=now(),
                new_id=running().new_id,
            )  # fmt: skip
        except Frozen as error:
            wrong["email"] = error.text
    if wrong:
        return _form(own, typed={**typed, "roles": roles}, wrong=wrong), 422
    send_invitation(made, by=signed.person, own=own)
    flash(f"{person.name} is asked to join. The link in the mail works for seven days.")
    return redirect(url_for("people.listed"), 303)


@blueprint.get("/people/invitations/<int:number>")
def invitation(number: int) -> str:
    found = invitations.load(session(), number, organisation=mine()[1].id)
    standing = invitations.standings(session(), [found], at=now())[number]
    return _about(found, standing=standing, asks=False)


@blueprint.post("/people/invitations/<int:number>/again")
def again(number: int) -> Response:
    """Another mail with another link. The one before works no longer."""
    signed, own = mine()
    found = invitations.load(session(), number, organisation=own.id)
    take("invitation sent")
    send_invitation(found, by=signed.person, own=own)
    flash(f"{found.name} is sent a new link. The one before does not work any more.")
    return redirect(url_for("people.listed"), 303)


@blueprint.get("/people/invitations/<int:number>/cancel")
def ask_to_cancel(number: int) -> str:
    return _about(invitations.load(session(), number, organisation=mine()[1].id), standing=None, asks=True)


@blueprint.post("/people/invitations/<int:number>/cancel")
def cancel(number: int) -> Response:
    signed, own = mine()
    found = invitations.cancel(session(), number, organisation=own.id, by=signed.person.id, at=now())
    flash(f"The invitation of {found.name} is cancelled. Its link does not work any more.")
    return redirect(url_for("people.listed"), 303)


@by_link.get("/join/<token>")
def land(token: str) -> Answer:
    return landed("invitation", token, to="accounts_joining.join")


@by_link.route("/join", methods=["GET", "POST"])
def join() -> Answer:
    """Whoever has no account chooses a password, and then a second factor; whoever has one signs in with it."""
    code, person = meant("invitation")
    try:
        found = invitations.load(session(), int(code.about))
    except NotFound as error:
        raise NotFound(DEAD) from error
    own = organisations.load(session(), found.organisation)
    able = bool(accounts.able(session(), [person.id]))
    if request.method != "POST":
        return _asked(found, own, able=able)
    new = request.form.get("password", "")
    words = (*guessable(person), found.name, found.post, own.name, own.short)
    if not able and (fault := password_fault(new, about=words)):
        return _asked(found, own, able=able, wrong=fault), 422
    spend(code, "invitation")
    invitations.accept(session(), found.number, at=now())
    if able:
        flash(f"You joined {own.name}. Sign in as you always do.")
        return redirect(url_for("accounts_sign_in.ask"), 303)
    account = account_of(person)
    marks = {"password": hashed(new), "uniquifier": secrets.token_hex(16)}
    accounts.set_password(session(), person.id, **marks, at=now())
    here.begin_half(person.id)
    return second_page(Onward("/"), account)


def send_invitation(found: Invitation, *, by: Person, own: Organisation) -> None:
    person = people.load(session(), found.person)
    send_link(
        person, "invitation", "accounts_joining.land", subject=f"{own.name} asks you to join it",
        about=str(found.number), invitation=found, own=own, by=by, names=role_names(found.roles),
    )  # fmt: skip


def _asked(found: Invitation, own: Organisation, *, able: bool, wrong: str = "") -> str:
    """The page behind the link."""
    person = people.load(session(), found.person)
    by = people.by_id(session(), [found.by]).get(found.by)
    return render_template(
        "join.html", invitation=found, own=own, person=person, by=by, able=able, wrong=wrong,
        names=role_names(found.roles),
    )  # fmt: skip


def _about(found: Invitation, *, standing: Any, asks: bool) -> str:
    """The page of an invitation for the administrator, or the one that asks before it is cancelled."""
    person = people.load(session(), found.person)
    return render_template(
        "invitation_cancel.html" if asks else "invitation.html", invitation=found, person=person, standing=standing,
        names=role_names(found.roles), by=people.by_id(session(), [found.by]).get(found.by), place="people",
    )  # fmt: skip


def _form(own: Organisation, *, typed: Mapping[str, Any], wrong: Mapping[str, str]) -> str:
    return render_template("invite.html", own=own, typed=typed, wrong=wrong, place="people", **choices())
