"""The e-mail address of somebody else, entered by an administrator of their organisation. Who was only asked to join
is sent a new link there. Whoever has an account keeps theirs until they confirm the new one (`accounts_address`)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from protocolbuilder.domain.people import Person, clean_email, email_fault
from protocolbuilder.errors import Frozen, NotFound
from protocolbuilder.store import invitations, people, security_events
from protocolbuilder.web.accounts_address import send
from protocolbuilder.web.joining import send_invitation
from protocolbuilder.web.limiting import take
from protocolbuilder.web.people import Answer, mine, somebody_else
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("people_address", __name__, url_prefix="/people")


@blueprint.route("/<person>/e-mail", methods=["GET", "POST"])
def ask(person: str) -> Answer:
    signed, own, found, _ = somebody_else(person)
    if found.sample or any(one.organisation == own.id for one in invitations.of_person(session(), person)):
        raise NotFound("There is no such page.")
    if request.method != "POST":
        return _form(found)
    wanted, wrong = _wanted(found)
    if wrong:
        return _form(found, wrong=wrong), 422
    take("mailed code", of=person)
    send(found, wanted, by=signed.person)
    about = {"person": person, "organisation": own.id}
    security_events.record(session(), "address:asked", about, by=signed.person.id, at=now())
    flash(f"A link is on its way to {wanted}. The address of {found.name} changes when they use it.")
    return redirect(url_for("people.one", person=person), 303)


@blueprint.route("/invitations/<int:number>/e-mail", methods=["GET", "POST"])
def correct(number: int) -> Answer:
    """Nobody has taken the invitation up: it goes to the other address, and the link before is dead."""
    signed, own = mine()
    found = invitations.load(session(), number, organisation=own.id)
    person = people.load(session(), found.person)
    if request.method != "POST":
        return _form(person, invitation=number)
    wanted, wrong = _wanted(person)
    if not wrong:
        take("invitation sent")
        by, at, new_id = signed.person.id, now(), running().new_id
        try:
            found = invitations.correct(session(), found, email=wanted, by=by, at=at, new_id=new_id)
        except Frozen as error:
            wrong = error.text
    if wrong:
        return _form(person, invitation=number, wrong=wrong), 422
    send_invitation(found, by=signed.person, own=own)
    flash(f"{found.name} is asked to join at {wanted}. The link before does not work any more.")
    return redirect(url_for("people.listed"), 303)


def _wanted(person: Person) -> tuple[str, str]:
    """What was typed, and what is wrong with it."""
    wanted = clean_email(request.form.get("email", ""))
    return wanted, "Enter another address than the one it is now" if wanted == person.email else email_fault(wanted)


def _form(person: Person, *, invitation: int | None = None, wrong: str = "") -> str:
    return render_template(
        "person_address.html", person=person, invitation=invitation, wrong=wrong, place="people",
        typed=request.form.get("email", ""),
    )  # fmt: skip
