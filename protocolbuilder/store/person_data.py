"""Everything that is kept about a person, in one act: whatever a column of some class holds of them, in every table.

A table that is added is found without a word here, because its columns say what they hold: the id of a person, their
name and post, an address of mail, ids in JSON. Of a row that was found, the words of other people are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, Table, false, func, or_, select

from protocolbuilder.store import (
    account_tables,
    comment_tables,
    guard_tables,
    people_tables,
    signing_tables,
    tables,
    trail_tables,
    work_tables,
)
from protocolbuilder.store.account_tables import mail_secrets
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import known_as
from protocolbuilder.store.work_tables import mails

ANOTHER: Final = "another person"
KINDS: Final = ("signature", "address")
TOLD: Final = frozenset({"person", "signature", "address", "ids"})
"""The classes by which a row is found. Besides, `words` are of the row's own person, `secret` is told to nobody, and
`content` is the words of an agreement or a file."""
_LINK: Final = re.compile(r"https?://\S*[A-Za-z0-9_-]{40,}\S*")
_ROOMS: Final = (
    tables, people_tables, account_tables, comment_tables, work_tables, guard_tables, trail_tables, signing_tables,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """How a person is and was known: `signatures` are name and post, `addresses` of mail. What another person was
    known by too tells nobody apart: it stands in `shared`, and nothing is looked for by it."""

    person: str
    signatures: frozenset[str]
    addresses: frozenset[str]
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What one table keeps about a person: a row is column -> value, ready for JSON."""

    table: str
    about: str
    rows: tuple[Mapping[str, Any], ...]


def names(session: Connection, person: str) -> Names:
    rows = session.execute(select(known_as).where(known_as.c.person == person).order_by(known_as.c.since)).all()
    same = (known_as.c.person != person) & known_as.c.said.in_([one.said for one in rows])
    taken = {(row.kind, row.said) for row in session.execute(select(known_as).where(same))}
    own = {kind: {row.said for row in rows if row.kind == kind and (kind, row.said) not in taken} for kind in KINDS}
    shared = tuple(row.said for row in rows if (row.kind, row.said) in taken)
    return Names(person, frozenset(own["signature"]), frozenset(own["address"]), shared)


def everything(session: Connection, person: str) -> tuple[Kept, ...]:
    """Table by table, those that hold something. A person who is not there has nothing."""
    known = names(session, person)
    found = (Kept(table.name, table.comment or "", _rows(session, table, known)) for table in personal_tables())
    return tuple(kept for kept in found if kept.rows)


def personal_tables() -> tuple[Table, ...]:
    """Every table with a column by which a person is found."""
    every = {table.name: table for room in _ROOMS for table in room.metadata.sorted_tables}
    return tuple(table for table in every.values() if any(_class(column) in TOLD for column in table.c))


def counts(session: Connection, person: str) -> Mapping[str, int]:
    """Table -> how many rows hold something of the person. Those with none are left out."""
    known = names(session, person)
    found = {
        table.name: session.execute(select(func.count()).select_from(table).where(about(table, known))).scalar_one()
        for table in personal_tables()
    }
    return {name: count for name, count in found.items() if count}


def about(table: Table, known: Names) -> ColumnElement[bool]:
    """Of a row: does any of its columns hold this person?"""
    found = [_held(column, known) for column in table.c if _class(column) in TOLD]
    if table is mails:  # one that told them a link or code, wherever it went
        found.append(mails.c.id.in_(select(mail_secrets.c.mail).where(mail_secrets.c.person == known.person)))
    return or_(false(), *found)


def _held(column: Column[Any], known: Names) -> ColumnElement[bool]:
    kind = _class(column)
    if kind == "person":
        return column == known.person
    if kind == "ids":
        return column.contains(f'"{known.person}"', autoescape=True)
    if kind == "signature":
        return column.in_(known.signatures) if known.signatures else false()
    return func.lower(column).in_(known.addresses) if known.addresses else false()


def _rows(session: Connection, table: Table, known: Names) -> tuple[Mapping[str, Any], ...]:
    told = [column for column in table.c if _class(column) not in ("secret", "content")]
    told = [column for column in told if not isinstance(column.type, LargeBinary)]
    found = select(*told).where(about(table, known)).order_by(*table.primary_key.columns)
    return tuple(dict(_said(row, told, known)) for row in session.execute(found))


def _said(row: Row[Any], told: list[Column[Any]], known: Names) -> Iterator[tuple[str, Any]]:
    """The values of a row, those of others taken out."""
    own, mine = _is_own(row, told, known), known.signatures | set(known.shared)
    for column in told:
        value = row._mapping[column]
        kind = _class(column)
        if value in (None, ""):
            yield column.name, value
        elif kind == "person":
            yield column.name, value if value == known.person else ANOTHER
        elif kind == "signature":
            yield column.name, value if value in mine else ANOTHER
        elif kind in ("words", "address"):
            yield column.name, value if own or value in known.addresses else ANOTHER
        elif kind == "ids":
            said = json.loads(value)
            others = {key: ANOTHER for key, one in said.items() if key == "person" and one != known.person}
            yield column.name, said | others
        else:
            yield column.name, _plain(value)


def _is_own(row: Row[Any], told: list[Column[Any]], known: Names) -> bool:
    """Is the row the person's own? Its first column of a person's id says whose it is; where it names none, its
    address of mail does."""
    ids = [row._mapping[column] for column in told if _class(column) == "person"]
    if ids and ids[0]:
        return bool(ids[0] == known.person)
    said = [str(row._mapping[column]).lower() for column in told if _class(column) == "address"]
    return bool(known.addresses & set(said))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return _LINK.sub("[link taken out: it may open an account]", value) if isinstance(value, str) else value


def _class(column: Column[Any]) -> str:
    return str(column.info.get("about", ""))
