"""Finds promises without their effect, and queues the work for them again. One query for each kind of promise."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from protocolbuilder.store import jobs, limits, made, outbox, sign_in_codes, sweeps
from protocolbuilder.store.engine import Engine, reading, writing
from protocolbuilder.work import housekeeping

NAME: Final = "reconcile"
_log = logging.getLogger(__name__)


def reconcile(database: Engine, *, at: datetime) -> int:
    """How many were put right: a mail or a document that waits, and no job that would send or make it. Jobs in the
    middle of which worker after worker stopped become dead here too. Documents that were kept long enough, codes that
    ended and counts of limits that matter no more go; once a day the house is kept."""
    with reading(database) as session:
        mails, documents, old = outbox.forgotten(session), made.forgotten(session), made.old(session, at=at)
    with writing(database) as session:
        sweeps.swept(session, NAME, at=at)
        jobs.bury(session, at=at)
        limits.clear(session, at=at)
        sign_in_codes.forget(session, before=at)
        made.remove(session, old)
        for number in mails:
            outbox.promise(session, number, at=at)
        for number in set(documents) - set(old):
            made.promise(session, number, at=at)
    for what, numbers in (("mails", mails), ("documents", documents)):
        if numbers:
            _log.warning("%d %s waited without a job; they are queued again", len(numbers), what)
    if housekeeping.is_due(database, at=at):
        housekeeping.keep_house(database, at=at)
    return len(mails) + len(documents)
