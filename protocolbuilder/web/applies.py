"""“This does not apply”, with a reason: said of a section, an item or a question, and taken back."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from protocolbuilder.domain.agreement import ABSENT, Edit, get
from protocolbuilder.domain.kinds import shown
from protocolbuilder.domain.personal_details import looks_personal
from protocolbuilder.domain.reading import FORBIDDEN
from protocolbuilder.domain.schema import question_at
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.store.agreements import save
from protocolbuilder.web import places
from protocolbuilder.web.access import who
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, session

blueprint = Blueprint("applies", __name__)

LONGEST: Final = 2000


@blueprint.get("/agreements/<ref>/does-not-apply/<address>")
def ask(ref: str, address: str) -> str:
    opened = open_draft(ref)
    reason = opened.agreement.does_not_apply.get(address, "")
    return _draw(opened, address, reason=reason, seen=opened.draft.number)


@blueprint.post("/agreements/<ref>/does-not-apply/<address>")
def say(ref: str, address: str) -> str | tuple[str, int] | Response | AnyResponse:
    """Keeps the reason and takes an answer away that stands there, which the page has said; or takes it back."""
    opened = open_draft(ref)
    title, answer = _place(opened, address)
    seen = request.form.get("seen", type=whole_number) or 0
    reason = FORBIDDEN.sub("", request.form.get("reason", "").replace("\r\n", "\n")).strip()
    if "take_back" in request.form:
        edits = [Edit(address, ABSENT, "does_not_apply")]
    else:
        wrong = "" if 0 < len(reason) <= LONGEST else f"Enter the reason, in {LONGEST} characters at most"
        careful = tuple(f"This looks like {detail}. Do not name a person." for detail in looks_personal(reason))
        if wrong or (careful and request.form.get("looked") != mark_of(careful)):
            return _draw(opened, address, reason=reason, seen=seen, wrong=wrong, careful=careful), 422
        edits = [Edit(address, reason, "does_not_apply"), *([Edit(address, ABSENT)] if answer else [])]
    try:
        save(session(), ref, edits=edits, seen=seen, by=who(), at=now())
    except Conflict:
        wrong = f"{opened.draft.updated_by} changed this answer meanwhile. Look at it below, then save again"
        return _draw(opened, address, reason=reason, seen=opened.draft.number, wrong=wrong), 409
    flash(f"{title}: {'asked again' if 'take_back' in request.form else 'does not apply'}.")
    return redirect(places.place(ref, opened.schema, opened.agreement, address), 303)


def _draw(
    opened: Opened, address: str, *, reason: str, seen: int, wrong: str = "", careful: tuple[str, ...] = ()
) -> str:
    title, answer = _place(opened, address)
    return render_template(
        "does_not_apply.html", opened=opened, address=address, title=title, answer=answer, reason=reason, seen=seen,
        wrong=wrong, careful=careful, looked=mark_of(careful), said=address in opened.agreement.does_not_apply,
        back=places.place(opened.ref, opened.schema, opened.agreement, address), place="agreements",
    )  # fmt: skip


def _place(opened: Opened, address: str) -> tuple[str, str]:
    """What stands at the address: its title, and a single answer in words. Items and lists keep their answers."""
    key, *rest = address.split(".")
    section = opened.section(key)
    if not rest:
        return section.title, ""
    if section.is_list and get(opened.agreement, f"{key}.{rest[0]}") is ABSENT:
        raise NotFound(f"“{rest[0][:60]}” is not in “{section.title}”. It may have been removed.")
    if section.is_list and len(rest) == 1:
        return opened.names.item(rest[0]), ""
    question = question_at(opened.schema, address)
    value = get(opened.agreement, address)
    return question.title, "" if value is ABSENT else shown(question, value, opened.names)
