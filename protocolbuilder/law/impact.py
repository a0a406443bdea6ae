"""Who is affected when the law changes: what rests on a provision, and what a change does to one agreement.

Pure: an agreement and two libraries in, one before the change and one after it. Nothing is decided for anybody: the
worklist says where to look, and an amendment is a proposal for a person to take or leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from protocolbuilder.domain import matrix
from protocolbuilder.domain.agreement import ABSENT, Agreement, put
from protocolbuilder.domain.check import check
from protocolbuilder.domain.marks import NOT_STATED, ORDER, WORDS, Power
from protocolbuilder.domain.matrix import Cell, View
from protocolbuilder.domain.schema import Schema
from protocolbuilder.law.carve_outs import shut_by
from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import RULES, Finding
from protocolbuilder.law.flow_question import FlowQuestion, question_of
from protocolbuilder.law.library import Library
from protocolbuilder.law.offer import failing
from protocolbuilder.law.parts import Flow, Party
from protocolbuilder.law.rules import language

Views = Callable[[Agreement, Mapping[str, Mapping[str, Any]]], View]
VIEWS: Final[Mapping[str, Views]] = {
    "agencies": matrix.agencies, "recipients": matrix.recipients, "purposes": matrix.purposes,
}
LEFT_OUT: Final = frozenset({"R89", "X04", "X08"})
"""R89 is found everywhere, for every record makes a new version; X04 and X08, like language, read texts alone."""


@dataclass(frozen=True, slots=True)
class Use:
    """What of an agreement rests on a provision: ids of legal powers and flows, and (view, row, column) of cells."""

    gateways: tuple[str, ...]
    flows: tuple[str, ...]
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of the matrix whose strongest mark, in words, is another after the change."""

    view: str
    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Fit:
    """A flow that a provision in force fits, with the senders it binds or empowers and the recipients it reaches."""

    flow: str
    senders: tuple[str, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of the law does to one agreement as it stands. `newly` and `lost` are flows the law now fits, or
    no longer does, whether or not the agreement relies on it; `fails` and `clears` what the review finds or no longer.
    """

    use: Use
    newly: tuple[Fit, ...]
    lost: tuple[Fit, ...]
    cells: tuple[CellChange, ...]
    fails: tuple[Finding, ...]
    clears: tuple[Finding, ...]

    @property
    def any(self) -> bool:
        """Whether there is anything for a person to look at."""
        return any((self.newly, self.lost, self.cells, self.fails, self.clears))


def use(agreement: Agreement, library: Library, provision: str) -> Use:
    """Every legal power, flow and cell that rests on the provision."""
    powers = {row["id"] for row in matrix.rows_of(agreement, "gateways") if row.get("provision") == provision}
    flows = tuple(
        flow["id"] for flow in matrix.rows_of(agreement, "flows") if powers & set(matrix.ids(flow, "gateways"))
    )
    table = library.vocabularies["gateways"]
    cells = (
        (name, *key)
        for name, view in VIEWS.items() if flows
        for key, cell in view(agreement, table).cells.items()
        if any(power.gateway in powers for power in cell.powers)
    )
    return Use(tuple(sorted(powers)), flows, tuple(cells))


def fits(case: Case, provision: str) -> tuple[Fit, ...]:
    """The flows that the provision fits as law in force on the day, relied on or not: the tests of the offer."""
    if not case.library.has("gateways", provision) or not case.library.live(provision, on=case.on):
        return ()
    record = case.library.vocabularies["gateways"][provision]
    return tuple(fit for flow in case.flows if (fit := _fit(case, record, flow)))


def _fit(case: Case, record: Mapping[str, Any], flow: Flow) -> Fit | None:
    nations = case.nations or {""}
    if not any(not failing(record, _question(case, flow, flow.senders, flow.recipients, nation)) for nation in nations):
        return None
    senders = [party for party in flow.senders if _named(party, record["who_may_rely_on"])]
    recipients = [party for party in flow.recipients if _named(party, record["may_disclose_to"])]
    pairs = [
        (one, other) for one in senders for other in recipients
        if (one is not other or one.is_class) and not _shut(case, record, flow, one, other)
    ]
    found = [tuple(dict.fromkeys(pair[side].id for pair in pairs)) for side in (0, 1)]
    return Fit(flow.id, found[0], found[1]) if pairs else None


def _named(party: Party, listed: list[str]) -> bool:
    return bool(party.types) and ("any" in listed or bool(set(party.types) & set(listed)))


def _question(
    case: Case, flow: Flow, senders: tuple[Party, ...], recipients: tuple[Party, ...], nation: str
) -> FlowQuestion:
    return question_of(flow, senders, recipients, library=case.library, nation=nation, on=case.on)


def _shut(case: Case, record: Mapping[str, Any], flow: Flow, one: Party, other: Party) -> bool:
    return bool(shut_by(record["id"], _question(case, flow, (one,), (other,), "")))


def cell_changes(
    before: Agreement, old: Library, after: Agreement, new: Library
) -> tuple[CellChange, ...]:
    """The cells whose strongest mark differs, in the order of the views: "May" before, "Must" after."""
    return tuple(
        CellChange(name, *key, said[0], said[1])
        for name, view in VIEWS.items()
        for key, said in _marks(view(before, old.vocabularies["gateways"]), view(after, new.vocabularies["gateways"]))
        if said[0] != said[1]
    )


def _marks(before: View, after: View) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for key, cell in after.cells.items():
        yield key, (_strongest(before.cells.get(key)), _strongest(cell))


def _strongest(cell: Cell | None) -> str:
    return strongest(cell.powers) if cell else WORDS[NOT_STATED]


def strongest(powers: tuple[Power, ...]) -> str:
    """The mark, in words, of the power that says most: must before may before function."""
    marks = sorted((power.mark for power in powers), key=ORDER.index)
    return WORDS[marks[0]] if marks else WORDS[NOT_STATED]


def effect(
    schema: Schema, agreement: Agreement, provision: str, *, before: Library, after: Library, on: date
) -> Effect:
    """What follows for one agreement on a day, when the library was `before` and is `after`.

    The answers must be well formed (no problem of the kind *wrong*).
    """
    old, new = (Case(schema, agreement, library, on=on) for library in (before, after))
    used = use(agreement, after, provision)
    were, are = {fit.flow: fit for fit in fits(old, provision)}, {fit.flow: fit for fit in fits(new, provision)}
    newly = tuple(fit for key, fit in are.items() if key not in were)
    lost = tuple(fit for key, fit in were.items() if key not in are)
    if not (used.gateways or newly or lost):
        return Effect(used, (), (), (), (), ())
    found = [_findings(case) for case in (old, new)]
    cells = cell_changes(agreement, before, agreement, after) if used.flows else ()
    fails, clears = (
        tuple(finding for key, finding in found[mine].items() if key not in found[1 - mine]) for mine in (1, 0)
    )
    return Effect(used, newly, lost, cells, fails, clears)


def effect_as_read(
    schema: Schema, agreement: Agreement, provision: str, *, before: Library, after: Library, on: date
) -> tuple[Agreement, Effect]:
    """The same for an agreement that nobody has checked, with what was read of it: where its answers cannot be read,
    the agreement without the wrong ones.

    A check of every agreement of a register costs more than all the rest, so it is made only where it is needed.
    """
    try:
        return agreement, effect(schema, agreement, provision, before=before, after=after, on=on)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        readable = well_formed(schema, agreement, after)
        return readable, effect(schema, readable, provision, before=before, after=after, on=on)


def well_formed(schema: Schema, agreement: Agreement, library: Library) -> Agreement:
    """The agreement without the answers that the check finds wrong."""
    for problem in check(schema, agreement, library):
        if problem.kind == "wrong":
            agreement = put(agreement, problem.address, ABSENT)
    return agreement


def _findings(case: Case) -> Mapping[tuple[str, str, str], Finding]:
    """What the review finds, but for rules that no change of a record can touch."""
    return {
        (finding.rule, finding.address, finding.text): finding
        for rule in RULES.values()
        if rule.find.__module__ != language.__name__ and rule.id not in LEFT_OUT
        for finding in rule.findings(case)
    }
