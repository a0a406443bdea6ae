"""What is kept no longer than it is of use, cleared once a day, after the periods that are promised to people."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from protocolbuilder.store import invitations, sessions, signing_due, sweeps
from protocolbuilder.store.engine import Connection, Engine, reading, writing

NAME: Final = "housekeeping"
EVERY: Final = timedelta(days=1)
SESSIONS: Final = timedelta(days=90)
"""A session says which browser somebody used."""
INVITATIONS: Final = relativedelta(months=6)
"""After it was accepted or cancelled; and one that nobody took up is cancelled so long after its last mail."""
NETWORK: Final = timedelta(days=90)
"""From where something about a signature was done; of the signature itself it stays with it."""
SIGNATORIES: Final = relativedelta(months=6)
"""Somebody without an account who was asked to sign, after the last of it was over."""
_log = logging.getLogger(__name__)


def is_due(database: Engine, *, at: datetime) -> bool:
    with reading(database) as session:
        before = sweeps.last(session).get(NAME)
    return before is None or at - before >= EVERY


def keep_house(database: Engine, *, at: datetime) -> None:
    """All of it or nothing; of two at once the second finds nothing left."""
    with writing(database) as session:
        found = cleared(session, at=at)
        sweeps.swept(session, NAME, at=at)
    if any(found.values()):
        _log.info("cleared: %s", ", ".join(f"{count} {what}" for what, count in found.items()))


def cleared(session: Connection, *, at: datetime) -> dict[str, int]:
    """How many of each."""
    return {
        "sessions": sessions.forget(session, before=at - SESSIONS),
        "invitations that nobody took up": invitations.run_out(session, before=at - INVITATIONS, at=at),
        "invitations": invitations.forget(session, before=at - INVITATIONS),
        "network addresses and browsers": signing_due.forget_network(session, before=at - NETWORK),
        "people who were only asked to sign": signing_due.forget_people(session, before=at - SIGNATORIES, at=at),
    }
