"""Family B: purpose and necessity (R11 to R17)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule

FEWEST_WORDS: Final = 12
GENERIC: Final = re.compile(
    r"^\W*(?:to )?(?:improve services|partnership working|safeguarding(?: purposes)?"
    r"|share information|joint working)\W*$",
    re.IGNORECASE,
)
LESS: Final = re.compile(
    r"\b(less|fewer|without|anonym\w*|pseudonym\w*|enough|cannot|could not|would not|only|no other|otherwise|alone"
    r"|not (?:be )?(?:sent|needed|given|shared|included|passed|need)|left out|stays?|nothing|no more|no names?"
    r"|(?:is|are|does|do) not \w+|except|limited to|summary|removed|leaves (?:out|the)|kept back|too late)\b",
    re.IGNORECASE,
)
PROTECTIVE: Final = frozenset(
    {
        "safeguarding-children",
        "child-protection",
        "adult-safeguarding",
        "domestic-abuse",
        "mash",
        "marac",
        "exploitation",
        "missing-children",
        "early-help",
        "child-in-need",
        "fgm",
        "modern-slavery",
    }
)
OTHER_ENDS: Final = frozenset({"immigration-asylum", "fraud-debt", "housing-management", "service-planning"})
ENFORCEMENT: Final = frozenset({"immigration-asylum", "fraud-debt"})
IDENTIFIERS: Final = frozenset(
    {
        "identity-basic",
        "contact-details",
        "safe-address",
        "nhs-number",
        "upn-uln",
        "case-identifiers",
        "photograph",
    }
)
WHOLE_RECORD: Final = re.compile(
    r"\b(full|whole|entire|complete) (case )?(file|record|history)s?\b|\ball information held\b|\beverything held\b",
    re.IGNORECASE,
)


@rule("R11", "purpose-vague", "error", source="UK GDPR Art 5(1)(b); ICO Data Sharing Code of Practice")
def purpose_vague(case: Case) -> Iterator[Hit]:
    """A purpose is specified and explicit (UK GDPR Art 5(1)(b)): what will be done, for whom, with what result."""
    for row in case.rows("purposes"):
        words = str(row.get("statement", ""))
        if words and (len(words.split()) < FEWEST_WORDS or GENERIC.match(words)):
            yield Hit(
                f"purposes.{row['id']}.statement",
                "This purpose is too short to say what is done.",
                f"Say in at least {FEWEST_WORDS} words what will be done, for whom and with what result.",
            )


@rule(
    "R12",
    "necessity-missing",
    "error",
    source="UK GDPR Arts 6, 9 and 10; ECHR Art 8",
    narrowed="Whether a text gives the reason is a reading of its words, so that part is a warning; empty is an error.",
)
def necessity_missing(case: Case) -> Iterator[Hit]:
    """Sharing is necessary only if less, or information without names, would not do (Arts 6, 9, 10; ECHR Art 8)."""
    for flow in case.flows:
        words = str(flow.row.get("necessity", ""))
        if not words:
            if case.empty(flow.at("necessity")):
                yield Hit(flow.at("necessity"), "Nothing says why this sharing is necessary.", "Enter why.")
        elif not LESS.search(words):
            yield Hit(
                flow.at("necessity"),
                "The necessity does not seem to say why less would not do.",
                "Say why sharing less, or without names, would not meet the purpose.",
                "warning",
            )


@rule("R13", "purpose-mixing", "warning", source="UK GDPR Art 5(1)(b)")
def purpose_mixing(case: Case) -> Iterator[Hit]:
    """Purpose limitation (UK GDPR Art 5(1)(b)): one flow does not both protect people and enforce against them."""
    for flow in case.flows:
        if flow.purpose_ids & PROTECTIVE and flow.purpose_ids & OTHER_ENDS:
            yield Hit(
                flow.at("purposes"),
                "This flow joins protecting people with another end, such as enforcement.",
                "Split it into two flows, each with its own lawful bases.",
            )


@rule("R14", "non-safeguarding-purpose-under-safeguarding-gateway", "error", source="The purpose of each provision")
def purpose_under_another_power(case: Case) -> Iterator[Hit]:
    """Powers are bound to purposes: immigration or debt under a safeguarding power, or the reverse, is outside them."""
    for flow in case.flows:
        live = [power for power in flow.powers if case.live(power)]
        reach = [set(power.entry["purposes"]) for power in live if power.entry]
        if not reach:
            continue
        enforcing = flow.purpose_ids & ENFORCEMENT and all(not ends & ENFORCEMENT for ends in reach)
        protecting = flow.purpose_ids & PROTECTIVE and all(ends <= ENFORCEMENT for ends in reach)
        if enforcing or protecting:
            yield Hit(
                flow.at("gateways"),
                "No legal power on this flow is for its purpose.",
                "Add the power that is for this purpose, or take the purpose out.",
            )


@rule("R15", "analysis-with-identifiers", "warning", source="UK GDPR Art 5(1)(c); NHS Act 2006 s.251")
def analysis_with_identifiers(case: Case) -> Iterator[Hit]:
    """Planning services seldom needs names (data minimisation, UK GDPR Art 5(1)(c))."""
    for flow in case.flows:
        named = flow.row.get("identifiability") in (None, "identifiable")
        if "service-planning" in flow.purpose_ids and named and {c["id"] for c in flow.categories} & IDENTIFIERS:
            yield Hit(
                flow.at("identifiability"),
                "This flow plans services with information that names people.",
                "Pseudonymise or anonymise it; if that cannot be done say why, and check section 251.",
            )


@rule(
    "R16",
    "whole-record-sharing",
    "warning",
    source="DfE information sharing advice 2024, golden rule 6; UK GDPR Art 5(1)(c)",
)
def whole_record_sharing(case: Case) -> Iterator[Hit]:
    """Golden rule 6: share what is relevant, rarely a whole file (UK GDPR Art 5(1)(c))."""
    for flow in case.flows:
        words = " ".join(str(item.get("name", "")) for item in flow.items) + " " + str(flow.row.get("notes", ""))
        if not flow.items:
            if case.empty(flow.at("items")):
                yield Hit(flow.at("items"), "This flow names no information.", "List the information field by field.")
        elif WHOLE_RECORD.search(words):
            yield Hit(flow.at("items"), "This flow sends a whole record.", "List the fields that the purpose needs.")


@rule("R17", "no-outcome-benefit", "advice", source="ICO Data Sharing Code of Practice")
def no_outcome_benefit(case: Case) -> Iterator[Hit]:
    """The ICO code asks for aims and benefits; a review measures them."""
    for row in case.rows("purposes"):
        address = f"purposes.{row['id']}.outcome"
        if case.empty(address):
            yield Hit(address, "This purpose has no outcome.", "Say what good it does and how that is measured.")
