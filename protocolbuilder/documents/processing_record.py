"""The record of processing, UK GDPR Article 30, from the flows: of each controller, and of each processor with those it
acts for. In Word what several entries rest on is said once, before them; in the sheet each row is whole by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace as Said
from typing import Any, Final

from protocolbuilder.documents import sheet
from protocolbuilder.documents.answers import NOT_STATED
from protocolbuilder.documents.controllers import (
    Activity,
    Controller,
    basis_words,
    case_of,
    controller_ids,
    controllers,
    joint_ids,
    kinds_of,
    named,
    people_of,
    posts,
    reach,
    single,
)
from protocolbuilder.documents.keeping import KEY, Rule, covering, keyed, numbers, rules
from protocolbuilder.documents.processing_for import ABOUT as ABOUT_PROCESSOR
from protocolbuilder.documents.processing_for import COLUMNS as FOR_CONTROLLERS
from protocolbuilder.documents.processing_for import abroad, processor_ids, processors, security
from protocolbuilder.documents.shape import TEXT, Shape, rows
from protocolbuilder.documents.source import USUAL, Source, printed
from protocolbuilder.documents.words import Words
from protocolbuilder.domain.matrix import flows_in_brief, references, rows_of
from protocolbuilder.law.library import cited
from protocolbuilder.law.parts import Party, Power, Row

TEMPLATE: Final = "processing-record-1"
COLUMNS: Final[Mapping[str, str]] = {
    "purpose": "Purpose", "statement": "What is done", "people": "People", "kinds": "Information",
    "recipients": "Who receives it", "sources": "Where it comes from", "abroad": "Outside the UK",
    "kept": "How long it is kept", "powers": "Legal powers", "conditions": "Lawful bases and conditions",
    "flows": "Flows",
}  # fmt: skip
ABOUT: Final[Mapping[str, str]] = {
    "name": "Controller", "contact": "Contact", "registration": "ICO registration", "dpo": "Data protection officer",
    "joint": "Joint controllers", "policy": "Appropriate policy document",
}  # fmt: skip
SAFETY: Final = (
    "The absence of an agreement, of a signature or of a form never stops urgent and proportionate sharing to protect "
    "someone. Share what is needed to make the person safe, and record it afterwards."
)
SHARED: Final[Mapping[str, str]] = {"security": "Security", "assessment": "Impact assessment"}
SHAPE: Final[Mapping[str, Shape]] = {
    **USUAL,
    **dict.fromkeys(SHARED, TEXT),
    "purposes": rows("name", "statement"),
    "powers": rows("name"),
    "bases": rows("name", "words"),
    "rules": rows(*KEY),
    "controllers": Shape(
        element=Shape({**dict.fromkeys(ABOUT, TEXT), "records": rows(*COLUMNS, "cited", "bases", "rules")})
    ),
    "processors": Shape(
        element=Shape({**dict.fromkeys((*ABOUT_PROCESSOR, "stated"), TEXT), "records": rows(*FOR_CONTROLLERS)})
    ),
}
"""Every name that `processing-record-1.docx` may say."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of one controller, under the names of ABOUT, and a row for each of its purposes."""

    about: Mapping[str, str]
    records: tuple[Mapping[str, str], ...]
    rests: tuple[Activity, ...]
    bases: tuple[Row, ...]
    kept: tuple[Rule, ...]


def recorded(source: Source) -> tuple[str, ...]:
    """The ids of the partners that have a record: controllers and processors."""
    return tuple(dict.fromkeys((*controller_ids(source), *processor_ids(source))))


def pages(source: Source) -> Iterator[Page]:
    """The record of every controller, or of the one of the source. A word is "" where nothing is stated."""
    every = rules(source)
    for one in controllers(source):
        made = [_record(source, one, act, every) for act in one.activities]
        kept = tuple(rule for rule in every if any(rule in found for _, found in made))
        yield Page(_about(source, one), tuple(row for row, _ in made), one.activities, one.bases, kept)


