"""The partnership: who hosts it and who is in it, the law it rests on, its single message, and its shared vision with
the members that signed it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.partnership import Partnership, partnership_faults, vision_digest
from protocolbuilder.errors import Conflict, Forbidden, NotFound
from protocolbuilder.store import organisations
from protocolbuilder.store import partnership as store
from protocolbuilder.store.partnership import SignOff, Stated
from protocolbuilder.web.access import Signed, carried_fields, visitor
from protocolbuilder.web.conflicts import differences
from protocolbuilder.web.law_records import text
from protocolbuilder.web.library import library
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import now, session
from protocolbuilder.web.words import counted

blueprint = Blueprint("partnership", __name__)

Answer = str | tuple[str, int] | Response
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "details": ("name", "host", "members", "law", "other_law"),
    "message": ("message",),
    "vision": ("vision",),
}
"""Each page of the forms, and what of the partnership it asks for."""
TITLES: Final[Mapping[str, str]] = {
    "name": "Name", "host": "Host", "members": "Members", "law": "Law", "other_law": "Other references",
    "message": "Single message", "vision": "Shared vision",
}  # fmt: skip
NOTHING: Final = Partnership("", "", ())


@dataclass(frozen=True, slots=True)
class Member:
    """`signed` is of the words as they stand; `before` the latest of earlier words, with these words."""

    id: str
    name: str
    signed: SignOff | None
    before: SignOff | None
    words_before: str


@blueprint.get("/partnership")
def show() -> str:
    stands, bodies = store.current(session()), organisations.by_id(session())
    said, known = stands.says if stands else NOTHING, library()
    own = _own_id()
    return render_template(
        "partnership.html", stands=stands, said=said, names=_names(bodies), members=_members(said, bodies),
        law=[(key, known.label("gateways", key), known.entry("gateways", key)) for key in said.law],
        older=store.older(session(), of=reach()), place="directory",
        may_sign=own in said.members and bool(said.vision) and not _has_signed(said, own),
    )  # fmt: skip


@blueprint.get("/partnership/<part>")
def ask_to_change(part: str) -> Answer:
    stands, said = _opened(part)
    return _form(part, said, stands=stands, wrong={})


@blueprint.post("/partnership/<part>")
def change(part: str) -> Answer:
    """One part of it; the rest stays as it stands."""
    stands, said = _opened(part)
    wanted, seen = _typed(part, said), request.form.get("seen", type=whole_number)
    wrong = _wrong(part, wanted)
    if wrong:
        return _form(part, wanted, stands=stands, wrong=wrong, seen=seen), 422
    try:
        store.state(session(), wanted, seen=seen or 0, by=_signed().person, at=now())
    except Conflict:
        return _clash(part, wanted), 409
    flash(_told(part))
    return redirect("/partnership", 303)


@blueprint.get("/partnership/vision/sign-off")
def ask_to_sign_off() -> Answer:
    return _signing()


@blueprint.post("/partnership/vision/sign-off")
def sign_off() -> Answer:
    """For one's own organisation, of the words that were on the page. Raises Forbidden and Frozen as the store does."""
    signed = _signed()
    try:
        store.sign_off(session(), _own_id(), digest=text("words"), by=signed.person, at=now())
    except Conflict:
        return _signing(changed=True), 409
    flash("The shared vision is signed off for your organisation.")
    return redirect("/partnership", 303)


def _signing(*, changed: bool = False) -> str:
    """`changed`: the vision says something else than on the page that was sent."""
    stands = store.current(session())
    said = stands.says if stands else NOTHING
    if _own_id() not in said.members or not said.vision:
        raise Forbidden("Members of the partnership sign off its vision, once there is one.")
    return render_template(
        "partnership_sign_off.html", said=said, words=vision_digest(said.vision), changed=changed,
        done=_has_signed(said, _own_id()), own=_names(organisations.by_id(session()))[_own_id()], place="directory",
    )  # fmt: skip


def _signed() -> Signed:
    signed = visitor()
    if signed is None or signed.organisation is None:
        raise Forbidden("Sign in first: the partnership is kept by people of its organisations.")
    return signed


def _own_id() -> str:
    signed = visitor()
    return signed.organisation.id if signed and signed.organisation else ""


def _opened(part: str) -> tuple[Stated | None, Partnership]:
    """Raises NotFound for a page that is none, and for message and vision of a partnership that nobody named yet."""
    stands = store.current(session())
    if part not in PARTS or (stands is None and part != "details"):
        raise NotFound("There is no such page of the partnership.")
    return stands, stands.says if stands else NOTHING


