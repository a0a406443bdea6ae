"""Commands about agreements: start, take in, print and give out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

import click

from protocolbuilder.cli.library import in_use, recorded
from protocolbuilder.cli.terminal import (
    FILE,
    INSTANCE,
    JSON,
    OUT,
    UNDER,
    content_of,
    exit_with,
    one_line,
    say,
    settings_of,
    stored,
    write,
)
from protocolbuilder.errors import BadFile

if TYPE_CHECKING:
    from protocolbuilder.documents.returned_items import Item
    from protocolbuilder.domain.agreement import Agreement
    from protocolbuilder.domain.problems import Problem
    from protocolbuilder.intake.door import Taken
    from protocolbuilder.law.library import Library


@click.command("import")
@click.argument("file", type=FILE)
@click.option("-o", "out", type=FILE, help="Write the draft to this file, without a database.")
@click.option("--by", default="Command line", show_default=True, help="Who imports, for the history.")
@INSTANCE
@JSON
def import_(file: Path, out: Path | None, by: str, instance: Path | None, as_json: bool) -> None:
    """Make a draft of an agreement, of plain facts, or of a Word file of ours. Exits 1 when something is wrong.

    Answers that are missing are counted; they are no fault of an import.
    """
    from protocolbuilder.domain.agreement import to_json

    taken = taken_from(file, instance)
    found = problems_of(taken.agreement, in_use(instance))
    if out:
        write(out, to_json(taken.agreement).encode())
    where = one_line(str(out)) if out else _keep(taken.agreement, file, by=by, instance=instance)
    told = {
        "kind": taken.kind,
        "draft": where,
        "placed": taken.placed,
        "residue": taken.residue,
        "not_stated": list(taken.not_stated),
        "matched": [asdict(match) for match in taken.matches],
        "flags": sum(map(len, taken.agreement.flags.values())),
        "differences": [asdict(difference) for difference in taken.differences],
        "items": [asdict(item) for item in taken.items],
        "problems": counts_of(found),
    }
    if as_json:
        say(told)
    else:
        _tell(taken, told)
    exit_with([*taken.differences, *taken.items, *(problem for problem in found if problem.kind == "wrong")])


def _tell(taken: Taken, told: dict[str, Any]) -> None:
    click.echo(f"{told['draft']}: a draft made of {_KINDS[taken.kind]}")
    if taken.kind == "facts":
        click.echo("{placed} texts placed, {residue} kept as residue, {flags} flags".format(**told))
        click.echo(f"{len(taken.matches)} texts recognised")
        click.echo(f"Not stated: {', '.join(taken.not_stated) or 'nothing'}")
    for found in taken.differences:
        click.echo(f"The visible text is not what the data prints, under “{found.place}”:")
        click.echo(f"  - {found.expected}\n  + {found.found}")
    for item in taken.items:
        click.echo(_line(item))
    click.echo("{missing} missing, {wrong} wrong".format(**told["problems"]))


def _line(item: Item) -> str:
    """`change, purposes.p1.title, by Sam Hill on 2026-11-20T14:05: “may” became “must”`."""
    by = f", by {item.author}" if item.author else ""
    on = f" on {item.at}" if item.at else ""
    said = f"{item.text} (at “{item.old}”)" if item.kind == "comment" else f"“{item.old}” became “{item.new}”"
    return f"{_DONE[item.kind]}, {item.address or 'fixed wording'}{by}{on}: {' '.join(said.split())}"


_DONE: Final = {"change": "Tracked change", "edit": "Edit that was not tracked", "comment": "Comment"}
_KINDS: Final = {"agreement": "an agreement", "facts": "plain facts", "word": "a Word file"}


def _keep(agreement: Agreement, file: Path, *, by: str, instance: Path | None) -> str:
    from protocolbuilder.store import agreements
    from protocolbuilder.store.engine import writing

    with stored(settings_of(instance=instance)) as database, writing(database) as session:
        return agreements.create(
            session,
            agreement,
            by=one_line(by),
            at=datetime.now(UTC),
            new_id=lambda: token_hex(5),
            note=f"File: {one_line(file.name)}",
        ).ref


@click.command()
@click.option("--pattern", "name", required=True, help="A name that “protocolbuilder patterns” lists.")
@OUT
def new(name: str, out: Path) -> None:
    """Start an agreement from a pattern."""
    from protocolbuilder import catalogue
    from protocolbuilder.domain.agreement import to_json

    write(out, to_json(catalogue.pattern(name).agreement).encode())


@click.command()
@JSON
def patterns(as_json: bool) -> None:
    """List the starting patterns."""
    from protocolbuilder import catalogue

    rows = [{"name": p.name, "title": p.title, "description": p.description} for p in catalogue.patterns()]
    if as_json:
        say(rows)
    else:
        for row in rows:
            click.echo("{name}: {title}. {description}".format(**row))


@click.command()
@click.argument("file", type=FILE)
@click.option("--what", default="agreement", show_default=True, help="A name that “protocolbuilder documents” lists.")
@click.option("--as", "as_", help="docx, pdf, xlsx, csv, html, json, pptx or zip; the first form by default.")
@click.option("--party", default="", help="The id of a partner, for a document that is made for each.")
@UNDER
@click.option("--style", type=FILE, help="A plain Word file whose look (styles, header, footer, logo) is taken over.")
@OUT
def render(
    file: Path, what: str, as_: str | None, party: str, above: Path | None, style: Path | None, out: Path
) -> None:
    """Print a document of the family: the agreement, its matrix, its summary, or all of them as a pack."""
    from protocolbuilder.cli.printing import printed

    agreement = taken_from(file).agreement
    wrong = [problem for problem in problems_of(agreement, in_use()) if problem.kind == "wrong"]
    if wrong:
        raise BadFile(f"{file}: {len(wrong)} answers are wrong, the first at {wrong[0].address}: {wrong[0].text}")
    look = content_of(style) if style else b""
    write(out, printed(agreement, file, what=what, as_=as_ or "", party=party, style=look, above=_above(above)))


def _above(file: Path | None) -> Agreement | None:
    return taken_from(file).agreement if file else None


@click.command()
@JSON
def documents(as_json: bool) -> None:
    """List the documents that are made of an agreement or a protocol."""
    from protocolbuilder.documents.family import FAMILY

    rows = [{"name": d.what, "title": d.title, "forms": list(d.all_forms), "use": d.use} for d in FAMILY.values()]
    if as_json:
        say(rows)
    else:
        for row in rows:
            click.echo(f"{row['name']} ({', '.join(row['forms'])}): {row['use']}")


@click.command()
@click.option("--schema", "name", default="agreement-1", show_default=True, help="agreement-1 or protocol-1.")
@JSON
def questions(name: str, as_json: bool) -> None:
    """List every question with its address, hint and legal source. `*` stands for the id of an item."""
    from protocolbuilder import catalogue

    rows = [
        {
            "address": f"{section.id}.{'*.' if section.is_list else ''}{question.id}",
            "title": question.title,
            "hint": question.description,
            "source": question.source,
            "kind": question.kind,
        }
        for section in catalogue.schema(name).sections.values()
        for question in section.questions.values()
    ]
    if as_json:
        say(rows)
    else:
        for row in rows:
            lines = (f"{row['address']}: {row['title']}", row["hint"], row["source"])
            click.echo("\n    ".join(filter(None, lines)))


@click.command()
@click.argument("reference")
@OUT
@INSTANCE
def export(reference: str, out: Path, instance: Path | None) -> None:
    """Write a draft of the database to a JSON file."""
    from protocolbuilder.domain.agreement import to_json
    from protocolbuilder.store import agreements
    from protocolbuilder.store.engine import reading

    with stored(settings_of(instance=instance)) as database, reading(database) as session:
        write(out, to_json(agreements.load(session, reference).agreement).encode())


def taken_from(file: Path, instance: Path | None = None) -> Taken:
    """What a file holds, read with the law library of an instance. Raises BadFile, with its name."""
    from protocolbuilder.cli.printing import stocked
    from protocolbuilder.intake.door import take

    content = content_of(file)
    stock = stocked(instance=instance) if content.startswith(b"PK") else None  # JSON needs no templates
    try:
        return take(content, overlay=recorded(instance), on=datetime.now(UTC).date(), stock=stock)
    except BadFile as error:
        raise BadFile(f"{file}: {error.text}") from error


def problems_of(agreement: Agreement, library: Library) -> tuple[Problem, ...]:
    """Every problem of the schema, in its order."""
    from protocolbuilder import catalogue
    from protocolbuilder.domain.check import check as checked

    return checked(catalogue.schema(agreement.schema), agreement, library)


def counts_of(found: Sequence[Problem]) -> dict[str, int]:
    """How many are missing and how many wrong."""
    return {kind: sum(problem.kind == kind for problem in found) for kind in ("missing", "wrong")}


COMMANDS: Final[tuple[click.Command, ...]] = (import_, new, patterns, render, documents, questions, export)
