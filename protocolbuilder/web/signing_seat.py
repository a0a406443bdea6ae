"""Who sits at this browser for a request to sign: whoever opened the link that was mailed, or whoever is asked and is
signed in. Each page of signing stands at two addresses, one for either, and asks here before it shows anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import flask
from flask import request

from protocolbuilder.domain.signing import Method, Request
from protocolbuilder.domain.trail import Event
from protocolbuilder.errors import NotFound
from protocolbuilder.store import sign_in_codes, signing, signing_acts
from protocolbuilder.web.access import visitor
from protocolbuilder.web.accounts import digest
from protocolbuilder.web.accounts_sessions import proved_by
from protocolbuilder.web.means import means
from protocolbuilder.web.running import now, session

BY_LINK: Final = "signing_link"
"""The name of the blueprint of those who come by a link."""
FRESH: Final = timedelta(hours=1)
"""How long a code that was given serves for reading and signing."""
LINKS: Final = "signing links"
"""Request -> the token of its link, in the signed cookie of this browser: it leaves the address at once."""
PROOFS: Final = "signing proofs"
"""Request -> [whose mailbox the code came to, when it was given as seconds], in the same cookie."""
MOST: Final = 5
DEAD: Final = "This link does not work, or no longer does. Use the link of the newest mail, or ask whoever sent it."
NOT_YOURS: Final = "There is no request for you to sign here. One that was sent to a colleague opens for them alone."


@dataclass(frozen=True, slots=True)
class Seat:
    """`base` is where the pages of this request stand. `works`: the link does, or they are signed in. `method`: how
    they showed that they are whoever is asked; None when they did not yet."""

    request: Request
    base: str
    works: bool
    method: Method | None
    by_link: bool

    @property
    def may_read(self) -> bool:
        """The text, while it can be signed and after it was."""
        return self.method is not None and (self.request.open or self.request.state == "signed")

    @property
    def may_act(self) -> bool:
        return self.method is not None and self.request.open


def seat(id: int) -> Seat:
    """Raises NotFound for whoever is not asked."""
    return _of_link(id) if request.blueprint == BY_LINK else _of_person(id)


def keep_link(token: str) -> int:
    """The link is kept in this browser, and nothing is spent: the id of the request it is for. Raises NotFound."""
    code = sign_in_codes.was(session(), "signing", digest("signing", token))
    if code is None:
        raise NotFound(DEAD)
    kept: dict[str, str] = {id: one for id, one in _kept(LINKS).items() if id != code.about}
    flask.session[LINKS] = {**dict(list(kept.items())[1 - MOST :]), code.about: token}
    return int(code.about)


def prove(asked: Request) -> None:
    """A code that came to the mailbox of whoever is asked was given here."""
    kept = {id: one for id, one in _kept(PROOFS).items() if id != str(asked.id)}
    proof = [asked.person, int(now().timestamp())]
    flask.session[PROOFS] = {**dict(list(kept.items())[1 - MOST :]), str(asked.id): proof}


def details() -> dict[str, str]:
    """Where an act came from, for the evidence. It stands in no line of the trail."""
    return {"address": request.remote_addr or "", "browser": request.headers.get("User-Agent", "")[:300]}


def noted(asked: Request, event: Event, **said: str) -> None:
    """A line of the trail about what they did besides acting on the request."""
    signing_acts.noted(session(), asked.id, event, at=now(), means=means(), data=said, details=details())


def opened(asked: Request) -> None:
    """The summary is before them."""
    if asked.open:
        signing_acts.opened(session(), asked.id, at=now(), means=means(), details=details())
    noted(asked, "document.viewed", view="summary")


def _of_person(id: int) -> Seat:
    there, found = visitor(), signing.load(session(), id)
    if there is None or there.person.id != found.person:
        raise NotFound(NOT_YOURS)
    method: Method = "sample" if there.person.sample else proved_by()
    return Seat(found, f"/sign/request/{id}", works=True, method=method, by_link=False)


def _of_link(id: int) -> Seat:
    token = _kept(LINKS).get(str(id), "")
    mark = digest("signing", str(token))
    code = sign_in_codes.was(session(), "signing", mark) if token else None
    if code is None or code.about != str(id):
        raise NotFound(DEAD)
    found = signing.load(session(), id)
    works = sign_in_codes.look(session(), "signing", mark, at=now()) is not None
    return Seat(found, f"/sign/link/{id}", works=works, method="code" if _proved(found) else None, by_link=True)


def _proved(asked: Request) -> bool:
    person, seconds = _kept(PROOFS).get(str(asked.id), ("", 0))
    return person == asked.person and timedelta(0) <= now() - datetime.fromtimestamp(seconds, UTC) <= FRESH


def _kept(name: str) -> dict[str, Any]:
    found: dict[str, Any] = flask.session.get(name, {})
    return found