def _typed(part: str, said: Partnership) -> Partnership:
    """What the partnership would say. The host is always a member, and a sample host makes it a sample."""
    if part == "message":
        return replace(said, message=" ".join(text("message").split()))
    if part == "vision":
        return replace(said, vision=text("vision"))
    bodies, host = organisations.by_id(session()), text("host")
    members = dict.fromkeys(one for one in (host, *request.form.getlist("members")) if one)
    return replace(
        said, name=" ".join(text("name").split()), host=host, members=tuple(members),
        law=tuple(dict.fromkeys(request.form.getlist("law"))),
        other_law=tuple(line for one in text("other_law").split("\n") if (line := " ".join(one.split()))),
        sample=host in bodies and bodies[host].sample,
    )  # fmt: skip


def _wrong(part: str, wanted: Partnership) -> Mapping[str, str]:
    known = {key for key, _ in library().choices("gateways")}
    found = partnership_faults(wanted, organisations=organisations.by_id(session()), provisions=known)
    return {key: words for key, words in found.items() if key in PARTS[part]}


def _form(
    part: str, said: Partnership, *, stands: Stated | None, wrong: Mapping[str, str], seen: int | None = None
) -> str:
    bodies, number = organisations.all_of_them(session()), stands.number if stands else 0
    return render_template(
        f"partnership_{part}.html", said=said, wrong=wrong, stands=stands, seen=number if seen is None else seen,
        bodies=[(one.id, one.name) for one in bodies], provisions=library().choices("gateways"), typed=_as_typed(said),
        older=store.older(session(), of=reach()) if part == "message" else (), place="directory",
    )  # fmt: skip


def _as_typed(said: Partnership) -> Mapping[str, Any]:
    return {**asdict(said), "other_law": "\n".join(said.other_law)}


def _told(part: str) -> str:
    if part == "vision":
        return "The shared vision is saved. Members sign off these words; what they signed off before is kept."
    if part == "message":
        count = len(store.older(session(), of=reach()))
        kept = f" {counted(count, 'issued version')} print an earlier one, and stay as they are." if count else ""
        return f"The single message is saved. Drafts print it from now on.{kept}"
    return "The partnership is saved."


def _clash(part: str, wanted: Partnership) -> str:
    """Somebody was quicker: both texts, to keep theirs or to save one's own."""
    stands = store.current(session())
    theirs = stands.says if stands else NOTHING
    rows = [
        (TITLES[key], differences(_words(theirs, key), _words(wanted, key)))
        for key in PARTS[part] if getattr(theirs, key) != getattr(wanted, key)
    ]  # fmt: skip
    carried = [(name, value) for name, value in carried_fields() if name != "seen"]
    return render_template(
        "partnership_conflict.html", rows=rows, stands=stands, carried=carried, part=part, place="directory"
    )


def _words(said: Partnership, key: str) -> str:
    """A part in words, a line for each entry."""
    value, names = getattr(said, key), _names(organisations.by_id(session()))
    if key == "law":
        return "\n".join(library().label("gateways", one) for one in value)
    return "\n".join(names.get(one, one) for one in ([value] if isinstance(value, str) else value))


def _names(bodies: Mapping[str, Organisation]) -> Mapping[str, str]:
    """Id -> name. An organisation that was removed from the directory has none any more."""
    return {key: one.name for key, one in bodies.items()}


def _has_signed(said: Partnership, organisation: str) -> bool:
    mine = (organisation, vision_digest(said.vision))
    return any((one.organisation, one.vision_digest) == mine for one in store.signed_off(session()))


def _members(said: Partnership, bodies: Mapping[str, Organisation]) -> list[Member]:
    """By name; with the words that they signed off."""
    signed, words, now_said = store.signed_off(session()), store.visions(session()), vision_digest(said.vision)
    found = []
    for key in said.members:
        theirs = [one for one in signed if one.organisation == key]
        standing = next((one for one in theirs if said.vision and one.vision_digest == now_said), None)
        before = next((one for one in theirs if one is not standing), None)
        name = bodies[key].name if key in bodies else "No longer in the directory"
        found.append(Member(key, name, standing, before, words.get(before.vision_digest, "") if before else ""))
    return sorted(found, key=lambda one: one.name.casefold())
