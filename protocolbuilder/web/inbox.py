"""What somebody is asked to sign, and what their organisation is asked for: by last day and risk, to be read one after
the other and signed one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, g, render_template

from protocolbuilder import catalogue
from protocolbuilder.documents.family import FAMILY, applies
from protocolbuilder.documents.summary import summary
from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.matrix import ids
from protocolbuilder.domain.signing import Request
from protocolbuilder.errors import NotFound
from protocolbuilder.law.case import Case
from protocolbuilder.store import agreements, signing, versions
from protocolbuilder.store.register import title_of
from protocolbuilder.web.access import visitor
from protocolbuilder.web.library import library, today
from protocolbuilder.web.means import means
from protocolbuilder.web.permission import may
from protocolbuilder.web.running import session
from protocolbuilder.web.signing_read import source_of

blueprint = Blueprint("inbox", __name__)

MARKS: Final = {"special": "special category data", "criminal": "criminal offence data"}
ROOM: Final = 2.0
"""Twice what a page of paper says: several are read one after the other. Each is there in full before it is signed."""
NOT_HERE: Final = "There is nothing here that waits for you or your organisation."


@dataclass(frozen=True, slots=True)
class Risk:
    """What a signature binds the partner to: kinds of information that the law restricts in the flows it takes part
    in, how many of these it sends and receives, and whether a strong signature is asked for."""

    marks: tuple[str, ...]
    sends: int
    receives: int
    strong: bool

    @property
    def weight(self) -> tuple[int, int, bool]:
        """More is graver."""
        return len(self.marks), self.sends + self.receives, self.strong


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request with the title of what is signed, who asks, and whether it is theirs to sign."""

    request: Request
    title: str
    asker: str
    risk: Risk
    mine: bool


@blueprint.get("/inbox")
def show() -> str:
    rows = _waiting()
    return render_template(
        "inbox.html", mine=[row for row in rows if row.mine], others=[row for row in rows if not row.mine],
        whole=may("inbox:read of the organisation"), own=_organisation(), place="inbox",
    )  # fmt: skip


@blueprint.get("/inbox/<int:asked>")
def one(asked: int) -> str:
    """The summary of one, between those before and after it. Raises NotFound."""
    rows = _waiting()
    at = next((place for place, row in enumerate(rows) if row.request.id == asked), None)
    if at is None:
        raise NotFound(NOT_HERE)
    row, source = rows[at], source_of(rows[at].request)
    return render_template(
        "inbox_one.html", row=row, at=at, count=len(rows), before=rows[at - 1] if at else None,
        after=rows[at + 1] if at + 1 < len(rows) else None, place="inbox",
        found=summary(source, room=ROOM) if applies(FAMILY["summary"], source) else None,
    )  # fmt: skip


@blueprint.app_context_processor
def give() -> dict[str, object]:
    """The navigation says how many wait for whoever is signed in."""
    return {"to_sign": _count}


def _count() -> int:
    if "to_sign" not in g:
        signed = visitor()
        g.to_sign = signing.count_awaiting(session(), signed.person.id) if signed else 0
    return int(g.to_sign)


def _organisation() -> str:
    signed = visitor()
    return signed.organisation.name if signed and signed.organisation else ""


def _waiting() -> list[Waiting]:
    """Theirs first; each by last day, then by risk, the graver first."""
    signed = visitor()
    if signed is None:
        return []
    mine = signing.awaiting_person(session(), signed.person.id)
    others: Iterable[Request] = ()
    if signed.organisation and may("inbox:read of the organisation"):
        found = signing.awaiting_organisation(session(), signed.organisation.id)
        others = (request for request in found if request.person != signed.person.id)
    known: dict[tuple[str, int], Agreement] = {}
    rows = [_row(request, known, mine=True) for request in mine]
    rows += [_row(request, known, mine=False) for request in others]
    return sorted(rows, key=_order)


def _order(row: Waiting) -> tuple[bool, date, tuple[int, int, bool], int]:
    marks, flows, strong = row.risk.weight
    return not row.mine, row.request.due or date.max, (-marks, -flows, not strong), row.request.id


def _row(request: Request, known: dict[tuple[str, int], Agreement], *, mine: bool) -> Waiting:
    key = request.ref, request.number
    if key not in known:
        known[key] = versions.issued_agreement(session(), *key)
    draft = agreements.load(session(), request.ref)
    asker = signing.about(session(), draft, means=means(), by=request.invited_by).asker
    return Waiting(request, title_of(known[key]) or request.ref, asker, risk(known[key], request), mine)


def risk(said: Agreement, request: Request) -> Risk:
    """Of what the version itself says; what it takes over from a protocol is not counted."""
    case = Case(catalogue.schema(said.schema), said, library(), on=today())
    sends = [flow for flow in case.flows if request.party in ids(flow.row, "from")]
    receives = [flow for flow in case.flows if request.party in ids(flow.row, "to")]
    marks = tuple(words for mark, words in MARKS.items() if any(one.holds(mark) for one in (*sends, *receives)))
    return Risk(marks, len(sends), len(receives), request.level == "strong")
