"""The protocol matrix on the screen: who shares what with whom, by which power. Each cell leads to its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from protocolbuilder.documents.cells import AXES, TITLES
from protocolbuilder.documents.picture import Picture
from protocolbuilder.documents.picture_heat import heat_table
from protocolbuilder.documents.picture_map import flow_map
from protocolbuilder.documents.picture_sharing import sharing
from protocolbuilder.domain import matrix
from protocolbuilder.domain.agreement import Agreement, put
from protocolbuilder.domain.marks import MEANINGS, ORDER, WORDS, Power
from protocolbuilder.domain.matrix import NOT_STATED, Cell, View, ids, references, rows_of
from protocolbuilder.domain.participation import standings
from protocolbuilder.law.library import cited
from protocolbuilder.law.restrictions import restricted_flows
from protocolbuilder.web import places
from protocolbuilder.web.cells import words
from protocolbuilder.web.findings import restrictions_of
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.paging import page_asked, paging

blueprint = Blueprint("matrix", __name__)

Provisions = Mapping[str, Mapping[str, Any]]
VIEWS: Final[Mapping[str, Callable[[Agreement, Provisions], View]]] = {
    "agencies": matrix.agencies,
    "recipients": matrix.recipients,
    "purposes": matrix.purposes,
}
LIST: Final = "flows"
STANDING: Final = "standing"
PICTURES: Final = "pictures"
PER_PAGE: Final = 100
"""Flows on one page of the list."""
MOST_CELLS: Final = 6_000
"""A view with more cells leaves out rows and columns without a flow; when it still has more, it is not shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One power in words: its short name with what nobody checked of it, where it leads, what it does."""

    name: str
    link: str
    words: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for: ids, "" for all. `not-stated` stands for flows that do not say."""

    sender: str
    recipient: str
    purpose: str

    @property
    def query(self) -> dict[str, str]:
        parts = {"from": self.sender, "to": self.recipient, "purpose": self.purpose}
        return {key: value for key, value in parts.items() if value}


@blueprint.get("/agreements/<ref>/matrix")
def show(ref: str) -> str:
    """`?view=` one of VIEWS, `flows` for a list, `standing`; `?from=`, `?to=`, `?purpose=` narrow it."""
    opened = open_draft(ref, by="matrix:read")
    chosen = request.args.get("view", "agencies")
    views = [
        *TITLES.items(), (PICTURES, "Flow map and heat table"), (LIST, "List of flows"),
        (STANDING, "Standing of each partner"),
    ]  # fmt: skip
    chosen = chosen if chosen in dict(views) else "agencies"
    wanted = Filter(*(request.args.get(key, "") for key in ("from", "to", "purpose")))
    agreement = opened.agreement
    provisions = opened.library.vocabularies["gateways"]
    whole = matrix.agencies(agreement, provisions)
    kept = _kept(agreement, whole, wanted)
    narrowed = put(agreement, "flows", [flow for flow in rows_of(agreement, "flows") if flow["id"] in kept])
    view = _view(chosen, narrowed, provisions, wanted) if chosen in VIEWS else None
    page = page_asked(request.args)
    pages = paging(request.path, {"view": chosen, **wanted.query}, page=page, count=len(kept), per_page=PER_PAGE)
    return render_template(
        "matrix.html", opened=opened, view=view, chosen=chosen, filter=wanted, labels=references(agreement),
        title=dict(views)[chosen], axes=AXES.get(chosen, ("", "")),
        views=views,
        flows=_list(opened, narrowed, page) if chosen == LIST else (), paging=pages,
        pictures=_pictures(opened, narrowed, wanted) if chosen == PICTURES and kept else (),
        powers=lambda cell: _powers(opened, cell), options=_options(opened, whole), count=len(kept),
        total=len(rows_of(agreement, "flows")),
        standing=standings(opened.schema, agreement, opened.names) if chosen == STANDING else (),
        address=_address(opened), marks=_marks(view), restricted=restricted_flows(narrowed, restrictions_of(opened)),
        too_large=view is not None and len(view.rows) * len(view.columns) > MOST_CELLS,
        place="agreements",
    )  # fmt: skip


def _pictures(opened: Opened, narrowed: Agreement, wanted: Filter) -> tuple[Picture, ...]:
    """The flow map and the heat table of these flows, under the numbers that they have in the whole agreement."""
    labels = references(opened.agreement)

    def ends(flow: Mapping[str, Any], question: str, one: str) -> list[str]:
        found = list(ids(flow, question))
        return [one] if one in found else found

    flows = [
        {
            **flow, "ref": labels[flow["id"]], "from": ends(flow, "from", wanted.sender),
            "to": ends(flow, "to", wanted.recipient),
        }
        for flow in rows_of(narrowed, "flows")
    ]  # fmt: skip
    found = sharing(put(narrowed, "flows", flows), opened.library, opened.names)
    return flow_map(found), heat_table(found)


