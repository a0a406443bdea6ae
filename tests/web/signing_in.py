"""People of a copy for tests: made in the store, signed in through the store or by the pages as a person would."""

from __future__ import annotations

import itertools
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask
from flask import Flask
from flask.testing import FlaskClient

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import DUTIES, Person
from protocolbuilder.settings import MailSettings, Settings
from protocolbuilder.store import accounts, memberships, organisations, outbox, people, sessions
from protocolbuilder.store.engine import reading, writing
from protocolbuilder.web.accounts import authenticator, digest, hashed
from protocolbuilder.web.app import create_app
from protocolbuilder.work.mail import handler
from protocolbuilder.work.queue import Queue
from tests.work.mail_server import Mailbox, free_port, listening

PASSWORD = "otter lamp violin"
JO = "Jo Green, information governance manager"
_numbers = itertools.count(1)


def cheap(instance: Path, migrated: Path | None, clock: Clock, *, address: str = "") -> Flask:
    """A copy of its own, whose hashes cost next to nothing. `migrated` is a database to begin with."""
    numbers = itertools.count(1)
    if migrated is not None:
        shutil.copy(migrated, instance / "protocolbuilder.sqlite3")
    settings = Settings(instance=instance, address=address, argon2_rounds=1, argon2_memory_kib=8)
    made = create_app(settings, clock=clock, new_id=lambda: f"i{next(numbers)}")
    made.testing = True
    return made


def somebody(
    app: Flask, name: str = "Jo Green", post: str = "information governance manager", *,
    roles: Iterable[str] = ("igm", "admin"), organisation: str = "", email: str = "", password: str = "",
    sample: bool = False,
) -> Person:  # fmt: skip
    """A person of the first organisation of this copy, or of the one that is named; made when there is none."""
    copy = app.extensions["protocolbuilder"]
    at = copy.clock()
    with app.app_context(), writing(copy.database) as session:
        body = organisations.load(session, organisation) if organisation else organisations.first(session)
        if body is None:
            new = Organisation(
                "", "Northshire County Council", agency_types=("la",), sector="local-government", nation="england",
                sample=sample,
            )  # fmt: skip
            body = organisations.add(session, new, by="", at=at, new_id=copy.new_id)
        address = email or f"person{next(_numbers)}@northshire.example"
        made = people.add(session, Person("", name, post, address, sample=sample), by="", at=at, new_id=copy.new_id)
        memberships.begin(session, made.id, body.id, roles=roles, by="", at=at)
        if password:
            accounts.open_for(session, made.id, uniquifier=secrets.token_hex(8), handle=secrets.token_hex(8))
            accounts.set_password(session, made.id, password=hashed(password), uniquifier=secrets.token_hex(8), at=at)
    return made


def with_app(app: Flask, person: Person) -> str:
    """Gives the person an authenticator app; its secret."""
    with app.app_context(), writing(app.extensions["protocolbuilder"].database) as session:
        secret = authenticator().generate_totp_secret()
        accounts.set_totp(session, person.id, secret=secret, counter=-1)
    return secret


def code(app: Flask, secret: str, *, at: datetime) -> str:
    """What the app shows at a moment."""
    with app.app_context():
        return str(authenticator()._totp.from_source(secret).generate(time=at).token)


def named(app: Flask, name: str) -> Person:
    """The person of this name ("Jo Green, information governance manager"), who may do everything; made when new."""
    called, _, post = name.partition(", ")
    email = f"{'.'.join(called.casefold().split())}@northshire.example"
    with reading(app.extensions["protocolbuilder"].database) as session:
        found = people.by_email(session, email)
    return found or somebody(app, called, post, email=email, roles=DUTIES)


def sign_in(app: Flask, client: FlaskClient, person: Person) -> int:
    """Wholly and freshly, without the pages. The number of the session."""
    number, token = _begun(app, person)
    with client.session_transaction() as kept:
        kept["sign_in"] = token
    return number


@contextmanager
def asking(app: Flask, name: str = JO) -> Iterator[None]:
    """In a request of this person, as the modules of the web see it."""
    _, token = _begun(app, named(app, name))
    with app.test_request_context():
        flask.session["sign_in"] = token
        yield


def _begun(app: Flask, person: Person) -> tuple[int, str]:
    """(number, token) of a whole session."""
    copy, token = app.extensions["protocolbuilder"], secrets.token_urlsafe(32)
    at = copy.clock()
    with app.app_context(), writing(copy.database) as session:
        number = sessions.begin(
            session, digest("session", token), person=person.id, stage="whole", device="A test", at=at, proved=at
        )
    return number, token


def mails(app: Flask) -> list[outbox.Mail]:
    """Those that wait, oldest first."""
    with reading(app.extensions["protocolbuilder"].database) as session:
        return list(reversed(outbox.listed(session, "queued")))


def arrived(app: Flask) -> list[str]:
    """What a worker sends now: the text of each mail as it comes to a mail server, oldest first."""
    copy, box = app.extensions["protocolbuilder"], Mailbox()
    to = MailSettings(host="localhost", port=free_port(), sender="isa@isa.example", security="none")
    with listening(box, None, port=to.port):
        Queue(copy.database, {outbox.KIND: handler(to, str(app.secret_key))}, copy.clock).run_due()
    return [str(message.get_content()) for message in box.arrived]


def link_in(text: str) -> str:
    """The path of the link that a mail tells."""
    found = re.search(r"https?://[^/\s]+(/(?:join|sign-in/link|sign)/\S+)", text)
    assert found, text
    return found[1]


@dataclass
class Clock:
    """Stands still until it is put forward."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class Browser:
    """A client that sends forms with the token of the page it saw last."""

    client: FlaskClient
    text: str = ""
    status: int = 0
    to: str = ""
    headers: Any = field(default_factory=dict)

    def get(self, address: str) -> Browser:
        return self._seen(self.client.get(address))

    def post(self, address: str, **fields: str) -> Browser:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)
        if token is None:
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get("/sign-in/forgotten").text)
        assert token
        return self._seen(self.client.post(address, data={"csrf_token": token[1], **fields}))

    def follow(self) -> Browser:
        """Where the last answer leads to."""
        assert self.status in (302, 303), self.status
        return self.get(self.to)

    @property
    def h1(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    def _seen(self, answer: Any) -> Browser:
        self.status, self.to, self.headers = answer.status_code, answer.headers.get("Location", ""), answer.headers
        self.text = answer.text
        return self
