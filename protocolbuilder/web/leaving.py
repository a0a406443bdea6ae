"""Somebody leaves: one page that says what will happen, and one press that does all of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from protocolbuilder.domain.people import TOPICS, Person
from protocolbuilder.errors import Frozen
from protocolbuilder.store import invitations, leaving, organisations
from protocolbuilder.web.accounts import tell
from protocolbuilder.web.accounts_sessions import idle_of
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.people import Answer, of_mine, role_names
from protocolbuilder.web.running import now, session

blueprint = Blueprint("leaving", __name__, url_prefix="/people")
NOBODY = "nobody"


@blueprint.get("/<person>/leave")
def ask(person: str) -> Answer:
    return _page(person)


@blueprint.post("/<person>/leave")
def leave(person: str) -> Answer:
    signed, own, found, membership = of_mine(person)
    hangs = leaving.hanging(session(), person, own.id, at=now(), idle=idle_of(membership.roles))
    others = {one.id: one for one in leaving.successors(session(), person, own.id)}
    lead, contact = request.form.get("lead", ""), request.form.get("contact", "")
    wrong = {}
    if hangs.led and lead not in (others or {NOBODY}):
        wrong["lead"] = "Select who leads the drafts from now on"
    if hangs.contacts and contact not in {*others, NOBODY}:
        wrong["contact"] = "Select who is asked instead"
    if wrong:
        return _page(person, wrong=wrong), 422
    to = {"lead": others.get(lead), "contact": others.get(contact)}
    ids = {key: one.id if one else "" for key, one in to.items()}
    led = leaving.leave(session(), person, own.id, lead=ids["lead"], contact=ids["contact"], by=signed.person, at=now())
    if led and (colleague := to["lead"]):
        subject = "Drafts were handed over to you"
        tell(colleague.email, subject, "handed_over", person=colleague, leaver=found, led=led, site=site())
    flash(f"{found.name} left {own.name}. {_handed(len(led), to['lead'])}")
    if person == signed.person.id:
        return redirect(url_for("accounts_sign_in.ask"), 303)
    return redirect(url_for("people.listed"), 303)


def _handed(count: int, to: Person | None) -> str:
    if not count:
        return "They led no drafts."
    what = "1 agreement is" if count == 1 else f"{count} agreements are"
    return f"{what} now led by {to.name if to else 'nobody'}."


def _page(person: str, *, wrong: dict[str, str] | None = None) -> str:
    _, own, found, membership = of_mine(person)
    if any(one.organisation == own.id for one in invitations.of_person(session(), person)):
        raise Frozen(f"{found.name} was asked to join and has not accepted yet: cancel the invitation instead.")
    hangs = leaving.hanging(session(), person, own.id, at=now(), idle=idle_of(membership.roles))
    names = organisations.by_id(session())
    return render_template(
        "person_leave.html", own=own, person=found, hangs=hangs, wrong=wrong or {}, typed=request.form,
        others=leaving.successors(session(), person, own.id), names=role_names, nobody=NOBODY, place="people",
        topics=[TOPICS[one.topic] for one in hangs.contacts],
        stays=[names[one.organisation].name for one in hangs.others if one.organisation in names],
    )  # fmt: skip
