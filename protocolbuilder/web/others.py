"""What the register knows beside one draft, for its review: live agreements for the same sharing, how it was issued.

What an issued version shares is worked out once, by the digest of its content; which versions are live is read again
only after something was created, issued, discarded or put back. Otherwise a page asks the database for one mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.law.parts import Issued
from protocolbuilder.law.sharing import SECTIONS, Sharing, sharing_of
from protocolbuilder.store.events import latest
from protocolbuilder.store.holdings import Mark, issued, sections_of, seen
from protocolbuilder.web.opened import Opened
from protocolbuilder.web.permission import reach
from protocolbuilder.web.running import session

_KEPT: Final = "protocolbuilder.sharings"


@dataclass(frozen=True, slots=True)
class _Known:
    """As of the event `at`. `sharings` is by digest; `marks` gives the versions for one sharing, each with its digest.
    """

    at: tuple[int, datetime] | None
    sharings: Mapping[str, Sharing]
    marks: Mapping[Sharing, Mapping[Mark, str]]


def same_sharing(opened: Opened) -> Mapping[Mark, str]:
    """The latest versions of other agreements for the same sharing, each with the digest of its content."""
    mine = sharing_of(opened.agreement)
    found = _known().marks.get(mine, {}) if mine.whole else {}
    beside = {mark: digest for mark, digest in found.items() if mark.ref != opened.ref}
    readable = seen(session(), beside, of=reach())
    return {mark: digest for mark, digest in beside.items() if mark in readable}


def compared(mark: Mark) -> Agreement:
    """An issued version in the sections that the review compares."""
    return sections_of(session(), mark, SECTIONS)


def issued_as(opened: Opened) -> Issued | None:
    """The version, where the draft stands as it was issued. Signatures are not kept with a version yet."""
    draft = opened.draft
    stands = draft.issued is not None and draft.issued_draft == draft.number
    return Issued(str(draft.issued), frozenset()) if stands else None


def _known() -> _Known:
    kept: _Known | None = current_app.extensions.get(_KEPT)
    at = latest(session())
    if kept is None or kept.at != at:
        kept = _looked_through(at, kept.sharings if kept else {})
        current_app.extensions[_KEPT] = kept
    return kept


def _looked_through(at: tuple[int, datetime] | None, before: Mapping[str, Sharing]) -> _Known:
    sharings: dict[str, Sharing] = {}
    marks: dict[Sharing, dict[Mark, str]] = {}
    for mark, digest in issued(session(), of=None).items():
        sharings[digest] = found = before.get(digest) or sharing_of(compared(mark))
        marks.setdefault(found, {})[mark] = digest
    return _Known(at, sharings, marks)