def _kept(agreement: Agreement, whole: View, wanted: Filter) -> frozenset[str]:
    """The flows that the filter lets through."""
    sender, recipient = (NOT_STATED if end == "not-stated" else end for end in (wanted.sender, wanted.recipient))
    found = {
        flow
        for (row, column), cell in whole.cells.items()
        if (not wanted.sender or row == sender) and (not wanted.recipient or column == recipient)
        for flow in cell.flows
    }
    served = {flow["id"]: ids(flow, "purposes") for flow in rows_of(agreement, "flows")}
    return frozenset(one for one in found if not wanted.purpose or wanted.purpose in served[one])


def _view(chosen: str, agreement: Agreement, provisions: Provisions, wanted: Filter) -> View:
    view = VIEWS[chosen](agreement, provisions)
    sender = {wanted.sender.replace("not-stated", NOT_STATED)} if wanted.sender else set()
    recipient = {wanted.recipient.replace("not-stated", NOT_STATED)} if wanted.recipient else set()
    purpose = {wanted.purpose} if wanted.purpose else set()
    rows = {"agencies": sender, "purposes": purpose}.get(chosen, set())
    narrowed = matrix.narrow(view, rows=rows, columns=set() if chosen == "purposes" else recipient)
    large = len(narrowed.rows) * len(narrowed.columns) > MOST_CELLS
    if not narrowed.cells or not (wanted.query or large):
        return narrowed
    return matrix.narrow(narrowed, rows={row for row, _ in narrowed.cells}, columns={top for _, top in narrowed.cells})


def _marks(view: View | None) -> list[tuple[str, str]]:
    """The marks that the view uses, with what they mean."""
    used = {power.mark for cell in view.cells.values() for power in cell.powers} if view else set()
    return [(WORDS[mark], MEANINGS[mark]) for mark in ORDER if mark in used]


def _options(opened: Opened, whole: View) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to: (id, name)."""

    def named(found: Iterable[str]) -> list[tuple[str, str]]:
        return [(one or "not-stated", opened.names.item(one) if one else "Not stated") for one in found]

    sending, receiving = ({key[side] for key in whole.cells} for side in (0, 1))
    senders = (row for row in whole.rows if row in sending)
    receivers = (column for column in whole.columns if column in receiving)
    purposes = (row["id"] for row in rows_of(opened.agreement, "purposes"))
    return {"from": named(senders), "to": named(receivers), "purpose": named(purposes)}


def _address(opened: Opened) -> Callable[..., str]:
    """Address of the matrix with a view, keeping the filter."""

    def address(view: str, kept: Mapping[str, str]) -> str:
        return f"{places.home(opened.ref)}/matrix?{urlencode({'view': view, **kept})}"

    return address


def _powers(opened: Opened, cell: Cell) -> list[Shown]:
    return [
        Shown(_short(opened, power.gateway), f"{places.home(opened.ref)}/gateways/{power.gateway}", power.words)
        for power in cell.powers
    ]  # fmt: skip


def _short(opened: Opened, gateway: str) -> str:
    """A power by its citation, else by its name."""
    row = next((one for one in rows_of(opened.agreement, "gateways") if one["id"] == gateway), {})
    provision = row.get("provision")
    entry = opened.library.entry("gateways", provision) if isinstance(provision, str) else None
    return cited(entry) if entry else opened.names.item(gateway)


@dataclass(frozen=True, slots=True)
class Listed:
    """One flow of the list: its id, label, and each part as (id, name) pairs; `answers` are (title, words)."""

    id: str
    label: str
    senders: list[tuple[str, str]]
    recipients: list[tuple[str, str]]
    items: list[tuple[str, str]]
    purposes: list[tuple[str, str]]
    powers: list[Shown]
    answers: list[tuple[str, str]]


def _list(opened: Opened, agreement: Agreement, page: int) -> list[Listed]:
    labels = references(opened.agreement)
    powers = matrix.flow_powers(agreement, opened.library.vocabularies["gateways"])
    shown = rows_of(agreement, "flows")[(page - 1) * PER_PAGE : page * PER_PAGE]
    return [_listed(opened, flow, labels[flow["id"]], powers[flow["id"]]) for flow in shown]


def _listed(opened: Opened, flow: Mapping[str, Any], label: str, powers: tuple[Power, ...]) -> Listed:
    def named(question: str) -> list[tuple[str, str]]:
        return [(one, opened.names.item(one)) for one in ids(flow, question)]

    asked = opened.section("flows").questions
    keys = ("bases", "methods", "frequency", "respond_within")
    answers = [(asked[key].title, words(asked[key], flow[key], opened.names)) for key in keys if key in flow]
    return Listed(flow["id"], label, named("from"), named("to"), named("items"), named("purposes"),
                  _powers(opened, Cell((), (), powers)), answers)  # fmt: skip
