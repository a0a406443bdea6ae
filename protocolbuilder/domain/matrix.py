"""The protocol matrix: views of the one list of flows. Nothing here is typed in; everything follows from the flows.

A view is sparse: it holds the cells that have a flow. The row or column "" is *not stated*: flows that do not say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from protocolbuilder.domain.agreement import Agreement
from protocolbuilder.domain.marks import ORDER, Power, Provision, Sender, power

NOT_STATED: Final = ""
SEVERAL: Final = ("class", "capacity")  # kinds of party or other that stand for more than one body

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """What meets in one cell, as ids: the flows in order, the items they carry, the powers they rest on."""

    flows: tuple[str, ...]
    items: tuple[str, ...]
    powers: tuple[Power, ...]


@dataclass(frozen=True, slots=True)
class View:
    """`rows` and `columns` are ids in reading order; `cells` has a key (row, column) only where a flow is."""

    id: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]


def rows_of(agreement: Agreement, section: str) -> tuple[Row, ...]:
    """The items of a list section that are objects with an id."""
    found = agreement.answers.get(section, ())
    return tuple(row for row in found if isinstance(row, Mapping) and isinstance(row.get("id"), str))


def ids(row: Row, question: str) -> tuple[str, ...]:
    """The ids that a question refers to, each once, in order; empty when not stated, or when the answer is no list."""
    found = row.get(question) or ()
    found = (found,) if isinstance(found, str) else found if isinstance(found, list | tuple) else ()
    return tuple(dict.fromkeys(part for part in found if isinstance(part, str)))


def references(agreement: Agreement) -> Mapping[str, str]:
    """A short label for each flow: its own reference where stated, else F and its place. No two are alike."""
    flows = rows_of(agreement, "flows")
    given = [str(flow.get("ref") or "").strip() for flow in flows]
    used = {ref for ref, count in Counter(given).items() if ref and count == 1}
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for place, (flow, ref) in enumerate(zip(flows, given, strict=True), start=1):
        label = ref if ref in used else f"{ref} F{place}".strip()
        while label in taken or (label in used and label != ref):
            label += "′"
        taken.add(label)
        labels[flow["id"]] = label
    return labels


def in_brief(labels: Iterable[str]) -> str:
    """`1 to 6, 8, 9, F10 to F12`: three or more numbers that follow each other as first to last."""
    runs: list[list[str]] = []
    for label in labels:
        follows = runs and _next(runs[-1][-1]) == _counted(label) != ("", -1)
        runs[-1].append(label) if follows else runs.append([label])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def _counted(label: str) -> tuple[str, int]:
    """What stands before its number, and the number; -1 where it has none."""
    before = label.rstrip("0123456789")
    return (before, int(label[len(before) :])) if before != label else ("", -1)


def _next(label: str) -> tuple[str, int]:
    before, number = _counted(label)
    return before, number + 1


def flows_in_brief(labels: Mapping[str, str], flows: Collection[str]) -> str:
    """Flows by their labels (`references`), each once, in the order of the agreement, in brief."""
    return in_brief(label for flow, label in labels.items() if flow in flows)


class _Flows:
    """The flows of one agreement with their ends resolved and their powers worked out once."""

    def __init__(self, agreement: Agreement, provisions: Mapping[str, Provision]) -> None:
        self.flows = {flow["id"]: flow for flow in rows_of(agreement, "flows")}
        self.parties = {row["id"]: row for row in rows_of(agreement, "parties")}
        self.others = {row["id"]: row for row in rows_of(agreement, "others")}
        self.gateways = {row["id"]: row for row in rows_of(agreement, "gateways")}
        self._provisions = provisions
        self._powers: dict[tuple[str, str], tuple[Power, ...]] = {}
        self._ends: dict[tuple[str, str], tuple[str, ...]] = {}

    def ends(self, flow: Row, question: str) -> tuple[str, ...]:
        """Who sends or receives: an other that stands for partners is those partners; nobody is (NOT_STATED,)."""
        key = flow["id"], question
        if key not in self._ends:
            found: dict[str, None] = {}
            for end in ids(flow, question):
                stands_for = ids(self.others[end], "stands_for") if end in self.others else ()
                found |= dict.fromkeys(stands_for or (end,))
            self._ends[key] = tuple(found) or (NOT_STATED,)
        return self._ends[key]

    def pairs(self, flow: Row) -> list[tuple[str, str]]:
        """Sender and recipient of each exchange. A single body exchanges with itself only when nobody else is named."""
        every = list(product(self.ends(flow, "from"), self.ends(flow, "to")))
        between = [(one, two) for one, two in every if one != two or one == NOT_STATED or self._is_several(one)]
        return between or every

    def _is_several(self, end: str) -> bool:
        row = self.parties.get(end) or self.others.get(end) or {}
        return row.get("kind") in SEVERAL

    def sender(self, end: str) -> Sender:
        row = self.parties.get(end) or self.others.get(end) or {}
        return Sender(end, frozenset(ids(row, "agency_types")))

    def powers(self, flow_id: str, sender: str) -> tuple[Power, ...]:
        """The powers of one flow for one sender, in the order in which the flow names them."""
        key = flow_id, sender
        if key not in self._powers:
            flow = self.flows[flow_id]
            named = (self.gateways.get(gateway, {"id": gateway}) for gateway in ids(flow, "gateways"))
            self._powers[key] = tuple(
                power(row, self._provision(row), flow=flow, sender=self.sender(sender)) for row in named
            )
        return self._powers[key]

    def _provision(self, gateway: Row) -> Provision | None:
        provision = gateway.get("provision")
        return self._provisions.get(provision) if isinstance(provision, str) else None

    def cell(self, flow_ids: Sequence[str], senders: Iterable[str], gateway: str | None = None) -> Cell:
        """The cell of these flows; with `gateway` only that power of them."""
        items: dict[str, None] = {}
        for flow_id in flow_ids:
            flow = self.flows[flow_id]
            items |= dict.fromkeys(ids(flow, "items") + ids(flow, "optional_items"))
        found: dict[Power, None] = {}
        for sender, flow_id in product(senders, flow_ids):
            if sender in self.ends(self.flows[flow_id], "from"):
                found |= dict.fromkeys(self.powers(flow_id, sender))
        kept = [each for each in found if gateway is None or each.gateway == gateway]
        return Cell(tuple(flow_ids), tuple(items), tuple(sorted(kept, key=lambda each: ORDER.index(each.mark))))

    def senders(self, flow_ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(end for one in flow_ids for end in self.ends(self.flows[one], "from")))


def agencies(agreement: Agreement, provisions: Mapping[str, Provision]) -> View:
    """Who shares with whom: row sender, column recipient. `provisions` is the law library by id."""
    flows = _Flows(agreement, provisions)
    found = _gather(flows, flows.pairs)
    made: dict[tuple[str, tuple[str, ...]], Cell] = {}
    for (sender, _), flow_ids in found.items():
        made.setdefault((sender, flow_ids), Cell((), (), ()))
    made = {(sender, flow_ids): flows.cell(flow_ids, (sender,)) for sender, flow_ids in made}
    cells = {key: made[key[0], flow_ids] for key, flow_ids in found.items()}
    known = (*flows.parties, *flows.others)
    least = tuple(flows.parties)
    return View("agencies", _axis(known, cells, 0, least), _axis(known, cells, 1, least), cells)


def recipients(agreement: Agreement, provisions: Mapping[str, Provision]) -> View:
    """Who receives what: row item (always sent or sent only when needed), column recipient."""
    flows = _Flows(agreement, provisions)

    def pairs(flow: Row) -> list[tuple[str, str]]:
        items = (ids(flow, "items") + ids(flow, "optional_items")) or (NOT_STATED,)
        return list(product(dict.fromkeys(items), flows.ends(flow, "to")))

    found = _gather(flows, pairs)
    made = {flow_ids: flows.cell(flow_ids, flows.senders(flow_ids)) for flow_ids in set(found.values())}
    cells = {key: Cell(flow_ids, (key[0],) if key[0] else (), made[flow_ids].powers) for key, flow_ids in found.items()}
    items = tuple(row["id"] for row in rows_of(agreement, "items"))
    ends = (*flows.parties, *flows.others)
    return View("recipients", _axis(items, cells, 0, items), _axis(ends, cells, 1, tuple(flows.parties)), cells)


def purposes(agreement: Agreement, provisions: Mapping[str, Provision]) -> View:
    """Which power serves which purpose: row purpose, column gateway."""
    flows = _Flows(agreement, provisions)

    def pairs(flow: Row) -> list[tuple[str, str]]:
        return list(product(ids(flow, "purposes") or (NOT_STATED,), ids(flow, "gateways") or (NOT_STATED,)))

    found = _gather(flows, pairs)
    cells = {key: flows.cell(flow_ids, flows.senders(flow_ids), gateway=key[1]) for key, flow_ids in found.items()}
    rows = tuple(row["id"] for row in rows_of(agreement, "purposes"))
    columns = tuple(flows.gateways)
    return View("purposes", _axis(rows, cells, 0, rows), _axis(columns, cells, 1, columns), cells)


def flow_powers(agreement: Agreement, provisions: Mapping[str, Provision]) -> Mapping[str, tuple[Power, ...]]:
    """For each flow its powers over all its senders, each once, duties first."""
    flows = _Flows(agreement, provisions)
    return {flow_id: flows.cell((flow_id,), flows.senders((flow_id,))).powers for flow_id in flows.flows}


def narrow(view: View, *, rows: Collection[str] = (), columns: Collection[str] = ()) -> View:
    """The view with only these rows and columns; an empty selection keeps all of them."""
    kept_rows = tuple(row for row in view.rows if not rows or row in rows)
    kept_columns = tuple(column for column in view.columns if not columns or column in columns)
    left, top = set(kept_rows), set(kept_columns)
    cells = {key: cell for key, cell in view.cells.items() if key[0] in left and key[1] in top}
    return View(view.id, kept_rows, kept_columns, cells)


def _gather(flows: _Flows, pairs: Callable[[Row], Iterable[tuple[str, str]]]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for flow_id, flow in flows.flows.items():
        for key in pairs(flow):
            found.setdefault(key, []).append(flow_id)
    return {key: tuple(flow_ids) for key, flow_ids in found.items()}


def _axis(known: Sequence[str], cells: Iterable[tuple[str, str]], side: int, least: Sequence[str]) -> tuple[str, ...]:
    """`least` and whatever has a cell, in the order of `known`, then ids that no list holds, *not stated* last."""
    used = {key[side] for key in cells}
    ordered = [one for one in known if one in used or one in least]
    unknown = sorted(used - set(known) - {NOT_STATED})
    return (*ordered, *unknown, *([NOT_STATED] if NOT_STATED in used else []))
