"""Counterparts: each signatory signs a copy of one file, and the copies become one file with all signatures.

Copies are taken only when what is signed is the same in each, byte for byte. What a copy brings beside its signatures
(properties, the way the file is packed) is left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from protocolbuilder.documents.sealed_package import ORIGIN, TOP, UNSIGNED, Package, read
from protocolbuilder.documents.sealing import with_signature
from protocolbuilder.documents.verifying import Report, verify
from protocolbuilder.errors import BadFile


def merge(copies: Sequence[bytes]) -> bytes:
    """The first copy with the signatures of the others, each once, in order. Raises BadFile, one clear line, for
    copies of different texts, and for what is no Word file."""
    if not copies:
        raise BadFile("There is no copy to put together.")
    first, *others = copies
    here = read(first)
    held = {sha256(here.parts[name]).digest() for name in here.signatures()}
    for number, copy in enumerate(others, start=2):
        there = read(copy)
        if faults := unlike(here, there):
            raise BadFile(f"Copy {number} is not a copy of the first. {faults[0]}")
        for name in there.signatures():
            content = there.parts[name]
            if (digest := sha256(content).digest()) not in held:
                first = with_signature(first, content)
                held.add(digest)
    return first


def imported(
    issued: bytes, returned: bytes, *, trust: Sequence[bytes], at: datetime
) -> tuple[Report, tuple[str, ...]]:
    """The verdict on a file that was signed elsewhere, and why it is not to be taken; nothing where it is.

    It must be the issued file with more signatures: those that it was issued with still there, and everything that is
    signed as it was issued. Raises BadFile for what is no Word file.
    """
    report = verify(returned, trust=trust, at=at)
    here, there = read(issued), read(returned)
    said = [*unlike(here, there)]
    before = {here.parts[name] for name in here.signatures()}
    after = {there.parts[name] for name in there.signatures()}
    if not before <= after:
        said.append("A signature that the file was issued with is no longer in it.")
    if before == after:
        said.append("Nobody has signed it since it was issued.")
    return report, (*said, *report.all_problems)


def unlike(one: Package, other: Package) -> tuple[str, ...]:
    """What of two files that could be signed is not the same, a sentence each."""
    names = [{*found.parts} - found.of_signatures() - found.of_office() - {*found.relations} for found in (one, other)]
    said = [f"It lacks the part {name[:80]}." for name in sorted(names[0] - names[1])]
    said += [f"It holds a part more: {name[:80]}." for name in sorted(names[1] - names[0])]
    for name in sorted(names[0] & names[1] - {"[Content_Types].xml"}):
        if one.parts[name] != other.parts[name] or one.type_of(name) != other.type_of(name):
            said.append(f"The part {name[:80]} is another one.")
    for name in sorted({*one.relations, *other.relations} - one.of_signatures() - other.of_signatures()):
        if _led(one, name) != _led(other, name):
            said.append(f"What {name[:80]} leads to is something else.")
    return tuple(said)


def _led(found: Package, name: str) -> set[tuple[str, str, str, str]]:
    """Relationships but for those that no signature covers."""
    aside = {ORIGIN, *UNSIGNED} if name == TOP else set()
    rows = (one for one in found.relations.get(name, ()) if one.kind not in aside)
    return {(one.id, one.kind, one.target, one.part) for one in rows}
