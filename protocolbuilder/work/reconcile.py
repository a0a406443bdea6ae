"""Finds promises without their effect, and queues the work for them again. One query for each kind of promise."""

from __future__ import annotations

import logging
from datetime import datetime

from protocolbuilder.store import jobs, outbox
from protocolbuilder.store.engine import Engine, reading, writing

_log = logging.getLogger(__name__)


def reconcile(database: Engine, *, at: datetime) -> int:
    """How many were put right: a mail that waits, and no job that would send it. Jobs in the middle of which worker
    after worker stopped become dead here too."""
    with reading(database) as session:
        forgotten = outbox.forgotten(session)
        spent = jobs.spent(session, at=at)
    if not forgotten and not spent:
        return 0
    with writing(database) as session:
        jobs.bury(session, at=at)
        for number in forgotten:
            outbox.promise(session, number, at=at)
    if forgotten:
        _log.warning("%d mails waited without a job; they are queued again", len(forgotten))
    return len(forgotten)
