"""A draft that is open to its partners: opened, talked about on one page, and closed; and views of people asked."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, get
from protocolbuilder.domain.consultation import CONSULTED, Comment, Hearing, changed_since
from protocolbuilder.domain.kinds import shown
from protocolbuilder.domain.naming import place_in_words
from protocolbuilder.domain.personal_details import looks_personal
from protocolbuilder.domain.schema import question_at
from protocolbuilder.errors import BadAddress, Forbidden, NotFound
from protocolbuilder.store import comments, consultations, organisations
from protocolbuilder.store.agreements import as_of
from protocolbuilder.web import consulted, partners
from protocolbuilder.web.access import Signed, visitor, who
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.law_records import blank, day, text
from protocolbuilder.web.opened import Opened, open_draft, open_heard
from protocolbuilder.web.permission import hearing, may
from protocolbuilder.web.places import home
from protocolbuilder.web.running import now, session

blueprint = Blueprint("consulting", __name__)

LONGEST: Final = 4000
Answer = str | tuple[str, int] | Response


def speaker() -> Signed:
    """Who speaks, and for which organisation. Raises Forbidden for whoever is not signed in: a typed name speaks for
    nobody."""
    signed = visitor()
    if signed is None or signed.organisation is None:
        raise Forbidden("Sign in first: a comment is made for an organisation.")
    return signed


def heard() -> Hearing:
    """What may be read by whoever asks. Raises NotFound where nothing was ever open to their organisation."""
    found = hearing()
    if found is None:
        raise NotFound("There is no consultation.")
    return found


def names() -> dict[str, str]:
    return {key: one.name for key, one in organisations.by_id(session()).items()}


def missing(**needed: str) -> dict[str, str]:
    """Field -> its message, for those left empty or too long."""
    found = {name: words for name, words in needed.items() if not text(name)}
    long = (name for name in needed if len(text(name)) > LONGEST)
    return found | dict.fromkeys(long, f"Enter {LONGEST} characters at most")


def careful(*fields: str) -> tuple[str, ...]:
    """What looks like a detail of a person in what was typed, as long as nobody said that they looked at it."""
    details = (detail for name in fields for detail in looks_personal(text(name)))
    found = tuple(f"This looks like {detail}. Do not name a person." for detail in dict.fromkeys(details))
    return () if found and request.form.get("looked") == mark_of(found) else found


def where(opened: Opened, address: str) -> str:
    return ", ".join(place_in_words(opened.schema, opened.names, address)) if address else "The agreement as a whole"


def says_now(opened: Opened, address: str) -> str:
    """The answer as they read it now, in words; "" for none, for what is no question, and where they read no draft."""
    if not may("draft:read") and heard().until is None:
        return ""
    try:
        question = question_at(opened.schema, address)
    except BadAddress:
        return ""
    value = get(opened.says, address)
    return "" if value is ABSENT else shown(question, value, opened.names)


def overtaken(opened: Opened, comment: Comment) -> bool:
    """Is something else said now, in what they read, than its writer had before them?"""
    if comment.draft == opened.draft.number:
        return False
    return changed_since(as_of(session(), opened.ref, comment.draft), opened.agreement, comment.address)


@blueprint.get("/agreements/<ref>/consultation")
def show(ref: str) -> str:
    """Every comment that may be read, those that wait first; views; when it was open."""
    opened, of = open_heard(ref), heard()
    said = comments.comments(session(), ref, of=of)
    rows = [(one, where(opened, one.address), overtaken(opened, one)) for one in sorted(said, key=lambda c: c.resolved)]
    return render_template(
        "consultation.html", opened=opened, rows=rows, names=names(), mine=of.organisation, consulted=CONSULTED,
        views=comments.views_of(session(), ref, of=of), times=consultations.consultations(session(), ref, of=of),
        untold=consulted.untold(ref) if may("consultation:close") else (), place="agreements",
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/consultation/open")
def ask_to_open(ref: str) -> str:
    return _ask_to_open(open_draft(ref), wrong={})


@blueprint.post("/agreements/<ref>/consultation/open")
def open_to_partners(ref: str) -> Answer:
    opened, until = open_draft(ref), day("until")
    wrong = {} if blank("until") or until else {"until": "Enter a real day, for example 30 9 2026"}
    if wrong:
        return _ask_to_open(opened, wrong=wrong), 422
    signed, note = speaker(), text("note")[:LONGEST]
    made = consultations.open_to_partners(session(), ref, note=note, until=until, by=who(), at=now())
    mailed = consulted.tell_opened(opened, made, by=signed)
    flash(f"Open to its partners. They can read the draft and comment on it. {mailed}")
    return redirect(f"{home(ref)}/consultation", 303)


def _ask_to_open(opened: Opened, *, wrong: dict[str, str]) -> str:
    """Says who can be let in: the partners that are tied to an organisation of the directory."""
    return render_template(
        "consultation_open.html", opened=opened, wrong=wrong, partners=partners.rows(opened),
        asked=consulted.asked_of(opened.ref), untold=consulted.untold(opened.ref), place="agreements",
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/consultation/close")
def ask_to_close(ref: str) -> str:
    opened = open_draft(ref)
    waiting = sum(not one.resolved for one in comments.comments(session(), ref, of=heard()))
    return render_template(
        "consultation_close.html", opened=opened, waiting=waiting, wrong={}, place="agreements"
    )


@blueprint.post("/agreements/<ref>/consultation/close")
def close(ref: str) -> Answer:
    opened, signed = open_draft(ref), speaker()
    closed = consultations.close(session(), ref, outcome=text("outcome")[:LONGEST], by=who(), at=now())
    mailed = consulted.tell_closed(opened, closed, by=signed)
    flash(f"Closed. Comments are kept with their answers. {mailed}")
    return redirect(f"{home(ref)}/consultation", 303)


@blueprint.get("/agreements/<ref>/views")
def ask_for_views(ref: str) -> str:
    return _views(open_draft(ref), wrong={}, told=())


@blueprint.post("/agreements/<ref>/views")
def record_views(ref: str) -> Answer:
    """What a group of people said who were asked, and what was changed for it, or why nothing was."""
    opened, signed = open_draft(ref), speaker()
    wrong = missing(
        whom="Select who was asked", how="Enter how they were asked", said="Enter what they said, as a group",
        changed="Enter what was changed, or why nothing was",
    )  # fmt: skip
    if text("whom") not in CONSULTED:
        wrong["whom"] = "Select who was asked"
    told = careful("how", "said", "changed")
    if wrong or told:
        return _views(opened, wrong=wrong, told=told), 422
    comments.record_views(
        session(), ref, whom=text("whom"), how=text("how"), said=text("said"), changed=text("changed"), **signs(signed)
    )
    flash("Recorded. The history of the agreement says so.")
    return redirect(f"{home(ref)}/consultation", 303)


def signs(signed: Signed) -> dict[str, Any]:
    """Who says it, for which organisation, and when."""
    organisation = signed.organisation.id if signed.organisation else ""
    return {"organisation": organisation, "person": signed.person.id, "by": signed.person.signature, "at": now()}


def _views(opened: Opened, *, wrong: dict[str, str], told: tuple[str, ...]) -> str:
    return render_template(
        "views.html", opened=opened, wrong=wrong, told=told, looked=mark_of(told), consulted=list(CONSULTED.items()),
        place="agreements",
    )  # fmt: skip
