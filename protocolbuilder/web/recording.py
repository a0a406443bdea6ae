"""One record in the log for each request: which page, how it ended, how long it took; nothing that a person typed."""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter
from typing import Final

import structlog
from flask import Flask, Response, g, request

from protocolbuilder.web.accounts_sessions import known

HEADER: Final = "X-Request-Id"
LOOKS_LIKE_ONE: Final = re.compile(r"[0-9a-f]{16,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ENDPOINT: Final = "none"

_log = logging.getLogger(__name__)


def request_id() -> str:
    """That of a proxy before us, if it is one; else one of our own. A person can quote it."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if LOOKS_LIKE_ONE.fullmatch(given) else secrets.token_hex(8)
    found: str = g.request_id
    return found


def endpoint() -> str:
    """The page by its name in the program: an address may hold somebody's id or a token."""
    return request.endpoint or NO_ENDPOINT


def method() -> str:
    return request.method if request.method in METHODS else "other"


def record_requests(app: Flask) -> None:
    """Registered before all that may change an answer: so it begins first, and sees the answer last."""

    @app.before_request
    def begin() -> None:
        g.begun = perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id())

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        level = logging.INFO
        if response.status_code >= 500:
            level = logging.ERROR
        elif request.endpoint == "static" and response.status_code < 400:
            level = logging.DEBUG
        values = {"method": method(), "endpoint": endpoint(), "status": response.status_code, "ms": took_ms()}
        _log.log(level, "request", extra=values | ({"person": person} if (person := known()) else {}))
        return response

    @app.context_processor
    def give() -> dict[str, str]:
        return {"request_id": request_id()}


def took_ms() -> float:
    """Milliseconds since the request began."""
    begun: float = g.get("begun", perf_counter())
    return round((perf_counter() - begun) * 1000, 1)
