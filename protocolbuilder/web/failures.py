"""Every failure a page may end in, once: its status, and what it tells the person about their answers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from protocolbuilder.errors import (
    BadAddress,
    BadFile,
    Busy,
    CannotKeep,
    Conflict,
    Damaged,
    Forbidden,
    Frozen,
    Full,
    NotFound,
    ProtocolBuilderError,
    TooMany,
)
from protocolbuilder.web.access import carried_fields
from protocolbuilder.web.recording import request_id
from protocolbuilder.web.running import now

_log = logging.getLogger(__name__)

STATUS: dict[type[ProtocolBuilderError], int] = {
    NotFound: 404,
    BadAddress: 404,
    Conflict: 409,
    Frozen: 409,
    Forbidden: 403,
    BadFile: 422,
    Full: 413,
    Damaged: 500,
    Busy: 503,
    CannotKeep: 503,
}
"""The nearest class of an error decides; any other of our errors is a 500."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`answers` says what happened to what the person typed or saved."""

    title: str
    answers: str


KEPT = "Everything you saved is still there."
FAILURES = {
    400: Failure("We could not read that page", f"{KEPT} What was on the last page was not saved."),
    401: Failure("You are signed out", f"{KEPT} Sign in and do it again."),
    403: Failure(
        "You cannot do that here",
        "Nothing was changed. If this is part of your work, ask an administrator of your organisation for the role.",
    ),
    404: Failure("Page not found", f"{KEPT} If you typed the address, check it is right."),
    405: Failure("That page cannot be used this way", f"{KEPT} Nothing was changed."),
    409: Failure("Somebody else changed this meanwhile", f"{KEPT} Your last change was not saved over theirs."),
    413: Failure(
        "The file or text is too large", f"{KEPT} Nothing you sent was saved: choose a smaller one or send less."
    ),
    422: Failure("We could not use that file", f"{KEPT} Nothing of the file was saved."),
    429: Failure("You have done this too often", f"{KEPT} Nothing was done this time: wait a few minutes."),
    500: Failure(
        "Something went wrong on this machine",
        f"{KEPT} What was on the last page may not be: go back, copy what you typed, and try again.",
    ),
    503: Failure("The service is not available", f"{KEPT} Wait a minute and try again."),
}
NO_SPACE = Failure("There is no space for another file", f"{KEPT} Nothing was changed.")
NOT_NOW = Failure("That cannot be done as it stands now", f"{KEPT} Nothing was changed.")


def page(
    status: int, text: str = "", *, failure: Failure | None = None, typed: Sequence[tuple[str, str]] = ()
) -> Response:
    """The failure (that of the status, unless another is given) as a page, with what was `typed` to copy, or as
    `application/problem+json` (RFC 9457) to a script that asks for JSON."""
    failure = failure or FAILURES.get(status, FAILURES[500 if status >= 500 else 400])
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify(type="about:blank", title=failure.title, status=status, detail=text or failure.answers,
                         request=request_id())  # fmt: skip
        answer.mimetype = "application/problem+json"
    else:
        told = render_template("failure.html", failure=failure, text=text, typed=typed)
        answer = Response(told, mimetype="text/html")
    answer.status_code = status
    return answer


def _later(error: TooMany) -> Response:
    """When to come back, in words and as Retry-After (seconds); what was typed goes along."""
    wait = error.again - now()
    if request.accept_mimetypes.best == "application/json":
        answer = page(429, f"{error.text} {FAILURES[429].answers}")
    else:
        from_ = error.again + timedelta(minutes=1, microseconds=-1)  # a clock shows minutes that have begun
        back = {"to": request.full_path.rstrip("?"), "carried": carried_fields(), "files": bool(request.files)}
        told = {"from_": from_, "soon": wait < timedelta(hours=6), "sends": request.method == "POST", **back}
        answer = Response(render_template("too_many.html", error=error, **told), 429, mimetype="text/html")
    answer.headers["Retry-After"] = str(max(1, ceil(wait.total_seconds())))
    return answer


def answer_failures(app: Flask) -> None:
    """Registers one handler for our tree of errors, one for HTTP's, one for a form that is too old to be trusted."""

    @app.errorhandler(ProtocolBuilderError)
    def ours(error: ProtocolBuilderError) -> Response:
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
        if status >= 500:
            _log.error("%s", type(error).__name__, exc_info=error)
        failure = NOT_NOW if isinstance(error, Frozen) else NO_SPACE if isinstance(error, Full) else None
        return page(status, error.text, failure=failure, typed=carried_fields() if isinstance(error, Frozen) else ())

    @app.errorhandler(TooMany)
    def too_often(error: TooMany) -> Response:
        return _later(error)

    @app.errorhandler(CSRFError)
    def too_old(_error: CSRFError) -> Response:
        if request.accept_mimetypes.best == "application/json":
            return page(400, "This page is too old to save by itself. Use its button.")
        to = request.full_path.rstrip("?")
        again = render_template("again.html", to=to, carried=carried_fields(), files=bool(request.files))
        return Response(again, 400, mimetype="text/html")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if isinstance(error, SecurityError):  # this machine by a name that is not its own: no page of ours
            return Response("This copy answers only to 127.0.0.1 and localhost.", 400, mimetype="text/plain")
        if error.response is not None:
            return page(getattr(error.response, "status_code", 500))
        return page(error.code or 500)
