"""The questions: a page is one form, answered by one POST. Post, save, go to the next page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from protocolbuilder.domain.agreement import ABSENT, Agreement, get
from protocolbuilder.domain.journey import Page, pages, walk
from protocolbuilder.domain.schema import Question
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.store.agreements import as_of, save
from protocolbuilder.store.parents import offered
from protocolbuilder.web import conflicts, findings, places
from protocolbuilder.web.access import who
from protocolbuilder.web.attempt import Attempt, edits_with_consent, faults, mark_of, warnings
from protocolbuilder.web.forms import PageForm, asks, form_for
from protocolbuilder.web.inputs import Choice
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.permission import may, reach
from protocolbuilder.web.running import now, session
from protocolbuilder.web.taken import taken_at
from protocolbuilder.web.words import clock

blueprint = Blueprint("wizard", __name__)

Answered = str | tuple[str | Response, int] | Response | AnyResponse


@blueprint.get("/agreements/<ref>/<section>/<item>/<page>")
def item_page(ref: str, section: str, item: str, page: str) -> Answered:
    """One page of an item; `?adding=yes` when the item is not there yet."""
    opened = open_draft(ref)
    if not may("draft:update"):
        return redirect(f"{places.section_place(ref, section)}/{item}", 303)
    adding = request.args.get("adding") == "yes"
    if not opened.section(section).is_list or (get(opened.agreement, f"{section}.{item}") is ABSENT and not adding):
        raise NotFound(f"“{item[:60]}” is not in “{opened.section(section).title}”. It may have been removed.")
    return ask(opened, section, item=item, page=page)


@blueprint.post("/agreements/<ref>/<section>/<item>/<page>")
def answer_item_page(ref: str, section: str, item: str, page: str) -> Answered:
    return answer(open_draft(ref), section, item=item, page=page)


def ask(opened: Opened, section: str, *, item: str = "", page: str) -> Answered:
    """The page as it stands. A page whose name no longer is that of its first question is looked up by question."""
    found = pages(opened.schema, opened.agreement, section, item)
    here = next((one for one in found if one.name == page), None) or places.page_of(found, page)
    if here is None:
        raise NotFound("That question is not asked here, or another answer has made it unnecessary.")
    base = get(opened.agreement, f"{section}.{item}" if item else section) or {}
    form = _form(opened, section, item=item, questions=here.questions, base=base)
    return draw(opened, section, item=item, page=here.name, form=form, seen=opened.draft.number)


def answer(opened: Opened, section: str, *, item: str = "", page: str) -> Answered:
    """What was typed, saved; or the page again with the text kept; or both texts when somebody was quicker."""
    attempt = attempted(opened, section, item=item)
    if attempt.gone:
        return conflicts.page_for_removed(attempt, page=page)
    if undecided := conflicts.unsettled(request.form):
        return conflicts.clash_page(
            attempt, page=page, keys=undecided, asked=[field.name for field in attempt.form.answers]
        )
    wrong = faults(attempt)
    if wrong:
        return _not_saved(attempt, page=page, wrong=wrong, careful=())
    careful = warnings(attempt)
    if careful and request.form.get("looked") != mark_of(careful):
        return _not_saved(attempt, page=page, wrong={}, careful=careful)
    edits = edits_with_consent(attempt)
    try:
        draft = save(session(), opened.ref, edits=edits, seen=attempt.seen, by=who(), at=now())
    except Conflict as conflict:
        return conflicts.page_for(attempt, page=page, edits=edits, conflict=conflict)
    after = open_draft(opened.ref)
    if not wants_json():
        _tell_news(attempt, after)
    if wants_json():
        return jsonify(saved=True, seen=draft.number, at=clock(now()), overtaken=_overtaken(attempt, after))
    return redirect(next_place(attempt, after, page=page), 303)


def _tell_news(attempt: Attempt, after: Opened) -> None:
    """What the review asks about the answers just saved is told on the next page."""
    asked = [f"{attempt.address}.{field.name}" for field in attempt.form.answers]
    for told in findings.news(attempt.opened, after, asked, kept=request.form.get("return", "")):
        flash(told, "look")  # type: ignore[arg-type]
    for told in findings.new_restrictions(attempt.opened, after, attempt.item):
        flash(told, "look")  # type: ignore[arg-type]


def attempted(opened: Opened, section_id: str, *, item: str) -> Attempt:
    """The form as it was sent. `asked` names its questions, `seen` the draft it was drawn from."""
    section = opened.section(section_id)
    if section.is_list != bool(item):
        raise NotFound("There is no such page.")
    form, address = request.form, f"{section_id}.{item}" if item else section_id
    seen = form.get("seen", type=whole_number) or 0
    base = get(_agreement_at(opened, form.get("drawn", type=whole_number) or seen), address) or {}
    questions = tuple(section.questions[key] for key in conflicts.asked_in(form) if key in section.questions)
    typed = _form(opened, section_id, item=item, questions=questions, base=base, sent=conflicts.settled(form))
    adding = "yes" in (form.get("adding"), form.get("put_back"))
    return Attempt(opened, section, item, adding, seen, base, typed)


def _agreement_at(opened: Opened, number: int) -> Agreement:
    return opened.agreement if number == opened.draft.number else as_of(session(), opened.ref, number)


def _form(
    opened: Opened, section: str, *, item: str, questions: tuple[Question, ...], base: Any,
    sent: MultiDict[str, str] | None = None,
) -> PageForm:  # fmt: skip
    found = opened.section(section)
    asked = asks(
        opened.schema, opened.agreement, section=found, item=item, questions=questions, names=opened.names,
        library=opened.library, home=places.home(opened.ref), above=_above(opened, questions),
    )  # fmt: skip
    answered = (replace(one, needed=one.needed and not taken_at(opened, found, one.address).origin) for one in asked)
    return form_for(answered, base, sent=sent)


def _above(opened: Opened, questions: tuple[Question, ...]) -> tuple[Choice, ...]:
    """What the draft may stand under, where that is asked."""
    if all(question.kind != "agreement" for question in questions):
        return ()
    found = offered(session(), to=opened.ref, of=reach())
    return tuple(Choice(one.ref, f"{one.title or 'Agreement without a title'} ({one.ref}, version {one.number})",
                        also=one.title) for one in found)


def draw(
    opened: Opened, section_id: str, *, item: str, page: str, form: PageForm, seen: int,
    wrong: dict[str, str] | None = None, careful: tuple[str, ...] = (),
) -> str:  # fmt: skip
    """The one template that serves every question."""
    section, back = opened.section(section_id), request.values.get("return", "")
    every = pages(opened.schema, opened.agreement, section_id, item)
    here = next((one for one in every if one.name == page), every[0])
    found = [one for one in every if one == here or one in walk(opened.schema, opened.agreement, section_id, item)]
    number = found.index(here)
    adding = bool(item) and get(opened.agreement, f"{section_id}.{item}") is ABSENT
    return render_template(
        "page.html", opened=opened, section=section, item=item, adding=adding, form=form, seen=seen,
        number=number + 1, count=len(found), wrong=wrong or {}, careful=careful, looked=mark_of(careful),
        back=_back(opened, section_id, item=item, before=found[number - 1] if number else None, back=back),
        returning=back if back in places.RETURNS else "", place="agreements",
        taken={field.name: taken_at(opened, section, field.ask.address) for field in form.answers},
        findings=_by_question(opened, f"{section_id}.{item}" if item else section_id),
        restricted=findings.restrictions_of(opened).get(item, ()),
    )  # fmt: skip


def _by_question(opened: Opened, address: str) -> dict[str, list[findings.Shown]]:
    """What the review asks about each answer of a section or an item. An empty question is asked by itself."""
    found: dict[str, list[findings.Shown]] = {}
    for row in findings.shown_at(opened, address):
        if get(opened.agreement, row.finding.address) is ABSENT:
            continue
        found.setdefault(row.finding.address.rpartition(".")[2], []).append(row)
    return found


def _back(opened: Opened, section: str, *, item: str, before: Page | None, back: str) -> str:
    if back in places.RETURNS:
        return places.return_place(opened.ref, section, item, back)
    if before and not (item and get(opened.agreement, f"{section}.{item}") is ABSENT):
        return places.page_place(opened.ref, before)
    return places.section_place(opened.ref, section) if item else places.home(opened.ref)


def _not_saved(attempt: Attempt, *, page: str, wrong: dict[str, str], careful: tuple[str, ...]) -> Answered:
    if wants_json():
        return jsonify(saved=False, wrong=wrong, careful=list(careful)), 422
    drawn = draw(
        attempt.opened, attempt.section.id, item=attempt.item, page=page, form=attempt.form, seen=attempt.seen,
        wrong=wrong, careful=careful,
    )  # fmt: skip
    return drawn, 422


def next_place(attempt: Attempt, after: Opened, *, page: str) -> str:
    """Back to where a change link came from; the same page while it asks something more; else the next page."""
    section, item, back = attempt.section.id, attempt.item, request.form.get("return", "")
    found = pages(after.schema, after.agreement, section, item)
    first = next((field.name for field in attempt.form.answers), page)
    here = places.page_of(found, first)
    new = [q.id for q in here.questions if q.id not in request.form.get("asked", "").split()] if here else []
    if here and new:
        return places.page_place(after.ref, here, question=new[0], back=back)
    if back in places.RETURNS:
        return places.return_place(after.ref, section, item, back, question=first)
    led = walk(after.schema, after.agreement, section, item)
    following = [one for one in found[found.index(here) + 1 :] if one in led] if here else []
    if following:
        return places.page_place(after.ref, following[0])
    more = "" if len(led) == len(found) else " You can say more: its other questions are optional."
    flash(f"Saved: {after.names.item(item) if item else attempt.section.title}.{more}")
    return places.section_place(after.ref, section)


def _overtaken(attempt: Attempt, after: Opened) -> list[str]:
    """Questions of the form that somebody else answered meanwhile: the form must not send them again."""
    stored = get(after.agreement, attempt.address) or {}
    mine = {edit.address.rsplit(".", 1)[-1] for edit in attempt.edits()}
    return [
        field.name
        for field in attempt.form.answers
        if field.name not in mine and not attempt.adding and stored.get(field.name) != attempt.base.get(field.name)
    ]


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
