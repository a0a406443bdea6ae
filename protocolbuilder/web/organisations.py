"""The directory of organisations: what each is, who holds its named roles, what it shows of its care for information.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.organisations import (
    ASSURANCES,
    IDENTIFIERS,
    NATIONS,
    SECTORS,
    STATUSES,
    Organisation,
    standing,
)
from protocolbuilder.domain.people import FUNCTIONS, ROLES, Membership, Person, for_others, vacant
from protocolbuilder.domain.permission import Reach
from protocolbuilder.errors import Conflict, Forbidden, NotFound
from protocolbuilder.store import assurances, memberships, organisations, people, relations, space
from protocolbuilder.store.assurances import Kept
from protocolbuilder.web import organisation_forms as forms
from protocolbuilder.web.access import Signed, visitor
from protocolbuilder.web.library import library, today
from protocolbuilder.web.paging import page_asked, paging
from protocolbuilder.web.permission import may, reach
from protocolbuilder.web.running import now, running, session
from protocolbuilder.web.uploads import share

blueprint = Blueprint("organisations", __name__)

Answer = str | tuple[str, int] | Response
PER_PAGE: Final = 25
TOLD: Final = (*FUNCTIONS, "igm")
"""The roles whose holders the directory names."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation of the list. `vacant`: named roles that nobody holds, "" where it has nobody here at all; `ends`:
    assurances that ran out or are about to, with the day."""

    organisation: Organisation
    vacant: tuple[str, ...]
    nobody: bool
    ends: tuple[tuple[str, str, date], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A named role and who holds it, as the reader may see them; `wanted`: its sector is expected to fill it."""

    role: str
    people: tuple[tuple[Person, str], ...]
    wanted: bool


def reader() -> tuple[Signed, Reach]:
    """Who reads, and what they may find. Raises Forbidden for whoever is not signed in."""
    signed, found = visitor(), reach()
    if signed is None or found is None:
        raise Forbidden("Sign in first: the directory is for people of the partnership.")
    return signed, found


def is_own(organisation: str) -> bool:
    """Is it the organisation of whoever is signed in?"""
    own = reader()[0].organisation
    return own is not None and own.id == organisation


@blueprint.get("/organisations")
def directory() -> str:
    """`?search=` (names, identifiers, departments), `?agency=` and `?look=` (vacant, assurance) narrow it."""
    asked = {name: " ".join(request.args.get(name, "").split())[:200] for name in ("search", "agency", "look")}
    found, page = _listed(**asked), page_asked(request.args)
    return render_template(
        "organisations.html", rows=found[(page - 1) * PER_PAGE : page * PER_PAGE], asked=asked, count=len(found),
        agencies=library().choices("agency_types"), agency_names=dict(library().choices("agency_types")),
        assurances=ASSURANCES, nations=NATIONS, own=is_own, narrowed=any(asked.values()), place="directory",
        paging=paging(request.path, asked, page=page, count=len(found), per_page=PER_PAGE),
    )  # fmt: skip


def _listed(*, search: str, agency: str, look: str) -> list[Listed]:
    shown, held = assurances.standing_now(session(), of=reader()[1]), memberships.standing(session())
    found = []
    for body in organisations.all_of_them(session()):
        if not _says(search, body) or (agency and agency not in body.agency_types):
            continue
        members = held.get(body.id, ())
        row = Listed(body, _vacant(body, members), not members, _ends(shown.get(body.id, ())))
        if (look == "vacant" and not row.vacant) or (look == "assurance" and not row.ends):
            continue
        found.append(row)
    return found


def _says(search: str, body: Organisation) -> bool:
    texts = (body.name, body.short, *body.departments, *(one.value for one in body.identifiers))
    said = " ".join(texts).casefold()
    return all(word in said for word in search.casefold().split())


def _vacant(body: Organisation, members: Sequence[Membership]) -> tuple[str, ...]:
    """Of an organisation that has nobody here nothing is known."""
    return tuple(FUNCTIONS[role] for role in vacant(body.sector, members)) if members else ()


def _ends(kept: Sequence[Kept]) -> tuple[tuple[str, str, date], ...]:
    found = ((one.assurance, standing(one.assurance, on=today())) for one in kept)
    return tuple(
        (ASSURANCES[said.kind], how, said.expires) for said, how in found
        if said.expires and how in ("expired", "expires soon")
    )  # fmt: skip


