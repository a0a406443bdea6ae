"""Commands for signatures with certificates of signatories' own, whose keys may be on a card or another machine."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from protocolbuilder.cli.signing import trust_of
from protocolbuilder.cli.terminal import FILE, INSTANCE, JSON, OUT, content_of, exit_with, one_line, say, write
from protocolbuilder.errors import BadFile, NotFound

if TYPE_CHECKING:
    from protocolbuilder.documents.signature_lines import SignatureLine

SHAPE: Final = 1
PARTS: Final = ("to_be_signed", "certificate", "docx", "signature")


@click.group()
def signature() -> None:
    """Sign a Word file with a certificate of your own, and put signed copies together."""


@signature.command("lines")
@click.argument("file", type=FILE)
@JSON
def lines(file: Path, as_json: bool) -> None:
    """List the signature lines in a Word file, with their ids."""
    rows = _lines(content_of(file))
    if as_json:
        say([asdict(row) for row in rows])
    else:
        for row in rows:
            click.echo(one_line(f"{row.setup_id} {row.name}, {row.post}".rstrip(", ")))


@signature.command("prepare")
@click.argument("file", type=FILE)
@click.option("--certificate", type=FILE, required=True, help="Yours as PEM, then those above it.")
@click.option("--line", default="", help="The signature line you sign on: its id, or the name on it.")
@click.option("--typed", default="", help="Your name as it is to stand on the line.")
@click.option("--comment", default="", help="Shown beside the signature in Word; up to 255 characters.")
@click.option("--role", default="", help="What you sign as.")
@click.option("--to-be-signed", "bytes_out", type=FILE, required=True, help="Where the bytes go that your key signs.")
@OUT
def prepare(
    file: Path, certificate: Path, line: str, typed: str, comment: str, role: str, bytes_out: Path, out: Path
) -> None:
    """Write the bytes to be signed (by RSA, PKCS#1 v1.5, or ECDSA, over SHA-256), and the state that `finish` needs.

    For example: openssl dgst -sha256 -sign KEY -out VALUE BYTES
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    from protocolbuilder.documents import sealing
    from protocolbuilder.documents.sealed_trust import trusted
    from protocolbuilder.documents.sealing_xml import Statement
    from protocolbuilder.documents.signature_lines import pictures

    content, at = content_of(file), datetime.now(UTC).replace(microsecond=0)
    first, *rest = (one.public_bytes(Encoding.DER) for one in trusted([content_of(certificate)]))
    said = Statement(at, comment=comment, role=role)
    if line:
        signed = _line(content, line)
        typed = typed or signed.name
        valid, invalid = pictures(signed, typed=typed, day=f"{at:%-d %B %Y}")
        said = Statement(
            at, comment=comment, role=role, setup_id=signed.setup_id, text=typed, valid=valid, invalid=invalid
        )
    try:
        made = sealing.prepare(content, certificate=first, chain=rest, said=said)
    except BadFile as error:
        raise BadFile(f"{file}: {error.text}") from error
    write(bytes_out, made.to_be_signed)
    write(out, _written({name: getattr(made, name) for name in PARTS}))
    name = x509.load_der_x509_certificate(first).subject.rfc4514_string()
    click.echo(one_line(f"{bytes_out}: to be signed with the key of {name}"))


@signature.command("finish")
@click.argument("state", type=FILE)
@click.option("--value", type=FILE, required=True, help="What your key made of the bytes to be signed.")
@OUT
def finish(state: Path, value: Path, out: Path) -> None:
    """Write the signed Word file."""
    from protocolbuilder.documents import sealing

    content, signed = content_of(state), content_of(value)
    try:
        made = sealing.Prepared(**_read(content))
        whole = sealing.finish(made, sealing.fixed_width(made.certificate, signed))
    except (ValueError, AttributeError) as error:
        raise BadFile(f"{state}: this is not what “signature prepare” wrote.") from error
    write(out, whole)


@signature.command("merge")
@click.argument("copies", type=FILE, nargs=-1, required=True)
@OUT
def merge(copies: tuple[Path, ...], out: Path) -> None:
    """Put the signatures of several copies of one Word file into one."""
    from protocolbuilder.documents import counterparts

    write(out, counterparts.merge([content_of(copy) for copy in copies]))


@signature.command("compare")
@click.argument("issued", type=FILE)
@click.argument("returned", type=FILE)
@click.option("--ca", "authorities", type=FILE, multiple=True, help="Certificates to trust, as PEM.")
@INSTANCE
@JSON
def compare(
    issued: Path, returned: Path, authorities: tuple[Path, ...], instance: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Say whether RETURNED is ISSUED, byte for byte, with more signatures that are right. Exits 1 when it is not."""
    from protocolbuilder.documents.counterparts import imported

    trust = trust_of(authorities, instance)
    report, faults = imported(content_of(issued), content_of(returned), trust=trust, at=datetime.now(UTC))
    if as_json:
        say({"taken": not faults, "faults": faults, "signed_by": [one.by for one in report.signatures]})
    else:
        click.echo("It is the issued file with more signatures." if not faults else "It is NOT to be taken.")
        for text in faults:
            click.echo(f"  {one_line(text)}")
    exit_with(faults)


def _lines(content: bytes) -> tuple[SignatureLine, ...]:
    from protocolbuilder.documents import package
    from protocolbuilder.documents.signature_lines import lines as found

    return found(package.read(content))


def _line(content: bytes, said: str) -> SignatureLine:
    """The line of that id, or the one line with that name. Raises NotFound."""
    rows = [row for row in _lines(content) if said.casefold() in (row.setup_id.casefold(), row.name.casefold())]
    if len(rows) != 1:
        raise NotFound(f"There is {'no' if not rows else 'more than one'} signature line called “{said[:60]}”.")
    return rows[0]


def _written(values: dict[str, bytes]) -> bytes:
    import json

    told: dict[str, Any] = {name: b64encode(value).decode() for name, value in values.items()}
    return json.dumps({"shape": SHAPE, **told}, indent=1).encode()


def _read(content: bytes) -> dict[str, bytes]:
    """Raises ValueError."""
    import json

    told = json.loads(content)
    if not isinstance(told, dict) or told.get("shape") != SHAPE or {*told} != {"shape", *PARTS}:
        raise ValueError
    return {name: b64decode(str(told[name]), validate=True) for name in PARTS}


COMMANDS: Final[tuple[click.Command, ...]] = (signature,)
