"""An agreement as people read it: the preview, the draft's files, and issuing a version."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from protocolbuilder.documents import word
from protocolbuilder.domain.agreement import digest
from protocolbuilder.domain.check import check
from protocolbuilder.domain.matrix import references
from protocolbuilder.errors import Conflict
from protocolbuilder.store import versions
from protocolbuilder.web import making
from protocolbuilder.web.access import who
from protocolbuilder.web.findings import counts, standing_of
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, session
from protocolbuilder.web.tasks import problem_rows

blueprint = Blueprint("documents", __name__)

LONGEST: Final = 2000
_HEADING: Final = re.compile(r'<(h[2-5]) class="([^"]*)">([^<]*)</\1>')


@blueprint.get("/agreements/<ref>/preview")
def preview(ref: str) -> str:
    """The text of the Word file, word for word."""
    opened = open_draft(ref)
    fragment = word.preview(
        making.what(opened), opened.schema, opened.agreement, opened.library, making.draft_stamp(opened)
    )
    return render_template("preview.html", opened=opened, text=shown(opened, fragment), place="agreements")


def shown(opened: Opened, fragment: str) -> Markup:
    """The fragment with a place to jump to at each flow, and wide tables that scroll by themselves."""
    flows = {str(escape(f"Flow {label}")): item for item, label in references(opened.agreement).items()}

    def marked(hit: re.Match[str]) -> str:
        tag, css, text = hit.groups()
        return f'<{tag} class="{css}" id="flow-{flows[text]}">{text}</{tag}>' if text in flows else hit.group()

    count = iter(range(1, 100_000))
    fragment = _HEADING.sub(marked, fragment)
    fragment = re.sub(r"<table\b", lambda _: f'{SCROLLS.format(next(count))}<table', fragment)
    return Markup(fragment.replace("</table>", "</table></div>"))  # noqa: S704 # every text in it is escaped there


SCROLLS: Final = '<div class="pb-scroll-x" tabindex="0" role="group" aria-label="Table {}">'


@blueprint.get("/agreements/<ref>/files/<kind>")
def file(ref: str, kind: str) -> Response:
    """A document of the draft as it stands."""
    opened = open_draft(ref)
    made = making.make(opened, making.draft_stamp(opened), kind)
    return making.sent(made.name, made.media_type, made.content)


@blueprint.get("/agreements/<ref>/issue")
def ask_before_issuing(ref: str) -> str:
    return _issue_page(open_draft(ref))


@blueprint.post("/agreements/<ref>/issue")
def issue(ref: str) -> str | tuple[str, int] | AnyResponse:
    """Makes every document and keeps them with the agreement, in one transaction. Any problem blocks."""
    opened = open_draft(ref)
    note = " ".join(request.form.get("note", "").split())
    if check(opened.schema, opened.agreement, opened.library):
        return _issue_page(opened, note=note), 422
    if request.form.get("seen", type=int) != opened.draft.number:
        return _issue_page(opened, note=note, changed=True), 409
    if len(note) > LONGEST:
        return _issue_page(opened, note=note, wrong=f"The note must be {LONGEST} characters or less"), 422
    number, at = (opened.draft.issued or 0) + 1, now()
    stamp = making.stamp_of(opened, version=str(number), at=at)
    try:
        versions.issue(
            session(), ref, number=number, seen=opened.draft.number, documents=making.make_all(opened, stamp),
            content_digest=digest(opened.agreement), schema=opened.schema.id, library=opened.library.version,
            templates=making.templates_used(opened), by=who(), at=at, note=note,
        )  # fmt: skip
    except Conflict:
        return _issue_page(open_draft(ref), note=note, changed=True), 409
    flash(f"Version {number} is issued. It can no longer be changed by anyone.")
    return redirect(url_for("history.version", ref=ref, number=number), 303)


def _issue_page(opened: Opened, *, note: str = "", wrong: str = "", changed: bool = False) -> str:
    problems = check(opened.schema, opened.agreement, opened.library)
    return render_template(
        "issue.html", opened=opened, rows=problem_rows(opened, problems, back="problems"), note=note, wrong=wrong,
        changed=changed, number=(opened.draft.issued or 0) + 1, place="agreements", digest=digest(opened.agreement),
        same=opened.draft.issued_draft == opened.draft.number, found=counts(standing_of(opened)),
    )  # fmt: skip
