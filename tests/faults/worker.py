"""Saves and issues, or does jobs, without end, until it is killed. One warm process that forks a worker for each line.

Line in: `URL ROUND CUT`. The worker says `pid N` at once, then one line for every transaction that was
acknowledged. With CUT above 0 it kills itself before its statement (or commit) number CUT; with 0 somebody
else must. When it is gone, the warm process says `dead`.

Called with the word `jobs` it does the jobs that are due, again and again; each leaves one row in the table `notes`.
Called with the word `piecemeal` it commits every statement by itself, as a proof that the campaign would see it; with
the word `unsynced` it does not wait until what is committed is on the disk, as a proof that a power cut would show it.
"""

import gc
import itertools
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import event, text

from protocolbuilder.domain.agreement import Agreement, Edit, digest
from protocolbuilder.domain.people import Person
from protocolbuilder.domain.trail import Actor
from protocolbuilder.store import people
from protocolbuilder.store.agreements import Draft, create, load, save
from protocolbuilder.store.engine import Engine, _begin_sqlite, engine, reading, writing
from protocolbuilder.store.issuing import Issuing
from protocolbuilder.store.register import register
from protocolbuilder.store.versions import NewDocument, issue
from protocolbuilder.work.queue import Held, Queue
from tests.trail_key import KEY

AT = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
EMPTY = Agreement(schema="agreement-1", library="2026.11", answers={"about": {"title": "MASH"}, "purpose": {}})


def _say(*words: object) -> None:
    """One write of a short line to a pipe is whole or not there."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def _kill_before(database: Engine, cut: int) -> None:
    numbers = itertools.count(1)

    def count(*_: object) -> None:
        if next(numbers) == cut:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database, "before_cursor_execute", count)
    event.listen(database, "commit", count)


def new_id() -> str:
    return os.urandom(16).hex()


def _draft(database: Engine, first: Agreement = EMPTY, *, lead: Person | None = None) -> Draft:
    """The only agreement there is; made of `first`, with whoever looks after it, when there is none."""
    with reading(database) as session:
        rows = register(session, limit=1).rows
        if rows:
            return load(session, rows[0].ref)
    with writing(database) as session:
        leads = people.add(session, lead, by="", at=AT, new_id=new_id).id if lead else None
        made = create(session, first, by="worker", at=AT, new_id=new_id, lead=leads)
    _say("created", made.ref)
    return made


def _save(database: Engine, draft: Draft, text: str, *, chance: Random) -> Draft:
    addresses = chance.sample([f"purpose.q{number}" for number in range(6)], k=3)
    edits = [Edit(address, text) for address in addresses]
    with writing(database) as session:
        after = save(session, draft.ref, edits=edits, seen=draft.number, by="worker", at=AT)
    _say("saved", after.ref, after.number, text, *addresses)
    return after


def _issue(database: Engine, draft: Draft, *, chance: Random) -> Draft:
    documents = [NewDocument(f"{n}.docx", "text/plain", chance.randbytes(chance.randrange(30_000))) for n in range(3)]
    with writing(database) as session:
        made = issue(
            session, draft.ref, number=(draft.issued or 0) + 1, seen=draft.number, documents=documents,
            content_digest=digest(draft.agreement), schema="agreement-1", library="2026.11",
            templates={"agreement-1": "1"}, by="worker", at=AT, note="", issuing=Issuing(KEY, Actor("", "worker")),
        )  # fmt: skip
    _say("issued", made.ref, made.number, made.digest)
    with reading(database) as session:
        return load(session, draft.ref)


def _opened(url: str, cut: int) -> Engine:
    _say("pid", os.getpid())
    database = engine(url)
    if "unsynced" in sys.argv:
        event.listen(database, "connect", lambda link, _: link.execute("PRAGMA synchronous=NORMAL"))
    if "piecemeal" in sys.argv:
        event.remove(database, "begin", _begin_sqlite)
    _kill_before(database, cut)
    return database


def work(url: str, round_: int, cut: int) -> None:
    """Never returns."""
    chance, database = Random(round_), _opened(url, cut)
    draft = _draft(database)
    for step in itertools.count():
        draft = _save(database, draft, f"{round_}-{step}", chance=chance)
        if step % 2:
            draft = _issue(database, draft, chance=chance)


def note(held: Held) -> None:
    with held.finishing() as session:
        session.execute(text("INSERT INTO notes VALUES (:job)"), {"job": held.job.id})


def queue(database: Engine) -> Queue:
    """With a lease so short that what a killed worker held is soon taken over."""
    return Queue(database, {"note": note}, lambda: datetime.now(UTC), lease=timedelta(seconds=0.5))


def do_jobs(url: str, _round: int, cut: int) -> None:
    """Never returns."""
    database = _opened(url, cut)
    while True:
        queue(database).run_due()


def forks(what: Callable[[str, int, int], None]) -> None:
    """A worker that does `what` for each line."""
    gc.collect()
    gc.freeze()  # no worker spends its short life on looking through what was there before it
    for line in sys.stdin:
        url, round_, cut = line.split()
        child = os.fork()
        if child == 0:
            try:
                what(url, int(round_), int(cut))
            finally:
                os._exit(3)  # an error of the worker's own: its traceback is on standard error
        _, status = os.waitpid(child, 0)
        _say("dead", -os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    forks(do_jobs if "jobs" in sys.argv else work)
