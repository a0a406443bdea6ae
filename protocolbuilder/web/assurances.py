"""What an organisation shows of its care for information: recorded, replaced, taken away, with its evidence."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from protocolbuilder.domain.organisations import (
    ASSURANCES,
    STATUSES,
    Assurance,
    AssuranceKind,
    Evidence,
    Organisation,
    assurance_faults,
)
from protocolbuilder.errors import BadFile, Conflict, Frozen, Full
from protocolbuilder.intake import evidence as files
from protocolbuilder.store import assurances, organisations
from protocolbuilder.store.assurances import Kept
from protocolbuilder.web.law_records import blank, day, text
from protocolbuilder.web.making import sent
from protocolbuilder.web.organisation_forms import line
from protocolbuilder.web.organisations import reader
from protocolbuilder.web.running import now, running, session
from protocolbuilder.web.uploads import share, uploaded

blueprint = Blueprint("assurances", __name__)

Answer = str | tuple[str, int] | AnyResponse
OVERTAKEN: Final = "It was replaced or taken away meanwhile. The page of the organisation shows what stands."


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form says. `content`: the bytes of a new file; `wrong`: field -> what to put right."""

    assurance: Assurance
    content: bytes | None
    wrong: Mapping[str, str]

    def refused(self, error: Full) -> Sent:
        """The same with what stands in the way of the file."""
        return replace(self, wrong={"file": error.text})


@blueprint.route("/organisations/<organisation>/assurances/new", methods=["GET", "POST"])
def add(organisation: str) -> Answer:
    """`?kind=` says which; without one it is asked for first."""
    signed, body = reader()[0], organisations.load(session(), organisation)
    kind = request.values.get("kind", "")
    if kind not in ASSURANCES:
        wrong = {"kind": "Select what the assurance is"} if "asked" in request.values else {}
        page = render_template(
            "assurance_kind.html", organisation=body, wrong=wrong, kinds=ASSURANCES.items(), place="directory"
        )
        return (page, 422) if wrong else page
    chosen = cast(AssuranceKind, kind)
    if request.method != "POST":
        return _form(body, Assurance(chosen, "", "", None, None), typed={})
    found = _sent(chosen, before=None)
    if found.wrong:
        return _form(body, found.assurance, typed=request.form, sent=found), 422
    try:
        assurances.add(
            session(), organisation, found.assurance, content=found.content, by=signed.person, at=now(),
            new_id=running().new_id, share=share(),
        )  # fmt: skip
    except Full as error:
        return _form(body, found.assurance, typed=request.form, sent=found.refused(error)), 413
    flash(f"{ASSURANCES[chosen]} is recorded.")
    return redirect(f"/organisations/{organisation}", 303)


@blueprint.route("/organisations/<organisation>/assurances/<assurance>/change", methods=["GET", "POST"])
def change(organisation: str, assurance: str) -> Answer:
    """What it says now takes the place of what it said; that is kept."""
    signed, body, stands = reader()[0], organisations.load(session(), organisation), _kept(organisation, assurance)
    if request.method != "POST":
        _refuse_overtaken(stands)
        return _form(body, stands.assurance, typed=_typed(stands.assurance), stands=stands)
    found = _sent(stands.assurance.kind, before=stands.assurance.evidence)
    if found.wrong:
        return _form(body, found.assurance, typed=request.form, sent=found, stands=stands), 422
    try:
        assurances.replace(
            session(), assurance, found.assurance, content=found.content, by=signed.person, at=now(),
            new_id=running().new_id, share=share(),
        )  # fmt: skip
    except Full as error:
        return _form(body, found.assurance, typed=request.form, sent=found.refused(error), stands=stands), 413
    except Conflict as clash:
        later = cast(Kept | None, clash.stored)
        return _form(body, found.assurance, typed=request.form, sent=found, stands=later, overtaken=True), 409
    flash(f"{ASSURANCES[found.assurance.kind]} is recorded. What it said before is kept.")
    return redirect(f"/organisations/{organisation}", 303)


@blueprint.route("/organisations/<organisation>/assurances/<assurance>/remove", methods=["GET", "POST"])
def remove(organisation: str, assurance: str) -> Answer:
    signed, body, stands = reader()[0], organisations.load(session(), organisation), _kept(organisation, assurance)
    _refuse_overtaken(stands)
    if request.method != "POST":
        return render_template(
            "assurance_remove.html", organisation=body, kept=stands, kinds=ASSURANCES, statuses=STATUSES,
            place="directory",
        )  # fmt: skip
    try:
        assurances.remove(session(), assurance, by=signed.person, at=now())
    except Conflict as clash:
        raise Frozen(OVERTAKEN) from clash
    flash(f"{ASSURANCES[stands.assurance.kind]} is taken away. What it said is kept.")
    return redirect(f"/organisations/{organisation}", 303)


@blueprint.get("/organisations/<organisation>/assurances/<assurance>/evidence")
def evidence(organisation: str, assurance: str) -> Response:
    """The file as it came, to keep: nothing in it runs here."""
    file, content = assurances.evidence(session(), organisation, assurance, of=reader()[1])
    return sent(file.name, file.media_type, content)


def _kept(organisation: str, assurance: str) -> Kept:
    return assurances.one(session(), organisation, assurance, of=reader()[1])


def _refuse_overtaken(kept: Kept) -> None:
    if kept.replaced_at is not None:
        raise Frozen(OVERTAKEN)


def _sent(kind: AssuranceKind, *, before: Evidence | None) -> Sent:
    """`before`: the evidence that there is, which stays unless a new file comes or it is taken away."""
    wrong, days = dict[str, str](), dict[str, date | None]()
    for name in ("begins", "expires"):
        days[name] = day(name)
        if days[name] is None and not blank(name):
            wrong[name] = "Enter a real day, for example 30 9 2026"
    said = Assurance(kind, text("status"), line("reference"), days["begins"], days["expires"])
    content, held = b"", None if text("without") == "yes" else before
    try:
        content, name = uploaded(most=files.LARGEST, name_field="carried_name")
        held = files.take(content, name) if content else held
    except BadFile as error:
        wrong["file"], content = error.text, b""
    return Sent(replace(said, evidence=held), content or None, {**assurance_faults(said), **wrong})


def _form(
    body: Organisation, said: Assurance, *, typed: Mapping[str, Any], sent: Sent | None = None,
    stands: Kept | None = None, overtaken: bool = False,
) -> str:  # fmt: skip
    """`stands`: what is changed; `overtaken`: somebody else saved `stands`, or took it away, meanwhile."""
    carried = base64.b64encode(sent.content).decode() if sent and sent.content else ""
    return render_template(
        "assurance_form.html", organisation=body, kind=said.kind, kinds=ASSURANCES, statuses=STATUSES, typed=typed,
        choices=list(STATUSES[said.kind].items()), wrong=sent.wrong if sent else {}, stands=stands,
        overtaken=overtaken, carried=carried, carried_name=said.evidence.name if carried and said.evidence else "",
        place="directory",
    )  # fmt: skip


def _typed(said: Assurance) -> Mapping[str, str]:
    days = {"begins": said.begins, "expires": said.expires}
    parts = {
        f"{name}--{part}": str(getattr(when, part)) for name, when in days.items() if when
        for part in ("day", "month", "year")
    }  # fmt: skip
    return {"status": said.status, "reference": said.reference, **parts}
