"""Says what this installation has and what it lacks."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import split
from typing import Final, Literal

from protocolbuilder import __version__
from protocolbuilder.errors import ProtocolBuilderError
from protocolbuilder.settings import Settings

PYTHON: Final = (3, 11)
SQLITE: Final = (3, 35)  # RETURNING, which the store needs

TABLES: Final = {
    "current": "",
    "empty": " (its tables are made at the first start)",
    "older": " (is upgraded at the next start)",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` means that something needed is missing; `note` that something useful is."""

    what: str
    state: Literal["fine", "note", "wrong"]
    text: str


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Every finding, in the order in which they depend on each other."""
    examinations: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _python, _libraries, _schemas, _templates, _instance, _database, _pictures, _office, _mail, _scanner, _keys,
    )
    return tuple(finding for look in examinations for finding in look(settings))


def _python(_settings: Settings) -> Iterator[Finding]:
    yield Finding("program", "fine", f"ProtocolBuilder {__version__}")
    here = ".".join(map(str, sys.version_info[:3]))
    enough = sys.version_info >= PYTHON
    yield Finding("python", "fine" if enough else "wrong", here if enough else f"{here} is older than 3.11.")
    enough = sqlite3.sqlite_version_info >= SQLITE
    words = sqlite3.sqlite_version if enough else f"{sqlite3.sqlite_version} is older than 3.35."
    yield Finding("sqlite", "fine" if enough else "wrong", words)


def _libraries(_settings: Settings) -> Iterator[Finding]:
    needed = [one for one in requires("protocolbuilder") or () if "extra ==" not in one]
    names = [split(r"[\[<>=!~; ]", one)[0] for one in needed]
    absent = []
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            absent.append(name)
    words = f"Not installed: {', '.join(absent)}." if absent else f"All {len(names)} libraries are installed."
    yield Finding("libraries", "wrong" if absent else "fine", words)


def _schemas(_settings: Settings) -> Iterator[Finding]:
    from protocolbuilder import catalogue

    try:
        for name in catalogue.SCHEMAS:
            catalogue.schema(name)
        library, patterns = catalogue.library(), catalogue.patterns()
    except (ProtocolBuilderError, KeyError, ValueError) as error:
        yield Finding("schemas", "wrong", f"They cannot be read: {error}")
        return
    yield Finding("schemas", "fine", f"{', '.join(catalogue.SCHEMAS)}, {len(patterns)} patterns")
    yield Finding("law library", "fine", f"{library.version}, {len(library.vocabularies['gateways'])} provisions")


def _templates(settings: Settings) -> Iterator[Finding]:
    from protocolbuilder.cli.shipped import template_faults
    from protocolbuilder.documents.stock import FOLDER, overridden

    faults = template_faults()
    count = f"{len(faults)} mistakes; see “protocolbuilder templates check”."
    yield Finding("templates", "wrong" if faults else "fine", count if faults else "The Word templates are sound.")
    own = settings.instance / FOLDER
    names, faults = overridden(own), template_faults(own)
    if names or faults:
        words = f"{own} overrides {', '.join(names) or 'none'}"
        told = f"{words}; mistakes: {'; '.join(faults)}" if faults else f"{words}."
        yield Finding("own templates", "wrong" if faults else "fine", told)


def _instance(settings: Settings) -> Iterator[Finding]:
    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.instance):
            pass
    except OSError as error:
        yield Finding("instance", "wrong", f"{settings.instance} cannot be written: {error.strerror}.")
    else:
        yield Finding("instance", "fine", str(settings.instance))


def _database(settings: Settings) -> Iterator[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    from protocolbuilder.store.engine import engine
    from protocolbuilder.store.migrate import state

    kept = settings.instance / "protocolbuilder.sqlite3"
    if not settings.database_url and not kept.exists():
        yield Finding("database", "fine", f"{kept} (is made at the first start)")
        return
    try:
        database = engine(settings.database())
        where, stamp = database.url.render_as_string(hide_password=True), state(database)
        database.dispose()
    except (SQLAlchemyError, OSError) as error:
        yield Finding("database", "wrong", f"It cannot be reached: {str(error).splitlines()[0]}")
        return
    if stamp == "newer":
        yield Finding("database", "wrong", f"{where} was made by a newer program.")
    else:
        yield Finding("database", "fine", f"{where}{TABLES[stamp]}")


def _pictures(_settings: Settings) -> Iterator[Finding]:
    """A picture without its font has no letters and says nothing of it, so a word is drawn and looked for."""
    from protocolbuilder.documents.picture import letters

    fine = letters()
    words = "Their letters are drawn." if fine else "They have no letters: the fonts beside the program are missing."
    yield Finding("pictures", "fine" if fine else "wrong", words)


def _office(settings: Settings) -> Iterator[Finding]:
    from protocolbuilder.documents.pdf import office

    found = office(settings.office)
    if settings.office and not found:
        words = f"PB_OFFICE is wrong: “{settings.office}” is no command. No PDF is made; all else works."
        yield Finding("libreoffice", "wrong", words)
    else:
        words = f"{found} makes PDF." if found else "Not installed: no PDF is made; all else works."
        yield Finding("libreoffice", "fine" if found else "note", words)


def _mail(settings: Settings) -> Iterator[Finding]:
    """What is set, not whether the server answers: an examination sends nothing."""
    where = settings.mail
    if not where.host:
        yield Finding("mail", "note", "No mail server is set (PB_MAIL__HOST): no mail is sent; all else works.")
        return
    hows = {"starttls": "with STARTTLS", "tls": "with TLS", "none": "without encryption, on this machine"}
    words = f"By {where.host}, port {where.port}, {hows[where.security]}, from {where.sender}."
    absent = where.ca_file and not Path(where.ca_file).is_file()
    told = f"PB_MAIL__CA_FILE is wrong: there is no file {where.ca_file}." if absent else words
    yield Finding("mail", "wrong" if absent else "fine", told)


def _scanner(settings: Settings) -> Iterator[Finding]:
    """It is asked whether it is there: without it no file is taken."""
    from protocolbuilder.intake.scanner import Scanner

    if not settings.scanner:
        words = "None is set (PB_SCANNER): files that come in are not looked at for malware; all else works."
        yield Finding("malware scanner", "note", words)
        return
    there = Scanner(settings.scanner, min(settings.scanner_timeout, 5.0)).answers()
    words = "answers" if there else "does not answer: no file is taken from the pages; all else works"
    yield Finding("malware scanner", "fine" if there else "wrong", f"{settings.scanner} {words}.")


def _keys(settings: Settings) -> Iterator[Finding]:
    from protocolbuilder import keys
    from protocolbuilder.documents import timestamps

    if found := keys.faults(settings):
        yield Finding("keys", "wrong", " ".join(found))
    else:
        there = keys.own_certificates(settings)
        yield Finding("keys", "fine", "They can be used." if there else "They are made when something is first issued.")
    if not timestamps.available():
        words = "rfc3161-client is not installed: time-stamps of signatures are neither asked for nor believed."
        yield Finding("time-stamps", "note", words)
