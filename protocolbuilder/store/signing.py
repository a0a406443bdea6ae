"""Requests to sign, as they stand, and what every act on one needs. An act locks the agreement first, so that of two at
once the second sees what the first did; its state, its line of the trail and its mails are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from protocolbuilder.domain.letter import Letter, Secret
from protocolbuilder.domain.signing import OPEN, Comment, Request, State
from protocolbuilder.domain.signing_letters import About
from protocolbuilder.domain.trail import Actor, Document, Entry, Event, Head, TrailSigner
from protocolbuilder.errors import NotFound, Settled
from protocolbuilder.store import agreements, mail_secrets, memberships, organisations, outbox, people, relations, trail
from protocolbuilder.store.agreements import Draft
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.signing_tables import sign_comments as comment_table
from protocolbuilder.store.signing_tables import sign_requests as table
from protocolbuilder.store.trail_tables import trail_details

WHAT_BECAME: Final[Mapping[State, str]] = {
    "signed": "It is signed already.",
    "declined": "It was declined.",
    "passed on": "It was passed on to a colleague.",
    "cancelled": "It was cancelled by whoever asked.",
    "expired": "The last day to sign has passed.",
    "superseded": "A newer version was issued in its place.",
}


@dataclass(frozen=True, slots=True)
class Means:
    """What acts are done with: the key that signs the trail, the address of this copy (https://isa.example), the domain
    of its mails, and what gives an id that nobody had before."""

    key: TrailSigner
    site: str
    domain: str
    new_id: Callable[[], str]


def load(session: Connection, id: int) -> Request:
    """Raises NotFound."""
    row = session.execute(select(table).where(table.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("There is no such request to sign.")
    return _request(row)


def of_version(session: Connection, ref: str, number: int) -> tuple[Request, ...]:
    """All there ever were, oldest first."""
    return _found(session, (table.c.ref == ref) & (table.c.number == number))


def awaiting_person(session: Connection, person: str) -> tuple[Request, ...]:
    """The inbox of a person: what is open, the first due first; what has no last day comes last."""
    return _by_due(_found(session, (table.c.person == person) & table.c.state.in_(OPEN)))


def count_awaiting(session: Connection, person: str) -> int:
    """How many there are in the inbox of a person."""
    mine = (table.c.person == person) & table.c.state.in_(OPEN)
    return session.execute(select(func.count()).select_from(table).where(mine)).scalar_one()


def awaiting_organisation(session: Connection, organisation: str) -> tuple[Request, ...]:
    """The inbox of an organisation of the directory: what any of its people is asked to sign."""
    return _by_due(_found(session, (table.c.member == organisation) & table.c.state.in_(OPEN)))


def mails(session: Connection, requests: Iterable[Request]) -> Mapping[int, str]:
    """Request -> what became of the mail that asked last: "queued", "sent", "failed", "bounced" or "cancelled"."""
    ids = [str(one.id) for one in requests]
    return {int(id): state for id, state in mail_secrets.mails_of(session, "signing", ids).items()}


def comments(session: Connection, id: int) -> tuple[Comment, ...]:
    """What was said of it when it was declined."""
    rows = session.execute(select(comment_table).where(comment_table.c.request == id).order_by(comment_table.c.number))
    return tuple(Comment(row.address, row.text) for row in rows)


def link(request: Request, *, means: Means) -> Secret:
    """Of which kind, for whom and about what the links of a request are."""
    return Secret("signing", request.person, f"{means.site}/sign/", str(request.id))


def locked(session: Connection, id: int) -> tuple[Draft, Request]:
    """The agreement and the request as they stand, and nobody else acts on it until the transaction ends. Raises
    NotFound."""
    draft = agreements.lock(session, load(session, id).ref)
    return draft, load(session, id)


def refuse_settled(request: Request) -> None:
    """Raises Settled, which says what became of it."""
    if not request.open:
        raise Settled(WHAT_BECAME[request.state], state=request.state)


def settle(
    session: Connection, request: Request, state: State, *, means: Means, at: datetime, **said: Any
) -> Request:
    """From now on its links open nothing."""
    values = {"state": state, "settled_at": at, **said}
    session.execute(update(table).where(table.c.id == request.id).values(**values))
    shut_links(session, request, at=at)
    return load(session, request.id)


def shut_links(session: Connection, request: Request, *, at: datetime) -> None:
    """No link and no code that was mailed for it opens anything from now on."""
    for secret in (Secret("signing", request.person), Secret("signing code", request.person)):
        mail_secrets.withdraw(session, replace(secret, about=str(request.id)), at=at)


def note(
    session: Connection, request: Request, event: Event, *, by: Actor, at: datetime, means: Means,
    data: Mapping[str, Any] | None = None, details: Mapping[str, str] | None = None,
) -> Head:  # fmt: skip
    """A line about a request. `details` are about the person who is asked."""
    said = {"request": request.id, "version": request.number, "party": request.party, **(data or {})}
    document = Document(request.document, request.sha256)
    entry = Entry(request.ref, event, at, by, document, said, details or {}, about=request.person)
    return trail.append(session, entry, key=means.key)


def forget(session: Connection, ids: Collection[str]) -> None:
    """Every word about people that may go: what stands aside of lines, and in requests. Signatures and lines stay."""
    session.execute(delete(trail_details).where(trail_details.c.person.in_(ids)))
    session.execute(update(table).where(table.c.person.in_(ids)).values(name="", post="", email=""))


def signatory(request: Request) -> Actor:
    """The person who was asked, as who does it."""
    name = f"{request.name}, {request.post}" if request.post else request.name
    return Actor(request.person, name, request.organisation)


def post(session: Connection, letter: Letter, *, means: Means, at: datetime, secret: Secret | None = None) -> int:
    return outbox.post(session, letter, unique=means.new_id(), domain=means.domain, at=at, secret=secret)


def about(session: Connection, draft: Draft, *, means: Means, by: str = "") -> About:
    """`by`: the id of whoever asks."""
    owner = organisations.by_id(session).get(relations.owner_of(session, draft.ref))
    person = people.by_id(session, [by]).get(by)
    said = [person.signature if person else "", owner.name if owner else ""]
    return About(draft.title, ", ".join(word for word in said if word) or means.site, means.site)


def owners(session: Connection, draft: Draft, *, asked_by: str = "") -> tuple[str, ...]:
    """The addresses of those who are told what becomes of a request: who looks after the agreement and who asked, or
    where neither can be written to, the information governance managers of its organisation."""
    staff = people.by_id(session, [one for one in (draft.lead, asked_by) if one])
    found = {one.email: None for one in staff.values() if one.active and one.email}
    if not found:
        owner = relations.owner_of(session, draft.ref)
        ids = [one.person for one in memberships.of_organisation(session, owner) if "igm" in one.roles]
        found = {one.email: None for one in people.by_id(session, ids).values() if one.active and one.email}
    return tuple(found)


def tell_owners(
    session: Connection, draft: Draft, write: Callable[[str], Letter], *, means: Means, at: datetime, asked_by: str = ""
) -> None:
    """`write` makes the letter to an address."""
    for address in owners(session, draft, asked_by=asked_by):
        post(session, write(address), means=means, at=at)


def _found(session: Connection, where: ColumnElement[bool]) -> tuple[Request, ...]:
    return tuple(_request(row) for row in session.execute(select(table).where(where).order_by(table.c.id)))


def _by_due(found: tuple[Request, ...]) -> tuple[Request, ...]:
    return tuple(sorted(found, key=lambda one: (one.due or date.max, one.id)))


def _request(row: Row[Any]) -> Request:
    kept = row._asdict()
    days = {key: date.fromisoformat(kept[key]) if kept[key] else None for key in ("due", "away_until")}
    empty = {"member": kept["member"] or "", "passed_from": kept["passed_from"] or 0, "mail": kept["mail"] or 0}
    return Request(**{**kept, **days, **empty})
