"""Checks a bundle of evidence: how a version of an agreement was signed. Needs Python 3.11 and openssl 1.1.1 or newer.

    python3 verify.py [--key PUBLIC_KEY] [--line NUMBER:SHA256]

--key is the public key of the trail as somebody you trust tells it; --line is a line that a receipt or a checkpoint
names. Without them the bundle is only checked against itself. Prints each fault; exits 0 when there is none, else 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # also where Python leaves the folder of a script out of what it looks through (-I)
    sys.path.insert(0, str(Path(__file__).resolve().parent))

from protocolbuilder.domain.tampering import faults as faults_of_trail
from protocolbuilder.domain.trail import Head, canonical, commitment

MANIFEST, SEAL_OF_MANIFEST, TRAIL, KEYS, DETAILS, DATA = (
    "manifest.json", "manifest.sig", "trail.jsonl", "keys.json", "details.json", "agreement.json",
)  # fmt: skip
ISSUED, EXECUTED, STAMPS = "issued/", "executed/", "timestamps/"
AUTHORITIES = "certificates/authorities.pem"
ED25519 = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410)."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""(raw public key, message, signature) -> does it hold?"""
Stamped = Callable[[bytes, bytes, bytes], bool]
"""(what is stamped, time-stamp token, certificates of authorities as PEM) -> does it hold?"""


def faults(
    files: Mapping[str, bytes], *, verify: Verify, stamped: Stamped, key: str = "", lines: Sequence[Head] = ()
) -> list[str]:
    """`files`: path -> bytes of everything in the bundle. Empty is good."""
    try:
        manifest, keys = json.loads(files[MANIFEST]), json.loads(files[KEYS])
        known = {str(one["id"]): bytes.fromhex(one["public"]) for one in keys}
        found = [*_manifest(files, manifest, keys, verify=verify), *_keys(keys, verify=verify, key=key)]
        trail = files.get(TRAIL, b"").splitlines()
        agreement, head = str(manifest["agreement"]), manifest["head"]
        told = faults_of_trail(
            trail, agreement=agreement, verify=lambda id, *signed: id in known and verify(known[id], *signed),
            head=Head(int(head["seq"]), str(head["digest"])), checkpoints=lines,
        )  # fmt: skip
        found += [f"trail.jsonl, {one.kind}: {one.text}" for one in told]
        found += [*_acts(files, list(_read(trail)), version=int(manifest["version"])), *_stamps(files, stamped=stamped)]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return [f"The bundle cannot be read: {type(error).__name__} {error}"]
    return found


def _manifest(files: Mapping[str, bytes], manifest: Any, keys: Any, *, verify: Verify) -> Iterator[str]:
    last = bytes.fromhex(keys[-1]["public"]) if keys else b""
    if not last or not verify(last, files[MANIFEST], bytes.fromhex(files.get(SEAL_OF_MANIFEST, b"").decode("ascii"))):
        yield "manifest.json: it is not signed by the last key of the trail"
    listed: Mapping[str, str] = manifest["files"]
    for name, digest in sorted(listed.items()):
        if name not in files:
            yield f"{name}: it is missing"
        elif sha256(files[name]).hexdigest() != digest:
            yield f"{name}: it is not what the bundle was made with"
    for name in sorted(files.keys() - listed.keys() - {MANIFEST, SEAL_OF_MANIFEST}):
        yield f"{name}: it was put in"


def _keys(keys: Any, *, verify: Verify, key: str) -> Iterator[str]:
    """Each key vouches for those before it, so that the last one speaks for all."""
    public = [bytes.fromhex(one["public"]) for one in keys]
    for place, one in enumerate(keys):
        vouched = canonical(["protocolbuilder trail keys", *(other.hex() for other in public[:place])])
        whole = one["id"] == sha256(public[place]).hexdigest()[:16]
        if not whole or not verify(public[place], vouched, bytes.fromhex(one["signed"])):
            yield f"keys.json: the key {one['id']} does not vouch for the keys before it"
    if key and (not public or public[-1].hex() != key.lower()):
        yield "keys.json: the last key is another one than you were told"


