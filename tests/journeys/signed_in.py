"""Lets a person of a journey in, without the pages of signing in: those have a journey of their own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import DUTIES, Person
from protocolbuilder.settings import Settings
from protocolbuilder.store import memberships, organisations, people, sessions
from protocolbuilder.store.engine import Connection, engine, writing
from protocolbuilder.web.accounts import digest
from tests.browser import Server

NAME = "Jo Green, information governance manager"


def sign_in(page: Page, server: Server, name: str = NAME, *, roles: Collection[str] = tuple(DUTIES)) -> None:
    """As the person of this name and post, who belongs to the organisation that owns the sample; made when new."""
    _let_in(page, server, lambda session, at: _person(session, name, roles=roles, at=at))


def sign_in_as(page: Page, server: Server, email: str) -> None:
    """As somebody who is there, for instance of the sample."""

    def known(session: Connection, _at: datetime) -> Person:
        found = people.by_email(session, email)
        assert found
        return found

    _let_in(page, server, known)


def _let_in(page: Page, server: Server, who: Callable[[Connection, datetime], Person]) -> None:
    settings, token = Settings(instance=server.instance), secrets.token_urlsafe(32)
    copy = Flask("protocolbuilder")
    copy.secret_key = (server.instance / "secret-key").read_text(encoding="ascii").strip()
    database, at = engine(settings.database()), datetime.now(UTC)
    with copy.app_context(), writing(database) as session:
        person = who(session, at)
        sessions.begin(
            session, digest("session", token), person=person.id, stage="whole", device="A journey", at=at, proved=at
        )
    database.dispose()
    signer = SecureCookieSessionInterface().get_signing_serializer(copy)
    assert signer
    host = urlsplit(server.address).hostname
    cookie = {"name": "protocolbuilder", "value": signer.dumps({"sign_in": token}), "domain": host, "path": "/"}
    page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[list-item]


def _person(session: Connection, name: str, *, roles: Collection[str], at: datetime) -> Person:
    called, _, post = name.partition(", ")
    email = f"{'.'.join(called.casefold().split())}@northshire.example"
    if found := people.by_email(session, email):
        return found
    body = organisations.first(session)
    if body is None:
        new = Organisation(
            "", "Northshire County Council", agency_types=("la",), sector="local-government", nation="england"
        )
        body = organisations.add(session, new, by="", at=at, new_id=lambda: secrets.token_hex(5))
    made = people.add(session, Person("", called, post, email), by="", at=at, new_id=lambda: secrets.token_hex(5))
    memberships.begin(session, made.id, body.id, roles=roles, by="", at=at)
    return made
