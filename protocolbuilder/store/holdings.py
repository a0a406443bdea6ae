"""Every agreement of the register at once, and those that name an entry of the law library."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import and_, select

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.permission import Reach
from protocolbuilder.domain.reading import from_json
from protocolbuilder.errors import NotFound
from protocolbuilder.store.comment_tables import version_words
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import agreements, versions
from protocolbuilder.store.tenancy import draft_seen, version_seen

_LATEST: Final = (versions.c.ref == agreements.c.ref) & (versions.c.number == agreements.c.issued)
_NAMED: Final = (version_words.c.ref == versions.c.ref) & (version_words.c.number == versions.c.number)


@dataclass(frozen=True, slots=True)
class Mark:
    """One agreement as a draft or as issued, without its content: `number` and `title` are the draft's, or the
    version's."""

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


def live(session: Connection, *, of: Reach | None = None) -> tuple[Mark, ...]:
    """Every draft that is not discarded, by reference, each followed by its latest version where that differs: of
    these, what `of` reads."""
    names = ("ref", "title", "number", "issued_draft")
    kept = (
        select(
            *(agreements.c[name] for name in names), version_words.c.number.label("issued"),
            version_words.c.title.label("called"), draft_seen(of).label("draft"),
            and_(versions.c.number.is_not(None), version_seen(of)).label("version"),
        )
        .select_from(agreements.outerjoin(versions, _LATEST).outerjoin(version_words, _NAMED))
        .where(agreements.c.discarded_at.is_(None))
        .order_by(agreements.c.ref)
    )  # fmt: skip
    found = []
    for row in session.execute(kept):
        if row.draft:
            found.append(Mark(row.ref, row.title, "draft", row.number))
        if row.version and not (row.draft and row.issued_draft == row.number):
            found.append(Mark(row.ref, row.called, "version", row.issued))
    return tuple(found)


def issued(session: Connection, *, of: Reach | None = None) -> Mapping[Mark, str]:
    """The latest version of every agreement that is not discarded, by reference, with the digest of its content: of
    these, those that `of` reads. One statement, no content."""
    columns = (agreements.c.ref, version_words.c.title, versions.c.number, versions.c.digest)
    kept = select(*columns).join(versions, _LATEST).join(version_words, _NAMED)
    rows = session.execute(
        kept.where(agreements.c.discarded_at.is_(None), version_seen(of)).order_by(agreements.c.ref)
    )
    return {Mark(ref, title, "version", number): digest for ref, title, number, digest in rows}


def seen(session: Connection, marks: Iterable[Mark], *, of: Reach | None) -> frozenset[Mark]:
    """Those of some versions that `of` reads."""
    if of is None:
        return frozenset(marks)
    joined = agreements.join(versions, versions.c.ref == agreements.c.ref)
    asked = select(versions.c.ref, versions.c.number).select_from(joined).where(version_seen(of))
    wanted = {(mark.ref, mark.number): mark for mark in marks}
    rows = session.execute(asked.where(versions.c.ref.in_([ref for ref, _ in wanted]))) if wanted else ()
    return frozenset(wanted[ref, number] for ref, number in rows if (ref, number) in wanted)


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


def naming(session: Connection, entry: str, *, of: Reach | None = None) -> tuple[Mark, ...]:
    """Drafts (discarded ones left out) and versions, old ones too, whose content names an entry by its id: of these,
    what `of` reads."""
    kept, quoted = agreements.c.discarded_at.is_(None), f'"{entry}"'
    drafts = select(agreements.c.ref, agreements.c.title, agreements.c.number).where(
        kept, draft_seen(of), agreements.c.content.contains(quoted, autoescape=True)
    )
    found = [Mark(ref, title, "draft", number) for ref, title, number in session.execute(drafts)]
    joined = agreements.join(versions, versions.c.ref == agreements.c.ref).join(version_words, _NAMED)
    columns = (versions.c.ref, version_words.c.title, versions.c.number, versions.c.content)
    issued = select(*columns).select_from(joined).where(kept, version_seen(of))
    for ref, title, number, content in session.execute(issued):
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
