"""The strict verdict on a signed Word file, in plain sentences: who, when, and whether it covers all that is shown.

Word's own bar and other programs accept parts that were added later, changed content types and strangers' time-stamps;
this does not. A file is accepted when every signature in it is right, trusted and whole, nothing lies outside of them,
and its text cannot change by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from protocolbuilder.documents.sealed_cover import LEFT_OUT_BY_WORD, beyond, whole
from protocolbuilder.documents.sealed_judging import TOLD, Before, Pair, Signature, few, judged, told
from protocolbuilder.documents.sealed_package import Package, read
from protocolbuilder.documents.sealed_trust import trusted
from protocolbuilder.documents.sealing_lint import lint
from protocolbuilder.documents.signature_lines import SignatureLine, lines
from protocolbuilder.errors import BadFile

MOST: Final = 64  # signatures that are looked at
NO_TRUSTED_TIME: Final = "No trusted time: when it was signed rests on the word of whoever signed."
PROPERTIES: Final = "Title, author and other properties of the file are covered by no signature: do not rely on them."
REVOKED: Final = "Whether a certificate was withdrawn before its end was not looked up."
THIRD: Final = "LibreOffice calls the third and every later signature of a file wrong; that is a fault of its own."


@dataclass(frozen=True, slots=True)
class Report:
    """`problems` are those of the file as a whole; `notes` are told and decide nothing."""

    signatures: tuple[Signature, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        return bool(self.signatures) and not self.all_problems

    @property
    def all_problems(self) -> tuple[str, ...]:
        """Those of the file and of each signature."""
        return (*self.problems, *(text for one in self.signatures for text in one.problems))


def verify(docx: bytes, *, trust: Sequence[bytes], at: datetime, expected: int | None = None) -> Report:
    """The verdict. `trust`: certificates of people, seals, authorities and time-stamp authorities, as PEM; `at`: now;
    `expected`: how many must have signed, which no file can say of itself.

    Raises BadFile, one clear line, for what is no Word file, or one that two readers could take for two things.
    """
    found = read(docx)
    names, placed = found.signatures(), lines(found.parts, found.main())
    if len(names) > MOST:
        raise BadFile(f"The Word file holds more than {MOST} signatures.")
    everything, needed = whole(found).pairs(), whole(found, without=LEFT_OUT_BY_WORD).pairs()
    before = Before(found, trusted(trust), placed, frozenset(everything), at)
    signatures = _partial([judged(before, name) for name in names], needed, found)
    problems = [*_count(signatures, expected, placed)]
    if covered := _covered(signatures):
        problems += [*beyond(found, covered), *lint(found)]
    return Report(signatures, few(problems), few(_notes(signatures, placed)))


def _partial(signatures: Sequence[Signature], needed: set[Pair], found: Package) -> tuple[Signature, ...]:
    """What one of them leaves out that another covers is a fault of that one; what none covers is one of the file."""
    named = {pair for one in signatures for pair in one.covered} & needed
    return tuple(
        replace(one, problems=(*one.problems, *(f"The signature does not cover {told(found, pair)}." for pair in left)))
        for one in signatures
        for left in [sorted(named - one.covered)[:TOLD] if one.covered else []]
    )


def _covered(signatures: Sequence[Signature]) -> set[Pair]:
    """What the signatures that are right cover together. Where none is right, what all of them name: that something was
    altered is said of each, and need not be said again as if nothing covered it."""
    right = [one for one in signatures if not one.problems] or signatures
    return {pair for one in right for pair in one.covered}


def _count(signatures: Sequence[Signature], expected: int | None, placed: Sequence[SignatureLine]) -> list[str]:
    said = []
    if len({one.value for one in signatures}) < len(signatures):
        said.append("Two of the signatures are the same one.")
    signers = len({one.fingerprint or one.part for one in signatures})
    if expected is not None and signers != expected:
        unsigned = [line.name for line in _unsigned(signatures, placed)]
        whose = f" Not signed: {', '.join(unsigned)}." if unsigned and signers < expected else ""
        were = "1 signature was" if expected == 1 else f"{expected} signatures were"
        said.append(f"{were} expected, and the file holds those of {signers}.{whose}")
    return said or ([] if signatures else ["The file is not signed."])


def _unsigned(signatures: Sequence[Signature], placed: Sequence[SignatureLine]) -> list[SignatureLine]:
    signed = {one.line for one in signatures}
    return [line for line in placed if line not in signed]


def _notes(signatures: Sequence[Signature], placed: Sequence[SignatureLine]) -> list[str]:
    if not signatures:
        return []
    unsigned = _unsigned(signatures, placed)
    said = [PROPERTIES, REVOKED, *(f"The signature line of {line.name} is not signed." for line in unsigned)]
    return [*said, THIRD] if len(signatures) > 2 else said
