"""The list of agreements: searched, newest first, a page at a time, without reading any agreement whole."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, select

from protocolbuilder.domain.agreement import ABSENT, Agreement, get
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.tables import agreements

Status = Literal["draft", "issued", "changed"]
Shelf = Literal["kept", "discarded"]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """`status`: never issued; issued as it stands; changed since its latest version (`issued`)."""

    ref: str
    title: str
    number: int
    issued: int | None
    status: Status
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class Register:
    """`rows` is one page; `count` is how many there are on all pages."""

    rows: tuple[RegisterRow, ...]
    count: int


def register(
    session: Connection, *, search: str = "", limit: int = 50, offset: int = 0, shelf: Shelf = "kept"
) -> Register:
    """Agreements that hold every word of `search` in reference, title or a party's name; case and accents
    aside. Two statements."""
    wanted = _wanted(search, shelf)
    count = session.execute(select(func.count()).select_from(agreements).where(wanted)).scalar_one()
    columns = (column for column in agreements.c if column.name not in ("content", "words"))
    page = (
        select(*columns)
        .where(wanted)
        .order_by(agreements.c.updated_at.desc(), agreements.c.ref.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = tuple(
        RegisterRow(
            ref=row.ref,
            title=row.title,
            number=row.number,
            issued=row.issued,
            status=_status(row.number, row.issued_draft),
            updated_at=row.updated_at,
            updated_by=row.updated_by,
        )
        for row in session.execute(page)
    )
    return Register(rows=rows, count=count)


def title_of(agreement: Agreement) -> str:
    """The title as answered, or "" when it is not stated."""
    title = get(agreement, "about.title")
    return title if isinstance(title, str) else ""


def words_of(ref: str, agreement: Agreement) -> str:
    """What `search` looks in: reference, title and parties' names, one a line, folded."""
    parties = get(agreement, "parties")
    names = [party.get("name", "") for party in (() if parties is ABSENT else parties)]
    return _folded("\n".join([ref, title_of(agreement), *(name for name in names if isinstance(name, str))]))


def _wanted(search: str, shelf: Shelf) -> ColumnElement[bool]:
    place = agreements.c.discarded_at
    on_shelf = place.is_(None) if shelf == "kept" else place.is_not(None)
    return and_(on_shelf, *(agreements.c.words.contains(word, autoescape=True) for word in _folded(search).split()))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _status(number: int, issued_draft: int | None) -> Status:
    if issued_draft is None:
        return "draft"
    return "issued" if issued_draft == number else "changed"
