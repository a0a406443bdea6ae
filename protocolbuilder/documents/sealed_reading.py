"""One signature of a Word file, read strictly: what is not written as Word writes it is refused, never guessed at.

Only what is under the signature is given out. Names are looked for where they must stand, ids must be unique, and the
algorithms are those of a short list.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import new
from typing import Any, Final

from protocolbuilder.documents import package
from protocolbuilder.documents.sealed_cover import canonical
from protocolbuilder.documents.sealed_package import RELS_TYPE, Package
from protocolbuilder.documents.sealing_xml import (
    C14N,
    DS,
    NAMES,
    OFFICE_ID,
    PACKAGE_ID,
    PROPERTIES_ID,
    RELATIONSHIPS,
    SIGNATURE_ID,
)

DIGESTS: Final[Mapping[str, str]] = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
SIGNED_BY: Final[Mapping[str, tuple[str, str]]] = {
    f"http://www.w3.org/2001/04/xmldsig-more#{kind}-{digest}": (kind, digest)
    for kind in ("rsa", "ecdsa") for digest in ("sha256", "sha384", "sha512")
}  # fmt: skip
LARGEST: Final = 2_000_000  # bytes of the part, pictures of a signature line included
CANONICAL: Final = (C14N, f"{C14N}#WithComments")
_DETAILS: Final = "ds:SignatureProperties/ds:SignatureProperty/o:SignatureInfoV1"
_SIGNED: Final = "xd:QualifyingProperties/xd:SignedProperties/xd:SignedSignatureProperties"
_STAMP: Final = (
    "xd:QualifyingProperties/xd:UnsignedProperties/xd:UnsignedSignatureProperties/xd:SignatureTimeStamp"
)
_FORM: Final = "The signature is not written as Word writes one ({})."


class NotAsWritten(Exception):
    """The signature cannot be judged. `text` is one plain sentence."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Reference:
    """What a signature says of a part (`ids` is None) or of the relationships with these ids in a part."""

    part: str
    kind: str
    ids: tuple[str, ...] | None
    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """`info`: what the value is over. `certificates` as DER in their order. `stamped`: what a time-stamp is over."""

    info: bytes
    method: tuple[str, str]
    value: bytes
    certificates: tuple[bytes, ...]
    named: tuple[str, bytes]
    serial: str
    objects: tuple[tuple[str, bytes, bytes], ...]
    references: tuple[Reference, ...]
    at: datetime
    comment: str
    role: str
    setup_id: str
    text: str
    stamped: bytes
    token: bytes | None

    def altered(self) -> tuple[str, ...]:
        """Ids of what the signature holds beside the document and that was altered since."""
        return tuple(id_ for id_, content, stated in self.objects if content != stated)


def read(found: Package, name: str) -> Read:
    """The signature in a part. Raises NotAsWritten, and BadFile for no XML."""
    if len(found.parts[name]) > LARGEST:
        raise NotAsWritten("The signature is larger than one can be.")
    root = package.parse(found.parts, name)
    try:
        return _read(root)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise NotAsWritten(_FORM.format("something stands twice, is missing or is cut off")) from error


def _read(root: Any) -> Read:
    ids = _ids(root)
    objects = [one for one in root if one.tag == f"{{{DS}}}Object"]
    order = [str(one.tag).removeprefix(f"{{{DS}}}") for one in root]
    if root.tag != f"{{{DS}}}Signature" or root.get("Id") != SIGNATURE_ID:
        raise NotAsWritten(_FORM.format("its beginning"))
    if order != ["SignedInfo", "SignatureValue", "KeyInfo", *["Object"] * len(objects)]:
        raise NotAsWritten(_FORM.format("the order of its parts"))
    for wanted, parent in ((PACKAGE_ID, root), (OFFICE_ID, root)):
        if ids[wanted].getparent() is not parent or ids[wanted] not in objects:
            raise NotAsWritten(_FORM.format(wanted))
    signed = _one([one for each in objects for one in each.findall(_SIGNED, NAMES)])
    if signed.getparent() is not ids[PROPERTIES_ID] or not _about_this(signed):
        raise NotAsWritten(_FORM.format(PROPERTIES_ID))
    info, office = root[0], _one(ids[OFFICE_ID].findall(_DETAILS, NAMES))
    method = root[0].find("ds:SignatureMethod", NAMES).get("Algorithm")
    if info.find("ds:CanonicalizationMethod", NAMES).get("Algorithm") not in CANONICAL or method not in SIGNED_BY:
        raise NotAsWritten(f"The signature is made by a method that is not safe or not known ({method[-40:]}).")
    row = _one(signed.findall("xd:SigningCertificate/xd:Cert", NAMES)[:1])
    digest = row.find("xd:CertDigest", NAMES)
    stamps = [one for each in objects for one in each.findall(_STAMP, NAMES)]
    return Read(
        info=canonical(info),
        method=SIGNED_BY[method],
        value=_bytes(root[1].text),
        certificates=tuple(_bytes(one.text) for one in root[2].findall("ds:X509Data/ds:X509Certificate", NAMES)),
        named=_digest(digest),
        serial=row.find("xd:IssuerSerial/ds:X509SerialNumber", NAMES).text,
        objects=_objects(info, ids),
        references=_manifest(ids[PACKAGE_ID]),
        at=_time(ids[PACKAGE_ID], signed),
        comment=office.findtext("o:SignatureComments", "", NAMES),
        role=signed.findtext("xd:SignerRole/xd:ClaimedRoles/xd:ClaimedRole", "", NAMES),
        setup_id=office.findtext("o:SetupID", "", NAMES).upper(),
        text=office.findtext("o:SignatureText", "", NAMES),
        stamped=canonical(root[1]),
        token=_token(stamps),
    )


