"""Reads everything again and says what does not hold. Empty is good; run after a crash or a restore."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import groupby

from sqlalchemy import ColumnElement, Table, func, select

from protocolbuilder.law.overlay import Withdrawal
from protocolbuilder.store import verify_executed, verify_signing
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.overlay import overlay
from protocolbuilder.store.tables import agreements, documents, events, house_styles, journal, returned_files, versions
from protocolbuilder.store.verify_signing import Known


def faults(session: Connection, known: Known | None = None) -> tuple[str, ...]:
    """One line for each fault: half a version, changed bytes, a version, a save or a signature without its record.
    `known`: what is known from outside the database."""
    found = (_agreements, _versions, _documents, _returned, _law_records, _house_styles, verify_executed.faults)
    return (*(fault for look in found for fault in look(session)), *verify_signing.faults(session, known))


def counts(session: Connection) -> Mapping[str, int]:
    """How much of each `faults` looks at."""
    read = {
        "agreements": agreements, "saves": journal, "versions": versions, "documents": documents,
        "returned files": returned_files, "looks of documents": house_styles, **verify_signing.READ,
        **verify_executed.READ,
    }  # fmt: skip
    return {
        what: session.execute(select(func.count()).select_from(table)).scalar_one() for what, table in read.items()
    }


def _agreements(session: Connection) -> Iterator[str]:
    """Versions count 1, 2, 3 … up to `issued`; saves 2, 3, 4 … up to the draft's number."""
    issued, saved, created = _numbers(session, versions), _numbers(session, journal), _created(session)
    rows = session.execute(select(agreements.c.ref, agreements.c.number, agreements.c.issued)).all()
    for ref, number, latest in rows:
        if issued.get(ref, []) != list(range(1, (latest or 0) + 1)):
            yield f"{ref}: its latest version is {latest}, the versions kept are {issued.get(ref, [])}"
        if saved.get(ref, []) != list(range(2, number + 1)):
            yield f"{ref}: the draft is number {number}, which the journal does not account for"
        if created.get(ref, 0) != 1:
            yield f"{ref}: created {created.get(ref, 0)} times by its history"


def _versions(session: Connection) -> Iterator[str]:
    kept = _counts(session, documents)
    told = _counts(session, events, events.c.what == "issued")
    names = ("ref", "number", "documents", "digest", "content", "effective", "effective_digest")
    columns = (versions.c[name] for name in names)
    seen = set()
    for ref, number, wanted, digest, content, effective, effective_digest in session.execute(select(*columns)):
        seen.add((ref, number))
        if kept.get((ref, number), 0) != wanted:
            yield f"{ref} version {number}: {kept.get((ref, number), 0)} documents of {wanted}"
        if sha256(content).hexdigest() != digest:
            yield f"{ref} version {number}: the content is not what was issued"
        if effective is not None and sha256(effective).hexdigest() != effective_digest:
            yield f"{ref} version {number}: what it says in effect is not what was issued"
        if told.get((ref, number), 0) != 1:
            yield f"{ref} version {number}: issued {told.get((ref, number), 0)} times by its history"
    for ref, number in sorted((set(kept) | set(told)) - seen):
        yield f"{ref} version {number}: spoken of, but not kept"


def _documents(session: Connection) -> Iterator[str]:
    columns = (documents.c.ref, documents.c.number, documents.c.name, documents.c.sha256, documents.c.content)
    for ref, number, name, digest, content in session.execute(select(*columns)):
        if sha256(content).hexdigest() != digest:
            yield f"{ref} version {number}: {name} is not what was issued"


def _returned(session: Connection) -> Iterator[str]:
    columns = (returned_files.c.ref, returned_files.c.number, returned_files.c.sha256, returned_files.c.content)
    for ref, number, digest, content in session.execute(select(*columns)):
        if sha256(content).hexdigest() != digest:
            yield f"{ref}: the returned file {number} is not what came back"


def _law_records(session: Connection) -> Iterator[str]:
    """Every record on the law library can be read, and what is withdrawn was recorded before."""
    seen: set[str] = set()
    try:
        for record in overlay(session):
            if isinstance(record, Withdrawal) and record.record_id not in seen:
                yield f"law record {record.id}: it withdraws {record.record_id}, which is not kept before it"
            seen.add(record.id)
    except (KeyError, ValueError) as error:
        yield f"law records: one cannot be read ({error!r})"


def _house_styles(session: Connection) -> Iterator[str]:
    """Choices count 1, 2, 3 …; each is of the plain look, or of a file that was kept no later and is whole."""
    files = {0: ""}
    for place, row in enumerate(session.execute(select(house_styles).order_by(house_styles.c.number)), start=1):
        if row.number != place:
            yield f"house style {row.number}: the one before it is not kept"
        if row.content is not None:
            files[row.number] = sha256(row.content).hexdigest()
        if files.get(row.file) != row.sha256:
            yield f"house style {row.number}: its file is not what was uploaded"


def _counts(session: Connection, table: Table, *wanted: ColumnElement[bool]) -> dict[tuple[str, int], int]:
    """How many rows there are for each reference and number."""
    key = (table.c.ref, table.c.number)
    rows = session.execute(select(*key, func.count()).where(*wanted).group_by(*key))
    return {(ref, number): count for ref, number, count in rows}


def _numbers(session: Connection, table: Table) -> dict[str, list[int]]:
    """The numbers kept for each reference, each once, in order."""
    rows = session.execute(select(table.c.ref, table.c.number).distinct().order_by(table.c.ref, table.c.number))
    return {ref: [row.number for row in group] for ref, group in groupby(rows, key=lambda row: row.ref)}


def _created(session: Connection) -> dict[str, int]:
    counted = select(events.c.ref, func.count()).where(events.c.what == "created").group_by(events.c.ref)
    return {row[0]: row[1] for row in session.execute(counted)}
