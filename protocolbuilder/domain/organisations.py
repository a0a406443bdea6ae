"""Organisations of a partnership: what they are, the numbers others know them by, and what they show of their care for
information. A mistake is a sentence that says how to put it right, by the name of its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

IdentifierKind = Literal["ico", "ods", "urn", "company", "charity", "other"]
AssuranceKind = Literal["ico-registration", "dspt", "cyber-essentials", "other"]
Standing = Literal["current", "expires soon", "expired", "no end date"]

IDENTIFIERS: Final[Mapping[IdentifierKind, str]] = {
    "ico": "ICO registration number",
    "ods": "ODS code (NHS)",
    "urn": "URN (school)",
    "company": "Company number",
    "charity": "Charity number",
    "other": "Other identifier",
}
NATIONS: Final[Mapping[str, str]] = {
    "england": "England", "wales": "Wales", "scotland": "Scotland", "northern-ireland": "Northern Ireland",
    "uk": "The whole UK",
}
SECTORS: Final[Mapping[str, str]] = {
    "local-government": "Local government", "health": "Health", "justice": "Police and justice",
    "education": "Education", "care": "Social care providers", "housing": "Housing", "voluntary": "Voluntary sector",
    "emergency": "Fire and rescue", "central-government": "Central government", "partnership": "Partnership body",
}
ASSURANCES: Final[Mapping[AssuranceKind, str]] = {
    "ico-registration": "ICO registration",
    "dspt": "Data Security and Protection Toolkit",
    "cyber-essentials": "Cyber Essentials",
    "other": "Other assurance",
}
STATUSES: Final[Mapping[AssuranceKind, Mapping[str, str]]] = {
    "ico-registration": {"registered": "Registered", "exempt": "Exempt", "not-registered": "Not registered"},
    "dspt": {
        "met": "Standards met", "exceeded": "Standards exceeded", "approaching": "Approaching standards",
        "not-published": "Not published", "not-required": "Not required",
    },
    "cyber-essentials": {
        "certified": "Certified", "certified-plus": "Certified Plus", "not-certified": "Not certified",
    },
    "other": {"held": "Held", "applied-for": "Applied for", "not-held": "Not held"},
}
SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "ico": (r"Z[A-Z0-9][0-9]{6}", "Enter the ICO registration number as Z and seven more characters, like ZA123456"),
    "ods": (r"[A-Z0-9]{3,10}", "Enter the ODS code as 3 to 10 letters and digits, like RX1 or A81001"),
    "urn": (r"[0-9]{6}", "Enter the URN as six digits, like 123456"),
    "company": (
        r"[0-9]{8}|[A-Z]{2}[0-9]{6}|R[0-9]{7}|[A-Z]{2}[0-9]{5}[A-Z]",
        "Enter the company number as eight characters, with the noughts it begins with, like 01234567 or SC123456",
    ),
    "charity": (
        r"[0-9]{6,7}(-[0-9]{1,3})?|SC[0-9]{6}|NIC?[0-9]{6}",
        "Enter the charity number as six or seven digits, like 1234567, or with its letters, like SC012345",
    ),
}
LONGEST: Final = 200
SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Identifier:
    kind: IdentifierKind
    value: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """`sponsor` is the id of the organisation that looks after the directory entry of a small body, or "". `contact` is
    how the organisation as a whole is reached: it is for its own people. `sample` ones go with the sample."""

    id: str
    name: str
    short: str = ""
    agency_types: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    sector: str = ""
    nation: str = ""
    departments: tuple[str, ...] = ()
    sponsor: str = ""
    contact: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The file that shows an assurance; its bytes are kept apart."""

    name: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Assurance:
    kind: AssuranceKind
    status: str
    reference: str
    begins: date | None
    expires: date | None
    evidence: Evidence | None = None


def cleaned(identifier: Identifier) -> Identifier:
    """Capitals and no spaces, as registers write them; what is "other" stays as it was typed."""
    value = " ".join(identifier.value.split())
    return Identifier(identifier.kind, value if identifier.kind == "other" else value.replace(" ", "").upper())


def identifier_fault(identifier: Identifier) -> str:
    """What is wrong with the shape of an identifier, "" when nothing is. Nobody's register is asked."""
    value = cleaned(identifier).value
    if not value or len(value) > LONGEST:
        return f"Enter the identifier in {LONGEST} characters or less"
    shape = SHAPES.get(identifier.kind)
    return shape[1] if shape and not re.fullmatch(shape[0], value) else ""


def organisation_faults(organisation: Organisation, *, agency_types: frozenset[str]) -> dict[str, str]:
    """Field -> what to put right. `agency_types`: those of the library. Identifiers are at `identifiers.<kind>`."""
    found: dict[str, str] = {}
    if not organisation.name:
        found["name"] = "Enter the legal name of the organisation"
    for field in ("name", "short", "contact"):
        if len(getattr(organisation, field)) > LONGEST:
            found[field] = f"Use {LONGEST} characters or less"
    if not organisation.agency_types:
        found["agency_types"] = "Select at least one agency type"
    elif set(organisation.agency_types) - agency_types:
        found["agency_types"] = "Select agency types from the list"
    if organisation.sector not in SECTORS:
        found["sector"] = "Select the sector"
    if organisation.nation not in NATIONS:
        found["nation"] = "Select the nation"
    if any(len(one) > LONGEST for one in organisation.departments):
        found["departments"] = f"Each department must be {LONGEST} characters or less"
    for identifier in organisation.identifiers:
        if fault := identifier_fault(identifier):
            found[f"identifiers.{identifier.kind}"] = fault
    return found


def sponsor_fault(organisation: Organisation, others: Mapping[str, Organisation]) -> str:
    """What is wrong with who sponsors it, "" when nothing is. `others` are those of the directory by id. A sponsor has
    none itself, so that somebody always looks after the entry."""
    sponsor = organisation.sponsor
    if not sponsor:
        return ""
    if sponsor == organisation.id:
        return "An organisation cannot sponsor itself"
    if sponsor not in others:
        return "Select a sponsor from the list"
    if others[sponsor].sponsor:
        return f"{others[sponsor].name} has a sponsor itself. Select one that has none"
    if organisation.id and any(one.sponsor == organisation.id for one in others.values()):
        return "It sponsors other organisations, so it cannot have a sponsor"
    return ""


def assurance_faults(assurance: Assurance) -> dict[str, str]:
    """Field -> what to put right."""
    found: dict[str, str] = {}
    if assurance.kind not in ASSURANCES:
        return {"kind": "Select what the assurance is"}
    if assurance.status not in STATUSES[assurance.kind]:
        found["status"] = "Select how it stands"
    if len(assurance.reference) > LONGEST:
        found["reference"] = f"The reference must be {LONGEST} characters or less"
    registered = assurance.kind == "ico-registration" and assurance.status == "registered"
    if registered and (fault := identifier_fault(Identifier("ico", assurance.reference))):
        found["reference"] = fault
    if assurance.begins and assurance.expires and assurance.expires < assurance.begins:
        found["expires"] = "The day it runs out must be after the day it begins"
    return found


def standing(assurance: Assurance, *, on: date) -> Standing:
    """Flagged from 30 days before the last day."""
    if assurance.expires is None:
        return "no end date"
    if assurance.expires < on:
        return "expired"
    return "expires soon" if assurance.expires - on <= SOON else "current"
