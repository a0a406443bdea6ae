"""Organisations that were removed from the directory, for whoever runs this copy: each is put back in one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from protocolbuilder.domain.organisations import IDENTIFIERS, Organisation
from protocolbuilder.store import organisations, relations
from protocolbuilder.web.organisations import reader
from protocolbuilder.web.running import now, session

blueprint = Blueprint("organisations_removed", __name__, url_prefix="/organisations/removed")


@dataclass(frozen=True, slots=True)
class Gone:
    """`owns` and `takes_part`: how many agreements it owns, or is a partner of. `same`: others of the directory with
    its name or a number of it."""

    organisation: Organisation
    at: datetime
    owns: int
    takes_part: int
    same: tuple[Organisation, ...]


@blueprint.get("")
def listed() -> str:
    found = []
    for body, at in organisations.removed(session()):
        named = list(relations.of_organisation(session(), body.id).values())
        same = organisations.same_as(session(), body)
        found.append(Gone(body, at, named.count("owner"), named.count("party"), same))
    return render_template("organisations_removed.html", rows=found, identifiers=IDENTIFIERS, place="directory")


@blueprint.post("/<organisation>/put-back")
def put_back(organisation: str) -> Response:
    body = organisations.put_back(session(), organisation, by=reader()[0].person.id, at=now())
    flash(f"{body.name} is back in the directory, without a sponsor.")
    return redirect(f"/organisations/{organisation}", 303)
