"""The people of one's own organisation: who is in it, with which roles, and whether they can sign in. The administrator
changes them; joining, leaving and lost ways to sign in are modules of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain.letter import is_address
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import (
    DUTIES,
    FUNCTIONS,
    LONGEST,
    ROLES,
    Membership,
    Person,
    clean_email,
    person_faults,
    role_faults,
    vacant,
)
from protocolbuilder.errors import Forbidden, Frozen, NotFound
from protocolbuilder.store import accounts, invitations, memberships, people, sessions
from protocolbuilder.store.invitations import Invitation, Standing
from protocolbuilder.web.access import Signed, visitor
from protocolbuilder.web.accounts import tell
from protocolbuilder.web.accounts_sessions import idle_of
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.running import now, session

blueprint = Blueprint("people", __name__, url_prefix="/people")
Answer = str | tuple[str, int] | Response
FIELDS = ("name", "post", "email", "telephone", "department")


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody of the organisation, or who was asked to be. `able`: they have a way to sign in. `invitation` waits for
    them, and `standing` says how its link stands."""

    name: str
    post: str
    address: str
    roles: frozenset[str]
    department: str
    able: bool
    sample: bool = False
    invitation: Invitation | None = None
    standing: Standing | None = None


def mine() -> tuple[Signed, Organisation]:
    """Who is signed in, and of which organisation. Raises Forbidden."""
    signed = visitor()
    if signed is None or signed.organisation is None:
        raise Forbidden("Sign in first: people are kept by the administrator of their organisation.")
    return signed, signed.organisation


def of_mine(person: str) -> tuple[Signed, Organisation, Person, Membership]:
    """Somebody of one's own organisation. Raises NotFound for anybody else."""
    signed, own = mine()
    membership = memberships.current(session(), person, own.id)
    return signed, own, people.load(session(), person), membership


def role_names(roles: frozenset[str]) -> list[str]:
    """In the order of the list of roles."""
    return [name for key, name in ROLES.items() if key in roles]


@blueprint.get("")
def listed() -> str:
    _, own = mine()
    held = memberships.of_organisation(session(), own.id)
    waits = invitations.waiting(session(), own.id)
    rows = _rows(held, waits)
    asked = {one.person for one in waits}
    filled = [one for one in held if one.person not in asked]
    return render_template(
        "people.html", own=own, rows=rows, names=role_names, place="people",
        vacant=[ROLES[role] for role in vacant(own.sector, filled)],
    )  # fmt: skip


def _rows(held: Sequence[Membership], waits: Sequence[Invitation]) -> list[Row]:
    """By name."""
    known = people.by_id(session(), [one.person for one in held])
    able = accounts.able(session(), known)
    asked, standings = {one.person: one for one in waits}, invitations.standings(session(), waits, at=now())
    rows = []
    for one in held:
        if (person := known.get(one.person)) is not None and person.active:
            invitation = asked.pop(person.id, None)
            standing = standings[invitation.number] if invitation else None
            place = url_for(".one", person=person.id)
            rows.append(
                Row(person.name, person.post, place, one.roles, one.department, person.id in able, person.sample,
                    invitation, standing)
            )  # fmt: skip
    for left in asked.values():
        place = url_for("joining.invitation", number=left.number)
        rows.append(
            Row(left.name, left.post, place, left.roles, left.department, able=False, invitation=left,
                standing=standings[left.number])
        )  # fmt: skip
    return sorted(rows, key=lambda row: row.name.casefold())


@blueprint.get("/<person>")
def one(person: str) -> str:
    signed, own, found, membership = of_mine(person)
    waits = [each for each in invitations.of_person(session(), person) if each.organisation == own.id]
    account = accounts.of_person(session(), person)
    return render_template(
        "person.html", own=own, person=found, membership=membership, names=role_names, place="people",
        is_self=found.id == signed.person.id, invitation=waits[0] if waits else None,
        standing=invitations.standings(session(), waits, at=now()).get(waits[0].number) if waits else None,
        second_factor=account is not None and account.has_second_factor,
        able=bool(accounts.able(session(), [person])),
        sessions=len(sessions.of_person(session(), person, at=now(), idle=idle_of(membership.roles))),
    )  # fmt: skip


