"""Word files of ours that came back from partners: kept as they came, with each thing in them and what was decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, func, insert, select, update

from protocolbuilder.errors import Conflict, Damaged, Frozen, NotFound
from protocolbuilder.store import space
from protocolbuilder.store.agreements import lock
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.events import Event, record
from protocolbuilder.store.space import Share
from protocolbuilder.store.tables import returned_files as files_table
from protocolbuilder.store.tables import returned_items as items_table

Decision = Literal["", "accepted", "by hand", "refused", "answered"]
OPEN: Final[Decision] = ""
UNDECIDED: Final[Mapping[str, str]] = {"decision": OPEN, "reply": "", "decided_by": ""}


@dataclass(frozen=True, slots=True)
class NewItem:
    """`address` is the question that it touches, or ""; `content` is whatever its reader made of it, as JSON values."""

    address: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """`version` is what it is a copy of: "3", "draft 12". `items` are counted, and those of them that wait."""

    ref: str
    number: int
    name: str
    version: str
    sha256: str
    about: Mapping[str, Any]
    kept_by: str
    kept_at: datetime
    items: int
    undecided: int


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """`decision` is "" until there is one; "accepted" went into the draft with its number `draft`."""

    ref: str
    file: int
    number: int
    address: str
    content: Mapping[str, Any]
    decision: Decision
    reply: str
    decided_by: str
    decided_at: datetime | None
    draft: int | None


def keep(
    session: Connection, ref: str, *, name: str, version: str, content: bytes, about: Mapping[str, Any],
    items: Sequence[NewItem], by: str, at: datetime, share: Share | None = None,
) -> ReturnedFile:  # fmt: skip
    """The file with its items, numbered from 1. One that came before is found again and nothing is kept twice.

    `share`: what the organisation whose agreement it is may keep.
    Raises NotFound; Frozen when the agreement is discarded; Full.
    """
    _refuse_discarded(session, ref)
    digest, table = sha256(content).hexdigest(), files_table
    known = session.execute(select(table.c.number).where(table.c.ref == ref, table.c.sha256 == digest)).scalar()
    if known is not None:
        return file(session, ref, known)
    space.take_of(session, ref, len(content), share=share)
    last = session.execute(select(func.max(table.c.number)).where(table.c.ref == ref)).scalar() or 0
    number = last + 1
    session.execute(
        insert(table).values(
            ref=ref, number=number, name=name, version=version, content=content, sha256=digest,
            about=_json(about), kept_by=by, kept_at=at,
        )
    )  # fmt: skip
    rows = [
        dict(ref=ref, file=number, number=count, address=each.address, content=_json(each.content), **UNDECIDED)
        for count, each in enumerate(items, start=1)
    ]
    if rows:
        session.execute(insert(items_table), rows)
    record(session, Event(ref=ref, what="returned", number=number, note=name, by=by, at=at))
    return file(session, ref, number)


def files(session: Connection, ref: str) -> tuple[ReturnedFile, ...]:
    """Newest first, without their bytes."""
    rows = session.execute(_files().where(files_table.c.ref == ref).order_by(files_table.c.number.desc()))
    return tuple(map(_file, rows))


def file(session: Connection, ref: str, number: int) -> ReturnedFile:
    """Raises NotFound."""
    row = session.execute(_files().where(files_table.c.ref == ref, files_table.c.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"No Word file number {number} came back for {ref}.")
    return _file(row)


def content(session: Connection, ref: str, number: int) -> bytes:
    """The bytes as they came. Raises NotFound; Damaged when they are not those any more."""
    columns = (files_table.c.content, files_table.c.sha256)
    row = session.execute(
        select(*columns).where(files_table.c.ref == ref, files_table.c.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound(f"No Word file number {number} came back for {ref}.")
    if sha256(row.content).hexdigest() != row.sha256:
        raise Damaged(f"Word file number {number} of {ref} is not what came back: its digest differs.")
    return bytes(row.content)


def items(session: Connection, ref: str, file_number: int) -> tuple[ReturnedItem, ...]:
    """In the order of the file."""
    where = (items_table.c.ref == ref) & (items_table.c.file == file_number)
    return tuple(map(_item, session.execute(select(items_table).where(where).order_by(items_table.c.number))))


def item(session: Connection, ref: str, file_number: int, number: int) -> ReturnedItem:
    """Raises NotFound."""
    row = session.execute(select(items_table).where(*_key(ref, file_number, number))).one_or_none()
    if row is None:
        raise NotFound(f"Word file number {file_number} of {ref} has no entry {number}.")
    return _item(row)


def decide(
    session: Connection, seen: ReturnedItem, decision: Decision, *, reply: str, note: str, by: str, at: datetime,
    draft: int | None = None,
) -> ReturnedItem:  # fmt: skip
    """Keeps what was decided of an item, or opens it again (""), in the place of what was `seen`; an event says so.

    Raises Conflict with the item as it stands when somebody has decided meanwhile; NotFound; Frozen when the agreement
    is discarded.
    """
    _refuse_discarded(session, seen.ref)
    stored = item(session, seen.ref, seen.file, seen.number)
    if (stored.decision, stored.decided_at) != (seen.decision, seen.decided_at):
        raise Conflict((seen.address,), stored)
    session.execute(
        update(items_table).where(*_key(seen.ref, seen.file, seen.number))
        .values(decision=decision, reply=reply, decided_by=by, decided_at=at, draft=draft)
    )  # fmt: skip
    record(session, Event(ref=seen.ref, what="decided", number=seen.file, note=note, by=by, at=at))
    return item(session, seen.ref, seen.file, seen.number)


def _refuse_discarded(session: Connection, ref: str) -> None:
    """Holds the agreement until the end of the transaction."""
    if lock(session, ref).discarded_at is not None:
        raise Frozen(f"{ref} has been discarded. Put it back first.")


def _key(ref: str, file_number: int, number: int) -> tuple[Any, ...]:
    return items_table.c.ref == ref, items_table.c.file == file_number, items_table.c.number == number


def _files() -> Select[Any]:
    of_file = (items_table.c.ref == files_table.c.ref) & (items_table.c.file == files_table.c.number)
    count = select(func.count()).select_from(items_table).where(of_file)
    undecided = count.where(items_table.c.decision == OPEN).scalar_subquery().label("undecided")
    columns = (column for column in files_table.c if column.name != "content")
    return select(*columns, count.scalar_subquery().label("items"), undecided)


def _file(row: Row[Any]) -> ReturnedFile:
    return ReturnedFile(**{**row._mapping, "about": json.loads(row.about)})


def _item(row: Row[Any]) -> ReturnedItem:
    return ReturnedItem(**{**row._mapping, "content": json.loads(row.content)})


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
