"""A new agreement: from a pattern, or from nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, render_template, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from protocolbuilder import catalogue
from protocolbuilder.catalogue import Pattern
from protocolbuilder.domain.agreement import Agreement, new
from protocolbuilder.domain.schema import list_sections
from protocolbuilder.store.agreements import create
from protocolbuilder.web.access import who
from protocolbuilder.web.library import library
from protocolbuilder.web.permission import own
from protocolbuilder.web.places import home
from protocolbuilder.web.running import now, running, session
from protocolbuilder.web.words import counted

blueprint = Blueprint("starting", __name__)

HOLDS: Final[Mapping[str, tuple[str, str]]] = {
    "parties": ("kind of partner", "kinds of partner"),
    "items": ("kind of information", "kinds of information"),
    "gateways": ("legal power", "legal powers"),
    "flows": ("flow", "flows"),
}
"""List sections whose items are counted on the page, so that a person sees what a pattern brings."""
EMPTY: Final = {
    "agreement-1": "Who shares what with whom, why, by which legal power, and how it is kept safe.",
    "protocol-1": "A shorter document for one arrangement, under a framework that the partners have signed.",
}


@blueprint.get("/agreements/new")
def choose() -> str:
    return _page(wrong="")


@blueprint.post("/agreements/new")
def start() -> str | tuple[str, int] | Response:
    """`start` is the name of a pattern, or the id of a schema for an empty draft."""
    chosen = request.form.get("start", "")
    if not chosen:
        return _page(wrong="Select what to start from"), 422
    agreement, note = _begun(chosen)
    draft = create(session(), agreement, by=who(), at=now(), new_id=running().new_id, note=note, **own())
    return redirect(home(draft.ref), 303)


def _begun(chosen: str) -> tuple[Agreement, str]:
    """The agreement to start with, and where it came from. Raises NotFound for a pattern that is not there."""
    if chosen in EMPTY:
        sections = list_sections(catalogue.schema(chosen))
        return new(chosen, library=library().version, sections=sections), "From nothing"
    pattern = catalogue.pattern(chosen)
    return pattern.agreement, f"From the pattern “{pattern.title}”"


def _page(*, wrong: str) -> str:
    patterns = [(pattern, _holds(pattern)) for pattern in catalogue.patterns()]
    empty = [(key, catalogue.schema(key).title, words) for key, words in EMPTY.items()]
    return render_template("start.html", patterns=patterns, empty=empty, wrong=wrong, place="new")


def _holds(pattern: Pattern) -> str:
    """`14 partners, 44 kinds of information, …`."""
    counts = ((words, len(pattern.agreement.answers.get(key, ()))) for key, words in HOLDS.items())
    return ", ".join(counted(count, *words) for words, count in counts if count)
