"""The first administrator of a copy that has nobody yet: whoever can read the console of `serve`, nobody else."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Flask, redirect, render_template, request, url_for

from protocolbuilder import catalogue
from protocolbuilder.domain.organisations import NATIONS, SECTORS, Organisation, organisation_faults
from protocolbuilder.domain.people import Person, clean_email, person_faults
from protocolbuilder.store import accounts, memberships, organisations, people, sign_in_codes
from protocolbuilder.store.engine import Connection, writing
from protocolbuilder.web import accounts_sessions as here
from protocolbuilder.web.accounts import digest, digits, hashed, password_fault
from protocolbuilder.web.accounts_links import account_of
from protocolbuilder.web.accounts_onward import Onward, Page
from protocolbuilder.web.accounts_sign_in import second_page
from protocolbuilder.web.limiting import take
from protocolbuilder.web.running import Running, keep_so_far, now, running, session

blueprint = Blueprint("accounts_first", __name__)
LASTS: Final = timedelta(hours=24)
WRONG_CODE: Final = (
    "Enter the code that the console of this copy shows. After five wrong ones, start the copy again for a new code"
)
ROLES: Final = ("admin", "igm")
WORDS: Final = ("name", "post", "email", "organisation", "sector", "nation", "agency_type")


def code_for_console(app: Flask) -> str:
    """A new code, which alone works from now on; "" when somebody is there already."""
    copy: Running = app.extensions["protocolbuilder"]
    at, code = copy.clock(), "-".join(f"{secrets.randbelow(10_000):04}" for _ in range(4))
    with app.app_context(), writing(copy.database) as session:
        if people.anybody(session):
            return ""
        _make(session, digest("first administrator", digits(code)), at=at)
    return code


@blueprint.route("/first-administrator", methods=["GET", "POST"])
def first() -> Page:
    if people.anybody(session()):
        return redirect(url_for("accounts_sign_in.ask"), 303)
    said = {name: " ".join(request.form.get(name, "").split()) for name in WORDS}
    if request.method != "POST":
        return _page(said, {})
    take("sign-in", of="first administrator")
    person = Person("", said["name"], said["post"], clean_email(said["email"]))
    body = Organisation(
        "", said["organisation"], agency_types=(said["agency_type"],) if said["agency_type"] else (),
        sector=said["sector"], nation=said["nation"],
    )  # fmt: skip
    wrong = _faults(person, body)
    if wrong:
        return _page(said, wrong), 422
    named = digest("first administrator", digits(request.form.get("code", "")))
    if sign_in_codes.spend(session(), "first administrator", named, at=now()) is None:
        sign_in_codes.guessed(session(), "first administrator", person=None, at=now())
        keep_so_far()
        return _page(said, {"code": WRONG_CODE}), 422
    return _made(person, body)


def _made(person: Person, body: Organisation) -> Page:
    at, new_id = now(), running().new_id
    added = people.add(session(), person, by="", at=at, new_id=new_id)
    organisation = organisations.add(session(), body, by=added.id, at=at, new_id=new_id)
    memberships.begin(session(), added.id, organisation.id, roles=ROLES, by=added.id, at=at)
    account = account_of(added)
    words = {"password": hashed(request.form.get("password", "")), "uniquifier": secrets.token_hex(16)}
    accounts.set_password(session(), added.id, at=at, **words)
    here.begin_half(added.id)
    return second_page(Onward("/"), account)


def _faults(person: Person, body: Organisation) -> dict[str, str]:
    asked = {"name": "Enter your full name", "post": "Enter your post, for example Data protection officer",
             "email": "Enter your e-mail address"}  # fmt: skip
    wrong = person_faults(person) | {field: text for field, text in asked.items() if not getattr(person, field)}
    if not request.form.get("code", "").strip():
        wrong["code"] = "Enter the code that the console shows"
    shapes = {"name": "organisation", "agency_types": "agency_type"}
    types = frozenset(id for id, _ in catalogue.library().choices("agency_types"))
    for field, text in organisation_faults(body, agency_types=types).items():
        wrong[shapes.get(field, field)] = text
    about = (person.name, person.post, person.email.partition("@")[0], body.name)
    if fault := password_fault(request.form.get("password", ""), about=about):
        wrong["password"] = fault
    return wrong


def _page(said: dict[str, str], wrong: dict[str, str]) -> str:
    types = catalogue.library().choices("agency_types")
    order = ("code", "name", "post", "email", "password", "organisation", "agency_type", "sector", "nation")
    return render_template(
        "first_administrator.html", said=said, wrong={name: wrong[name] for name in order if name in wrong},
        code=request.form.get("code", ""), types=types, sectors=SECTORS.items(), nations=NATIONS.items(),
    )  # fmt: skip


def _make(session: Connection, named: str, *, at: datetime) -> None:
    sign_in_codes.void(session, "first administrator", person=None, at=at)
    sign_in_codes.make(session, "first administrator", named, at=at, lasts=LASTS)
