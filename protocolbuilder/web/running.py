"""What one running copy works with, and the one store transaction of each request."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Flask, Response, current_app, g, request

from protocolbuilder.settings import Settings
from protocolbuilder.store import jobs
from protocolbuilder.store.engine import Connection, Engine, reading, writing

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Running:
    """`clock` gives an aware UTC time; `new_id` an id nobody has had before (a-z, 0-9); `wake` tells a worker that
    there may be work."""

    settings: Settings
    database: Engine
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    wake: Callable[[], None]


def running() -> Running:
    found: Running = current_app.extensions["protocolbuilder"]
    return found


def now() -> datetime:
    return running().clock()


def session() -> Connection:
    """The transaction of this request, begun at its first use: it reads for GET and HEAD, and writes otherwise.

    It is kept when the answer is a page or a redirect, before the answer leaves; given up when the answer is
    an error (400 and above), so that what was not acknowledged was not saved.
    """
    if "transaction" not in g:
        kind = reading if request.method in SAFE else writing
        g.transaction = ExitStack()
        g.connection = g.transaction.enter_context(kind(running().database))
        jobs.were_put(g.connection)  # by an earlier transaction: connections are used again
    connection: Connection = g.connection
    return connection


def keep_so_far() -> None:
    """What the request wrote until now is kept however it ends, and the write lock given back; the next `session()`
    begins anew."""
    if request.method not in SAFE:
        _keep()


def _keep() -> None:
    if (transaction := g.pop("transaction", None)) is not None:
        promised = jobs.were_put(g.connection)
        transaction.close()
        if promised:
            running().wake()


def keep_transactions(app: Flask) -> None:
    """After every other step of a request that may change the answer: commit, or leave nothing behind."""

    @app.after_request
    def keep(response: Response) -> Response:
        if response.status_code < 400:
            _keep()
        return response

    @app.teardown_request
    def give_up(_error: BaseException | None) -> None:
        if (transaction := g.pop("transaction", None)) is not None:
            transaction.__exit__(_Undone, _Undone(), None)


class _Undone(BaseException):
    """Tells the transaction's context that its work is not wanted; it never leaves this module."""
