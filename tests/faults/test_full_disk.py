"""A disk that is full at one write or another: what was acknowledged is there, nothing is half there, the refusal is
in words, and it goes on when there is room again, without a restart."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import event

from protocolbuilder.errors import CannotKeep
from protocolbuilder.store.engine import Engine, engine, reading
from protocolbuilder.store.verify import faults
from tests.faults.test_kill import _judge, new_file  # noqa: F401
from tests.faults.worker import _draft, _issue, _save

POINTS = 20
ROOM = 1_000_000


def _room(database: Engine) -> list[int]:
    """The first number is how many pages the file may have from now on, on each connection at its next transaction."""
    pages = [ROOM]

    def hold(connection: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages[0]}")  # type: ignore[attr-defined]

    event.listen(database, "begin", hold)
    return pages


def _pages(database: Engine) -> int:
    with reading(database) as session:
        return int(session.exec_driver_sql("PRAGMA page_count").scalar_one())


@pytest.mark.parametrize("more", range(POINTS))
def test_a_full_disk_keeps_what_was_acknowledged_and_goes_on_with_room(
    new_file: Callable[[], str], more: int, capfd: pytest.CaptureFixture[str]  # noqa: F811
) -> None:
    url, chance = new_file(), Random(more)
    database = engine(url)
    pages, refused = _room(database), 0
    draft = _draft(database)
    pages[0] = _pages(database) + 2 * more
    for step in range(24):
        try:
            draft = _save(database, draft, f"{step}", chance=chance)
            if step % 2:
                draft = _issue(database, draft, chance=chance)
        except CannotKeep:
            refused += 1
            with reading(database) as session:
                assert faults(session) == ()
        if refused == 3:
            pages[0] = ROOM
            refused += 1
    told = [line.split() for line in capfd.readouterr().out.splitlines()]
    database.dispose()
    assert refused == 4, "the disk was never full"
    assert len(told) > 10 and _judge(url, told) == len(told)
