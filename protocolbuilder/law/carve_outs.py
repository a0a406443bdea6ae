"""Limits on data that shut a provision for a flow although everything else fits: R31 to R36, as far as they compute.

From types, purpose and category three can be told: R31, R32 and R33. R34 (agreement to a homelessness referral), R35
(agreement of an adult victim of slavery) and R36 (a step that weighs detriment, a link to a child) turn on what an
agreement says; they stay rules of the review, and the offer shows the record's `data_limit` in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from protocolbuilder.law.flow_question import FlowQuestion

DIRECT_IDENTIFIERS: Final = frozenset({
    "identity-basic", "contact-details", "safe-address", "nhs-number", "upn-uln", "case-identifiers", "photograph",
    "biometric", "informant-identity", "victim-witness", "cctv-bwv",
})
CARE: Final = frozenset({"direct-care", "adult-social-care"})
SOCIAL_CARE: Final = frozenset({"la-children", "la-adults"})


def shut_by(provision: str, question: FlowQuestion) -> str:
    """Why a limit on data shuts the provision for this flow, in plain words, or ""."""
    rule = RULES.get(provision)
    return rule(question) if rule else ""


def _direct_care_only(question: FlowQuestion) -> str:
    """R31. HSCA 2012 s.251B: between health and adult social care, for the person's own care, and nothing else."""
    if any(not question.library.broader([purpose]) & CARE for purpose in question.purposes):
        return "It is for a person's own health care or adult social care, not for the other purposes here."
    reach = frozenset(question.library.vocabularies["gateways"]["hsca-2012-s251b"]["may_disclose_to"])
    outside = question.recipients - reach
    if "la-adults" in question.recipients:  # the council is one body
        outside -= frozenset(key for key in outside if question.sectors(frozenset({key})) == {"local-government"})
    if outside:
        who = ", ".join(question.library.label("agency_types", key) for key in sorted(outside))
        return f"It does not reach {who}: it runs between health and adult social care only."
    return ""


def _no_patient_information(question: FlowQuestion) -> str:
    """R32. PCSCA 2022 s.16(4): no patient information, no personal data of a health or social care authority."""
    if question.health:
        return "It does not authorise patient information."
    care = "health" in question.sectors(question.senders) or bool(question.senders & SOCIAL_CARE)
    if care and question.holds("personal"):
        return "It does not authorise personal data held by a health or social care body."
    return ""


def _depersonalised_only(question: FlowQuestion) -> str:
    """R33. CDA 1998 s.17A: the prescribed information is depersonalised."""
    if question.categories & DIRECT_IDENTIFIERS:
        return "The prescribed information is depersonalised: it does not cover direct identifiers."
    return ""


RULES: Final[Mapping[str, Callable[[FlowQuestion], str]]] = {
    "hsca-2012-s251b": _direct_care_only,
    "pcsca-2022-s16": _no_patient_information,
    "cda-1998-s17a": _depersonalised_only,
}
