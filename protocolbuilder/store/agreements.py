"""Agreements and their drafts. Nothing that was saved is overwritten by somebody who had not seen it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as but
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.domain.agreement import Agreement, Edit, canonical
from protocolbuilder.domain.permission import Reach
from protocolbuilder.domain.reading import from_json
from protocolbuilder.errors import BadFile, Conflict, Frozen, NotFound
from protocolbuilder.store import journal, relations
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.events import Event, What, record
from protocolbuilder.store.register import title_of, words_of
from protocolbuilder.store.tables import agreements, given_refs
from protocolbuilder.store.tenancy import draft_seen


@dataclass(frozen=True, slots=True)
class Draft:
    """`number` goes up by one with every save; `issued` is the latest version's number, `issued_draft` the
    draft it was made from (both None until the first). `id` stays the same wherever it is moved to. `owner`
    is the organisation whose it is, `lead` the person who looks after it; None where nobody was named yet."""

    ref: str
    id: str
    number: int
    agreement: Agreement
    title: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    issued: int | None
    issued_draft: int | None
    discarded_at: datetime | None
    owner: str | None
    lead: str | None


def create(
    session: Connection,
    agreement: Agreement,
    *,
    by: str,
    at: datetime,
    new_id: Callable[[], str],
    note: str = "",
    owner: str | None = None,
    lead: str | None = None,
) -> Draft:
    """A draft with number 1 and the next reference of the year, `ISA-2026-0001`. `note` says where it came
    from (a pattern, a file), for the history; `owner` and `lead` are the ids of an organisation and a person."""
    ref = _next_ref(session, at.astimezone(UTC).year)
    stored = _stored(ref, _readable(agreement), by=by, at=at)
    whose = {"created_by": by, "owner": owner, "lead": lead}
    first = insert(agreements).values(ref=ref, id=new_id(), number=1, created_at=at, **whose, **stored)
    session.execute(first)
    record(session, Event(ref=ref, what="created", number=1, note=note, by=by, at=at))
    return load(session, ref)


def load(session: Connection, ref: str, *, of: Reach | None = None) -> Draft:
    """Raises NotFound, also for a draft that `of` may not read. A discarded draft is still found by its reference."""
    found = select(agreements).where(agreements.c.ref == ref, draft_seen(of))
    return _draft(session.execute(found).one_or_none(), ref)


def lock(session: Connection, ref: str) -> Draft:
    """As `load`, and nobody else writes this draft until the transaction ends. Raises NotFound."""
    statement = select(agreements).where(agreements.c.ref == ref).with_for_update()
    return _draft(session.execute(statement).one_or_none(), ref)


def as_of(session: Connection, ref: str, number: int) -> Agreement:
    """The agreement as it stood at draft `number`: what a form drawn then showed. Raises NotFound."""
    return journal.undone(session, ref, now=load(session, ref).agreement, number=number)


def save(session: Connection, ref: str, *, edits: Sequence[Edit], seen: int, by: str, at: datetime) -> Draft:
    """Makes all the edits or none. `seen` is the number of the draft that the person was looking at.

    What others saved meanwhile at other addresses is kept. Raises Conflict, with the addresses and the draft
    as stored, when somebody has since written something else at (or above, or below) one of these addresses.
    An edit that changes nothing writes nothing. A partner that is taken out is tied to no organisation any more.
    Raises NotFound; Frozen when the draft is discarded; BadAddress for an answer about an item that is not there;
    BadFile for text that cannot be read back.
    """
    draft = _open(session, ref)
    if seen != draft.number:
        _refuse_overtaken(session, draft, edits=edits, seen=seen)
    agreement, entries = journal.entries(draft.agreement, edits)
    if not entries:
        return draft
    return _write(session, draft, _readable(agreement), entries=entries, by=by, at=at)


def replace(
    session: Connection, ref: str, agreement: Agreement, *, seen: int, by: str, at: datetime, note: str = ""
) -> Draft:
    """The whole agreement at once (a file read in, an upgrade of the schema). Raises Conflict when anything
    was saved since `seen`; NotFound; Frozen."""
    draft = _open(session, ref)
    if seen != draft.number:
        raise Conflict((), draft)
    agreement = _readable(agreement)
    entry = journal.whole(draft.agreement, agreement)
    after = _write(session, draft, agreement, entries=[entry], by=by, at=at)
    record(session, Event(ref=ref, what="replaced", number=after.number, note=note, by=by, at=at))
    return after


def discard(session: Connection, ref: str, *, by: str, at: datetime) -> Draft:
    """Out of the register, and kept. Raises NotFound; Frozen when it is discarded already."""
    return _shelve(session, _open(session, ref), what="discarded", discarded_at=at, by=by, at=at)


def restore_discarded(session: Connection, ref: str, *, by: str, at: datetime) -> Draft:
    """Back into the register, as it was. A draft that is not discarded stays as it is. Raises NotFound."""
    draft = lock(session, ref)
    if draft.discarded_at is None:
        return draft
    return _shelve(session, draft, what="restored", discarded_at=None, by=by, at=at)


def _next_ref(session: Connection, year: int) -> str:
    """One statement, so that two people creating at once cannot be given the same number."""
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    new = dialect.insert(given_refs).values(year=year, last=1)
    counted = new.on_conflict_do_update(
        index_elements=[given_refs.c.year], set_={"last": given_refs.c.last + 1}
    ).returning(given_refs.c.last)
    return f"ISA-{year}-{session.execute(counted).scalar_one():04d}"


def _open(session: Connection, ref: str) -> Draft:
    draft = lock(session, ref)
    if draft.discarded_at is not None:
        raise Frozen(f"{ref} has been discarded. Restore it before changing it.")
    return draft


def _refuse_overtaken(session: Connection, draft: Draft, *, edits: Sequence[Edit], seen: int) -> None:
    if seen > draft.number:  # an older backup was restored since: nothing is known of what the form saw
        overtaken = tuple(edits)
    else:
        overtaken = journal.overtaken(session, draft.ref, edits=edits, seen=seen)
    lost = tuple(edit.address for edit in overtaken if not journal.stands(draft.agreement, edit))
    if lost:
        raise Conflict(lost, draft)


def _shelve(
    session: Connection, draft: Draft, *, what: What, discarded_at: datetime | None, by: str, at: datetime
) -> Draft:
    session.execute(update(agreements).where(agreements.c.ref == draft.ref).values(discarded_at=discarded_at))
    record(session, Event(ref=draft.ref, what=what, number=draft.number, note="", by=by, at=at))
    return load(session, draft.ref)


def _write(
    session: Connection,
    draft: Draft,
    agreement: Agreement,
    *,
    entries: Sequence[journal.Entry],
    by: str,
    at: datetime,
) -> Draft:
    number, stored = draft.number + 1, _stored(draft.ref, agreement, by=by, at=at)
    session.execute(update(agreements).where(agreements.c.ref == draft.ref).values(number=number, **stored))
    journal.write(session, draft.ref, entries, number=number, by=by, at=at)
    if not _partners(draft.agreement) <= (left := _partners(agreement)):
        relations.untie_all_but(session, draft.ref, left, by="", at=at)
    return but(
        draft, agreement=agreement, number=number, title=stored["title"], updated_by=by, updated_at=at.astimezone(UTC)
    )


def _partners(agreement: Agreement) -> frozenset[str]:
    return frozenset(party["id"] for party in agreement.answers.get("parties") or ())


def _stored(ref: str, agreement: Agreement, *, by: str, at: datetime) -> dict[str, Any]:
    """The columns that follow from the agreement and who wrote it."""
    return {
        "content": canonical(agreement).decode(),
        "title": title_of(agreement),
        "words": words_of(ref, agreement),
        "updated_at": at,
        "updated_by": by,
    }


def _readable(agreement: Agreement) -> Agreement:
    """The agreement as it will be read back. Raises BadFile for what could not be."""
    try:
        return from_json(canonical(agreement))
    except UnicodeEncodeError as error:
        raise BadFile("The text holds half a character (a lone surrogate), which cannot be kept.") from error


def _draft(row: Row[Any] | None, ref: str) -> Draft:
    if row is None:
        raise NotFound(f"There is no agreement {ref}.")
    values = {column: value for column, value in row._mapping.items() if column not in ("content", "words")}
    return Draft(agreement=from_json(row.content), **values)
