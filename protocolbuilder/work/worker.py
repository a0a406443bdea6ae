"""The worker: what every process does that does jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event

from protocolbuilder.settings import Settings
from protocolbuilder.store import executed, jobs, made, outbox
from protocolbuilder.store.engine import Engine, reading
from protocolbuilder.work import executing, mail, making
from protocolbuilder.work.queue import Handler, Queue
from protocolbuilder.work.reconcile import reconcile
from protocolbuilder.work.tending import tend
from protocolbuilder.work.wake import listening


def handlers(settings: Settings) -> dict[str, Handler]:
    """What is done for each kind of job."""
    return {
        outbox.KIND: mail.handler(settings.mail, settings.signing_key()),
        made.KIND: making.handler(settings),
        executed.KIND: executing.handler(settings),
    }


@contextmanager
def working(settings: Settings, database: Engine, *, clock: Callable[[], datetime]) -> Iterator[Callable[[], None]]:
    """Jobs are done by threads until the block ends; what they are at then is finished first, and nothing new begun.
    Yields what wakes them."""
    stopping = Event()
    queue = Queue(database, handlers(settings), clock)

    def look() -> datetime | None:
        queue.run_due(stopping)
        with reading(database) as session:
            return jobs.soonest(session)

    def sweep() -> None:
        reconcile(database, at=clock())
        tend(settings, database, at=clock())

    with listening(settings, look=look, sweep=sweep) as ring:
        try:
            yield ring
        finally:
            stopping.set()


def due(settings: Settings, database: Engine, *, clock: Callable[[], datetime]) -> int:
    """Does what is due now, and no more. How many jobs were run."""
    reconcile(database, at=clock())
    tend(settings, database, at=clock())
    return Queue(database, handlers(settings), clock).run_due()
