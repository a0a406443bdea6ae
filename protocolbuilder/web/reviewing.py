"""The review of a draft: findings by section and severity, and accepting a warning with a name and a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.agreement import ABSENT, Edit, acceptance_address, accepted_at
from protocolbuilder.domain.personal_details import looks_personal
from protocolbuilder.domain.reading import FORBIDDEN
from protocolbuilder.domain.schema import Section
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.law.findings import Finding
from protocolbuilder.law.review import may_be_accepted
from protocolbuilder.store.agreements import save
from protocolbuilder.web import findings, places
from protocolbuilder.web.access import who
from protocolbuilder.web.attempt import mark_of
from protocolbuilder.web.findings import Shown
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.paging import page_asked, paging
from protocolbuilder.web.running import now, session

blueprint = Blueprint("reviewing", __name__)

LONGEST: Final = 2000
PER_PAGE: Final = 100
LONGEST_NAME: Final = 200

Answered = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for, "" for all."""

    severity: str
    section: str

    def passes(self, finding: Finding) -> bool:
        fits = not self.section or finding.address.split(".")[0] == self.section
        return fits and self.severity in ("", finding.severity)


@dataclass(frozen=True, slots=True)
class Kept:
    """An acceptance as the page lists it. `now` is what the rule finds there now."""

    row: Mapping[str, str]
    where: str
    place: str
    now: tuple[Shown, ...]


@blueprint.get("/agreements/<ref>/findings")
def show(ref: str) -> str:
    """`?severity=` and `?section=` narrow it; `?page=` leads through a long list."""
    opened = open_draft(ref)
    wanted = Filter(request.args.get("severity", ""), request.args.get("section", ""))
    every = findings.findings_of(opened)
    rows = findings.shown(opened, every, back="review")
    waiting = tuple(row for row in rows if not row.accepted)
    kept = tuple(row for part in _by_section(opened, waiting) for row in part[1] if wanted.passes(row.finding))
    page = page_asked(request.args)
    shown = kept[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "findings.html", opened=opened, filter=wanted, parts=_by_section(opened, shown), count=len(kept),
        total=len(waiting), counts=findings.counts(row.finding for row in waiting), accepted=_accepted(opened, rows),
        sections=[section for section, _ in _by_section(opened, waiting)], address=_address(ref, wanted),
        paging=paging(
            f"{places.home(ref)}/findings", {"severity": wanted.severity, "section": wanted.section}, page=page,
            count=len(kept), per_page=PER_PAGE,
        ),
        library=opened.library.version, place="agreements",
    )  # fmt: skip


def _address(ref: str, wanted: Filter) -> Mapping[str, str]:
    """The address of the page for each severity, keeping the section."""
    home = f"{places.home(ref)}/findings"
    kept = {"section": wanted.section} if wanted.section else {}
    return {
        severity: f"{home}?{urlencode({**kept, 'severity': severity})}" for severity in findings.TAGS
    } | {"": f"{home}?{urlencode(kept)}" if kept else home}


def _by_section(opened: Opened, rows: tuple[Shown, ...]) -> list[tuple[Section, list[Shown]]]:
    """In the order of the questions; within a section the gravest first."""
    found: dict[str, list[Shown]] = {}
    for row in rows:
        found.setdefault(row.finding.address.split(".")[0], []).append(row)
    return [(section, found[key]) for key, section in opened.schema.sections.items() if key in found]


def _accepted(opened: Opened, rows: tuple[Shown, ...]) -> list[Kept]:
    by_address: dict[str, list[Shown]] = {}
    for shown in rows:
        by_address.setdefault(acceptance_address(shown.finding.rule, shown.finding.address), []).append(shown)
    return [
        Kept(
            row, findings.where(opened, row.get("address", "")),
            findings.acceptance_place(opened.ref, row.get("rule", ""), row.get("address", "")),
            tuple(by_address.get(acceptance_address(row.get("rule", ""), row.get("address", "")), ())),
        )
        for row in opened.agreement.accepted
    ]


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
    wrong = _faults(by, reason)
    careful = tuple(f"This looks like {detail}. Do not name a person." for detail in looks_personal(reason))
    if wrong or (careful and request.form.get("looked") != mark_of(careful)):
        return _draw(opened, rule, address, by=by, reason=reason, wrong=wrong, careful=careful), 422
    if request.form.get("found") != mark_of(_texts(found)):
        changed = {"reason": "The draft changed, and this warning with it. Read it again, then accept it"}
        return _draw(opened, rule, address, by=by, reason=reason, wrong=changed), 409
    at = now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    row = {"rule": rule, "address": address, "by": by, "at": at, "reason": reason, "text": "\n".join(_texts(found))}
    try:
        save(session(), ref, edits=[Edit(place, row, "accepted")], seen=_seen(), by=who(), at=now())
    except Conflict:
        overtaken = {"reason": f"{opened.draft.updated_by} decided on this meanwhile. Look at it, then save again"}
        return _draw(opened, rule, address, by=by, reason=reason, wrong=overtaken), 409
    flash(f"Accepted: {findings.where(opened, address)}. It is printed in the annex of accepted points.")
    return redirect(f"{places.home(ref)}/findings", 303)


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


def _texts(found: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(one.text for one in found)


def _draw(
    opened: Opened, rule: str, address: str, *, by: str, reason: str, wrong: Mapping[str, str] | None = None,
    careful: tuple[str, ...] = (),
) -> str:  # fmt: skip
    found = _found(opened, rule, address)
    row = accepted_at(opened.agreement, acceptance_address(rule, address))
    return render_template(
        "accept.html", opened=opened, rows=findings.shown(opened, found, back="review"), by=by, reason=reason,
        wrong=wrong or {}, careful=careful, looked=mark_of(careful), found=mark_of(_texts(found)),
        already=row if row is not ABSENT else None, seen=opened.draft.number, place="agreements",
        may=all(map(may_be_accepted, found)),
    )  # fmt: skip
