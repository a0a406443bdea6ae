"""What the law library offers one flow. Nothing is chosen beforehand; one button takes a provision."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.matrix import references
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.law.amendment import taken_for
from protocolbuilder.law.case import Case
from protocolbuilder.law.flow_offer import flow_offer, lacking
from protocolbuilder.law.impact import well_formed
from protocolbuilder.law.library import cited
from protocolbuilder.law.parts import Flow
from protocolbuilder.store.agreements import save
from protocolbuilder.web import places
from protocolbuilder.web.access import who
from protocolbuilder.web.library import today
from protocolbuilder.web.numbers import whole_number
from protocolbuilder.web.opened import Opened, open_draft
from protocolbuilder.web.running import now, running, session

blueprint = Blueprint("offering", __name__)


def _flow(opened: Opened, section: str, item: str) -> tuple[Case, Flow]:
    """Raises NotFound for what is no flow of the agreement."""
    if section == "flows":
        agreement = well_formed(opened.schema, opened.agreement, opened.library)
        case = Case(opened.schema, agreement, opened.library, on=today())
        for flow in case.flows:
            if flow.id == item:
                return case, flow
    raise NotFound(f"There is no flow “{item[:60]}” in this agreement.")


@blueprint.get("/agreements/<ref>/<section>/<item>/offer")
def show(ref: str, section: str, item: str) -> str:
    """`?from=` and `?to=`: one sender and one recipient of a flow that has several; without them, all together."""
    return _page(open_draft(ref), section, item)


@blueprint.post("/agreements/<ref>/<section>/<item>/offer")
def use(ref: str, section: str, item: str) -> str | tuple[str, int] | Response:
    """Makes the flow rest on `provision`, one that applies to it as it stands: the power is added where the agreement
    lacks it, and tied, in one save. Anything else is refused with why; any power can be added among the legal powers.
    """
    opened = open_draft(ref)
    case, flow = _flow(opened, section, item)
    provision = request.form.get("provision", "")
    if refused := _refused(case, flow, provision):
        return _page(opened, section, item, refused=refused), 422
    record = opened.library.vocabularies["gateways"][provision]
    edits = taken_for(opened.agreement, record, item, new_id=running().new_id)
    try:
        save(session(), ref, edits=edits, seen=request.form.get("seen", type=whole_number) or 0, by=who(), at=now())
    except Conflict:
        return _page(open_draft(ref), section, item, overtaken=opened.draft.updated_by), 409
    flash(f"This flow now rests on {cited(record)}.")
    return redirect(f"{places.section_place(ref, section)}/{item}/offer{_query(_chosen(flow))}#{provision}", 303)


def _ends(flow: Flow) -> dict[str, list[str]]:
    return {"from": [party.id for party in flow.senders], "to": [party.id for party in flow.recipients]}


def _chosen(flow: Flow) -> dict[str, str]:
    """The sender and the recipient that the address names, "" for all."""
    return {end: one if (one := request.args.get(end, "")) in ids else "" for end, ids in _ends(flow).items()}


def _query(chosen: Mapping[str, str]) -> str:
    return f"?{urlencode(chosen)}" if any(chosen.values()) else ""


def _refused(case: Case, flow: Flow, provision: str) -> str:
    """Why this provision cannot be taken here, or "" when the offer, as the page shows it, lists it as applying."""
    if lacking(case, flow):
        return "The flow does not yet say what is needed to tell what applies to it. Nothing was added."
    chosen = _chosen(flow)
    found = flow_offer(case, flow, sender=chosen["from"], recipient=chosen["to"])
    if any(one.entry.id == provision for one in found.apply):
        return ""
    record = case.library.entry("gateways", provision)
    name = cited(record) if record else "What was chosen"
    near = next((one for one in (*found.nearly, *found.other_nations) if one.id == provision), None)
    if near:
        return f"{name} does not apply to this flow as it stands. {near.why} Nothing was added."
    return f"{name} is not among what applies to this flow as it stands. Nothing was added."


def _page(opened: Opened, section: str, item: str, *, overtaken: str = "", refused: str = "") -> str:
    case, flow = _flow(opened, section, item)
    chosen, ends, missing = _chosen(flow), _ends(flow), lacking(case, flow)
    asked = opened.section("flows").questions
    return render_template(
        "offer.html", opened=opened, flow=flow, chosen=chosen, ends=ends, overtaken=overtaken, refused=refused,
        query=_query(chosen), place="agreements",
        found=None if missing else flow_offer(case, flow, sender=chosen["from"], recipient=chosen["to"]),
        missing=[(asked[key].title, places.place(opened.ref, opened.schema, opened.agreement, flow.at(key)))
                 for key in missing],
        relied={power.provision for power in flow.powers}, label=references(opened.agreement)[item],
        own=[power for power in flow.powers if power.entry is None], nations=case.nations,
        powers_page=places.place(opened.ref, opened.schema, opened.agreement, flow.at("gateways")),
    )  # fmt: skip
