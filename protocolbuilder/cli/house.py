"""Commands about the installation itself: serve it, examine it, check what it ships."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from protocolbuilder.cli.sample import show_samples
from protocolbuilder.cli.terminal import INSTANCE, JSON, exit_with, say, settings_of, stored
from protocolbuilder.errors import BadFile

if TYPE_CHECKING:
    from flask import Flask

    from protocolbuilder.settings import Settings


@click.command()
@click.option("--sample", is_flag=True, help="Show a sample partnership and its agreements where there is nothing yet.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes any free one.")
@INSTANCE
def serve(sample: bool, port: int | None, instance: Path | None) -> None:
    """Serve the web application on this machine only."""
    from protocolbuilder.settings import is_this_machine

    settings = settings_of(instance=instance, port=port)
    if not is_this_machine(settings.host):
        words = "only this machine is served. Others reach it through a proxy with https (PB_ADDRESS)."
        raise BadFile(f"{settings.host} is not this machine: {words}")
    _listen(settings, with_samples=sample)


def _listen(settings: Settings, *, with_samples: bool) -> None:
    from protocolbuilder.cli.logs import logging_to
    from protocolbuilder.cli.worker import serving_jobs
    from protocolbuilder.web.app import create_app

    with logging_to(sys.stderr), stored(settings), serving_jobs(settings) as wake:
        app = create_app(settings, wake=wake)
        if with_samples:
            show_samples(settings)
        _answer(app, settings)


def _answer(app: Flask, settings: Settings) -> None:
    from waitress.server import create_server

    from protocolbuilder.web.accounts_first import code_for_console

    try:
        server = create_server(app, host=settings.host, port=settings.port, threads=settings.threads, ident="")
    except OSError as error:
        words = f"Port {settings.port} cannot be listened on: {error.strerror or error}. Choose another with --port."
        raise BadFile(words) from error
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"ProtocolBuilder answers at http://{host}:{server.effective_port}/")
    click.echo(f"Agreements are kept in {settings.instance.resolve()}")
    if code := code_for_console(app):
        click.echo(f"Nobody has an account yet. Open /first-administrator there and enter, within 24 hours: {code}")
    click.echo("It listens on this machine only. Press Ctrl+C to stop.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl+C: jobs are finished first
    server.run()


@click.group()
def schemas() -> None:
    """The schemas that everything follows."""


@schemas.command("check")
def check_schemas() -> None:
    """Look for mistakes in the schemas themselves. Exits 1 when there are any."""
    from protocolbuilder.cli.shipped import schema_faults

    _report(schema_faults())


@click.group()
def templates() -> None:
    """The Word templates."""


@templates.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@INSTANCE
def check_templates(folder: Path | None, instance: Path | None) -> None:
    """Look for misspelt variables, unprinted questions, and what somebody who sees badly or not at all would stumble
    over, in the shipped templates and those of the instance folder, or in those of FOLDER alone. Wording that is not
    plain is told as advice.

    Exits 1 when there are mistakes; advice is none.
    """
    from protocolbuilder.cli.shipped import template_faults, wording_advice
    from protocolbuilder.documents.stock import FOLDER

    own = settings_of(instance=instance).instance / FOLDER
    places = [folder] if folder else [None, own] if own.is_dir() else [None]
    _report([line for place in places for line in template_faults(place)],
            advice=[line for place in places for line in wording_advice(place)])


def _report(lines: Sequence[str], *, advice: Sequence[str] = ()) -> None:
    for line in (*advice, *lines):
        click.echo(line)
    click.echo(f"{len(lines)} mistakes" if len(lines) != 1 else "1 mistake")
    exit_with(lines)


@click.command()
@INSTANCE
@JSON
def doctor(instance: Path | None, as_json: bool) -> None:
    """Say what this installation has and lacks. Exits 1 when something needed is wrong."""
    from protocolbuilder.cli.doctor import examine

    found = examine(settings_of(instance=instance))
    if as_json:
        say([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(f"{finding.state:5}  {finding.what}: {finding.text}")
    exit_with([finding for finding in found if finding.state == "wrong"])


COMMANDS: Final[tuple[click.Command, ...]] = (serve, schemas, templates, doctor)
