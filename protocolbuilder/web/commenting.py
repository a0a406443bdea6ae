"""Comments on a question or clause, advice of data protection officers and Caldicott Guardians, and the replies."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request

from protocolbuilder.domain.consultation import AUDIENCES, RESPONSES, TO_ADVICE, Audience, Kind
from protocolbuilder.domain.consultation import Response as Decision
from protocolbuilder.domain.schema import question_at
from protocolbuilder.errors import BadAddress, NotFound
from protocolbuilder.store import comments
from protocolbuilder.web import consulted
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.consulting import (
    Answer,
    careful,
    heard,
    missing,
    names,
    overtaken,
    says_now,
    signs,
    speaker,
    where,
)
from protocolbuilder.web.law_records import text
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened, open_heard
from protocolbuilder.web.places import home, place
from protocolbuilder.web.running import session

blueprint = Blueprint("commenting", __name__)

TITLES: Final = {"comment": "Comment", "advice": "Record advice"}


@blueprint.get("/agreements/<ref>/comments/new")
def ask(ref: str) -> str:
    """`?about=`: the address of a question, an item or a section; none for the whole."""
    return _new(open_heard(ref), "comment", wrong={}, told=())


@blueprint.post("/agreements/<ref>/comments/new")
def comment(ref: str) -> Answer:
    return _said(ref, "comment")


@blueprint.get("/agreements/<ref>/advice")
def ask_for_advice(ref: str) -> str:
    return _new(open_heard(ref), "advice", wrong={}, told=())


@blueprint.post("/agreements/<ref>/advice")
def advise(ref: str) -> Answer:
    return _said(ref, "advice")


@blueprint.get("/agreements/<ref>/comments/<int:number>")
def show(ref: str, number: int) -> str:
    return _one(open_heard(ref), number, wrong={}, told=())


@blueprint.post("/agreements/<ref>/comments/<int:number>/answer")
def answer(ref: str, number: int) -> Answer:
    return _replied(ref, number, what="answer")


@blueprint.post("/agreements/<ref>/comments/<int:number>/resolve")
def resolve(ref: str, number: int) -> Answer:
    """Resolved, or opened again. Both are kept, with the reason."""
    return _replied(ref, number, what="reopened" if text("what") == "reopened" else "resolved")


@blueprint.post("/agreements/<ref>/comments/<int:number>/response")
def respond(ref: str, number: int) -> Answer:
    """To advice: followed, in part, or not, and why."""
    found = next((one for one in TO_ADVICE if one == text("what")), None)
    if found is None:
        return _one(open_heard(ref), number, wrong={"what": "Select whether the advice is followed"}, told=()), 422
    return _replied(ref, number, what=found)


def _said(ref: str, kind: Kind) -> Answer:
    opened, signed = open_heard(ref), speaker()
    audience: Audience = "internal" if kind == "comment" and text("audience") == "internal" else "shared"
    wrong, told = missing(text="Enter what you want to say"), careful("text")
    if kind == "comment" and text("audience") not in AUDIENCES:
        wrong["audience"] = "Select who can read it"
    if wrong or told:
        return _new(opened, kind, wrong=wrong, told=told), 422
    seen = request.form.get("seen", type=whole_number) or 0
    draft = seen if 0 < seen <= opened.draft.number else opened.draft.number
    comments.say(
        session(), ref, kind=kind, audience=audience, address=_about(opened), text=text("text"), draft=draft,
        **signs(signed),
    )  # fmt: skip
    flash("Your advice is recorded." if kind == "advice" else "Your comment is kept.")
    return redirect(f"{home(ref)}/consultation", 303)


def _replied(ref: str, number: int, *, what: Decision) -> Answer:
    opened, signed = open_heard(ref), speaker()
    found = comments.comment(session(), ref, number, of=heard())
    if (what in TO_ADVICE) != (found.kind == "advice") and what != "answer":
        raise NotFound("Advice is responded to, a comment resolved.")
    wrong, told = missing(text="Enter your answer, or why"), careful("text")
    if wrong or told:
        return _one(opened, number, wrong=wrong, told=told), 422
    comments.reply(session(), ref, number, what=what, text=text("text"), **signs(signed))
    consulted.tell_writer(opened, found, what=what, by=signed)
    flash(f"{RESPONSES[what]}. It is kept with the {found.kind}.")
    return redirect(f"{home(ref)}/comments/{number}", 303)


def _about(opened: Opened) -> str:
    """The address it is about, as the agreement knows it. Raises NotFound."""
    address = request.values.get("about", "")
    section, _, rest = address.partition(".")
    if not address or (section in opened.schema.sections and not rest):
        return address
    try:
        question_at(opened.schema, address)
    except BadAddress as error:
        if not (section in opened.schema.sections and opened.schema.sections[section].is_list and "." not in rest):
            raise NotFound(error.text) from error
    return address


def _new(opened: Opened, kind: Kind, *, wrong: dict[str, str], told: tuple[str, ...]) -> str:
    speaker()
    about = _about(opened)
    return render_template(
        "comment_new.html", opened=opened, kind=kind, title=TITLES[kind], about=about, where=where(opened, about),
        says=says_now(opened, about), wrong=wrong, told=told,
        looked=mark_of(told), audiences=list(AUDIENCES.items()), place="agreements",
    )  # fmt: skip


def _one(opened: Opened, number: int, *, wrong: dict[str, str], told: tuple[str, ...]) -> str:
    of = heard()
    found = comments.comment(session(), opened.ref, number, of=of)
    link = place(opened.ref, opened.schema, opened.agreement, found.address) if found.address else home(opened.ref)
    return render_template(
        "comment.html", opened=opened, comment=found, where=where(opened, found.address), link=link, names=names(),
        says=says_now(opened, found.address), mine=of.organisation, overtaken=overtaken(opened, found), wrong=wrong,
        told=told, looked=mark_of(told),
        responses=RESPONSES, to_advice=[(one, RESPONSES[one]) for one in TO_ADVICE], place="agreements",
    )  # fmt: skip
