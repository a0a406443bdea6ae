"""The sample that `serve --sample` shows, and the act that removes it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import click

from protocolbuilder.cli.terminal import INSTANCE, JSON, one_line, say, settings_of, stored

if TYPE_CHECKING:
    from protocolbuilder.domain.sample import Removal
    from protocolbuilder.settings import Settings


def show_samples(settings: Settings) -> None:
    """The sample agreements (patterns, where none are shipped) and the partnership they belong to, in a database that
    holds neither an agreement nor anybody. See `store.sample.make`."""
    from protocolbuilder import catalogue
    from protocolbuilder.store.engine import engine, writing
    from protocolbuilder.store.sample import Draft, make

    drafts = [Draft(one.name, one.title, one.agreement) for one in catalogue.samples() or catalogue.patterns()]
    database = engine(settings.database())
    with writing(database) as session:
        make(session, catalogue.sample_partnership(), drafts, at=datetime.now(UTC), new_id=lambda: token_hex(5))
    database.dispose()


@click.group()
def sample() -> None:
    """The sample partnership of a copy."""


@sample.command()
@INSTANCE
@JSON
def show(instance: Path | None, as_json: bool) -> None:
    """Say what removing the sample would take away and what would stay. Exits 2 where there is no sample."""
    from protocolbuilder.store import sample_removal
    from protocolbuilder.store.engine import reading

    with stored(settings_of(instance=instance)) as database, reading(database) as session:
        _tell(sample_removal.found(session), as_json=as_json)


@sample.command()
@click.option("--by", default="Command line", show_default=True, help="Who removes it, for the history.")
@INSTANCE
@JSON
def remove(by: str, instance: Path | None, as_json: bool) -> None:
    """Remove sample people, organisations and agreements, all or none. Exits 2 where there is no sample,
    or something has to be done first.

    What a real person wrote or issued stays, and is told. Issued versions are never deleted.
    """
    from protocolbuilder.store import sample_removal
    from protocolbuilder.store.engine import writing

    with stored(settings_of(instance=instance)) as database, writing(database) as session:
        removal = sample_removal.remove(session, by="", signature=one_line(by), at=datetime.now(UTC))
    _tell(removal, as_json=as_json)


def _tell(removal: Removal, *, as_json: bool) -> None:
    from protocolbuilder.domain.sample import first, going, staying

    if as_json:
        say(asdict(removal))
        return
    heads = [("Goes:", going(removal)), ("Stays:", staying(removal) or ("nothing",))]
    if removal.unled:
        heads.append(("First:", first(removal)))
    for head, lines in heads:
        click.echo(head)
        for line in lines:
            click.echo(f"  {one_line(line)}")


COMMANDS: Final[tuple[click.Command, ...]] = (sample,)
