"""The partnership as it was said each time, who signed off which words of its vision, and which issued versions print
an older single message. Nothing is overwritten: the database refuses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, text

from protocolbuilder.domain.partnership import Partnership, vision_digest
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.permission import Reach
from protocolbuilder.errors import Conflict, Forbidden, Frozen
from protocolbuilder.store import organisations
from protocolbuilder.store.comment_tables import version_words
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import partnership as table
from protocolbuilder.store.people_tables import sign_offs
from protocolbuilder.store.security_events import record
from protocolbuilder.store.tables import agreements, versions
from protocolbuilder.store.tenancy import STRANGER, version_seen


@dataclass(frozen=True, slots=True)
class Stated:
    """The partnership as somebody said it. `number` counts from 1."""

    number: int
    says: Partnership
    message_changed_at: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SignOff:
    """An organisation signed off the words of a vision: those with that digest. `by` is name and post at that time."""

    organisation: str
    vision_digest: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Older:
    """The latest version of an agreement that prints a single message which is the partnership's no longer."""

    ref: str
    title: str
    number: int
    message: str
    issued_at: datetime


def current(session: Connection) -> Stated | None:
    """As it stands; None before anybody said what it is. A sample one counts as long as the sample runs this copy."""
    row = session.execute(select(table).order_by(table.c.number.desc()).limit(1)).one_or_none()
    runs = organisations.first(session) if row and row.sample else None
    return _stated(row) if row and (runs is None or runs.sample) else None


def message(session: Connection) -> str:
    """Its single message, or ""."""
    stands = current(session)
    return stands.says.message if stands else ""


def state(session: Connection, said: Partnership, *, seen: int, by: Person, at: datetime) -> Stated:
    """`seen` is the number of what the person was looking at, 0 for nothing yet. Raises Conflict, with the partnership
    as it stands, when somebody said something else since."""
    if session.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE partnership IN SHARE ROW EXCLUSIVE MODE"))
    stands, number = current(session), session.execute(select(func.max(table.c.number))).scalar_one() or 0
    if (stands.number if stands else 0) != seen:
        raise Conflict((), stands)
    same = stands is not None and stands.says.message == said.message
    words = {key: value for key, value in asdict(said).items() if key != "sample"}
    session.execute(
        insert(table).values(
            number=number + 1, content=json.dumps(words, ensure_ascii=False, sort_keys=True), sample=int(said.sample),
            message_changed_at=stands.message_changed_at if stands and same else at, changed_by=by.signature,
            changed_at=at,
        )
    )  # fmt: skip
    record(session, "partnership:changed", {"number": str(number + 1)}, by=by.id, at=at)
    return Stated(number + 1, said, stands.message_changed_at if stands and same else at, by.signature, at)


def sign_off(session: Connection, organisation: str, *, digest: str, by: Person, at: datetime) -> None:
    """For a member, of the words that the person read (`digest`). Raises Conflict, with the partnership as it stands,
    when the words are others by now; Forbidden for an organisation that is no member; Frozen for a second time."""
    if session.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE partnership, sign_offs IN SHARE ROW EXCLUSIVE MODE"))
    stands = current(session)
    if stands is None or not stands.says.vision or vision_digest(stands.says.vision) != digest:
        raise Conflict((), stands)
    if organisation not in stands.says.members:
        raise Forbidden("Only members of the partnership sign off its vision.")
    if any((one.organisation, one.vision_digest) == (organisation, digest) for one in signed_off(session)):
        raise Frozen("Your organisation has signed off these words already.")
    said = {"organisation": organisation, "vision_sha256": digest}
    session.execute(insert(sign_offs).values(**said, person=by.id, signed_by=by.signature, signed_at=at))
    record(session, "partnership:signed-off", {"organisation": organisation, "vision": digest}, by=by.id, at=at)


def signed_off(session: Connection) -> tuple[SignOff, ...]:
    """Of all words there ever were, newest first."""
    rows = session.execute(select(sign_offs).order_by(sign_offs.c.signed_at.desc(), sign_offs.c.organisation))
    return tuple(SignOff(row.organisation, row.vision_sha256, row.signed_by, row.signed_at) for row in rows)


def visions(session: Connection) -> Mapping[str, str]:
    """Digest -> the words, of every vision there ever was."""
    found = (_stated(row).says.vision for row in session.execute(select(table).order_by(table.c.number)))
    return {vision_digest(words): words for words in found if words}


def relation(session: Connection, organisation: str) -> str:
    """What an organisation is to the partnership: its owner is the host, or, as long as the directory has none, whoever
    runs this copy; its members are parties."""
    stands, first = current(session), organisations.first(session)
    known = organisations.by_id(session) if stands else {}
    host = stands.says.host if stands and stands.says.host in known else first.id if first else ""
    if organisation and organisation == host:
        return "owner"
    return "party" if stands and organisation in stands.says.members else STRANGER


def older(session: Connection, *, of: Reach | None = None) -> tuple[Older, ...]:
    """The latest versions, by reference, that print another single message than the partnership has now: of these,
    what `of` reads. One that prints its protocol's message, or none, is not among them."""
    latest = (versions.c.ref == agreements.c.ref) & (versions.c.number == agreements.c.issued)
    named = (version_words.c.ref == versions.c.ref) & (version_words.c.number == versions.c.number)
    columns = (versions.c.ref, version_words.c.title, versions.c.number, versions.c.message, versions.c.issued_at)
    kept = select(*columns).select_from(agreements.join(versions, latest).join(version_words, named))
    other = versions.c.message.not_in(("", message(session)))
    found = session.execute(
        kept.where(agreements.c.discarded_at.is_(None), other, version_seen(of)).order_by(versions.c.ref)
    )
    return tuple(Older(*row) for row in found)


def _stated(row: Row[Any]) -> Stated:
    said = json.loads(row.content)
    lists = {key: tuple(value) for key, value in said.items() if isinstance(value, list)}
    says = Partnership(**{**said, **lists}, sample=bool(row.sample))
    return Stated(row.number, says, row.message_changed_at, row.changed_by, row.changed_at)
