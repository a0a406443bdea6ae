"""Word files that came back from partners: taken in, listed under the agreement, and worked through one by one."""

from __future__ import annotations

import dataclasses
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from protocolbuilder.documents.stamp import Stamp, spoken
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.errors import BadFile, Damaged, Full, NotFound
from protocolbuilder.intake import returned as intake
from protocolbuilder.intake.returned import Claim
from protocolbuilder.store import returned, versions
from protocolbuilder.store.agreements import as_of
from protocolbuilder.store.returned import NewItem
from protocolbuilder.web import looks, making, places
from protocolbuilder.web.access import who
from protocolbuilder.web.library import recorded, today
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.opened import opened as opened_of
from protocolbuilder.web.permission import reach
from protocolbuilder.web.returned_shown import clock_of, shown_items
from protocolbuilder.web.running import now, session
from protocolbuilder.web.uploads import share, uploaded

blueprint = Blueprint("returned", __name__)

LONGEST_NAME: Final = 120
WORD_MEDIA: Final = making.MEDIA["docx"]


@blueprint.get("/agreements/<ref>/returned")
def listed(ref: str) -> str:
    """Every Word file that came back for the agreement, and where the next one is taken in."""
    return _page(open_draft(ref))


@blueprint.post("/agreements/<ref>/returned")
def take_in(ref: str) -> str | tuple[str, int] | AnyResponse:
    """Keeps the file with what is in it. The draft is not touched. A file in which nothing was done is not kept."""
    opened = open_draft(ref)
    try:
        content, name = _sent()
        if not content:
            return _page(opened, wrong="Select a Word file that came back"), 422
        claim, stamp, found = _read(opened, content)
    except BadFile as error:
        return _page(opened, wrong=error.text), 422
    if not found.items:
        flash(f"Nothing was changed in “{name}”: it says what {spoken(stamp.version)} says. It was not kept.")
        return redirect(f"{places.home(ref)}/returned", 303)
    about = {"formatting": found.formatting, "saved_by": found.saved_by, "saved_at": found.saved_at}
    items = [NewItem(item.address, dataclasses.asdict(item)) for item in found.items]
    try:
        kept = returned.keep(
            session(), ref, name=name, version=claim.version, content=content, about=about, items=items, by=who(),
            at=now(), share=share(),
        )  # fmt: skip
    except Full as error:
        return _page(opened, wrong=error.text), 413
    return redirect(file_place(ref, kept.number), 303)


@blueprint.get("/agreements/<ref>/returned/<int:number>")
def file(ref: str, number: int) -> str:
    """Everything in one file, in its order, with what was decided."""
    opened = open_draft(ref)
    found = returned.file(session(), ref, number)
    rows = shown_items(opened, returned.items(session(), ref, number))
    return render_template(
        "returned_file.html", opened=opened, file=found, rows=rows, version=spoken(found.version),
        place="agreements", clock=clock_of,
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/returned/<int:number>/file")
def download(ref: str, number: int) -> Response:
    """The file as it came."""
    kept = returned.file(session(), ref, number)
    return making.sent(kept.name, WORD_MEDIA, returned.content(session(), ref, number))


def file_place(ref: str, number: int) -> str:
    return f"{places.home(ref)}/returned/{number}"


def _sent() -> tuple[bytes, str]:
    """The uploaded file, or the one that the import page carries along; with its name on one line. Raises BadFile."""
    content, name = uploaded(name_field="name")
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:LONGEST_NAME]
    return content, clean or "Word file.docx"


def _read(opened: Opened, content: bytes) -> tuple[Claim, Stamp, intake.Returned]:
    """Raises BadFile, one clear line, also for a file of another agreement."""
    claim = intake.claimed(content)
    if claim.ref != opened.ref:
        raise BadFile(f"This is a file of {claim.ref[:40]}, not of {opened.ref}. Take it in there, or import it.")
    agreement, stamp, printed = _went_out(opened, claim)
    found = intake.read(
        content, claim, agreement, stamp=stamp, printed=printed, overlay=recorded(), on=today(), stock=looks.stock()
    )
    return claim, stamp, found


def _went_out(opened: Opened, claim: Claim) -> tuple[Agreement, Stamp, bytes]:
    """What is kept here under the number that the file names, and the file that was made of it. Raises BadFile."""
    ref, number = opened.ref, claim.version.removeprefix("draft ")
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        raise BadFile("The file does not say which version or draft it is.")
    if number == claim.version:
        try:
            version = versions.version(session(), ref, int(number), of=reach())
            agreement = versions.issued_agreement(session(), ref, version.number, of=reach())
        except (NotFound, Damaged) as error:
            raise BadFile(error.text) from error
        intake.refuse_another(claim, agreement)
        stamp = Stamp(ref, number, version.digest, version.library, version.issued_at, version.message)
        ends = f"-version-{number}.docx"
        name = next((one.name for one in version.documents if one.name.endswith(ends)), "")
        kept = versions.document(session(), ref, version.number, name, of=reach()) if name else None
        return agreement, stamp, kept.content if kept else b""
    if not 0 < int(number) <= opened.draft.number:
        raise BadFile(f"There is no draft {number} of {ref}: it stands at draft {opened.draft.number}.")
    if claim.origin is None:
        raise BadFile("Another program took the data out of the file. Only an issued version is told without it.")
    intake.refuse_another(claim, as_of(session(), ref, int(number)))
    agreement = claim.origin.agreement
    then = opened_of(dataclasses.replace(opened.draft, agreement=agreement, number=int(number)))
    return agreement, claim.origin.stamp, making.make(then, claim.origin.stamp, "document.docx").content


def _page(opened: Opened, *, wrong: str = "") -> str:
    return render_template(
        "returned.html", opened=opened, wrong=wrong, files=returned.files(session(), opened.ref), place="agreements",
        spoken=spoken,
    )  # fmt: skip
