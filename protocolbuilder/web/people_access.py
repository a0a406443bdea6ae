"""What an administrator does about how somebody else signs in: their sessions end, or a second factor that they lost is
taken away, for which a code is needed that only they are sent."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for

from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.people import Person
from protocolbuilder.store import accounts, mail_secrets, security_events, sessions, sign_in_codes
from protocolbuilder.web.accounts import digest, digits, tell
from protocolbuilder.web.accounts_sessions import idle_of
from protocolbuilder.web.limiting import take
from protocolbuilder.web.people import Answer, somebody_else
from protocolbuilder.web.running import keep_so_far, now, session

blueprint = Blueprint("people_access", __name__, url_prefix="/people")
WRONG: Final = "Enter the eight digits of the code that was sent last. After five wrong ones send another"


@blueprint.route("/<person>/sessions", methods=["GET", "POST"])
def end_sessions(person: str) -> Answer:
    signed, own, found, membership = somebody_else(person)
    if request.method != "POST":
        there = sessions.of_person(session(), person, at=now(), idle=idle_of(membership.roles))
        return render_template("person_sessions.html", own=own, person=found, sessions=there, place="people")
    ended = sessions.end_all(session(), person, why="ended by an administrator", at=now())
    _record("sessions:ended", found, organisation=own.id, by=signed.person.id)
    what = "an administrator of your organisation ended all your sessions"
    tell(found.email, "You were signed out", "factor_changed", person=found, what=what, at=now())
    flash(f"{found.name} is signed out everywhere ({ended} {'place' if ended == 1 else 'places'}).")
    return redirect(url_for("people.one", person=person), 303)


@blueprint.get("/<person>/second-factor")
def ask_for_code(person: str) -> Answer:
    return _page(somebody_else(person)[2])


@blueprint.post("/<person>/second-factor/code")
def send_code(person: str) -> Answer:
    """To the person, who reads it to the administrator. One that was sent before works no longer."""
    signed, own, found, _ = somebody_else(person)
    take("mailed code", of=found.email)
    secret = Secret("lost factor", person)
    tell(found.email, "A code for your administrator", "lost_factor", secret=secret, person=found, by=signed.person)
    _record("lost-factor:asked", found, organisation=own.id, by=signed.person.id)
    flash(f"A code is on its way to {found.name}.")
    return redirect(url_for(".ask_for_code", person=person), 303)


@blueprint.post("/<person>/second-factor")
def take_away(person: str) -> Answer:
    signed, own, found, _ = somebody_else(person)
    account, secret, at = accounts.of_person(session(), person), Secret("lost factor", person), now()
    given = digest(secret.kind, sign_in_codes.mailed(secret, digits(request.form.get("code", ""))))
    if account is None or sign_in_codes.spend(session(), secret.kind, given, at=at) is None:
        sign_in_codes.guessed(session(), secret.kind, person=person, at=at)
        keep_so_far()
        return _page(found, wrong=WRONG), 422
    mail_secrets.withdraw(session(), secret, at=at)
    accounts.drop_second_factors(session(), person)
    sessions.end_all(session(), person, why="second factor taken away", at=at)
    _record("second-factor:taken-away", found, organisation=own.id, by=signed.person.id)
    what = "your second factor was taken away because it was lost: you set up a new one when you next sign in"
    tell(found.email, "How you sign in was changed", "factor_changed", person=found, what=what, at=at)
    flash(f"The second factor of {found.name} is taken away. They set up a new one when they next sign in.")
    return redirect(url_for("people.one", person=person), 303)


def _page(person: Person, *, wrong: str = "") -> str:
    account = accounts.of_person(session(), person.id)
    sent = sign_in_codes.works(session(), "lost factor", person=person.id, at=now())
    waits = mail_secrets.mails_of(session(), "lost factor", [""], person=person.id).get("") == "queued"
    return render_template(
        "person_second_factor.html", person=person, wrong=wrong, sent=sent, waits=waits, place="people",
        has=account is not None and account.has_second_factor,
    )  # fmt: skip


def _record(what: str, person: Person, *, organisation: str, by: str) -> None:
    security_events.record(session(), what, {"person": person.id, "organisation": organisation}, by=by, at=now())
