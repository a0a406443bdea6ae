"""The forms of an entry of the directory, a part each: the page that asks, and what was typed as an organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from flask import render_template, request

from protocolbuilder.domain.organisations import (
    IDENTIFIERS,
    NATIONS,
    SECTORS,
    Identifier,
    IdentifierKind,
    Organisation,
    organisation_faults,
    sponsor_fault,
)
from protocolbuilder.store import organisations
from protocolbuilder.web.law_records import text
from protocolbuilder.web.library import library
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.running import session

ABOUT: Final = "about"
CONTACT: Final = "contact"
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    ABOUT: ("name", "short", "agency_types", "sector", "nation"),
    "identifiers": tuple(f"identifiers.{kind}" for kind in IDENTIFIERS),
    "departments": ("departments",),
    CONTACT: ("contact",),
    "sponsor": ("sponsor",),
}
"""Part of an entry -> its fields, in their order."""
NAMING: Final = frozenset({ABOUT, "identifiers"})
"""Parts by which the same organisation is told when it is there twice."""
MOST_DEPARTMENTS: Final = 100
BETWEEN: Final = (",", ";")
DIFFERENT: Final = "Say that it is a different organisation, or go to the one that is there"


def line(name: str) -> str:
    return " ".join(text(name).split())


def read(part: str, stands: Organisation) -> Organisation:
    """The entry with what the form of this part says; another part stays as it stands."""
    if part == ABOUT:
        types = tuple(dict.fromkeys(request.form.getlist("agency_types")))
        return replace(
            stands, agency_types=types, name=line("name"), short=line("short"), sector=line("sector"),
            nation=line("nation"),
        )  # fmt: skip
    if part == "identifiers":
        return replace(stands, identifiers=tuple(dict.fromkeys(_identifiers())))
    if part == "departments":
        names = (" ".join(one.split()) for one in text("departments").split("\n"))
        return replace(stands, departments=tuple(dict.fromkeys(name for name in names if name)))
    return replace(stands, contact=line(part)) if part == CONTACT else replace(stands, sponsor=line(part))


def _identifiers() -> Iterator[Identifier]:
    """Several of one kind are kept apart by commas, other ones by semicolons."""
    for kind in cast(Sequence[IdentifierKind], list(IDENTIFIERS)):
        values = line(f"identifiers.{kind}").split(BETWEEN[kind == "other"])
        yield from (Identifier(kind, value.strip()) for value in values if value.strip())


def faults(part: str, body: Organisation, others: Mapping[str, Organisation]) -> dict[str, str]:
    """Field of this part -> what to put right."""
    found = organisation_faults(body, agency_types=frozenset(key for key, _ in library().choices("agency_types")))
    if fault := sponsor_fault(body, others):
        found["sponsor"] = fault
    if len(body.departments) > MOST_DEPARTMENTS:
        found["departments"] = f"Enter {MOST_DEPARTMENTS} departments at most"
    return {field: found[field] for field in PARTS[part] if field in found}


def said_different() -> bool:
    """Did they say that it is not one of those that look the same?"""
    return text("different") == "yes"


def seen() -> int:
    """The number of the entry that the form was drawn with; one that is none was never its number."""
    return request.form.get("seen", type=whole_number) or 0


def page(
    part: str, stands: Organisation | None, *, wrong: Mapping[str, str], same: Sequence[Organisation] = (),
    sponsor: Organisation | None = None, changed: Organisation | None = None,
) -> str:  # fmt: skip
    """`stands` None: a new entry. `same` are others that look the same; `sponsor` of a new one; `changed` is what
    somebody else saved meanwhile: then what was typed can be saved in its place."""
    return render_template(
        "organisation_form.html", part=part, fields=PARTS[part], organisation=stands, wrong=wrong, same=same,
        sponsor=sponsor, changed=changed, identifiers=IDENTIFIERS, sectors=SECTORS,
        typed=request.form if request.method == "POST" or stands is None else _typed(stands),
        types=request.form.getlist("agency_types") if request.method == "POST" else stands and stands.agency_types,
        seen=_number(stands, changed), agencies=library().choices("agency_types"), nations=NATIONS,
        others=[one for one in organisations.all_of_them(session()) if stands and one.id != stands.id],
        place="directory",
    )  # fmt: skip


def _number(stands: Organisation | None, changed: Organisation | None) -> int:
    """What the form carries: the number it was drawn with, also after a mistake, until both were shown."""
    if stands is None:
        return 0
    return organisations.number_of(session(), stands.id) if changed or request.method != "POST" else seen()


def _typed(body: Organisation) -> Mapping[str, Any]:
    words = {name: getattr(body, name) for name in ("name", "short", "sector", "nation", "contact", "sponsor")}
    held: dict[str, str] = {}
    for one in body.identifiers:
        name, before = f"identifiers.{one.kind}", held.get(f"identifiers.{one.kind}")
        held[name] = f"{before}{BETWEEN[one.kind == 'other']} {one.value}" if before else one.value
    return {**words, **held, "departments": "\n".join(body.departments)}
