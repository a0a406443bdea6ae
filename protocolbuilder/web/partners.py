"""Which partner of an agreement is which organisation of the directory: chosen for a new partner, or said of one that
is there. A person says it each time; what was typed is not overwritten unless they tick it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, Edit, get
from protocolbuilder.domain.directory import Difference, alike, differences, entry, index
from protocolbuilder.domain.journey import pages
from protocolbuilder.domain.kinds import shown
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.store import organisations, relations
from protocolbuilder.store.agreements import save
from protocolbuilder.web import places
from protocolbuilder.web.access import visitor, who
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.permission import may
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("partners", __name__)

SECTION: Final = "parties"
NOBODY: Final = "Select an organisation from the list"
MOVED: Final = "This was changed after you opened the page. Look at it as it is now, then save"
Answer = str | tuple[str, int] | Response
Maybe = tuple[tuple[Organisation, str], ...]
"""Organisations, each with the title of the question to which both say the same."""


@dataclass(frozen=True, slots=True)
class Row:
    """A partner. `body` is the organisation it is tied to, None for none; `gone` when that left the directory; `newer`
    when its entry says something else since. `maybe` are organisations it may be, each with what is the same."""

    id: str
    name: str
    body: Organisation | None
    gone: bool
    newer: bool
    maybe: Maybe


def rows(opened: Opened) -> tuple[Row, ...]:
    """In the order of the agreement. Three statements."""
    tied, bodies = relations.tied(session(), opened.ref), organisations.by_id(session())
    used = {tie.organisation for tie in tied.values()}
    section, found = opened.section(SECTION), []
    known = index(section, (body for body in bodies.values() if body.id not in used))
    for party in opened.agreement.answers.get(SECTION) or ():
        tie = tied.get(party["id"])
        body = bodies.get(tie.organisation) if tie else None
        newer = bool(tie and tie.newer and body and differences(section, party, body))
        maybe = () if tie else alike(section, party, known)
        found.append(Row(party["id"], opened.names.item(party["id"]), body, bool(tie and not body), newer, maybe))
    return tuple(found)


def told(opened: Opened) -> tuple[Row, ...]:
    """Those of which the directory says something: it may be one of its organisations, or its entry changed. For
    whoever may say which it is."""
    return tuple(row for row in rows(opened) if row.maybe or row.newer) if may("partner:tie") else ()


def alike_new(opened: Opened, new: Mapping[int, Mapping[str, Any]]) -> Mapping[int, Maybe]:
    """Which organisations partners that are not there yet may be: by their number, answers -> organisations, each with
    what is the same. None is offered twice, nor one that is a partner already."""
    if not may("partner:tie"):
        return {}
    section, used, found = opened.section(SECTION), set(_used(opened.ref)), dict[int, Maybe]()
    known = index(section, (body for body in organisations.all_of_them(session()) if body.id not in used))
    for number, answers in new.items():
        if fit := tuple(one for one in alike(section, answers, known) if one[0].id not in used):
            found[number] = fit
            used |= {body.id for body, _ in fit}
    return found


def tie_new(ref: str, ties: Iterable[tuple[str, Organisation]]) -> None:
    """Of partners just added: (partner, organisation)."""
    for party, body in ties:
        relations.tie(session(), ref, party, organisation=body.id, by=_by(), at=now())


@blueprint.get("/agreements/<ref>/partners-here")
def listed(ref: str) -> str:
    opened = open_draft(ref)
    return render_template("partners.html", opened=opened, rows=rows(opened), place="agreements")


@blueprint.get("/agreements/<ref>/partners-here/add")
def ask_to_add(ref: str) -> str:
    return _choose(open_draft(ref))


@blueprint.post("/agreements/<ref>/partners-here/add")
def add(ref: str) -> Answer:
    """A new partner with what the directory says, tied to it; its first page comes next."""
    opened, body = open_draft(ref), _chosen(request.form.get("organisation", ""))
    if body is None or body.id in _used(ref):
        return _choose(opened, wrong=NOBODY), 422
    party, section = running().new_id(), opened.section(SECTION)
    edit = Edit(f"{SECTION}.{party}", entry(section, body))
    save(session(), ref, edits=[edit], seen=opened.draft.number, by=who(), at=now())
    tie_new(ref, [(party, body)])
    flash(f"Added: {body.name}. Check what the directory says of it, and go on.")
    after = open_draft(ref)
    return redirect(places.page_place(ref, pages(after.schema, after.agreement, SECTION, party)[0]), 303)


@blueprint.get("/agreements/<ref>/partners-here/<party>")
def choose(ref: str, party: str) -> Answer:
    """Which organisation it is; then, with `?organisation=`, its entry beside the answers."""
    opened = open_draft(ref)
    answers = _answers(opened, party)
    if "organisation" not in request.args:
        return _choose(opened, party=party)
    body = _chosen(request.args["organisation"])
    if body is None:
        return _choose(opened, party=party, wrong=NOBODY), 422
    return _compare(opened, party, body, differences(opened.section(SECTION), answers, body))


@blueprint.post("/agreements/<ref>/partners-here/<party>")
def tie(ref: str, party: str) -> Answer:
    """It is that organisation. What was not stated is filled in; what was typed stays where it is not ticked."""
    opened, body = open_draft(ref), _chosen(request.form.get("organisation", ""))
    answers = _answers(opened, party)
    if body is None:
        return _choose(opened, party=party, wrong=NOBODY), 422
    told = differences(opened.section(SECTION), answers, body)
    if organisations.number_of(session(), body.id) != request.form.get("entry", type=whole_number):
        return _compare(opened, party, body, told, moved=MOVED), 409
    ticked = request.form.getlist("take")
    taken = [one for one in told if one.answer is ABSENT or one.question.id in ticked]
    edits = [Edit(f"{SECTION}.{party}.{one.question.id}", one.entry) for one in taken if not _off(opened, party, one)]
    try:
        seen = request.form.get("seen", type=whole_number) or 0
        save(session(), ref, edits=edits, seen=seen, by=who(), at=now())
    except Conflict:
        return _compare(opened, party, body, told, moved=MOVED), 409
    relations.tie(session(), ref, party, organisation=body.id, by=_by(), at=now())
    flash(f"{opened.names.item(party)} is {body.name} of the directory.")
    return redirect(f"{places.home(ref)}/partners-here", 303)


@blueprint.get("/agreements/<ref>/partners-here/<party>/untie")
def ask_to_untie(ref: str, party: str) -> str:
    opened = open_draft(ref)
    _answers(opened, party)
    row = next(one for one in rows(opened) if one.id == party)
    return render_template("partner_untie.html", opened=opened, row=row, place="agreements")


@blueprint.post("/agreements/<ref>/partners-here/<party>/untie")
def untie(ref: str, party: str) -> Response:
    """The answers stay as they are."""
    opened = open_draft(ref)
    relations.untie(session(), ref, party, by=_by(), at=now())
    flash(f"{opened.names.item(party)} is tied to no organisation of the directory.")
    return redirect(f"{places.home(ref)}/partners-here", 303)


def _choose(opened: Opened, *, party: str = "", wrong: str = "") -> str:
    used = _used(opened.ref) if not party else frozenset[str]()
    bodies = [body for body in organisations.all_of_them(session()) if body.id not in used]
    return render_template(
        "partner_choose.html", opened=opened, party=party, bodies=bodies, wrong=wrong, place="agreements"
    )


def _compare(
    opened: Opened, party: str, body: Organisation, told: tuple[Difference, ...], *, moved: str = ""
) -> str:
    """Each difference in words: what is answered, what the directory says, and whether a tick decides."""

    def words(one: Difference, value: Any) -> str:
        return "" if value is ABSENT else shown(one.question, value, opened.names)

    kept = [one for one in told if not _off(opened, party, one)]
    lines = [(one.question, words(one, one.answer), words(one, one.entry)) for one in kept]
    tied = relations.tied(session(), opened.ref).get(party)
    return render_template(
        "partner_compare.html", opened=opened, party=party, body=body, lines=lines, moved=moved,
        already=bool(tied and tied.organisation == body.id), entry=organisations.number_of(session(), body.id),
        place="agreements",
    )  # fmt: skip


def _answers(opened: Opened, party: str) -> dict[str, Any]:
    found = get(opened.agreement, f"{SECTION}.{party}")
    if not isinstance(found, dict):
        raise NotFound(f"“{party[:60]}” is no partner of this agreement. It may have been removed.")
    return found


def _off(opened: Opened, party: str, one: Difference) -> bool:
    """Somebody said that the question does not apply."""
    return f"{SECTION}.{party}.{one.question.id}" in opened.agreement.does_not_apply


def _chosen(organisation: str) -> Organisation | None:
    return organisations.by_id(session()).get(organisation)


def _used(ref: str) -> frozenset[str]:
    return frozenset(tie.organisation for tie in relations.tied(session(), ref).values())


def _by() -> str:
    signed = visitor()
    return signed.person.id if signed else ""
