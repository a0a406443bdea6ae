"""Lists: add, copy, move and remove items. Each item has pages of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, Edit, acceptance_address, get, overlap, reason_not_applying
from protocolbuilder.domain.journey import pages
from protocolbuilder.domain.schema import Section
from protocolbuilder.errors import NotFound
from protocolbuilder.store.agreements import save
from protocolbuilder.web import partners, places
from protocolbuilder.web.access import who
from protocolbuilder.web.findings import restrictions_of, shown_at
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, running, session
from protocolbuilder.web.taken import Taken, taken_at
from protocolbuilder.web.tasks import problem_rows

blueprint = Blueprint("lists", __name__)

IN_ORDER = frozenset({"escalation_steps"})
"""Lists whose order means something: their items can be moved."""


def draw(opened: Opened, section: Section) -> str:
    """The list: each item with what is missing or wrong in it."""
    problems = opened.problems_at(section.id)
    counts: dict[str, int] = {}
    for problem in problems:
        item = problem.address.split(".")[1] if "." in problem.address else ""
        counts[item] = counts.get(item, 0) + 1
    rows = shown_at(opened, section.id)
    asked_about = Counter(row.finding.address.split(".")[1] for row in rows if "." in row.finding.address)
    return render_template(
        "list.html", opened=opened, section=section, counts=counts, findings=rows, asked_about=asked_about,
        restricted=restrictions_of(opened) if section.id == "items" else {},
        items=opened.agreement.answers.get(section.id, []),
        problems=problem_rows(opened, problems), in_order=section.id in IN_ORDER, place="agreements",
        reason=reason_not_applying(opened.says, section.id), taken=_taken(opened, section),
        following=places.following(opened.schema, opened.says, section.id),
        partners=partners.told(opened) if section.id == partners.SECTION else (),
    )  # fmt: skip


def _taken(opened: Opened, section: Section) -> list[tuple[str, Taken]]:
    """The items of the protocol that hold here, by id."""
    own = {item["id"] for item in opened.agreement.answers.get(section.id, ())}
    theirs = (item["id"] for item in opened.says.answers.get(section.id, ()) if item["id"] not in own)
    return [(item, taken_at(opened, section, f"{section.id}.{item}")) for item in theirs]


@blueprint.get("/agreements/<ref>/<section>/add")
def add(ref: str, section: str) -> Response:
    """The first page of an item that is made when its first answer is saved."""
    opened = open_draft(ref)
    if not opened.section(section).is_list:
        raise NotFound(f"“{opened.section(section).title}” is not a list.")
    first = pages(opened.schema, opened.agreement, section, "new")[0]
    return redirect(f"{places.section_place(ref, section)}/{running().new_id()}/{first.name}?adding=yes", 303)


@blueprint.post("/agreements/<ref>/<section>/<item>/copy")
def copy(ref: str, section: str, item: str) -> Response:
    """A new item with the same answers, after the others; its first page comes next."""
    opened = open_draft(ref)
    answers = _item(opened, section, item)
    new = running().new_id()
    edit = Edit(f"{section}.{new}", {key: value for key, value in answers.items() if key != "id"})
    save(session(), ref, edits=[edit], seen=opened.draft.number, by=who(), at=now())
    flash("Copied. Change what is different.")
    after = open_draft(ref)
    return redirect(places.page_place(ref, pages(after.schema, after.agreement, section, new)[0]), 303)


@blueprint.post("/agreements/<ref>/<section>/<item>/move")
def move(ref: str, section: str, item: str) -> Response:
    """One place up or down, by `to` of the form."""
    opened = open_draft(ref)
    _item(opened, section, item)
    items = list(opened.agreement.answers[section])
    place = next(n for n, one in enumerate(items) if one["id"] == item)
    other = place + (1 if request.form.get("to") == "down" else -1)
    if 0 <= other < len(items):
        items[place], items[other] = items[other], items[place]
        save(session(), ref, edits=[Edit(section, items)], seen=opened.draft.number, by=who(), at=now())
    return redirect(f"{places.section_place(ref, section)}#item-{item}", 303)


@blueprint.route("/agreements/<ref>/<section>/<item>/remove", methods=["GET", "POST"])
def remove(ref: str, section: str, item: str) -> str | Response:
    """Asks first, and says which answers name the item: they lose it too."""
    opened = open_draft(ref)
    if request.method == "POST" and get(opened.agreement, f"{section}.{item}") is ABSENT:
        return redirect(places.section_place(ref, section), 303)
    _item(opened, section, item)
    used = list(_used_in(opened, item))
    if request.method != "POST":
        rows = [(edit.address, *_words(opened, edit.address)) for edit in used]
        return render_template(
            "remove.html", opened=opened, section=opened.section(section), item=item, rows=rows, place="agreements"
        )
    name = opened.names.item(item)
    edits = [*used, *_said_about(opened, f"{section}.{item}"), Edit(f"{section}.{item}", ABSENT)]
    save(session(), ref, edits=edits, seen=opened.draft.number, by=who(), at=now())
    flash(f"Removed: {name}")
    return redirect(places.section_place(ref, section), 303)


def _item(opened: Opened, section: str, item: str) -> dict[str, object]:
    found = get(opened.agreement, f"{section}.{item}") if opened.section(section).is_list else ABSENT
    if not isinstance(found, dict):
        raise NotFound(f"“{item[:60]}” is not in “{opened.section(section).title}”. It may have been removed.")
    return found


def _used_in(opened: Opened, item: str) -> Iterator[Edit]:
    """The edits that take an item out of every answer that names it."""
    for section in opened.schema.sections.values():
        answers: Any = opened.agreement.answers.get(section.id) or ()
        for holder in answers if section.is_list else (answers or {},):
            base = f"{section.id}.{holder['id']}" if section.is_list else section.id
            for key, question in section.questions.items() if holder and holder.get("id") != item else ():
                value = holder.get(key) if question.refers else None
                if value == item:
                    yield Edit(f"{base}.{key}", ABSENT)
                elif isinstance(value, list) and item in value:
                    yield Edit(f"{base}.{key}", [part for part in value if part != item] or ABSENT)


def _said_about(opened: Opened, address: str) -> Iterator[Edit]:
    """What is said beside the answers of an item goes with it."""
    for place in opened.agreement.does_not_apply:
        if overlap(place, address) and place.startswith(address):
            yield Edit(place, ABSENT, "does_not_apply")
    for place in opened.agreement.flags:
        if overlap(place, address) and place.startswith(address):
            yield Edit(place, ABSENT, "flag")
    for row in opened.agreement.accepted:
        if f"{row.get('address')}.".startswith(f"{address}."):
            yield Edit(acceptance_address(row["rule"], row["address"]), ABSENT, "accepted")


def _words(opened: Opened, address: str) -> tuple[str, str]:
    key, *rest = address.split(".")
    section = opened.schema.sections[key]
    holder = f"{section.one}: {opened.names.item(rest[0])}" if section.is_list else section.title
    return holder, section.questions[rest[-1]].title
