"""Issuing a version: what stands in its way, and keeping the draft with its documents when nothing does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.documents.issued import issued
from protocolbuilder.documents.stamp import Stamp
from protocolbuilder.domain.agreement import digest
from protocolbuilder.errors import BadFile, BadKey, Conflict
from protocolbuilder.keys import seal_key
from protocolbuilder.law.findings import Finding
from protocolbuilder.law.review import may_be_accepted
from protocolbuilder.store import organisations, versions
from protocolbuilder.store.issuing import Issuing
from protocolbuilder.store.versions import NewDocument
from protocolbuilder.web import findings, making
from protocolbuilder.web.accepting import verification_place
from protocolbuilder.web.access import who
from protocolbuilder.web.findings import Shown
from protocolbuilder.web.means import actor, means
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, running, session
from protocolbuilder.web.tasks import Row, problem_rows

blueprint = Blueprint("issuing", __name__)

LONGEST: Final = 2000
MOST: Final = 10
"""So many of each group are shown; a link leads to all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the way of a version: each with the page where it is put right, accepted or cleared."""

    problems: tuple[Row, ...]
    errors: tuple[Shown, ...]
    unconfirmed: tuple[tuple[Shown, str], ...]
    warnings: tuple[Shown, ...]

    def __len__(self) -> int:
        return len(self.problems) + len(self.errors) + len(self.unconfirmed) + len(self.warnings)


def standing(opened: Opened) -> Standing:
    """Of this draft, by the library of the day. Advice never stands in the way."""
    problems = opened.problems()
    found = tuple(one for one in findings.standing_of(opened) if one.severity != "advice")

    def shown(wanted: tuple[Finding, ...]) -> tuple[Shown, ...]:
        return findings.shown(opened, wanted, back="issue")

    unconfirmed = shown(tuple(one for one in found if one.severity == "warning" and not may_be_accepted(one)))
    return Standing(
        tuple(problem_rows(opened, problems, back="issue")),
        shown(tuple(one for one in found if one.severity == "error")),
        tuple((row, verification_place(opened, row.finding)) for row in unconfirmed),
        shown(tuple(one for one in found if may_be_accepted(one))),
    )


@blueprint.get("/agreements/<ref>/issue")
def ask_before_issuing(ref: str) -> str:
    return _page(open_draft(ref))


@blueprint.post("/agreements/<ref>/issue")
def issue(ref: str) -> str | tuple[str, int] | Response:
    """Makes every document and keeps them with the agreement, in one transaction.

    A problem of the schema, an error of the review, and a warning that nobody accepted each block it.
    """
    opened = open_draft(ref)
    note = " ".join(request.form.get("note", "").split())
    if request.form.get("seen", type=whole_number) != opened.draft.number:
        return _page(opened, note=note, changed=True), 409
    if len(standing(opened)):
        return _page(opened, note=note), 422
    if len(note) > LONGEST:
        return _page(opened, note=note, wrong=f"The note must be {LONGEST} characters or less"), 422
    number, at = (opened.draft.issued or 0) + 1, now()
    stamp = making.stamp_of(opened, version=str(number), at=at)
    try:
        documents, seal = _sealed(opened, stamp)
    except (BadFile, BadKey) as error:
        return _page(opened, note=note, unsealed=error.text), 422
    try:
        versions.issue(
            session(), ref, number=number, seen=opened.draft.number, documents=documents,
            content_digest=digest(opened.agreement), schema=opened.schema.id, library=opened.library.version,
            templates=making.templates_used(opened), by=who(), at=at, note=note, under=opened.stands.under,
            effective=opened.says if opened.stands.parent else None, message=stamp.message,
            issuing=_issuing(opened, seal),
        )  # fmt: skip
    except Conflict:
        return _page(open_draft(ref), note=note, changed=True), 409
    flash(f"Version {number} is issued. It can no longer be changed by anyone.")
    return redirect(url_for("history.version", ref=ref, number=number), 303)


def _sealed(opened: Opened, stamp: Stamp) -> tuple[tuple[NewDocument, ...], str]:
    """Every document that is kept, of which the agreement or protocol itself is sealed; and the fingerprint of the
    certificate. Raises BadFile and BadKey, one clear line."""
    first = organisations.first(session())
    key = seal_key(running().settings, at=stamp.at, organisation=first.name if first else "")
    itself, *others = making.make_all(opened, stamp)
    number = int(stamp.version)
    content = issued(itself.content, key, opened.agreement, ref=opened.ref, number=number, at=stamp.at)
    return (replace(itself, content=content), *others), key.fingerprint


def _issuing(opened: Opened, seal: str) -> Issuing:
    """Who issues it, and what the review of the day found: nothing that stands in the way."""
    found = Counter(one.severity for one in findings.standing_of(opened))
    return Issuing(means().key, actor(), {str(kind): count for kind, count in found.items()}, seal)


def _page(
    opened: Opened, *, note: str = "", wrong: str = "", unsealed: str = "", changed: bool = False
) -> str:  # fmt: skip
    return render_template(
        "issue.html", opened=opened, standing=standing(opened), most=MOST, note=note, wrong=wrong, changed=changed,
        unsealed=unsealed,
        number=(opened.draft.issued or 0) + 1, place="agreements", digest=digest(opened.agreement),
        same=opened.draft.issued_draft == opened.draft.number, accepted=len(opened.agreement.accepted),
    )  # fmt: skip
