"""Declining to sign: why, and what would have to change, clause by clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from flask import redirect, request

from protocolbuilder.domain.naming import AgreementNames
from protocolbuilder.domain.signing import REASONS, Comment, Reason, decline_faults
from protocolbuilder.errors import Settled
from protocolbuilder.store import signing_acts
from protocolbuilder.web.means import means
from protocolbuilder.web.running import SAFE, now, session
from protocolbuilder.web.signing_pages import Page, elsewhere, over, show
from protocolbuilder.web.signing_read import source_of
from protocolbuilder.web.signing_seat import Seat, details, seat

MOST_ITEMS: Final = 60  # of one list that are offered by name
MOST: Final = 30  # comments

Clauses = dict[str, list[tuple[str, str]]]


def decline(id: int) -> Page:
    at = seat(id)
    if at.method and at.request.state == "declined":
        return redirect(at.base, 303)
    if not at.may_act:
        return elsewhere(at)
    if request.method in SAFE:
        return _page(at, [Comment("", "")])
    clauses, comments = clauses_of(at), _comments()
    known = {address: called.removeprefix("– ") for group in clauses.values() for address, called in group}
    if request.form.get("more"):
        return _page(at, [*comments, Comment("", "")][:MOST])
    said = [one for one in comments if one.text]
    reason, note = request.form.get("reason", ""), request.form.get("note", "").strip()
    wrong = decline_faults(reason, note, tuple(comments))
    for place, one in enumerate(comments):
        if one.address not in known:
            wrong[f"comments.{place}"] = "Select what the comment is about"
        elif one.address and not one.text:
            wrong[f"comments.{place}"] = "Enter the comment"
    if wrong:
        return _page(at, comments, wrong=wrong), 422
    key = next(one for one in REASONS if one == reason)
    named = [replace(one, about=known[one.address]) if one.address else one for one in said]
    return _declined(at, key, note=note, comments=named)


def clauses_of(at: Seat) -> Clauses:
    """Task -> (address, what it is called) of what a comment can be about: sections, and what is listed in them."""
    source = source_of(at.request)
    names = AgreementNames(source.schema, source.agreement, source.library)
    found: Clauses = {"": [("", "The agreement as a whole")]}
    for task in source.schema.tasks:
        rows = found.setdefault(task.title, [])
        for key in task.sections:
            answers = source.agreement.answers.get(key)
            if not answers:
                continue
            rows.append((key, source.schema.sections[key].title))
            items = answers[:MOST_ITEMS] if isinstance(answers, list | tuple) else ()
            rows += [(f"{key}.{one['id']}", f"– {names.item(one['id'])}") for one in items]
    return {title: rows for title, rows in found.items() if rows}


def _declined(at: Seat, reason: Reason, *, note: str, comments: Sequence[Comment]) -> Page:
    try:
        signing_acts.decline(
            session(), at.request.id, reason, note=note, comments=comments, at=now(), means=means(), details=details()
        )
    except Settled:
        return over(at)
    return redirect(at.base, 303)


def _comments() -> list[Comment]:
    about, texts = request.form.getlist("about"), request.form.getlist("comment")
    pairs = zip(about[:MOST], texts[:MOST], strict=False)
    return [Comment(address, text.strip()) for address, text in pairs] or [Comment("", "")]


def _page(at: Seat, comments: Sequence[Comment], *, wrong: dict[str, str] | None = None) -> str:
    return show(
        at, "signing_decline.html", reasons=list(REASONS.items()), clauses=clauses_of(at), comments=comments,
        typed=request.form, wrong=wrong or {}, most=MOST,
    )  # fmt: skip
