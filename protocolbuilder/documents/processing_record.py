"""The record of processing of each controller, UK GDPR Article 30, from the flows it takes part in: Word and xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace as Said
from typing import Final

from protocolbuilder.documents import sheet
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.controllers import (
    Activity,
    Controller,
    basis_words,
    case_of,
    controllers,
    kinds_of,
    named,
    people_of,
    posts,
    single,
)
from protocolbuilder.documents.keeping import Rule, covering, rules
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import flows_in_brief, references, rows_of
from protocolbuilder.law.parts import Flow

TEMPLATE: Final = "processing-record-1"
COLUMNS: Final[Mapping[str, str]] = {
    "purpose": "Purpose", "statement": "What is done", "people": "People", "kinds": "Information",
    "recipients": "Who receives it", "sources": "Where it comes from", "abroad": "Outside the UK",
    "kept": "How long it is kept", "powers": "Legal powers", "bases": "Lawful bases and conditions", "flows": "Flows",
}  # fmt: skip
ABOUT: Final[Mapping[str, str]] = {
    "name": "Controller", "dpo": "Data protection officer", "joint": "Joint controllers", "security": "Security",
    "policy": "Appropriate policy document", "assessment": "Impact assessment",
}  # fmt: skip
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    "controllers": Shape(element=Shape({**dict.fromkeys(ABOUT, TEXT), "records": rows(*COLUMNS)})),
}
"""Every name that `processing-record-1.docx` may say."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of one controller, under the names of ABOUT, and a row for each of its purposes."""

    about: Mapping[str, str]
    records: tuple[Mapping[str, str], ...]


def pages(source: Source) -> Iterator[Page]:
    """The record of every controller, or of the one of the source. A word is "" where nothing is stated."""
    kept = rules(source)
    for one in controllers(source):
        yield Page(_about(source, one), tuple(_record(source, one, act, kept) for act in one.activities))


def docx(source: Source) -> bytes:
    """The record as a Word file, in landscape."""
    said = [
        Said(
            **{key: Words(words) for key, words in page.about.items()},
            records=[Said(**{key: Words(words) for key, words in row.items()}) for row in page.records],
        )
        for page in pages(source)
    ]
    return printed(source, TEMPLATE, {"controllers": said}, called="record of processing")


def xlsx(source: Source) -> bytes:
    """The record as one sheet, a row for each purpose of each controller, and what it was made from."""
    lines: list[tuple[str, ...]] = [("Controller", *COLUMNS.values(), *list(ABOUT.values())[1:])]
    for page in pages(source):
        after = [page.about[key] or NOT_STATED for key in list(ABOUT)[1:]]
        lines += [(page.about["name"], *(row[key] or NOT_STATED for key in COLUMNS), *after) for row in page.records]
    stamp = source.stamp
    origin = [("Made from", "What"), ("Agreement", source.title or NOT_STATED)]
    origin += [("Reference", stamp.reference or NOT_STATED), ("Version", stamp.version), ("Law library", stamp.library)]
    origin += [("Data fingerprint (SHA-256)", stamp.fingerprint)]
    origin += [("Out of date", f"Version {source.newer} replaced this")] if source.newer else []
    made: dict[str, sheet.Page] = {"Record of processing": (lines, [30] * len(lines[0]))}
    made["Made from"] = origin, [34, 90]
    title = f"{source.title}: record of processing".removeprefix(": ")
    return sheet.workbook(made, title=title, author=source.host, at=stamp.at)


def _about(source: Source, one: Controller) -> dict[str, str]:
    names, case = source.names, case_of(source)
    joint = [party for party in case.members if party.row.get("role") == "joint"]
    covering_it = [
        row for row in rows_of(source.agreement, "documents")
        if row.get("kind") == "policy-document" and one.members & set(row.get("party", ()))
    ]  # fmt: skip
    parts = sorted(one.members - {one.id})
    whole = names.item(one.id) + (f", with {', '.join(map(names.item, parts))}" if parts else "")
    assessment = [single(source, f"dpia.{key}") for key in ("status", "date", "reference")]
    security = [single(source, f"security.{key}") for key in ("measures", "access", "encryption")]
    return {
        "name": whole, "dpo": posts(source, one.members, "dpo"), "security": "\n".join(filter(None, security)),
        "joint": "; ".join(named(source, joint, without=one.members)) if one.party in joint else "None",
        "policy": "; ".join(str(row.get("title", "")) for row in covering_it),
        "assessment": "; ".join(filter(None, assessment)),
    }  # fmt: skip


def _record(source: Source, one: Controller, act: Activity, kept: Iterable[Rule]) -> dict[str, str]:
    names, labels, flows = source.names, references(source.agreement), act.flows
    what = [key for flow in flows for key in (flow.id, *(item["id"] for item in flow.items))]
    how_long = (rule.how_long for member in sorted(one.members) for rule in covering(kept, what, keeper=member))
    statement = next((str(row.get("statement", "")) for row in flows[0].purposes if row["id"] == act.purpose), "")
    bases = (row for here in one.standings if here.flow in flows for row in here.bases)
    recipients = [end for flow in act.sends for end in flow.recipients]
    senders = [end for flow in act.receives for end in flow.senders]
    return {
        "purpose": names.item(act.purpose) if act.purpose else "", "statement": statement,
        "people": "; ".join(people_of(source, flows)), "kinds": "; ".join(kinds_of(source, flows)),
        "recipients": "; ".join(named(source, recipients, without=one.members)) or "Nobody else",
        "sources": "; ".join(named(source, senders, without=one.members)) or "Its own records",
        "abroad": _abroad(source, flows), "kept": "\n".join(dict.fromkeys(filter(None, how_long))),
        "powers": "\n".join(dict.fromkeys(names.item(power.id) for flow in act.sends for power in flow.powers)),
        "bases": "\n".join(dict.fromkeys(words for row in bases for words in basis_words(source, row))),
        "flows": flows_in_brief(labels, [flow.id for flow in flows]),
    }  # fmt: skip


def _abroad(source: Source, flows: Iterable[Flow]) -> str:
    """Where information leaves the UK, `No` where each flow says that it does not, "" where that is not stated."""
    found = [flow.row.get("outside_uk") for flow in flows]
    if True in found:
        places = (single(source, "international.where"), single(source, "international.safeguard"))
        return f"Yes. {' '.join(filter(None, places))}".strip()
    return "No" if found and all(one is False for one in found) else ""
