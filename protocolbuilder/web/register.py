"""The first page: every agreement, searched, a page at a time; and taking one out of it, or putting it back."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from protocolbuilder.store import signing_standing
from protocolbuilder.store.agreements import Draft, restore_discarded
from protocolbuilder.store.agreements import discard as put_away
from protocolbuilder.store.hearing import heard_only, hearing
from protocolbuilder.store.register import Shelf, register
from protocolbuilder.web.access import who
from protocolbuilder.web.opened import last_heard, open_draft
from protocolbuilder.web.paging import page_asked, paging
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import now, session
from protocolbuilder.web.signatories import in_short

blueprint = Blueprint("register", __name__)

PER_PAGE: Final = 25


@blueprint.get("/agreements")
def agreements() -> str:
    """`?search=` words, `?page=` from 1, `?shelf=discarded` for what was discarded."""
    search = " ".join(request.args.get("search", "").split())[:200]
    shelf: Shelf = "discarded" if request.args.get("shelf") == "discarded" else "kept"
    page = page_asked(request.args)
    found = register(session(), search=search, limit=PER_PAGE, offset=(page - 1) * PER_PAGE, shelf=shelf, of=reach())
    issued = {(row.ref, row.issued) for row in found.rows if row.issued and row.shows != "title"}
    signed = signing_standing.progress(session(), issued) if issued else {}
    kept = {"search": search, "shelf": shelf if shelf == "discarded" else ""}
    return render_template(
        "register.html", found=found, search=search, shelf=shelf, place="agreements",
        signed={
            row.ref: in_short(one, of="partner" if row.shows == "version" else "owner")
            for row in found.rows if (one := signed.get((row.ref, row.issued or 0)))
        },
        heard=() if search or shelf == "discarded" else _heard(),
        paging=paging(url_for(".agreements"), kept, page=page, count=found.count, per_page=PER_PAGE),
    )  # fmt: skip


def _heard() -> list[tuple[Draft, datetime | None]]:
    """Agreements of which nothing is read but what was said while they were open, each as it stood then, and when that
    ended."""
    of = reach()
    told = ((ref, hearing(session(), ref, organisation=of.organisation)) for ref in heard_only(session(), of=of))
    return [(last_heard(ref, one.until), one.until) for ref, one in islice(told, PER_PAGE) if one]


@blueprint.get("/agreements/<ref>/discard")
def ask_before_discarding(ref: str) -> str:
    return render_template("discard.html", opened=open_draft(ref), place="agreements")


@blueprint.post("/agreements/<ref>/discard")
def discard(ref: str) -> Response:
    opened = open_draft(ref)
    if opened.draft.discarded_at is None:
        put_away(session(), ref, by=who(), at=now())
    flash(f"Discarded: {opened.title} ({ref}). You can put it back.")
    return redirect(url_for(".agreements"), 303)


@blueprint.post("/agreements/<ref>/put-back")
def put_back(ref: str) -> Response:
    restore_discarded(session(), ref, by=who(), at=now())
    opened = open_draft(ref)
    flash(f"Put back: {opened.title} ({ref}).")
    return redirect(url_for(".agreements"), 303)
