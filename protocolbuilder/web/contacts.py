"""The directory of contacts: whom to ask about what in each organisation, and which named role nobody holds."""

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
from protocolbuilder.errors import Conflict, Forbidden
from protocolbuilder.store import contacts, memberships, organisations, people
from protocolbuilder.web.access import Signed, visitor
from protocolbuilder.web.law_records import text
from protocolbuilder.web.paging import page_asked, paging
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("contacts", __name__)

Answer = str | tuple[str, int] | Response
PER_PAGE: Final = 20
ELSE: Final = "else"
"""The choice of somebody who takes no part here, whose name and post are typed."""
TYPED: Final = ("name", "post", "email", "telephone")


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
        count=sum(len(one.entries) for one in found), place="directory",
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


@blueprint.get("/contacts/new")
def ask_to_add() -> Answer:
    return _form(_mine()[1], wrong={}, typed={"topic": request.args.get("topic", "")})


@blueprint.post("/contacts/new")
def add() -> Answer:
    signed, own = _mine()
    wanted = _typed("", own)
    if wrong := _wrong(wanted):
        return _form(own, wrong=wrong, typed=request.form), 422
    made = contacts.add(session(), wanted, by=signed.person, at=now(), new_id=running().new_id)
    flash(f"{made.name} is added for “{TOPICS[made.topic]}”.")
    return redirect("/contacts", 303)


@blueprint.get("/contacts/<contact>")
def ask_to_change(contact: str) -> Answer:
    own, stands = _opened(contact)[1:]
    return _form(own, wrong={}, typed=_as_typed(stands), stands=stands)


@blueprint.post("/contacts/<contact>")
def change(contact: str) -> Answer:
    signed, own, stands = _opened(contact)
    wanted = _typed(contact, own)
    if wrong := _wrong(wanted):
        return _form(own, wrong=wrong, typed=request.form, stands=stands), 422
    try:
        made = contacts.change(session(), wanted, seen=_seen(), by=signed.person, at=now())
    except Conflict:
        return _form(own, wrong={}, typed=request.form, stands=stands, changed=True), 409
    flash(f"{made.name} is saved, and counts as confirmed today.")
    return redirect("/contacts", 303)


@blueprint.post("/contacts/<contact>/confirm")
def confirm(contact: str) -> Response:
    """Still right, said in one press."""
    signed, _, stands = _opened(contact)
    contacts.confirm(session(), stands.id, by=signed.person, at=now())
    flash(f"{stands.name} is confirmed for “{TOPICS[stands.topic]}”.")
    return redirect("/contacts", 303)


@blueprint.get("/contacts/<contact>/remove")
def ask_to_remove(contact: str) -> str:
    return render_template("contact_remove.html", contact=_opened(contact)[2], topics=TOPICS, place="directory")


@blueprint.post("/contacts/<contact>/remove")
def remove(contact: str) -> Response:
    signed, _, stands = _opened(contact)
    contacts.remove(session(), stands.id, by=signed.person, at=now())
    flash(f"{stands.name} is no longer a contact for “{TOPICS[stands.topic]}”.")
    return redirect("/contacts", 303)


def _own() -> str:
    """The id of the organisation of who is signed in, or ""."""
    signed = visitor()
    return signed.organisation.id if signed and signed.organisation else ""


def _mine() -> tuple[Signed, Organisation]:
    """Who keeps contacts, and of which organisation. Raises Forbidden."""
    signed = visitor()
    if signed is None or signed.organisation is None:
        raise Forbidden("Sign in first: contacts are kept by the people of their organisation.")
    return signed, signed.organisation


def _opened(contact: str) -> tuple[Signed, Organisation, Contact]:
    """A contact of their own organisation. Raises NotFound, and Forbidden for one of another."""
    signed, own = _mine()
    stands = contacts.load(session(), contact)
    if stands.organisation != own.id:
        raise Forbidden("Contacts are kept by the people of their own organisation.")
    return signed, own, stands


def _colleagues(own: Organisation) -> Sequence[Person]:
    """The people of the organisation, by name."""
    there = people.by_id(session(), (one.person for one in memberships.of_organisation(session(), own.id)))
    return sorted((one for one in there.values() if one.active), key=lambda one: one.name.casefold())


def _typed(contact: str, own: Organisation) -> Contact:
    """What the form says: somebody of the organisation, or a name and how they are reached."""
    chosen = text("person")
    known = "" if chosen == ELSE else chosen
    name, post, email, telephone = ("" if known else " ".join(text(key).split()) for key in TYPED)
    return Contact(contact, own.id, text("topic"), name, post, known, email, telephone, now())


def _wrong(wanted: Contact) -> Mapping[str, str]:
    chosen = text("person")
    found = contact_faults(wanted)
    if not chosen:
        return {key: words for key, words in found.items() if key == "topic"} | {"person": "Select who it is"}
    if wanted.person and wanted.person not in {one.id for one in _colleagues(_mine()[1])}:
        found["person"] = "Select somebody of your organisation"
    return found


def _as_typed(stands: Contact) -> Mapping[str, str]:
    own = {} if stands.person else {name: getattr(stands, name) for name in TYPED}
    return {"topic": stands.topic, "person": "" if stands.gone else stands.person or ELSE, **own}


def _seen() -> datetime:
    """The moment that the form carries, or one of long ago."""
    try:
        return datetime.fromisoformat(text("seen")).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _form(
    own: Organisation, *, wrong: Mapping[str, str], typed: Mapping[str, Any], stands: Contact | None = None,
    changed: bool = False,
) -> str:  # fmt: skip
    """`changed`: somebody else saved the contact after the form was drawn."""
    return render_template(
        "contact_form.html", wrong=wrong, typed=typed, stands=stands, own=own, changed=changed, topics=TOPICS,
        colleagues=_colleagues(own), other=ELSE, place="directory",
    )  # fmt: skip
