"""Commands about signatures: the verdict on a signed Word file, and the keys of this copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from protocolbuilder.cli.terminal import FILE, INSTANCE, JSON, content_of, exit_with, one_line, say, settings_of
from protocolbuilder.errors import BadFile

if TYPE_CHECKING:
    from protocolbuilder.documents.sealed_judging import Signature
    from protocolbuilder.documents.verifying import Report


@click.command()
@click.argument("file", type=FILE)
@click.option("--expect", type=click.IntRange(0, 1000), help="How many must have signed, which no file can itself say.")
@click.option(
    "--ca", "authorities", type=FILE, multiple=True,
    help="Certificates to trust, as PEM: of people, seals, authorities, time-stamp authorities. May be given again.",
)
@INSTANCE
@JSON
def verify(
    file: Path, expect: int | None, authorities: tuple[Path, ...], instance: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Say who signed a Word file, when, and whether it is all as it was signed. Or whether a bundle of evidence holds.

    The seal of this copy is trusted too. Exits 0 when the file is accepted and 1 when it is not.
    """
    from protocolbuilder.cli.evidence import judge
    from protocolbuilder.documents.evidence import is_bundle
    from protocolbuilder.documents.verifying import verify as verified

    content, trust = content_of(file), trust_of(authorities, instance)
    if is_bundle(content):
        judge(content, as_json=as_json)
        return
    try:
        report = verified(content, trust=trust, at=datetime.now(UTC), expected=expect)
    except BadFile as error:
        raise BadFile(f"{file}: {error.text.removeprefix(f'{file}: ')}") from error
    if as_json:
        say(told(report))
    else:
        _tell(report)
    exit_with([] if report.accepted else [report])


def trust_of(authorities: Sequence[Path], instance: Path | None) -> list[bytes]:
    """The certificates in these files, and the seal of this copy where it has one; as PEM."""
    from protocolbuilder.keys import own_certificates

    own = own_certificates(settings_of(instance=instance))[:1]
    return [*(content_of(one) for one in authorities), *own]


def told(report: Report) -> dict[str, Any]:
    """The verdict as JSON."""
    rows = []
    for one in report.signatures:
        row = asdict(one)
        for name in ("value", "covered"):
            del row[name]
        rows.append(row)
    return {
        "accepted": report.accepted, "signatures": rows, "problems": report.problems, "notes": report.notes,
    }  # fmt: skip


def _tell(report: Report) -> None:
    click.echo("Accepted" if report.accepted else "NOT ACCEPTED")
    for text in report.problems:
        click.echo(f"  {one_line(text)}")
    for number, one in enumerate(report.signatures, start=1):
        _tell_one(number, one)
    for text in report.notes:
        click.echo(one_line(text))


def _tell_one(number: int, one: Signature) -> None:
    from protocolbuilder.documents.verifying import NO_TRUSTED_TIME

    verdict = "wrong" if one.problems else "right"
    if not one.fingerprint:
        click.echo(f"Signature {number}: {verdict}")
    else:
        vouched = "by its own certificate" if one.by == one.vouched_by else f"vouched for by {one.vouched_by}"
        click.echo(one_line(f"Signature {number}: {verdict}. {one.by}, {vouched}"))
        click.echo(f"  Certificate {one.fingerprint}")
        click.echo(f"  Says that it was signed on {one.claimed:%-d %B %Y at %H:%M} UTC")
        trusted = f"{one.trusted_at:%-d %B %Y at %H:%M} UTC by {one.time_by}" if one.trusted_at else ""
        click.echo(f"  {one_line(f'Trusted time: {trusted}' if trusted else NO_TRUSTED_TIME)}")
    for name, text in (("Role", one.role), ("Comment", one.comment), ("Name typed", one.text)):
        if text:
            click.echo(f"  {name}: {one_line(text)}")
    if one.line:
        click.echo(f"  Signature line of {one_line(one.line.name)}")
    for text in one.problems:
        click.echo(f"  {one_line(text)}")
    for text in one.left_out if not one.problems else ():
        click.echo(f"  Does not cover {one_line(text)}")


@click.group()
def keys() -> None:
    """The keys of this copy: what seals Word files, and what signs the trail of events."""


@keys.command("show")
@INSTANCE
@JSON
def show(instance: Path | None, as_json: bool) -> None:
    """Say whose the keys are, by their fingerprints. None is made."""
    from cryptography import x509

    from protocolbuilder import keys as own
    from protocolbuilder.documents.sealed_trust import name_of

    settings = settings_of(instance=instance)
    if not own.own_certificates(settings):
        raise BadFile("There are no keys yet. They are made when the first agreement is issued.")
    seal, trail = own.seal_key(settings, at=datetime.now(UTC)), own.trail_key(settings)
    read = x509.load_der_x509_certificate(seal.certificate)
    rows = {
        "seal": name_of(read.subject), "vouched_by": name_of(read.issuer), "algorithm": seal.algorithm,
        "ends": read.not_valid_after_utc.date().isoformat(), "fingerprint": seal.fingerprint,
        "trail": trail.id, "public_key_of_the_trail": trail.public.hex(),
    }  # fmt: skip
    if as_json:
        say(rows)
    else:
        for name, value in rows.items():
            click.echo(f"{name.replace('_', ' ')}: {one_line(value)}")


@keys.command("request")
@click.option("--organisation", required=True, help="Who runs this copy, as the certificate is to name it.")
@INSTANCE
def request(organisation: str, instance: Path | None) -> None:
    """Print a certificate request (PEM) for the key that seals, for an authority of your own.

    Keep what the authority answers, with the certificates above it, where PB_SEAL_CERTIFICATE says.
    """
    from protocolbuilder import keys as own

    click.echo(own.certificate_request(settings_of(instance=instance), organisation=organisation), nl=False)


COMMANDS: Final[tuple[click.Command, ...]] = (verify, keys)
