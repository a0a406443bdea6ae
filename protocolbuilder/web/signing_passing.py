"""Passing a request to sign on to a colleague of the same organisation, who gets a mail with a link of their own."""

from __future__ import annotations

from flask import redirect, request

from protocolbuilder.domain.signing import Signatory, signatory_faults
from protocolbuilder.errors import Frozen, Settled
from protocolbuilder.store import signing_passing
from protocolbuilder.web.limiting import take
from protocolbuilder.web.means import means
from protocolbuilder.web.running import SAFE, now, session
from protocolbuilder.web.signing_pages import Page, elsewhere, over, show
from protocolbuilder.web.signing_seat import details, seat

WORDS = ("name", "post", "email")


def pass_on(id: int) -> Page:
    at = seat(id)
    if at.method and at.request.state == "passed on":
        return redirect(at.base, 303)
    if not at.may_act:
        return elsewhere(at)
    typed = {name: " ".join(request.form.get(name, "").split()) for name in WORDS}
    if request.method in SAFE:
        return show(at, "signing_pass.html", typed=typed, wrong={})
    to = Signatory(at.request.party, **typed)
    wrong = signatory_faults(to)
    if not wrong:
        take("signing passed on", of=f"request {id}")
        try:
            signing_passing.pass_on(session(), id, to, at=now(), means=means(), details=details())
            return redirect(at.base, 303)
        except Settled:
            return over(at)
        except Frozen as error:
            wrong["email"] = error.text
    return show(at, "signing_pass.html", typed=typed, wrong=wrong), 422
