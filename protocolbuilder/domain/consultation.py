"""A draft that is open to its partners: comments, advice and the answers to them, and what people asked have said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from protocolbuilder.domain.agreement import ABSENT, Agreement, get, reason_not_applying

Kind = Literal["comment", "advice"]
Audience = Literal["shared", "internal"]
Response = Literal["answer", "resolved", "reopened", "followed", "partly followed", "not followed"]
Act = Literal["opened", "closed", "answered", "settled"]
"""What people are told of by mail: a consultation, or their comment."""

AUDIENCES: Final[Mapping[Audience, str]] = {
    "shared": "Everyone who takes part in this agreement",
    "internal": "My organisation only",
}
RESPONSES: Final[Mapping[Response, str]] = {
    "answer": "Answered",
    "resolved": "Resolved",
    "reopened": "Opened again",
    "followed": "Followed",
    "partly followed": "Followed in part",
    "not followed": "Not followed",
}
TO_ADVICE: Final[tuple[Response, ...]] = ("followed", "partly followed", "not followed")
"""Advice need not be followed; why it was not is then written down (guidelines on data protection officers, WP 243
rev.01, 3.1)."""
ASKED: Final = frozenset({"igm", "reviewer", "dpo", "caldicott"})
"""The roles of a partner's people who are asked by mail to comment. A signatory may comment too, and is asked to sign.
"""
SAFETY: Final = (
    "The absence of an agreement, a comment or a signature never stops urgent, proportionate sharing to protect "
    "someone from harm."
)
CONSULTED: Final[Mapping[str, str]] = {
    "children": "Children or young people",
    "families": "Parents, carers or families",
    "adults": "Adults who use services",
    "staff": "Staff",
    "others": "Others",
}


@dataclass(frozen=True, slots=True)
class Consultation:
    """`until`: the day by which comments are asked for; `outcome`: what came of it, once it is closed."""

    number: int
    note: str
    until: date | None
    opened_by: str
    opened_at: datetime
    outcome: str = ""
    closed_by: str = ""
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Reply:
    """`organisation` is its id, `by` a name and post."""

    number: int
    what: Response
    text: str
    organisation: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """`address`: the question, item or section it is about, or "" for the whole; `draft`: the number of the draft that
    its writer had before them; `organisation` is the writer's, by id. Kept as it was written; replies are added."""

    number: int
    kind: Kind
    audience: Audience
    address: str
    text: str
    draft: int
    organisation: str
    by: str
    at: datetime
    replies: tuple[Reply, ...] = ()

    @property
    def resolved(self) -> bool:
        """Advice is, once the response to it is recorded."""
        if self.kind == "advice":
            return self.response is not None
        decided = [one.what for one in self.replies if one.what in ("resolved", "reopened")]
        return decided[-1:] == ["resolved"]

    @property
    def response(self) -> Reply | None:
        """What the organisation that keeps the agreement said last about advice, None before it did."""
        return next((one for one in reversed(self.replies) if one.what in TO_ADVICE), None)


@dataclass(frozen=True, slots=True)
class Views:
    """What people said who were asked, as a group, never as persons, and what was changed for it or why nothing was."""

    number: int
    whom: str
    how: str
    said: str
    changed: str
    organisation: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consulted:
    """What the reviewer's report prints of it: shared advice with the responses, and views. `names`: organisation's id
    -> its name."""

    advice: tuple[Comment, ...] = ()
    views: tuple[Views, ...] = ()
    names: Mapping[str, str] | None = None

    def name(self, organisation: str) -> str:
        return (self.names or {}).get(organisation, "")


NOTHING: Final = Consulted()


def as_values(consulted: Consulted) -> dict[str, Any]:
    """As JSON holds it; `from_values` gives the same back."""
    said: dict[str, Any] = json.loads(json.dumps(asdict(consulted), default=datetime.isoformat))
    return said


def from_values(said: Mapping[str, Any]) -> Consulted:
    advice = (
        Comment(**{**_timed(one), "replies": tuple(Reply(**_timed(reply)) for reply in one["replies"])})
        for one in said["advice"]
    )
    return Consulted(tuple(advice), tuple(Views(**_timed(one)) for one in said["views"]), said["names"])


def _timed(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "at": datetime.fromisoformat(said["at"])}


@dataclass(frozen=True, slots=True)
class Hearing:
    """What an organisation may read of what is said about an agreement: shared comments, and its own internal ones. Of
    these, those written up to `until`, with replies up to `left`, when it left; None: without an end."""

    organisation: str
    until: datetime | None = None
    left: datetime | None = None


SHARED: Final = Hearing("")
"""All that is read by everybody who takes part."""


def heard_until(times: Iterable[tuple[datetime | None, datetime | None]]) -> datetime | None:
    """`times`: when it left, and when a consultation that it took part in was closed, each None: not yet. The last
    moment that it took part in one; None while it does."""
    ends = [min((one for one in both if one), default=None) for both in times]
    return max((one for one in ends if one), default=None) if all(ends) else None


def as_told(consultation: Consultation, hearing: Hearing) -> Consultation:
    """A consultation as somebody knows it who may have left before it was closed."""
    until, closed = hearing.left, consultation.closed_at
    if until is None or (closed and closed <= until):
        return consultation
    return replace(consultation, closed_at=until, closed_by="", outcome="")


def changed_since(then: Agreement, now: Agreement, address: str) -> bool:
    """Does the draft say something else at (or under) an address than when somebody wrote about it?"""
    if not address:
        return (then.answers, then.does_not_apply) != (now.answers, now.does_not_apply)
    return (get(then, address), reason_not_applying(then, address)) != (
        get(now, address),
        reason_not_applying(now, address),
    )


def there(agreement: Agreement, address: str) -> bool:
    """Is the item of a list at (or above) an address still in the agreement? True for what is no item."""
    section, _, rest = address.partition(".")
    if not isinstance(agreement.answers.get(section), (list, tuple)) or not rest:
        return True
    return get(agreement, f"{section}.{rest.split('.')[0]}") is not ABSENT