@blueprint.route("/<person>/change", methods=["GET", "POST"])
def change(person: str) -> Answer:
    """Name, post, telephone, roles and department. An address is that of an account: see `people_address`."""
    signed, own, found, membership = of_mine(person)
    if request.method != "POST":
        return _form(found, membership, own, typed=as_typed(found, membership), wrong={})
    people.lock(session(), person)
    signed, own, found, membership = of_mine(person)
    typed, roles = said(), frozenset(request.form.getlist("roles"))
    wanted = replace(found, name=typed["name"], post=typed["post"], telephone=typed["telephone"])
    wrong = faults(wanted, roles, typed["department"], own=own)
    if not wrong and request.form.get("seen") != _mark(found, membership):
        return _form(found, membership, own, typed={**typed, "roles": roles}, wrong={}, changed=True), 409
    try:
        if not wrong:
            by, at = signed.person.id, now()
            memberships.change(
                session(), person, own.id, roles=roles, department=typed["department"], by=by, at=at,
                seen=membership.since,
            )  # fmt: skip
            people.change(session(), wanted, by=by, at=at)
            _tell_roles(wanted, before=membership.roles, after=roles, by=signed.person, own=own)
    except Frozen as error:
        wrong = {"roles": error.text}
    if wrong:
        return _form(found, membership, own, typed={**typed, "roles": roles}, wrong=wrong), 422
    flash(f"{wanted.name} is saved. Roles count from their next page on.")
    return redirect(url_for(".one", person=person), 303)


def _tell_roles(
    person: Person, *, before: frozenset[str], after: frozenset[str], by: Person, own: Organisation
) -> None:
    """Nobody’s roles change in silence. Who was only asked to join is told them when they do."""
    if before != after and accounts.able(session(), [person.id]):
        tell(
            person.email, "Your roles were changed", "roles_changed", person=person, by=by, own=own, site=site(),
            names=role_names(after), before=role_names(before),
        )  # fmt: skip


def said() -> dict[str, str]:
    """What was typed of a person, on one line each."""
    typed = {name: " ".join(request.form.get(name, "").split()) for name in FIELDS}
    return {name: "".join(c for c in text if c.isprintable()) for name, text in typed.items()}


def as_typed(person: Person, membership: Membership) -> dict[str, Any]:
    return {
        "name": person.name, "post": person.post, "email": person.email, "telephone": person.telephone,
        "department": membership.department, "roles": membership.roles,
    }  # fmt: skip


def faults(person: Person, roles: frozenset[str], department: str, *, own: Organisation) -> dict[str, str]:
    """Field -> what to put right."""
    found = person_faults(person)
    if person.email and "email" not in found and not is_address(clean_email(person.email)):
        found["email"] = "Enter an e-mail address, like name@example.com"
    found |= role_faults(roles) if roles else {"roles": "Select at least one role"}
    if len(department) > LONGEST:
        found["department"] = f"Use {LONGEST} characters or less"
    elif department and own.departments and department not in own.departments:
        found["department"] = "Select the department from the list"
    return found


def choices() -> Mapping[str, Sequence[tuple[str, str]]]:
    """The roles of a form, in their two groups."""
    return {"functions": list(FUNCTIONS.items()), "duties": list(DUTIES.items())}


def _form(
    person: Person, membership: Membership, own: Organisation, *, typed: Mapping[str, Any], wrong: Mapping[str, str],
    changed: bool = False,
) -> str:  # fmt: skip
    """`changed`: somebody else saved the person after the form was drawn."""
    return render_template(
        "person_change.html", person=person, membership=membership, own=own, typed=typed, wrong=wrong,
        changed=changed, names=role_names, seen=_mark(person, membership), place="people", **choices(),
    )  # fmt: skip


def _mark(person: Person, membership: Membership) -> str:
    """Stands for the person as they were when a form was drawn."""
    return mark_of((person.name, person.post, person.telephone, membership.since.isoformat()))


def somebody_else(person: str) -> tuple[Signed, Organisation, Person, Membership]:
    """As `of_mine`, for acts that nobody does to themselves here. Raises NotFound."""
    found = of_mine(person)
    if found[0].person.id == person:
        raise NotFound("This is you: see your own account.")
    return found
