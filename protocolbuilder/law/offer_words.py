"""The words of an offer, made from the records of the library and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from protocolbuilder.law.carve_outs import shut_by
from protocolbuilder.law.flow_question import FlowQuestion
from protocolbuilder.law.library import Library, cited

Record = Mapping[str, Any]

NATIONS: Final = {
    "england": "England", "wales": "Wales", "scotland": "Scotland", "northern-ireland": "Northern Ireland",
    "uk": "the whole UK",
}
DEPARTMENTS: Final = (
    "la-children", "la-adults", "la-education", "la-housing", "la-community-safety", "la-public-health",
)
DUTIES: Final = {
    "disclose": "must disclose", "notify": "must notify", "co-operate": "must co-operate",
    "consider": "must consider", "arrange": "must make arrangements",
}
KINDS: Final = {
    "permissive": "may disclose", "implied": "has a function that may need sharing",
    "restriction": "stops or limits disclosure", "condition": "shapes how information is shared",
}
FORCELESS: Final = {
    "repealed": "no longer has force (it said: {})", "not-yet-commenced": "is not in force (it would say: {})",
    "withdrawn": "gives no power (the entry that was withdrawn said: {})",
    "proposed": "gives no power until a second agency approves the entry (it would say: {})",
}
TRIGGERS: Final = {"request": " when asked", "event": " when the event it names happens", "personal": " personally"}
SOFT: Final = {"co-operate": "co-operate", "consider": "consider", "arrange": "make arrangements"}
PROVISO: Final = re.compile(
    r"\b(?:unless|except|save|only|if (?:it|that|the)|so far as|as far as|subject to|compatible|expedient|necessary|"
    r"within limits|agreement|consent|agrees|need not|does not|falls away|confined|limited to|limits|reasonabl[ey])\b",
    re.IGNORECASE,
)
SENTENCE: Final = re.compile(r"(?<=[a-z0-9)][.])\s+(?=[A-Z])")


def says(record: Record) -> str:
    """The force of a provision: must, may or function. A duty to co-operate, consider or arrange says only that.

    What is repealed or not in force yet obliges and allows nobody: it says so first.
    """
    words = DUTIES[record["effect"]] + TRIGGERS.get(record["trigger"], "") if record["kind"] == "mandatory" else ""
    words = words or KINDS[record["kind"]]
    without = FORCELESS.get(record["status"])
    return without.format(words) if without else words


def not_verified(record: Record) -> str:
    """What must be said of a record not checked or whose commencement is not confirmed; "" when neither."""
    found = []
    if record["status"] == "unverified":
        found.append("Commencement not confirmed: a person must record the instrument that brought it into force.")
    if not record["verified"]:
        found.append("Not verified: the record, with its status and dates, was not checked against the source.")
    return " ".join(found)


def reason(record: Record, question: FlowQuestion) -> str:
    """Why it fits, test by test."""
    library = question.library
    relier = _types(library, question.senders, record["who_may_rely_on"], anyone="any body")
    target = _types(library, question.recipients, record["may_disclose_to"], anyone="any recipient")
    parts = [f"Open to {relier}"] + ([f"towards {target}"] if record["may_disclose_to"] else [])
    purposes = sorted(question.chain & frozenset(record["purposes"]))
    if purposes:
        parts.append("for " + ", ".join(f"“{library.label('purposes', key)}”" for key in purposes))
    parts += [f"in {nations(record)}", _since(record)]
    return "; ".join(parts) + "."


def _types(library: Library, asked: frozenset[str], listed: Iterable[str], *, anyone: str) -> str:
    named = list(listed)
    return anyone if "any" in named else types(library, [key for key in named if key in asked] or named)


def types(library: Library, keys: Iterable[str]) -> str:
    """Agency types by name; all departments of a council as one body."""
    listed = list(keys)
    names = [library.label("agency_types", key) for key in listed if key != "any"]
    if set(DEPARTMENTS) <= set(listed):
        rest = [library.label("agency_types", key) for key in listed if key not in DEPARTMENTS]
        names = ["Local authority (any department)", *rest]
    return ", ".join(names)


def nations(record: Record) -> str:
    """'England and Wales'."""
    named = [NATIONS[key] for key in record["jurisdictions"]]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _since(record: Record) -> str:
    if record["in_force_from"]:
        return f"in force from {day(record['in_force_from'])}"
    if record["not_before"]:
        return f"its start is not known, and was not before {day(record['not_before'])}"
    return "the library does not know its start date"


def day(text: str) -> str:
    """'2018-06-29' -> '29 June 2018'."""
    when = date.fromisoformat(text)
    return f"{when.day} {when:%B %Y}"


def conditions(record: Record, *, general: frozenset[str]) -> tuple[str, ...]:
    """The provisos: how it is set off, what kind of duty it is, and the sentences of the record that limit it."""
    found = []
    if record["effect"] in SOFT:
        found.append(f"A duty to {SOFT[record['effect']]}, not a duty to disclose.")
    match record["trigger"]:
        case "request":
            found.append("Only in answer to a request.")
        case "event":
            found.append("Only when the event it names happens.")
        case "personal":
            found.append("It binds the individual who knows, not the agency: it cannot carry a flow of the agency.")
    if record["kind"] == "implied":
        found.append("A function from which sharing is implied; it obliges nobody to disclose.")
    if record["id"] in general:
        found.append("A general fallback power: name the specific function it serves.")
    if record["data_limit"]:
        found.append(f"Limit on data: {record['data_limit']}.")
    found += [sentence for sentence in SENTENCE.split(record["what_it_does"]) if PROVISO.search(sentence)]
    return tuple(found)


def why_not(test: str, record: Record, question: FlowQuestion) -> str:
    """Which test fails, in plain words made from the record."""
    library = question.library
    match test:
        case "relier":
            named = types(library, record["who_may_rely_on"])
            why = f"Only these may rely on it: {named}." if named else "Nobody may rely on it."
        case "recipient":
            named = types(library, record["may_disclose_to"])
            asked = ", on a request," if record["trigger"] == "request" else ""
            why = f"It runs{asked} only to: {named}." if named else "It names no recipient."
        case "purpose":
            named = ", ".join(f"“{library.label('purposes', key)}”" for key in record["purposes"])
            why = f"It is for other purposes: {named}."
        case "nation":
            why = f"{nations(record)} only."
        case "date":
            why = _not_that_day(record, question)
        case _:
            why = shut_by(record["id"], question)
    also = shut_by(record["id"], question) if test != "carve-out" else ""
    return f"{why} {also}".strip()


def _not_that_day(record: Record, question: FlowQuestion) -> str:
    if record["status"] == "repealed":
        after = record["replaced_by"]
        entry = question.library.entry("gateways", after) if after else None
        return f"Repealed: replaced by {cited(entry)}." if entry else "Repealed."
    if record["status"] == "withdrawn":
        return "Whoever recorded this local entry withdrew it."
    if record["status"] == "proposed":
        return str(record["approval"])
    if record["status"] == "not-yet-commenced" and not record["in_force_from"]:
        return "Not in force: its commencement has not been seen."
    asked = day(question.on.isoformat())
    if record["in_force_to"] and question.on.isoformat() > record["in_force_to"]:
        return f"Not in force on {asked}: it ended on {day(record['in_force_to'])}."
    if record["in_force_from"]:
        return f"Not in force on {asked}: it starts on {day(record['in_force_from'])}."
    return f"Not in force on {asked}: it cannot have started before {day(record['not_before'])}."