@blueprint.get("/organisations/<organisation>")
def show(organisation: str) -> str:
    """E-mail and telephone of its people are there for its own people alone."""
    of, every = reader()[1], organisations.by_id(session())
    body = organisations.load(session(), organisation)
    kept = assurances.of_organisation(session(), organisation, of=of)
    members = memberships.standing(session()).get(organisation, ())
    return render_template(
        "organisation.html", organisation=body, own=is_own(organisation), roles=_held(body, members),
        nobody=not members, stands=[one for one in kept if one.replaced_at is None],
        before=[one for one in kept if one.replaced_at], standing=lambda one: standing(one.assurance, on=today()),
        sponsor=every.get(body.sponsor), sponsored=[one for one in every.values() if one.sponsor == body.id],
        agency_names=dict(library().choices("agency_types")), sectors=SECTORS, nations=NATIONS,
        identifiers=IDENTIFIERS, assurances=ASSURANCES, statuses=STATUSES, place="directory",
        space=space.used(session(), organisation) if _sees_space(organisation) else None, share=share(),
    )  # fmt: skip


def _sees_space(organisation: str) -> bool:
    """Its own administrator does."""
    return is_own(organisation) and may("organisation:change")


def _held(body: Organisation, members: Sequence[Membership]) -> tuple[Held, ...]:
    """The named roles that somebody holds or should."""
    known, own = people.by_id(session(), (one.person for one in members)), is_own(body.id)
    empty, found = vacant(body.sector, members) if members else (), []
    for role in TOLD:
        holders = [(known[one.person], one.department) for one in members if role in one.roles and one.person in known]
        if holders or role in empty:
            seen = tuple((person if own else for_others(person), where) for person, where in holders)
            found.append(Held(ROLES[role], seen, role in empty))
    return tuple(found)


@blueprint.route("/organisations/new", methods=["GET", "POST"])
def add() -> Answer:
    """Whoever runs this copy adds any organisation."""
    return _new(sponsor="")


@blueprint.route("/organisations/new/sponsored", methods=["GET", "POST"])
def sponsor() -> Answer:
    """A small body, whose entry and assurance the organisation of whoever adds it looks after."""
    own = reader()[0].organisation
    if own is None:
        raise Forbidden("You are of no organisation.")
    return _new(sponsor=own.id)


def _new(*, sponsor: str) -> Answer:
    signed, every = reader()[0], organisations.by_id(session())
    body = forms.read(forms.ABOUT, Organisation("", "", sponsor=sponsor))
    wrong: Mapping[str, str] = {}
    same: tuple[Organisation, ...] = ()
    if request.method == "POST":
        wrong, same = forms.faults(forms.ABOUT, body, every), organisations.same_as(session(), body)
        if not wrong and (not same or forms.said_different()):
            made = organisations.add(session(), body, by=signed.person.id, at=now(), new_id=running().new_id)
            flash(f"{made.name} is in the directory. Add what else is known of it here.")
            return redirect(f"/organisations/{made.id}", 303)
        wrong = wrong or {"different": forms.DIFFERENT}
    page = forms.page(forms.ABOUT, None, wrong=wrong, same=same, sponsor=every.get(sponsor))
    return (page, 422) if wrong else page


@blueprint.route("/organisations/<organisation>/change/<part>", methods=["GET", "POST"])
def change(organisation: str, part: str) -> Answer:
    """One part of an entry on a page of its own."""
    signed, stands = reader()[0], organisations.load(session(), organisation)
    if part not in forms.PARTS or (part == forms.CONTACT and not is_own(organisation)):
        raise NotFound("There is no such page.")
    if request.method != "POST":
        return forms.page(part, stands, wrong={})
    body = forms.read(part, stands)
    same = organisations.same_as(session(), body) if part in forms.NAMING else ()
    wrong = dict(forms.faults(part, body, organisations.by_id(session())))
    if not wrong and same and not forms.said_different():
        wrong = {"different": forms.DIFFERENT}
    if wrong:
        return forms.page(part, stands, wrong=wrong, same=same), 422
    try:
        organisations.change(session(), body, seen=forms.seen(), by=signed.person.id, at=now())
    except Conflict:
        return forms.page(part, stands, wrong={}, changed=organisations.load(session(), organisation)), 409
    flash("Saved.")
    return redirect(f"/organisations/{organisation}", 303)


@blueprint.route("/organisations/<organisation>/remove", methods=["GET", "POST"])
def remove(organisation: str) -> Answer:
    """Asked first, on a page that says what becomes of what it takes part in."""
    signed, body = reader()[0], organisations.load(session(), organisation)
    if request.method == "POST":
        organisations.remove(session(), organisation, by=signed.person.id, at=now())
        flash(f"{body.name} is out of the directory.")
        return redirect("/organisations", 303)
    named = list(relations.of_organisation(session(), organisation).values())
    sponsored = [one.name for one in organisations.all_of_them(session()) if one.sponsor == organisation]
    return render_template(
        "organisation_remove.html", organisation=body, owns=named.count("owner"), takes_part=named.count("party"),
        sponsored=sponsored, people=len(memberships.of_organisation(session(), organisation)), place="directory",
    )  # fmt: skip
