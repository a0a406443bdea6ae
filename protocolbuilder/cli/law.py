"""Commands about the law library: list it, read one provision, and ask what fits a flow."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from protocolbuilder.cli.library import in_use
from protocolbuilder.cli.terminal import INSTANCE, JSON, say
from protocolbuilder.errors import NotFound

if TYPE_CHECKING:
    from protocolbuilder.law.library import Library
    from protocolbuilder.law.offer import Entry, Near, Offer
    from protocolbuilder.law.open_bases import Base

NATIONS: Final = ("england", "wales", "scotland", "northern-ireland")
KINDS: Final = ("mandatory", "permissive", "implied", "restriction", "condition")
NATION: Final = click.option("--nation", type=click.Choice(NATIONS), help="Whose law applies. Without it, any nation.")


@click.group()
def law() -> None:
    """Read the law library and ask it which provisions fit a flow."""


@law.command("list")
@NATION
@click.option("--type", "agency", help="Provisions this type of body may rely on; see the library's agency types.")
@click.option("--purpose", help="Provisions for this purpose or a broader one.")
@click.option("--kind", type=click.Choice(KINDS))
@click.argument("words", nargs=-1)
@INSTANCE
@JSON
def list_(
    nation: str | None, agency: str | None, purpose: str | None, kind: str | None, words: tuple[str, ...],
    instance: Path | None, as_json: bool,
) -> None:
    """List provisions, all or those that hold every one of the WORDS."""
    from protocolbuilder.law.shelf import Search, provisions

    library = in_use(instance)
    for table, value in (("agency_types", agency), ("purposes", purpose)):
        if value:
            _known(library, table, value)
    found = provisions(library, Search(" ".join(words), nation or "", agency or "", purpose or "", kind or ""))
    if as_json:
        say([_shown(record, library) for record in found])
    else:
        for record in (_shown(one, library) for one in found):
            click.echo("{id}: {citation}, {title}. It {says}. {status}. {not_verified}".format(**record).strip())


@law.command()
@click.argument("provision", metavar="ID")
@INSTANCE
@JSON
def show(provision: str, instance: Path | None, as_json: bool) -> None:
    """Show one provision: what it does, who may rely on it, its limits, and whether it was verified."""
    library = in_use(instance)
    record = _shown(library.vocabularies["gateways"][_known(library, "gateways", provision)], library)
    if as_json:
        say(record)
        return
    click.echo("{citation}: {title}\n{act}, {section}\n\nIt {says}. Status: {status}.".format(**record))
    for name, value in _rows(library, record).items():
        if value:
            click.echo(f"{name}: {value}")


def _rows(library: Library, record: dict[str, Any]) -> dict[str, str | None]:
    from protocolbuilder.law.shelf import rows

    return {
        "Beware": record["not_verified"],
        "What it does": record["what_it_does"],
        **dict(rows(library, record)),
        "In force from": record["in_force_from"] or "not known",
        "Not before": record["not_before"],
        "In force to": record["in_force_to"],
        "Replaced by": record["replaced_by"],
        "Notes": record["notes"],
        "Local entry": record.get("approval"),
        "Recorded here": " ".join(record.get("recorded", ())),
        "Source": record["source_url"],
    }


@law.command()
@click.option("--from", "senders", multiple=True, required=True, metavar="TYPE", help="Agency type; may be repeated.")
@click.option("--to", "recipients", multiple=True, required=True, metavar="TYPE", help="Agency type; may be repeated.")
@click.option("--purpose", "purposes", multiple=True, required=True, metavar="ID", help="May be repeated.")
@click.option("--category", "categories", multiple=True, required=True, metavar="ID", help="May be repeated.")
@NATION
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day asked about; today without it.")
@INSTANCE
@JSON
def offer(
    senders: tuple[str, ...], recipients: tuple[str, ...], purposes: tuple[str, ...], categories: tuple[str, ...],
    nation: str | None, day: datetime | None, instance: Path | None, as_json: bool,
) -> None:
    """Say which provisions fit a flow, which nearly do and why not, and which lawful bases are open at each end."""
    from protocolbuilder.law.offer import offer as offered

    on = (day or datetime.now(UTC)).date()
    library = in_use(instance, on=on)
    given = {"senders": senders, "recipients": recipients, "purposes": purposes, "categories": categories}
    tables = ("agency_types", "agency_types", "purposes", "data_categories")
    for table, ids in zip(tables, given.values(), strict=True):
        for value in ids:
            _known(library, table, value)
    found = offered(
        library, senders=senders, recipients=recipients, purposes=purposes, categories=categories,
        nation=nation or "", on=on,
    )
    if as_json:
        say({"question": {**given, "nation": nation, "date": on.isoformat()}, **asdict(found)})
    else:
        _tell(found)


def _tell(found: Offer) -> None:
    click.echo(f"Law library {found.library}\n\nApply")
    _entries(found.apply)
    click.echo("\nNearly apply")
    for near in found.nearly:
        click.echo(f"  {_name(near)}\n    {near.why}")
    for title, limits in (("Restrictions", found.restrictions), ("Conditions", found.conditions)):
        click.echo(f"\n{title}")
        _entries(limits)
    for end, listed in found.bases.items():
        click.echo(f"\nLawful bases of the {end}: {found.regimes[end].why}")
        for base in listed:
            _base(base)


def _entries(listed: tuple[Entry, ...]) -> None:
    if not listed:
        click.echo("  None found in the library.")
    for entry in listed:
        click.echo(f"  {_name(entry)}\n    It {entry.says}. {entry.reason}")
        for condition in entry.conditions:
            click.echo(f"    - {condition}")


def _name(entry: Entry | Near) -> str:
    mark = f" [{entry.not_verified}]" if entry.not_verified else ""
    return f"{entry.citation}: {entry.title} ({entry.id}){mark}"


def _base(base: Base) -> None:
    mark = f" [{base.not_verified}]" if base.not_verified else ""
    click.echo(f"  {'open' if base.open else 'shut'}: {base.citation}, {base.label} ({base.id}){mark}. {base.why}")
    if base.open:
        for need in base.needs:
            click.echo(f"    - {need}")


def _known(library: Library, table: str, value: str) -> str:
    if not library.has(table, value):
        raise NotFound(f"The law library has no {_NAMES[table]} “{value[:60]}”.")
    return value


_NAMES: Final = {
    "agency_types": "agency type", "purposes": "purpose", "data_categories": "data category", "gateways": "provision",
}


def _shown(record: Any, library: Library) -> dict[str, Any]:
    from protocolbuilder.law.offer_words import not_verified, says
    from protocolbuilder.law.shelf import notes

    return {**record, "says": says(record), "not_verified": not_verified(record), "notes": notes(library, record)}


COMMANDS: Final[tuple[click.Command, ...]] = (law,)
