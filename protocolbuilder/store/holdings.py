"""Every agreement of the register at once, and those that name an entry of the law library."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.reading import from_json
from protocolbuilder.errors import NotFound
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import agreements, versions


@dataclass(frozen=True, slots=True)
class Mark:
    """One agreement as a draft or as issued, without its content. `number` is the draft's, or the version's."""

    ref: str
    title: str
    what: Literal["draft", "version"]
    number: int


@dataclass(frozen=True, slots=True)
class Held:
    """The same with its content. `library` of a version is the one it was checked against when it was issued."""

    mark: Mark
    library: str
    agreement: Agreement


def live(session: Connection) -> tuple[Mark, ...]:
    """Every draft that is not discarded, by reference, each followed by its latest version where that differs."""
    names = ("ref", "title", "number", "issued", "issued_draft")
    columns = (agreements.c[name] for name in names)
    kept = select(*columns).where(agreements.c.discarded_at.is_(None)).order_by(agreements.c.ref)
    found = []
    for ref, title, number, issued, issued_draft in session.execute(kept):
        found.append(Mark(ref, title, "draft", number))
        if issued is not None and issued_draft != number:
            found.append(Mark(ref, title, "version", issued))
    return tuple(found)


def issued(session: Connection) -> Mapping[Mark, str]:
    """The latest version of every agreement that is not discarded, by reference, with the digest of its content. One
    statement, no content."""
    latest = (versions.c.ref == agreements.c.ref) & (versions.c.number == agreements.c.issued)
    columns = (agreements.c.ref, agreements.c.title, versions.c.number, versions.c.digest)
    kept = select(*columns).join(versions, latest).where(agreements.c.discarded_at.is_(None))
    rows = session.execute(kept.order_by(agreements.c.ref))
    return {Mark(ref, title, "version", number): digest for ref, title, number, digest in rows}


def sections_of(session: Connection, mark: Mark, sections: Collection[str]) -> Agreement:
    """What a version says in some sections alone. It was checked when it was issued, so it is read without another
    check: that makes it quick enough to look through a register. Raises NotFound."""
    where = (versions.c.ref == mark.ref) & (versions.c.number == mark.number)
    content = session.execute(select(versions.c.content).where(where)).scalar_one_or_none()
    if content is None:
        raise NotFound(f"There is no version {mark.number} of {mark.ref}.")
    said = json.loads(content)
    answers = {key: value for key, value in said["answers"].items() if key in sections}
    return Agreement(said["schema"], said["library"], answers)


def naming(session: Connection, entry: str) -> tuple[Mark, ...]:
    """Drafts (discarded ones left out) and versions, old ones too, whose content names an entry by its id."""
    kept, quoted = agreements.c.discarded_at.is_(None), f'"{entry}"'
    drafts = select(agreements.c.ref, agreements.c.title, agreements.c.number).where(
        kept, agreements.c.content.contains(quoted, autoescape=True)
    )
    found = [Mark(ref, title, "draft", number) for ref, title, number in session.execute(drafts)]
    issued = select(versions.c.ref, agreements.c.title, versions.c.number, versions.c.content).join(
        agreements, agreements.c.ref == versions.c.ref
    )
    for ref, title, number, content in session.execute(issued.where(kept)):
        if quoted.encode() in content:
            found.append(Mark(ref, title, "version", number))
    return tuple(sorted(found, key=lambda mark: (mark.ref, mark.what, mark.number)))


def held(session: Connection, mark: Mark) -> Held:
    """What a mark stands for. Raises NotFound when it is no longer there."""
    if mark.what == "draft":
        where = select(agreements.c.content).where(agreements.c.ref == mark.ref, agreements.c.number == mark.number)
        content = session.execute(where).scalar_one_or_none()
        if content is not None:
            made = from_json(content)
            return Held(mark, made.library, made)
    else:
        issued = select(versions).where(versions.c.ref == mark.ref, versions.c.number == mark.number)
        if (row := session.execute(issued).one_or_none()) is not None:
            return Held(mark, row.library, from_json(row.content))
    raise NotFound(f"There is no {mark.what} {mark.number} of {mark.ref}.")
