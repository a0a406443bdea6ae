"""The code that is mailed to whoever opened a link to sign: it shows that the mailbox is theirs, for an hour."""

from __future__ import annotations

from flask import redirect, request

from protocolbuilder.domain.letter import Secret
from protocolbuilder.domain.signing import Request
from protocolbuilder.store import sign_in_codes, signing_acts
from protocolbuilder.web.accounts import digest, digits
from protocolbuilder.web.limiting import give_back, take
from protocolbuilder.web.means import means
from protocolbuilder.web.running import SAFE, keep_so_far, now, session
from protocolbuilder.web.signing_pages import Page, elsewhere, has_account, show
from protocolbuilder.web.signing_seat import Seat, noted, opened, prove, seat

WRONG = "Enter the eight digits of the newest mail. After five wrong ones, or half an hour, ask for another code"


def send_code(id: int) -> Page:
    at = seat(id)
    if not _may_ask(at):
        return elsewhere(at)
    take("signing code sent", of=f"request {id}")
    signing_acts.send_code(session(), id, at=now(), means=means())
    return redirect(f"{at.base}/code", 303)


def code(id: int) -> Page:
    at = seat(id)
    if not _may_ask(at):
        return elsewhere(at)
    if request.method in SAFE:
        return show(at, "signing_code.html", wrong="")
    take("signing code", of=f"request {id}")
    if not _right(at.request, digits(request.form.get("code", ""))):
        sign_in_codes.guessed(session(), "signing code", person=at.request.person, at=now())
        noted(at.request, "authentication.failed", method="code")
        keep_so_far()
        return show(at, "signing_code.html", wrong=WRONG), 422
    give_back("signing code", of=f"request {id}")
    prove(at.request)
    noted(at.request, "signatory.authenticated", method="code", level="standard")
    opened(at.request)
    return redirect(f"{at.base}/summary", 303)


def _may_ask(at: Seat) -> bool:
    """Whoever must sign in anyway is sent no code."""
    return at.request.open and at.works and not (at.request.level == "strong" and has_account(at.request))


def _right(asked: Request, said: str) -> bool:
    """The code works once, for this request alone."""
    mark = digest("signing code", sign_in_codes.mailed(Secret("signing code", asked.person), said))
    found = sign_in_codes.look(session(), "signing code", mark, at=now())
    if found is None or found.about != str(asked.id):
        return False
    return sign_in_codes.spend(session(), "signing code", mark, at=now()) is not None
