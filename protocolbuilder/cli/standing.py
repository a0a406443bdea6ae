"""The command that says what holds between partners on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from protocolbuilder.cli.terminal import INSTANCE, JSON, one_line, say, settings_of, stored

if TYPE_CHECKING:
    from datetime import date

    from protocolbuilder.domain.standing import Standing
    from protocolbuilder.store.standing import Recorded


@click.command()
@click.argument("ref")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day, as 2026-07-01. Otherwise today.")
@INSTANCE
@JSON
def standing(ref: str, day: datetime | None, instance: Path | None, as_json: bool) -> None:
    """Say what is in force between each two partners of an agreement, and since when.

    Each pair stands once. Exits 0 whatever the answer is.
    """
    from protocolbuilder.domain.reminding import day_of
    from protocolbuilder.domain.standing import standings
    from protocolbuilder.store.engine import reading
    from protocolbuilder.store.standing import history

    on = day.date() if day else day_of(datetime.now(UTC))
    with stored(settings_of(instance=instance)) as database, reading(database) as session:
        found = history(session, ref)
    grid = standings(found.history).grid(on)
    if as_json:
        say(_told(ref, on, found, grid))
    else:
        _tell(ref, on, found, grid)


def _told(ref: str, on: date, found: Recorded, grid: Mapping[tuple[str, str], Standing]) -> dict[str, Any]:
    between = {pair: one for pair, one in grid.items() if pair[0] != pair[1]}
    return {
        "agreement": ref, "on": on,
        "counts": Counter(one.kind for one in between.values()),
        "partners": [
            {"id": pair[0], "name": found.name(pair[0]), **_one(one)} for pair, one in grid.items()
            if pair[0] == pair[1]
        ],
        "pairs": [{"between": list(pair), **_one(one)} for pair, one in between.items()],
    }  # fmt: skip


def _one(one: Standing) -> dict[str, Any]:
    return {
        "standing": one.kind, "since": one.since, "began": one.began if one.since else None,
        "version": one.number or None, "who": list(one.who),
        "reserved": [{"by": each.party, "text": each.text, "on": list(each.on)} for each in one.reserved],
        "leaving": [{"partner": party, "last_day": day} for party, day in one.leaving],
    }  # fmt: skip


def _tell(ref: str, on: date, found: Recorded, grid: Mapping[tuple[str, str], Standing]) -> None:
    from protocolbuilder.domain.kinds import day_in_words
    from protocolbuilder.domain.standing import KINDS
    from protocolbuilder.domain.standing_words import CALLED, sentence

    between = {pair: one for pair, one in grid.items() if pair[0] != pair[1]}
    counts = Counter(one.kind for one in between.values())
    click.echo(f"{ref} on {day_in_words(on.isoformat())}: {len(between)} pairs of partners")
    for kind in KINDS:
        if counts[kind]:
            click.echo(f"{counts[kind]:8} {CALLED[kind].lower()}")
    for (one, other), held in between.items():
        click.echo(one_line(f"{found.name(one)} and {found.name(other)}: {sentence(held, found.name)}"))


COMMANDS: Final[tuple[click.Command, ...]] = (standing,)
