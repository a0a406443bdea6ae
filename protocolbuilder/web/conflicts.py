"""Somebody was quicker: both texts side by side, to choose or to merge. Nothing has to be typed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, jsonify, render_template, request
from werkzeug.datastructures import MultiDict

from protocolbuilder.domain.agreement import ABSENT, Edit, get
from protocolbuilder.domain.kinds import shown
from protocolbuilder.domain.schema import Question
from protocolbuilder.domain.wording import worded
from protocolbuilder.errors import Conflict
from protocolbuilder.web.attempt import Attempt
from protocolbuilder.web.opened import Opened

MERGED: Final = frozenset({"line", "prose", "lines", "url"})
"""Kinds whose two answers can be made into one by hand."""

Piece = tuple[str, str]
"""("same" | "theirs" | "mine", text)"""


@dataclass(frozen=True, slots=True)
class Clash:
    """One question with two answers, in words. `pieces` marks where they differ; `merge` is a text to start from."""

    question: Question
    theirs: str
    mine: str
    pieces: tuple[Piece, ...]
    merge: str


def asked_in(form: Mapping[str, str]) -> list[str]:
    """The questions of a form that are to be saved: without those where the other answer was chosen."""
    return [key for key in form.get("asked", "").split() if form.get(f"settle--{key}") != "theirs"]


def settled(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent, with merged texts in the place of typed ones."""
    sent = MultiDict(form)
    for key in form.get("asked", "").split():
        if form.get(f"settle--{key}") == "merge":
            sent.setlist(key, form.getlist(f"merge--{key}"))
    return sent


def unsettled(form: Mapping[str, str]) -> list[str]:
    """Questions of a conflict page that were left without a choice."""
    return [key for key in form.get("clashing", "").split() if not form.get(f"settle--{key}")]


def page_for(attempt: Attempt, *, page: str, edits: Sequence[Edit], conflict: Conflict) -> Response:
    """409 with both answers to each question that clashes; what does not clash is carried along."""
    mine = [edit.address.rpartition(".")[2] for edit in edits if edit.what == "answer"]
    whole = attempt.address in conflict.addresses
    keys = [
        field.name for field in attempt.form.answers if whole or f"{attempt.address}.{field.name}" in conflict.addresses
    ]
    return clash_page(
        attempt, page=page, keys=keys, asked=[field.name for field in attempt.form.answers] if whole else mine
    )


def clash_page(attempt: Attempt, *, page: str, keys: Sequence[str], asked: Sequence[str]) -> Response:
    clashes = [_clash(attempt, key) for key in keys]
    return _answer(
        render_template(
            "conflict.html", opened=attempt.opened, section=attempt.section, item=attempt.item, page=page,
            clashes=clashes, carried=_carried(asked), asked=asked, by=attempt.opened.draft.updated_by,
            when=attempt.opened.draft.updated_at, undecided=unsettled(request.form), place="agreements",
        )
    )  # fmt: skip


def page_for_removed(attempt: Attempt, *, page: str) -> Response:
    """409: the item is gone. It can be put back as it was, with what was typed."""
    asked = [field.name for field in attempt.form.answers]
    rows = [
        (q.title, _words(attempt.opened, q, field.data)) for field in attempt.form.answers for q in [field.ask.question]
    ]
    return _answer(
        render_template(
            "removed.html", opened=attempt.opened, section=attempt.section, item=attempt.item, page=page, rows=rows,
            carried=_carried(asked), asked=asked, drawn=attempt.seen, by=attempt.opened.draft.updated_by,
            place="agreements",
        )
    )  # fmt: skip


def _answer(page: str) -> Response:
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify(saved=False, conflict=True)
    else:
        answer = Response(page, mimetype="text/html")
    answer.status_code = 409
    return answer


def _carried(asked: Sequence[str]) -> list[tuple[str, str]]:
    own = {"csrf_token", "seen", "asked", "adding", "drawn", "put_back", "clashing", "looked", "autosave"}
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in own and not name.startswith(("settle--", "merge--")) and _of(name, asked)
    ]


def _of(name: str, asked: Sequence[str]) -> bool:
    return name == "return" or name.split("--", 1)[0] in asked


def _clash(attempt: Attempt, key: str) -> Clash:
    question, field = attempt.section.questions[key], attempt.form.answer(key)
    address = f"{attempt.address}.{key}"
    stored = get(attempt.opened.agreement, address)
    reason = attempt.opened.agreement.does_not_apply.get(address)
    theirs = f"Does not apply: {reason}" if reason else _words(attempt.opened, question, stored)
    mine = _words(attempt.opened, question, field.data)
    typed = field.one() if question.kind in MERGED else ""
    return Clash(question, theirs, mine, differences(theirs, mine), typed)


def _words(opened: Opened, question: Question, value: Any) -> str:
    return "" if value is ABSENT else shown(question, value, opened.names)


def differences(theirs: str, mine: str) -> tuple[Piece, ...]:
    """Both texts in one, in order: what they share, what only theirs has, what only mine has."""
    sides = {"same": "same", "removed": "theirs", "added": "mine"}
    return tuple((sides[piece.kind], piece.text) for piece in worded(theirs, mine))
