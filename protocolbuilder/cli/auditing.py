"""The command that reads everything again and says whether it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from protocolbuilder.cli.terminal import INSTANCE, JSON, exit_with, one_line, say, settings_of, stored
from protocolbuilder.errors import BadFile

if TYPE_CHECKING:
    from protocolbuilder.store.verify_signing import Known


@click.group()
def audit() -> None:
    """What is kept, and whether it is what was kept."""


@audit.command("verify")
@click.option("--checkpoint", default="", help="The 64 digits of a checkpoint that was mailed to an administrator.")
@INSTANCE
@JSON
def verify(checkpoint: str, instance: Path | None, as_json: bool) -> None:
    """Read every agreement, version, signature and trail again: digests, chains and signatures, and that each act has
    its record. Nothing is written.

    With --checkpoint also that nothing was cut off, written anew or put back from an older copy since that mail. Exits
    1 when something does not hold.
    """
    from protocolbuilder.keys import trail_public
    from protocolbuilder.store import verify, verify_signing
    from protocolbuilder.store.engine import reading

    if checkpoint and not re.fullmatch("[0-9a-f]{64}", checkpoint):
        raise BadFile("A checkpoint is 64 of the characters 0 to 9 and a to f.")
    settings = settings_of(instance=instance)
    known = verify_signing.Known(trail_public(settings), checkpoint)
    with stored(settings) as database, reading(database) as session:
        counts, faults = verify.counts(session), verify.faults(session, known)
    if as_json:
        say({"checked": counts, "faults": faults})
    else:
        _tell(counts, faults, known=known)
    exit_with(faults)


def _tell(counts: Mapping[str, int], faults: Sequence[str], *, known: Known) -> None:
    for what, count in counts.items():
        click.echo(f"{count:8} {what}")
    key = sha256(known.public).hexdigest()[:16] if known.public else ""
    click.echo(f"Lines are signed with the key {key}" if key else "This copy has no key that signs lines yet")
    click.echo(f"Laid beside the checkpoint {known.root[:16]}" if known.root else "Laid beside no checkpoint")
    for fault in faults:
        click.echo(one_line(fault))
    click.echo(f"{len(faults)} faults" if len(faults) != 1 else "1 fault")


COMMANDS: Final[tuple[click.Command, ...]] = (audit,)
