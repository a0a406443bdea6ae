"""Headers that let a page run only what this program ships, and requests from other sites that are refused."""

import secrets
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from protocolbuilder.web.running import SAFE, running

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STRICT_TRANSPORT: Final = "max-age=31536000; includeSubDomains"
TO_KEEP: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of a file to keep: should a browser show it after all, nothing in it runs."""


def nonce() -> str:
    """One a request; the page template's own inline script carries it."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    made: str = g.nonce
    return made


def policy(script_nonce: str) -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{script_nonce}'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def protect(app: Flask) -> None:
    """Sets the headers on every answer, and refuses what no page of ours sends before anything is done for it."""

    @app.before_request
    def refuse() -> None:
        if request.routing_exception is not None:  # no such page, or not by this method
            app.raise_routing_exception(request)
        if request.method not in SAFE and _from_another_site():
            abort(403)

    @app.after_request
    def add(response: Response) -> Response:
        kept = response.headers.get("Content-Disposition", "").startswith("attachment")
        response.headers["Content-Security-Policy"] = TO_KEEP if kept else policy(nonce())
        for name, value in HEADERS.items():
            response.headers[name] = value
        if "token" in (request.view_args or {}):  # a secret is in the address
            response.headers["Referrer-Policy"] = "no-referrer"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        if request.is_secure or running().settings.is_https:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        return response

    @app.context_processor
    def give() -> dict[str, str]:
        return {"cspNonce": nonce()}


def _from_another_site() -> bool:
    """As the browser says it. An old one says nothing; then the form's token alone decides."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host
