"""What the law library offers one flow. Nothing is chosen beforehand; one button takes a provision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from protocolbuilder.domain.matrix import references
from protocolbuilder.errors import Conflict, NotFound
from protocolbuilder.law.amendment import taken_for
from protocolbuilder.law.case import Case
from protocolbuilder.law.flow_offer import flow_offer, lacking
from protocolbuilder.law.impact import well_formed
from protocolbuilder.law.parts import Flow
from protocolbuilder.store.agreements import save
from protocolbuilder.web import places
from protocolbuilder.web.access import who
from protocolbuilder.web.library import today
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
    """Makes the flow rest on `provision`: the power is added where the agreement lacks it, and tied, in one save."""
    opened = open_draft(ref)
    _flow(opened, section, item)
    provision = request.form.get("provision", "")
    record = opened.library.entry("gateways", provision)
    if record is None:
        raise NotFound(f"The law library has no provision “{provision[:60]}”.")
    edits = taken_for(opened.agreement, record, item, new_id=running().new_id)
    try:
        save(session(), ref, edits=edits, seen=request.form.get("seen", type=int) or 0, by=who(), at=now())
    except Conflict:
        return _page(open_draft(ref), section, item, overtaken=opened.draft.updated_by), 409
    flash(f"This flow now rests on {record['citation']}.")
    return redirect(f"{places.section_place(ref, section)}/{item}/offer#{provision}", 303)


def _page(opened: Opened, section: str, item: str, *, overtaken: str = "") -> str:
    case, flow = _flow(opened, section, item)
    chosen = {"from": request.args.get("from", ""), "to": request.args.get("to", "")}
    ends = {"from": [party.id for party in flow.senders], "to": [party.id for party in flow.recipients]}
    chosen = {end: one if one in ends[end] else "" for end, one in chosen.items()}
    missing = lacking(case, flow)
    asked = opened.section("flows").questions
    return render_template(
        "offer.html", opened=opened, flow=flow, chosen=chosen, ends=ends, overtaken=overtaken, place="agreements",
        found=None if missing else flow_offer(case, flow, sender=chosen["from"], recipient=chosen["to"]),
        missing=[(asked[key].title, places.place(opened.ref, opened.schema, opened.agreement, flow.at(key)))
                 for key in missing],
        relied={power.provision for power in flow.powers}, label=references(opened.agreement)[item],
        own=[power for power in flow.powers if power.entry is None], nations=case.nations,
        powers_page=places.place(opened.ref, opened.schema, opened.agreement, flow.at("gateways")),
    )  # fmt: skip
