"""What organisations show of their care for information, and the files that show it. Nothing is overwritten: what was
replaced or taken away is kept, with its file.

Every reading for a person carries `of`, their reach, and finds what their organisation may see and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from protocolbuilder.domain.organisations import Assurance, AssuranceKind, Evidence
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.permission import Reach
from protocolbuilder.errors import Conflict, Damaged, NotFound
from protocolbuilder.store import organisations, space
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import assurances as table
from protocolbuilder.store.people_tables import evidence_files as files
from protocolbuilder.store.people_tables import metadata
from protocolbuilder.store.people_tables import organisations as directory
from protocolbuilder.store.security_events import record
from protocolbuilder.store.space import Share
from protocolbuilder.store.tenancy import assurance_seen

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Kept:
    """An assurance as it was recorded. `recorded_by` is a name and post; `replaced_at` None: it stands."""

    id: str
    organisation: str
    assurance: Assurance
    recorded_by: str
    recorded_at: datetime
    replaced_at: datetime | None


def add(
    session: Connection, organisation: str, assurance: Assurance, *, content: bytes | None = None, by: Person,
    at: datetime, new_id: NewId, share: Share | None = None,
) -> Kept:  # fmt: skip
    """`content`: the bytes of its evidence, where it has any; `share`: what the organisation may keep. Raises NotFound
    for an organisation that is not in the directory; Full."""
    organisations.load(session, organisation)
    made = _insert(session, organisation, assurance, content=content, by=by, at=at, new_id=new_id, share=share)
    record(session, "assurance:added", {"organisation": organisation, "assurance": made.id}, by=by.id, at=at)
    return made


def replace(
    session: Connection, assurance_id: str, assurance: Assurance, *, content: bytes | None = None, by: Person,
    at: datetime, new_id: NewId, share: Share | None = None,
) -> Kept:  # fmt: skip
    """Takes the place of one that stands. Without `content` its evidence is a file that is kept already. Raises
    NotFound; Full; Conflict, with what stands now in its place (None for nothing), when somebody was quicker."""
    before = _ended(session, assurance_id, at=at)
    made = _insert(
        session, before.organisation, assurance, content=content, by=by, at=at, new_id=new_id, share=share
    )
    about = {"organisation": made.organisation, "assurance": made.id, "before": assurance_id}
    record(session, "assurance:replaced", about, by=by.id, at=at)
    return made


def remove(session: Connection, assurance_id: str, *, by: Person, at: datetime) -> None:
    """Nothing takes its place. Raises NotFound; Conflict as `replace`."""
    before = _ended(session, assurance_id, at=at)
    about = {"organisation": before.organisation, "assurance": assurance_id}
    record(session, "assurance:removed", about, by=by.id, at=at)


def drop_all(session: Connection, organisations_gone: Collection[str]) -> None:
    """All that these organisations ever showed, and the bytes of their evidence where nothing else names the file."""
    mine = table.c.organisation.in_(organisations_gone)
    shown = set(session.execute(select(table.c.sha256).where(mine, table.c.sha256 != "")).scalars())
    session.execute(delete(table).where(mine))
    named = [key.parent for one in metadata.tables.values() for key in one.foreign_keys if key.column is files.c.sha256]
    still = (select(column).where(column == files.c.sha256).exists() for column in (table.c.sha256, *named))
    session.execute(delete(files).where(files.c.sha256.in_(shown), *(~used for used in still)))


def one(session: Connection, organisation: str, assurance_id: str, *, of: Reach | None) -> Kept:
    """Whether it stands or not. Raises NotFound, also for one of another organisation."""
    where = (table.c.id == assurance_id) & (table.c.organisation == organisation)
    row = session.execute(_seen(of).where(where)).one_or_none()
    if row is None:
        raise NotFound("There is no such assurance.")
    return _kept(row)


def of_organisation(session: Connection, organisation: str, *, of: Reach | None) -> tuple[Kept, ...]:
    """All there ever were, the newest first."""
    rows = session.execute(_seen(of).where(table.c.organisation == organisation).order_by(*_NEWEST))
    return tuple(_kept(row) for row in rows)


def standing_now(session: Connection, *, of: Reach | None) -> Mapping[str, tuple[Kept, ...]]:
    """Organisation -> what it shows now, for all of whom that may be seen."""
    found: dict[str, tuple[Kept, ...]] = {}
    for row in session.execute(_seen(of).where(table.c.replaced_at.is_(None)).order_by(*_NEWEST)):
        found[row.organisation] = (*found.get(row.organisation, ()), _kept(row))
    return found


def evidence(session: Connection, organisation: str, assurance_id: str, *, of: Reach | None) -> tuple[Evidence, bytes]:
    """The file, whether what it shows stands or not. Raises NotFound; Damaged when the bytes are others."""
    found = one(session, organisation, assurance_id, of=of).assurance.evidence
    if found is None:
        raise NotFound("No evidence is kept with this assurance.")
    content = session.execute(select(files.c.content).where(files.c.sha256 == found.sha256)).scalar_one_or_none()
    if content is None or sha256(content).hexdigest() != found.sha256:
        raise Damaged("The evidence is not what was sent: its digest differs.")
    return found, bytes(content)


_NEWEST = (table.c.recorded_at.desc(), table.c.id)


def _seen(of: Reach | None) -> Select[Any]:
    joined = table.join(directory, directory.c.id == table.c.organisation)
    return select(table).select_from(joined).where(directory.c.removed_at.is_(None), assurance_seen(of))


def _ended(session: Connection, assurance_id: str, *, at: datetime) -> Kept:
    """Of two at once the second finds that it stands no longer."""
    row = session.execute(select(table).where(table.c.id == assurance_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such assurance.")
    stands = (table.c.id == assurance_id) & table.c.replaced_at.is_(None)
    if not session.execute(update(table).where(stands).values(replaced_at=at)).rowcount:
        raise Conflict((), _successor(session, _kept(row)))
    return _kept(row)


def _successor(session: Connection, before: Kept) -> Kept | None:
    """What stands now of the same kind and was recorded after it, the first of them."""
    later = (
        (table.c.organisation == before.organisation) & (table.c.kind == before.assurance.kind)
        & table.c.replaced_at.is_(None) & (table.c.recorded_at >= before.recorded_at) & (table.c.id != before.id)
    )  # fmt: skip
    row = session.execute(select(table).where(later).order_by(table.c.recorded_at, table.c.id).limit(1)).one_or_none()
    return _kept(row) if row else None


def _insert(
    session: Connection, organisation: str, assurance: Assurance, *, content: bytes | None, by: Person, at: datetime,
    new_id: NewId, share: Share | None,
) -> Kept:  # fmt: skip
    file = assurance.evidence
    if content is not None:
        if file is None or sha256(content).hexdigest() != file.sha256:
            raise ValueError("the evidence is not the file it is said to be")
        space.take(session, organisation, len(content), share=share)
        dialect = postgresql if session.dialect.name == "postgresql" else sqlite
        row = dialect.insert(files).values(sha256=file.sha256, content=content, kept_at=at)
        session.execute(row.on_conflict_do_nothing(index_elements=["sha256"]))
    made = Kept(new_id(), organisation, assurance, by.signature, at, None)
    session.execute(
        insert(table).values(
            id=made.id, organisation=organisation, kind=assurance.kind, status=assurance.status,
            reference=assurance.reference, begins=_stored(assurance.begins), expires=_stored(assurance.expires),
            file_name=file.name if file else "", media_type=file.media_type if file else "",
            sha256=file.sha256 if file else "", recorded_by=by.signature, recorded_at=at,
        )
    )  # fmt: skip
    return made


def _stored(day: date | None) -> str:
    return day.isoformat() if day else ""


def _kept(row: Row[Any]) -> Kept:
    assurance = Assurance(
        cast(AssuranceKind, row.kind), row.status, row.reference,
        date.fromisoformat(row.begins) if row.begins else None,
        date.fromisoformat(row.expires) if row.expires else None,
        Evidence(row.file_name, row.media_type, row.sha256) if row.sha256 else None,
    )  # fmt: skip
    return Kept(row.id, row.organisation, assurance, row.recorded_by, row.recorded_at, row.replaced_at)
