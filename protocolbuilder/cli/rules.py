"""The command that lists the review rules."""

from __future__ import annotations

import click

from protocolbuilder.cli.terminal import JSON, say


@click.command()
@click.option("--markdown", is_flag=True, help="As the README of the law room shows it.")
@JSON
def rules(markdown: bool, as_json: bool) -> None:
    """List the review rules: id, severity, source, and how a rule is narrower than it was first written."""
    from protocolbuilder.law.notes import narrowed, noted, numbers
    from protocolbuilder.law.review import in_order

    listed = in_order()
    if as_json:
        keys = ("id", "name", "severity", "source", "narrowed")
        say([{key: getattr(rule, key) for key in keys} for rule in listed])
    elif markdown:
        click.echo(noted(listed), nl=False)
    else:
        for rule in listed:
            note = f" Narrowed: {rule.narrowed}" if rule.narrowed else ""
            click.echo(f"{rule.id}: {rule.name}: {rule.severity}. {rule.source}.{note}")
        click.echo(f"{numbers(listed)} {len(narrowed(listed))} narrowed.")
