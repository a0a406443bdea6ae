"""Who is affected when a provision changes: a worklist of agreements, and one of them with a proposed amendment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from flask import Blueprint, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder import catalogue
from protocolbuilder.domain.matrix import references
from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.schema import question_at
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.law.amendment import Proposal, propose
from protocolbuilder.law.case import Case
from protocolbuilder.law.followed import Asked, followed
from protocolbuilder.law.impact import Effect, effect, effect_as_read, well_formed
from protocolbuilder.law.library import Library, effective
from protocolbuilder.store.agreements import save
from protocolbuilder.store.holdings import Mark, held, live
from protocolbuilder.web import places
from protocolbuilder.web.access import who
from protocolbuilder.web.law import entry_of
from protocolbuilder.web.library import library, recorded, today
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.paging import page_asked, paging
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("law_impact", __name__)

PER_PAGE: Final = 25
KEPT: Final = 5000
_KEPT: Final = "protocolbuilder.impact"


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of a provision with the library before and after it."""

    asked: Asked
    before: Library
    after: Library

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from any other: its records in order, and the day."""
        return (*(record.id for record in self.asked.after), self.asked.record.id, self.asked.on.isoformat())


@dataclass(frozen=True, slots=True)
class Affected:
    """One line of the worklist: an agreement as a draft or as issued, and what the change does to it, in counts."""

    ref: str
    title: str
    what: str
    number: int
    relies: int
    newly: int
    lost: int
    cells: int
    fails: int
    clears: int

    @property
    def any(self) -> bool:
        return any((self.relies, self.newly, self.lost, self.cells, self.fails, self.clears))


def changed(entry: str) -> Changed:
    """The change to follow through. Raises NotFound for what is no provision."""
    vocabulary, _ = entry_of(entry)
    if vocabulary != "gateways":
        raise NotFound("Changes of the law are followed for provisions.")
    is_live: Literal["live", "not live"] = "live" if library().live(entry, on=today()) else "not live"
    asked = followed(recorded(), entry, live=is_live, today=today(), at=now())
    shipped = catalogue.library()
    before, after = (effective(shipped, one, on=asked.on) for one in (asked.before, asked.after))
    return Changed(asked, before, after)


@blueprint.get("/law/<entry>/impact")
def worklist(entry: str) -> str:
    """Every draft, and every version in force that differs from its draft, that a change touches."""
    change = changed(entry)
    found = [row for mark in live(session(), of=reach()) if (row := _affected(mark, entry, change)).any]
    page = page_asked(request.args)
    return render_template(
        "law_impact.html", rows=found[(page - 1) * PER_PAGE : page * PER_PAGE], count=len(found), change=change,
        record=change.after.vocabularies["gateways"][entry], known=entry_of(entry)[1], library=library(), place="law",
        paging=paging(request.path, {}, page=page, count=len(found), per_page=PER_PAGE),
    )  # fmt: skip


def _affected(mark: Mark, entry: str, change: Changed) -> Affected:
    """Kept between requests: a register is gone through once for each change, not at each look."""
    kept: dict[Any, Affected] = current_app.extensions.setdefault(_KEPT, {})
    key = (mark, entry, change.key)
    if key not in kept:
        if len(kept) >= KEPT:
            kept.clear()
        agreement, on = held(session(), mark).agreement, change.asked.on
        schema = catalogue.schema(agreement.schema)
        _, found = effect_as_read(schema, agreement, entry, before=change.before, after=change.after, on=on)
        kept[key] = Affected(
            mark.ref, mark.title, mark.what, mark.number, len(found.use.flows), len(found.newly), len(found.lost),
            len(found.cells), len(found.fails), len(found.clears),
        )
    return kept[key]


@blueprint.get("/law/<entry>/impact/<ref>")
def one(entry: str, ref: str) -> str:
    return _page(entry, open_draft(ref))


def _followed(opened: Opened, entry: str, change: Changed) -> tuple[Effect, Proposal]:
    agreement = well_formed(opened.schema, opened.agreement, change.after)
    on = change.asked.on
    found = effect(opened.schema, agreement, entry, before=change.before, after=change.after, on=on)
    case = Case(opened.schema, agreement, change.after, on=on)
    return found, propose(case, entry, found, before=change.before, new_id=running().new_id)


def _page(entry: str, opened: Opened, *, overtaken: str = "") -> str:
    change = changed(entry)
    found, proposal = _followed(opened, entry, change)
    names = AgreementNames(opened.schema, opened.agreement, change.after)
    step = question_at(opened.schema, proposal.step[0]).title if proposal.step[0] else ""
    return render_template(
        "law_impact_one.html", opened=opened, effect=found, proposal=proposal, change=change, overtaken=overtaken,
        record=change.after.vocabularies["gateways"][entry], known=entry_of(entry)[1],
        labels=references(opened.agreement), names=names,
        cells=[cell for cell in proposal.cells or found.cells if cell.view == "agencies"],
        other_cells=sum(cell.view != "agencies" for cell in proposal.cells or found.cells),
        place_of=lambda address: places.place(opened.ref, opened.schema, opened.agreement, address),
        step_title=step, place="law",
    )  # fmt: skip


@blueprint.post("/law/<entry>/impact/<ref>")
def take(entry: str, ref: str) -> str | tuple[str, int] | Response:
    """The proposal becomes part of the draft, in one save. Refused while the change is only asked about."""
    opened, change = open_draft(ref), changed(entry)
    if not change.asked.recorded:
        raise NotFound("Nobody has recorded this change of the law, so there is nothing to take up.")
    _, proposal = _followed(opened, entry, change)
    seen = request.form.get("seen", type=whole_number) or 0
    if seen != opened.draft.number:
        return _page(entry, opened, overtaken=opened.draft.updated_by), 409
    try:
        save(session(), ref, edits=proposal.edits, seen=seen, by=who(), at=now())
    except Conflict:
        return _page(entry, open_draft(ref), overtaken=opened.draft.updated_by), 409
    flash("The proposed amendment is part of the draft. Look at it, and change what is not right for you.")
    return redirect(f"{places.home(ref)}/matrix", 303)
