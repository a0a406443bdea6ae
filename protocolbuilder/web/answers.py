"""Check your answers: of an item, a section, the whole agreement. Each change link comes back to its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, get, reason_not_applying
from protocolbuilder.domain.journey import hidden, pages, relevant, required
from protocolbuilder.domain.kinds import shown_each
from protocolbuilder.domain.schema import Section
from protocolbuilder.errors import NotFound
from protocolbuilder.web import lists, places, wizard
from protocolbuilder.web.access import visitor
from protocolbuilder.web.findings import restrictions_of, shown_at
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.permission import may
from protocolbuilder.web.taken import OWN_TEXT, Taken, taken_at
from protocolbuilder.web.tasks import problem_rows

blueprint = Blueprint("answers", __name__)

BRIEF = ("stated", "missing", "does not apply")


@dataclass(frozen=True, slots=True)
class Row:
    """One answer in words. `state` is "stated", "missing" (must be answered), "empty" or "does not apply"; `comment`
    is the page on which somebody says something about it, or ""."""

    anchor: str
    title: str
    words: tuple[str, ...]
    state: str
    link: str
    flags: tuple[str, ...]
    taken: Taken = OWN_TEXT
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The answers of a section that is no list, or of one item. `reason` when it was said not to apply; `item` is its
    id where it is taken over from the protocol, else ""."""

    anchor: str
    title: str
    link: str
    reason: str
    rows: tuple[Row, ...]
    item: str = ""


@blueprint.get("/agreements/<ref>/check")
def whole(ref: str) -> str:
    """Everything that is stated, and what is missing. Optional questions without an answer are left out."""
    opened = open_draft(ref)
    shown = relevant(opened.schema, opened.says)
    parts = [
        (section, opened.says.does_not_apply.get(section.id, ""), cards(opened, section, back="all", brief=BRIEF))
        for section in opened.schema.sections.values()
        if section.id in shown
    ]  # fmt: skip
    problems = opened.problems()
    return render_template(
        "check.html", opened=opened, parts=parts, problems=len(problems),
        missing={problem.address for problem in problems if problem.kind == "missing"}, place="agreements",
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/<section>")
def section_home(ref: str, section: str) -> str | Response:
    """A list; or the first page of a section that has no answer yet; or its answers."""
    opened = open_draft(ref)
    found = opened.section(section)
    if not may("draft:update"):
        return _of_section(opened, found)
    if found.is_list:
        return lists.draw(opened, found)
    if not opened.says.answers.get(section) and not reason_not_applying(opened.says, section):
        return redirect(places.page_place(ref, pages(opened.schema, opened.agreement, section)[0]), 303)
    return _of_section(opened, found)


@blueprint.get("/agreements/<ref>/<section>/check")
def of_section(ref: str, section: str) -> str:
    opened = open_draft(ref)
    return _of_section(opened, opened.section(section))


def _of_section(opened: Opened, section: Section) -> str:
    problems = opened.problems_at(section.id)
    return render_template(
        "section_answers.html", opened=opened, section=section, cards=cards(opened, section, back="check"),
        problems=problem_rows(opened, problems, back="check"), findings=shown_at(opened, section.id, back="check"),
        reason=reason_not_applying(opened.says, section.id),
        following=places.following(opened.schema, opened.says, section.id), place="agreements",
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/<section>/<item>")
def item_or_page(ref: str, section: str, item: str) -> wizard.Answered:
    """The answers of one item of a list; in a section that is no list, one page of questions."""
    opened = open_draft(ref)
    found = opened.section(section)
    if not found.is_list and not may("draft:update"):
        return _of_section(opened, found)
    if not found.is_list:
        return wizard.ask(opened, section, page=item)
    if get(opened.says, f"{section}.{item}") is ABSENT:
        raise NotFound(f"“{item[:60]}” is not in “{found.title}”. It may have been removed.")
    problems = opened.problems_at(section)
    own = tuple(one for one in problems if one.address.split(".")[1:2] == [item])
    return render_template(
        "item_answers.html", opened=opened, section=found, item=item, card=card(opened, found, item=item, back="check"),
        problems=problem_rows(opened, own, back="check"),
        findings=shown_at(opened, f"{section}.{item}", back="check"),
        restricted=restrictions_of(opened).get(item, ()), place="agreements",
    )  # fmt: skip


@blueprint.post("/agreements/<ref>/<section>/<page>")
def answer_page(ref: str, section: str, page: str) -> wizard.Answered:
    return wizard.answer(open_draft(ref), section, page=page)


def cards(opened: Opened, section: Section, *, back: str, brief: tuple[str, ...] = ()) -> tuple[Card, ...]:
    """`brief` keeps only rows in these states."""
    if not section.is_list:
        return (card(opened, section, back=back, brief=brief),)
    items = opened.says.answers.get(section.id, ())
    return tuple(card(opened, section, item=item["id"], back=back, brief=brief) for item in items)


def card(opened: Opened, section: Section, *, back: str, item: str = "", brief: tuple[str, ...] = ()) -> Card:
    address = f"{section.id}.{item}" if item else section.id
    answers = get(opened.says, address) or {}
    needed, out = required(section, answers), hidden(section, answers)
    talked = visitor() is not None and may("comment:create")
    there = may("draft:update") and (not item or get(opened.agreement, address) is not ABSENT)
    where = {
        question.id: places.page_place(opened.ref, page, question=question.id, back=back)
        for page in (pages(opened.schema, opened.agreement, section.id, item) if there else ())
        for question in page.questions
    }
    rows = (
        replace(
            _row(opened, section, address, key=key, answers=answers, needed=key in needed, link=where.get(key, "")),
            comment=f"{places.home(opened.ref)}/comments/new?about={address}.{key}" if talked else "",
        )
        for key in section.questions
        if key not in out or key in answers
    )
    kept = tuple(row for row in rows if not brief or row.state in brief)
    title = opened.names.item(item) if item else section.title
    link = places.section_place(opened.ref, section.id) + (f"/{item}" if item else "")
    theirs = item if item and get(opened.agreement, address) is ABSENT else ""
    return Card(address.replace(".", "-"), title, link, reason_not_applying(opened.says, address), kept, theirs)


def _row(
    opened: Opened, section: Section, address: str, *, key: str, answers: Mapping[str, Any], needed: bool, link: str
) -> Row:
    question, place = section.questions[key], f"{address}.{key}"
    reason = opened.says.does_not_apply.get(place, "")
    taken = taken_at(opened, section, place)
    if taken.locked and taken.origin:
        link = ""
    anchor, flags = place.replace(".", "-"), tuple(opened.agreement.flags.get(place, ()))
    if key in answers:
        words = shown_each(question, answers[key], opened.names)
        return Row(anchor, question.title, words, "stated", link, flags, taken)
    if reason:
        return Row(anchor, question.title, (f"Does not apply: {reason}",), "does not apply", link, flags, taken)
    return Row(anchor, question.title, ("Not stated",), "missing" if needed else "empty", link, flags)
