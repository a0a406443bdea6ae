"""Does the jobs that are due, one after the other. What each kind of job does is its handler.

A handler may be run again for the same job: its worker was killed, or lost its lease. It does what belongs to the
database inside `held.finishing()`, so that this is done exactly once, and bears that the rest is done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final

from protocolbuilder.errors import ProtocolBuilderError
from protocolbuilder.store import jobs
from protocolbuilder.store.engine import Connection, Engine, reading, writing
from protocolbuilder.store.jobs import Job

LEASE: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)

_log = logging.getLogger(__name__)


class NotYet(ProtocolBuilderError):
    """The world is not ready: the job is tried again after `wait`, however often, and this is no failure of its own."""

    def __init__(self, text: str, *, wait: timedelta) -> None:
        super().__init__(text)
        self.wait = wait


class LeaseLost(ProtocolBuilderError):
    """Somebody else has the job by now; nothing of this run is kept."""


@dataclass(frozen=True, slots=True)
class Held:
    """A job that this worker has claimed. `stopping` is set when the worker is to end: what takes long is left then."""

    job: Job
    database: Engine
    clock: Callable[[], datetime]
    lease: timedelta = LEASE
    stopping: Event = field(default_factory=Event)

    @contextmanager
    def keeping(self) -> Iterator[Connection]:
        """One transaction that keeps a part of the job's effect, while the job is still ours. Raises LeaseLost."""
        with writing(self.database) as session:
            if not jobs.hold(session, self.job, until=self.clock() + self.lease):
                raise self._lost()
            yield session

    @contextmanager
    def finishing(self) -> Iterator[Connection]:
        """One transaction in which the job's effect is kept and the job is done, both or neither. Raises LeaseLost."""
        with writing(self.database) as session:
            if not jobs.finish(session, self.job, at=self.clock()):
                raise self._lost()
            yield session

    def _lost(self) -> LeaseLost:
        return LeaseLost(f"Job {self.job.id} was taken over by another worker.")


Handler = Callable[[Held], None]


@dataclass(frozen=True, slots=True)
class Queue:
    """`handlers`: what is done for each kind of job. A handler ends in `held.finishing()`, or in an exception."""

    database: Engine
    handlers: Mapping[str, Handler]
    clock: Callable[[], datetime]
    lease: timedelta = LEASE

    def run_one(self, stopping: Event | None = None) -> Job | None:
        """Claims and does the job that has waited longest. The job as it was claimed; None when none is due."""
        at = self.clock()
        with reading(self.database) as session:  # asked first, so that waiting takes no write lock
            soonest = jobs.soonest(session)
        if soonest is None or soonest > at:
            return None
        with writing(self.database) as session:
            jobs.bury(session, at=at)
            job = jobs.claim(session, at=at, until=at + self.lease)
        if job is not None:
            with self._lengthened(job):
                self._run(Held(job, self.database, self.clock, self.lease, stopping or Event()))
        return job

    def run_due(self, stopping: Event | None = None) -> int:
        """Does all that is due, until `stopping` is set. How many jobs were run."""
        done = 0
        while not (stopping and stopping.is_set()) and self.run_one(stopping) is not None:
            done += 1
        return done

    def _run(self, held: Held) -> None:
        job = held.job
        try:
            handler = self.handlers.get(job.kind)
            if handler is None:
                raise ProtocolBuilderError(f"This release does not know jobs of the kind “{job.kind}”.")
            handler(held)
        except LeaseLost:
            _log.warning("job %d: taken over by another worker", job.id)
        except NotYet as error:
            _log.info("job %d: not yet: %s", job.id, error.text)
            with writing(self.database) as session:
                jobs.postpone(session, job, until=self.clock() + error.wait, error=error.text)
        except ProtocolBuilderError as error:
            _log.warning("job %d (%s) failed: %s", job.id, job.kind, type(error).__name__)
            self._failed(job, error.text)
        except Exception as error:
            _log.exception("job %d (%s)", job.id, job.kind)
            self._failed(job, f"The program has a fault here ({type(error).__name__}); the log says more.")

    def _failed(self, job: Job, text: str) -> None:
        """The text may quote what somebody typed, so it is for the page of jobs and not for the log."""
        with writing(self.database) as session:
            jobs.fail(session, job, until=self.clock() + back_off(job.failures), error=text)

    @contextmanager
    def _lengthened(self, job: Job) -> Iterator[None]:
        """While the block runs, the lease is made longer before it runs out."""
        over = Event()

        def lengthen() -> None:
            while not over.wait(self.lease.total_seconds() / 3):
                with writing(self.database) as session:
                    jobs.hold(session, job, until=self.clock() + self.lease)

        holding = Thread(target=lengthen, name=f"lease-of-{job.id}", daemon=True)
        holding.start()
        try:
            yield
        finally:
            over.set()
            holding.join()


def back_off(failures: int, *, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """1, 2, 4, … minutes after as many failures before this one, and never more than `longest`."""
    return min(timedelta(minutes=2 ** min(failures, 12)), longest)
