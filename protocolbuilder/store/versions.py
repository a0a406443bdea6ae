"""Issued versions: written once, whole, with their documents; the database refuses to change them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, exists, insert, select, true, update

from protocolbuilder.domain.agreement import Agreement, canonical, digest
from protocolbuilder.domain.permission import Reach
from protocolbuilder.domain.reading import from_json
from protocolbuilder.errors import Conflict, Damaged, Frozen, NotFound
from protocolbuilder.store.agreements import Draft, lock
from protocolbuilder.store.comment_tables import version_words
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.events import Event, record
from protocolbuilder.store.issuing import Issuing, note_issued
from protocolbuilder.store.parents import Step, as_text, steps
from protocolbuilder.store.register import title_of, words_of
from protocolbuilder.store.tables import agreements
from protocolbuilder.store.tables import documents as files
from protocolbuilder.store.tables import versions as table
from protocolbuilder.store.tenancy import version_seen

_INSIDE: Final = ("content", "documents", "effective", "effective_digest")


@dataclass(frozen=True, slots=True)
class NewDocument:
    """`name` is the file name a person downloads, unique within the version."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DocumentMark:
    """A document without its bytes; `size` in bytes, `sha256` in hex."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    name: str
    media_type: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """`draft` is the number of the draft it was made from; `digest` is of the agreement's canonical JSON;
    `templates` maps a Word template's name to its version; `under` are the versions it stood under, nearest first;
    `message` is the partnership's single message that it prints, "" where it prints its protocol's or none."""

    ref: str
    number: int
    draft: int
    digest: str
    schema: str
    library: str
    templates: Mapping[str, str]
    note: str
    issued_by: str
    issued_at: datetime
    under: tuple[Step, ...]
    message: str
    documents: tuple[DocumentMark, ...]


def issue(
    session: Connection, ref: str, *, number: int, seen: int, documents: Sequence[NewDocument], content_digest: str,
    schema: str, library: str, templates: Mapping[str, str], by: str, at: datetime, note: str,
    issuing: Issuing, under: Sequence[Step] = (), effective: Agreement | None = None, message: str = "",
) -> Version:  # fmt: skip
    """Keeps draft `seen` as version `number` (the latest and one) with the documents that print that number. `under`
    are the versions it stands under, nearest first; `effective` what it says with them, and `message` the single
    message of the partnership that it prints, whatever comes later. `issuing` writes its line in the trail; who was
    asked to sign the version before is asked no longer.

    Raises Conflict when the draft has moved on since `seen`, or somebody has issued `number` already; ValueError when
    `content_digest` is not that of the draft; NotFound; Frozen when it is discarded.
    """
    draft = _fit_to_issue(session, ref, number=number, seen=seen, content_digest=content_digest)
    session.execute(
        insert(table).values(
            ref=ref,
            number=number,
            draft=seen,
            content=canonical(draft.agreement),
            digest=content_digest,
            schema=schema,
            library=library,
            templates=json.dumps(dict(templates), sort_keys=True),
            documents=len(documents),
            note=note,
            issued_by=by,
            issued_at=at,
            message=message,
            **_with_above(under, effective),
        )
    )
    named = {"title": title_of(draft.agreement), "words": words_of(ref, draft.agreement)}
    session.execute(insert(version_words).values(ref=ref, number=number, **named))
    for document in documents:
        _keep(session, ref, number=number, document=document)
    session.execute(update(agreements).where(agreements.c.ref == ref).values(issued=number, issued_draft=seen))
    record(session, Event(ref=ref, what="issued", number=number, note=note, by=by, at=at))
    made = version(session, ref, number)
    note_issued(
        session, ref, number, said=draft.agreement, content_digest=content_digest, how=issuing, at=at,
        documents={one.name: sha256(one.content).hexdigest() for one in documents},
    )  # fmt: skip
    return made


def _with_above(under: Sequence[Step], effective: Agreement | None) -> dict[str, Any]:
    said = {"effective": canonical(effective), "effective_digest": digest(effective)} if effective else {}
    return {"under": as_text(under), **said}


def _fit_to_issue(session: Connection, ref: str, *, number: int, seen: int, content_digest: str) -> Draft:
    """The draft, locked, when it is still what the documents were made from. Raises as `issue` says."""
    draft = lock(session, ref)
    if draft.discarded_at is not None:
        raise Frozen(f"{ref} has been discarded. Restore it before issuing it.")
    if seen != draft.number or number != (draft.issued or 0) + 1:
        raise Conflict((), draft)
    if content_digest != digest(draft.agreement):
        raise ValueError(f"the documents were made from another content than draft {seen} of {ref}")
    return draft


def versions(session: Connection, ref: str, *, of: Reach | None = None) -> tuple[Version, ...]:
    """Newest first, without the bytes of documents: those that `of` reads. Empty when nothing was issued. Two
    statements."""
    marks: dict[int, list[DocumentMark]] = {}
    for row in session.execute(_marks().where(files.c.ref == ref)):
        marks.setdefault(row.number, []).append(_mark(row))
    rows = session.execute(_versions().where(table.c.ref == ref, _seen(of)).order_by(table.c.number.desc()))
    return tuple(_version(row, tuple(marks.get(row.number, ()))) for row in rows)


def version(session: Connection, ref: str, number: int, *, of: Reach | None = None) -> Version:
    """Raises NotFound."""
    one = (table.c.ref == ref) & (table.c.number == number)
    row = session.execute(_versions().where(one, _seen(of))).one_or_none()
    if row is None:
        raise NotFound(f"There is no version {number} of {ref}.")
    marks = session.execute(_marks().where(files.c.ref == ref, files.c.number == number))
    return _version(row, tuple(_mark(mark) for mark in marks))


def issued_agreement(session: Connection, ref: str, number: int, *, of: Reach | None = None) -> Agreement:
    """What the version says. Raises NotFound; Damaged when it no longer has its digest."""
    one = (table.c.ref == ref) & (table.c.number == number)
    where = select(table.c.content, table.c.digest).where(one, _seen(of))
    row = session.execute(where).one_or_none()
    if row is None:
        raise NotFound(f"There is no version {number} of {ref}.")
    if sha256(row.content).hexdigest() != row.digest:
        raise Damaged(f"Version {number} of {ref} is not what was issued: its digest differs.")
    return from_json(row.content)


def document(session: Connection, ref: str, number: int, name: str, *, of: Reach | None = None) -> StoredDocument:
    """One file of a version. Raises NotFound; Damaged when the bytes are not those that were issued."""
    where = (files.c.ref == ref) & (files.c.number == number) & (files.c.name == name)
    version_there = exists().where(table.c.ref == files.c.ref, table.c.number == files.c.number, _seen(of))
    row = session.execute(select(files).where(where, version_there)).one_or_none()
    if row is None:
        raise NotFound(f"Version {number} of {ref} has no document {name}.")
    if sha256(row.content).hexdigest() != row.sha256:
        raise Damaged(f"{name} of version {number} of {ref} is not what was issued: its digest differs.")
    return StoredDocument(name=row.name, media_type=row.media_type, content=row.content, sha256=row.sha256)


def _seen(of: Reach | None) -> ColumnElement[bool]:
    """Of a row of versions: may they read it?"""
    if of is None:
        return true()
    return exists().where(agreements.c.ref == table.c.ref, version_seen(of))


def _keep(session: Connection, ref: str, *, number: int, document: NewDocument) -> None:
    session.execute(
        insert(files).values(
            ref=ref,
            number=number,
            name=document.name,
            media_type=document.media_type,
            content=document.content,
            sha256=sha256(document.content).hexdigest(),
            size=len(document.content),
        )
    )


def _versions() -> Select[Any]:
    return select(*(column for column in table.c if column.name not in _INSIDE))


def _marks() -> Select[Any]:
    columns = (column for column in files.c if column.name != "content")
    return select(*columns).order_by(files.c.number, files.c.name)


def _version(row: Row[Any], marks: tuple[DocumentMark, ...]) -> Version:
    read = {"templates": json.loads(row.templates), "under": steps(row.under), "documents": marks}
    values = dict(row._mapping) | read
    return Version(**values)


def _mark(row: Row[Any]) -> DocumentMark:
    return DocumentMark(name=row.name, media_type=row.media_type, size=row.size, sha256=row.sha256)
