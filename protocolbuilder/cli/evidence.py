"""Commands about evidence: the bundle of a version, and the verdict on one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from protocolbuilder.cli.terminal import (
    FILE,
    INSTANCE,
    content_of,
    exit_with,
    one_line,
    say,
    settings_of,
    stored,
    write,
)
from protocolbuilder.errors import BadFile


@click.command()
@click.argument("reference")
@click.option("--version", "number", type=click.IntRange(1), help="Which version. Without it the latest.")
@click.option(
    "--details", type=click.Choice(["with", "without"]), default="without", show_default=True,
    help="Addresses of mail, network addresses and browsers of signatories, as far as they are not erased.",
)
@click.option("-o", "out", type=FILE, required=True, help="Write the bundle (.zip) to this file.")
@INSTANCE
def evidence(reference: str, number: int | None, details: str, out: Path, instance: Path | None) -> None:
    """Write the bundle of evidence of how a version was signed: everything that somebody else needs to check it."""
    from protocolbuilder.documents.evidence import bundle
    from protocolbuilder.keys import own_certificates, trail_key
    from protocolbuilder.store import agreements
    from protocolbuilder.store import evidence as kept
    from protocolbuilder.store.engine import reading

    settings = settings_of(instance=instance)
    with stored(settings) as database, reading(database) as session:
        wanted = number or agreements.load(session, reference).issued
        if wanted is None:
            raise BadFile(f"No version of {reference} is issued.")
        said = kept.evidence(
            session, reference, wanted, details="with details" if details == "with" else "without details"
        )
    authorities = content_of(settings.tsa_ca) if settings.tsa_ca else b""
    made = bundle(
        said, key=trail_key(settings), certificates=own_certificates(settings), at=datetime.now(UTC),
        authorities=authorities,
    )  # fmt: skip
    write(out, made)
    click.echo(one_line(f"{out}: version {wanted} of {reference}, {len(said.lines)} lines of its trail"))


def judge(content: bytes, *, as_json: bool) -> None:
    """Says whether a bundle holds, as the program in it does, and exits 1 when it does not. Raises BadFile."""
    from protocolbuilder.documents.evidence import opened
    from protocolbuilder.documents.evidence_checker import KEYS, faults, stamped_with_openssl
    from protocolbuilder.store.trail import verifier

    files = opened(content)
    found = faults(
        files, verify=lambda public, *signed: verifier({"": public})("", *signed), stamped=stamped_with_openssl
    )
    keys = [] if found else json.loads(files[KEYS])
    key = keys[-1]["public"] if keys else ""
    if as_json:
        say({"accepted": not found, "faults": found, "key": key})
    else:
        click.echo("NOT ACCEPTED" if found else "Accepted")
        for fault in found:
            click.echo(f"  {one_line(fault)}")
        if key:
            click.echo(f"Compare the key of the trail with what you were told: {key}")
    exit_with(found)


COMMANDS: Final[tuple[click.Command, ...]] = (evidence,)
