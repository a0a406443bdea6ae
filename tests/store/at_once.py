"""Several threads that start together; the first error in any of them is raised here."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from threading import Barrier
from typing import TypeVar

from sqlalchemy.pool import QueuePool

from protocolbuilder.store.engine import Engine

T = TypeVar("T")


@cache
def _threads(many: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(many)


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What each job returned, in the order of the jobs."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        start.wait()
        return job()

    running = [_threads(len(jobs)).submit(run, job) for job in jobs]
    wait(running)
    return [one.result() for one in running]


def keep_open(database: Engine) -> Engine:
    """As many connections as it may have stay open, so that no round opens them anew."""
    pool = database.pool
    assert isinstance(pool, QueuePool)
    many = pool.size() + pool._max_overflow
    database.pool = QueuePool(
        pool._creator, pool_size=many, max_overflow=0, timeout=60, pre_ping=pool._pre_ping, dialect=database.dialect,
        _dispatch=pool.dispatch,
    )  # fmt: skip
    return database