def _acts(files: Mapping[str, bytes], trail: Sequence[Mapping[str, Any]], *, version: int) -> Iterator[str]:
    """What the lines say was issued, signed and sealed is what is in the bundle."""
    yield from _details(files, trail)
    told = 0
    for said in trail:
        event, data, document = said["event"], said["data"], said["document"]
        if data.get("version") != version:
            continue
        line = f"line {said['seq']} ({event})"
        if event == "agreement.issued":
            told += 1
            if sha256(files.get(DATA, b"")).hexdigest() != data["content"]:
                yield f"{DATA}: it is not what {line} says was issued"
            for name, digest in data["documents"].items():
                yield from _same(files, f"{ISSUED}{name}", digest, line)
        elif event in ("signatory.signed", "signature.recorded"):
            yield from _same(files, f"{ISSUED}{document['name']}", document["digest"], line)
            if sha256(files.get(DATA, b"")).hexdigest() != data["content"]:
                yield f"{DATA}: it is not what {line} says was signed"
        elif event == "seal.applied":
            yield from _same(files, f"{EXECUTED}{document['name']}", document["digest"], line)
    if not told:
        yield f"trail.jsonl: no line says that version {version} was issued"


def _same(files: Mapping[str, bytes], name: str, digest: str, line: str) -> Iterator[str]:
    if sha256(files.get(name, b"")).hexdigest() != digest:
        yield f"{name}: it is not the file that {line} names"


def _details(files: Mapping[str, bytes], trail: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is told beside the lines is what they promise. What was erased is no longer told, and that is no fault."""
    promised = {str(said["seq"]): said["details"] for said in trail}
    for seq, told in json.loads(files.get(DETAILS, b"{}")).items():
        for what, (salt, value) in told.items():
            if promised.get(seq, {}).get(what) != commitment(salt, what, value):
                yield f"{DETAILS}: “{what}” of line {seq} is not what was recorded"


def _stamps(files: Mapping[str, bytes], *, stamped: Stamped) -> Iterator[str]:
    """A time-stamp is over the value of a seal, and the seal is in its file."""
    for name in sorted(one for one in files if one.startswith(STAMPS) and one.endswith(".tst")):
        signed = files.get(f"{name[:-4]}.signed", b"")
        if not stamped(signed, files[name], files.get(AUTHORITIES, b"")):
            yield f"{name}: the time-stamp does not hold"


def _read(lines: Sequence[bytes]) -> Iterator[Mapping[str, Any]]:
    """The lines that can be read; the others are told as altered."""
    for line in lines:
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(read, dict) and isinstance(read.get("data"), dict) and isinstance(read.get("details"), dict):
            yield read


def with_openssl(public: bytes, message: bytes, signature: bytes) -> bool:
    """Does openssl say that an Ed25519 signature holds?"""
    with tempfile.TemporaryDirectory() as folder:
        places = {name: str(Path(folder, name)) for name in ("key", "message", "signature")}
        for name, content in (("key", ED25519 + public), ("message", message), ("signature", signature)):
            Path(places[name]).write_bytes(content)
        asked = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", places["key"], "-rawin"]
        asked += ["-in", places["message"], "-sigfile", places["signature"]]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def stamped_with_openssl(signed: bytes, token: bytes, authorities: bytes) -> bool:
    """Does openssl say that a time-stamp (RFC 3161) is over this, and of an authority that is given?"""
    with tempfile.TemporaryDirectory() as folder:
        places = {name: str(Path(folder, name)) for name in ("signed", "token", "authorities")}
        for name, content in (("signed", signed), ("token", token), ("authorities", authorities)):
            Path(places[name]).write_bytes(content)
        asked = ["openssl", "ts", "-verify", "-token_in", "-in", places["token"], "-data", places["signed"]]
        asked += ["-CAfile", places["authorities"]]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def main() -> int:
    """Checks the bundle that this file lies in."""
    asked = argparse.ArgumentParser(description="Checks this bundle of evidence.")
    asked.add_argument("--key", default="", help="the public key of the trail, 64 hexadecimal digits")
    asked.add_argument("--line", action="append", default=[], help="NUMBER:SHA256 of a line that you know of")
    said = asked.parse_args()
    heads = [Head(int(number), digest) for number, _, digest in (one.partition(":") for one in said.line)]
    folder = Path(__file__).resolve().parent
    places = [one for one in folder.rglob("*") if one.is_file() and "__pycache__" not in one.parts]
    files = {one.relative_to(folder).as_posix(): one.read_bytes() for one in places}
    try:
        found = faults(files, verify=with_openssl, stamped=stamped_with_openssl, key=said.key, lines=heads)
    except FileNotFoundError:
        print("openssl is not there, and the signatures cannot be checked without it")
        return 1
    for fault in found:
        print(fault)
    keys = json.loads(files.get(KEYS, b"[]")) if not found else []
    print(f"{len(found)} faults" if found else f"All of it holds. Key of the trail: {keys[-1]['public']}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
