"""Every page asks for sign-in, but those that `schemas/policy.yaml` opens to anyone. What was sent by somebody whose
session has ended goes along through signing in, so that nothing they typed is lost. What the policy calls grave asks
for the second factor anew, unless it was given within ten minutes: here and nowhere else."""

from __future__ import annotations

from typing import Final

from flask import Flask, redirect, request

from protocolbuilder import catalogue
from protocolbuilder.domain.permission import open_to_anyone
from protocolbuilder.web.access import visitor
from protocolbuilder.web.accounts_onward import Page, interrupted
from protocolbuilder.web.accounts_sign_in import again_page, sign_in_page
from protocolbuilder.web.failures import page
from protocolbuilder.web.permission import rule_asked
from protocolbuilder.web.running import SAFE

SIGNED_OUT: Final = "You are signed out. What you typed is kept on this page, and goes along when you sign in."


def ask_to_sign_in(app: Flask) -> None:
    """Before every request, and before the policy is asked whether it may be done."""

    @app.before_request
    def ask() -> Page | None:
        if request.method == "OPTIONS":
            return None
        policy, key, there = catalogue.policy(), rule_asked(), visitor()
        if there is None:
            return None if open_to_anyone(policy, key) else _sign_in_first()
        return _prove_again() if policy.rules[key].grave and not there.fresh else None


def _prove_again() -> Page:
    """Before the page that asks, so that nobody types in vain; and before the act, with what they typed."""
    way = interrupted()
    if request.method in SAFE:
        return redirect(way.at("accounts_sign_in.again"), 303)
    return again_page(way), 403


def _sign_in_first() -> Page:
    way = interrupted()
    if request.accept_mimetypes.best == "application/json":
        return page(401, SIGNED_OUT)
    if request.method in SAFE:
        return redirect(way.at("accounts_sign_in.ask"), 302)
    return sign_in_page(way), 401
