"""The directory of contacts: whom to ask about what in each organisation, and which named role nobody holds. An
organisation keeps its own, and those of small bodies that it sponsors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.people import (
    FUNCTIONS,
    TOPICS,
    Contact,
    Person,
    contact_faults,
    contact_for_others,
    unconfirmed,
    vacant,
)
from protocolbuilder.errors import Conflict, Forbidden, NotFound
from protocolbuilder.store import contacts, memberships, organisations, people
from protocolbuilder.web.access import Signed, visitor
from protocolbuilder.web.law_records import text
from protocolbuilder.web.paging import page_asked, paging
from protocolbuilder.web.permission import may_to
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("contacts", __name__)

Answer = str | tuple[str, int] | Response
PER_PAGE: Final = 20
ELSE: Final = "else"
"""The choice of somebody who takes no part here, whose name and post are typed."""
TYPED: Final = ("name", "post", "email", "telephone")
ONE: Final = "/organisations/<organisation>/contacts/<contact>"


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact as its reader may see it. `old`: nobody confirmed it for six months."""

    contact: Contact
    old: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One organisation. `vacant` are the named roles that nobody holds; `nobody`: it has no people here at all."""

    organisation: Organisation
    entries: tuple[Entry, ...]
    vacant: tuple[str, ...]
    nobody: bool
    own: bool


@blueprint.get("/contacts")
def directory() -> str:
    """`?organisation=`, `?topic=` and `?search=` (name, post, organisation) narrow it."""
    asked = {name: " ".join(request.args.get(name, "").split())[:200] for name in ("organisation", "topic", "search")}
    found, page = _groups(**asked), page_asked(request.args)
    return render_template(
        "contacts.html", groups=found[(page - 1) * PER_PAGE : page * PER_PAGE], asked=asked, topics=TOPICS,
        organisations=organisations.all_of_them(session()), narrowed=any(asked.values()),
        count=sum(len(one.entries) for one in found), place="directory", own=_own(),
        keeps=lambda body: may_to("contact:change", body),
        paging=paging(request.path, asked, page=page, count=len(found), per_page=PER_PAGE),
    )  # fmt: skip


def _groups(*, organisation: str, topic: str, search: str) -> list[Group]:
    """Every organisation that answers; where a topic or words are asked for, those with a contact for them."""
    at, mine, found = now(), _own(), []
    every, standing = contacts.all_of_them(session()), memberships.standing(session())
    for body in organisations.all_of_them(session()):
        if organisation and body.id != organisation:
            continue
        kept = [one for one in every if one.organisation == body.id and topic in ("", one.topic)]
        kept = [one for one in kept if _says(search, body.name, body.short, one.name, one.post, TOPICS[one.topic])]
        if not kept and (topic or not _says(search, body.name, body.short)):
            continue
        own, held = body.id == mine, standing.get(body.id, ())
        entries = tuple(Entry(one if own else contact_for_others(one), unconfirmed(one, at=at)) for one in kept)
        lacking = tuple(FUNCTIONS[role] for role in vacant(body.sector, held))
        found.append(Group(body, entries, lacking, not held, own))
    return found


def _says(search: str, *texts: str) -> bool:
    said = " ".join(texts).casefold()
    return all(word in said for word in search.casefold().split())


@blueprint.get("/organisations/<organisation>/contacts/new")
def ask_to_add(organisation: str) -> Answer:
    return _form(_keeper(organisation)[1], wrong={}, typed={"topic": request.args.get("topic", "")})


@blueprint.post("/organisations/<organisation>/contacts/new")
def add(organisation: str) -> Answer:
    signed, body = _keeper(organisation)
    wanted = _typed(body)
    if wrong := _wrong(wanted, body):
        return _form(body, wrong=wrong, typed=request.form), 422
    made = contacts.add(session(), wanted, by=signed.person, at=now(), new_id=running().new_id)
    flash(f"{made.name} is added for “{TOPICS[made.topic]}”.")
    return redirect("/contacts", 303)


@blueprint.get(ONE)
def ask_to_change(organisation: str, contact: str) -> Answer:
    body, stands = _opened(organisation, contact)[1:]
    return _form(body, wrong={}, typed=_as_typed(stands), stands=stands)


@blueprint.post(ONE)
def change(organisation: str, contact: str) -> Answer:
    signed, body, stands = _opened(organisation, contact)
    wanted = _typed(body, stands)
    if wrong := _wrong(wanted, body):
        return _form(body, wrong=wrong, typed=request.form, stands=stands), 422
    try:
        made = contacts.change(session(), wanted, seen=_seen(), by=signed.person, at=now())
    except Conflict:
        return _form(body, wrong={}, typed=request.form, stands=stands, changed=True), 409
    flash(f"{made.name} is saved, and counts as confirmed today.")
    return redirect("/contacts", 303)


@blueprint.post(f"{ONE}/confirm")
def confirm(organisation: str, contact: str) -> Response:
    """Still right, said in one press."""
    signed, _, stands = _opened(organisation, contact)
    contacts.confirm(session(), stands.id, by=signed.person, at=now())
    flash(f"{stands.name} is confirmed for “{TOPICS[stands.topic]}”.")
    return redirect("/contacts", 303)


@blueprint.get(f"{ONE}/remove")
def ask_to_remove(organisation: str, contact: str) -> str:
    _, body, stands = _opened(organisation, contact)
    return render_template("contact_remove.html", contact=stands, body=body, topics=TOPICS, place="directory")


@blueprint.post(f"{ONE}/remove")
def remove(organisation: str, contact: str) -> Response:
    signed, _, stands = _opened(organisation, contact)
    contacts.remove(session(), stands.id, by=signed.person, at=now())
    flash(f"{stands.name} is no longer a contact for “{TOPICS[stands.topic]}”.")
    return redirect("/contacts", 303)


def _own() -> str:
    """The id of the organisation of who is signed in, or ""."""
    signed = visitor()
    return signed.organisation.id if signed and signed.organisation else ""


def _keeper(organisation: str) -> tuple[Signed, Organisation]:
    """Who keeps contacts, and of which organisation. Raises NotFound, Forbidden."""
    signed = visitor()
    if signed is None:
        raise Forbidden("Sign in first: contacts are kept by the people of their organisation.")
    return signed, organisations.load(session(), organisation)


def _opened(organisation: str, contact: str) -> tuple[Signed, Organisation, Contact]:
    """Raises NotFound, also for a contact of another organisation than the address says. How somebody is reached is
    not told to who keeps the contacts of a body that they sponsor."""
    signed, body = _keeper(organisation)
    stands = contacts.load(session(), contact)
    if stands.organisation != body.id:
        raise NotFound("There is no such contact.")
    return signed, body, stands


def _colleagues(body: Organisation) -> Sequence[Person]:
    """The people of the organisation, by name."""
    there = people.by_id(session(), (one.person for one in memberships.of_organisation(session(), body.id)))
    return sorted((one for one in there.values() if one.active), key=lambda one: one.name.casefold())


def _typed(body: Organisation, stands: Contact | None = None) -> Contact:
    """What the form says: somebody of the organisation, or a name and how they are reached. A sponsor says nothing of
    how, and what the organisation said of it itself stays."""
    chosen = text("person")
    known = "" if chosen == ELSE else chosen
    name, post, email, telephone = ("" if known else " ".join(text(key).split()) for key in TYPED)
    if body.id != _own():
        keeps = stands is not None and not known and not stands.person
        email, telephone = (stands.email, stands.telephone) if stands and keeps else ("", "")
    return Contact(stands.id if stands else "", body.id, text("topic"), name, post, known, email, telephone, now())


def _wrong(wanted: Contact, body: Organisation) -> Mapping[str, str]:
    chosen = text("person")
    found = contact_faults(wanted)
    if not chosen:
        return {key: words for key, words in found.items() if key == "topic"} | {"person": "Select who it is"}
    if wanted.person and wanted.person not in {one.id for one in _colleagues(body)}:
        found["person"] = "Select somebody of the organisation"
    return found


def _as_typed(stands: Contact) -> Mapping[str, str]:
    """How somebody is reached goes into the form of their own organisation alone."""
    stands = stands if stands.organisation == _own() else contact_for_others(stands)
    own = {} if stands.person else {name: getattr(stands, name) for name in TYPED}
    return {"topic": stands.topic, "person": "" if stands.gone else stands.person or ELSE, **own}


def _seen() -> datetime:
    """The moment that the form carries, or one of long ago."""
    try:
        return datetime.fromisoformat(text("seen")).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _form(
    body: Organisation, *, wrong: Mapping[str, str], typed: Mapping[str, Any], stands: Contact | None = None,
    changed: bool = False,
) -> str:  # fmt: skip
    """`changed`: somebody else saved the contact after the form was drawn."""
    own = body.id == _own()
    return render_template(
        "contact_form.html", wrong=wrong, typed=typed, own=own, body=body, changed=changed, topics=TOPICS,
        stands=stands if own or stands is None else contact_for_others(stands), colleagues=_colleagues(body),
        other=ELSE, place="directory",
    )  # fmt: skip
