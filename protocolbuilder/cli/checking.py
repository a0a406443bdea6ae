"""The command that checks an agreement: against its schema, and by the review rules of the law library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from protocolbuilder.cli.agreements import counts_of, taken_from
from protocolbuilder.cli.library import in_use
from protocolbuilder.cli.printing import effective_of
from protocolbuilder.cli.terminal import FILE, INSTANCE, JSON, UNDER, exit_with, say

if TYPE_CHECKING:
    from protocolbuilder.domain.agreement import Agreement
    from protocolbuilder.domain.effective import Effective
    from protocolbuilder.domain.problems import Problem
    from protocolbuilder.law.findings import Finding
    from protocolbuilder.law.library import Library

HEADINGS: Final = {"error": "Errors", "warning": "Warnings", "advice": "Advice"}


@click.command()
@click.argument("file", type=FILE)
@UNDER
@INSTANCE
@JSON
def check(file: Path, above: Path | None, instance: Path | None, as_json: bool) -> None:
    """Check an agreement against its schema and review it.

    Exits 1 when there is a problem or an error. Warnings and advice alone are for a person to judge. A file stands
    alone: duplicates in the register (X01) and missing signatures of an issued version (X02) are told on the pages.
    """
    library = in_use(instance)
    agreement = taken_from(file, instance).agreement
    found = effective_of(agreement, taken_from(above, instance).agreement if above else None, library)
    problems = problems_under(found, library)
    findings = findings_of(found.agreement, problems, library)
    if as_json:
        said = [asdict(problem) for problem in problems]
        say({"problems": said, **counts_of(problems), "findings": [asdict(finding) for finding in findings]})
    else:
        _tell(problems, findings)
    exit_with([*problems, *(finding for finding in findings if finding.severity == "error")])


def problems_under(found: Effective, library: Library) -> tuple[Problem, ...]:
    """Every problem of the schema: what a protocol answers is not missing."""
    from protocolbuilder import catalogue
    from protocolbuilder.domain.check import check_effective

    return check_effective(catalogue.schema(found.own.schema), found, library)


def findings_of(agreement: Agreement, problems: Sequence[Problem], library: Library) -> tuple[Finding, ...]:
    """What the review finds today and nobody has accepted, gravest first."""
    from protocolbuilder import catalogue
    from protocolbuilder.law.review import review_draft, standing

    schema = catalogue.schema(agreement.schema)
    found = review_draft(schema, agreement, library, on=datetime.now(UTC).date(), problems=problems)
    return standing(agreement, found)


def _tell(problems: Sequence[Problem], findings: Sequence[Finding]) -> None:
    for problem in problems:
        fix = "" if problem.fix == problem.text else f" {problem.fix}"
        click.echo(f"{problem.address}: {problem.kind}: {problem.text}.{fix}".replace("..", "."))
    for severity, group in groupby(findings, lambda finding: finding.severity):
        click.echo(f"\n{HEADINGS[severity]}")
        for finding in group:
            click.echo(f"{finding.address}: {finding.rule}: {finding.text} {finding.fix} [{finding.source}]")
    if findings:
        click.echo(f"\nReviewed with law library {findings[0].library}: prompts for a person, not legal advice.")
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in HEADINGS}
    click.echo("Review: {error} errors, {warning} warnings, {advice} advice".format(**counts))
    click.echo("{missing} missing, {wrong} wrong".format(**counts_of(problems)))


COMMANDS: Final[tuple[click.Command, ...]] = (check,)
