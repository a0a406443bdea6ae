"""Family C, second part: must and may are never blurred, and powers that cannot carry a flow alone (R25-R29)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Power, ids

SOFT: Final = frozenset({"co-operate", "consider", "arrange"})
FALLBACK: Final = frozenset({
    "lga-1972-s111", "localism-2011-s1", "lgewa-2021-s24", "lgsa-2003-s20", "nhsa-2006-s82",
})
SHARING: Final = r"(?:share|disclose|supply|provide|notify|inform|report|pass)\b"
OBLIGES: Final = re.compile(
    rf"\b(?:must|dut(?:y|ies)|obliged|obligation|required by law|legally required)\s+(?:to\s+)?{SHARING}", re.IGNORECASE
)
ALLOWS: Final = re.compile(
    rf"\b(?:at (?:its|their|the \w+'s) discretion|with consent only|only with (?:\w+ ){{0,2}}consent|may {SHARING})",
    re.IGNORECASE,
)
DENIAL: Final = re.compile(r"\b(?:not|no|nobody|never|nor|without)\b", re.IGNORECASE)
SENTENCE: Final = re.compile(r"(?<=[.;!?])\s+")
TEXT: Final = "The words read are those of the legal power itself: as printed, and how it applies here"


def _says(power: Power, pattern: re.Pattern[str]) -> bool:
    """Whether a sentence about the power, that denies nothing, says so."""
    words = f"{power.row.get('as_printed', '')}. {power.row.get('explanation', '')}"
    return any(pattern.search(part) and not DENIAL.search(part) for part in SENTENCE.split(words))


def _compels(power: Power) -> bool:
    entry = power.entry
    return entry is not None and entry["kind"] == "mandatory" and entry["effect"] not in SOFT


@rule(
    "R25", "permissive-called-duty", "error", source="Whether each provision confers a power or a duty",
    narrowed=f"{TEXT}. With a stated reason it is a warning.",
)
def permissive_called_duty(case: Case) -> Iterator[Hit]:
    """A power, a function or a duty to co-operate, consider or arrange is no duty to share."""
    for power in case.powers.values():
        entry = power.entry
        if entry is None or _compels(power):
            continue
        stated = power.row.get("stated_as") == "must"
        if stated or _says(power, OBLIGES):
            soft = entry["effect"] in SOFT
            yield Hit(
                power.at("stated_as" if stated else "explanation"),
                f"{entry['citation']} is called a duty to share. It is "
                + (f"a duty to {'make arrangements' if entry['effect'] == 'arrange' else entry['effect']}." if soft
                   else "a power or a function, not a duty."),
                "Say what it is, or give the reason why this differs from the library.",
                "warning" if power.row.get("stated_reason") else None,
            )


@rule(
    "R26", "mandatory-called-discretion", "warning", source="Whether each provision confers a power or a duty",
    narrowed=f"{TEXT}. Without a stated reason it is an error, for must may not be recorded as may.",
)
def mandatory_called_discretion(case: Case) -> Iterator[Hit]:
    """Where a duty to disclose or notify bites on a sender of a flow and its trigger fits, "may" understates it."""
    for power in case.powers.values():
        stated = power.row.get("stated_as") in ("may", "co-operate", "function")
        if power.entry is None or not (stated or _says(power, ALLOWS)) or not _bites(case, power):
            continue
        yield Hit(
            power.at("stated_as" if stated else "explanation"),
            f"{power.entry['citation']} makes partners disclose or notify here, and the agreement calls it less.",
            "Say “must”, with the qualifications of the provision, or give the reason why this differs.",
            None if power.row.get("stated_reason") else "error",
        )


def _bites(case: Case, power: Power) -> bool:
    return case.live(power) and any(
        case.compels(power, flow) and any(case.usable(power, party) for party in flow.senders)
        for flow in case.flows if power in flow.powers
    )


@rule("R27", "duty-to-cooperate-cited-as-duty-to-share", "warning", source="UK GDPR Art 6(1)(c) and 6(3)")
def co_operation_cited_as_duty(case: Case) -> Iterator[Hit]:
    """Legal obligation (UK GDPR Art 6(1)(c)) needs a duty to do that disclosure, not one to work together."""
    for flow in case.flows:
        recorded = [power.entry for power in flow.powers if power.entry]
        soft = [entry for entry in recorded if entry["kind"] == "implied" or entry["effect"] in SOFT]
        if not soft or len(soft) != len(flow.powers):
            continue
        rows = {row["id"]: row for party in flow.ends for row in case.bases(flow, party)}
        if any("art6-1-c" in ids(row, "art6") for row in rows.values()):
            yield Hit(
                flow.at("bases"),
                f"This flow rests on a legal obligation, and {', '.join(entry['citation'] for entry in soft)} "
                "makes nobody disclose.",
                "Rely on public task, Article 6(1)(e), or add the duty that makes the partner disclose.",
            )


@rule("R28", "request-gateway-without-request", "error", source="What sets off each provision")
def request_without_request(case: Case) -> Iterator[Hit]:
    """A duty to answer a request, or one that binds a person, authorises no flow that nobody asked for."""
    for flow in case.flows:
        triggers = [power.entry["trigger"] if power.entry else None for power in flow.powers]
        if triggers and all(trigger in ("request", "personal") for trigger in triggers) and not flow.on_request:
            yield Hit(
                flow.at("gateways"),
                "Every legal power on this flow works only on a request or binds a person, and nobody asks here.",
                "Add a power that needs no request, or make the flow answer one.",
            )


@rule("R29", "fallback-only", "warning", source="LGA 1972 s.111; Localism Act 2011 s.1; ECHR Art 8")
def fallback_only(case: Case) -> Iterator[Hit]:
    """A general power is weak ground for intruding on private life (ECHR Art 8) without a specific function."""
    for flow in case.flows:
        if flow.powers and all(power.provision in FALLBACK for power in flow.powers):
            yield Hit(
                flow.at("gateways"), "This flow rests on general powers alone.",
                "Add the specific function that the sharing serves.",
            )