def _about_this(signed: Any) -> bool:
    """Do the properties say that they are those of this signature?"""
    return bool(signed.getparent().getparent().get("Target") == f"#{SIGNATURE_ID}")


def _ids(root: Any) -> dict[str, Any]:
    """Elements by their id. Two of the same could be taken for one another; comments are signed by nobody."""
    found: dict[str, Any] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            raise NotAsWritten(_FORM.format("it holds comments"))
        for key, value in element.attrib.items():
            if str(key).rpartition("}")[2].casefold() == "id":
                if value in found:
                    raise NotAsWritten(_FORM.format(f"two things are called {value[:40]}"))
                found[value] = element
    return found


def _objects(info: Any, ids: Mapping[str, Any]) -> tuple[tuple[str, bytes, bytes], ...]:
    """What SignedInfo refers to: id, digest now, digest as signed."""
    found = []
    for reference in info.findall("ds:Reference", NAMES):
        id_ = reference.get("URI", "")
        transforms = [one.get("Algorithm") for one in reference.findall("ds:Transforms/ds:Transform", NAMES)]
        if not id_.startswith("#") or id_[1:] not in ids or transforms not in ([], [C14N]):
            raise NotAsWritten(_FORM.format(f"what it refers to as {id_[:40]}"))
        algorithm, stated = _digest(reference)
        found.append((id_[1:], new(algorithm, canonical(ids[id_[1:]])).digest(), stated))
    names = [name for name, _, _ in found]
    if not {PACKAGE_ID, OFFICE_ID, PROPERTIES_ID} <= set(names) or len(set(names)) < len(names):
        raise NotAsWritten("The signature does not cover what it says of itself.")
    return tuple(found)


def _manifest(place: Any) -> tuple[Reference, ...]:
    found = [_reference(row) for row in _one(place.findall("ds:Manifest", NAMES))]
    said = [one.part for one in found]
    if len(set(said)) < len(said):
        raise NotAsWritten("The signature names a part of the file twice.")
    return tuple(found)


def _reference(row: Any) -> Reference:
    if row.tag != f"{{{DS}}}Reference" or set(row.attrib) != {"URI"}:
        raise NotAsWritten(_FORM.format("its list of parts"))
    part, mark, kind = row.get("URI").partition("?ContentType=")
    transforms = row.findall("ds:Transforms/ds:Transform", NAMES)
    said = [one.get("Algorithm") for one in transforms]
    if not part.startswith("/") or not mark or said not in ([], [RELATIONSHIPS, C14N]):
        raise NotAsWritten(_FORM.format(f"how it covers {part[:60]}"))
    ids = None
    if said:
        rows = list(transforms[0])
        if any(one.tag != f"{{{NAMES['mdssi']}}}RelationshipReference" for one in rows) or kind != RELS_TYPE:
            raise NotAsWritten(_FORM.format(f"how it covers {part[:60]}"))
        ids = tuple(one.get("SourceId", "") for one in rows)
    return Reference(part[1:], kind, ids, *_digest(row))


def _digest(place: Any) -> tuple[str, bytes]:
    method = place.find("ds:DigestMethod", NAMES).get("Algorithm")
    if method not in DIGESTS:
        raise NotAsWritten(f"The signature is made by a method that is not safe or not known ({method[-40:]}).")
    return DIGESTS[method], _bytes(place.findtext("ds:DigestValue", "", NAMES))


def _time(place: Any, signed: Any) -> datetime:
    """The time that the signer states, which must be the same where Word states it and where XAdES does."""
    stated = _one(place.findall("ds:SignatureProperties/ds:SignatureProperty/mdssi:SignatureTime/mdssi:Value", NAMES))
    times = {datetime.fromisoformat(text) for text in (stated.text, signed.findtext("xd:SigningTime", "", NAMES))}
    if len(times) > 1 or any(one.tzinfo is None for one in times):
        raise NotAsWritten("The signature states two times, or none that can be told.")
    return times.pop()


def _token(stamps: list[Any]) -> bytes | None:
    if not stamps:
        return None
    stamp = _one(stamps)
    method = stamp.find("ds:CanonicalizationMethod", NAMES)
    if method is not None and method.get("Algorithm") != C14N:
        raise NotAsWritten(_FORM.format("its time-stamp"))
    return _bytes(_one(stamp.findall("xd:EncapsulatedTimeStamp", NAMES)).text)


def _one(found: list[Any]) -> Any:
    if len(found) != 1:
        raise ValueError(len(found))
    return found[0]


def _bytes(text: str) -> bytes:
    return b64decode("".join(text.split()), validate=True)


