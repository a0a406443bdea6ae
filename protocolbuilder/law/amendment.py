"""A proposed amendment to one agreement when the law changes: its words, and the edits that would make it.

The words come from the record of the library and the agreement's own names, and from nothing else. A person takes the
proposal or leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocolbuilder.domain.agreement import ABSENT, Agreement, Edit, apply, get
from protocolbuilder.domain.matrix import flow_powers, flows_in_brief, ids, references, rows_of
from protocolbuilder.law.case import Case
from protocolbuilder.law.impact import CellChange, Effect, Fit, cell_changes, strongest
from protocolbuilder.law.leg import compels
from protocolbuilder.law.library import Library, cited
from protocolbuilder.law.offer_words import day, says

STEPS: Final[Mapping[str, tuple[str, str]]] = {
    # CA 2004 s.16LA: "The duty falls away if disclosure would be more detrimental to the child than not disclosing."
    "ca-2004-s16la": (
        "requests.more_detrimental",
        "Before staff disclose under {citation} they ask whether disclosing would be more detrimental to the child than"
        " not disclosing. If it would be, the duty falls away. They record the question, the answer and the reason.",
    ),
}
STATED: Final = {"permissive": "may", "implied": "function"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A flow whose strongest mark, in words, becomes another when the proposal is taken."""

    flow: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """`clause` is what the agreement would say; `step` an (address, text) it must also hold, ("", "") when none.

    `edits` make it, in one save. `turns` and `cells` say what it does to flows and to cells of the matrix.
    """

    clause: str
    step: tuple[str, str]
    step_missing: bool
    edits: tuple[Edit, ...]
    turns: tuple[Turn, ...]
    cells: tuple[CellChange, ...]


def propose(case: Case, provision: str, effect: Effect, *, before: Library, new_id: Callable[[], str]) -> Proposal:
    """What to write into the agreement of a case (which holds the library after the change).

    A provision that newly fits flows is added and tied to them; one that ended is replaced by what stands in its
    place, where the library knows it; otherwise there are words and no edits.
    """
    record = case.library.vocabularies["gateways"][provision]
    if effect.newly:
        return _taken_up(case, record, effect.newly, before=before, new_id=new_id)
    edits: tuple[Edit, ...] = ()
    after = case.library.entry("gateways", record["replaced_by"]) if record["replaced_by"] else None
    if after and not case.library.live(provision, on=case.on):
        edits = tuple(Edit(f"gateways.{one}.provision", record["replaced_by"]) for one in effect.use.gateways)
    return _proposal(case, _other_words(case, record, after, effect), ("", ""), edits, before=before)


def _taken_up(
    case: Case, record: Mapping[str, Any], fits: tuple[Fit, ...], *, before: Library, new_id: Callable[[], str]
) -> Proposal:
    provision, clause = str(record["id"]), _clause(case, record, fits)
    step = _step(record)
    edits = [*_power(case.agreement, record, clause, new_id)]
    power = edits[0].address.split(".")[1]
    flows = {flow["id"]: flow for flow in rows_of(case.agreement, "flows")}
    for fit in fits:
        held = ids(flows[fit.flow], "gateways")
        if not any(_provision(case.agreement, one) == provision for one in held):
            edits.append(Edit(f"flows.{fit.flow}.gateways", [*held, power]))
    if step[0] and case.empty(step[0]):
        edits.append(Edit(*step))
    return _proposal(case, clause, step, tuple(edits), before=before)


def _proposal(
    case: Case, clause: str, step: tuple[str, str], edits: tuple[Edit, ...], *, before: Library
) -> Proposal:
    amended = case.agreement
    for edit in edits:
        amended = apply(amended, edit)
    tables = before.vocabularies["gateways"], case.library.vocabularies["gateways"]
    were, are = flow_powers(case.agreement, tables[0]), flow_powers(amended, tables[1])
    said = ((key, strongest(were[key]), strongest(are[key])) for key in are)
    turns = tuple(Turn(key, old, new) for key, old, new in said if old != new)
    missing = bool(step[0]) and case.empty(step[0])
    cells = cell_changes(case.agreement, before, amended, case.library)
    return Proposal(clause, step, missing, edits, turns, cells)


def _power(
    agreement: Agreement, record: Mapping[str, Any], clause: str, new_id: Callable[[], str]
) -> tuple[Edit, ...]:
    """The legal power itself, said as what it is: the one the agreement holds already, or a new one."""
    stated = stated_as(record)
    for row in rows_of(agreement, "gateways"):
        if row.get("provision") == record["id"]:
            base = f"gateways.{row['id']}"
            return Edit(f"{base}.stated_as", stated), Edit(f"{base}.explanation", clause)
    made = {"provision": record["id"], "stated_as": stated, "explanation": clause}
    return (Edit(f"gateways.{new_id()}", made),)


def stated_as(record: Mapping[str, Any]) -> str:
    """How an agreement says what a provision is: must only for a duty to disclose or notify, never for another."""
    return "must" if compels(record) else STATED.get(record["kind"], "co-operate")


def taken_for(
    agreement: Agreement, record: Mapping[str, Any], flow: str, *, new_id: Callable[[], str]
) -> tuple[Edit, ...]:
    """The edits that make one flow rest on a provision: the power where the agreement lacks it, and the tie."""
    held = get(agreement, f"flows.{flow}.gateways") or []
    rows = [row["id"] for row in rows_of(agreement, "gateways") if row.get("provision") == record["id"]]
    if set(rows) & set(held):
        return ()
    power = rows[0] if rows else new_id()
    made = {"provision": record["id"], "stated_as": stated_as(record)}
    added = () if rows else (Edit(f"gateways.{power}", made),)
    return (*added, Edit(f"flows.{flow}.gateways", [*held, power]))


def _provision(agreement: Agreement, power: str) -> Any:
    found = get(agreement, f"gateways.{power}.provision")
    return "" if found is ABSENT else found


def _step(record: Mapping[str, Any]) -> tuple[str, str]:
    address, text = STEPS.get(record["id"], ("", ""))
    return address, text.format(citation=record["citation"])


def _clause(case: Case, record: Mapping[str, Any], fits: tuple[Fit, ...]) -> str:
    bound = dict.fromkeys(one for fit in fits for one in fit.senders)
    who = case.called(case.parties[one] for one in bound if one in case.parties)
    start = f"From {day(record['in_force_from'])} " if record["in_force_from"] else ""
    if record.get("asked"):
        start = f"Only if it comes into force, which nobody has recorded: {start[:1].lower()}{start[1:]}"
    parts = [f"{start}{record['citation']} ({record['title']}) applies to {who}."]
    if compels(record):
        labels = references(case.agreement)
        listed = flows_in_brief(labels, [fit.flow for fit in fits])
        many = "flows" if len(fits) > 1 else "flow"
        parts.append(f"In {many} {listed} each of them that sends {says(record)}, as far as the provision says.")
    return " ".join(parts)


def _other_words(
    case: Case, record: Mapping[str, Any], after: Mapping[str, Any] | None, effect: Effect
) -> str:
    labels = references(case.agreement)
    listed = flows_in_brief(labels, effect.use.flows) or "none"
    told = f"{' '.join(record.get('recorded', ()))} Flows that rest on {cited(record)}: {listed}."
    if after:
        return f"{told} Rest them on {cited(after)} ({after['title']}) instead."
    if record["status"] != "in-force":
        return f"{told} Choose another power for them, or stop them."
    return f"{told} Read the provision as it stands now, and say if they still fit."
