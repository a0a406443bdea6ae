"""Erasing somebody who left: the administrator of their organisation sees what goes, and what stays and why, and does
it. The policy calls it grave."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from protocolbuilder.domain.people import Person
from protocolbuilder.errors import Frozen
from protocolbuilder.store import erasing, memberships
from protocolbuilder.web.accounts_onward import Page
from protocolbuilder.web.person_record import is_here, somebody_of_own
from protocolbuilder.web.running import now, session

blueprint = Blueprint("person_erasing", __name__)


@blueprint.get("/people/<person>/erase")
def ask(person: str) -> Page:
    _, body, found = somebody_of_own(person)
    return render_template(
        "person_erase.html", own=body, person=found, foreseen=erasing.foreseen(session(), person), place="people",
        now_here=is_here(found), last_elsewhere=_last(found) != body.id,
    )  # fmt: skip


@blueprint.post("/people/<person>/erase")
def erase(person: str) -> Page:
    """Raises Frozen for somebody who still takes part, or whose last organisation was another."""
    signed, body, found = somebody_of_own(person)
    if _last(found) != body.id:
        raise Frozen("This person was of another organisation last. Its administrator erases them.")
    erasing.erase(session(), person, by=signed.person.id, at=now())
    flash(f"{found.name} is erased. What stays as evidence names them as before.")
    return redirect(url_for("person_record.left"), 303)


def _last(person: Person) -> str:
    """The id of the organisation that they were of last, or are of now."""
    held = memberships.of_person(session(), person.id)
    return max(held, key=lambda one: (one.until is None, one.until or one.since)).organisation
