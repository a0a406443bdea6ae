"""Headers that let a page run only what this program ships: nothing from elsewhere, nothing written inside."""

import secrets

from flask import Flask, Response, g

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


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
    """Sets the headers on every answer. Pages of an agreement are not kept by shared caches."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy(nonce()))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    @app.context_processor
    def give() -> dict[str, str]:
        return {"cspNonce": nonce()}
