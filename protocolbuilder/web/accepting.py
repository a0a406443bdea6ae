"""Accepting warnings of the review with a name and a reason: one, or several that were ticked, in one save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, Edit, acceptance_address, accepted_at, get
from protocolbuilder.domain.personal_details import looks_personal
from protocolbuilder.domain.reading import FORBIDDEN
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.law.findings import Finding
from protocolbuilder.law.review import CLEARED_OTHERWISE, is_accepted, may_be_accepted
from protocolbuilder.store.agreements import save
from protocolbuilder.web import findings, places
from protocolbuilder.web.access import who
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, session

blueprint = Blueprint("accepting", __name__)

LONGEST: Final = 2000
LONGEST_NAME: Final = 200

Answered = str | tuple[str, int] | Response
Found = Mapping[str, tuple[Finding, ...]]
"""Acceptance address -> what the rule finds there, gravest first. It is accepted together."""

Draw = Callable[[Mapping[str, str], tuple[str, ...]], str]
"""(question -> what is wrong with it, what looks personal) -> the page as it was sent."""


def found_by_place(found: Iterable[Finding]) -> Found:
    """In the order of the findings."""
    places_of: dict[str, tuple[Finding, ...]] = {}
    for one in found:
        place = acceptance_address(one.rule, one.address)
        places_of[place] = (*places_of.get(place, ()), one)
    return places_of


def open_to(opened: Opened) -> Found:
    """Every place where a warning stands and all that its rule finds there may be accepted."""
    return {
        place: found for place, found in found_by_place(findings.findings_of(opened)).items()
        if all(map(may_be_accepted, found)) and not all(is_accepted(opened.agreement, one) for one in found)
    }


def verification_place(opened: Opened, finding: Finding) -> str:
    """The page that clears what no acceptance clears, or "": a verification of the provision is recorded there."""
    provision = get(opened.agreement, finding.address)
    return f"/law/{provision}/verify" if finding.rule in CLEARED_OTHERWISE and isinstance(provision, str) else ""


@blueprint.get("/agreements/<ref>/findings/accept")
def ask_together(ref: str) -> Answered:
    """`?warning=R72@retention.r1.source`, once for each that was ticked. Without any, back to the review."""
    opened = open_draft(ref)
    chosen = _chosen(opened, request.args.getlist("warning"))
    if not chosen:
        kept = {key: request.args[key] for key in ("severity", "section", "page") if request.args.get(key)}
        return redirect(f"{places.home(ref)}/findings?{urlencode({**kept, 'ticked': 'none'})}", 303)
    return _draw_together(opened, chosen, by=who(), reason="")


@blueprint.post("/agreements/<ref>/findings/accept")
def accept_together(ref: str) -> Answered:
    """One name, one reason, one save. Nothing is kept when one of them is not what the person read."""
    opened = open_draft(ref)
    chosen = _chosen(opened, request.form.getlist("warning"))
    if not chosen:
        flash("Nothing was accepted: these warnings do not stand any more, or cannot be accepted.", "look")
        return redirect(f"{places.home(ref)}/findings", 303)
    by, reason = _typed("by", " "), _typed("reason", "\n")
    return _kept(
        opened, chosen,
        lambda wrong, careful: _draw_together(opened, chosen, by=by, reason=reason, wrong=wrong, careful=careful),
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/findings/<rule>/<address>")
def ask(ref: str, rule: str, address: str) -> str:
    """Accept this warning? Or what was accepted, to take it back."""
    opened = open_draft(ref)
    return _draw(opened, rule, address, by=who(), reason="")


@blueprint.post("/agreements/<ref>/findings/<rule>/<address>")
def accept(ref: str, rule: str, address: str) -> Answered:
    """Keeps who accepts it, when and why; or takes the acceptance back. One save."""
    opened, place = open_draft(ref), acceptance_address(rule, address)
    if "take_back" in request.form:
        return _taken_back(opened, place)
    by, reason = _typed("by", " "), _typed("reason", "\n")
    found = _found(opened, rule, address)
    if not all(map(may_be_accepted, found)):
        return _draw(opened, rule, address, by=by, reason=reason), 422
    return _kept(
        opened, {place: found},
        lambda wrong, careful: _draw(opened, rule, address, by=by, reason=reason, wrong=wrong, careful=careful),
    )  # fmt: skip


def _chosen(opened: Opened, ticked: list[str]) -> Found:
    """Those that were ticked and still wait, in the order of the review."""
    wanted = set(ticked)
    return {place: found for place, found in open_to(opened).items() if place in wanted}


def _kept(opened: Opened, chosen: Found, draw: Draw) -> Answered:
    by, reason = _typed("by", " "), _typed("reason", "\n")
    wrong = _faults(by, reason)
    careful = tuple(f"This looks like {detail}. Do not name a person." for detail in looks_personal(reason))
    if wrong or (careful and request.form.get("looked") != mark_of(careful)):
        return draw(wrong, careful), 422
    if request.form.get("found") != _mark(chosen):
        return draw({"reason": "The draft changed, and what is found with it. Read it again, then accept it"}, ()), 409
    at = now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    edits = [
        Edit(place, {
            "rule": found[0].rule, "address": found[0].address, "by": by, "at": at, "reason": reason,
            "text": "\n".join(one.text for one in found),
        }, "accepted")
        for place, found in chosen.items()
    ]  # fmt: skip
    try:
        save(session(), opened.ref, edits=edits, seen=_seen(), by=who(), at=now())
    except Conflict:
        overtaken = f"{opened.draft.updated_by} decided on this meanwhile. Look at it, then save again"
        return draw({"reason": overtaken}, ()), 409
    flash(_told(opened, chosen))
    return redirect(f"{places.home(opened.ref)}/findings", 303)


def _told(opened: Opened, chosen: Found) -> str:
    first = next(iter(chosen.values()))[0]
    if len(chosen) == 1:
        return f"Accepted: {findings.where(opened, first.address)}. It is printed in the annex of accepted points."
    return f"{sum(map(len, chosen.values()))} warnings accepted. They are printed in the annex of accepted points."


def _taken_back(opened: Opened, place: str) -> Answered:
    try:
        save(session(), opened.ref, edits=[Edit(place, ABSENT, "accepted")], seen=_seen(), by=who(), at=now())
    except Conflict:
        flash(f"{opened.draft.updated_by} decided on this meanwhile. Nothing was taken back: look at it again.", "look")
    else:
        flash("Taken back: the warning stands again.")
    return redirect(f"{places.home(opened.ref)}/findings", 303)


def _seen() -> int:
    return request.form.get("seen", type=int) or 0


def _typed(name: str, joint: str) -> str:
    lines = FORBIDDEN.sub("", request.form.get(name, "").replace("\r\n", "\n")).split(joint)
    return joint.join(line.strip() for line in lines).strip()


def _faults(by: str, reason: str) -> dict[str, str]:
    found = {}
    if not 0 < len(by) <= LONGEST_NAME:
        found["by"] = f"Enter the name and post of who accepts this, in {LONGEST_NAME} characters at most"
    if not 0 < len(reason) <= LONGEST:
        found["reason"] = f"Enter why this is acceptable, in {LONGEST} characters at most"
    return found


def _found(opened: Opened, rule: str, address: str) -> tuple[Finding, ...]:
    """What the rule finds at the address, gravest first. Raises NotFound when it is nothing."""
    found = tuple(one for one in findings.findings_of(opened) if (one.rule, one.address) == (rule, address))
    if not found:
        raise NotFound("The review does not find this any more. Somebody may have put it right.")
    return found


def _mark(chosen: Found) -> str:
    """Of the places and the words that the person reads: another mark when one of them changed."""
    return mark_of(tuple(f"{place} {one.text}" for place, found in chosen.items() for one in found))


def _draw(
    opened: Opened, rule: str, address: str, *, by: str, reason: str, wrong: Mapping[str, str] | None = None,
    careful: tuple[str, ...] = (),
) -> str:  # fmt: skip
    found, place = _found(opened, rule, address), acceptance_address(rule, address)
    row = accepted_at(opened.agreement, place)
    return render_template(
        "accept.html", opened=opened, rows=findings.shown(opened, found, back="review"), by=by, reason=reason,
        wrong=wrong or {}, careful=careful, looked=mark_of(careful), found=_mark({place: found}),
        already=row if row is not ABSENT else None, seen=opened.draft.number, place="agreements",
        acceptable=all(map(may_be_accepted, found)), verify=verification_place(opened, found[0]),
    )  # fmt: skip


def _draw_together(
    opened: Opened, chosen: Found, *, by: str, reason: str, wrong: Mapping[str, str] | None = None,
    careful: tuple[str, ...] = (),
) -> str:  # fmt: skip
    every = (one for found in chosen.values() for one in found)
    rows = tuple(replace(row, accept="") for row in findings.shown(opened, every, back="review"))
    return render_template(
        "accept_together.html", opened=opened, rows=rows, chosen=tuple(chosen), by=by, reason=reason,
        wrong=wrong or {}, careful=careful, looked=mark_of(careful), found=_mark(chosen), seen=opened.draft.number,
        place="agreements", acceptable=True, already=None,
    )  # fmt: skip
