"""The command `protocolbuilder`: one thin command for each thing a person does. Heavy imports wait inside them."""

from __future__ import annotations

import click

from protocolbuilder import __version__
from protocolbuilder.cli import (
    agreements,
    auditing,
    checking,
    comparing,
    cosigning,
    evidence,
    house,
    impact,
    law,
    rules,
    sample,
    signing,
    standing,
    worker,
)
from protocolbuilder.cli.terminal import Commands


@click.group(cls=Commands)
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """Write, check, sign and keep information-sharing agreements between UK public bodies."""


law.law.add_command(impact.impact)
law.law.add_command(rules.rules)
for room in (
    checking, agreements, comparing, law, house, sample, signing, cosigning, standing, evidence, auditing, worker,
):  # fmt: skip
    for command in room.COMMANDS:
        main.add_command(command)
