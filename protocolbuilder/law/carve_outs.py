"""Limits on data that shut a provision for a flow although everything else fits: R31 to R36, as far as they compute.

R31, R32 and R33 are told from types, purposes and categories. The others turn on people as well. A flow of an agreement
says whom it is about and whether their agreement is asked for; a bare question says neither, so there R34 (agreement to
a homelessness referral) stays a condition in words, and R35 (an adult victim of slavery named) and R36 (information
about an adult, with no link to a child) shut a provision where purposes, data or the sender tell that it is an adult.
R36(a), a charity without arrangements, is the test of who relies. R36(c), a step that weighs detriment, is written once
the duty is taken: it stays a rule of the review.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from protocolbuilder.law.flow_question import CHILDREN, FlowQuestion

DIRECT_IDENTIFIERS: Final = frozenset({
    "identity-basic", "contact-details", "safe-address", "nhs-number", "upn-uln", "case-identifiers", "photograph",
    "biometric", "informant-identity", "victim-witness", "cctv-bwv",
})
CARE: Final = frozenset({"direct-care", "adult-social-care"})
SOCIAL_CARE: Final = frozenset({"la-children", "la-adults"})
ADULTS: Final = frozenset({
    "adult-at-risk", "victim", "parent-carer", "household-member", "care-leaver", "unpaid-carer",
})
ADULT_PURPOSES: Final = frozenset({"adult-safeguarding", "adult-social-care"})
ADULT_DATA: Final = frozenset({"adult-safeguarding-concern"})
CHILD_DATA: Final = frozenset({"cp-plan-status", "lac-status", "upn-uln", "education-attendance", "voice-of-child"})
OF_BOTH: Final = frozenset({"exploitation"})  # a purpose for children that is for adults too
FIGURES: Final = frozenset({"anonymised", "aggregate"})
ABOUT_NAMES: Final = frozenset({"pcsca-2022-s16", "cda-1998-s17a", "msa-2015-s52"})
"""The limits that keep personal information back. The others ask what the sharing is for, and whom it is about."""


def shut_by(provision: str, question: FlowQuestion) -> str:
    """Why a limit on data shuts the provision for this flow, in plain words, or "".

    Figures that identify nobody pass the limits about names, and no other.
    """
    if question.identifiability in FIGURES and provision in ABOUT_NAMES:
        return ""
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
    if question.categories & DIRECT_IDENTIFIERS and question.identifiability != "pseudonymised":
        return "The prescribed information is depersonalised: it does not cover direct identifiers."
    return ""


def _agreement_of_person(question: FlowQuestion) -> str:
    """R34. HA 1996 s.213B(2), (3): the person agrees to the referral, to contact details, and picks the authority."""
    if question.agreement == "none":
        return "It needs the person's agreement to the referral and to passing on contact details: nothing asks for it."
    return ""


def _no_adult_named(question: FlowQuestion) -> str:
    """R35. MSA 2015 s.52(3): a notice names an adult only with that adult's agreement."""
    about = question.subjects & ADULTS if question.subjects else _adults_alone(question, question.senders)
    if about and question.categories & DIRECT_IDENTIFIERS and question.agreement != "asked":
        return "It would name an adult: identifying details of an adult go only with that adult's agreement."
    return ""


def _about_a_child(question: FlowQuestion) -> str:
    """R36(b). CA 2004 s.16LA(1): information about an adult falls under it only where it bears on a child."""
    adults = not question.subjects & CHILDREN if question.subjects else _adults_alone(question, frozenset())
    if not adults:
        return ""
    return (
        "It is about a child's safety or welfare: this is about adults, with no link to a child. Where it bears on a "
        "child, say so: name the child among the people it is about."
    )


def _adults_alone(question: FlowQuestion, senders: frozenset[str]) -> bool:
    """Whether purposes, data or the sender (adult social care alone) tell of adults, and none of them of a child."""
    chain = question.library.broader(question.purposes - OF_BOTH)
    told = chain & ADULT_PURPOSES or question.categories & ADULT_DATA or senders == {"la-adults"}
    return bool(told) and "safeguarding-children" not in chain and not question.categories & CHILD_DATA


RULES: Final[Mapping[str, Callable[[FlowQuestion], str]]] = {
    "hsca-2012-s251b": _direct_care_only,
    "pcsca-2022-s16": _no_patient_information,
    "cda-1998-s17a": _depersonalised_only,
    "ha-1996-s213b": _agreement_of_person,
    "msa-2015-s52": _no_adult_named,
    "ca-2004-s16la": _about_a_child,
}
