"""The command that does jobs, and doing them beside the web application."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

import click

from protocolbuilder.cli.terminal import INSTANCE, settings_of, stored

if TYPE_CHECKING:
    from protocolbuilder.settings import Settings


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@INSTANCE
def worker(once: bool, instance: Path | None) -> None:
    """Do jobs and send mail until it is told to stop. Several may run at once, here or on other machines.

    On SIGTERM or Ctrl+C it finishes what it is at, begins nothing new, and ends.
    """
    from protocolbuilder.cli.logs import logging_to
    from protocolbuilder.work.worker import due, working

    settings = settings_of(instance=instance)
    with logging_to(sys.stderr), stored(settings) as database:
        if once:
            done = due(settings, database, clock=_now)
            click.echo(f"{done} jobs were run." if done != 1 else "1 job was run.")
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with working(settings, database, clock=_now):
            click.echo("Working. Press Ctrl+C to stop.")
            stop.wait()
        click.echo("Stopped.")


@contextmanager
def serving_jobs(settings: Settings) -> Iterator[Callable[[], None]]:
    """While the block runs jobs are done in this process, unless PB_WORKER is off. Yields what wakes a worker."""
    from protocolbuilder.store.engine import engine
    from protocolbuilder.work.wake import ringing
    from protocolbuilder.work.worker import working

    database = engine(settings.database())
    with working(settings, database, clock=_now) if settings.worker else ringing(settings) as wake:
        yield wake
    database.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


COMMANDS: Final[tuple[click.Command, ...]] = (worker,)
