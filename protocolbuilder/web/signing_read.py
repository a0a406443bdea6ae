"""What a signatory reads: the page that sums it up, the whole text, and the Word file itself. That they asked for each
is noted with its hash, by the button that leads there: looking alone changes nothing."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response

from protocolbuilder.documents import pdf, word
from protocolbuilder.documents.family import FAMILY, applies
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.summary import one_page
from protocolbuilder.domain.signing import Request
from protocolbuilder.store import agreements, versions
from protocolbuilder.store.versions import StoredDocument
from protocolbuilder.web.documents import scrolling
from protocolbuilder.web.making import sent, source_of_issued
from protocolbuilder.web.running import running, session
from protocolbuilder.web.signing_pages import Page, elsewhere, show
from protocolbuilder.web.signing_seat import Seat, noted, seat


def summary(id: int) -> Page:
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    source = source_of(at.request)
    found = one_page(source) if applies(FAMILY["summary"], source) else None
    prints = bool(pdf.office(running().settings.office))
    return show(at, "signing_summary.html", source=source, found=found, prints=prints)


def open_text(id: int) -> Page:
    return _ask(id, "text")


def text(id: int) -> Page:
    """Of the very file that is signed."""
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    return show(at, "signing_text.html", text=scrolling(word.html(_kept(at).content)))


def open_file(id: int) -> Page:
    return _ask(id, "file")


def file(id: int) -> Page:
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    kept = _kept(at)
    answer: Response = sent(kept.name, kept.media_type, kept.content)
    return answer


def source_of(asked: Request) -> Source:
    """What the version says, as it was issued."""
    said = versions.issued_agreement(session(), asked.ref, asked.number)
    version = versions.version(session(), asked.ref, asked.number)
    return source_of_issued(said, version, latest=agreements.load(session(), asked.ref).issued or 0)


def _ask(id: int, what: str) -> Page:
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    noted(at.request, "document.viewed", view=what)
    return redirect(f"{at.base}/{what}", 303)


def _kept(at: Seat) -> StoredDocument:
    """As it was issued. Raises Damaged where it no longer is what was."""
    return versions.document(session(), at.request.ref, at.request.number, at.request.document)
