"""Signing in and out: a password and then a second factor; as a sample person; and the second factor again before what
is grave. The same words and the same work whoever is named, so nobody learns who has an account."""

from __future__ import annotations

import logging

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.people import clean_email
from protocolbuilder.settings import is_this_machine
from protocolbuilder.store import accounts, people
from protocolbuilder.store.accounts import Account
from protocolbuilder.store.engine import reading
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import authenticator, digest, digits, is_password, tell
from protocolbuilder.web.accounts_onward import Onward, Page, go_on, onward
from protocolbuilder.web.accounts_ways import Sample, passkeys_work_here, providers_here, sample_people
from protocolbuilder.web.limiting import give_back, take
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("accounts_sign_in", __name__)
_log = logging.getLogger(__name__)
WRONG = "Enter the e-mail address and password of your account. Check both: one of them is not right"
WRONG_CODE = "Enter the code that your app shows now, or a recovery code that was not used yet"


@blueprint.get("/sign-in")
def ask() -> Page:
    way = onward()
    return redirect(way.to, 303) if here.signed() else sign_in_page(way)


@blueprint.post("/sign-in")
def password() -> Page:
    way, email = onward(), clean_email(request.form.get("email", ""))[:254]
    take("sign-in", of=email)
    with reading(running().database) as quiet:
        person = people.by_email(quiet, email) if email else None
        theirs = person.id if person is not None and person.active and not person.sample else ""
        read = accounts.of_person(quiet, accounts.with_password(quiet, theirs))
        account = read if read is not None and read.person == theirs else None
    if not is_password(account, request.form.get("password", "")) or account is None:
        _log.warning("sign-in refused", extra={"method": "password"})
        return sign_in_page(way, email=request.form.get("email", ""), wrong=WRONG), 422
    give_back("sign-in", of=email)
    here.begin_half(account.person)
    return second_page(way, account)


def second_page(way: Onward, account: Account) -> Page:
    """What comes after the password. Nothing that was typed before goes into an address."""
    endpoint = "accounts_sign_in.second_factor" if account.has_second_factor else "accounts_factors.choose"
    if not way.kept:
        return redirect(way.at(endpoint), 303)
    if account.has_second_factor:
        return _code_page(way, account)
    return render_template("second_factor_choose.html", way=way, passkeys=passkeys_work_here())


def sign_in_page(way: Onward, *, email: str = "", wrong: str = "") -> str:
    sample: dict[str, list[Sample]] = {}
    for one in sample_people():
        sample.setdefault(one.organisation.name, []).append(one)
    return render_template(
        "sign_in.html", way=way, email=email, wrong=wrong, passkeys=passkeys_work_here(), providers=providers_here(),
        sample=sample, nobody=not people.anybody(session()),
    )  # fmt: skip


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
def second_factor() -> Page:
    """Asked of whoever gave the right password; a whole session never sees it."""
    way, found = onward(), here.half()
    if found is None:
        return go_on(way) if here.signed() else sign_in_page(way)
    account = accounts.of_person(session(), found.person.id)
    if account is None or not account.has_second_factor:
        return redirect(way.at("accounts_factors.choose"), 303)
    if request.method != "POST":
        return _code_page(way, account)
    if not proved(account, request.form.get("code", "")):
        return _code_page(way, account, wrong=WRONG_CODE), 422
    give_back("second factor", of=account.person)
    here.rise("authenticator")
    _log.info("signed in", extra={"method": "password"})
    return go_on(way)


@blueprint.route("/sign-in/again", methods=["GET", "POST"])
def again() -> Page:
    """Before what is grave: the second factor once more, for ten minutes."""
    way, found = onward(), here.here()
    if found is None or here.signed() is None:
        return sign_in_page(way)
    account = accounts.of_person(session(), found.person.id)
    if request.method != "POST":
        return again_page(way)
    if found.person.sample or (account is not None and proved(account, request.form.get("code", ""))):
        here.rise("sample" if found.person.sample else "authenticator")
        return go_on(way)
    return again_page(way, wrong=WRONG_CODE), 422


def again_page(way: Onward, *, wrong: str = "") -> str:
    found = here.here()
    account = accounts.of_person(session(), found.person.id) if found else None
    return _code_page(way, account, wrong=wrong, again=True)


def proved(account: Account, text: str) -> bool:
    """Is it the code of the app, or a recovery code? Either works once."""
    take("second factor", of=account.person)
    code, at = digits(text), now()
    if len(code) == 6 and code.isdigit() and account.totp:
        step = authenticator().step(code, account.totp, after=account.totp_counter, at=at)
        return step is not None and accounts.use_totp(session(), account.person, counter=step)
    if len(code) == 12 and accounts.spend_recovery_code(session(), account.person, digest("recovery", code), at=at):
        person = people.load(session(), account.person)
        left = account.recovery_codes_left - 1
        tell(person.email, "A recovery code was used to sign in", "recovery_code_used", person=person, left=left)
        return True
    _log.warning("sign-in refused", extra={"method": "second factor"})
    return False


def _code_page(way: Onward, account: Account | None, *, wrong: str = "", again: bool = False) -> str:
    found = here.here()
    return render_template(
        "sign_in_code.html", way=way, account=account, wrong=wrong, again=again, person=found and found.person,
        passkeys=bool(account and account.passkeys) and passkeys_work_here(), providers=providers_here(),
    )  # fmt: skip


@blueprint.post("/sign-in/sample")
def sample() -> Page:
    """As a sample person, by one press; only while there are any and only on this machine."""
    wanted = request.form.get("person", "")
    if wanted not in {one.person.id for one in sample_people()} or not is_this_machine(request.remote_addr or ""):
        abort(404)
    here.begin_whole(wanted, by="sample")
    _log.info("signed in", extra={"method": "sample"})
    return go_on(onward())


@blueprint.post("/sign-in/onward")
def on() -> Page:
    """From the recovery codes to where somebody wanted to go."""
    return go_on(onward())


@blueprint.post("/sign-out")
def sign_out() -> Response:
    here.end()
    answer = redirect("/sign-in", 303)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
