"""Who signed a version and who is still to: for partners names and days; for whoever asks, all that they chase by, and
reminding everybody who waits in one act."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from protocolbuilder.domain.reminding import day_of
from protocolbuilder.errors import NotFound
from protocolbuilder.store import signatures, signing_asking, signing_chasing, signing_standing, versions
from protocolbuilder.web import signatories
from protocolbuilder.web.means import actor, means
from protocolbuilder.web.opened import open_issued
from protocolbuilder.web.permission import may, reach
from protocolbuilder.web.running import now, session
from protocolbuilder.web.words import moment

blueprint = Blueprint("signing_chase", __name__)


@blueprint.get("/agreements/<ref>/signatures")
def latest(ref: str) -> Response:
    """Of the latest version that they read."""
    read = versions.versions(session(), ref, of=reach())
    if not read:
        raise NotFound(f"No version of {ref} is issued: there is nothing to sign yet.")
    return redirect(url_for(".show", ref=ref, number=read[0].number))


@blueprint.get("/agreements/<ref>/versions/<int:number>/signatures")
def show(ref: str, number: int) -> str:
    opened = open_issued(ref, number)
    version = versions.version(session(), ref, number, of=reach())
    found = signatories.rows(opened, number)
    newest = opened.draft.issued == number
    return render_template(
        "signing_chase.html", opened=opened, version=version, rows=found, counts=signatories.counted(found),
        states=signatories.STATES, open=signatories.OPEN, whole=signatures.completed_at(session(), ref, number),
        newest=newest, follows=may("signature:follow"), asks=newest and may("signature:ask for"),
        records=newest and may("signature:record"), day=day_of, place="agreements",
        waits=any(row.state in signatories.OPEN for row in found), awaited=signatures.missing(session(), ref, number),
        to_ask=newest and bool(signing_asking.to_invite(session(), ref, number)),
    )  # fmt: skip


@blueprint.get("/agreements/<ref>/versions/<int:number>/signatures/remind")
def ask_to_remind(ref: str, number: int) -> str:
    """Who gets a mail, and who does not and why."""
    opened, would = open_issued(ref, number), signing_chasing.would_remind(session(), ref, number, at=now())
    return render_template("signing_remind.html", opened=opened, number=number, would=would, place="agreements")


@blueprint.post("/agreements/<ref>/versions/<int:number>/signatures/remind")
def remind(ref: str, number: int) -> Response:
    done = signing_chasing.remind(session(), ref, number, by=actor(), at=now(), means=means())
    sent = sum(not one.why for one in done)
    left = f" {_people(len(done) - sent)} not reminded today." if sent < len(done) else ""
    flash(f"{_people(sent)} reminded, each with a new link.{left}" if sent else "Nobody is reminded today.")
    return redirect(url_for(".show", ref=ref, number=number), 303)


@blueprint.app_context_processor
def give() -> dict[str, object]:
    """Pages of an agreement say in a line how far the signing of a version is, and since when all have signed."""
    return {"signing_of": _in_a_line}


def _in_a_line(ref: str, number: int) -> str:
    found = signing_standing.progress(session(), {(ref, number)}).get((ref, number))
    if found is None:
        return "Nobody is asked to sign it yet." if may("signature:follow") else "Nobody has signed it yet."
    if found.whole is not None:
        return f"All have signed, since {moment(found.whole)}."
    words = signatories.in_short(found, of="owner" if may("signature:follow") else "partner")
    return f"{words}." if words else "Nobody has signed it yet."


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count} people are"
