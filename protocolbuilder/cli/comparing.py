"""Commands that compare two agreements: what changed, for everyone or one partner, and a redline in Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from protocolbuilder.cli.agreements import taken_from
from protocolbuilder.cli.library import in_use
from protocolbuilder.cli.terminal import FILE, JSON, OUT, content_of, say
from protocolbuilder.errors import BadFile, NotFound

if TYPE_CHECKING:
    from protocolbuilder.domain.agreement import Agreement
    from protocolbuilder.domain.changes import Change
    from protocolbuilder.domain.naming import AgreementNames


@click.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--party", default="", help="Only what touches this partner or every partner: its name or id.")
@JSON
def compare(old: Path, new: Path, party: str, as_json: bool) -> None:
    """Say what changed between two agreements of one schema: answers, and accepted points of the review."""
    from protocolbuilder import catalogue
    from protocolbuilder.domain.changes import changes
    from protocolbuilder.domain.naming import AgreementNames
    from protocolbuilder.domain.touching import touching

    before, after = taken_from(old).agreement, taken_from(new).agreement
    if before.schema != after.schema:
        raise BadFile(f"{old} follows {before.schema}, {new} follows {after.schema}: they cannot be compared.")
    schema, library = catalogue.schema(before.schema), in_use()
    names = (AgreementNames(schema, before, library), AgreementNames(schema, after, library))
    found: Sequence[Change] = changes(schema, before, after, names)
    if party:
        touched = touching(schema, before, after, found, party=_partner((before, after), names, party))
        found = [*touched.own, *touched.everyone]
    if as_json:
        say([asdict(change) for change in found])
        return
    for change in found:
        what = f" ({change.what})" if change.of_review else ""
        click.echo(f"{change.address}: {change.title}{what}\n  - {change.before}\n  + {change.after}")
    if party:
        click.echo(f"{touched.others} more touch other partners only.")


def _partner(sides: Sequence[Agreement], names: Sequence[AgreementNames], said: str) -> str:
    """The id of a partner by its id or name. Raises NotFound."""
    wanted = said.casefold()
    for side, named in zip(sides, names, strict=True):
        for row in side.answers.get("parties", ()):
            if wanted in (row["id"].casefold(), named.item(row["id"]).casefold()):
                return str(row["id"])
    raise NotFound(f"There is no partner called “{said[:60]}” in either agreement.")


@click.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--author", default="protocolbuilder", show_default=True, help="Who is named beside each change.")
@OUT
def redline(old: Path, new: Path, author: str, out: Path) -> None:
    """Write what differs between two agreements as tracked changes in Word. OLD and NEW are agreements or Word files.

    A Word file is compared as it reads, whatever its data says; an agreement is printed first.
    """
    from protocolbuilder.cli.terminal import one_line, write
    from protocolbuilder.documents.redline import redline as compared

    before, after = _in_word(old), _in_word(new)
    name = one_line(author) or "protocolbuilder"
    write(out, compared(before, after, author=name, at=datetime.now(UTC).replace(microsecond=0)))


def _in_word(file: Path) -> bytes:
    """A Word file as it is, an agreement as it is printed. Raises BadFile, with its name."""
    from protocolbuilder.cli.printing import printed
    from protocolbuilder.documents.redline import comparable

    content = content_of(file)
    try:
        if content.startswith(b"PK"):
            comparable(content)
            return content
        agreement = taken_from(file).agreement
        return printed(agreement, file, what=agreement.schema.split("-")[0], as_="docx")
    except BadFile as error:
        text = error.text.removeprefix(f"{file}: ")
        raise BadFile(f"{file}: {text}") from error


COMMANDS: Final[tuple[click.Command, ...]] = (compare, redline)
