"""Family D, fourth part: the duty of confidence (R58 to R60)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from protocolbuilder.domain.days import last_day
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, Severity, rule
from protocolbuilder.law.parts import Flow, Party, Row, Standing, ids

CARE_PURPOSES: Final = frozenset({"direct-care", "adult-social-care"})
CARE_SECTORS: Final = frozenset({"health", "care"})
CARE_TYPES: Final = frozenset({"la-adults"})
SECTION_251: Final = frozenset({"nhsa-2006-s251", "copi-2002-reg5"})
WITH_251: Final = frozenset({"england", "wales"})
ENTER_APPROVAL: Final = "Enter the reference that the approval carries, with its expiry."


def _no_confidence(one: Standing) -> bool:
    engaged = one.flow.holds("confidential") or one.flow.health
    return one.sends and engaged and bool(one.bases) and not any(row.get("confidentiality") for row in one.bases)


@rule(
    "R58", "confidentiality-missing", "error", source="Common law duty of confidence",
    narrowed="Asked of each partner that sends, because it is the one that owes the duty.",
)
def confidentiality_missing(case: Case) -> Iterator[Hit]:
    """The duty of confidence is separate from data protection: whoever discloses says how it is met."""
    for flow, parties in case.reliance.lacking(_no_confidence):
        yield Hit(
            flow.at("bases"), f"This flow holds confidential information, and nothing says how {case.called(parties)} "
            "meets the duty of confidence.",
            "Choose how confidence is met in the lawful basis: a duty in law, agreement, or the public interest.",
        )


def _outside_care_team(case: Case, party: Party) -> bool:
    entries = (case.library.entry("agency_types", key) for key in party.types)
    return not CARE_TYPES & set(party.types) and not {entry["sector"] for entry in entries if entry} & CARE_SECTORS


def _stretched(case: Case, flow: Flow) -> bool:
    other_purpose = any(not case.chain([key]) & CARE_PURPOSES for key in flow.purpose_ids)
    return other_purpose or any(party.types and _outside_care_team(case, party) for party in flow.recipients)


@rule(
    "R59", "implied-consent-stretched", "error", source="Common law duty of confidence; Caldicott Principles",
    narrowed="The direct care team is read from agency types: health, care and adult social care bodies.",
)
def implied_consent_stretched(case: Case) -> Iterator[Hit]:
    """Implied agreement rests on what a patient expects: the care team for care, and nobody else (Caldicott)."""
    for flow, _ in case.reliance.lacking(
        lambda one: "conf-implied-consent" in one.ids("confidentiality") and _stretched(case, one.flow)
    ):
        yield Hit(
            flow.at("bases"), "Implied agreement is relied on outside direct care.",
            "Rely on a duty in law, on express agreement or on the public interest.",
        )


def _approval(case: Case, row: Row) -> Iterator[Hit]:
    address = f"bases.{row['id']}"
    expires = last_day(row.get("approval_expires"))
    if not row.get("approval"):
        yield Hit(f"{address}.approval", "Section 251 support has no approval reference.", ENTER_APPROVAL)
    elif expires and expires < case.on:
        yield Hit(f"{address}.approval_expires", "The section 251 approval has expired.", "Renew it, or stop the flow.")
    if case.nations and not case.nations <= WITH_251:
        severity: Severity | None = "warning" if case.nations & WITH_251 else None
        yield Hit(
            f"{address}.confidentiality", "Section 251 covers England and Wales only.",
            "Use the route of the other nation for its information.", severity,
        )


@rule(
    "R60", "s251-no-reference", "error", source="NHS Act 2006 s.251; SI 2002/1438 reg 5",
    narrowed="In an agreement across nations where section 251 holds in one, the finding on nations is a warning.",
)
def section_251_without_reference(case: Case) -> Iterator[Hit]:
    """Section 251 lifts confidence only through regulations or an approval, in England and Wales (NHS Act 2006)."""
    for row in case.rows("bases"):
        if "conf-s251" in ids(row, "confidentiality"):
            yield from _approval(case, row)
    for flow in case.flows:
        relied = [power for power in flow.powers if power.provision in SECTION_251]
        rows = [row for party in flow.ends for row in case.bases(flow, party)]
        if relied and not any(row.get("approval") for row in rows):
            yield Hit(
                flow.at("bases"),
                "This flow relies on section 251, and no lawful basis of it has an approval reference.",
                ENTER_APPROVAL,
            )
