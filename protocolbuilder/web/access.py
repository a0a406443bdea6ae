"""Who is at this browser, and the small things that every page which asks for them needs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, request

from protocolbuilder.store.register import register
from protocolbuilder.web.accounts_sessions import Signed, signed
from protocolbuilder.web.running import running, session

__all__ = ["Signed", "visitor", "who"]

blueprint = Blueprint("access", __name__)

NOT_CARRIED = frozenset({"csrf_token", "password", "current", "code"})


def visitor() -> Signed | None:
    """Who is signed in; None when nobody is."""
    return signed()


def who() -> str:
    """The name and post of who is signed in: every change is recorded with them. "" when nobody is."""
    there = visitor()
    return there.person.signature if there else ""


def tell_pages(app: Flask) -> None:
    """Every page knows who looks at it."""

    @app.context_processor
    def give() -> dict[str, Any]:
        return {"who": who(), "visitor": visitor(), "alone": not running().settings.address}


def local_path(address: str) -> str:
    """The same address if it is a path of this program, else "/": a link may not lead away from it."""
    starts_well = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if starts_well and address.isprintable() else "/"


def carried_fields() -> list[tuple[str, str]]:
    """What was posted, to be posted again by the next page. Files cannot be carried, and no secret is."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """For whatever watches this process: it answers, and its database can be read."""
    register(session(), limit=1, of=None)
    return {"status": "ok"}
