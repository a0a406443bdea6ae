"""The command that says who is affected when a provision changes: every draft and version of a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from protocolbuilder.cli.library import recorded
from protocolbuilder.cli.terminal import INSTANCE, JSON, say, settings_of, stored
from protocolbuilder.errors import NotFound

if TYPE_CHECKING:
    from protocolbuilder.law.followed import Asked
    from protocolbuilder.law.library import Library
    from protocolbuilder.store.holdings import Held


@click.command()
@click.argument("provision", metavar="ID")
@INSTANCE
@JSON
def impact(provision: str, instance: Path | None, as_json: bool) -> None:
    """Say which drafts and versions a change of the law touches, flow by flow, and propose an amendment.

    The change is the latest one recorded for the provision. Where none is recorded, it is asked what would follow
    if the provision came into force today, or was repealed today when it is in force.
    """
    from protocolbuilder.law.offer_words import not_verified

    now, asked, before, after = _change(provision, instance)
    found = list(_touched(provision, asked, before, after, instance))
    told = {
        "provision": provision, "name": now.label("gateways", provision),
        "not_verified": not_verified(now.vocabularies["gateways"][provision]), "recorded": asked.recorded,
        "on": asked.on.isoformat(), "before": before.version, "after": after.version,
        "change": " ".join(_said(provision, after)), "agreements": found,
    }
    if as_json:
        say(told)
    else:
        _tell(told)


def _change(provision: str, instance: Path | None) -> tuple[Library, Asked, Library, Library]:
    """The library as recorded now, the change, and the library before and after it. Raises NotFound."""
    from protocolbuilder import catalogue
    from protocolbuilder.law.followed import followed
    from protocolbuilder.law.library import effective

    overlay, at = recorded(instance), datetime.now(UTC)
    now = effective(catalogue.library(), overlay, on=at.date())
    if not now.has("gateways", provision):
        raise NotFound(f"The law library has no provision “{provision[:60]}”.")
    live: Literal["live", "not live"] = "live" if now.live(provision, on=at.date()) else "not live"
    asked = followed(overlay, provision, live=live, today=at.date(), at=at)
    before, after = (effective(catalogue.library(), one, on=asked.on) for one in (asked.before, asked.after))
    return now, asked, before, after


def _said(provision: str, after: Library) -> tuple[str, ...]:
    return tuple(after.vocabularies["gateways"][provision].get("recorded", ()))


def _touched(
    provision: str, asked: Asked, before: Library, after: Library, instance: Path | None
) -> Iterator[dict[str, Any]]:
    from protocolbuilder import catalogue
    from protocolbuilder.law.amendment import propose
    from protocolbuilder.law.case import Case
    from protocolbuilder.law.impact import effect_as_read

    for held in _register(instance):
        schema = catalogue.schema(held.agreement.schema)
        readable, found = effect_as_read(schema, held.agreement, provision, before=before, after=after, on=asked.on)
        if not (found.any or found.use.gateways):
            continue
        case, numbers = Case(schema, readable, after, on=asked.on), count(1)
        proposal = propose(case, provision, found, before=before, new_id=lambda: f"new-{next(numbers)}")  # noqa: B023
        yield {
            **asdict(held.mark), "library": held.library, **asdict(found), "proposal": asdict(proposal),
        }


def _register(instance: Path | None) -> list[Held]:
    from protocolbuilder.store.engine import reading
    from protocolbuilder.store.holdings import held, live

    with stored(settings_of(instance=instance)) as database, reading(database) as session:
        return [held(session, mark) for mark in live(session)]


def _tell(told: dict[str, Any]) -> None:
    click.echo(told["name"])
    if told["not_verified"]:
        click.echo(told["not_verified"])
    click.echo(told["change"])
    click.echo(f"Law library {told['before']} and {told['after']}, as things stand on {told['on']}")
    for one in told["agreements"]:
        click.echo(f"\n{one['ref']} {one['what']} {one['number']}: {one['title'] or 'without a title'}")
        click.echo("  {} flows rest on it, {} newly fit, {} fit no longer".format(
            len(one["use"]["flows"]), len(one["newly"]), len(one["lost"])))  # fmt: skip
        for turn in one["proposal"]["turns"]:
            click.echo(f"  flow {turn['flow']}: {turn['before']} -> {turn['after']}, with the proposed amendment")
        for word in ("fails", "clears"):
            for finding in one[word]:
                click.echo(f"  now {word}: {finding['address']}: {finding['rule']}: {finding['text']}")
        if one["proposal"]["step_missing"]:
            click.echo(f"  missing step: {one['proposal']['step'][1]}")
        click.echo(f"  proposed: {one['proposal']['clause']}")
    click.echo(f"\n{len(told['agreements'])} drafts and versions are affected")

