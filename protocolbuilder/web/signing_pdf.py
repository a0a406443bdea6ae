"""The PDF of what a signatory reads: asked for here, made by a worker, and its hash noted when it is taken."""

from __future__ import annotations

from hashlib import sha256

from flask import redirect

from protocolbuilder.domain.signing import Request
from protocolbuilder.errors import NotFound
from protocolbuilder.store import made, versions
from protocolbuilder.store.made import Made
from protocolbuilder.web import slow
from protocolbuilder.web.making import sent
from protocolbuilder.web.running import session
from protocolbuilder.web.signing_pages import Page, elsewhere, show
from protocolbuilder.web.signing_read import source_of
from protocolbuilder.web.signing_seat import noted, seat


def ask_for_pdf(id: int) -> Page:
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    source = source_of(at.request)
    version = versions.version(session(), at.request.ref, at.request.number)
    slow.promise(source, _kind(source.schema.id), issued=version)
    return redirect(f"{at.base}/pdf", 303)


def pdf(id: int) -> Page:
    """How far it is."""
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    return show(at, "signing_pdf.html", stage=slow.stage(_asked(at.request)))


def open_pdf(id: int) -> Page:
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    content = made.content(session(), _asked(at.request).id)
    noted(at.request, "document.viewed", view="pdf", sha256=sha256(content).hexdigest())
    return redirect(f"{at.base}/pdf/file", 303)


def pdf_file(id: int) -> Page:
    at = seat(id)
    if not at.may_read:
        return elsewhere(at)
    found = _asked(at.request)
    return sent(found.asked.name, found.asked.media_type, made.content(session(), found.id))


def _asked(asked: Request) -> Made:
    """Raises NotFound where nobody asked for it."""
    schema = versions.version(session(), asked.ref, asked.number).schema
    every = made.listed(session(), asked.ref, version=asked.number)
    found = next((one for one in every if one.asked.kind == _kind(schema)), None)
    if found is None:
        raise NotFound(made.GONE)
    return found


def _kind(schema: str) -> str:
    return f"{schema.partition('-')[0]}.pdf"
