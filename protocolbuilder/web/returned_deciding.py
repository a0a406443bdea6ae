"""One entry of a Word file that came back: taken into the draft, refused or answered, each with its event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import get
from protocolbuilder.domain.personal_details import looks_personal
from protocolbuilder.domain.reading import FORBIDDEN
from protocolbuilder.errors import Conflict
from protocolbuilder.store import returned
from protocolbuilder.store.agreements import save
from protocolbuilder.store.returned import Decision
from protocolbuilder.web import places
from protocolbuilder.web.access import who
from protocolbuilder.web.attempt import Attempt, edits_with_consent, faults, mark_of, warnings
from protocolbuilder.web.forms import asks, form_for
from protocolbuilder.web.opened import open_draft
from protocolbuilder.web.returned import file_place
from protocolbuilder.web.returned_shown import Shown, clock_of, shown_items
from protocolbuilder.web.running import now, session

blueprint = Blueprint("returned_deciding", __name__)

LONGEST: Final = 2000
CHOSEN: Final[Mapping[str, Decision]] = {
    "accept": "accepted", "by-hand": "by hand", "refuse": "refused", "answer": "answered", "open": "",
}  # fmt: skip

Answered = str | tuple[str, int] | Response


@blueprint.get("/agreements/<ref>/returned/<int:number>/<int:entry>")
def ask(ref: str, number: int, entry: int) -> str:
    """What was done, against what the draft says now, and what accepting it would save."""
    return _draw(_shown(ref, number, entry))


@blueprint.post("/agreements/<ref>/returned/<int:number>/<int:entry>")
def decide(ref: str, number: int, entry: int) -> Answered:
    """Keeps the decision. What is accepted goes into the draft in the same transaction, or nothing does."""
    shown = _shown(ref, number, entry)
    chosen, reply = request.form.get("decision", ""), _typed("reply")
    if request.form.get("stands") != _stands(shown):
        return _draw(shown, reply=reply, wrong={"decision": _overtaken(shown)}), 409
    wrong = _faults(shown, chosen, reply)
    careful = _careful(reply)
    attempt = _attempt(shown) if chosen == "accept" and not wrong else None
    if attempt:
        if request.form.get("shown") != _mark(shown):
            told = "The answer in the draft has changed since you opened this page. Look at it again, then decide"
            return _draw(shown, reply=reply, wrong={"decision": told}), 409
        wrong = dict(zip(["decision"], faults(attempt).values(), strict=False))
        careful += warnings(attempt)
    if wrong or (careful and request.form.get("looked") != mark_of(careful)):
        return _draw(shown, chosen=chosen, reply=reply, wrong=wrong, careful=() if wrong else careful), 422
    return _kept(shown, CHOSEN[chosen], reply, attempt)


def _kept(shown: Shown, decision: Decision, reply: str, attempt: Attempt | None) -> Answered:
    """The decision, with the answer it puts into the draft. Conflicts are told and leave nothing behind."""
    opened, draft = shown.opened, None
    try:
        if attempt:
            edits = edits_with_consent(attempt)
            draft = save(session(), opened.ref, edits=edits, seen=opened.draft.number, by=who(), at=now()).number
        returned.decide(
            session(), shown.stored, decision, reply=reply, note=_note(shown, decision), by=who(), at=now(), draft=draft
        )
    except Conflict:
        told = "Somebody changed this answer, or decided on this entry, at the same moment. Look at it again"
        return _draw(shown, reply=reply, wrong={"decision": told}), 409
    if not decision:
        flash("Opened again. What was put into the draft before stays there until somebody changes it.")
        return redirect(shown.place, 303)
    flash(f"{shown.decided_as(decision)}: {shown.where}.")
    return redirect(_next(shown), 303)


def _shown(ref: str, number: int, entry: int) -> Shown:
    """Raises NotFound."""
    return shown_items(open_draft(ref), [returned.item(session(), ref, number, entry)])[0]


def _next(shown: Shown) -> str:
    """The next entry that waits, round and round; the list of the file when none does."""
    one = shown.stored
    waiting = [each.number for each in returned.items(session(), one.ref, one.file) if not each.decision]
    if not waiting:
        return file_place(one.ref, one.file)
    following = next((number for number in waiting if number > one.number), waiting[0])
    return f"{file_place(one.ref, one.file)}/{following}"


def _attempt(shown: Shown) -> Attempt:
    """The answer as if it had been typed on its own page: judged, warned of and saved in the same way."""
    opened, question = shown.opened, shown.question
    assert question is not None
    section_id, *rest = shown.item.address.split(".")
    section, item = opened.section(section_id), rest[0] if len(rest) > 1 else ""
    base = get(opened.agreement, f"{section_id}.{item}" if item else section_id) or {}
    asked = asks(
        opened.schema, opened.agreement, section=section, item=item, questions=(question,), names=opened.names,
        library=opened.library, home=places.home(opened.ref),
    )  # fmt: skip
    form = form_for(asked, base, sent=MultiDict({question.id: shown.result}))
    return Attempt(opened, section, item, False, opened.draft.number, base, form)


def _faults(shown: Shown, chosen: str, reply: str) -> dict[str, str]:
    found = {}
    if chosen not in CHOSEN or (chosen == "accept" and not shown.result):
        found["decision"] = "Select what becomes of it"
    if chosen == "answer" and not reply:
        found["reply"] = "Enter your answer"
    if len(reply) > LONGEST:
        found["reply"] = f"Your words must be {LONGEST} characters or less"
    return found


def _careful(reply: str) -> tuple[str, ...]:
    return tuple(
        f"In what you say to them this looks like {detail}. Do not name a person." for detail in looks_personal(reply)
    )


def _overtaken(shown: Shown) -> str:
    one = shown.stored
    if not one.decision:
        return "Somebody has opened this entry again. Look at it again, then decide"
    return f"{one.decided_by} decided on this meanwhile: {shown.tag[0].lower()}. Look at it again"


def _stands(shown: Shown) -> str:
    """Of the decision that the page shows: another mark when somebody decides."""
    return mark_of((shown.stored.decision or "none", str(shown.stored.decided_at)))


def _mark(shown: Shown) -> str:
    """Of what the draft says and would say: what is saved is what was read."""
    return mark_of((shown.now, shown.result, shown.item.address))


def _typed(name: str) -> str:
    lines = FORBIDDEN.sub("", request.form.get(name, "").replace("\r\n", "\n")).split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def _note(shown: Shown, decision: Decision) -> str:
    """For the history: `Entry 3 of file 1, Purposes: Title: accepted`."""
    said = shown.decided_as(decision).lower() if decision else "opened again"
    return f"Entry {shown.stored.number}, {shown.where}: {said}"


def _draw(
    shown: Shown, *, chosen: str = "", reply: str | None = None, wrong: Mapping[str, str] | None = None,
    careful: tuple[str, ...] = (),
) -> str:  # fmt: skip
    every = returned.items(session(), shown.stored.ref, shown.stored.file)
    return render_template(
        "returned_entry.html", opened=shown.opened, shown=shown, count=len(every), chosen=chosen,
        waiting=sum(not one.decision for one in every), file=file_place(shown.stored.ref, shown.stored.file),
        reply=shown.stored.reply if reply is None else reply, wrong=wrong or {}, careful=careful,
        looked=mark_of(careful), stands=_stands(shown), mark=_mark(shown), clock=clock_of, place="agreements",
    )  # fmt: skip
