"""The law library of this copy: the shipped one with what people recorded on top of it. One value a request."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import current_app, g

from protocolbuilder import catalogue
from protocolbuilder.law.library import Library, effective
from protocolbuilder.law.overlay import Overlay
from protocolbuilder.store import overlay as records
from protocolbuilder.web.running import now, session
from protocolbuilder.web.words import LONDON

_KEPT: Final = "protocolbuilder.library"


def today() -> date:
    """The day in London."""
    return now().astimezone(LONDON).date()


def recorded() -> Overlay:
    """Every record on the library, oldest first, as this request sees them."""
    if "law_overlay" not in g:
        g.law_overlay = records.overlay(session())
    found: Overlay = g.law_overlay
    return found


def library() -> Library:
    """What every judgement on a page uses. The same records on the same day give the same value."""
    if "law_library" not in g:
        g.law_library = _made(recorded(), today())
    found: Library = g.law_library
    return found


def _made(overlay: Overlay, on: date) -> Library:
    """Kept between requests, so that whatever is worked out once for a library is not worked out again."""
    kept: tuple[Overlay, date, Library] | None = current_app.extensions.get(_KEPT)
    if kept and kept[:2] == (overlay, on):
        return kept[2]
    made = effective(catalogue.library(), overlay, on=on)
    current_app.extensions[_KEPT] = (overlay, on, made)
    return made
