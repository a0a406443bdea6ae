"""The documents of an agreement on one page, each with what it is for; and its summary for a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from flask import Blueprint, Response, render_template, request

from protocolbuilder.documents import pdf, slow
from protocolbuilder.documents.document import Document
from protocolbuilder.documents.family import FAMILY, applies
from protocolbuilder.documents.pack import FORMS
from protocolbuilder.documents.source import Source
from protocolbuilder.documents.summary import SCREEN, summary
from protocolbuilder.errors import NotFound
from protocolbuilder.store import made, versions
from protocolbuilder.store.made import Made
from protocolbuilder.store.versions import Version
from protocolbuilder.web import making
from protocolbuilder.web.opened import Opened, open_draft, open_issued
from protocolbuilder.web.permission import may_open, reach, refuse_closed
from protocolbuilder.web.running import running, session

blueprint = Blueprint("toolkit", __name__)

PACK: Final = "pack"


@dataclass(frozen=True, slots=True)
class Listed:
    """One document of the list. `forms`: (name in an address, what that form is called); `parties`: (id, name) of the
    partners for each of which it is made alone."""

    title: str
    use: str
    forms: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, str], ...]


@blueprint.get("/agreements/<ref>/toolkit")
def draft(ref: str) -> str:
    """Where answers are wrong, the documents that can print them as they are, and where to put them right."""
    opened = open_draft(ref)
    if count := making.wrong(opened):
        return render_template("toolkit_wrong.html", opened=opened, count=count, place="agreements")
    return _page(opened, _source(opened), files=f"/agreements/{ref}/files")


@blueprint.get("/agreements/<ref>/at-a-glance")
def draft_summary(ref: str) -> str:
    opened = open_draft(ref)
    if making.wrong(opened):
        return draft(ref)
    return _glance(opened, _source(opened), files=f"/agreements/{ref}/files")


@blueprint.get("/agreements/<ref>/versions/<int:number>/toolkit")
def version(ref: str, number: int) -> str:
    opened, found = opened_version(ref, number)
    files = f"/agreements/{ref}/versions/{number}/made"
    return _page(opened, making.source_of_version(opened, found), files=files, version=found)


@blueprint.get("/agreements/<ref>/versions/<int:number>/at-a-glance")
def version_summary(ref: str, number: int) -> str:
    opened, found = opened_version(ref, number)
    files = f"/agreements/{ref}/versions/{number}/made"
    return _glance(opened, making.source_of_version(opened, found), files=files, version=found)


@blueprint.get("/agreements/<ref>/versions/<int:number>/made/<kind>")
def file(ref: str, number: int, kind: str) -> Response:
    """A document of an issued version. What was kept with it is sent as it was kept."""
    opened, found = opened_version(ref, number)
    refuse_closed(making.named(opened.schema, kind), of="version")
    source, party = making.source_of_version(opened, found), request.args.get("party", "")
    marks = found.documents
    kept = {mark.name: versions.document(session(), ref, number, mark.name, of=reach()).content for mark in marks}
    found_so = making.made_from(source, kind, party=party, kept=kept)
    return making.sent(found_so.name, found_so.media_type, found_so.content)


def _source(opened: Opened) -> Source:
    return making.source_of(opened, making.draft_stamp(opened))


def opened_version(ref: str, number: int) -> tuple[Opened, Version]:
    return open_issued(ref, number), versions.version(session(), ref, number, of=reach())


def _page(opened: Opened, source: Source, *, files: str, version: Version | None = None) -> str:
    of: Literal["draft", "version"] = "version" if version else "draft"
    return render_template(
        "toolkit.html", opened=opened, source=source, files=files, version=version, place="agreements",
        listed=[_listed(source, row) for row in _others() if applies(row, source) and may_open(row.what, of=of)],
        left_out=_left_out(source), prints=_prints(), packs=slow.PACKS if may_open(PACK, of=of) else (),
        asked=[one for one in _asked(opened, version) if may_open(slow.what(one.asked.kind), of=of)],
    )  # fmt: skip


def _asked(opened: Opened, version: Version | None) -> tuple[Made, ...]:
    """What is being made of it, or is made, newest first."""
    if version is None:
        return made.listed(session(), opened.ref, draft=opened.draft.number)
    return made.listed(session(), opened.ref, version=version.number)


def _others() -> Iterator[Document]:
    yield from (row for row in FAMILY.values() if row.what != PACK)


def _left_out(source: Source) -> dict[str, list[str]]:
    """Why documents are not made, with their titles. That an agreement is no protocol goes without saying."""
    found: dict[str, list[str]] = {}
    for row in _others():
        if row.what not in ("agreement", "protocol") and not applies(row, source):
            found.setdefault(row.lacking(source), []).append(row.title)
    return found


def _prints() -> bool:
    """Whether this machine makes PDF."""
    return bool(pdf.office(running().settings.office))


def _listed(source: Source, row: Document) -> Listed:
    each = row.all_forms if _prints() else row.forms
    forms = tuple((f"{row.what}.{as_}", FORMS.get(as_, as_)) for as_ in each)
    parties = tuple((one, source.names.item(one)) for one in row.per_party(source))
    return Listed(row.title, row.use, forms, parties)


def _glance(opened: Opened, source: Source, *, files: str, version: Version | None = None) -> str:
    if not applies(FAMILY["summary"], source):
        raise NotFound(FAMILY["summary"].lacking(source))
    return render_template(
        "glance.html", opened=opened, source=source, files=files, version=version, found=summary(source, room=SCREEN),
        place="agreements",
    )  # fmt: skip
