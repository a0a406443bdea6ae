"""The bundle of evidence: one file that shows how a version was signed, and checks itself without this program.

The program in it is the text of the modules that check trails here, so that both say the same.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

from protocolbuilder.documents import evidence_checker, sealed_package, sealed_reading
from protocolbuilder.documents.evidence_checker import (
    AUTHORITIES,
    DATA,
    DETAILS,
    EXECUTED,
    ISSUED,
    KEYS,
    MANIFEST,
    SEAL_OF_MANIFEST,
    STAMPS,
    TRAIL,
)
from protocolbuilder.documents.signed_rows import SIMPLE, URGENT, moment
from protocolbuilder.domain import tampering, trail
from protocolbuilder.domain.evidence import Evidence
from protocolbuilder.domain.trail import TrailSigner, canonical
from protocolbuilder.errors import BadFile

CHECKER: Final = "verify.py"
CERTIFICATE: Final = "certificates/seal.pem"
SCANS: Final = "scans.json"
README: Final = "README.txt"
MOST, LARGEST = 500, 300_000_000  # files in a bundle that is checked, and bytes of all together
_FORM: Final = 1
_README: Final = """Evidence of how {name} was signed
{line}

{title}
Made at {made}. {state}

{simple}
{urgent}

To check it all, on a computer with Python 3.11 and openssl, without the service that made it:

    python3 verify.py

It ends with 0 when all holds, and prints each fault otherwise. Against somebody who altered this bundle as a whole:

    python3 verify.py --key PUBLIC_KEY --line NUMBER:SHA256

PUBLIC_KEY is the key of the trail as whoever runs the service tells it (or as a certificate of signing prints it);
NUMBER and SHA256 are those of a line that a receipt of a signatory, or a checkpoint of an administrator, names. Whoever
does not trust the program in this bundle takes the same one from the service: protocolbuilder verify BUNDLE.zip

What is in it
  issued/            the files of the version as they were issued. The agreement itself is the one that was signed
  executed/          the executed copy and the certificate of signing, once all had signed
  agreement.json     the data of the version; its SHA-256 is the fingerprint at the foot of each page
  trail.jsonl        what was done, a line each: signed (Ed25519), and with the SHA-256 of the line before
  keys.json          the public keys of the trail, each with its signature of those before it
  certificates/      the certificate that the Word files are sealed with, and those of a time-stamp authority, as PEM
  timestamps/        if there: time-stamps of the seals (.tst, RFC 3161), each with what it is over (.signed)
  scans.json         receipts of signatures on paper, each with the SHA-256 of the scan that shows it; scans are apart
  details.json       if there: what lines promise by a salted hash (addresses, browsers), as far as it was not erased
  manifest.json      the SHA-256 of every file, signed with the key of the trail (manifest.sig, hexadecimal)

By hand: sha256sum compares a file with manifest.json. One line of trail.jsonl without its member "sig" (sorted keys, no
blanks) is what its signature is over. The seals of the Word files are judged by: protocolbuilder verify FILE, by Word,
or by LibreOffice.
"""


def bundle(
    said: Evidence, *, key: TrailSigner, certificates: Sequence[bytes], at: datetime, authorities: bytes = b""
) -> bytes:
    """The zip file; the same evidence at the same time gives the same bytes. `certificates` of the seal as PEM, and
    `authorities` those of the time-stamp authority."""
    files = {**_facts(said), **_program()}
    files |= {f"{ISSUED}{name}": content for name, content in said.files.items()}
    files |= {f"{EXECUTED}{name}": content for name, content in said.executed.items()}
    for name, content in {**said.files, **said.executed}.items():
        files |= _stamps(name, content) if name.endswith(".docx") else {}
    if authorities:
        files[AUTHORITIES] = authorities
    if certificates:
        files[CERTIFICATE] = b"".join(certificates)
    files[README] = _readme(said, at=at).encode()
    head = said.record.head
    manifest = canonical({
        "v": _FORM, "agreement": said.record.ref, "version": said.record.number, "made": trail.moment(at),
        "key": key.id, "head": {"seq": head.seq, "digest": head.digest},
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    })  # fmt: skip
    return _zipped({**files, MANIFEST: manifest, SEAL_OF_MANIFEST: key.sign(manifest).hex().encode()})


def is_bundle(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return {MANIFEST, TRAIL} <= set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def opened(content: bytes) -> dict[str, bytes]:
    """Path -> bytes. Raises BadFile, one clear line."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            rows = [one for one in archive.infolist() if not one.is_dir()]
            names = {one.filename for one in rows}
            if len(names) < len(rows):
                raise BadFile("The bundle holds two files of the same name.")
            if len(rows) > MOST or sum(one.file_size for one in rows) > LARGEST:
                raise BadFile("The bundle is larger than one of this program.")
            return {one.filename: archive.read(one) for one in rows}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise BadFile("The file is no bundle of evidence, or it is damaged.") from error


def _facts(said: Evidence) -> dict[str, bytes]:
    made = {
        DATA: said.content,
        TRAIL: b"".join(line + b"\n" for line in said.lines),
        KEYS: canonical([{"id": one.id, "public": one.public, "signed": one.signed} for one in said.keys]),
        SCANS: canonical(dict(said.record.scans)),
    }
    if said.details:
        told = {str(seq): {what: list(pair) for what, pair in each.items()} for seq, each in said.details.items()}
        made[DETAILS] = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1).encode()
    return made


def _stamps(name: str, docx: bytes) -> dict[str, bytes]:
    """Each time-stamp of a file, and what it is over; none for a file that is no Word file."""
    made = {}
    try:
        found = sealed_package.read(docx)
        read = [sealed_reading.read(found, part) for part in found.signatures()]
    except (BadFile, sealed_reading.NotAsWritten):
        return {}
    for number, one in enumerate(read, start=1):
        if one.token is not None:
            made[f"{STAMPS}{name}.{number}.tst"] = one.token
            made[f"{STAMPS}{name}.{number}.signed"] = one.stamped
    return made


def _program() -> Mapping[str, bytes]:
    """What checks it, under the names that it asks for itself by."""
    domain = "protocolbuilder/domain"
    empty = {"protocolbuilder/__init__.py": b"", f"{domain}/__init__.py": b""}
    modules = {f"{domain}/trail.py": trail, f"{domain}/tampering.py": tampering, CHECKER: evidence_checker}
    return {**empty, **{name: Path(str(one.__file__)).read_bytes() for name, one in modules.items()}}


def _readme(said: Evidence, *, at: datetime) -> str:
    record = said.record
    name = f"{record.ref}, version {record.number}"
    state = f"All who were to had signed at {moment(record.completed_at)}." if record.completed_at else (
        f"Not all have signed: {len(record.receipts)} have, and {len(record.missing)} still are to."
    )  # fmt: skip
    return _README.format(
        name=name, line="=" * (len(name) + 27), title=record.title or "Without a title", made=moment(at), state=state,
        simple=SIMPLE, urgent=URGENT,
    )  # fmt: skip


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            about.external_attr, about.compress_type = 0o100644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(about, files[name])
    return out.getvalue()
