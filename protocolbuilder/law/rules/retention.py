"""Family F: keeping, accuracy and records of decisions (R69 to R77)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule
from protocolbuilder.law.parts import Row
from protocolbuilder.law.times import days, words

ENDLESS: Final = re.compile(
    r"\b(?:as|so) long as\b.*\b(?:necessary|needed|required|relevant)\b|\bindefinite|\bpermanent|\bfor ?ever\b"
    r"|^\W*(?:(?:until|when) )?(?:(?:it|this|they|the information) )?(?:(?:is|are) )?no longer (?:necessary|needed|req)"
    r"|\b(?:in line|in accordance) with\b|\bpolic(?:y|ies)\b",
    re.IGNORECASE | re.DOTALL,
)
LABELLED: Final = frozenset({"professional-opinion", "hearsay", "risk-assessment", "police-intelligence"})


def _at(row: Row, question: str) -> str:
    return f"retention.{row['id']}.{question}"


def _general(row: Row) -> bool:
    return not row.get("what") and not row.get("as_printed")


@rule(
    "R69", "retention-missing", "error", source="UK GDPR Art 5(1)(e)",
    narrowed="A flow is covered by name, by all its items, or by a rule that names neither. Flows of figures that "
    "identify nobody are left out.",
)
def retention_missing(case: Case) -> Iterator[Hit]:
    """Information is kept no longer than necessary (UK GDPR Art 5(1)(e)): a period, and someone who applies it."""
    covered = {key for row in case.rows("retention") for key in row.get("what", ())}
    if not any(_general(row) for row in case.rows("retention")):
        for flow in case.flows:
            bare = [item["id"] for item in flow.items if item["id"] not in covered]
            if flow.personal and flow.id not in covered and (bare or not flow.items) and case.asked("retention"):
                yield Hit(
                    flow.at(), "No rule says how long the information of this flow is kept.",
                    "Add a rule in keeping and deleting that covers this flow or its items: period, start, disposal, "
                    "keeper.",
                )
    for row in case.rows("retention"):
        for question, text in (("period", "does not say how long"), ("keeper", "does not say who keeps it")):
            if case.empty(_at(row, question)):
                yield Hit(_at(row, question), f"This rule {text}.", "Complete the rule.")


@rule(
    "R70", "retention-no-trigger", "error", source="UK GDPR Art 5(1)(e)",
    narrowed="A period that runs until an event needs no start.",
)
def retention_no_trigger(case: Case) -> Iterator[Hit]:
    """A period cannot be run without the event it is counted from (UK GDPR Art 5(1)(e))."""
    for row in case.rows("retention"):
        period = row.get("period")
        until = isinstance(period, dict) and "until" in period
        if period and not until and case.empty(_at(row, "trigger")):
            yield Hit(
                _at(row, "trigger"), "Nothing says from when this period is counted.",
                "Enter the event, for example date of birth, case closure, last contact or date of death.",
            )


@rule("R71", "retention-indefinite", "error", source="UK GDPR Art 5(1)(e)")
def retention_indefinite(case: Case) -> Iterator[Hit]:
    """A limit has to be one that can be tested (UK GDPR Art 5(1)(e)): “as long as necessary” only repeats the law."""
    for row in case.rows("retention"):
        text = words(row.get("period"))
        if ENDLESS.search(text) and not row.get("source"):
            yield Hit(
                _at(row, "period"), f"“{text}” is not a limit that can be tested.",
                "Give a length of time, or choose the retention schedule that sets it.",
            )


@rule(
    "R72", "retention-unverified-source", "warning", source="Retention schedules of the law library",
    narrowed="Reported once for each source, at the first period taken from it.",
)
def retention_unverified_source(case: Case) -> Iterator[Hit]:
    """A period from a schedule that nobody has checked must not reach a signed agreement unseen."""
    periods: dict[str, list[Row]] = {}
    for row in case.rows("retention"):
        source = row.get("source")
        if isinstance(source, str):
            periods.setdefault(source, []).append(row)
    for source, rows in periods.items():
        entry = case.library.entry("retention_schedules", source)
        if entry is not None and not entry["verified"]:
            used = "one retention rule" if len(rows) == 1 else f"{len(rows)} retention rules"
            yield Hit(
                _at(rows[0], "source"), f"The source “{entry['label']}” of {used} was not verified for the library.",
                f"Check the period{'s' * (len(rows) > 1)} against the current schedule before you accept this.",
            )


@rule("R73", "nfa-retention", "warning", source="UK GDPR Art 5(1)(c), (e); ECHR Art 8")
def no_further_action_retention(case: Case) -> Iterator[Hit]:
    """People who met no threshold are kept on file for less time than those who did (proportionality, ECHR Art 8)."""
    if not any("mash" in flow.purpose_ids for flow in case.flows):
        return
    short = [days(row.get("period")) for row in case.rows("retention") if row.get("no_further_action") is True]
    other = [days(row.get("period")) for row in case.rows("retention") if row.get("no_further_action") is not True]
    longest = max((length for length in other if length), default=None)
    if not short:
        yield Hit(
            "retention", "No rule covers contacts with the hub that led to no further action.",
            "Add a rule for them, with a shorter period.",
        )
    elif longest and all(length and length >= longest for length in short):
        yield Hit(
            "retention", "Contacts that led to no further action are kept as long as all others.",
            "Shorten that period.",
        )


@rule("R74", "source-labels-missing", "warning", source="UK GDPR Art 5(1)(d); DPA 2018 s.38")
def source_labels_missing(case: Case) -> Iterator[Hit]:
    """Fact is told apart from assessment (DPA 2018 s.38); accuracy of an opinion is whose it is, and when."""
    sent = {item["id"]: item for flow in case.flows for item in flow.items}
    for item in sent.values():
        address = f"items.{item['id']}.labels"
        if isinstance(item.get("category"), str) and item["category"] in LABELLED and case.empty(address):
            yield Hit(
                address, "Nothing says whether this is fact, observation, opinion, hearsay or intelligence.",
                "Choose the label, and ask the sender for author, date and how reliable the source is.",
            )


@rule("R75", "accuracy-correction-missing", "error", source="UK GDPR Arts 5(1)(d), 16, 19")
def accuracy_correction_missing(case: Case) -> Iterator[Hit]:
    """Whoever received information is told when it is corrected (UK GDPR Art 19)."""
    if case.empty("accuracy.corrections"):
        yield Hit(
            "accuracy.corrections", "Nothing says how recipients learn of a correction.",
            "Say who tells every recipient, and within what time.",
        )


@rule(
    "R76", "decision-log-missing", "warning", source="DfE information sharing advice 2024, golden rule 7; ICO code",
    narrowed="What is recorded about each decision stands for the log.",
)
def decision_log_missing(case: Case) -> Iterator[Hit]:
    """Golden rule 7: record every decision, to share and not to share, with its reasons."""
    if case.empty("requests.decision_record"):
        yield Hit(
            "requests.decision_record", "Nothing says what is recorded about a decision to share or not to share.",
            "Record both kinds of decision: what, to whom, why, by whom and when.",
        )


@rule(
    "R77", "refusal-without-route", "warning",
    source="Multi-agency practice: what to do when another agency does not respond",
)
def refusal_without_route(case: Case) -> Iterator[Hit]:
    """When another agency does not answer, staff need a next step, a post and a time for it."""
    if case.empty("escalation_steps"):
        yield Hit(
            "escalation_steps", "Nothing says what staff do when another agency does not respond.",
            "Add steps in order, each with a post and a time: practitioner, manager, safeguarding lead, senior lead.",
        )
    for row in case.rows("escalation_steps"):
        within = row.get("within")
        address = f"escalation_steps.{row['id']}.within"
        if case.empty(address) or (isinstance(within, dict) and not re.search(r"\d", words(within))):
            yield Hit(address, "This step has no time limit.", "Enter hours or days.")
