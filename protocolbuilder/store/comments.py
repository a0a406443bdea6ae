"""Comments and advice on a draft with the replies to them, and views of people consulted. Added to, never changed.

Internal comments are read by their own organisation alone, and what is said after a consultation by nobody who only
took part in it: every reading here says for whom it reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, func, insert, or_, select, true

from protocolbuilder.domain.consultation import Audience, Comment, Hearing, Kind, Reply, Response, Views
from protocolbuilder.errors import NotFound
from protocolbuilder.store.agreements import lock
from protocolbuilder.store.comment_tables import comments as table
from protocolbuilder.store.comment_tables import replies, views
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.events import Event, What, record


def comments(session: Connection, ref: str, *, of: Hearing) -> tuple[Comment, ...]:
    """Those that `of` may read, oldest first. Two statements."""
    said = _replies(session, ref, of)
    rows = session.execute(select(table).where(table.c.ref == ref, _for(of)).order_by(table.c.number))
    return tuple(_comment(row, said.get(row.number, ())) for row in rows)


def comment(session: Connection, ref: str, number: int, *, of: Hearing) -> Comment:
    """Raises NotFound, also for another organisation's internal one, and one that is later than what `of` may read."""
    found = select(table).where(table.c.ref == ref, table.c.number == number, _for(of))
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound(f"There is no comment {number} on {ref}.")
    return _comment(row, _replies(session, ref, of, number).get(number, ()))


def say(
    session: Connection, ref: str, *, kind: Kind, audience: Audience, address: str, text: str, draft: int,
    organisation: str, person: str, by: str, at: datetime,
) -> Comment:  # fmt: skip
    """`draft` is the number of the draft that the writer had before them. Raises NotFound."""
    lock(session, ref)
    last = session.execute(select(func.max(table.c.number)).where(table.c.ref == ref)).scalar() or 0
    session.execute(insert(table).values(
        ref=ref, number=last + 1, kind=kind, audience=audience, address=address, text=text, draft=draft,
        organisation=organisation, person=person, written_by=by, written_at=at,
    ))  # fmt: skip
    if audience == "shared":  # what is internal leaves no trace in the history that partners read
        what: What = "advised" if kind == "advice" else "commented"
        record(session, Event(ref=ref, what=what, number=last + 1, note="", by=by, at=at))
    return comment(session, ref, last + 1, of=Hearing(organisation))


def writer(session: Connection, ref: str, number: int) -> tuple[str, str]:
    """The ids of the person who wrote a comment and of their organisation. Raises NotFound."""
    found = select(table.c.person, table.c.organisation).where(table.c.ref == ref, table.c.number == number)
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound(f"There is no comment {number} on {ref}.")
    return row.person, row.organisation


def reply(
    session: Connection, ref: str, number: int, *, what: Response, text: str, organisation: str, person: str, by: str,
    at: datetime,
) -> Comment:  # fmt: skip
    """Raises NotFound, also for another organisation's internal comment."""
    lock(session, ref)
    found = comment(session, ref, number, of=Hearing(organisation))
    session.execute(insert(replies).values(
        ref=ref, comment=number, number=len(found.replies) + 1, what=what, text=text, organisation=organisation,
        person=person, written_by=by, written_at=at,
    ))  # fmt: skip
    if found.audience == "shared":
        record(session, Event(ref=ref, what="replied", number=number, note=what, by=by, at=at))
    return comment(session, ref, number, of=Hearing(organisation))


def record_views(
    session: Connection, ref: str, *, whom: str, how: str, said: str, changed: str, organisation: str, person: str,
    by: str, at: datetime,
) -> Views:  # fmt: skip
    """What a group of people said. Raises NotFound."""
    lock(session, ref)
    last = session.execute(select(func.max(views.c.number)).where(views.c.ref == ref)).scalar() or 0
    session.execute(insert(views).values(
        ref=ref, number=last + 1, whom=whom, how=how, said=said, changed=changed, organisation=organisation,
        person=person, written_by=by, written_at=at,
    ))  # fmt: skip
    record(session, Event(ref=ref, what="views recorded", number=last + 1, note="", by=by, at=at))
    return views_of(session, ref, of=Hearing(organisation))[-1]


def views_of(session: Connection, ref: str, *, of: Hearing) -> tuple[Views, ...]:
    """Those that `of` may read, oldest first."""
    rows = session.execute(select(views).where(views.c.ref == ref, _by(views, of.until)).order_by(views.c.number))
    return tuple(
        Views(row.number, row.whom, row.how, row.said, row.changed, row.organisation, row.written_by, row.written_at)
        for row in rows
    )


def _for(of: Hearing) -> ColumnElement[bool]:
    return and_(or_(table.c.audience == "shared", table.c.organisation == of.organisation), _by(table, of.until))


def _by(rows: Table, moment: datetime | None) -> ColumnElement[bool]:
    return rows.c.written_at <= moment if moment else true()


def _replies(session: Connection, ref: str, of: Hearing, number: int | None = None) -> Mapping[int, tuple[Reply, ...]]:
    """Comment -> its replies in order. What a reader may not see of them is left out with its comment; to a shared one
    that stands a partner reads every answer, also what was answered after the consultation."""
    asked = select(replies).where(replies.c.ref == ref, _by(replies, of.left)).order_by(
        replies.c.comment, replies.c.number
    )
    found: defaultdict[int, tuple[Reply, ...]] = defaultdict(tuple)
    for row in session.execute(asked if number is None else asked.where(replies.c.comment == number)):
        said = Reply(row.number, row.what, row.text, row.organisation, row.written_by, row.written_at)
        found[row.comment] += (said,)
    return found


def _comment(row: Row[Any], said: tuple[Reply, ...]) -> Comment:
    return Comment(
        row.number, row.kind, row.audience, row.address, row.text, row.draft, row.organisation, row.written_by,
        row.written_at, said,
    )  # fmt: skip
