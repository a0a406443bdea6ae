"""A file becomes a draft: it is read and looked through first, and saved only when the person says so."""

from __future__ import annotations

import base64
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder import catalogue
from protocolbuilder.domain.agreement import Agreement, canonical
from protocolbuilder.domain.check import check
from protocolbuilder.domain.problems import Problem
from protocolbuilder.errors import BadFile, NotFound
from protocolbuilder.intake import door
from protocolbuilder.intake.door import Taken
from protocolbuilder.intake.returned import claimed
from protocolbuilder.store.agreements import create, load
from protocolbuilder.store.register import title_of
from protocolbuilder.web import looks
from protocolbuilder.web.access import who
from protocolbuilder.web.library import library, recorded, today
from protocolbuilder.web.permission import own, reach
from protocolbuilder.web.places import home
from protocolbuilder.web.running import now, running, session
from protocolbuilder.web.uploads import uploaded

blueprint = Blueprint("imports", __name__)

LISTED: Final = 20
"""So many problems of a file are listed; the rest are counted."""
NOTES: Final = {
    "agreement": "From an agreement file",
    "facts": "From a file of plain facts",
    "word": "From a Word file of ours",
}


@blueprint.get("/agreements/import")
def choose() -> str:
    return _page(wrong="")


@blueprint.post("/agreements/import")
def read() -> str | tuple[str, int]:
    """What the file holds, in counts, with a button that makes the draft. Nothing is saved here."""
    try:
        content, name = uploaded()
        if not name and not content:
            return _page(wrong="Select a file"), 422
        taken = door.take(content, overlay=recorded(), on=today(), stock=looks.stock())
    except BadFile as error:
        return _page(wrong=error.text), 422
    wrong = _wrong(taken.agreement)
    if wrong:
        return _page(wrong="Some of what the file says cannot be used", problems=wrong), 422
    return _looked_through(taken, name, content)


@blueprint.post("/agreements/import/save")
def save() -> Response:
    """The draft that the page before showed, sent back by it and judged again. Raises BadFile."""
    sent = door.take(request.form.get("agreement", "").encode("utf-8", "replace")).agreement
    wrong = _wrong(sent)
    if wrong:
        raise BadFile(wrong[0].text)
    note = f"{NOTES.get(request.form.get('kind', ''), NOTES['agreement'])} “{request.form.get('name', '')[:120]}”"
    draft = create(session(), sent, by=who(), at=now(), new_id=running().new_id, note=note, **own())
    flash("Imported. Nothing of the file was changed.")
    return redirect(home(draft.ref), 303)


def _wrong(agreement: Agreement) -> tuple[Problem, ...]:
    found = check(catalogue.schema(agreement.schema), agreement, library())
    return tuple(problem for problem in found if problem.kind == "wrong")


def _looked_through(taken: Taken, name: str, content: bytes) -> str:
    schema = catalogue.schema(taken.agreement.schema)
    counts = [
        (section.title, len(taken.agreement.answers.get(key) or ())) for key, section in schema.sections.items()
    ]
    missing = sum(problem.kind == "missing" for problem in check(schema, taken.agreement, library()))
    return render_template(
        "imported.html", taken=taken, name=name, title=title_of(taken.agreement) or "Agreement without a title",
        document=schema.title, counts=[row for row in counts if row[1]], missing=missing, place="import",
        carried=canonical(taken.agreement).decode(), **_came_back(taken, content),
    )  # fmt: skip


def _came_back(taken: Taken, content: bytes) -> dict[str, str]:
    """Of a Word file of an agreement that is kept here: its reference, and the file to be carried along."""
    claim = claimed(content) if taken.items else None
    if claim is None:
        return {}
    try:
        load(session(), claim.ref, of=reach())
    except NotFound:
        return {}
    return {"came_back": claim.ref, "file": base64.b64encode(content).decode()}


def _page(*, wrong: str, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "import.html", wrong=wrong, problems=problems[:LISTED], more=max(0, len(problems) - LISTED), place="import"
    )
