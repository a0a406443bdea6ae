"""Family G, first part: transfer, security, breaches, assessment and sharing further (R78 to R86)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Flow
from protocolbuilder.law.times import hours

LONGEST_HOURS: Final = 24
MEASURES: Final = (
    ("security.access", "who has access and how it is controlled", r"\baccess\b|\bsign-in\b|\bnamed users?\b"),
    ("security.encryption", "how information is encrypted", r"\bencrypt"),
    ("security.audit", "how access is logged and checked", r"\baudit|\blogg?(?:ed|s)?\b"),
    ("security.people", "how staff are vetted, trained and bound to confidence",
     r"\bvett|\bDBS\b|\btrain|\bconfidential"),
    ("breaches.steps", "what happens after an incident", r"\bincident|\bbreach"),
)
VULNERABLE: Final = frozenset({"child", "sibling", "unborn", "adult-at-risk", "victim", "care-leaver"})
BULK_MODES: Final = ("access", "publish")
SAFEGUARD: Final = re.compile(
    r"\badequa|\bArt(?:icle)?\.? ?4[5-9]|\bstandard contractual|\bIDTA\b|\bAddendum\b|\bbinding corporate|\bderogation"
    r"|\bdata bridge|\btransfer agreement|\bsafeguard",
    re.IGNORECASE,
)
PASSED_ON: Final = ("within-purpose", "written-permission")
EXPLAIN: Final = re.compile(r"\bexplain|\bexplanation|\breasons?\b|\btold\b", re.IGNORECASE)
CONTEST: Final = re.compile(r"\bcontest|\bchalleng|\bappeal|\bobject|\bcomplain|\bdisput", re.IGNORECASE)


def _rated(case: Case, flow: Flow, *ratings: str) -> tuple[str, ...]:
    """The labels of the methods of a flow that have one of these ratings in the library."""
    entries = (
        case.library.entry("transfer_methods", key) for key in flow.row.get("methods", ()) if isinstance(key, str)
    )
    return tuple(entry["label"] for entry in entries if entry and entry["rating"] in ratings)


@rule("R78", "prohibited-transfer", "error", source="UK GDPR Art 32")
def prohibited_transfer(case: Case) -> Iterator[Hit]:
    """Security fits the risk (UK GDPR Art 32): some ways of sending never do."""
    for flow in case.flows:
        for label in _rated(case, flow, "prohibited"):
            yield Hit(
                flow.at("methods"), f"“{label}” is not safe enough for this information.",
                "Choose a preferred method, such as a secure portal or a shared case system.",
            )


@rule("R79", "avoid-transfer", "warning", source="UK GDPR Art 32; ICO Data Sharing Code of Practice")
def avoid_transfer(case: Case) -> Iterator[Hit]:
    """A method with known risks needs a reason and a precaution (UK GDPR Art 32; ICO code)."""
    for flow in case.flows:
        labels = _rated(case, flow, "avoid", "caution")
        if labels and case.empty(flow.at("method_reason")):
            yield Hit(
                flow.at("method_reason"), f"“{labels[0]}” is a method to avoid, and nothing says why it is used.",
                "Say why, and what makes it safe; or choose a preferred method.",
            )


@rule("R80", "no-transfer-method", "error", source="ICO Data Sharing Code of Practice")
def no_transfer_method(case: Case) -> Iterator[Hit]:
    """Partners agree how information is sent (ICO Data Sharing Code of Practice)."""
    for flow in case.flows:
        if case.empty(flow.at("methods")):
            yield Hit(flow.at("methods"), "Nothing says how this information is sent.", "Choose a method.")


@rule(
    "R81", "security-measures-thin", "error", source="UK GDPR Arts 5(1)(f), 32",
    narrowed="A measure counts when its own question or the list of measures speaks of it; training counts for staff.",
)
def security_measures_thin(case: Case) -> Iterator[Hit]:
    """Access, encryption, audit, staff and incidents are the least that Art 32 asks of partners."""
    listed = "\n".join(case.get("security.measures") or ())
    for address, words, pattern in MEASURES:
        trained = address == "security.people" and not case.empty("training.who") and case.asked("training.who")
        if case.empty(address) and not trained and not re.search(pattern, listed, re.IGNORECASE):
            yield Hit(address, f"Nothing says {words}.", f"Say {words}.")


@rule("R82", "breach-route-missing", "error", source="UK GDPR Art 33; DPA 2018 s.67")
def breach_route_missing(case: Case) -> Iterator[Hit]:
    """The regulator hears of a breach within 72 hours (Art 33; DPA 2018 s.67), so partners hear of it sooner."""
    for question, words in (("report_to", "who is told first"), ("report_within", "how quickly partners are told")):
        if case.empty(f"breaches.{question}"):
            text = f"Nothing says {words} of a breach."
            yield Hit(f"breaches.{question}", text, "Name the post, and set at most 24 hours.")
    within = case.get("breaches.report_within")
    length = hours(within)
    if within and (length is None or length > LONGEST_HOURS):
        yield Hit(
            "breaches.report_within",
            "Partners may hear of a breach too late to tell the regulator within 72 hours.",
            "Set at most 24 hours.", "warning",
        )


def _risky(case: Case, flow: Flow) -> bool:
    marks = flow.holds("special") or flow.holds("criminal")
    large = flow.routine or flow.row.get("mode") in BULK_MODES or flow.row.get("automated") is True
    return flow.personal and (large or marks or bool(flow.subjects & VULNERABLE))


@rule(
    "R83", "dpia-missing", "error", source="UK GDPR Arts 35, 36",
    narrowed="Bulk is read from access to a system or publishing. The scale is not asked for, so any special category "
    "or criminal offence data count.",
)
def dpia_missing(case: Case) -> Iterator[Hit]:
    """Sharing that is likely to be high risk needs an impact assessment before it starts (UK GDPR Art 35)."""
    undone = case.empty("dpia.status") or case.get("dpia.status") == "none"
    if undone and (any(_risky(case, flow) for flow in case.flows) or (case.joint and case.flows)):
        yield Hit(
            "dpia.status", "This sharing needs an impact assessment, and none was begun.",
            "Do it, and record what the data protection officer advised. Consult the regulator if high risk remains.",
        )


@rule(
    "R84", "transfer-outside-uk", "error", source="UK GDPR Chapter V (DUAA 2025 Sch 7)",
    narrowed="Which safeguard a text names is a reading of its words, so that part is a warning; empty is an error.",
)
def transfer_outside_uk(case: Case) -> Iterator[Hit]:
    """Information leaves the UK only under adequacy regulations, a safeguard or an exception (UK GDPR Chapter V)."""
    leaving = any(flow.personal and flow.row.get("outside_uk") is True for flow in case.flows)
    words = str(case.get("international.safeguard") or "")
    if not leaving and not case.get("international.where"):
        return
    if case.empty("international.safeguard"):
        yield Hit(
            "international.safeguard", "Information leaves the UK, and nothing says what allows that.",
            "Name the adequacy regulation, the Article 46 safeguard with its data protection test, or the Article 49 "
            "exception. Or keep it in the UK: check cloud and support access.",
        )
    elif words and not SAFEGUARD.search(words):
        yield Hit(
            "international.safeguard",
            "This does not seem to name an adequacy regulation, a safeguard or an exception.",
            "Name it, with its reference.", "warning",
        )


@rule("R85", "onward-sharing-undefined", "error", source="UK GDPR Art 5(1)(b); policing handling codes")
def onward_sharing_undefined(case: Case) -> Iterator[Hit]:
    """Who received information is bound by the purpose (Art 5(1)(b)); intelligence stays under its originator."""
    rule_stated = case.get("onward.rule")
    passed_on = isinstance(rule_stated, dict) or rule_stated in PASSED_ON
    if passed_on and case.empty("onward.conditions"):
        yield Hit(
            "onward.conditions", "Partners may pass information on, and no conditions are stated.",
            "Say to whom, for what, and who is told.",
        )
    intelligence = any(c["id"] == "police-intelligence" for flow in case.flows for c in flow.categories)
    if intelligence and case.empty("onward.originator"):
        yield Hit(
            "onward.originator", "Police intelligence is shared, and nothing says how its originator gives consent.",
            "Say that nobody acts on it openly or passes it on without the originator's written consent.",
        )


@rule(
    "R86", "automated-decision", "error", source="UK GDPR Arts 22A to 22D (DUAA 2025 s.80)",
    narrowed="Explanation and contest are looked for in the words on human review, so that part is a warning; no "
    "human review is an error.",
)
def automated_decision(case: Case) -> Iterator[Hit]:
    """A significant decision by machine can be explained, contested and taken again by a person (Arts 22A to 22D)."""
    for flow in case.flows:
        if flow.row.get("automated") is not True:
            continue
        if case.empty(flow.at("human_review")):
            yield Hit(
                flow.at("human_review"), "A decision is made without a person, and nobody reviews it.",
                "Say who reviews it. Special category data has a stricter test.",
            )
            continue
        words = str(flow.row.get("human_review", ""))
        if words and not (EXPLAIN.search(words) and CONTEST.search(words)):
            yield Hit(
                flow.at("human_review"),
                "Nothing seems to say how a person gets an explanation and contests the decision.",
                "Say who explains the decision, and how the person contests it.", "warning",
            )