def docx(source: Source) -> bytes:
    """The record as a Word file, in landscape."""
    found, others = tuple(pages(source)), tuple(processors(source))
    said = {
        **_once(source, found), **{key: Words(words) for key, words in _shared(source).items()},
        "controllers": [_said(page.about, page.records) for page in found],
        "processors": [_said(page.about, page.records) for page in others],
    }  # fmt: skip
    return printed(source, TEMPLATE, said, called="record of processing")


def xlsx(source: Source) -> bytes:
    """A sheet for controllers, a row for each purpose of each; one for processors; and what it was made from."""
    found, others, shared = tuple(pages(source)), tuple(processors(source)), _shared(source)
    after = [key for key in ABOUT if key != "name"]
    head = ("Controller", *COLUMNS.values(), *(ABOUT[key] for key in after), *SHARED.values())
    lines: list[tuple[str, ...]] = [head]
    for page in found:
        about = [*(page.about[key] for key in after), *shared.values()]
        lines += [_stated(page.about["name"], *(row[key] for key in COLUMNS), *about) for row in page.records]
    made: dict[str, sheet.Page] = {"Record of processing": (lines, [30] * len(head))}
    if others:
        rest = [key for key in ABOUT_PROCESSOR if key != "name"]
        head = ("Processor", *FOR_CONTROLLERS.values(), *(ABOUT_PROCESSOR[key] for key in rest), SHARED["security"])
        lines = [head]
        for one in others:
            about = [*(one.about[key] for key in rest), shared["security"]]
            each = one.records or (dict.fromkeys(FOR_CONTROLLERS, ""),)
            lines += [_stated(one.about["name"], *(row[key] for key in FOR_CONTROLLERS), *about) for row in each]
        made["Processors"] = lines, [30] * len(head)
    made["Made from"] = _origin(source), [34, 90]
    title = f"{source.title}: record of processing".removeprefix(": ")
    return sheet.workbook(made, title=title, author=source.host, at=source.stamp.at)


def _stated(*words: str) -> tuple[str, ...]:
    return tuple(one or NOT_STATED for one in words)


def _origin(source: Source) -> list[tuple[str, str]]:
    stamp = source.stamp
    origin = [("Made from", "What"), ("Agreement", source.title or NOT_STATED)]
    origin += [("Reference", stamp.reference or NOT_STATED), ("Version", stamp.version), ("Law library", stamp.library)]
    origin += [("Data fingerprint (SHA-256)", stamp.fingerprint), ("Safety comes first", SAFETY)]
    return origin + ([("Out of date", f"Version {source.newer} replaced this")] if source.newer else [])


def _said(about: Mapping[str, str], records: Iterable[Mapping[str, str]]) -> Said:
    said = {key: Words(words) for key, words in about.items()}
    return Said(**said, records=[Said(**{key: Words(words) for key, words in row.items()}) for row in records])


def _shared(source: Source) -> dict[str, str]:
    """What the agreement says for all partners alike."""
    assessment = [single(source, f"dpia.{key}") for key in ("status", "date", "reference")]
    return {"security": security(source), "assessment": "; ".join(filter(None, assessment))}


def _once(source: Source, found: Iterable[Page]) -> dict[str, Any]:
    """What the entries rest on, each once: purposes, powers, lawful bases, rules for keeping."""
    names, every, pages_made = source.names, rules(source), tuple(found)
    acts = [act for page in pages_made for act in page.rests]
    purposes = {act.purpose: row for act in acts for flow in act.flows for row in flow.purposes
                if row["id"] == act.purpose}  # fmt: skip
    powers = dict.fromkeys(names.item(power.id) for act in acts for flow in act.sends for power in flow.powers)
    bases = {row["id"]: row for page in pages_made for row in page.bases}
    return {
        "purposes": [
            Said(name=Words(names.item(key)), statement=Words(str(row.get("statement", ""))))
            for key, row in purposes.items()
        ],
        "powers": [Said(name=Words(name)) for name in powers],
        "bases": [
            Said(name=Words(names.item(key)), words=Words(*basis_words(source, row))) for key, row in bases.items()
        ],
        "rules": keyed(every, (rule for page in pages_made for rule in page.kept)),
    }  # fmt: skip


