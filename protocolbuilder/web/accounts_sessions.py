"""The session of whoever sits at this browser. The only module that begins or ends one.

Its token stands in the signed cookie; the session itself is a row of the store, so what ended there is over at once,
whatever cookie is sent again. A token is made anew at sign-in and whenever somebody proves more than before.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import flask
from flask import g, request

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import Membership, Person
from protocolbuilder.errors import CannotKeep
from protocolbuilder.store import memberships, organisations, people, sessions
from protocolbuilder.store.engine import Connection, reading, writing
from protocolbuilder.store.sessions import SignIn, Stage
from protocolbuilder.web.accounts import digest
from protocolbuilder.web.running import now, running, session

IDLE: Final = timedelta(minutes=60)
IDLE_ADMIN: Final = timedelta(minutes=30)
LOOK_AGAIN: Final = timedelta(minutes=1)
"""How long after one note of "last seen" the next is written: most pages that are read write nothing."""
KEPT: Final = "asked address link"
"""What is kept of a browser through signing in: a link that only whoever is signed in may use."""
PROVED: Final = "proved by"
"""What the cookie keeps of how it was shown last that it is them."""
Proof = Literal["passkey", "authenticator", "organisation", "sample"]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in, for which organisation and with which roles there. `fresh`: a second factor was given within
    ten minutes."""

    person: Person
    organisation: Organisation | None
    roles: frozenset[str]
    fresh: bool


@dataclass(frozen=True, slots=True)
class Here:
    """The session of this browser, half or whole, and whose it is. Somebody who is in several organisations
    (`memberships`, all that stand) has no organisation and no roles until they chose one."""

    sign_in: SignIn
    person: Person
    organisation: Organisation | None
    roles: frozenset[str]
    memberships: tuple[Membership, ...]

    @property
    def must_choose(self) -> bool:
        return self.sign_in.stage == "whole" and self.organisation is None and len(self.memberships) > 1


def here() -> Here | None:
    """Looked up once a request. A session that was idle for too long is over, also while nobody has ended it."""
    if "here" not in g:
        token = flask.session.get("sign_in", "")
        g.here = _found(str(token)) if token else None
    found: Here | None = g.here
    return found


def known() -> str:
    """The id of whose session it is, "" when nobody's, as far as this request found out: the database is not asked."""
    found: Here | None = g.get("here")
    return found.person.id if found else ""


def signed() -> Signed | None:
    """None: nobody, or somebody whose second factor is still asked for."""
    found = here()
    if found is None or found.sign_in.stage != "whole":
        return None
    return Signed(found.person, found.organisation, found.roles, found.sign_in.is_fresh(now()))


def half() -> Here | None:
    """Whose password was right, and whose second factor is asked for."""
    found = here()
    return found if found is not None and found.sign_in.stage == "half" else None


def begin_half(person: str) -> None:
    _begin(person, stage="half")


def begin_whole(person: str, *, by: Proof) -> None:
    """Two factors were given, or what stands for them."""
    _begin(person, stage="whole")
    flask.session[PROVED] = by


def rise(by: Proof | None = None) -> None:
    """A second factor was given in this session: it goes on under a new token, whole and fresh. `by`: None where how
    it was shown stays as it was."""
    found = here()
    if found is None:
        raise RuntimeError("no session to go on with")
    token = secrets.token_urlsafe(32)
    sessions.rise(session(), found.sign_in.number, digest("session", token), at=now())
    _keep(token)
    if by:
        flask.session[PROVED] = by


def proved_by() -> Proof:
    """How whoever is signed in showed last that it is them."""
    found: Proof = flask.session.get(PROVED, "authenticator")
    return found


def choose(organisation: str) -> None:
    """The session goes on for this one of the person's organisations, under a new token."""
    found = here()
    if found is None:
        raise RuntimeError("no session to go on with")
    token = secrets.token_urlsafe(32)
    sessions.choose(session(), found.sign_in.number, digest("session", token), organisation=organisation)
    _keep(token)


def end(why: str = "signed out") -> None:
    found = here()
    if found is not None:
        sessions.end(session(), found.sign_in.number, person=found.person.id, why=why, at=now())
    flask.session.clear()
    g.here = None


def idle_of(roles: frozenset[str]) -> timedelta:
    return IDLE_ADMIN if "admin" in roles else IDLE


def device() -> str:
    """The browser and system as it names them, in a few words a person knows again."""
    said = request.headers.get("User-Agent", "")
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if re.search(rf"{mark}/", said)), "A browser")
    system = next((name for mark, name in systems if mark in said), "")
    return f"{browser} on {system}" if system else browser


def _begin(person: str, *, stage: Stage) -> None:
    if here() is not None:
        end("signed in again")
    link = flask.session.get(KEPT)
    flask.session.clear()
    if link:
        flask.session[KEPT] = link
    token, at = secrets.token_urlsafe(32), now()
    proved = at if stage == "whole" else None
    sessions.begin(
        session(), digest("session", token), person=person, stage=stage, device=device(), at=at, proved=proved
    )
    _keep(token)


def _keep(token: str) -> None:
    """The token of forms is made anew with that of the session."""
    flask.session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    flask.session["sign_in"] = token
    g.here = _in(session(), token)


def _found(token: str) -> Here | None:
    database, at = running().database, now()
    with reading(database) as session:
        found = _in(session, token)
    if found is None or not found.person.active or found.sign_in.is_over(at, idle=idle_of(found.roles)):
        return None
    if at - found.sign_in.seen_at >= LOOK_AGAIN:
        try:
            with writing(database) as session:
                sessions.seen(session, found.sign_in.number, at=at)
        except CannotKeep:  # what is there can still be read
            pass
    return found


def _in(session: Connection, token: str) -> Here | None:
    sign_in = sessions.find(session, digest("session", token))
    if sign_in is None:
        return None
    person = people.by_id(session, [sign_in.person]).get(sign_in.person)
    if person is None:  # erased
        return None
    held = memberships.now_of(session, person.id)
    chosen = held if len(held) == 1 else [one for one in held if one.organisation == sign_in.organisation]
    organisation = organisations.load(session, chosen[0].organisation) if chosen else None
    return Here(sign_in, person, organisation, chosen[0].roles if chosen else frozenset(), held)
