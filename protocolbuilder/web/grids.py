"""Tables in which many items are answered on one page: partners, contacts, information, flows."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, jsonify, redirect, render_template, request

from protocolbuilder.domain.agreement import ABSENT, get
from protocolbuilder.domain.matrix import ids
from protocolbuilder.errors import NotFound
from protocolbuilder.web import cells, contact_rows, partners, places
from protocolbuilder.web.cells import Cell
from protocolbuilder.web.filling import Filled, Row, choices_of, fill
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.paging import Paging, page_asked, paging
from protocolbuilder.web.running import now
from protocolbuilder.web.wizard import Answered, wants_json
from protocolbuilder.web.words import clock

blueprint = Blueprint("grids", __name__)


@dataclass(frozen=True, slots=True)
class Grid:
    """Which questions of a list section are the columns, how many rows (of contacts: partners) a page holds."""

    section: str
    title: str
    hint: str
    questions: tuple[str, ...]
    per_page: int


GRIDS: Final = {
    grid.section: grid
    for grid in (
        Grid("parties", "Name the partners", "Give each partner its legal name. What you leave empty stays not stated.",
             ("name", "ico_registration", "kind", "agency_types", "role"), 25),
        Grid("contacts", "Contacts and signatories", "Work contacts only. What you leave empty stays not stated.",
             ("name", "post", "email", "telephone"), 20),
        Grid("items", "Sort the information", "Each kind of information needs a data category.",
             ("name", "category", "class_assessed"), 25),
        Grid("flows", "Edit many flows", "An entry of several ways keeps them all. For another mix, open the flow.",
             ("methods", "frequency", "respond_within", "identifiability", "level"), 25),
    )
}  # fmt: skip


@blueprint.get("/agreements/<ref>/grid/<section>")
def show(ref: str, section: str) -> str:
    opened = open_draft(ref)
    return _draw(opened, _grid(section), Filled(opened.draft.number))


@blueprint.post("/agreements/<ref>/grid/<section>")
def save(ref: str, section: str) -> Answered:
    """Saves every cell that can be saved. The others stay on the page as typed, each with what is in the way."""
    opened, grid = open_draft(ref), _grid(section)
    act = request.form.get("act", "")
    setting = act == "set" and not wants_json()
    filled = fill(opened, grid.section, grid.questions, form=request.form, setting=setting)
    if wants_json():
        return _told(filled)
    if filled.faults:
        return _draw(open_draft(ref), grid, filled)
    if filled.saved:
        flash(f"Saved: {filled.saved} {'answer' if filled.saved == 1 else 'answers'}.")
    page = page_asked(request.args)
    pages = _paging(opened, grid, page)
    if act == "set":
        return redirect(request.full_path.rstrip("?"), 303)
    return redirect(pages.next or places.section_place(ref, section), 303)


def _told(filled: Filled) -> Answered:
    """For the page that saves by itself. With a fault nothing is kept: the page keeps it, and its button tells more."""
    if filled.theirs:
        return jsonify(saved=False, conflict=True), 409
    if filled.faults:
        return jsonify(saved=False, wrong=filled.faults, careful=[]), 422
    return jsonify(saved=True, seen=filled.seen, at=clock(now()), overtaken=[])


def _grid(section: str) -> Grid:
    if section not in GRIDS:
        raise NotFound("There is no such table.")
    return GRIDS[section]


def _paging(opened: Opened, grid: Grid, page: int) -> Paging:
    base = "parties" if grid.section == "contacts" else grid.section
    count = len(opened.agreement.answers.get(base, ()))
    kept = {"functions": request.args.get("functions", "")}
    functions = request.args.getlist("function")
    if functions:
        kept["functions"] = " ".join(functions)
    path = f"{places.home(opened.ref)}/grid/{grid.section}"
    return paging(path, kept, page=page, count=count, per_page=grid.per_page)


def _rows(opened: Opened, grid: Grid, page: int) -> tuple[Row, ...]:
    first = (page - 1) * grid.per_page
    if grid.section == "contacts":
        return contact_rows.rows(opened, functions=contact_rows.chosen(opened, request.args), first=first,
                                 most=grid.per_page, form=request.form)  # fmt: skip
    items = opened.agreement.answers.get(grid.section, ())[first : first + grid.per_page]
    return tuple(Row(item["id"], _label(opened, grid, item)) for item in items)


def _label(opened: Opened, grid: Grid, item: Mapping[str, Any]) -> str:
    """What a row is called: a flow by its number, ends and information, each kept short; others by their name."""
    if grid.section != "flows":
        return textwrap.shorten(opened.names.item(item["id"]), 80, placeholder="…")
    named = [", ".join(map(opened.names.item, ids(item, key))) or "not stated" for key in ("from", "to", "items")]
    words = "{} to {}: {}".format(*(textwrap.shorten(end, 45, placeholder="…") for end in named))
    return f"{item['ref']}. {words}" if item.get("ref") else words


def _draw(opened: Opened, grid: Grid, filled: Filled) -> str:
    page = page_asked(request.args)
    section = opened.section(grid.section)
    choices = choices_of(opened, grid.section, grid.questions)
    rows = [(row, _cells(opened, grid, row.id, filled=filled)) for row in _rows(opened, grid, page)]
    settable = [
        cells.cell(f"set.{key}", section.questions[key], ABSENT, names=opened.names, choices=choices[key],
                   typed=filled.typed.get(f"set.{key}"), wrong=filled.faults.get(f"set.{key}", ""))
        for key in grid.questions
        if section.questions[key].kind in cells.SELECTED | {"deadline"}
    ]  # fmt: skip
    contacts = grid.section == "contacts"
    return render_template(
        "grid.html", opened=opened, grid=grid, section=section, rows=rows, filled=filled, settable=settable,
        columns=[section.questions[key] for key in grid.questions], count=len(opened.agreement.answers[grid.section]),
        paging=_paging(opened, grid, page), place="agreements", selected=request.form.getlist("selected"),
        functions=contact_rows.offered(opened, request.args) if contacts else (),
        partners=partners.told(opened) if grid.section == partners.SECTION else (),
    )  # fmt: skip


def _cells(opened: Opened, grid: Grid, item: str, *, filled: Filled) -> list[Cell]:
    section = opened.section(grid.section)
    choices = choices_of(opened, grid.section, grid.questions)
    return [
        cells.cell(name := f"{grid.section}.{item}.{key}", section.questions[key], get(opened.agreement, name),
                   names=opened.names, choices=choices[key], typed=filled.typed.get(name),
                   wrong=filled.faults.get(name, ""), theirs=filled.theirs.get(name, ""))
        for key in grid.questions
    ]  # fmt: skip

