"""Signing an agreement: from the link of a mail, or from the list of what awaits somebody, to the receipt. Looking
spends nothing and signs nothing; the same act once more gives the same receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.signing import STATEMENTS, Intention, Method, intention_faults, level_reached, suffices
from protocolbuilder.errors import Settled, Superseded
from protocolbuilder.store import signatures, signing_acts
from protocolbuilder.web.means import means
from protocolbuilder.web.running import SAFE, now, session
from protocolbuilder.web.signing_code import code, send_code
from protocolbuilder.web.signing_declining import decline
from protocolbuilder.web.signing_pages import Page, became, elsewhere, has_account, over, show
from protocolbuilder.web.signing_passing import pass_on
from protocolbuilder.web.signing_pdf import ask_for_pdf, open_pdf, pdf, pdf_file
from protocolbuilder.web.signing_read import file, open_file, open_text, summary, text
from protocolbuilder.web.signing_seat import BY_LINK, Seat, details, keep_link, opened, seat

blueprint = Blueprint("signing", __name__)
by_link = Blueprint(BY_LINK, __name__, url_prefix="/sign/link/<int:id>")
by_person = Blueprint("signing_person", __name__, url_prefix="/sign/request/<int:id>")


@blueprint.get("/sign/<token>")
def land(token: str) -> Response:
    """Takes the token out of the address. A scanner of mails that opens the link does no harm."""
    return redirect(f"/sign/link/{keep_link(token)}", 303)


def start(id: int) -> Page:
    """Who asks, what, and why them; or what became of it."""
    at = seat(id)
    if not at.request.open or not (at.works or at.method):
        return became(at)
    return show(at, "signing_start.html", account=has_account(at.request))


def begin(id: int) -> Page:
    """Whoever is signed in begins to read: that is noted."""
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    opened(at.request)
    return redirect(f"{at.base}/summary", 303)


def statement(id: int) -> Page:
    """What they say when they sign, each tick by itself; and the signature."""
    at = seat(id)
    if at.method and signatures.of_request(session(), id):
        return redirect(f"{at.base}/receipt", 303)
    if not at.may_act:
        return elsewhere(at)
    assert at.method
    if not suffices(at.method, at.request.level):
        page = show(at, "signing_strong.html", account=has_account(at.request))
        return page if request.method in SAFE else (page, 403)
    if request.method in SAFE:
        return _statement(at, Intention(at.request.sha256, at.request.name, at.request.post, frozenset(), at.method))
    said = _said(at.method)
    wrong = intention_faults(said)
    if wrong and said.shown == at.request.sha256:
        return _statement(at, said, wrong=wrong), 422
    try:
        signing_acts.sign(session(), id, said, at=now(), means=means(), details=details())
    except (Settled, Superseded):
        return over(at)
    return redirect(f"{at.base}/receipt", 303)


def receipt(id: int) -> Page:
    """The same, however often it is looked at."""
    at = seat(id)
    made = signatures.of_request(session(), id)
    if made is None or at.method is None:
        return redirect(at.base, 303)
    waiting = len(signatures.missing(session(), made.ref, made.number))
    return show(at, "signing_receipt.html", made=made, waiting=waiting)


def _said(method: Method) -> Intention:
    words = {name: " ".join(request.form.get(name, "").split()) for name in ("name", "post")}
    longer = {name: request.form.get(name, "").strip() for name in ("authority", "reservation")}
    ticked = frozenset(id for id in STATEMENTS if request.form.get(id))
    return Intention(request.form.get("shown", ""), ticked=ticked, method=method, **words, **longer)


def _statement(at: Seat, said: Intention, *, wrong: dict[str, str] | None = None) -> str:
    return show(
        at, "signing_statement.html", said=said, wrong=wrong or {}, statements=STATEMENTS,
        typed={name: getattr(said, name) for name in ("name", "post", "authority", "reservation")},
        level=level_reached(said.method),
    )  # fmt: skip


PAGES: Final[tuple[tuple[str, Callable[..., Any], tuple[str, ...]], ...]] = (
    ("", start, ("GET",)),
    ("/open", begin, ("POST",)),
    ("/summary", summary, ("GET",)),
    ("/text", text, ("GET",)),
    ("/text/open", open_text, ("POST",)),
    ("/file", file, ("GET",)),
    ("/file/open", open_file, ("POST",)),
    ("/pdf", pdf, ("GET",)),
    ("/pdf/ask", ask_for_pdf, ("POST",)),
    ("/pdf/open", open_pdf, ("POST",)),
    ("/pdf/file", pdf_file, ("GET",)),
    ("/statement", statement, ("GET", "POST")),
    ("/receipt", receipt, ("GET",)),
    ("/decline", decline, ("GET", "POST")),
    ("/pass-on", pass_on, ("GET", "POST")),
)
"""Each stands at an address for whoever has the link, and at one for whoever is signed in."""
for rule, view, methods in PAGES:
    for each in (by_link, by_person):
        each.add_url_rule(rule, view.__name__, view, methods=methods)
by_link.add_url_rule("/code/send", "send_code", send_code, methods=("POST",))
by_link.add_url_rule("/code", "code", code, methods=("GET", "POST"))
