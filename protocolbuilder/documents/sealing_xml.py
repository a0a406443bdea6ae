"""The XML of one signature of a Word file, element for element as Word writes it. Nothing is printed prettily: blanks
would be signed too."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from lxml import etree

from protocolbuilder.documents.sealed_cover import Cover, canonical, digested
from protocolbuilder.documents.sealed_package import RELS_TYPE, Package

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
MDSSI: Final = "http://schemas.openxmlformats.org/package/2006/digital-signature"
OFFICE_DS: Final = "http://schemas.microsoft.com/office/2006/digsig"
XD: Final = "http://uri.etsi.org/01903/v1.3.2#"
C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
METHODS: Final[Mapping[str, str]] = {
    "rsa-sha256": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "ecdsa-sha256": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
}
OBJECT_TYPE: Final = f"{DS}Object"
PROPERTIES_TYPE: Final = "http://uri.etsi.org/01903#SignedProperties"
PACKAGE_ID, OFFICE_ID, PROPERTIES_ID = "idPackageObject", "idOfficeObject", "idSignedProperties"
VALID_ID, INVALID_ID = "idValidSigLnImg", "idInvalidSigLnImg"
SIGNATURE_ID: Final = "idPackageSignature"
NO_PROVIDER: Final = "{00000000-0000-0000-0000-000000000000}"
TIME_FORMAT: Final = "YYYY-MM-DDThh:mm:ssTZD"
NAMES: Final[Any] = {"ds": DS, "mdssi": MDSSI, "o": OFFICE_DS, "xd": XD}
_WITHOUT_PREFIX: Final[Any] = {None: DS}
_OFFICE_PREFIX: Final[Any] = {None: OFFICE_DS}


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed beside the document. `text`: the name as typed on a signature line, `valid` and `invalid`: PNG of
    the line once it is signed; all empty where `setup_id` is."""

    at: datetime
    comment: str = ""
    role: str = ""
    setup_id: str = ""
    text: str = ""
    valid: bytes = b""
    invalid: bytes = b""


def signature(found: Package, cover: Cover, *, certificates: Sequence[bytes], method: str, said: Statement) -> Any:
    """The root of a signature part with its SignatureValue still empty. `certificates` as DER, the signer's first."""
    root: Any = etree.Element(f"{{{DS}}}Signature", {"Id": SIGNATURE_ID}, nsmap=_WITHOUT_PREFIX)
    info = _under(root, "SignedInfo")
    _under(info, "CanonicalizationMethod", Algorithm=C14N)
    _under(info, "SignatureMethod", Algorithm=METHODS[method])
    _under(root, "SignatureValue")
    data = _under(_under(root, "KeyInfo"), "X509Data")
    for certificate in certificates:
        _under(data, "X509Certificate").text = b64encode(certificate).decode()
    objects = [_package_object(root, found, cover, said.at), _office_object(root, said)]
    properties = _properties(root, certificates[0], said)
    images = [(VALID_ID, said.valid), (INVALID_ID, said.invalid)] if said.valid else []
    objects += [_image(root, name, image) for name, image in images]
    for element in objects[:2]:
        _refer(info, f"#{element.get('Id')}", canonical(element), kind=OBJECT_TYPE)
    _refer(info, f"#{PROPERTIES_ID}", canonical(properties), kind=PROPERTIES_TYPE, transforms=(C14N,))
    for element in objects[2:]:
        _refer(info, f"#{element.get('Id')}", canonical(element), kind=OBJECT_TYPE)
    return root


def with_value(root: Any, value: bytes, token: bytes | None) -> None:
    """Puts the value of the signature in, and a time-stamp token (DER) if there is one."""
    root.find("ds:SignatureValue", NAMES).text = b64encode(value).decode()
    if token is None:
        return
    qualifying = root.find("ds:Object/xd:QualifyingProperties", NAMES)
    unsigned = etree.SubElement(qualifying, f"{{{XD}}}UnsignedProperties")
    unsigned = etree.SubElement(unsigned, f"{{{XD}}}UnsignedSignatureProperties")
    stamp = etree.SubElement(unsigned, f"{{{XD}}}SignatureTimeStamp")
    _under(stamp, "CanonicalizationMethod", Algorithm=C14N)
    etree.SubElement(stamp, f"{{{XD}}}EncapsulatedTimeStamp").text = b64encode(token).decode()


def told(at: datetime) -> str:
    """2026-11-22T07:42:10Z"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def serialised(root: Any) -> bytes:
    """The bytes of the part. What is empty is written as an empty-element tag, which Word's reader asks for."""
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=False)
    return made


