"""What every page of signing shows beside its own: what is asked, by whom, and what became of it where it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.signing import LEVELS, METHODS, Request
from protocolbuilder.domain.signing_letters import URGENT
from protocolbuilder.store import accounts, agreements, signatures, signing, versions
from protocolbuilder.store.register import title_of
from protocolbuilder.store.versions import Version
from protocolbuilder.web.access import carried_fields
from protocolbuilder.web.means import means
from protocolbuilder.web.running import SAFE, session
from protocolbuilder.web.signing_seat import Seat

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Subject:
    """`title` as the version says it, `asker` the name and organisation of whoever asks, `host` of this copy."""

    title: str
    asker: str
    host: str
    version: Version
    latest: int


def subject(asked: Request) -> Subject:
    draft = agreements.load(session(), asked.ref)
    said = versions.issued_agreement(session(), asked.ref, asked.number)
    asker = signing.about(session(), draft, means=means(), by=asked.invited_by).asker
    version = versions.version(session(), asked.ref, asked.number)
    return Subject(title_of(said) or asked.ref, asker, urlsplit(means().site).netloc, version, draft.issued or 0)


def show(at: Seat, template: str, **words: Any) -> str:
    return render_template(
        template, at=at, asked=at.request, about=subject(at.request), urgent=URGENT, levels=LEVELS, methods=METHODS,
        place="sign", **words,
    )  # fmt: skip


def elsewhere(at: Seat) -> Page:
    """Where they cannot do it, or no longer: where to begin, or what became of the request with what they typed."""
    return redirect(at.base, 303) if request.method in SAFE else over(at)


def over(at: Seat) -> tuple[str, int]:
    """An act came too late: what became of the request, and what they typed, to be copied."""
    return became(at, typed=[pair for pair in carried_fields() if pair[1]]), 409


def became(at: Seat, *, typed: list[tuple[str, str]] | None = None) -> str:
    """The page of a link that opens nothing more, and of an act that came too late."""
    asked = signing.load(session(), at.request.id)
    words = [(name, value) for name, value in typed or () if name not in ("shown", "request", "more", *_TICKS)]
    return render_template(
        "signing_became.html", at=at, asked=asked, about=subject(asked), urgent=URGENT, place="sign", typed=words,
        late=typed is not None, receipt=signatures.of_request(session(), asked.id), onward=_after(asked),
    )  # fmt: skip


def has_account(asked: Request) -> bool:
    """Whether whoever is asked can sign in here: then they do, and no code is sent."""
    return bool(accounts.able(session(), [asked.person]))


def _after(asked: Request) -> Request | None:
    """Whom it was passed on to."""
    every = signing.of_version(session(), asked.ref, asked.number)
    return next((one for one in every if one.passed_from == asked.id), None)


_TICKS = ("read", "signature")
