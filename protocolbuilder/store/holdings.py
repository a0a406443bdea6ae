"""Every agreement of the register at once, and those that name an entry of the law library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.reading import from_json
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import agreements, versions


@dataclass(frozen=True, slots=True)
class Held:
    """One agreement as a draft or as issued. `number` is the draft's, or the version's; `library` of a version is the
    one that it was checked against, of a draft the one it was started with."""

    ref: str
    title: str
    what: Literal["draft", "version"]
    number: int
    library: str
    agreement: Agreement


def live(session: Connection) -> Iterator[Held]:
    """Every draft that is not discarded, by reference, each followed by its latest version where that differs."""
    kept = select(agreements).where(agreements.c.discarded_at.is_(None)).order_by(agreements.c.ref)
    for row in session.execute(kept).all():
        made = from_json(row.content)
        yield Held(row.ref, row.title, "draft", row.number, made.library, made)
        if row.issued is not None and row.issued_draft != row.number:
            where = (versions.c.ref == row.ref) & (versions.c.number == row.issued)
            issued = session.execute(select(versions).where(where)).one()
            yield Held(row.ref, row.title, "version", row.issued, issued.library, from_json(issued.content))


def naming(session: Connection, entry: str) -> tuple[Held, ...]:
    """Drafts (discarded ones left out) and versions, old ones too, whose answers name an entry by its id."""
    quoted = f'"{entry}"'
    kept = agreements.c.discarded_at.is_(None)
    wanted = select(agreements).where(kept, agreements.c.content.contains(quoted, autoescape=True))
    found = []
    for row in session.execute(wanted.order_by(agreements.c.ref)):
        made = from_json(row.content)
        found.append(Held(row.ref, row.title, "draft", row.number, made.library, made))
    every = select(versions, agreements.c.title).join(agreements, agreements.c.ref == versions.c.ref).where(kept)
    for row in session.execute(every.order_by(versions.c.ref, versions.c.number)):
        if quoted.encode() in row.content:
            made = from_json(row.content)
            found.append(Held(row.ref, row.title, "version", row.number, row.library, made))
    return tuple(found)
