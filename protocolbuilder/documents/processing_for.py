"""Who processes information for others under an agreement, and for which controllers: UK GDPR Article 30(2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from protocolbuilder.documents.controllers import (
    Controller,
    answer,
    case_of,
    controllers,
    kinds_of,
    named,
    people_of,
    posts,
    reach,
    single,
)
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.matrix import flows_in_brief, ids, references, rows_of
from protocolbuilder.law.case import Case
from protocolbuilder.law.parts import Flow, Party, Row

ABOUT: Final[Mapping[str, str]] = {
    "name": "Processor", "contact": "Contact", "registration": "ICO registration", "dpo": "Data protection officer",
    "contract": "Contract or attached document", "acts_for": "Controllers it acts for",
}  # fmt: skip
COLUMNS: Final[Mapping[str, str]] = {
    "controller": "Controller", "contact": "Contact of the controller",
    "dpo": "Data protection officer of the controller", "processing": "What is processed for it, by purpose",
    "people": "People", "kinds": "Information", "sources": "Where it comes from", "recipients": "Who receives it",
    "abroad": "Outside the UK", "when": "When it is the processor", "flows": "Flows",
}  # fmt: skip
UNSTATED: Final = "Not stated which. These take part in its flows"
THROUGHOUT: Final = "In all its flows"
PROCESSES: Final = ("processor", "sub-processor")
PAPERS: Final = ("attached", "nested", "related")


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of one processor, under the names of ABOUT, and a row for each controller."""

    about: Mapping[str, str]
    records: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Processor:
    """`whole`: in all its flows. `roles`: by flow, the row that makes it the processor there."""

    party: Party
    whole: bool
    flows: tuple[Flow, ...]
    roles: Mapping[str, Row]


def processor_ids(source: Source) -> tuple[str, ...]:
    """The ids of the partners that are a processor, in all or in some of their flows."""
    return tuple(one.party.id for one in _processors(case_of(source)) if one.party.section == "parties")


def processors(source: Source) -> Iterator[Page]:
    """The record of every processor, or of the one of the source. A word is "" where nothing is stated."""
    every = controllers(dataclasses.replace(source, party=""))
    for one in _processors(case_of(source)):
        if source.party in ("", one.party.id):
            stated = ids(one.party.row, "works_for")
            yield Page(_about(source, one, stated), tuple(_records(source, one, stated, every)))


def abroad(source: Source, flows: Iterable[Flow]) -> str:
    """Where information leaves the UK, `No` where each flow says that it does not, "" where that is not stated."""
    found = [flow.row.get("outside_uk") for flow in flows]
    if True in found:
        places = (single(source, "international.where"), single(source, "international.safeguard"))
        return f"Yes. {' '.join(filter(None, places))}".strip()
    return "No" if found and all(one is False for one in found) else ""


def security(source: Source) -> str:
    """The measures that the agreement asks of everyone."""
    return "\n".join(filter(None, (single(source, f"security.{key}") for key in ("measures", "access", "encryption"))))


def _processors(case: Case) -> Iterator[_Processor]:
    for party in case.parties.values():
        mine = [row for row in case.rows("flow_roles") if row.get("party") == party.id]
        roles = {str(row.get("flow")): row for row in mine if row.get("role") == "processor"}
        whole = party.row.get("role") == "processor" or party.row.get("kind") in PROCESSES
        some = party.row.get("role") == "controller-and-processor"
        flows = [flow for flow in case.flows if flow.personal and party in flow.ends]
        found = tuple(flow for flow in flows if whole or flow.id in roles)
        if found or whole or some:
            yield _Processor(party, whole, found, roles)


def _about(source: Source, one: _Processor, stated: tuple[str, ...]) -> dict[str, str]:
    row, key = one.party.row, one.party.id
    papers = (
        str(paper.get("title", "")) for paper in rows_of(source.agreement, "documents")
        if key in ids(paper, "party") and (paper.get("kind") in PAPERS or isinstance(paper.get("kind"), Mapping))
    )
    return {
        "name": source.names.item(key), "contact": reach(source, row, (key,)), "dpo": posts(source, (key,), "dpo"),
        "registration": str(row.get("ico_registration", "")),
        "contract": str(row.get("contract") or "; ".join(filter(None, papers))),
        "acts_for": "; ".join(map(source.names.item, stated)) or (UNSTATED if one.flows else ""),
    }  # fmt: skip


def _records(
    source: Source, one: _Processor, stated: tuple[str, ...], every: tuple[Controller, ...]
) -> Iterator[dict[str, str]]:
    """A row for each controller it is said to act for; where nobody is named, for each that is in its flows."""
    mine = {flow.id for flow in one.flows}
    for controller in every:
        flows = {here.flow.id: here.flow for here in controller.standings if here.flow.id in mine}
        wanted = controller.members & set(stated) if stated else flows
        if wanted and one.party.id not in controller.members:
            yield _record(source, one, controller, tuple(flows.values()))


def _record(source: Source, one: _Processor, controller: Controller, flows: tuple[Flow, ...]) -> dict[str, str]:
    names, myself = source.names, frozenset((one.party.id,))
    senders = [end for flow in flows if one.party in flow.recipients for end in flow.senders]
    recipients = [end for flow in flows if one.party in flow.senders for end in flow.recipients]
    processing = dict.fromkeys(names.item(row["id"]) for flow in flows for row in flow.purposes)
    return {
        "controller": names.item(controller.id), "contact": reach(source, controller.party.row, controller.members),
        "dpo": posts(source, controller.members, "dpo"), "processing": "; ".join(processing),
        "people": "; ".join(people_of(source, flows)), "kinds": "; ".join(kinds_of(source, flows)),
        "sources": "; ".join(named(source, senders, without=myself)),
        "recipients": "; ".join(named(source, recipients, without=myself)) or ("Nobody" if flows else ""),
        "abroad": abroad(source, flows), "when": _when(source, one, flows),
        "flows": flows_in_brief(references(source.agreement), [flow.id for flow in flows]),
    }  # fmt: skip


def _when(source: Source, one: _Processor, flows: Iterable[Flow]) -> str:
    """`Throughout`; `After an event: the evidence is handed over`; "" where the agreement does not say."""
    if one.whole:
        return THROUGHOUT
    found = [one.roles[flow.id] for flow in flows]
    said = (
        ": ".join(filter(None, (answer(source, "flow_roles", row, "while"), str(row.get("event", "")))))
        for row in found
    )
    return "; ".join(dict.fromkeys(filter(None, said)))