def _about(source: Source, one: Controller) -> dict[str, str]:
    names, case = source.names, case_of(source)
    joint = [case.parties[key] for key in joint_ids(case)]
    alone = "None" if all(case.parties[key].row.get("role") for key in one.members) else ""
    covering_it = [
        row for row in rows_of(source.agreement, "documents")
        if row.get("kind") == "policy-document" and one.members & set(row.get("party", ()))
    ]  # fmt: skip
    parts = sorted(one.members - {one.id})
    return {
        "name": names.item(one.id) + (f", with {', '.join(map(names.item, parts))}" if parts else ""),
        "contact": reach(source, one.party.row, one.members), "dpo": posts(source, one.members, "dpo"),
        "registration": str(one.party.row.get("ico_registration", "")),
        "joint": "; ".join(named(source, joint, without=one.members)) if one.party in joint else alone,
        "policy": "; ".join(str(row.get("title", "")) for row in covering_it),
    }  # fmt: skip


def _record(
    source: Source, one: Controller, act: Activity, every: tuple[Rule, ...]
) -> tuple[dict[str, str], tuple[Rule, ...]]:
    names, labels, flows = source.names, references(source.agreement), act.flows
    what = [key for flow in flows for key in (flow.id, *(item["id"] for item in flow.items))]
    kept = tuple(dict.fromkeys(rule for key in sorted(one.members) for rule in covering(every, what, keeper=key)))
    bases = {row["id"]: row for here in one.standings if here.flow in flows for row in here.bases}
    powers = {power.id: power for flow in act.sends for power in flow.powers}
    recipients = [flow.recipients for flow in act.sends]
    senders = [flow.senders for flow in act.receives]
    statements = (row.get("statement", "") for row in flows[0].purposes if row["id"] == act.purpose)
    return {
        "purpose": names.item(act.purpose) if act.purpose else "", "statement": str(next(statements, "")),
        "people": "; ".join(people_of(source, flows)), "kinds": "; ".join(kinds_of(source, flows)),
        "recipients": _ends(source, recipients, one, nobody="Nobody else"),
        "sources": _ends(source, senders, one, nobody="Its own records"),
        "abroad": abroad(source, flows), "flows": flows_in_brief(labels, [flow.id for flow in flows]),
        "kept": "\n".join(dict.fromkeys(rule.how_long for rule in kept if rule.how_long)),
        "rules": numbers(every, kept),
        "powers": "\n".join(dict.fromkeys(map(names.item, powers))) or _sends_nothing(act),
        "cited": "; ".join(dict.fromkeys(_cited(source, power) for power in powers.values())) or _sends_nothing(act),
        "bases": "; ".join(map(names.item, bases)),
        "conditions": "\n".join(dict.fromkeys(words for row in bases.values() for words in basis_words(source, row))),
    }, kept  # fmt: skip


def _ends(source: Source, ends: Iterable[tuple[Party, ...]], one: Controller, *, nobody: str) -> str:
    """Who is at the other end; `nobody` where there is none, "" where a flow does not say."""
    each = tuple(ends)
    found = named(source, (end for some in each for end in some), without=one.members)
    return "; ".join(found) or ("" if any(not some for some in each) else nobody)


def _sends_nothing(act: Activity) -> str:
    return "" if act.sends else "It only receives for this purpose"


def _cited(source: Source, power: Power) -> str:
    """A power by its citation, with what nobody has checked of it; one of the agreement's own by its name."""
    return cited(power.entry) if power.entry else source.names.item(power.id)
