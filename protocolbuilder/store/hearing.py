"""What an organisation may read of what is said about an agreement: all of it where the agreement is its own, else what
was said until it was last a partner while the draft was open. It stays readable after the consultation, and after it
left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select

from protocolbuilder.domain.consultation import Hearing, heard_until
from protocolbuilder.domain.permission import Reach
from protocolbuilder.store import relations
from protocolbuilder.store.comment_tables import consultations
from protocolbuilder.store.engine import Connection
from protocolbuilder.store.people_tables import agreement_parties as parties
from protocolbuilder.store.tables import agreements, journal, versions
from protocolbuilder.store.tenancy import draft_seen, relation_to, version_seen


def hearing(session: Connection, ref: str, *, organisation: str) -> Hearing | None:
    """None for one that was never a partner while the draft was open. Raises NotFound for an agreement that is not
    there."""
    if relations.owner_of(session, ref) == organisation:
        return Hearing(organisation)
    there = select(parties.c.until, consultations.c.closed_at).select_from(parties.join(consultations, _overlap()))
    rows = session.execute(there.where(parties.c.ref == ref, parties.c.organisation == organisation)).all()
    if not rows:
        return None
    until = heard_until((row.until, row.closed_at) for row in rows)
    return Hearing(organisation, until, relations.left_at(session, ref, organisation))


def number_at(session: Connection, ref: str, at: datetime) -> int:
    """The number of the draft as it stood at a moment after it was made."""
    last = select(func.max(journal.c.number)).where(journal.c.ref == ref, journal.c.saved_at <= at)
    return session.execute(last).scalar() or 1


def heard_only(session: Connection, *, of: Reach) -> tuple[str, ...]:
    """References of agreements of which they read what was said, and neither the draft nor a version; newest first."""
    told = select(literal(1)).select_from(parties.join(consultations, _overlap()))
    told = told.where(parties.c.ref == agreements.c.ref, parties.c.organisation == of.organisation)
    read = select(literal(1)).select_from(versions).where(versions.c.ref == agreements.c.ref, version_seen(of))
    rows = select(agreements.c.ref).where(
        relation_to(of.organisation).in_(sorted(of.comments - {"owner"})),
        told.correlate(agreements).exists(),
        not_(draft_seen(of)),
        not_(read.correlate(agreements).exists()),
    )
    return tuple(session.execute(rows.order_by(agreements.c.ref.desc())).scalars())


def _overlap() -> ColumnElement[bool]:
    """Of a row of partners and one of consultations: was that partner one while the draft was open?"""
    begun = or_(consultations.c.closed_at.is_(None), parties.c.since <= consultations.c.closed_at)
    stayed = or_(parties.c.until.is_(None), consultations.c.opened_at < parties.c.until)
    return and_(consultations.c.ref == parties.c.ref, begun, stayed)
