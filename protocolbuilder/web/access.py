"""Who is changing an agreement. Until people have accounts it is a name they type, kept in their own browser."""

from __future__ import annotations

from typing import Any

import flask
from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.web.accounts_sessions import Signed, signed

__all__ = ["Signed", "visitor", "who"]

blueprint = Blueprint("access", __name__)

LONGEST = 200
OPEN = frozenset({"access.who_are_you", "access.healthz", "static"})
"""These need no name. Everything else that is read needs none either; everything that changes does."""
NOT_CARRIED = frozenset({"csrf_token", "who_name", "password", "current", "code"})


def visitor() -> Signed | None:
    """Who is signed in; None when nobody is."""
    return signed()


def who() -> str:
    """The name and post of who is signed in, or those that were typed; "" when neither is known."""
    there = visitor()
    return there.person.signature if there else str(flask.session.get("who", ""))


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]


def remember(name: str) -> None:
    flask.session["who"] = name
    flask.session.permanent = True


def local_path(address: str) -> str:
    """The same address if it is a path of this program, else "/": a link may not lead away from it."""
    starts_well = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if starts_well and address.isprintable() else "/"


def ask_once(app: Flask) -> None:
    """A change needs a name. A change sent without one is carried through the question, so nothing typed is lost."""

    @app.before_request
    def ask() -> tuple[str | dict[str, str], int] | None:
        if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint in OPEN or who():
            return None
        if (request.blueprint or "").startswith("accounts_"):
            return None
        if name := _clean(request.form.get("who_name", "")):
            remember(name)
            return None
        if request.accept_mimetypes.best == "application/json":
            return {"detail": "Your name and post are not known yet."}, 403
        return _page(to=request.full_path.rstrip("?"), carried=carried_fields(), asked="who_name" in request.form)

    @app.context_processor
    def give() -> dict[str, Any]:
        return {"who": who(), "visitor": visitor()}


def carried_fields() -> list[tuple[str, str]]:
    """What was posted, to be posted again by the next page. Files cannot be carried, and no secret is."""
    kept = ((name, value) for name, value in request.form.items(multi=True))
    return [(name, value) for name, value in kept if name not in NOT_CARRIED]


def _page(*, to: str, carried: list[tuple[str, str]], asked: bool) -> tuple[str, int]:
    page = render_template("who.html", to=to, carried=carried, asked=asked, files=bool(request.files))
    return page, 422 if asked else 403


@blueprint.route("/your-name", methods=["GET", "POST"])
def who_are_you() -> str | tuple[str, int] | Response:
    """Asked before the first change, and to change the name later."""
    next_page = local_path(request.values.get("next", "/"))
    if request.method != "POST":
        return render_template("who.html", to=url_for(".who_are_you", next=next_page), carried=[], asked=False)
    name = _clean(request.form.get("who_name", ""))
    if not name:
        return _page(to=url_for(".who_are_you", next=next_page), carried=[], asked=True)
    remember(name)
    flash(f"Your changes are recorded as made by {name}.")
    return redirect(next_page, 303)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """For whatever watches this process: it answers, and its database can be read."""
    from protocolbuilder.store.register import register
    from protocolbuilder.web.running import session

    register(session(), limit=1, of=None)
    return {"status": "ok"}
