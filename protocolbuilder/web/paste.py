"""A column pasted from a spreadsheet becomes items of a list, look-alikes offered for merging, in one save. A partner
that may be an organisation of the directory is tied to it where a person ticks that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, Edit, apply, get
from protocolbuilder.domain.check import check_section
from protocolbuilder.domain.directory import entry
from protocolbuilder.domain.organisations import Organisation
from protocolbuilder.domain.personal_details import looks_personal
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.store.agreements import save
from protocolbuilder.web import cells, partners, places
from protocolbuilder.web.access import who
from protocolbuilder.web.filling import choices_of
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.pasted import Line, headings, lines, table, usable
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("paste", __name__)

NAMED_BY: Final = {"parties": "name", "others": "name", "items": "name"}
"""Lists that can be pasted into, and the question that the first column answers."""
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Paste:
    """`columns` holds the question each column answers, "" for none. `heads` when the first line is headings."""

    text: str
    rows: Sequence[Sequence[str]]
    columns: tuple[str, ...]
    heads: bool
    lines: list[Line]


@blueprint.get("/agreements/<ref>/paste/<section>")
def ask(ref: str, section: str) -> str:
    opened = open_draft(ref)
    _named_by(section)
    return render_template("paste.html", opened=opened, section=opened.section(section), place="agreements", text="")


@blueprint.post("/agreements/<ref>/paste/<section>")
def pasted(ref: str, section: str) -> str | tuple[str, int] | Response:
    """First what would be added; then, with every look-alike decided, the adding."""
    opened, name = open_draft(ref), _named_by(section)
    paste = _read(opened, section, name)
    wrong = _unusable(paste)
    if wrong:
        page = render_template("paste.html", opened=opened, section=opened.section(section), text=paste.text,
                               wrong=wrong, place="agreements")  # fmt: skip
        return page, 422
    if request.form.get("act") != "add":
        return _preview(opened, section, paste)
    undecided = {f"line-{line.number}": f"Select what “{line.name}” is" for line in paste.lines
                 if (line.like or line.line_like) and not request.form.get(f"line-{line.number}")}  # fmt: skip
    ticked, twice = _ticked(opened, section, paste)
    edits, counts, ties = _edits(opened, section, paste, ticked=ticked)
    wrong_lines = undecided or twice or _faults(opened, section, edits)
    if wrong_lines:
        return _preview(opened, section, paste, wrong=wrong_lines), 422
    try:
        save(session(), ref, edits=edits, seen=opened.draft.number, by=who(), at=now())
    except Conflict:
        return _preview(open_draft(ref), section, paste), 409
    partners.tie_new(ref, ties)
    flash(_told(counts))
    return redirect(places.section_place(ref, section), 303)


def _named_by(section: str) -> str:
    if section not in NAMED_BY:
        raise NotFound("A column cannot be pasted into this list.")
    return NAMED_BY[section]


def _read(opened: Opened, section_id: str, name: str) -> Paste:
    section = opened.section(section_id)
    text = cells.clean(request.form.get("text", "").replace("\r\n", "\n"))
    rows = table(text)
    questions = usable(section, name)
    guessed, heads = headings(rows, questions)
    if "looked" in request.form:
        heads = bool(request.form.get("heads"))
        guessed = tuple(_asked(questions, place) for place in range(len(guessed)))
    existing = [(item["id"], item[name]) for item in opened.agreement.answers.get(section_id, ()) if item.get(name)]
    listed = choices_of(opened, section_id, list(questions))
    found = lines(rows[1:] if heads else rows, guessed, name=name, questions=section.questions, choices=listed,
                  existing=existing)  # fmt: skip
    return Paste(text, rows, guessed, heads, found)


def _asked(questions: Mapping[str, str], place: int) -> str:
    wanted = request.form.get(f"column-{place}", "")
    return wanted if wanted in questions else ""


def _unusable(paste: Paste) -> str:
    if not paste.rows:
        return "Paste at least one line"
    if len(paste.rows) > MOST:
        return f"Paste at most {MOST} lines at once"
    return ""


def _in_directory(opened: Opened, section: str, paste: Paste) -> Mapping[int, partners.Maybe]:
    """By line, of those that look like no other: the organisations that it may be."""
    if section != partners.SECTION:
        return {}
    fresh = [line for line in paste.lines if not (line.like or line.line_like)]
    return partners.alike_new(opened, {line.number: _answers(section, line) for line in fresh})


def _answers(section: str, line: Line) -> dict[str, Any]:
    return {NAMED_BY[section]: line.name, **line.answers}


def _ticked(opened: Opened, section: str, paste: Paste) -> tuple[dict[int, Organisation], dict[str, str]]:
    """By line: the organisation that somebody says it is; and what is wrong, by the id of the box."""
    ticked: dict[int, Organisation] = {}
    wrong: dict[str, str] = {}
    every = "tie-every" in request.form
    names = {line.number: line.name for line in paste.lines}
    for number, fit in _in_directory(opened, section, paste).items():
        said = request.form.getlist(f"tie-{number}")
        chosen = [body for body, _ in fit if body.id in said or (every and len(fit) == 1)]
        if len(chosen) > 1:
            wrong[f"tie-{number}"] = f"Select one organisation for “{names[number]}”"
        elif chosen:
            ticked[number] = chosen[0]
    return ticked, wrong


def _edits(
    opened: Opened, section: str, paste: Paste, *, ticked: Mapping[int, Organisation]
) -> tuple[list[Edit], dict[str, int], list[tuple[str, Organisation]]]:
    """New lines become items, with what the directory says where the paste says nothing and `ticked` says which it is:
    those are told as (item, organisation). A line that is an item already fills in what that item does not state."""
    made: dict[int, str] = {}
    edits: list[Edit] = []
    counts = {"added": 0, "merged": 0}
    for line in paste.lines:
        chosen = request.form.get(f"line-{line.number}", "new")
        same = made.get(line.line_like, "") if chosen == "line" else chosen if chosen != "new" else ""
        if same and (same in made.values() or same in {item for item, _ in line.like}):
            counts["merged"] += 1
            made[line.number] = same
            edits += _filling_in(opened, f"{section}.{same}", line.answers, edits)
        else:
            counts["added"] += 1
            made[line.number] = running().new_id()
            body = ticked.get(line.number)
            said = entry(opened.section(section), body) if body else {}
            edits.append(Edit(f"{section}.{made[line.number]}", {**said, **_answers(section, line)}))
    return edits, counts, [(made[number], body) for number, body in ticked.items()]


def _filling_in(opened: Opened, address: str, answers: Mapping[str, Any], before: Sequence[Edit]) -> list[Edit]:
    agreement = opened.agreement
    for edit in before:
        agreement = apply(agreement, edit)
    open_ = {key: value for key, value in answers.items() if get(agreement, f"{address}.{key}") is ABSENT}
    return [Edit(f"{address}.{key}", value) for key, value in open_.items()]


def _faults(opened: Opened, section: str, edits: Sequence[Edit]) -> dict[str, str]:
    agreement = opened.agreement
    for edit in edits:
        agreement = apply(agreement, edit)
    touched = {edit.address.split(".")[1] for edit in edits}
    problems = check_section(opened.schema, agreement, section, opened.library)
    wrong = [one for one in problems if one.kind == "wrong" and one.address.split(".")[1:2][0] in touched]
    return {"add": f"{wrong[0].text} {wrong[0].fix}"} if wrong else {}


def _preview(opened: Opened, section_id: str, paste: Paste, *, wrong: Mapping[str, str] | None = None) -> str:
    section = opened.section(section_id)
    careful = [f"In line {line.number} this looks like {detail}. Describe kinds of information, never a person."
               for line in paste.lines for detail in looks_personal(line.name)]  # fmt: skip
    shown = {
        line.number: [
            (section.questions[key].title, cells.words(section.questions[key], value, opened.names))
            for key, value in line.answers.items()
        ]
        for line in paste.lines
    }
    return render_template(
        "pasted.html", opened=opened, section=section, paste=paste, wrong=wrong or {}, careful=careful, shown=shown,
        questions=usable(section, NAMED_BY[section_id]), decided=request.form, place="agreements",
        alike=sum(bool(line.like or line.line_like) for line in paste.lines),
        names={line.number: line.name for line in paste.lines},
        directory=_in_directory(opened, section_id, paste), ticked=request.form.getlist,
    )  # fmt: skip


def _told(counts: Mapping[str, int]) -> str:
    said = f"Added: {counts['added']}."
    return f"{said} Merged with what was there: {counts['merged']}." if counts["merged"] else said
