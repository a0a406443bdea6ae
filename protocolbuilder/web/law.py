"""The law library to read: searched and filtered, one page a provision or lawful basis, and who relies on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request

from protocolbuilder.errors import NotFound
from protocolbuilder.law import shelf
from protocolbuilder.law.approval import NEEDED, refused
from protocolbuilder.law.impact import Use, use
from protocolbuilder.law.library import GROUPS, Library
from protocolbuilder.law.offer_words import NATIONS, day, not_verified
from protocolbuilder.law.overlay import Withdrawal, about, approvals, proposal, standing
from protocolbuilder.law.shelf import KINDS, Search
from protocolbuilder.store import organisations
from protocolbuilder.store.holdings import Held, Mark, held, naming
from protocolbuilder.web.access import visitor
from protocolbuilder.web.library import library, recorded
from protocolbuilder.web.paging import page_asked, paging
from protocolbuilder.web.permission import may, reach
from protocolbuilder.web.running import session

blueprint = Blueprint("law", __name__)
blueprint.add_app_template_filter(day, "iso_date")

Record = Mapping[str, Any]
PER_PAGE: Final = 25
FILTERS: Final = ("nation", "agency", "purpose", "kind")


@dataclass(frozen=True, slots=True)
class Relying:
    """A draft or version that names an entry, and what of it rests on that (None for a lawful basis)."""

    held: Held
    use: Use | None


@blueprint.get("/law")
def provisions() -> str:
    """`?search=` words of name, alias or citation; `?nation=`, `?agency=`, `?purpose=` and `?kind=` narrow it."""
    known = library()
    asked = _asked(known)
    found = [(record, shelf.does(record), not_verified(record)) for record in shelf.provisions(known, asked)]
    return render_template(
        "law.html", found=found, asked=asked, library=known, options=_options(known), statuses=shelf.STATUSES,
        kinds=KINDS, nations=NATIONS, narrowed=any(asdict(asked).values()), place="law",
        waiting=[one for one in known.vocabularies["gateways"].values() if one.get("approved") is False],
    )  # fmt: skip


def _asked(known: Library) -> Search:
    """The search in the address; what the library does not know is left out of it."""
    words = " ".join(request.args.get("search", "").split())[:200]
    allowed = {name: {value for value, _ in _options(known)[name]} for name in FILTERS}
    chosen = {name: value for name in FILTERS if (value := request.args.get(name, "")) in allowed[name]}
    return Search(words, **chosen)


def _options(known: Library) -> dict[str, list[tuple[str, str]]]:
    return {
        "nation": [(key, name) for key, name in NATIONS.items() if key != "uk"],
        "agency": list(known.choices("agency_types")),
        "purpose": list(known.choices("purposes")),
        "kind": list(KINDS.items()),
    }


@blueprint.get("/law/bases")
def bases() -> str:
    """Every lawful basis and condition, by the part of the law that it stands in."""
    known = library()
    groups = [(shelf.GROUP_NAMES[name], list(known.vocabularies[name].values())) for name in GROUPS]
    return render_template("law_bases.html", groups=groups, library=known, place="law")


@blueprint.get("/law/<entry>")
def show(entry: str) -> str:
    vocabulary, record = entry_of(entry)
    known = library()
    named, page = naming(session(), entry, of=reach()), page_asked(request.args)
    same: dict[str, Any] = {
        "record": record, "library": known, "place": "law",
        "relying": _relying(known, vocabulary, entry, named[(page - 1) * PER_PAGE : page * PER_PAGE]),
        "paging": paging(request.path, {}, page=page, count=len(named), per_page=PER_PAGE),
        "records": _records(entry), "name": known.label(vocabulary, entry),
    }
    if vocabulary != "gateways":
        return render_template(
            "law_basis.html", group=shelf.GROUP_NAMES[vocabulary], requires=_named(known, record["requires"]),
            any_of=_named(known, record["requires_any_of"]), **same,
        )  # fmt: skip
    after = known.entry("gateways", record["replaced_by"]) if record["replaced_by"] else None
    return render_template(
        "law_provision.html", rows=shelf.rows(known, record), does=shelf.does(record), does_not=shelf.does_not(record),
        beware=not_verified(record), notes=shelf.notes(known, record), after=after, statuses=shelf.STATUSES,
        kinds=KINDS, alone=alone(), can_approve=_can_approve(record), **same,
    )  # fmt: skip


def refusal(entry: str, *, person: str, organisation: str) -> str:
    """Why this person cannot approve a local entry for their organisation (ids), "" when they can. Raises NotFound for
    what is no local entry."""
    found = proposal(recorded(), entry)
    if found is None:
        raise NotFound("Approval is asked for local entries that stand.")
    count = len(organisations.all_of_them(session()))
    known = approvals(recorded(), entry)
    return refused(found, known, person=person, organisation=organisation, organisations=count)


def _can_approve(record: Record) -> bool:
    signed = visitor()
    if record.get("approved") is not False or not may("law library:record") or not (signed and signed.organisation):
        return False
    return not refusal(record["id"], person=signed.person.id, organisation=signed.organisation.id)


def alone() -> bool:
    """Does the directory hold one organisation only, or none? Then no second agency can approve a local entry."""
    return len(organisations.all_of_them(session())) < NEEDED


def _named(known: Library, keys: list[str]) -> list[tuple[str, str]]:
    """What a basis asks for, by name, with the page of an entry where it has one."""
    named = []
    for key in keys:
        found = shelf.found(known, key)
        requirement = known.entry("requirements", key)
        words = known.label(found[0], key) if found else str(requirement["label"]) if requirement else key
        named.append((words, f"/law/{key}" if found else ""))
    return named


def entry_of(entry: str) -> tuple[str, Record]:
    """(vocabulary, record). Raises NotFound."""
    found = shelf.found(library(), entry)
    if found is None:
        raise NotFound(f"The law library has no entry “{entry[:60]}”.")
    return found


def _records(entry: str) -> list[tuple[Any, str, bool]]:
    """Each record about an entry, newest first, with its kind, and whether it still counts."""
    counts = {record.id for record in standing(recorded())}
    return [
        (record, type(record).__name__, record.id in counts or isinstance(record, Withdrawal))
        for record in about(recorded(), entry)
    ]


def _relying(known: Library, vocabulary: str, entry: str, named: tuple[Mark, ...]) -> list[Relying]:
    found = [held(session(), mark) for mark in named]
    if vocabulary != "gateways":
        return [Relying(one, None) for one in found]
    uses = ((one, use(one.agreement, known, entry)) for one in found)
    return [Relying(one, used) for one, used in uses if used.gateways]
