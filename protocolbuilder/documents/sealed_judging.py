"""The verdict on one signature of a Word file: whose it is, when it was made, what it covers, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import new
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from protocolbuilder.documents import timestamps
from protocolbuilder.documents.sealed_cover import Cover, digested
from protocolbuilder.documents.sealed_package import RELS_TYPE, Package, is_rels
from protocolbuilder.documents.sealed_reading import NotAsWritten, Read, Reference, read
from protocolbuilder.documents.sealed_trust import fingerprint, name_of, plain, untrusted
from protocolbuilder.documents.sealing import is_signed
from protocolbuilder.documents.signature_lines import SignatureLine
from protocolbuilder.errors import BadFile

TOLD: Final = 40  # of one kind of thing
CLOCKS: Final = timedelta(minutes=10)  # that clocks may differ
_HASHES: Final[dict[str, Callable[[], hashes.HashAlgorithm]]] = {
    "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512,
}  # fmt: skip
_ALTERED: Final = {
    "idOfficeObject": "What the signer stated beside the text (comment, signature line) was altered.",
    "idSignedProperties": "What the signer stated of the time, the role or the certificate was altered.",
    "idPackageObject": "The list of what is signed, or the time of signing, was altered.",
}
_CERTIFICATE: Final = "A certificate in the signature cannot be read."
_UNREADABLE: Final = (
    UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, x509.InvalidVersion,
)  # fmt: skip
_PICTURE: Final = "The picture of the signature was altered."
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """`by` is the name in the certificate, `vouched_by` whoever issued it. `claimed`: the time that the signer states,
    `trusted_at`: what a time-stamp shows. `left_out`: what it does not cover. No `problems`: it is right.
    `covered`: parts, and relationships by id."""

    part: str
    by: str = ""
    vouched_by: str = ""
    fingerprint: str = ""
    claimed: datetime | None = None
    trusted_at: datetime | None = None
    time_by: str = ""
    role: str = ""
    comment: str = ""
    text: str = ""
    line: SignatureLine | None = None
    value: bytes = b""
    covered: frozenset[Pair] = frozenset()
    left_out: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What a signature is held against. `everything`: all that can be covered."""

    found: Package
    anchors: tuple[x509.Certificate, ...]
    lines: tuple[SignatureLine, ...]
    everything: frozenset[Pair]
    at: datetime
    _digests: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def digest(self, part: str, algorithm: str) -> bytes:
        """Of a part, made once for all signatures: many over a large file would take long otherwise."""
        if (part, algorithm) not in self._digests:
            self._digests[part, algorithm] = new(algorithm, self.found.parts[part]).digest()
        return self._digests[part, algorithm]


def judged(before: Before, name: str) -> Signature:
    """The signature in a part."""
    try:
        return _judged(before, name)
    except (NotAsWritten, BadFile) as error:
        return Signature(name, problems=(error.text,))
    except (ValueError, *_UNREADABLE):
        return Signature(name, problems=(_CERTIFICATE,))


def _judged(before: Before, name: str) -> Signature:
    said = read(before.found, name)
    certificate, others = _certificates(said)
    cover, altered = _parts(before, said.references)
    time, untimely = _time(said, before)
    covered = frozenset(cover.pairs())
    missing = [told(before.found, one) for one in sorted(before.everything - covered)[:TOLD]]
    line = next((one for one in before.lines if one.setup_id == said.setup_id), None)
    problems = [
        *_unlike(said, certificate), *altered, *untimely,
        *untrusted(certificate, others, before.anchors, at=time.at if time else before.at),
        *(["The signature is for a signature line that is not in the text."] if said.setup_id and not line else []),
    ]  # fmt: skip
    return Signature(
        name, name_of(certificate.subject), name_of(certificate.issuer), fingerprint(certificate), said.at,
        time.at if time else None, time.authority if time else "",
        plain(said.role), plain(said.comment), plain(said.text), line,
        said.value, covered, tuple(missing), few(problems),
    )  # fmt: skip


def few(texts: Sequence[str]) -> tuple[str, ...]:
    """As many as people read, and how many more there are."""
    return tuple(texts[:TOLD]) + ((f"And {len(texts) - TOLD} more.",) if len(texts) > TOLD else ())


def told(found: Package, pair: Pair) -> str:
    """“the part word/styles.xml”, or “that word/_rels/… leads to …”."""
    name, id_ = pair
    target = next((one.target for one in found.relations.get(name, ()) if one.id == id_), "")
    return f"that {name} leads to {target[:80]}" if id_ else f"the part {name}"


def _certificates(said: Read) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate that the signature names, and the others that came with it."""
    try:
        held = [x509.load_der_x509_certificate(one) for one in said.certificates]
    except ValueError as error:
        raise NotAsWritten(_CERTIFICATE) from error
    algorithm, stated = said.named
    for number, content in enumerate(said.certificates):
        if new(algorithm, content).digest() == stated and str(held[number].serial_number) == said.serial.strip():
            return held[number], [*held[:number], *held[number + 1 :]]
    raise NotAsWritten("The certificate in the signature is not the one that was signed with.")


def _unlike(said: Read, certificate: x509.Certificate) -> list[str]:
    """What of the signature itself was altered."""
    kind, digest = said.method
    fits = (kind == "rsa") == isinstance(certificate.public_key(), rsa.RSAPublicKey)
    if not fits or not is_signed(certificate, said.value, said.info, by=_HASHES[digest]()):
        return ["The signature was not made with this certificate, or was altered."]
    return [_ALTERED.get(id_, _PICTURE) for id_ in said.altered()]


def _parts(before: Before, references: Sequence[Reference]) -> tuple[Cover, list[str]]:
    """What is covered, and what of it was altered since."""
    parts, relations, said = [], {}, []
    for one in references:
        if one.ids is None:
            parts.append(one.part)
            said += _of_part(before, one)
        else:
            relations[one.part] = one.ids
            said += _of_relations(before.found, one, one.ids)
    return Cover(tuple(parts), relations), said


def _of_part(before: Before, one: Reference) -> list[str]:
    if one.part not in before.found.parts:
        return [f"The part {one.part[:80]} was taken out."]
    if before.digest(one.part, one.algorithm) != one.digest or is_rels(one.part):
        return [f"The part {one.part} was altered."]
    if before.found.type_of(one.part) != one.kind:
        return [f"The file says that {one.part} is something else than when it was signed."]
    return []


def _of_relations(found: Package, one: Reference, ids: tuple[str, ...]) -> list[str]:
    here = {row.id for row in found.relations.get(one.part, ())}
    if one.kind != RELS_TYPE or not here.issuperset(ids):
        return [f"Something that {one.part[:80]} led to was taken out."]
    if new(one.algorithm, digested(found, one.part, ids)).digest() != one.digest:
        return [f"What {one.part} leads to was altered."]
    return []


def _time(said: Read, before: Before) -> tuple[timestamps.Trusted | None, list[str]]:
    """The trusted time, if there is one, and what is wrong with the times."""
    problems = ["The signature states a time that is still to come."] if said.at > before.at + CLOCKS else []
    if said.token is None:
        return None, problems
    try:
        time = timestamps.checked(said.token, said.stamped, before.anchors)
    except BadFile as error:
        return None, [*problems, error.text]
    if said.at > time.at + CLOCKS:
        problems.append("The signature states a later time than its time-stamp.")
    return time, problems
