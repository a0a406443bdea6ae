"""The list of agreements: searched, newest first, a page at a time, without reading any agreement whole."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, case, func, literal, not_, or_, select, true

from protocolbuilder.domain.agreement import ABSENT, Agreement, get
from protocolbuilder.domain.permission import Reach
from protocolbuilder.store.comment_tables import version_words
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import agreements, versions
from protocolbuilder.store.tenancy import draft_seen, not_of, version_listed, version_seen

Status = Literal["draft", "issued", "changed"]
Shelf = Literal["kept", "discarded"]
Shows = Literal["draft", "version", "title"]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """`status`: never issued; issued as it stands; changed since its latest version (`issued`). `shows` what its reader
    may open: the draft, that version, or no more than the title."""

    ref: str
    title: str
    number: int
    issued: int | None
    status: Status
    updated_at: datetime
    updated_by: str
    shows: Shows = "draft"


@dataclass(frozen=True, slots=True)
class Register:
    """`rows` is one page; `count` is how many there are on all pages."""

    rows: tuple[RegisterRow, ...]
    count: int


def register(
    session: Connection, *, search: str = "", limit: int = 50, offset: int = 0, shelf: Shelf = "kept",
    of: Reach | None = None,
) -> Register:  # fmt: skip
    """Agreements that hold every word of `search` in reference, title or a party's name; case and accents
    aside: of these, what `of` reads. Two statements."""
    row = _rows(of, shelf).subquery()
    wanted = and_(true(), *(row.c.words.contains(word, autoescape=True) for word in _folded(search).split()))
    count = session.execute(select(func.count()).select_from(row).where(wanted)).scalar_one()
    page = select(*(column for column in row.c if column.name != "words")).where(wanted)
    found = session.execute(page.order_by(row.c.updated_at.desc(), row.c.ref.desc()).limit(limit).offset(offset))
    return Register(rows=tuple(_row(one) for one in found), count=count)


def _rows(of: Reach | None, shelf: Shelf) -> Select[Any]:
    """A row for each agreement of the shelf: as its draft says it where that is read, else as the latest version that
    is read or listed."""
    place = agreements.c.discarded_at
    on_shelf = place.is_(None) if shelf == "kept" else place.is_not(None)
    names = ("ref", "title", "words", "number", "issued", "issued_draft", "updated_at", "updated_by")
    drafts = select(*(agreements.c[name] for name in names), literal("draft").label("shows"))
    drafts = drafts.where(on_shelf, draft_seen(of))
    if of is None:
        return drafts
    one = versions.alias("one")
    latest = (
        select(func.max(one.c.number)).where(one.c.ref == agreements.c.ref, version_listed(of, one)).scalar_subquery()
    )
    listed = agreements.join(versions, and_(versions.c.ref == agreements.c.ref, versions.c.number == latest)).join(
        version_words, and_(version_words.c.ref == versions.c.ref, version_words.c.number == versions.c.number)
    )
    read = case((version_seen(of), "version"), else_="title")
    issued = select(
        agreements.c.ref, version_words.c.title, version_words.c.words, versions.c.draft.label("number"),
        versions.c.number.label("issued"), versions.c.draft.label("issued_draft"),
        versions.c.issued_at.label("updated_at"), versions.c.issued_by.label("updated_by"), read.label("shows"),
    )  # fmt: skip
    if shelf == "discarded":
        return drafts
    theirs = or_(place.is_(None), not_of(of.organisation))  # what its owner discards stays issued to its partners
    issued = issued.select_from(listed).where(theirs, not_(draft_seen(of)))
    both = drafts.union_all(issued).subquery()
    return select(both)


def _row(row: Row[Any]) -> RegisterRow:
    return RegisterRow(
        ref=row.ref,
        title=row.title,
        number=row.number,
        issued=row.issued,
        status=_status(row.number, row.issued_draft),
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        shows=row.shows,
    )


def title_of(agreement: Agreement) -> str:
    """The title as answered, or "" when it is not stated."""
    title = get(agreement, "about.title")
    return title if isinstance(title, str) else ""


def words_of(ref: str, agreement: Agreement) -> str:
    """What `search` looks in: reference, title and parties' names, one a line, folded."""
    parties = get(agreement, "parties")
    names = [party.get("name", "") for party in (() if parties is ABSENT else parties)]
    return _folded("\n".join([ref, title_of(agreement), *(name for name in names if isinstance(name, str))]))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _status(number: int, issued_draft: int | None) -> Status:
    if issued_draft is None:
        return "draft"
    return "issued" if issued_draft == number else "changed"
