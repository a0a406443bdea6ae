"""What whoever asks does about one person who was asked: put the address right, say that they are away, ask no longer.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain import mailboxes
from protocolbuilder.domain.people import clean_email, email_fault
from protocolbuilder.domain.reminding import day_of
from protocolbuilder.domain.signing import Request
from protocolbuilder.errors import NotFound
from protocolbuilder.store import signing, signing_acts, signing_chasing, signing_passing
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.law_records import blank, day, text
from protocolbuilder.web.means import actor, means
from protocolbuilder.web.opened import open_issued
from protocolbuilder.web.running import now, session

blueprint = Blueprint("signing_asked", __name__, url_prefix="/agreements/<ref>/versions/<int:number>/signatures")

Answer = str | tuple[str, int] | Response


def _of_this(ref: str, number: int, asked: int) -> Request:
    """Raises NotFound, and Settled when nothing can be done about it any more."""
    found = signing.load(session(), asked)
    if (found.ref, found.number) != (ref, number):
        raise NotFound("There is no such request to sign.")
    signing.refuse_settled(found)
    return found


@blueprint.get("/<int:asked>/address")
def ask_for_address(ref: str, number: int, asked: int) -> str:
    return _form("signing_address.html", ref, _of_this(ref, number, asked))


@blueprint.post("/<int:asked>/address")
def correct(ref: str, number: int, asked: int) -> Answer:
    """Another mail with another link goes there; the link before opens nothing any more."""
    found, email = _of_this(ref, number, asked), clean_email(request.form.get("email", ""))
    wrong = {"email": fault} if (fault := email_fault(email)) else {}
    if email == found.email and found.bounced_at is not None:
        wrong = {"email": "Enter another address: a mail to this one came back"}
    if not wrong and found.level == "strong" and mailboxes.is_shared(email):
        wrong = {"email": "Several people read this mailbox. Enter the address of the person"}
    doubts = (doubt,) if not wrong and (doubt := mailboxes.doubt(email)) else ()
    if wrong or (doubts and request.form.get("looked") != mark_of(doubts)):
        return _form("signing_address.html", ref, found, wrong=wrong, doubts=doubts), 422
    signing_passing.correct_address(session(), asked, email, by=actor(), at=now(), means=means())
    flash(f"{found.name} is asked again, at {email}. The link before does not work any more.")
    return _back(ref, number)


@blueprint.get("/<int:asked>/away")
def ask_for_away(ref: str, number: int, asked: int) -> str:
    return _form("signing_away.html", ref, _of_this(ref, number, asked))


@blueprint.post("/<int:asked>/away")
def away(ref: str, number: int, asked: int) -> Answer:
    """Without a day they are back."""
    found, until = _of_this(ref, number, asked), day("until")
    wrong = {}
    if not blank("until") and until is None:
        wrong["until"] = "Enter a real day, for example 30 9 2026"
    elif until is not None and until < day_of(now()):
        wrong["until"] = "Enter today or a later day, or leave it empty if they are back"
    if wrong:
        return _form("signing_away.html", ref, found, wrong=wrong), 422
    signing_chasing.away(session(), asked, until, by=actor(), at=now(), means=means())
    flash(f"{found.name} is not reminded before that day has passed." if until else f"{found.name} is back.")
    return _back(ref, number)


@blueprint.get("/<int:asked>/cancel")
def ask_to_cancel(ref: str, number: int, asked: int) -> str:
    return _form("signing_cancel.html", ref, _of_this(ref, number, asked))


@blueprint.post("/<int:asked>/cancel")
def cancel(ref: str, number: int, asked: int) -> Answer:
    found, why = _of_this(ref, number, asked), text("why")
    if not why or len(why) > 500:
        wrong = {"why": "Enter why they are asked no longer, in 500 characters at most"}
        return _form("signing_cancel.html", ref, found, wrong=wrong), 422
    signing_acts.cancel(session(), asked, why, by=actor(), at=now(), means=means())
    flash(f"{found.name} is asked no longer. The link that was sent does not work any more.")
    return _back(ref, number)


def _back(ref: str, number: int) -> Response:
    return redirect(url_for("signing_chase.show", ref=ref, number=number), 303)


def _form(
    template: str, ref: str, found: Request, *, wrong: dict[str, str] | None = None, doubts: tuple[str, ...] = ()
) -> str:
    return render_template(
        template, opened=open_issued(ref, found.number), asked=found, wrong=wrong or {}, doubts=doubts,
        looked=mark_of(doubts), typed=request.form, place="agreements",
    )  # fmt: skip