def _package_object(root: Any, found: Package, cover: Cover, at: datetime) -> Any:
    made: Any = etree.SubElement(root, f"{{{DS}}}Object", {"Id": PACKAGE_ID}, nsmap={"mdssi": MDSSI})
    manifest = _under(made, "Manifest")
    for rels, ids in cover.relations.items():
        _refer_rels(manifest, found, rels, ids)
    for name in cover.parts:
        _refer(manifest, f"/{name}?ContentType={found.type_of(name)}", found.parts[name])
    signed = _property(made, "idSignatureTime")
    time = etree.SubElement(signed, f"{{{MDSSI}}}SignatureTime")
    etree.SubElement(time, f"{{{MDSSI}}}Format").text = TIME_FORMAT
    etree.SubElement(time, f"{{{MDSSI}}}Value").text = told(at)
    return made


def _refer_rels(manifest: Any, found: Package, rels: str, ids: tuple[str, ...]) -> None:
    content = digested(found, rels, ids)
    reference = _refer(manifest, f"/{rels}?ContentType={RELS_TYPE}", content, transforms=(RELATIONSHIPS, C14N))
    transform = reference.find("ds:Transforms/ds:Transform", NAMES)
    for id_ in ids:
        etree.SubElement(transform, f"{{{MDSSI}}}RelationshipReference", {"SourceId": id_})


def _property(element: Any, name: str) -> Any:
    properties = _under(element, "SignatureProperties")
    return _under(properties, "SignatureProperty", Id=name, Target=f"#{SIGNATURE_ID}")


def _office_object(root: Any, said: Statement) -> Any:
    made = _under(root, "Object", Id=OFFICE_ID)
    place: Any = _property(made, "idOfficeV1Details")
    info: Any = etree.SubElement(place, f"{{{OFFICE_DS}}}SignatureInfoV1", nsmap=_OFFICE_PREFIX)
    for name, text in (
        ("SetupID", said.setup_id), ("SignatureText", said.text), ("SignatureImage", ""),
        ("SignatureComments", said.comment), ("WindowsVersion", "10.0"), ("OfficeVersion", "16.0"),
        ("ApplicationVersion", "16.0"), ("Monitors", "1"), ("HorizontalResolution", "1920"),
        ("VerticalResolution", "1080"), ("ColorDepth", "32"), ("SignatureProviderId", NO_PROVIDER),
        ("SignatureProviderUrl", ""), ("SignatureProviderDetails", "9"),
        ("SignatureType", "2" if said.setup_id else "1"),
    ):  # fmt: skip
        etree.SubElement(info, f"{{{OFFICE_DS}}}{name}").text = text or None
    return made


def _properties(root: Any, certificate: bytes, said: Statement) -> Any:
    """The XAdES properties, which name the certificate and so bind it to the signature."""
    place = _under(root, "Object")
    qualifying = etree.SubElement(
        place, f"{{{XD}}}QualifyingProperties", {"Target": f"#{SIGNATURE_ID}"}, nsmap={"xd": XD}
    )
    made = etree.SubElement(qualifying, f"{{{XD}}}SignedProperties", {"Id": PROPERTIES_ID})
    signed = etree.SubElement(made, f"{{{XD}}}SignedSignatureProperties")
    etree.SubElement(signed, f"{{{XD}}}SigningTime").text = told(said.at)
    row = etree.SubElement(etree.SubElement(signed, f"{{{XD}}}SigningCertificate"), f"{{{XD}}}Cert")
    digest = etree.SubElement(row, f"{{{XD}}}CertDigest")
    _under(digest, "DigestMethod", Algorithm=SHA256)
    _under(digest, "DigestValue").text = _digest(certificate)
    read = x509.load_der_x509_certificate(certificate)
    issuer = etree.SubElement(row, f"{{{XD}}}IssuerSerial")
    _under(issuer, "X509IssuerName").text = read.issuer.rfc4514_string()
    _under(issuer, "X509SerialNumber").text = str(read.serial_number)
    policy = etree.SubElement(signed, f"{{{XD}}}SignaturePolicyIdentifier")
    etree.SubElement(policy, f"{{{XD}}}SignaturePolicyImplied")
    if said.role:
        roles = etree.SubElement(etree.SubElement(signed, f"{{{XD}}}SignerRole"), f"{{{XD}}}ClaimedRoles")
        etree.SubElement(roles, f"{{{XD}}}ClaimedRole").text = said.role
    return made


def _image(root: Any, name: str, image: bytes) -> Any:
    made = _under(root, "Object", Id=name)
    made.text = b64encode(image).decode()
    return made


def _refer(place: Any, uri: str, content: bytes, *, kind: str = "", transforms: Sequence[str] = ()) -> Any:
    reference = _under(place, "Reference", **({"Type": kind} if kind else {}), URI=uri)
    if transforms:
        rows = _under(reference, "Transforms")
        for transform in transforms:
            _under(rows, "Transform", Algorithm=transform)
    _under(reference, "DigestMethod", Algorithm=SHA256)
    _under(reference, "DigestValue").text = _digest(content)
    return reference


def _under(place: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(place, f"{{{DS}}}{name}", attributes)


def _digest(content: bytes) -> str:
    return b64encode(sha256(content).digest()).decode()
