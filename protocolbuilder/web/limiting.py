"""How often an act may be done, asked before anything of it is begun. The counts are kept by the store."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from flask import Flask, current_app, request

from protocolbuilder.errors import TooMany
from protocolbuilder.store import limits
from protocolbuilder.store.engine import writing
from protocolbuilder.store.limits import Gate
from protocolbuilder.web.access import visitor
from protocolbuilder.web.running import keep_so_far, now, running, session

By = Literal["address", "account", "person", "everyone"]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So often in any such period: for the address a request comes from, the account it is about (whether there is one
    or not), the person who is signed in, or for all together."""

    times: int
    period: timedelta
    by: By


@dataclass(frozen=True, slots=True)
class Act:
    """`said` begins the sentence that tells that it was done too often."""

    said: str
    limits: tuple[Limit, ...]


ACTS: Final[Mapping[str, Act]] = {
    "sign-in": Act(
        "Signing in was tried",
        (Limit(10, 5 * MINUTE, "account"), Limit(10, 5 * MINUTE, "address"), Limit(1000, 5 * MINUTE, "everyone")),
    ),
    "passkey or provider": Act("Signing in was tried", (Limit(60, MINUTE, "address"),)),
    "second factor": Act(
        "Codes were entered", (Limit(5, 5 * MINUTE, "account"), Limit(20, HOUR, "account"), Limit(50, DAY, "account"))
    ),
    "reset": Act("A new password was asked for", (Limit(5, DAY, "account"), Limit(20, HOUR, "address"))),
    "mailed code": Act("Codes were asked for by mail", (Limit(3, 6 * HOUR, "account"), Limit(20, HOUR, "address"))),
    "invitation": Act("Invitations were opened", (Limit(30, MINUTE, "address"),)),
    "invitation sent": Act("People were asked to join", (Limit(200, DAY, "person"),)),
    "asked to sign": Act("People were asked to sign", (Limit(60, HOUR, "person"),)),
    "signing code sent": Act(
        "Codes were asked for", (Limit(5, 15 * MINUTE, "account"), Limit(60, HOUR, "address"))
    ),
    "signing code": Act("Codes were entered", (Limit(25, 15 * MINUTE, "account"), Limit(60, 15 * MINUTE, "address"))),
    "signing passed on": Act("Requests were passed on", (Limit(20, HOUR, "address"),)),
    "upload": Act("Files were sent", (Limit(20, MINUTE, "person"),)),
    "import": Act("Agreements were imported", (Limit(10, HOUR, "everyone"),)),
    "document": Act("Documents were asked for", (Limit(60, MINUTE, "person"),)),
    "slow document": Act("PDF files and packs were asked for", (Limit(20, MINUTE, "person"),)),
}
"""Precedents: Cyber Essentials (10 guesses in 5 minutes), the package index of Python, Documenso."""
SLOW: Final = (".pdf", ".zip")


def _document() -> str:
    return "slow document" if str((request.view_args or {}).get("kind", "")).endswith(SLOW) else "document"


LIMITED: Final[Mapping[tuple[str, str], Callable[[], str]]] = {
    ("GET", "accounts_joining.land"): lambda: "invitation",
    ("GET", "signing.land"): lambda: "invitation",
    ("POST", "signing_link.open_file"): lambda: "document",
    ("POST", "signing_person.open_file"): lambda: "document",
    ("POST", "signing_link.open_text"): lambda: "document",
    ("POST", "signing_person.open_text"): lambda: "document",
    ("POST", "signing_link.ask_for_pdf"): lambda: "slow document",
    ("POST", "signing_person.ask_for_pdf"): lambda: "slow document",
    ("POST", "signing_ask.invite_all"): lambda: "asked to sign",
    ("POST", "signing_ask.invite_one"): lambda: "asked to sign",
    ("POST", "signing_asked.correct"): lambda: "asked to sign",
    ("POST", "signing_paper.record_paper"): lambda: "upload",
    ("POST", "imports.read"): lambda: "upload",
    ("POST", "house_style.upload"): lambda: "upload",
    ("POST", "returned.take_in"): lambda: "upload",
    ("POST", "assurances.add"): lambda: "upload",
    ("POST", "assurances.change"): lambda: "upload",
    ("POST", "imports.save"): lambda: "import",
    ("GET", "documents.file"): _document,
    ("GET", "toolkit.file"): _document,
    ("GET", "comparing.tracked"): _document,
    ("POST", "slow.ask_of_draft"): lambda: "slow document",
    ("POST", "slow.ask_of_version"): lambda: "slow document",
    ("GET", "comparing.for_party_in_word"): _document,
}
"""Endpoint -> the act it is. HEAD counts as GET. Acts about an account call `take` themselves, before any hashing."""


def limit_acts(app: Flask) -> None:
    """Registered after what refuses a request without doing anything, and before what begins to do it."""

    @app.before_request
    def count() -> None:
        method = "GET" if request.method == "HEAD" else request.method
        if act := LIMITED.get((method, request.endpoint or "")):
            take(act())


def take(name: str, *, of: str = "") -> None:
    """Counts the act, `of` an account where it is about one. Raises TooMany when one of its limits is reached; then it
    is not counted. What the request wrote before is kept: who waits for itself to write would wait for ever."""
    gates = _gates(name, of)
    keep_so_far()
    with writing(running().database) as own:
        again = limits.take(own, gates, at=now())
    if again is not None:
        _log.warning("limit reached: %s", name)
        raise TooMany(f"{ACTS[name].said} too often in a short time.", again=again)


def give_back(name: str, *, of: str = "") -> None:
    """The act succeeded, and its limits are against those who guess: it does not count, if what follows is kept."""
    limits.give_back(session(), _gates(name, of), at=now())


def _gates(name: str, of: str) -> tuple[Gate, ...]:
    times = running().settings.limits_times
    return tuple(
        Gate(f"{name}, {limit.by}", _key(limit.by, of), limit.times * times, limit.period)
        for limit in ACTS[name].limits
        if of or limit.by != "account"
    )


def _key(by: By, of: str) -> str:
    """Stands for whoever asks without naming them: nobody can tell from it who it is without the key of this copy."""
    address = request.remote_addr or ""
    there = visitor()
    person = there.person.id if there else address
    whose = {"address": address, "account": of.strip().casefold(), "person": person, "everyone": ""}[by]
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"limit {by} {whose}".encode(), hashlib.sha256).hexdigest()
